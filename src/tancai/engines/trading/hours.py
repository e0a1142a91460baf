"""Trading days and sessions of the exchange: Monday to Friday but not on statutory holidays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import chinese_calendar

Session = tuple[int, int]
"""From (included) to (excluded), seconds of the day."""


def seconds(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60


def session(text: str) -> Session:
    """``"09:30-11:30"``; raises ValueError."""
    start, end = (seconds(part) for part in text.split("-"))
    if not 0 <= start < end <= 86400:
        raise ValueError(text)
    return start, end


def sessions(texts: Iterable[str]) -> tuple[Session, ...]:
    return tuple(session(text) for text in texts)


def is_trading_day(day: date, closed: Iterable[date] = ()) -> bool:
    """Weekends never trade, not even where a holiday makes them working days; years without a published calendar
    of holidays have weekends only, and ``closed`` adds closing days that the exchange announced."""
    if day.weekday() >= 5 or day in closed:
        return False
    try:
        return not chinese_calendar.is_holiday(day)
    except NotImplementedError:
        return True
