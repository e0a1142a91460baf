"""Which earlier figures a field is worked out from, found by trying: each is moved a little while all others stand."""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import Any

from tancai.labs.tasks.marking import FAILURES
from tancai.labs.tasks.protocol import Case, Field, Way, reference

A_LITTLE = 1.037


@lru_cache(maxsize=64)
def leaning(case: Case) -> dict[str, tuple[str, ...]]:
    """By field the earlier fields it is computed from directly; those worked out from the papers alone are left out."""
    right = reference(case).expected
    found: dict[str, list[str]] = {}
    for one in case.fields:
        way = _Pinned(case, {**right, one.name: _moved(one, right[one.name])})
        with contextlib.suppress(*FAILURES):
            case.task.solve(case.facts, way)
        for name, value in way.expected.items():
            if name != one.name and _differ(value, right[name]):
                found.setdefault(name, []).append(one.name)
    return {name: tuple(some) for name, some in found.items()}


class _Pinned(Way):
    """Goes on from what it was given, plausible or not, so that a change does not travel through fields between."""

    def __call__(self, name: str, value: Any) -> Any:
        super().__call__(name, value)
        return self.own[name]


def _moved(one: Field, value: Any) -> Any:
    if one.kind == "number":
        return value * A_LITTLE
    if one.kind == "choice":
        return next((code for code, _ in one.options if code != value), value)
    first = one.options[0][0]
    return frozenset(value ^ {first}) or value


def _differ(one: Any, other: Any) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return bool(abs(one - other) > 1e-9 * max(abs(one), abs(other)))
    return bool(one != other)
