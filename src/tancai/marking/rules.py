"""Decisions of marking on plain values: no clock, no database, no framework.

Marks are ``Decimal`` in halves. A decision that refuses gives reasons with stable codes and plain parameters.
"""

from __future__ import annotations

import statistics as stats
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FIRST, SECOND, THIRD = "first", "second", "third"
HALF, CENT = Decimal("0.5"), Decimal("0.01")


@dataclass(frozen=True)
class Policy:
    """How an installation marks.

    ``second``: who gets a second marker: ``never``, ``near_pass`` (total of the first marks within ``near`` marks of
    the pass mark) or ``always``. Two marks of one answer may differ by ``tolerance`` marks; beyond it a third person
    decides. A claim holds ``claim_minutes``; a re-check may be asked for during ``recheck_days`` working days.
    """

    second: str = "near_pass"
    near: Decimal = Decimal(3)
    tolerance: Decimal = Decimal(2)
    claim_minutes: int = 20
    recheck_days: int = 5


@dataclass(frozen=True)
class Reason:
    """Why not: a stable code and what its words need."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where an answer stands: who is needed next (empty when settled) and the marks it then has."""

    needs: str
    marks: Decimal | None


def cents(value: Decimal) -> Decimal:
    """Marks as they are kept: a third of two marks is 0.67, in the first scoring and in every later one."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def halves(value: Decimal) -> Decimal:
    """The nearest half mark; what lies in the middle goes up, in the candidate's favour."""
    return (value * 2).quantize(Decimal(1), rounding=ROUND_HALF_UP) / 2


def point_maxima(printed: Sequence[int], out_of: Decimal) -> tuple[Decimal, ...]:
    """What each marking point is worth on a paper that gives ``out_of`` marks: ``printed`` scaled, in halves.

    In cents where there are more points than half marks to give; such a point is won whole or not at all.
    """
    total = sum(printed)
    if total == out_of or not total:
        return tuple(Decimal(marks) for marks in printed)
    unit = HALF if out_of % HALF == 0 and out_of >= HALF * len(printed) else CENT
    units = int(out_of / unit)
    exact = [Decimal(marks) * units / total for marks in printed]
    shares = [max(1, int(value)) for value in exact]
    while sum(shares) < units:
        behind = max(range(len(shares)), key=lambda i: (exact[i] - shares[i], -i))
        shares[behind] += 1
    while sum(shares) > units:
        ahead = max((i for i in range(len(shares)) if shares[i] > 1), key=lambda i: (shares[i] - exact[i], i))
        shares[ahead] -= 1
    return tuple(share * unit for share in shares)


def point_faults(points: Sequence[Decimal], maxima: Sequence[Decimal]) -> tuple[Reason, ...]:
    """What is wrong with marks given to points: ``count``, ``range`` or ``halves``, with the point in question."""
    if len(points) != len(maxima):
        return (Reason("count", {"given": len(points), "wanted": len(maxima)}),)
    faults = []
    for number, (given, most) in enumerate(zip(points, maxima, strict=True), start=1):
        if not given.is_finite() or not 0 <= given <= most:
            faults.append(Reason("range", {"point": number, "most": most}))
        elif given % HALF and given != most:
            faults.append(Reason("halves", {"point": number}))
    return tuple(faults)


def wants_second(
    policy: Policy, *, auto: Decimal, firsts: Sequence[Decimal | None], pass_mark: Decimal
) -> bool:
    """Whether the answers of a script go to a second marker.

    ``firsts`` holds the first mark of every open answer, None where it is missing: near the pass line is known only
    when all are there, and later marks do not change it.
    """
    if policy.second == "always":
        return True
    if policy.second != "near_pass" or any(mark is None for mark in firsts):
        return False
    total = auto + sum((mark for mark in firsts if mark is not None), Decimal(0))
    return abs(total - pass_mark) <= policy.near


def settle(totals: Sequence[Decimal], *, second_wanted: bool, tolerance: Decimal) -> Standing:
    """Where an answer stands after these marks, oldest first, withdrawn ones left out."""
    if not totals:
        return Standing(FIRST, None)
    if len(totals) == 1:
        return Standing(SECOND, None) if second_wanted else Standing("", totals[0])
    if len(totals) > 2:
        return Standing("", totals[2])
    if abs(totals[0] - totals[1]) > tolerance:
        return Standing(THIRD, None)
    return Standing("", halves((totals[0] + totals[1]) / 2))


@dataclass(frozen=True)
class MarkFacts:
    """What decides whether a marker may give this mark now."""

    needs: str
    seen_as: str
    own: bool
    marked_before: bool
    claimed_by_other: bool
    released: bool


def mark_refused(facts: MarkFacts) -> str:
    """``""`` or why not: own, released, already_yours, moved_on, claimed."""
    if facts.own:
        return "own"
    if facts.released:
        return "released"
    if facts.marked_before:
        return "already_yours"
    if not facts.needs or facts.needs != facts.seen_as:
        return "moved_on"
    return "claimed" if facts.claimed_by_other else ""


def undo_refused(*, own: bool, last: bool, withdrawn: bool, released: bool, marked_since: bool) -> str:
    """``""`` or why a mark cannot be taken back: not_yours, not_last, withdrawn, released, marked_since."""
    if not own:
        return "not_yours"
    if withdrawn:
        return "withdrawn"
    if released:
        return "released"
    if not last:
        return "not_last"
    return "marked_since" if marked_since else ""


def passes(total: Decimal | None, pass_mark: Decimal) -> bool:
    """An absent candidate (None) does not pass; the pass mark itself is enough."""
    return total is not None and total >= pass_mark


@dataclass(frozen=True)
class SessionFacts:
    """Counts of a session as release sees them."""

    over: bool
    admitted: int
    running: int
    unscored: int
    waiting: Mapping[str, int]
    released: bool
    cancelled: bool = False
    rehearsal: bool = False

    @property
    def open(self) -> int:
        return sum(self.waiting.values())


def release_reasons(facts: SessionFacts) -> tuple[Reason, ...]:
    """Why the results of a session cannot be released now; empty when they can."""
    if facts.released:
        return (Reason("already_released"),)
    if facts.rehearsal:
        return (Reason("rehearsal"),)
    if facts.cancelled:
        return (Reason("cancelled"),)
    if not facts.admitted:
        return (Reason("nobody"),)
    reasons = []
    if not facts.over:
        reasons.append(Reason("not_over"))
    if facts.running:
        reasons.append(Reason("running", {"count": facts.running}))
    if facts.unscored:
        reasons.append(Reason("unscored", {"count": facts.unscored}))
    if facts.open:
        reasons.append(Reason("open", {"count": facts.open, **facts.waiting}))
    return tuple(reasons)


def session_state(facts: SessionFacts) -> str:
    """``released``, ``waiting`` (exam not over), ``marking`` or ``ready``."""
    if facts.released:
        return "released"
    if not facts.over:
        return "waiting"
    return "marking" if release_reasons(facts) else "ready"


@dataclass(frozen=True)
class Band:
    """Totals from ``low`` up to ``high`` (the last band includes it)."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class Statistics:
    """Figures over the totals of those who sat; shares are 0–1, empty figures are None."""

    sat: int
    absent: int
    passed: int
    mean: float | None
    median: float | None
    deviation: float | None
    lowest: float | None
    highest: float | None
    bands: tuple[Band, ...]

    @property
    def share(self) -> float | None:
        return self.passed / self.sat if self.sat else None


def statistics(
    totals: Sequence[Decimal], *, passed: int, absent: int, out_of: int = 100, width: int = 10
) -> Statistics:
    """Figures and the distribution in bands of ``width`` marks."""
    values = [float(total) for total in totals]
    lows = list(range(0, max(out_of, width), width))
    counts = [0] * len(lows)
    for value in values:
        counts[min(int(value // width), len(lows) - 1)] += 1
    bands = tuple(Band(low, min(low + width, out_of), count) for low, count in zip(lows, counts, strict=True))
    return Statistics(
        sat=len(values),
        absent=absent,
        passed=passed,
        mean=stats.fmean(values) if values else None,
        median=stats.median(values) if values else None,
        deviation=stats.pstdev(values) if values else None,
        lowest=min(values, default=None),
        highest=max(values, default=None),
        bands=bands,
    )


def recheck_refused(*, outcome: str, corrected: bool, asked: bool, last_day: date, today: date) -> str:
    """``""`` or why a re-check cannot be asked for: absent, corrected, asked, over. The last day still counts."""
    if outcome == "absent":
        return "absent"
    if corrected:
        return "corrected"
    if asked:
        return "asked"
    return "over" if today > last_day else ""


def final_since(*, last_day: date, decided: Sequence[date], waiting: int) -> date | None:
    """Since when the results of a session stand for good: nobody may ask any more and everything asked is decided.

    ``last_day`` is the last day of the window for re-checks; None while one waits for its decision.
    """
    return None if waiting else max([last_day, *decided])


def decision_refused(*, decided: bool, own: bool, marked: bool, released: bool) -> str:
    """``""`` or why this person may not decide a re-check: decided, own, marked_it, released_it.

    A re-check is a second person's look: neither who marked the script nor who released the session decides.
    """
    if decided:
        return "decided"
    if own:
        return "own"
    if marked:
        return "marked_it"
    return "released_it" if released else ""


def corrected_marks(
    before: Mapping[int, Decimal], out_of: Mapping[int, Decimal], changes: Mapping[int, Decimal]
) -> tuple[dict[int, Decimal], tuple[Reason, ...]]:
    """Marks per position after a re-check, and the faults of the changes: position, range, halves."""
    faults = []
    for position, given in changes.items():
        if position not in out_of:
            faults.append(Reason("position", {"position": position}))
        elif not given.is_finite() or not 0 <= given <= out_of[position]:
            faults.append(Reason("range", {"position": position, "most": out_of[position]}))
        elif given % HALF:
            faults.append(Reason("halves", {"position": position}))
    return {**before, **changes}, tuple(faults)


def pass_mark_of(pass_mark: Decimal, out_of: Decimal, of_all: Decimal) -> Decimal:
    """The pass mark when questions were taken out: it falls in proportion to the marks that can still be won."""
    if out_of == of_all or not of_all:
        return pass_mark
    return (pass_mark * out_of / of_all).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Effect:
    """What a ruling does to one score. ``crossing``: ``up`` (passes now), ``down`` (passes no longer) or empty."""

    admission_id: int
    script_id: int
    before: Decimal
    after: Decimal
    out_of_before: Decimal
    out_of_after: Decimal
    pass_mark_after: Decimal
    passed_before: bool
    passed_after: bool

    @property
    def crossing(self) -> str:
        if self.passed_before == self.passed_after:
            return ""
        return "up" if self.passed_after else "down"

    def plain(self) -> dict[str, Any]:
        """As JSON; marks as text, so that they come back exactly."""
        return {
            "admission": self.admission_id,
            "script": self.script_id,
            "before": str(self.before.normalize()),
            "after": str(self.after.normalize()),
            "out_of_before": str(self.out_of_before.normalize()),
            "out_of_after": str(self.out_of_after.normalize()),
            "pass_mark_after": str(self.pass_mark_after.normalize()),
            "passed_before": self.passed_before,
            "passed_after": self.passed_after,
        }


def effect_of(row: Mapping[str, Any]) -> Effect:
    """The effect that ``plain`` wrote."""
    return Effect(
        admission_id=row["admission"],
        script_id=row["script"],
        before=Decimal(row["before"]),
        after=Decimal(row["after"]),
        out_of_before=Decimal(row["out_of_before"]),
        out_of_after=Decimal(row["out_of_after"]),
        pass_mark_after=Decimal(row["pass_mark_after"]),
        passed_before=row["passed_before"],
        passed_after=row["passed_after"],
    )


def ruled(kind: str, before: tuple[Decimal, Decimal], rescored: Decimal | None) -> tuple[Decimal, Decimal]:
    """Marks and marks to win of one question after a ruling: ``credit``, ``drop`` or ``rekey`` (``rescored``)."""
    if kind == "credit":
        return before[1], before[1]
    if kind == "drop":
        return Decimal(0), Decimal(0)
    return (before[0] if rescored is None else rescored), before[1]


def added(before: tuple[Decimal, Decimal], change: Decimal) -> Decimal:
    """Marks of a question with what its scored part won or lost, within what there is to win."""
    return min(max(before[0] + change, Decimal(0)), before[1])


def ruling_refused(*, decided: bool, proposer: bool, concerned: bool) -> str:
    """``""`` or why this person may not decide a ruling: decided, proposer, own."""
    if decided:
        return "decided"
    if proposer:
        return "proposer"
    return "own" if concerned else ""


def outcome_refused(*, approved: bool, reason: bool, changed: bool) -> str:
    """``""`` or why a ruling cannot end like this: changed_since (the scores announced are no longer so), no_reason."""
    if approved:
        return "changed_since" if changed else ""
    return "" if reason else "no_reason"
