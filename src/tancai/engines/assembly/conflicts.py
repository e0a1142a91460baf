"""Why nothing fits: the smallest set of requirements that cannot hold together, and how far each would have to give.

The smallest set comes from its duality with repairs (Liffiton & Sakallah 2008; Ignatiev et al. 2015): every set of
requirements whose removal makes the rest feasible has a member in every conflict. So the smallest set that meets all
repairs known is tried; while it is feasible it shows a repair not yet known, and when it is infeasible it is a
smallest conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tancai.engines.assembly.bank import Bank, Floats
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
from tancai.engines.assembly.checking import measured
from tancai.engines.assembly.conditions import span
from tancai.engines.assembly.programs import every, one, summed
from tancai.engines.assembly.rows import FormRows
from tancai.engines.assembly.solver import NOBODY, Outcome, Program, solve

TRIES = 60
NODES = 5000
MOST_LARGE = 1e5


@dataclass(frozen=True)
class Relaxation:
    """How far one requirement alone would have to give; ``needed`` is its new bound where it has one.

    ``enough`` is False when giving this one alone does not help, however far. ``words`` says it.
    """

    requirement: Requirement
    enough: bool
    needed: float | None
    words: str


@dataclass(frozen=True)
class Conflict:
    """``requirements`` cannot hold together, any of them dropped and the others can.

    ``smallest``: there is no conflict of fewer; else it is only without a superfluous member. ``proof``: the program
    that is infeasible (``one`` form, all forms ``summed`` up, ``every`` form). ``repair``: fewest requirements of the
    blueprint without which all the rest can hold (empty when not settled in time); there may be other conflicts.
    """

    requirements: tuple[Requirement, ...]
    relaxations: tuple[Relaxation, ...]
    repair: tuple[Requirement, ...]
    smallest: bool
    proof: str


class Frame:
    """A program whose rows can be left out, paid for or bent, requirement by requirement."""

    def __init__(
        self,
        bank: Bank,
        blueprint: Blueprint,
        rows: FormRows,
        forms: int,
        proof: str,
        *,
        seed: int = 0,
        seconds_left: Callable[[], float] = lambda: 1e6,
    ) -> None:
        self.bank, self.blueprint, self.rows, self.forms, self.proof = bank, blueprint, rows, forms, proof
        self.seed, self.seconds_left = seed, seconds_left
        if proof == "one":
            program = one(rows, goal=False)
        elif proof == "summed":
            program = summed(rows, forms, whole=True, goal=False)
        else:
            program = every(rows, forms, goal=False)
        self.table, self.low, self.high, self.owner = program.table()
        lows, highs, _ = program.columns()
        self.columns = (lows, highs, program.kinds())

    def _program(self, hard: NDArray[np.bool_]) -> Program:
        """The variables and the hard rows."""
        program = Program()
        lows, highs, whole = self.columns
        edges = np.concatenate([[0], np.flatnonzero(np.diff(whole.astype(int))) + 1, [len(whole)]])
        for a, b in pairwise(edges):
            program.variables(int(b - a), low=lows[a:b], high=highs[a:b], whole=bool(whole[a]))
        at = np.flatnonzero(hard)
        if len(at):
            program.rows(self.low[at], self.high[at], (0, self.table[at]))
        return program

    def _solve(self, program: Program, gap: float = 0.0) -> Outcome:
        return solve(program, seed=self.seed, gap=gap, nodes=NODES, seconds=self.seconds_left())

    def _held(self, owners: Sequence[int]) -> NDArray[np.bool_]:
        return np.isin(self.owner, [NOBODY, *owners])

    def feasible(self, owners: Sequence[int]) -> bool | None:
        """Whether these requirements can hold together; None when that was not settled in time."""
        outcome = self._solve(self._program(self._held(owners)))
        return None if outcome.x is None and outcome.status == "stopped" else outcome.x is not None

    def repair(self, kept: Sequence[int]) -> set[int] | None:
        """A smallest set of other requirements whose removal leaves the kept ones and the rest feasible."""
        program = self._program(self._held(kept))
        soft = [int(owner) for owner in np.unique(self.owner) if owner != NOBODY and owner not in kept]
        price = program.variables(len(soft), cost=1.0)
        lowest, highest = self._reach()
        for k, owner in enumerate(soft):
            at = np.flatnonzero(self.owner == owner)
            for bound, reach in ((self.low, lowest), (self.high, highest)):
                short = at[np.isfinite(bound[at])]
                room = reach[short] - bound[short]
                wanted = short[(room < 0) if bound is self.low else (room > 0)]
                if len(wanted):
                    bend = (bound[wanted] - reach[wanted])[:, None]
                    low, high = (bound[wanted], np.inf) if bound is self.low else (-np.inf, bound[wanted])
                    program.rows(low, high, (0, self.table[wanted]), (price + k, bend))
        outcome = self._solve(program, gap=0.9)
        if outcome.x is None:
            return None
        return {owner for k, owner in enumerate(soft) if outcome.x[price + k] > 0.5}

    def _reach(self) -> tuple[Floats, Floats]:
        """The least and the greatest each row can come to."""
        lows, highs, _ = self.columns
        highs = np.minimum(highs, MOST_LARGE)
        up, down = self.table.maximum(0), self.table.minimum(0)
        return up @ lows + down @ highs, up @ highs + down @ lows

    def bend(self, owner: int) -> Floats | None:
        """A solution that holds every other requirement and bends this one as little as possible; None if none does."""
        program = self._program(self.owner != owner)
        at = np.flatnonzero(self.owner == owner)
        together = isinstance(self.blueprint.requirements[owner], Uses | Overlap)
        slack = program.variables(1 if together else len(at), high=np.inf, whole=False, cost=1.0)
        each = sp.csr_array(np.ones((len(at), 1))) if together else sp.eye_array(len(at), format="csr")
        for bound, sign in ((self.low, 1.0), (self.high, -1.0)):
            has = np.flatnonzero(np.isfinite(bound[at]))
            if len(has):
                low, high = (bound[at][has], np.inf) if sign > 0 else (-np.inf, bound[at][has])
                program.rows(low, high, (0, self.table[at[has]]), (slack, sign * each[has]))
        outcome = self._solve(program)
        return None if outcome.x is None else outcome.x[: len(self.columns[0])]


def explain(frame: Frame) -> Conflict | None:
    """The conflict behind an infeasible frame; None when time ran out before one was proven."""
    owners = [int(owner) for owner in np.unique(frame.owner) if owner != NOBODY]
    found = _smallest(frame)
    smallest = found is not None
    if found is None:
        found = _without_superfluous(frame, owners)
    if found is None:
        return None
    members = tuple(frame.blueprint.requirements[owner] for owner in found)
    relaxations = tuple(relaxation(frame, owner) for owner in found)
    repair = tuple(frame.blueprint.requirements[owner] for owner in sorted(frame.repair([]) or ()))
    return Conflict(members, relaxations, repair, smallest, frame.proof)


def _smallest(frame: Frame) -> list[int] | None:
    repairs: list[set[int]] = []
    for _ in range(TRIES):
        tried = _meeting(repairs)
        feasible = frame.feasible(tried)
        if feasible is None:
            return None
        if not feasible:
            return tried
        repair = frame.repair(tried)
        if not repair:
            return None
        repairs.append(repair)
    return None


def _meeting(repairs: Sequence[set[int]]) -> list[int]:
    """A smallest set with a member in each of these sets."""
    members = sorted(set().union(*repairs))
    if not members:
        return []
    program = Program()
    program.variables(len(members), cost=1.0)
    table = np.array([[float(member in repair) for member in members] for repair in repairs])
    program.rows(1.0, np.inf, (0, table))
    x = solve(program).x
    assert x is not None
    return [member for member, taken in zip(members, x, strict=True) if taken > 0.5]


def _without_superfluous(frame: Frame, owners: list[int]) -> list[int] | None:
    """Leaves out one requirement after the other as long as the rest stays infeasible."""
    kept = list(owners)
    if frame.feasible(kept) is not False:
        return None
    for owner in owners:
        rest = [other for other in kept if other != owner]
        if frame.feasible(rest) is False:
            kept = rest
    return kept


def relaxation(frame: Frame, owner: int) -> Relaxation:
    """How far one requirement must give when all others stand."""
    wanted = frame.blueprint.requirements[owner]
    x = frame.bend(owner)
    if x is None:
        return Relaxation(wanted, False, None, "giving this alone is not enough")
    forms = _forms_of(frame, x)
    if isinstance(wanted, Limit):
        return _limit(frame, wanted, forms)
    if isinstance(wanted, Overlap):
        shared = frame.table[frame.owner == owner] @ x
        least = float(np.ceil(shared.max() / _pairs(frame) - 1e-6))
        return Relaxation(wanted, True, least, f"at least {least:g} shared items must be allowed")
    if isinstance(wanted, Uses):
        most = float(np.round(forms.sum(axis=0)[: frame.rows.items].max()))
        return Relaxation(wanted, True, most, f"an item in {most:g} forms must be allowed")
    if isinstance(wanted, Exposure):
        shown = np.nan_to_num(frame.bank.numbers(wanted.column, str(wanted)))
        uses = np.round(forms.sum(axis=0))
        after = float((shown + wanted.per_form * uses)[uses > 0].max(initial=0))
        return Relaxation(wanted, True, after, f"{after:g} times must be allowed")
    if isinstance(wanted, Forbidden | Unseen | Rested | Fixed):
        return _items(frame, owner, wanted, forms)
    broken = int(np.round(_broken(frame, owner, x)))
    what = "texts" if isinstance(wanted, Stimuli) else "sets" if isinstance(wanted, Enemies) else "rows"
    return Relaxation(wanted, True, None, f"must give for {max(broken, 1)} of its {what}")


def _pairs(frame: Frame) -> float:
    return frame.forms * (frame.forms - 1) / 2 if frame.proof == "summed" else 1.0


def _forms_of(frame: Frame, x: Floats) -> Floats:
    """Forms x items; one row with the mean when they are summed up."""
    width = frame.rows.variables
    if frame.proof == "every":
        return np.array([x[k * width : k * width + frame.rows.items] for k in range(frame.forms)])
    return x[None, : frame.rows.items]


def _limit(frame: Frame, wanted: Limit, forms: Floats) -> Relaxation:
    share = frame.forms if frame.proof == "summed" else 1
    values = measured(frame.bank, wanted.measure, forms / share, str(wanted))
    low = min(values) if wanted.low is not None and min(values) < wanted.low - 1e-9 else wanted.low
    high = max(values) if wanted.high is not None and max(values) > wanted.high + 1e-9 else wanted.high
    if wanted.measure.kind in ("count",) and frame.proof == "summed":
        low = None if low is None else float(np.floor(low + 1e-9))
        high = None if high is None else float(np.ceil(high - 1e-9))
    needed = _short(low if low != wanted.low else high)
    exact = wanted.low is not None and wanted.low == wanted.high
    needs = span(needed, needed) if exact else span(_short(low), _short(high))
    words = f"{needs} instead of {span(wanted.low, wanted.high)}"
    if wanted.measure.kind in ("count", "sum") and wanted.low is not None and low != wanted.low:
        words += f" (the bank holds {_supply(frame, wanted.measure):g})"
    return Relaxation(wanted, True, needed, words)


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def _supply(frame: Frame, measure: Measure) -> float:
    return measured(frame.bank, measure, np.ones((1, len(frame.bank))), "")[0]


def _items(frame: Frame, owner: int, wanted: Requirement, forms: Floats) -> Relaxation:
    rows = [row for row in frame.rows.rows if row.owner == owner]
    at = np.concatenate([np.empty(0, dtype=np.intp), *(row.at for row in rows)])
    if isinstance(wanted, Fixed):
        always = frame.forms if frame.proof == "summed" else 1
        let_go = [i for i in at if (forms[:, i] < always - 0.5).any()]
        words = f"without {_names(frame, let_go)}"
    else:
        let_go = [i for i in at if (forms[:, i] > 0.5).any()]
        words = f"with {len(let_go)} of the {len(at)} items allowed again, such as {_names(frame, let_go)}"
    return Relaxation(wanted, True, float(len(let_go)), words)


def _names(frame: Frame, at: Sequence[int]) -> str:
    names = [frame.bank.ids[i] for i in at]
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _broken(frame: Frame, owner: int, x: Floats) -> float:
    at = np.flatnonzero(frame.owner == owner)
    value = frame.table[at] @ x
    return float(((value < frame.low[at] - 1e-6) | (value > frame.high[at] + 1e-6)).sum())
