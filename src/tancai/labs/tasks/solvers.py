"""Who works on a case without looking at it as people do: for tests of the marking, and for teachers' examples."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon.numbers import half_up, shown
from tancai.labs.tasks.marking import chosen
from tancai.labs.tasks.protocol import Case, Field, Way

FACTORS = (1.13, 0.83, 1.31, 0.71, 1.47, 0.59, 1.63, 0.47)
FIGURE = re.compile(r"-?\d+(?:\.\d+)?")


class Careful(Way):
    """Computes on from figures as they are written down, like people do."""

    def __call__(self, name: str, value: Any) -> Any:
        found = super().__call__(name, value)
        if name in self.own or not isinstance(found, (int, float)):
            return found
        decimals = next(one.decimals for one in self.case.fields if one.name == name)
        return half_up(float(found), decimals)


def walked(case: Case, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a careful candidate finds, given some own values."""
    way = Careful(case, own)
    case.task.solve(case.facts, way)
    return way.expected


def written(one: Field, value: Any) -> Any:
    """A value as a careful candidate writes it."""
    if one.kind == "number":
        return shown(float(value), one.decimals).replace(" ", "")
    return sorted(value) if isinstance(value, frozenset) else value


def perfect(case: Case) -> dict[str, Any]:
    """Everything right."""
    found = walked(case)
    return {one.name: written(one, found[one.name]) for one in case.fields}


def slip(case: Case, step: str) -> dict[str, Any]:
    """Everything in one step wrong but plausible, the rest done rightly from there."""
    right = walked(case)
    wrong: dict[str, Any] = {}
    for k, one in enumerate(case.fields):
        if one.step == step:
            own = walked(case, wrong).get(one.name, right[one.name])
            wrong[one.name] = _off(one, (right[one.name], own), k)
            if wrong[one.name] is None:
                del wrong[one.name]
    found = walked(case, wrong)
    return {
        one.name: written(one, wrong[one.name] if one.step == step else found[one.name])
        for one in case.fields
        if one.step != step or one.name in wrong
    }


def _off(one: Field, right: tuple[Any, Any], k: int) -> Any:
    """Wrong by the reference, and wrong by what the slips before it make of it; None: left empty."""
    if one.kind == "number":
        return _other_figure(one, [float(value) for value in right], k)
    codes = [code for code, _ in one.options]
    if not isinstance(right[0], frozenset):
        return next(code for code in codes[k % len(codes) :] + codes if code not in right)
    rest = frozenset(codes) - right[0]
    worth = max(chosen(rest, at)[1] for at in right) if rest else 1.0
    return rest if worth == 0 else None


def _other_figure(one: Field, right: list[float], k: int) -> float:
    unit, value = 10.0**-one.decimals, right[0]
    tries = [value * factor for factor in FACTORS[k % len(FACTORS) :] + FACTORS]
    tries += [value + n * (unit + 3 * one.within * abs(value)) for n in (2, 3, 4, 5, 6)]
    for tried in tries:
        off = half_up(tried, one.decimals)
        if all(abs(off - at) > 1.5 * (one.within * abs(at) + 0.5 * unit) for at in right):
            return off
    raise ValueError(f"{one.name}: no plausible wrong figure")


def guess(case: Case, chance: random.Random) -> dict[str, Any]:
    """Chosen blindly; figures are figures that stand somewhere in the papers, which is better than any figure."""
    printed = [
        found
        for paper in case.documents
        for row in paper.rows
        for cell in row
        for found in FIGURE.findall(cell)
        if float(found)
    ] or ["1"]
    return {one.name: _blind(one, printed, chance) for one in case.fields}


def _blind(one: Field, printed: list[str], chance: random.Random) -> Any:
    if one.kind == "number":
        return chance.choice(printed)
    codes = [code for code, _ in one.options]
    if one.kind == "choice":
        return chance.choice(codes)
    return sorted(code for code in codes if chance.random() < 0.5)
