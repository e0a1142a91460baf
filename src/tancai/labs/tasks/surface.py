"""How a case is laid out for work: papers, and the fields of each step as tables or by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from tancai.labs.tasks.protocol import Case, Field, said

SHORT = 14
"""Options no longer than this many signs fit into a list that folds down."""


def surface(case: Case) -> dict[str, Any]:
    """All that the templates ``items/kinds/laboratory*.html`` draw; nothing of the key, and not the seed."""
    found = case.public()
    del found["seed"], found["fields"]
    for step in found["steps"]:
        step["groups"] = list(_groups(case, step["code"]))
    return found


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
