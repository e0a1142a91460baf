"""The way in: a bank, a blueprint, a number of forms; out come forms with what is proven about them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tancai.engines.assembly.bank import Bank, Floats
from tancai.engines.assembly.blueprint import Blueprint, Enemies, Limit, Rested, Unseen
from tancai.engines.assembly.checking import Check, checks, shared
from tancai.engines.assembly.conflicts import Conflict, Frame, explain
from tancai.engines.assembly.errors import AssemblyError, Note
from tancai.engines.assembly.rows import FormRows, form_rows, place
from tancai.engines.assembly.several import Found, Progress, Search, find

MOST_FORMS = 200


@dataclass(frozen=True)
class Assembly:
    """``status``: ``optimal`` (within ``gap_allowed`` of the best, proven), ``feasible`` (all requirements hold, the
    gap is wider), ``infeasible`` (proven: ``conflict``), ``unknown`` (none found, nothing proven).

    ``value`` is the objective (deviation for ``closest``; the smallest, the largest measure for ``most``, ``least``),
    ``bound`` what no set of forms can better, ``gap`` their distance; all None where they do not apply.
    ``late``: the time ran out, so another machine may come to other forms; without, the seed alone decides.
    """

    status: str
    forms: tuple[tuple[str, ...], ...]
    checks: tuple[Check, ...]
    shared: tuple[tuple[int, ...], ...]
    value: float | None
    bound: float | None
    gap: float | None
    gap_allowed: float
    way: str
    late: bool
    seed: int
    seconds: float
    conflict: Conflict | None = None
    notes: tuple[Note, ...] = ()


def assemble(
    bank: Bank,
    blueprint: Blueprint,
    forms: int = 1,
    *,
    seed: int = 0,
    seconds: float = 600.0,
    progress: Progress | None = None,
) -> Assembly:
    """Forms that meet every requirement of the blueprint.

    The same bank (in whatever order), blueprint, number and ``seed`` give the same forms, unless ``seconds`` ran out
    (``late``). Raises AssemblyError for a bank and a blueprint that do not fit each other; a blueprint that the bank
    cannot meet is no error but status ``infeasible`` with its conflict.
    """
    if not 1 <= forms <= MOST_FORMS:
        raise AssemblyError("forms", f"Number of forms {forms}: ask for 1 to {MOST_FORMS}.")
    begun = time.monotonic()
    left = _remaining(begun, seconds)
    order = np.random.default_rng(seed).permutation(np.argsort(np.array(bank.ids)))
    mixed = bank.take([int(i) for i in order])
    rows = form_rows(mixed, blueprint)
    objective = blueprint.objective
    gap = objective.gap if objective.goal != "none" else 0.0
    search = Search(rows, forms, gap, seed, left, progress or _silent)
    found = find(search)
    conflict = _conflict(mixed, blueprint, rows, forms, found, seed, left)
    chosen = tuple(_ids(bank, blueprint, mixed, form) for form in found.forms)
    checked = checks(bank, blueprint, chosen)
    if broken := [str(check.requirement) for check in checked if chosen and not check.holds]:
        raise AssertionError(f"forms break requirements: {broken}")
    return Assembly(
        status=_status(found),
        forms=chosen,
        checks=checked,
        shared=shared(blueprint, chosen),
        **_worth(rows, objective.goal, found),
        gap_allowed=gap,
        way=found.way,
        late=found.late,
        seed=seed,
        seconds=time.monotonic() - begun,
        conflict=conflict,
        notes=(*bank.notes, *_notes(bank, blueprint)),
    )


def _remaining(begun: float, seconds: float) -> Callable[[], float]:
    return lambda: seconds - (time.monotonic() - begun)


def _silent(way: str, done: int, forms: int) -> None:
    return None


def _status(found: Found) -> str:
    if found.status == "infeasible":
        return "infeasible"
    if not found.forms:
        return "unknown"
    return "optimal" if found.status == "solved" else "feasible"


def _conflict(
    bank: Bank,
    blueprint: Blueprint,
    rows: FormRows,
    forms: int,
    found: Found,
    seed: int,
    left: Callable[[], float],
) -> Conflict | None:
    if found.status != "infeasible":
        return None
    return explain(Frame(bank, blueprint, rows, forms, found.proof, seed=seed, seconds_left=left))


def _ids(bank: Bank, blueprint: Blueprint, mixed: Bank, form: Floats) -> tuple[str, ...]:
    """Ids of a form, by the columns of the blueprint's order and then as the bank has them."""
    at = sorted(bank.place[mixed.ids[i]] for i in np.flatnonzero(form[: len(bank)] > 0.5))
    for name in reversed(blueprint.order):
        column = bank.column(name, "order")
        at.sort(key=lambda i: column[i])
    return tuple(bank.ids[i] for i in at)


def _worth(rows: FormRows, goal: str, found: Found) -> dict[str, float | None]:
    if goal == "none" or not found.forms:
        return {"value": None, "bound": None, "gap": None}
    value = max(rows.value(form) for form in found.forms)
    sign = -1.0 if goal == "most" else 1.0
    bound = min(found.bound, value)
    if not np.isfinite(bound):
        return {"value": sign * value, "bound": None, "gap": None}
    return {"value": sign * value, "bound": sign * bound, "gap": value - bound}


def _notes(bank: Bank, blueprint: Blueprint) -> list[Note]:
    """Requirements that speak of nothing the bank holds: mostly a word misspelt."""
    found = []
    for group in blueprint.of(Unseen):
        known = frozenset().union(*bank.words(group.column, place(group)))
        if missing := [name for name in group.groups if name not in known]:
            words = (
                f"{place(group)}: nothing in {bank.name} was seen by {', '.join(missing)}; is the name right?"
            )
            found.append(Note("no_such_group", words))
    for rest in blueprint.of(Rested):
        known = frozenset().union(*bank.words(rest.column, place(rest)))
        if rest.sessions and (unlisted := sorted(known.difference(rest.sessions))):
            words = (
                f"{place(rest)}: {', '.join(unlisted[:5])} of {bank.name} is not among the sessions listed."
            )
            found.append(Note("no_such_session", words))
    for enemy in (one for one in blueprint.of(Enemies) if one.listed):
        named = frozenset().union(*bank.words(enemy.listed, place(enemy)))
        if unknown := sorted(named.difference(bank.place)):
            words = f"{place(enemy)}: {bank.name} holds no item {', '.join(unknown[:5])}, named as an enemy."
            found.append(Note("no_such_enemy", words))
    for one in blueprint.of(Limit):
        if one.measure.where.tests and not one.measure.where.mask(bank, place(one)).any():
            found.append(
                Note("no_such_items", f"{place(one)}: no item of {bank.name} has {one.measure.where}.")
            )
    return found
