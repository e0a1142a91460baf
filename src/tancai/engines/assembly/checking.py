"""Forms looked at again without the solver: every requirement counted from the items themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tancai.engines.assembly.bank import Bank, Floats
from tancai.engines.assembly.blueprint import (
    Blueprint,
    Enemies,
    Exposure,
    Fixed,
    Limit,
    Measure,
    Overlap,
    Requirement,
    Stimuli,
    Uses,
)
from tancai.engines.assembly.rows import coefficients, enemy_sets, excluded, place, texts_of

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Check:
    """One requirement: its value in each form (or over all forms, then one value) and whether all is well.

    For enemies and texts the value is how many sets are broken, for items in or out how many are on the wrong side.
    """

    requirement: Requirement
    values: tuple[float, ...]
    low: float | None
    high: float | None

    @property
    def holds(self) -> bool:
        return all(
            (self.low is None or value >= self.low - TOLERANCE * max(1.0, abs(self.low)))
            and (self.high is None or value <= self.high + TOLERANCE * max(1.0, abs(self.high)))
            for value in self.values
        )


def measured(bank: Bank, measure: Measure, forms: Floats, wanted_by: str) -> list[float]:
    """A measure of each form (forms x items: 0 or 1, or shares for a mean of forms); nan for a mean of nothing."""
    value = forms @ coefficients(bank, measure, wanted_by)
    if measure.kind not in ("mean", "share"):
        return [float(one) for one in value]
    among = measure.where.mask(bank, wanted_by) if measure.kind == "mean" else np.ones(len(bank))
    with np.errstate(divide="ignore", invalid="ignore"):
        return [float(one) for one in value / (forms @ among)]


def chosen(bank: Bank, forms: Sequence[Sequence[str]]) -> Floats:
    """Forms x items: 1 where a form holds an item."""
    found = np.zeros((len(forms), len(bank)))
    for k, form in enumerate(forms):
        found[k, [bank.place[id] for id in form]] = 1.0
    return found


def checks(bank: Bank, blueprint: Blueprint, forms: Sequence[Sequence[str]]) -> tuple[Check, ...]:
    """Each requirement of the blueprint against the forms (ids of items)."""
    held = [frozenset(bank.place[id] for id in form) for form in forms]
    return tuple(_check(bank, blueprint, wanted, held) for wanted in blueprint.requirements)


def shared(blueprint: Blueprint, forms: Sequence[Sequence[str]]) -> tuple[tuple[int, ...], ...]:
    """How many items each two forms have in common, fixed ones left out; the diagonal says how many each has."""
    fixed = frozenset().union(*(one.items for one in blueprint.of(Fixed)))
    sets = [frozenset(form) for form in forms]
    return tuple(
        tuple(len(a) if j == k else len((a & b) - fixed) for k, b in enumerate(sets))
        for j, a in enumerate(sets)
    )


def _check(bank: Bank, blueprint: Blueprint, wanted: Requirement, held: list[frozenset[int]]) -> Check:
    if isinstance(wanted, Limit):
        values = measured(bank, wanted.measure, _vectors(bank, held), place(wanted))
        if wanted.measure.kind in ("mean", "share"):
            values = [value for value in values if not np.isnan(value)]
        return Check(wanted, tuple(values), wanted.low, wanted.high)
    if isinstance(wanted, Enemies):
        sets = [frozenset(map(int, group)) for group in enemy_sets(bank, wanted)]
        values = [float(sum(len(group & form) > wanted.most for group in sets)) for form in held]
    elif isinstance(wanted, Stimuli):
        values = [_broken_texts(bank, wanted, form) for form in held]
    elif isinstance(wanted, Overlap | Uses | Exposure):
        return _over_forms(bank, blueprint, wanted, held)
    elif isinstance(wanted, Fixed):
        values = [float(len({bank.place[id] for id in wanted.items} - form)) for form in held]
    else:
        out = frozenset(map(int, excluded(bank, wanted)))
        values = [float(len(out & form)) for form in held]
    return Check(wanted, tuple(values), None, 0.0)


def _vectors(bank: Bank, held: Sequence[frozenset[int]]) -> Floats:
    return chosen(bank, [[bank.ids[i] for i in form] for form in held])


def _broken_texts(bank: Bank, wanted: Stimuli, form: frozenset[int]) -> float:
    broken = used = 0
    for group in texts_of(bank, wanted):
        taken = len(form.intersection(map(int, group)))
        if taken:
            used += 1
            broken += wanted.whole and taken < len(group)
            broken += wanted.low is not None and taken < wanted.low
            broken += wanted.high is not None and taken > wanted.high
    broken += wanted.fewest is not None and used < wanted.fewest
    broken += wanted.most is not None and used > wanted.most
    return float(broken)


def _over_forms(bank: Bank, blueprint: Blueprint, wanted: Requirement, held: list[frozenset[int]]) -> Check:
    fixed = {bank.place[id] for one in blueprint.of(Fixed) for id in one.items}
    if isinstance(wanted, Overlap):
        most = max((len((a & b) - fixed) for a, b in combinations(held, 2)), default=0)
        return Check(wanted, (float(most),), None, float(wanted.most))
    uses = {i: sum(i in form for form in held) for form in held for i in form}
    if isinstance(wanted, Uses):
        most = max((n for i, n in uses.items() if i not in fixed), default=0)
        return Check(wanted, (float(most),), None, float(wanted.most))
    assert isinstance(wanted, Exposure)
    shown = np.nan_to_num(bank.numbers(wanted.column, place(wanted)))
    after = [float(shown[i]) + wanted.per_form * n for i, n in uses.items()]
    return Check(wanted, (max(after, default=0.0),), None, float(wanted.most))
