"""What changed in scripts after marking: re-checks and rulings, oldest first; the newest of a question counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tancai.marking.models import AutoScore, OpenAnswer, RecheckDecision, RulingScore, Script

Marks = dict[int, tuple[Decimal, Decimal]]
"""Marks and marks to win by position."""


def first_marks(script_ids: Iterable[int]) -> dict[int, Marks]:
    """As they were scored and marked, by script; an answer not yet marked stands as 0.

    Where people mark a part of a question and the rest was scored, both are added up.
    """
    wanted = list(script_ids)
    found: dict[int, Marks] = {script_id: {} for script_id in wanted}
    scored = AutoScore.objects.filter(script__in=wanted)
    for script_id, position, marks, out_of in scored.values_list("script", "position", "marks", "out_of"):
        found[script_id][position] = (marks, out_of)
    opened = OpenAnswer.objects.filter(script__in=wanted)
    for script_id, position, given, out_of in opened.values_list("script", "position", "marks", "out_of"):
        found[script_id][position] = together(found[script_id].get(position), (given or Decimal(0), out_of))
    return found


def together(
    scored: tuple[Decimal, Decimal] | None, marked: tuple[Decimal, Decimal]
) -> tuple[Decimal, Decimal]:
    """Marks and marks to win of a question that was scored in part and marked in part."""
    return marked if scored is None else (scored[0] + marked[0], scored[1] + marked[1])


def later_marks(script_ids: Iterable[int]) -> dict[int, dict[int, tuple[Decimal, Decimal | None]]]:
    """Changed marks by script and position; None where what there is to win stayed as it was."""
    scripts = dict(Script.objects.filter(pk__in=list(script_ids)).values_list("sitting__admission", "pk"))
    changes: list[tuple[datetime, int, int, int, Decimal, Decimal | None]] = []
    decided = RecheckDecision.objects.filter(request__result__admission__in=scripts)
    for at, admission_id, positions in decided.values_list("at", "request__result__admission", "changes"):
        for position, change in positions.items():
            marks = Decimal(str(change["after"]))
            changes.append((at, 0, scripts[admission_id], int(position), marks, None))
    ruled = RulingScore.objects.filter(script__in=scripts.values()).order_by("decision__at", "pk")
    columns = ("decision__at", "script", "position", "marks", "out_of")
    changes += [
        (at, 1, pk, position, marks, of) for at, pk, position, marks, of in ruled.values_list(*columns)
    ]
    found: dict[int, dict[int, tuple[Decimal, Decimal | None]]] = defaultdict(dict)
    for _at, _order, script_id, position, marks, out_of in sorted(changes, key=lambda one: one[:2]):
        before = found[script_id].get(position)
        kept = before[1] if out_of is None and before is not None else out_of
        found[script_id][position] = (marks, kept)
    return found


def changed(first: Marks, later: dict[int, tuple[Decimal, Decimal | None]]) -> Marks:
    """Marks as they stand: the first ones with what changed since."""
    found = dict(first)
    for position, (marks, out_of) in later.items():
        if position in first:
            found[position] = (marks, first[position][1] if out_of is None else out_of)
    return found


def standing_marks(script_ids: Iterable[int]) -> dict[int, Marks]:
    """Marks as they stand now, by script."""
    wanted = list(script_ids)
    later = later_marks(wanted)
    return {pk: changed(marks, later.get(pk, {})) for pk, marks in first_marks(wanted).items()}
