"""Calendar and deadlines on plain values: no clock, no database.

A deadline of N working days is the Nth official working day after the trigger's calendar day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from tancai.programmes.definition import CalendarRule, Definition
from tancai.programmes.errors import BadChange

SHANGHAI = ZoneInfo("Asia/Shanghai")
Day = date


@dataclass(frozen=True)
class ExamDay:
    """One exam day with everything that is dated from it; moments are aware (Asia/Shanghai).

    ``closes_at``: enrolment is open strictly before it (24:00 of exam day − ``close_days``). ``test_run``: half-open
    interval. ``overflow_on``: the day that takes what the exam day cannot hold, if the programme has one.
    """

    key: str
    programme: str
    date: date
    starts_at: datetime
    closes_at: datetime
    ticket_from: datetime
    sprint_from: datetime | None
    test_run: tuple[datetime, datetime] | None
    overflow_on: Day | None
    special: bool
    note: str = ""


@dataclass(frozen=True)
class Deadline:
    """A promised day; ``provisional`` when an official calendar of a year it crosses is not announced yet."""

    date: date
    provisional: bool


@dataclass(frozen=True)
class DayKind:
    """Whether a day is an official working day, and whether that is announced."""

    working: bool
    provisional: bool


def regular_dates(rule: CalendarRule, start: date, end: date) -> list[date]:
    """Exam days of the rule from ``start`` to ``end``, both included."""
    if rule.kind != "rule" or end < start:
        return []
    window = datetime.combine(start, time.min), datetime.combine(end, time.min)
    return [moment.date() for moment in _rule(rule.rrule).between(*window, inc=True)]


@lru_cache(maxsize=64)
def _rule(text: str) -> rrule | rruleset:
    # One fixed anchor, so that rules with INTERVAL give the same days whatever window is asked for.
    return rrulestr(text, dtstart=datetime(2004, 1, 1), cache=True)  # noqa: DTZ001 - calendar days have no zone


def moment(day: date, at: time = time.min) -> datetime:
    """That time of that day in Asia/Shanghai."""
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def day_of(definition: Definition, day: date) -> ExamDay:
    """The exam day that the definition's rules make of a calendar day."""
    rule = definition.calendar
    test_run = rule.test_run_days
    return ExamDay(
        key=regular_key(definition.code, day),
        programme=definition.code,
        date=day,
        starts_at=moment(day, definition.exam.start),
        closes_at=moment(day - timedelta(days=rule.close_days - 1)),
        ticket_from=moment(day - timedelta(days=rule.ticket_days)),
        sprint_from=None if rule.sprint_days is None else moment(day - timedelta(days=rule.sprint_days)),
        test_run=test_run
        and (moment(day - timedelta(days=test_run[0])), moment(day - timedelta(days=test_run[1] - 1))),
        overflow_on=day + timedelta(days=rule.overflow_days) if rule.overflow_days else None,
        special=False,
    )


def special_day_of(
    definition: Definition,
    *,
    key: str,
    starts_at: datetime,
    closes_at: datetime | None,
    ticket_from: datetime | None,
    note: str,
) -> ExamDay:
    """A special day: as a regular one, with its own start and, where given, its own closing and ticket times."""
    day = starts_at.astimezone(SHANGHAI).date()
    usual = day_of(definition, day)
    return replace(
        usual,
        key=key,
        starts_at=starts_at.astimezone(SHANGHAI),
        closes_at=(closes_at or usual.closes_at).astimezone(SHANGHAI),
        ticket_from=(ticket_from or usual.ticket_from).astimezone(SHANGHAI),
        overflow_on=None,
        special=True,
        note=note,
    )


def regular_key(code: str, day: date) -> str:
    """``cem-2026-12-26``."""
    return f"{code}-{day.isoformat()}"


def special_key(code: str, day: date, number: int) -> str:
    """``cem-2026-12-26-s4``; ``number`` is the row of the special day."""
    return f"{regular_key(code, day)}-s{number}"


def split_key(key: str) -> tuple[str, date, int | None] | None:
    """Programme, date and number of a special day; ``None`` when the key cannot be one."""
    head, _, tail = key.rpartition("-s")
    number = int(tail) if head and tail.isascii() and tail.isdecimal() else None
    body = head if number is not None else key
    code, day = body[:-11], body[-10:]
    try:
        return (code, date.fromisoformat(day), number) if code and body[-11] == "-" else None
    except (ValueError, IndexError):
        return None


def deadline(start: date, days: int, kind_of: Callable[[date], DayKind]) -> Deadline:
    """The ``days``-th working day after ``start``; 0 days is ``start`` itself. Raises ``ValueError`` below 0."""
    if days < 0:
        raise ValueError("a deadline lies ahead")
    day, left, provisional = start, days, False
    for day in _following(start) if days else ():
        kind = kind_of(day)
        provisional = provisional or kind.provisional
        left -= kind.working
        if not left:
            break
    return Deadline(day, provisional)


def working_days(after: date, until: date, kind_of: Callable[[date], DayKind]) -> int:
    """Working days after ``after`` up to and including ``until``; negative when ``until`` lies before."""
    if until < after:
        return -working_days(until, after, kind_of)
    span = (until - after).days
    return sum(kind_of(after + timedelta(days=step)).working for step in range(1, span + 1))


def _following(start: date) -> Iterator[date]:
    step = 0
    while True:
        step += 1
        yield start + timedelta(days=step)


def read_year(text: str, year: int) -> list[tuple[date, bool, str]]:
    """An announced calendar written a day a line (``2027-01-01 休 元旦``) as ``(day, working, name)``.

    Raises ``BadChange`` (``not_a_line``, ``other_year``, ``empty_year``).
    """
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        day, what, name = (*line.split(maxsplit=2), "", "")[:3]
        try:
            found = date.fromisoformat(day.replace("/", "-"))
        except ValueError:
            raise BadChange("not_a_line", line=number, given=line.strip()) from None
        if what not in {"休", "班"}:
            raise BadChange("not_a_line", line=number, given=line.strip())
        if found.year != year:
            raise BadChange("other_year", line=number, year=year)
        out.append((found, what == "班", name.strip()))
    if not out:
        raise BadChange("empty_year")
    return out
