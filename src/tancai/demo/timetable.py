"""When things happen in a rehearsal: two exam days of each programme that lie wholly in the past. Pure but for the
calendar of the programmes, which is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tancai.lib.clock import SHANGHAI
from tancai.programmes import api as programmes

_AFTER_LAST_EXAM = timedelta(days=40)
_LOOK_BACK = timedelta(days=330)


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


def timetable(programme: str, today: date) -> Timetable:
    """The last two exam days that end, with everything after them, before ``today``."""
    definition = programmes.definition(programme, on=today)
    days = programmes.exam_days(definition, start=today - _LOOK_BACK, end=today - _AFTER_LAST_EXAM)
    return Timetable(programme, days[-2], days[-1])
