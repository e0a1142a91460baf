"""When things happen in a rehearsal: two exam days of each programme that lie wholly in the past.

Where a programme has no days by rule, the office calls two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from tancai.lib.clock import SHANGHAI
from tancai.programmes import api as programmes

_AFTER_LAST_EXAM = timedelta(days=40)
_LOOK_BACK = timedelta(days=330)
_BETWEEN_CALLED = timedelta(weeks=5)


@dataclass(frozen=True)
class Timetable:
    """The moments of one programme: first exam, resit, and what is dated from them."""

    programme: str
    first: programmes.ExamDay
    second: programmes.ExamDay

    @staticmethod
    def _moment(day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), SHANGHAI)

    @property
    def apply(self) -> datetime:
        return self._moment(self.first.date - timedelta(days=35), 10)

    @property
    def review(self) -> datetime:
        return self._moment(self.first.date - timedelta(days=34), 9, 30)

    @property
    def correct(self) -> datetime:
        return self._moment(self.first.date - timedelta(days=32), 20)

    @property
    def review_again(self) -> datetime:
        return self._moment(self.first.date - timedelta(days=31), 9, 30)

    @property
    def study(self) -> datetime:
        return self._moment(self.first.date - timedelta(days=28), 19)

    @property
    def book_resit(self) -> datetime:
        return self.release(self.first) + timedelta(days=1)

    @staticmethod
    def admit(day: programmes.ExamDay) -> datetime:
        return day.ticket_from + timedelta(hours=8)

    @staticmethod
    def sit(day: programmes.ExamDay) -> datetime:
        return day.starts_at + timedelta(seconds=5)

    @staticmethod
    def mark(day: programmes.ExamDay) -> datetime:
        return day.starts_at + timedelta(days=3)

    @staticmethod
    def release(day: programmes.ExamDay) -> datetime:
        return day.starts_at + timedelta(days=9)

    @staticmethod
    def issue(day: programmes.ExamDay) -> datetime:
        return day.starts_at + timedelta(days=20)


def call_days(programme: str, today: date, *, by: Any, at: datetime) -> None:
    """Two Saturdays for a programme whose exams are held on demand, in time for ``timetable``."""
    definition = programmes.definition(programme, on=today)
    if definition.calendar.kind != "on_demand":
        return
    last = today - _AFTER_LAST_EXAM - timedelta(days=1)
    last -= timedelta(days=(last.weekday() - 5) % 7)
    for day in (last - _BETWEEN_CALLED, last):
        starts_at = datetime.combine(day, definition.exam.start, SHANGHAI)
        programmes.add_special_day(programme, starts_at=starts_at, note="统一评价场次", by=by, at=at)


def timetable(programme: str, today: date) -> Timetable:
    """The last two exam days that end, with everything after them, before ``today``."""
    definition = programmes.definition(programme, on=today)
    days = programmes.exam_days(definition, start=today - _LOOK_BACK, end=today - _AFTER_LAST_EXAM)
    return Timetable(programme, days[-2], days[-1])
