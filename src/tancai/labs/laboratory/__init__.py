"""The item kind ``laboratory``: a practical task with a case of its own for every candidate.

``content`` {stem, task, version}; the key is the task itself. A *variant* {"seed"} names the case; a sitting keeps its
own, without one the sample case is shown. A response is the work: ``{field: text | code | [codes], "field@": unit}``.
Marks are the share of the task's points, by step in ``detail``.
"""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items import api as items
from tancai.labs.errors import NoSuchTask
from tancai.labs.tasks.answers import normal
from tancai.labs.tasks.marking import mark, shown_value
from tancai.labs.tasks.protocol import Case, reference
from tancai.labs.tasks.registry import task, tasks
from tancai.labs.tasks.solvers import perfect, slip
from tancai.labs.tasks.surface import surface

SAMPLE = 1
SEEDS = 10**9
HUNDREDTH = Decimal("0.01")


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
        return {"stem": content["stem"], **surface(_case(content))}

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

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> dict[str, Any]:
        """The work of a careful candidate; or the same with a slip in one step and right from there."""
        case = _case(content)
        return perfect(case) if right else slip(case, chance.choice(case.task.steps).code)

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


KIND = Laboratory()

__all__ = ["KIND"]
