"""How study time is counted. Pure; milliseconds, aware datetimes.

A page that is visible and in use sends a beat every ``BEAT`` seconds or sooner. A beat credits the real time since the
lesson's last beat, at most ``GAP`` seconds of it, never time already credited to the same person (two windows share one
clock), never more than the lesson holds. After ``BREAK`` seconds of silence, or an idle beat, counting starts anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

BEAT = 30
GAP = 45
BREAK = 120
IDLE = 180
"""Seconds without any sign of a reader after which a page stops sending beats."""


@dataclass(frozen=True)
class Timing:
    """What is known before a beat.

    ``last_at``: the lesson's last active beat, ``None`` when counting is stopped; ``person_until``: the moment up to
    which the person's time is accounted for in any lesson; ``credited``: milliseconds the lesson has, of ``whole``.
    """

    last_at: datetime | None
    person_until: datetime | None
    credited: int
    whole: int


@dataclass(frozen=True)
class Beat:
    """What a beat makes of it: milliseconds to credit, and whether it goes on from the last beat."""

    credit: int
    goes_on: bool
    timing: Timing


def beat(timing: Timing, *, at: datetime, active: bool) -> Beat:
    """Account for one beat. A clock that went back credits nothing and moves nothing back."""
    if not active:
        return Beat(0, False, replace(timing, last_at=None))
    until = at if timing.person_until is None else max(at, timing.person_until)
    after = replace(timing, last_at=at, person_until=until)
    if timing.last_at is None:
        return Beat(0, False, after)
    if at <= timing.last_at:
        return Beat(0, True, replace(timing, person_until=until))
    if at - timing.last_at > timedelta(seconds=BREAK):
        return Beat(0, False, after)
    since = timing.last_at if timing.person_until is None else max(timing.last_at, timing.person_until)
    free = max(0, (at - since) // timedelta(milliseconds=1))
    credit = max(0, min(free, GAP * 1000, timing.whole - timing.credited))
    return Beat(credit, True, replace(after, credited=timing.credited + credit))


def steady(timing: Timing, *, start: datetime, until: datetime) -> Timing:
    """The timing after reading without a pause from ``start`` to ``until``, beat by beat."""
    at = start
    while at < until:
        timing = beat(timing, at=at, active=True).timing
        at += timedelta(seconds=BEAT)
    return beat(timing, at=until, active=True).timing


@dataclass(frozen=True)
class Hours:
    """A lesson's state for a share: credited and whole milliseconds."""

    credited: int
    whole: int

    @property
    def done(self) -> bool:
        return self.credited >= self.whole


def share(lessons: Iterable[Hours], measure: str) -> float:
    """The share done, 0–1: of ``minutes``, or of ``lessons`` that are done; 0 for a course without lessons."""
    hours = list(lessons)
    if not hours:
        return 0.0
    if measure == "lessons":
        return sum(each.done for each in hours) / len(hours)
    return sum(min(each.credited, each.whole) for each in hours) / sum(each.whole for each in hours)


def reached(share: float, required: float) -> bool:
    """Whether the share meets what is required; a rounding error never fails anybody."""
    return share + 1e-9 >= required


def missing_minutes(lessons: Iterable[Hours], required: float) -> int:
    """Whole minutes still to study until the share of minutes is reached, rounded up."""
    hours = list(lessons)
    whole = sum(each.whole for each in hours)
    credited = sum(min(each.credited, each.whole) for each in hours)
    return max(0, -(-round(required * whole - credited) // 60_000))
