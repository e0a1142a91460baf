"""The programs over one form, over all forms summed up, and over all forms one by one.

*Summed up* counts in how many forms each item stands: every requirement of a form holds for the mean of the forms, so
whatever this smaller program excludes is excluded for the forms, and its best value bounds theirs. If z forms hold an
item, z (z - 1) / 2 pairs share it; this convex number is bounded from below by its tangents at whole z.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from tancai.engines.assembly.bank import Floats
from tancai.engines.assembly.rows import FormRows
from tancai.engines.assembly.solver import Program

TANGENTS = (1, 2, 3, 4, 6, 9, 13, 19, 28)
MOST_TANGENT_ROWS = 60_000


def value_variable(program: Program, rows: FormRows) -> int:
    """The variable that the objective minimises."""
    return program.variables(1, low=rows.least, high=np.inf, whole=False, cost=1.0)


def add_form(program: Program, rows: FormRows, value: int | None, *, high: float | Floats = 1.0) -> int:
    """One form; ``high`` 0 keeps an item out. Returns the place of its first variable."""
    x = program.variables(rows.items, high=high)
    program.variables(rows.texts)
    program.rows(rows.low, rows.high, (x, rows.matrix), owner=rows.owner)
    _add_goal(program, rows, x, value, 1)
    return x


def add_sum(
    program: Program,
    rows: FormRows,
    forms: int,
    value: int | None,
    *,
    high: float | Floats,
    whole: bool = False,
) -> int:
    """Several forms summed up; ``high`` is the number of forms that each item may stand in."""
    z = program.variables(rows.items, high=high, whole=whole)
    program.variables(rows.texts, high=float(forms), whole=whole)
    program.rows(forms * rows.low, forms * rows.high, (z, rows.matrix), owner=rows.owner)
    _add_goal(program, rows, z, value, forms)
    return z


def add_shared(program: Program, rows: FormRows, forms: int, z: int, high: float | Floats) -> None:
    """Bounds what pairs of the summed-up forms share."""
    if not rows.overlap or forms < 2:
        return
    free = np.flatnonzero(rows.free & (np.broadcast_to(high, rows.items) > 1))
    if not len(free):
        return
    top = int(min(forms, np.broadcast_to(high, rows.items).max()))
    at = [k for k in TANGENTS if k < top]
    at = at[: max(1, MOST_TANGENT_ROWS // len(free))]
    pick = sp.csr_array((np.ones(len(free)), (range(len(free)), free)), shape=(len(free), rows.items))
    pairs = program.variables(len(free), high=np.inf, whole=False)
    for k in at:
        program.rows(-k * (k + 1) / 2, np.inf, (pairs, sp.eye_array(len(free))), (z, -k * pick))
    for owner, most in rows.overlap:
        limit = most * forms * (forms - 1) / 2
        program.rows(-np.inf, limit, (pairs, np.ones((1, len(free)))), owner=owner)


def summed(rows: FormRows, forms: int, *, whole: bool, goal: bool = True) -> Program:
    """All forms summed up, uses and overlap as rows of the requirements that want them."""
    program = Program()
    value = value_variable(program, rows) if goal else None
    z = add_sum(program, rows, forms, value, high=float(forms), whole=whole)
    add_shared(program, rows, forms, z, float(forms))
    _add_caps(program, rows, [z], forms)
    return program


def one(rows: FormRows, *, goal: bool = True, high: float | Floats = 1.0) -> Program:
    """A single form, its variables first."""
    program = Program()
    x_first = add_form(program, rows, None, high=high)
    assert x_first == 0
    if goal:
        value = value_variable(program, rows)
        _add_goal(program, rows, 0, value, 1)
    _add_caps(program, rows, [0], 1)
    return program


def every(rows: FormRows, forms: int, *, goal: bool = True) -> Program:
    """All forms, one after the other from variable 0; then what each pair shares."""
    program = Program()
    places = [add_form(program, rows, None) for _ in range(forms)]
    if goal:
        value = value_variable(program, rows)
        for x in places:
            _add_goal(program, rows, x, value, 1)
    _add_caps(program, rows, places, forms)
    for k, x in enumerate(places):
        for y in places[:k]:
            add_pair(program, rows, x, y)
    return program


def add_pair(program: Program, rows: FormRows, x: int, y: int) -> None:
    """Two forms share no more than the overlap allows."""
    if not rows.overlap:
        return
    free = np.flatnonzero(rows.free)
    pick = sp.csr_array((np.ones(len(free)), (range(len(free)), free)), shape=(len(free), rows.items))
    both = program.variables(len(free), whole=False)
    program.rows(-1.0, np.inf, (both, sp.eye_array(len(free))), (x, -pick), (y, -pick))
    for owner, most in rows.overlap:
        program.rows(-np.inf, float(most), (both, np.ones((1, len(free)))), owner=owner)


def _add_goal(program: Program, rows: FormRows, at: int, value: int | None, forms: int) -> None:
    if value is not None and len(rows.shift):
        column = np.full((len(rows.shift), 1), -float(forms))
        program.rows(-np.inf, forms * rows.shift, (at, rows.goal), (value, column))


def _add_caps(program: Program, rows: FormRows, places: list[int], forms: int) -> None:
    for cap in rows.caps:
        at = np.flatnonzero(cap.most < forms)
        if len(at):
            pick = sp.csr_array((np.ones(len(at)), (range(len(at)), at)), shape=(len(at), rows.items))
            program.rows(-np.inf, cap.most[at], *((x, pick) for x in places), owner=cap.owner)
