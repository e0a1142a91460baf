"""The item kind ``laboratory``: a practical task with a case of its own for every candidate.

``content`` {stem, task, version}; the key is the task itself. A *variant* {"seed"} names the case; a sitting keeps its
own, without one the sample case is shown. A response is the work: ``{field: text | code | [codes], "field@": unit}``.
Marks are the share of the task's points, by step in ``detail``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items import api as items
from tancai.labs.errors import NoSuchTask
from tancai.labs.tasks.answers import normal
from tancai.labs.tasks.marking import mark, shown_value
from tancai.labs.tasks.protocol import Case, Field, reference, said
from tancai.labs.tasks.registry import task, tasks

SAMPLE = 1
SEEDS = 10**9
HUNDREDTH = Decimal("0.01")
SHORT = 14
"""Options no longer than this many signs fit into a list that folds down."""


class Laboratory:
    code = "laboratory"
    name = gettext_lazy("实验题")
    letter = "l"
    shape = "lines"
    lines = (items.Line("task"),)
    bodies = ("task",)

    @property
    def of_variant(self) -> Laboratory:
        return self

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[items.Fault]:
        found = [] if str(content.get("stem", "")).strip() else [items.Fault("stem", "empty")]
        try:
            one = task(str(content.get("task", "")))
        except NoSuchTask as error:
            near = ", ".join(error.near) or next(iter(tasks()))
            return [*found, items.Fault("task", "no_such_task", (("code", error.code), ("near", near)))]
        if content.get("version") != one.version:
            found.append(items.Fault("task", "other_version", (("version", one.version),)))
        return found

    def vary(self, content: dict[str, Any], generator: random.Random) -> dict[str, str]:
        return {"seed": str(generator.randrange(SEEDS))}

    def resolved(
        self, content: dict[str, Any], key: dict[str, Any], variant: dict[str, str] | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The content with the seed of its case."""
        return {**content, "seed": int((variant or {}).get("seed", SAMPLE))}, key

    def explained(self, explanation: str, content: dict[str, Any], key: dict[str, Any]) -> str:
        return explanation

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        """The stem, the papers of the case and what is to be worked out, grouped as it is laid out."""
        case = _case(content)
        found = {"stem": content["stem"], **case.public()}
        del found["seed"], found["fields"]
        for step in found["steps"]:
            step["groups"] = list(_groups(case, step["code"]))
        return found

    def response(self, raw: Any) -> dict[str, Any] | None:
        try:
            return normal(raw)
        except ValueError as error:
            raise items.BadResponse(str(error)) from None

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> items.Score:
        """The share of the task's points; work on another version of a task needs a human."""
        if content.get("version") != task(content["task"]).version:
            return items.Score(None, marks, {"other_version": True})
        found = mark(_case(content), response)
        share = Decimal(str(found.total)) / 100
        return items.Score(
            (marks * share).quantize(HUNDREDTH, ROUND_HALF_UP),
            marks,
            {"steps": {step.step.code: round(step.earned, 6) for step in found.steps}},
        )

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        """Right answers by step, for markers and after release."""
        case = _case(content)
        expected = reference(case).expected
        return {
            "work": [
                {
                    "label": step.label,
                    "points": step.points,
                    "answers": [
                        {
                            "label": one.label,
                            "value": f"{shown_value(one, expected[one.name])} {one.unit}".strip(),
                        }
                        for one in case.fields_of(step.code)
                    ],
                }
                for step in case.task.steps
            ]
        }

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.read(raw["stem"], {"task": str(raw.get("task", ""))})

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        return {"task": content["task"]}

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        code = given.get("task", "").strip()
        try:
            version = task(code).version
        except NoSuchTask:
            version = 0
        return {"stem": stem, "task": code, "version": version}, {}


def _case(content: dict[str, Any]) -> Case:
    return _drawn(content["task"], int(content.get("seed", SAMPLE)))


@lru_cache(maxsize=512)
def _drawn(code: str, seed: int) -> Case:
    return task(code).case(seed)


def _groups(case: Case, step: str) -> Iterator[dict[str, Any]]:
    """Neighbouring fields of one table as rows and columns, any other field by itself."""
    for title, fields in groupby(case.fields_of(step), key=lambda one: one.table):
        if title:
            yield _table(title, list(fields))
        else:
            yield from ({"field": _laid_out(one)} for one in fields)


def _table(title: str, fields: list[Field]) -> dict[str, Any]:
    columns = list(dict.fromkeys(one.column for one in fields))
    rows: dict[str, dict[str, Any]] = {}
    for one in fields:
        rows.setdefault(one.row, {})[one.column] = _laid_out(one)
    return {
        "table": title,
        "columns": columns,
        "rows": [{"label": label, "cells": [cells.get(c) for c in columns]} for label, cells in rows.items()],
    }


def _laid_out(one: Field) -> dict[str, Any]:
    found = one.public()
    if one.kind == "choice":
        found["folds"] = all(len(said(label)) <= SHORT for _, label in one.options)
    return found


KIND = Laboratory()

__all__ = ["KIND"]
