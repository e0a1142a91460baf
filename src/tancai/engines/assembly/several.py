"""Parallel forms: quick ways first, each judged by one bound that holds for every set of forms.

1. *In turn*: each form from a random part of the bank, taken as soon as it is within the gap of the bound.
2. *With those to come*: each form together with the sum of the forms still to come (van der Linden & Adema 1998), so
   that no form spoils the rest.
3. *Pairs*: the worst form and another made anew together, as long as that helps.
4. *All at once*: one program over all forms, from the best found so far, where that is of a size that can be solved.

The bound is the best value of all forms summed up (see ``programs``), of a single form alone, and of step 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tancai.engines.assembly.bank import Floats
from tancai.engines.assembly.programs import (
    add_form,
    add_pair,
    add_shared,
    add_sum,
    every,
    one,
    summed,
    value_variable,
)
from tancai.engines.assembly.rows import FormRows, Places
from tancai.engines.assembly.solver import Outcome, Program, solve

SMALLEST_PART = 300
PART_OF_LENGTH = 8
NODES_IN_TURN = 400
NODES_TO_COME = 300
NODES_PAIR = 300
NODES_AT_ONCE = 5000
WORK_AT_ONCE = 20_000_000
ROUNDS_BY_FORM = 2
MOST_TO_COME = 3000
MOST_PAIR = 400
MOST_AT_ONCE = 40_000
ROUNDING = 1e-7

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Found:
    """``forms``: 0/1 variables of each form, none when nothing was found.

    ``status``: ``solved`` within the gap of ``bound``; ``stopped`` farther away, or without forms and without proof
    that there are none; ``infeasible`` by the program ``proof`` (``one``, ``summed``, ``every``).
    """

    status: str
    forms: tuple[Floats, ...]
    bound: float
    way: str = ""
    proof: str = ""
    late: bool = False


@dataclass
class Search:
    """What the ways share: the rows, the number of forms, the limits and the chance."""

    rows: FormRows
    count: int
    gap: float
    seed: int
    seconds_left: Callable[[], float]
    progress: Progress
    bound: float = -np.inf
    late: bool = False
    prices: Floats | None = None
    supported: int = 0

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        self.shared = self.rows.most_shared()
        self.most = self.rows.most_uses(self.count)
        if self.shared == 0:
            self.most[self.rows.free] = np.minimum(self.most[self.rows.free], 1.0)

    @property
    def by_parts(self) -> bool:
        """Whether a part of the bank can serve as well as the whole: not when the greatest or least is sought."""
        return self.rows.least == 0 and bool(np.isfinite(self.bound))

    @property
    def target(self) -> float:
        """A form at or below this is good enough."""
        return self.bound + self.gap - min(ROUNDING, self.gap / 2)

    def solve(self, program: Program, **options: object) -> Outcome:
        outcome = solve(program, seed=self.seed, seconds=self.seconds_left(), **options)  # type: ignore[arg-type]
        self.late |= outcome.late
        return outcome

    def worst(self, forms: Sequence[Floats]) -> float:
        return max(self.rows.value(form) for form in forms)

    def near(self, forms: Sequence[Floats]) -> bool:
        return self.worst(forms) <= self.bound + self.gap + ROUNDING

    def whole(self, x: Floats) -> Floats:
        return np.round(x[: self.rows.variables])

    def left(self, forms: Sequence[Floats]) -> Floats:
        """How many more forms each item may stand in."""
        return self.most - sum((form[: self.rows.items] for form in forms), start=np.zeros(self.rows.items))


def find(search: Search) -> Found:
    """The forms, the bound and what is known about both."""
    return _single(search) if search.count == 1 else _parallel(search)


def _single(search: Search) -> Found:
    search.bound = _relaxed(search)
    if np.isposinf(search.bound):
        return Found("infeasible", (), np.inf, proof="one")
    if search.by_parts:
        forms = _in_turn(search)
        if forms:
            return Found("solved", tuple(forms), search.bound, "in turn", late=search.late)
    outcome = search.solve(one(search.rows), gap=search.gap)
    if outcome.status == "infeasible":
        return Found("infeasible", (), np.inf, proof="one")
    bound = max(search.bound, outcome.bound)
    if outcome.x is None:
        return Found("stopped", (), bound, late=search.late)
    return Found(outcome.status, (search.whole(outcome.x),), bound, "all at once", late=search.late)


def _parallel(search: Search) -> Found:
    search.progress("bound", 0, search.count)
    search.bound = _relaxed(search)
    forms: list[Floats] = []
    if search.by_parts:
        forms = _in_turn(search)
        if forms:
            return Found("solved", tuple(forms), search.bound, "in turn", late=search.late)
    proof = _impossible(search)
    if proof:
        return Found("infeasible", (), np.inf, proof=proof, late=search.late)
    way, base = "with those to come", _anyhow(search)
    forms = _with_those_to_come(search)
    if base and (not forms or search.worst(base) < search.worst(forms)):
        way, forms = "in turn", base
    if forms and not search.near(forms):
        way = "pairs"
        forms = _pairs(search, forms)
    if forms and search.near(forms):
        return Found("solved", tuple(forms), search.bound, way, late=search.late)
    return _at_once(search, forms, way)


def _relaxed(search: Search) -> float:
    """The bound of all forms summed up and relaxed; keeps the price of each item for choosing candidates."""
    outcome = search.solve(summed(search.rows, search.count, whole=False), whole=False)
    if outcome.status == "infeasible":
        return np.inf
    if outcome.x is not None and outcome.prices is not None:
        items = slice(1, 1 + search.rows.items)
        search.supported = int((outcome.x[items] > ROUNDING).sum())
        search.prices = np.where(outcome.x[items] > ROUNDING, -np.inf, outcome.prices[items])
    return outcome.bound


def _impossible(search: Search) -> str:
    """Which smaller program proves that there are no such forms; raises the bound by the way."""
    outcome = search.solve(one(search.rows), gap=search.gap, nodes=NODES_AT_ONCE)
    if outcome.status == "infeasible":
        return "one"
    search.bound = max(search.bound, outcome.bound)
    if search.rows.items * search.count <= MOST_AT_ONCE or np.isposinf(search.bound):
        program = summed(search.rows, search.count, whole=True, goal=False)
        if search.solve(program, nodes=NODES_AT_ONCE).status == "infeasible":
            return "summed"
    return ""


def _in_turn(search: Search) -> list[Floats]:
    """Forms within the gap, each from a part of the bank; none at all when one of them fails."""
    forms: list[Floats] = []
    for k in range(search.count):
        search.progress("in turn", k, search.count)
        form = _from_parts(search, forms)
        if form is None:
            return []
        forms.append(form)
    return forms


def _anyhow(search: Search) -> list[Floats]:
    """Forms that meet every requirement, near the best or not, to begin from."""
    bare = replace(search.rows, goal=search.rows.goal[:0], shift=search.rows.shift[:0], least=0.0)
    other = Search(bare, search.count, 0.0, search.seed, search.seconds_left, search.progress, bound=0.0)
    forms = _in_turn(other)
    search.late |= other.late
    return forms


def _from_parts(search: Search, forms: Sequence[Floats]) -> Floats | None:
    left = search.left(forms)
    fresh = np.flatnonzero((left >= 1) & (left == search.most))
    order = search.chance.permutation(fresh)
    size = max(SMALLEST_PART, PART_OF_LENGTH * _length(search.rows))
    while True:
        part = _part(search, order, size, left)
        outcome = _one_of(search, part, forms)
        if outcome is not None or search.late:
            return outcome
        if len(part) >= len(fresh):
            break
        size *= 2
    every_left = np.flatnonzero(left >= 1)
    return _one_of(search, every_left, forms) if len(every_left) > len(fresh) else None


def _part(search: Search, order: Places, size: int, left: Floats) -> Places:
    """The first of the order, what rare requirements need of the rest, and texts with all their items."""
    rows = search.rows
    if len(order) <= size:
        return np.union1d(order, np.flatnonzero(~rows.free & (left >= 1)))
    chosen = np.zeros(rows.items, dtype=bool)
    chosen[order[:size]] = True
    chosen[~rows.free] = True
    known = np.zeros(rows.items, dtype=bool)
    known[order] = True
    for row in rows.rows:
        if row.low > 0 and len(row.at) and row.at.max() < rows.items:
            mine = np.zeros(rows.items)
            mine[row.at] = row.by
            reached = np.cumsum(mine[order])
            until = int(np.searchsorted(reached, 4 * row.low)) + 1
            wanted = order[:until]
            chosen[wanted[mine[wanted] > 0]] = True
    for unit in rows.units:
        if chosen[unit].any():
            chosen[unit] = True
    return np.flatnonzero(chosen & (known | (~rows.free & (left >= 1))))


def _one_of(search: Search, part: Places, forms: Sequence[Floats]) -> Floats | None:
    """A form from a part of the bank, within the gap and apart from the forms before; None if none was found."""
    rows = search.rows
    small = narrowed(rows, part)
    program = one(small)
    _apart(program, rows, part, 0, forms, search.shared, 1)
    outcome = search.solve(program, gap=search.gap, target=search.target, nodes=NODES_IN_TURN)
    if outcome.x is None:
        return None
    form = widened(rows, part, outcome.x)
    return form if rows.value(form) <= search.bound + search.gap + ROUNDING else None


def _with_those_to_come(search: Search) -> list[Floats]:
    rows = search.rows
    forms: list[Floats] = []
    for k in range(search.count):
        search.progress("with those to come", k, search.count)
        left = search.left(forms)
        most = max(SMALLEST_PART, 2 * search.supported, _length(rows) * search.count)
        for size in (min(most, MOST_TO_COME), MOST_TO_COME):
            part = _candidates(search, left, size)
            outcome = search.solve(
                _form_and_sum(search, narrowed(rows, part), part, left[part], forms, search.count - k - 1),
                gap=search.gap,
                target=search.target,
                nodes=NODES_TO_COME,
            )
            if outcome.x is not None:
                break
        else:
            return []
        forms.append(widened(rows, part, outcome.x))
    return forms


def _form_and_sum(
    search: Search, rows: FormRows, part: Places, left: Floats, forms: Sequence[Floats], to_come: int
) -> Program:
    """The next form (its variables first) and the sum of those to come, which leave each other enough."""
    program = Program()
    x = add_form(program, rows, None, high=np.minimum(left, 1.0))
    value = value_variable(program, rows)
    goal = np.full((len(rows.shift), 1), -1.0)
    if len(rows.shift):
        program.rows(-np.inf, rows.shift, (x, rows.goal), (value, goal))
    _apart(program, search.rows, part, x, forms, search.shared, 1)
    if not to_come:
        return program
    high = np.minimum(left, to_come)
    z = add_sum(program, rows, to_come, value, high=high)
    each = sp.eye_array(rows.items)
    program.rows(-np.inf, left, (x, each), (z, each))
    add_shared(program, rows, to_come, z, high)
    _apart(program, search.rows, part, z, forms, search.shared, to_come)
    if search.shared:
        free = np.flatnonzero(rows.free & (left > 1))
        if len(free):
            pick = sp.csr_array((np.ones(len(free)), (range(len(free)), free)), shape=(len(free), rows.items))
            both = program.variables(len(free), high=np.inf, whole=False)
            program.rows(
                -float(to_come),
                np.inf,
                (both, sp.eye_array(len(free))),
                (x, -to_come * pick),
                (z, -pick),
            )
            program.rows(-np.inf, float(to_come * search.shared), (both, np.ones((1, len(free)))))
    return program


def _pairs(search: Search, forms: list[Floats]) -> list[Floats]:
    """The worst form and another made anew together, from the best partner on, until none helps."""
    for _ in range(ROUNDS_BY_FORM * search.count):
        if search.near(forms) or search.late:
            break
        values = [search.rows.value(form) for form in forms]
        worst = int(np.argmax(values))
        search.progress("pairs", worst, search.count)
        for partner in np.argsort(values, kind="stable"):
            if partner != worst and (better := _pair(search, forms, worst, int(partner), values[worst])):
                forms = better
                break
        else:
            return forms
    return forms


def _pair(search: Search, forms: list[Floats], a: int, b: int, before: float) -> list[Floats] | None:
    rows = search.rows
    others = [form for k, form in enumerate(forms) if k not in (a, b)]
    left = search.left(others)
    mine = (forms[a] + forms[b])[: rows.items] > 0
    part = _candidates(search, np.where(mine, np.maximum(left, 1), left), MOST_PAIR, mine)
    small = narrowed(rows, part)
    program = Program()
    x, y = (add_form(program, small, None, high=np.minimum(left[part], 1.0)) for _ in range(2))
    value = value_variable(program, small)
    column = np.full((len(small.shift), 1), -1.0)
    for place in (x, y):
        program.rows(-np.inf, small.shift, (place, small.goal), (value, column))
        _apart(program, rows, part, place, others, search.shared, 1)
    each = sp.eye_array(small.items)
    program.rows(-np.inf, left[part], (x, each), (y, each))
    add_pair(program, small, x, y)
    columns = np.concatenate([part, np.arange(rows.items, rows.variables)])
    old = [forms[a][columns], forms[b][columns]]
    both = np.minimum(old[0], old[1])[np.flatnonzero(small.free)] if small.overlap else np.empty(0)
    outcome = search.solve(
        program,
        gap=search.gap / 2,
        target=search.target,
        nodes=NODES_PAIR,
        start=np.concatenate([*old, [before], both]),
    )
    if outcome.x is None or outcome.value > before - max(1e-6, search.gap / 20):
        return None
    found = list(forms)
    found[a] = widened(rows, part, outcome.x)
    found[b] = widened(rows, part, outcome.x[y:])
    return found


def _at_once(search: Search, forms: list[Floats], way: str) -> Found:
    rows, count = search.rows, search.count
    pairs = rows.items * count * (count - 1) // 2 if rows.overlap else 0
    known = Found("stopped", tuple(forms), search.bound, way if forms else "", late=search.late)
    if rows.items * count + pairs > MOST_AT_ONCE:
        return known
    search.progress("all at once", 0, count)
    start = _start(search, forms) if forms else None
    program = every(rows, count)
    nodes = min(NODES_AT_ONCE, WORK_AT_ONCE // program.size)
    outcome = search.solve(program, gap=search.gap, target=search.target, nodes=nodes, start=start)
    if outcome.status == "infeasible":
        return Found("infeasible", (), np.inf, proof="every", late=search.late)
    bound = max(search.bound, outcome.bound)
    if outcome.x is None or (forms and search.worst(forms) <= outcome.value):
        return replace(
            known,
            bound=bound,
            status="solved" if forms and search.worst(forms) <= bound + search.gap else "stopped",
        )
    found = tuple(search.whole(outcome.x[k * rows.variables :]) for k in range(count))
    near = search.worst(found) <= bound + search.gap + ROUNDING
    return Found("solved" if near else "stopped", found, bound, "all at once", late=search.late)


def _start(search: Search, forms: Sequence[Floats]) -> Floats:
    free = np.flatnonzero(search.rows.free)
    both = [
        np.minimum(form, other)[free]
        for k, form in enumerate(forms)
        for other in forms[:k]
        if search.rows.overlap
    ]
    return np.concatenate([*forms, [search.worst(forms)], *both])


def _candidates(search: Search, left: Floats, most: int, kept: NDArray[np.bool_] | None = None) -> Places:
    """Items that may still be used: all, or ``kept`` and fixed ones and of the rest those that cost least.

    What an item costs says the relaxed sum of all forms; equal ones come by chance. Texts come whole.
    """
    usable = np.flatnonzero(left >= 1)
    if len(usable) <= most:
        return usable
    order = search.chance.permutation(usable)
    if search.prices is not None:
        order = order[np.argsort(search.prices[order], kind="stable")]
    if kept is not None:
        order = np.concatenate([np.flatnonzero(kept), order[~kept[order]]])
    return _part(search, order, most, left)


def narrowed(rows: FormRows, part: Places) -> FormRows:
    """The rows over a part of the items; rows that say nothing any more are left out."""
    if len(part) == rows.items:
        return rows
    place = np.full(rows.variables, -1, dtype=np.intp)
    place[part] = np.arange(len(part))
    place[rows.items :] = np.arange(len(part), len(part) + rows.texts)
    kept = []
    for row in rows.rows:
        at = place[row.at]
        here = at >= 0
        by = row.by[here]
        idle = np.minimum(by, 0).sum() >= row.low and np.maximum(by, 0).sum() <= row.high
        if not idle:
            kept.append(replace(row, at=at[here], by=by))
    columns = np.concatenate([part, np.arange(rows.items, rows.variables)])
    return replace(
        rows,
        items=len(part),
        rows=tuple(kept),
        goal=rows.goal[:, columns],
        caps=tuple(replace(cap, most=cap.most[part]) for cap in rows.caps),
        units=(),
        free=rows.free[part],
    )


def widened(rows: FormRows, part: Places, x: Floats) -> Floats:
    """A form over a part of the items as one over all."""
    form = np.zeros(rows.variables)
    form[part] = np.round(x[: len(part)])
    form[rows.items :] = np.round(x[len(part) : len(part) + rows.texts])
    return form


def _apart(
    program: Program,
    rows: FormRows,
    part: Places,
    at: int,
    forms: Sequence[Floats],
    shared: int | None,
    times: int,
) -> None:
    """What is at ``at`` (a form, or ``times`` forms summed up) shares no more than allowed with each form before."""
    if shared is None or not forms:
        return
    held = np.array([form[part] * rows.free[part] for form in forms])
    program.rows(-np.inf, float(times * shared), (at, sp.csr_array(held)))


def _length(rows: FormRows) -> int:
    """About how many items a form has, from the row that wants the most."""
    return int(
        max((row.low for row in rows.rows if (row.by == 1).all() and np.isfinite(row.low)), default=20)
    )
