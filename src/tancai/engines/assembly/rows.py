"""A blueprint over a bank as linear rows for one form.

Variables: one an item (in the form or not), then one a shared text of each requirement on texts. Every row belongs to
the requirement it comes from, so that rows can be left out or relaxed requirement by requirement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tancai.engines.assembly.bank import Bank, Floats, Mask
from tancai.engines.assembly.blueprint import (
    Blueprint,
    Enemies,
    Exposure,
    Fixed,
    Forbidden,
    Limit,
    Measure,
    Overlap,
    Requirement,
    Rested,
    Stimuli,
    Unseen,
    Uses,
)
from tancai.engines.assembly.errors import AssemblyError

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Row:
    """``low`` <= sum of ``by`` times the variables ``at`` <= ``high``, wanted by requirement ``owner``."""

    owner: int
    at: Places
    by: Floats
    low: float
    high: float


@dataclass(frozen=True)
class Cap:
    """At most ``most`` uses of each item over all forms (infinite where there is no cap)."""

    owner: int
    most: Floats


@dataclass(frozen=True)
class FormRows:
    """``goal @ variables - shift`` is what the objective keeps down: its largest entry is the value of a form.

    ``units`` has the places of the items of each shared text, for drawing them together. ``free`` marks items
    that overlap and uses count (all but the fixed ones).
    """

    items: int
    texts: int
    rows: tuple[Row, ...]
    goal: sp.csr_array
    shift: Floats
    overlap: tuple[tuple[int, int], ...]
    caps: tuple[Cap, ...]
    units: tuple[Places, ...]
    free: Mask
    least: float
    matrix: sp.csr_array = field(init=False)
    low: Floats = field(init=False)
    high: Floats = field(init=False)
    owner: Places = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", matrix(self.rows, self.variables))
        object.__setattr__(self, "low", np.array([row.low for row in self.rows], dtype=np.float64))
        object.__setattr__(self, "high", np.array([row.high for row in self.rows], dtype=np.float64))
        object.__setattr__(self, "owner", np.array([row.owner for row in self.rows], dtype=np.intp))

    @property
    def variables(self) -> int:
        return self.items + self.texts

    def value(self, chosen: Floats) -> float:
        """The objective of one form given its 0/1 variables (0 without a goal)."""
        return float((self.goal @ chosen - self.shift).max()) if len(self.shift) else 0.0

    def most_uses(self, forms: int) -> Floats:
        """How many of the forms each item may stand in."""
        most = np.full(self.items, float(forms))
        for cap in self.caps:
            most = np.minimum(most, cap.most)
        return most

    def most_shared(self) -> int | None:
        return min((most for _, most in self.overlap), default=None)


def matrix(rows: Sequence[Row], variables: int) -> sp.csr_array:
    if not rows:
        return sp.csr_array((0, variables))
    counts = np.fromiter((len(row.at) for row in rows), dtype=np.int32, count=len(rows))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    at = np.concatenate([row.at for row in rows]).astype(np.int32)
    by = np.concatenate([row.by for row in rows])
    return sp.csr_array((by, at, start), shape=(len(rows), variables))


def form_rows(bank: Bank, blueprint: Blueprint) -> FormRows:
    """Rows, objective and what binds forms together.

    Raises AssemblyError for columns that do not exist, cells that are no numbers where numbers are needed, items
    without parameters where curves are needed, ids that the bank does not hold.
    """
    rows: list[Row] = []
    overlap: list[tuple[int, int]] = []
    caps: list[Cap] = []
    units: list[Places] = []
    free = np.ones(len(bank), dtype=bool)
    next_text = len(bank)
    for owner, wanted in enumerate(blueprint.requirements):
        if isinstance(wanted, Stimuli):
            sets = texts_of(bank, wanted)
            units.extend(sets)
            rows.extend(_stimuli(owner, wanted, sets, next_text))
            next_text += len(sets)
        elif isinstance(wanted, Overlap):
            overlap.append((owner, wanted.most))
        elif isinstance(wanted, Uses):
            caps.append(Cap(owner, np.full(len(bank), float(wanted.most))))
        else:
            rows.extend(_rows(owner, wanted, bank))
            if isinstance(wanted, Fixed):
                free[places(bank, wanted.items, wanted)] = False
            if isinstance(wanted, Exposure):
                shown = np.nan_to_num(bank.numbers(wanted.column, place(wanted)))
                caps.append(Cap(owner, np.maximum(0, (wanted.most - shown) // wanted.per_form)))
    for cap in caps:
        if isinstance(blueprint.requirements[cap.owner], Uses):
            cap.most[~free] = np.inf
    goal, shift = _goal(bank, blueprint, next_text)
    return FormRows(
        items=len(bank),
        texts=next_text - len(bank),
        rows=tuple(rows),
        goal=goal,
        shift=shift,
        overlap=tuple(overlap),
        caps=tuple(caps),
        units=tuple(units),
        free=free,
        least=0.0 if blueprint.objective.goal in ("none", "closest") else -np.inf,
    )


def place(wanted: Requirement) -> str:
    """The requirement as an error names it: its line and its words."""
    return f"line {wanted.line}, {wanted}" if wanted.line else str(wanted)


def places(bank: Bank, ids: Sequence[str], wanted: Requirement) -> Places:
    unknown = [id for id in ids if id not in bank.place]
    if unknown:
        raise AssemblyError(
            "no_such_item",
            f"{place(wanted)}: {bank.name} holds no item {', '.join(unknown[:5])}; correct or remove it.",
            items=unknown,
        )
    return np.array(sorted({bank.place[id] for id in ids}), dtype=np.intp)


def coefficients(bank: Bank, measure: Measure, wanted_by: str) -> Floats:
    """What each item adds to a measure (to the numerator of a mean or share)."""
    mask = measure.where.mask(bank, wanted_by)
    if measure.kind in ("count", "share"):
        return mask.astype(np.float64)
    if measure.kind in ("sum", "mean"):
        values = bank.numbers(measure.column, wanted_by)
        what = f"column {measure.column} is empty"
    else:
        of = bank.information if measure.kind == "information" else bank.expected_score
        values = of([measure.theta])[:, 0]
        what = "there are no item parameters (columns a and b or d)"
    empty = np.flatnonzero(mask & np.isnan(values))
    if len(empty):
        raise AssemblyError(
            "missing_value",
            f"{wanted_by}: {what} for {len(empty)} items, first {bank.where(int(empty[0]))}; "
            "fill it in or leave these items out with a condition.",
            items=[bank.ids[i] for i in empty],
        )
    return np.where(mask, values, 0.0)


def texts_of(bank: Bank, wanted: Stimuli) -> list[Places]:
    """Places of the items of each shared text."""
    return _groups(bank.texts(wanted.column, place(wanted)))


def _groups(cells: Sequence[str]) -> list[Places]:
    groups: dict[str, list[int]] = {}
    for i, cell in enumerate(cells):
        if cell:
            groups.setdefault(cell, []).append(i)
    return [np.array(groups[name], dtype=np.intp) for name in sorted(groups)]


def enemy_sets(bank: Bank, wanted: Enemies) -> list[Places]:
    """Sets of places of which a form may hold ``most``; pairs named twice come once."""
    if wanted.items:
        return [places(bank, wanted.items, wanted)]
    if wanted.same:
        return [
            group for group in _groups(bank.texts(wanted.same, place(wanted))) if len(group) > wanted.most
        ]
    pairs = set()
    for i, words in enumerate(bank.words(wanted.listed, place(wanted))):
        pairs |= {
            tuple(sorted((i, bank.place[id]))) for id in words if id in bank.place and id != bank.ids[i]
        }
    return [np.array(pair, dtype=np.intp) for pair in sorted(pairs)]


def excluded(bank: Bank, wanted: Requirement) -> Places:
    """Places that a requirement keeps out of every form."""
    at = place(wanted)
    if isinstance(wanted, Forbidden):
        return places(bank, wanted.items, wanted)
    if isinstance(wanted, Unseen):
        hit = [not words.isdisjoint(wanted.groups) for words in bank.words(wanted.column, at)]
    elif isinstance(wanted, Rested):
        words_of = bank.words(wanted.column, at)
        order = list(wanted.sessions) or sorted(frozenset().union(*words_of), key=_natural)
        recent = frozenset(order[-wanted.last :] if wanted.last else ())
        hit = [not words.isdisjoint(recent) for words in words_of]
    elif isinstance(wanted, Exposure):
        shown = np.nan_to_num(bank.numbers(wanted.column, at))
        hit = list(shown + wanted.per_form > wanted.most)
    else:
        hit = []
    return np.flatnonzero(np.array(hit, dtype=bool)).astype(np.intp)


def _natural(word: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts session10 after session9."""
    parts: list[tuple[int, int | str]] = []
    for char in word:
        if char.isdigit() and parts and parts[-1][0] == 0:
            parts[-1] = (0, int(parts[-1][1]) * 10 + int(char))
        else:
            parts.append((0, int(char)) if char.isdigit() else (1, char))
    return tuple(parts)


def _rows(owner: int, wanted: Requirement, bank: Bank) -> Iterator[Row]:
    if isinstance(wanted, Limit):
        yield from _limit(owner, wanted, bank)
    elif isinstance(wanted, Enemies):
        for group in enemy_sets(bank, wanted):
            yield Row(owner, group, np.ones(len(group)), -np.inf, float(wanted.most))
    elif isinstance(wanted, Fixed):
        at = places(bank, wanted.items, wanted)
        yield Row(owner, at, np.ones(len(at)), float(len(at)), np.inf)
    else:
        at = excluded(bank, wanted)
        if len(at):
            yield Row(owner, at, np.ones(len(at)), -np.inf, 0.0)


def _limit(owner: int, wanted: Limit, bank: Bank) -> Iterator[Row]:
    by = coefficients(bank, wanted.measure, place(wanted))
    low = -np.inf if wanted.low is None else wanted.low
    high = np.inf if wanted.high is None else wanted.high
    if wanted.measure.kind not in ("mean", "share"):
        yield _row(owner, by, low, high)
        return
    among = (
        wanted.measure.where.mask(bank, place(wanted))
        if wanted.measure.kind == "mean"
        else np.ones(len(bank))
    )
    if wanted.low is not None:
        yield _row(owner, by - low * among, 0.0, np.inf)
    if wanted.high is not None:
        yield _row(owner, by - high * among, -np.inf, 0.0)


def _row(owner: int, by: Floats, low: float, high: float) -> Row:
    at = np.flatnonzero(by)
    return Row(owner, at.astype(np.intp), np.asarray(by[at], dtype=np.float64), low, high)


def _stimuli(owner: int, wanted: Stimuli, sets: list[Places], first: int) -> Iterator[Row]:
    for k, at in enumerate(sets):
        size = float(len(at))
        low = size if wanted.whole else max(1.0, float(wanted.low or 1))
        high = size if wanted.whole or wanted.high is None else min(size, float(wanted.high))
        used = np.append(at, first + k)
        if low > size:
            yield Row(owner, at, np.ones(len(at)), -np.inf, 0.0)
        else:
            yield Row(owner, used, np.append(np.ones(len(at)), -low), 0.0, np.inf)
            yield Row(owner, used, np.append(np.ones(len(at)), -high), -np.inf, 0.0)
    if wanted.fewest is not None or wanted.most is not None:
        at = np.arange(first, first + len(sets), dtype=np.intp)
        low = -np.inf if wanted.fewest is None else float(wanted.fewest)
        high = np.inf if wanted.most is None else float(wanted.most)
        yield Row(owner, at, np.ones(len(sets)), low, high)


def _goal(bank: Bank, blueprint: Blueprint, variables: int) -> tuple[sp.csr_array, Floats]:
    objective = blueprint.objective
    lines, shift = [], []
    for aim in objective.aims:
        by = coefficients(bank, aim.measure, f"objective, {aim.measure}")
        target = aim.target
        if aim.measure.kind in ("mean", "share"):
            length = blueprint.length()
            if length is None or (aim.measure.kind == "mean" and aim.measure.where.tests):
                raise AssemblyError(
                    "aim",
                    f"objective, {aim.measure}: a mean or share can be aimed at only over all items of a form "
                    "whose number of items is fixed; aim at a sum, or fix the number (items = 45).",
                )
            by = by / length
        signs = {"closest": (1.0, -1.0), "most": (-1.0,), "least": (1.0,)}[objective.goal]
        for sign in signs:
            lines.append(sign * by / aim.unit)
            shift.append(sign * target / aim.unit if objective.goal == "closest" else 0.0)
    dense = np.array(lines).reshape(len(lines), len(bank))
    padded = sp.csr_array(np.hstack([dense, np.zeros((len(lines), variables - len(bank)))]))
    return padded, np.array(shift, dtype=np.float64)
