"""Dates as an official letter writes them, in the language of the reader."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import get_language

from tancai.lib.clock import SHANGHAI

_WEEKDAYS = "一二三四五六日"


def _chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def long_date(day: date) -> str:
    """``2026年11月20日（周五）`` or ``Friday, 20 November 2026``."""
    if isinstance(day, datetime):
        day = day.astimezone(SHANGHAI).date()
    if _chinese():
        return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"
    return f"{day:%A}, {day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """``2026-11-20``."""
    if isinstance(day, datetime):
        day = day.astimezone(SHANGHAI).date()
    return day.isoformat()


def long_moment(moment: datetime) -> str:
    """``2026年11月20日（周五）09:00`` in Asia/Shanghai."""
    local = moment.astimezone(SHANGHAI)
    return f"{long_date(local.date())}{'' if _chinese() else ', '}{local:%H:%M}"
