"""Decisions about tickets, entry and time on plain values; no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

ENTRY_LEAD = timedelta(minutes=30)
"""How long before the start the exam room opens for waiting."""

GRACE = timedelta(minutes=10)
"""How long after the end answers made in time may still arrive."""

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10

LET_IN = timedelta(minutes=15)
"""How long a late candidate may use the invigilator's permission to enter."""


ORDERS = ("extra", "pause", "resume", "message", "end")
REASONS = (
    "power",
    "network",
    "device",
    "illness",
    "accommodation",
    "disturbance",
    "traffic",
    "identity",
    "misconduct",
    "mistake",
    "notice",
    "other",
)
"""Reason codes of the invigilator's orders; their words are made where they are shown."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a stable code and what its words need."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``ok`` when there are no reasons; ``warnings`` do not refuse but should be shown."""

    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What decides about entry: times of the session, state of the application, hours studied, what happened."""

    starts_at: datetime
    entry_until: datetime
    approved: bool
    settled: bool
    hours_share: float
    hours_required: float
    withdrawn: bool = False
    cancelled: bool = False
    has_paper: bool = True
    began_at: datetime | None = None
    ends_at: datetime | None = None
    finished: bool = False
    let_in_until: datetime | None = None


def _standing(facts: EntryFacts) -> list[Reason]:
    reasons = []
    if facts.cancelled:
        reasons.append(Reason("cancelled"))
    if facts.withdrawn:
        reasons.append(Reason("withdrawn"))
    if not facts.approved:
        reasons.append(Reason("not_approved"))
    if not facts.settled:
        reasons.append(Reason("fee"))
    return reasons


def _hours(facts: EntryFacts) -> list[Reason]:
    if facts.hours_share >= facts.hours_required:
        return []
    return [Reason("hours", {"share": facts.hours_share, "required": facts.hours_required})]


def may_print_ticket(facts: EntryFacts, ticket_from: datetime, at: datetime) -> Verdict:
    """Hours do not hold the ticket back, but a candidate who lacks them is warned in time."""
    reasons = _standing(facts)
    if at < ticket_from:
        reasons.append(Reason("too_early", {"opens": ticket_from}))
    return Verdict(tuple(reasons), tuple(_hours(facts)))


def may_enter(facts: EntryFacts, at: datetime) -> Verdict:
    """Who has begun may come back until the end; who has not must be in time and have the hours."""
    if facts.finished:
        return Verdict((Reason("finished"),))
    if facts.began_at is not None:
        if facts.ends_at is not None and at > facts.ends_at + GRACE:
            return Verdict((Reason("over", {"ended": facts.ends_at}),))
        return Verdict((Reason("cancelled"),)) if facts.cancelled else Verdict()
    reasons = _standing(facts) + _hours(facts)
    opens = facts.starts_at - ENTRY_LEAD
    if at < opens:
        reasons.append(Reason("too_early", {"opens": opens}))
    if at > facts.entry_until and (facts.let_in_until is None or at > facts.let_in_until):
        reasons.append(Reason("too_late", {"closed": facts.entry_until}))
    if not facts.has_paper:
        reasons.append(Reason("no_paper"))
    return Verdict(tuple(reasons))


@dataclass(frozen=True, slots=True)
class LateFacts:
    """What decides whether the invigilator may let a late candidate in: ``over_at`` is the end of working time."""

    entry_until: datetime
    over_at: datetime
    minutes_allowed: int
    begun: bool
    withdrawn: bool
    cancelled: bool
    has_paper: bool


def may_let_in(facts: LateFacts, at: datetime) -> Verdict:
    """A late entry by permission: only after the ordinary limit, within the minutes set, before time is over."""
    reasons = []
    if facts.cancelled:
        reasons.append(Reason("cancelled"))
    if facts.withdrawn:
        reasons.append(Reason("withdrawn"))
    if facts.begun:
        reasons.append(Reason("has_begun"))
    if not facts.has_paper:
        reasons.append(Reason("no_paper"))
    if at <= facts.entry_until:
        reasons.append(Reason("not_late", {"until": facts.entry_until}))
    last = min(facts.entry_until + timedelta(minutes=facts.minutes_allowed), facts.over_at)
    if at > last:
        reasons.append(Reason("too_late_for_all", {"until": last}))
    return Verdict(tuple(reasons))


def plan(
    *, starts_at: datetime, minutes: int, extra_minutes: int, own_time: bool, at: datetime
) -> tuple[datetime, datetime]:
    """Begin and end of a sitting entered ``at``: late entry costs time unless the session runs on own time."""
    begins = max(at, starts_at) if own_time else starts_at
    return begins, begins + timedelta(minutes=minutes + extra_minutes)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the invigilator that moves the end: extra, pause, resume or end."""

    kind: str
    at: datetime
    seconds: int = 0


def ends_after(begins: datetime, ends: datetime, orders: list[Order]) -> datetime | None:
    """The planned end moved by extra time and pauses, in order; None while paused."""
    paused: datetime | None = None
    for order in orders:
        if order.kind == "end":
            return order.at
        if order.kind == "extra":
            ends += timedelta(seconds=order.seconds)
        elif order.kind == "pause" and paused is None:
            paused = order.at
        elif order.kind == "resume" and paused is not None:
            ends += max(timedelta(0), order.at - max(paused, begins))
            paused = None
    return None if paused is not None else ends


def applies(kind: str, orders: list[Order], seconds: int = 0) -> bool:
    """Whether an order would change anything after those given: no second pause, no resume without one,
    nothing after the end, and no more time taken back than was given."""
    paused = ended = False
    given = 0
    for order in orders:
        paused = order.kind == "pause" or (paused and order.kind != "resume")
        ended = ended or order.kind == "end"
        given += order.seconds if order.kind == "extra" else 0
    if kind in ("message", "transfer"):
        return True
    if ended:
        return False
    if kind == "pause":
        return not paused
    if kind == "resume":
        return paused
    return kind != "extra" or seconds > 0 or given + seconds >= 0


def session_state(*, starts_at: datetime, over_at: datetime, events: frozenset[str], at: datetime) -> str:
    """``cancelled``, ``closed``, ``over``, ``running``, ``prepared`` or ``open`` from the facts and the time."""
    for final in ("cancelled", "closed"):
        if final in events:
            return final
    if at >= over_at:
        return "over"
    if at >= starts_at:
        return "running"
    return "prepared" if "prepared" in events else "open"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier admission: until when it could be entered, whether it was begun, whether its answers are in;
    ``annulled`` when it was ended by mistake and does not count against the limit."""

    entry_until: datetime
    begun: bool
    finished: bool
    annulled: bool = False


@dataclass(frozen=True, slots=True)
class ResitFacts:
    approved: bool
    same_programme: bool
    attempts: tuple[Attempt, ...]
    starts_at: datetime
    cancelled: bool = False
    limit: int | None = None
    other_booking: bool = False


def may_book_resit(facts: ResitFacts, at: datetime) -> Verdict:
    """Another attempt follows an earlier one that is over, sat or missed."""
    reasons = []
    if not facts.approved:
        reasons.append(Reason("not_approved"))
    if not facts.same_programme:
        reasons.append(Reason("other_programme"))
    if not facts.attempts:
        reasons.append(Reason("no_attempt"))
    if any(
        not attempt.finished and (attempt.begun or at <= attempt.entry_until) for attempt in facts.attempts
    ):
        reasons.append(Reason("attempt_open"))
    if facts.other_booking:
        reasons.append(Reason("booked_already"))
    if at >= facts.starts_at or facts.cancelled:
        reasons.append(Reason("day_over"))
    counted = sum(not attempt.annulled for attempt in facts.attempts)
    if facts.limit is not None and counted - 1 >= facts.limit:
        reasons.append(Reason("limit", {"limit": facts.limit}))
    return Verdict(tuple(reasons))


def called_off(order_state: str) -> bool:
    """Whether a booked resit counts no more because of the state of its newest order."""
    return order_state in ("cancelled", "refunded")


def may_cancel_resit(order_state: str | None, *, admitted: bool) -> Verdict:
    """A booking is given up while nothing was paid; what was paid the office gives back."""
    if order_state is None or called_off(order_state):
        return Verdict((Reason("not_booked"),))
    if admitted:
        return Verdict((Reason("admitted"),))
    return Verdict() if order_state in ("open", "refused") else Verdict((Reason("paid"),))


def ticket_prefix(programme: str, date: date) -> str:
    return f"{programme.upper()}-{date:%Y%m%d}-"


def ticket_number(prefix: str, serial: int) -> str:
    """``CEM-20261128-0001``: programme, day, serial within the day."""
    return f"{prefix}{serial:04d}"


def entry_code(digits: list[int]) -> str:
    """A code of the given random digits (0–31 each), without characters that look alike."""
    return "".join(ALPHABET[digit] for digit in digits)


def order(entries: list[tuple[int, str]], rng: Any) -> list[int]:
    """Positions in the order one candidate sees them: sections stay in place, questions within are shuffled.

    ``entries`` are (position, section key) in the form's order; ``rng`` a seeded ``random.Random``.
    """
    sections: dict[str, list[int]] = {}
    for position, section in entries:
        sections.setdefault(section, []).append(position)
    shown: list[int] = []
    for positions in sections.values():
        shuffled = list(positions)
        rng.shuffle(shuffled)
        shown.extend(shuffled)
    return shown
