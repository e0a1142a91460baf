"""The clock is a port: everything that needs the time asks here, and only demo and tests may move it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_offset = timedelta(0)


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC) + _offset


def today() -> date:
    """The calendar day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def local_date(moment: datetime) -> date:
    """The calendar day of a moment in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


@contextmanager
def moved(to: datetime) -> Iterator[None]:
    """Let the clock run on from ``to`` inside the block; demo and tests only."""
    global _offset
    if to.tzinfo is None:
        raise ValueError("clock.moved needs an aware datetime")
    before = _offset
    _offset = to - datetime.now(UTC)
    try:
        yield
    finally:
        _offset = before
