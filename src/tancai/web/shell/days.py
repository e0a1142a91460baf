"""Dates as people say them, and how long is left."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tancai.lib import chinese_dates, clock
from tancai.programmes import api as programmes

NEAR_DAYS = 3


def day_of(value: date | datetime) -> date:
    """The day in Asia/Shanghai."""
    return clock.local_date(value) if isinstance(value, datetime) else value


def _english() -> bool:
    return (get_language() or "").startswith("en")


def long_text(day: date) -> str:
    return chinese_dates.long_date(day)


def short_text(day: date, beside: date | None = None) -> str:
    """The year is left out in the present year, or in the year of a day that stands ``beside`` it."""
    this_year = day.year == (beside or clock.today()).year
    if _english():
        return f"{day:%a}, {day.day} {day:%B}" if this_year else f"{day:%a}, {day.day} {day:%B %Y}"
    whole = long_text(day)
    # Four digits and one character for the year.
    return whole[5:] if this_year else whole


def long_day(value: date | datetime) -> SafeString:
    day = day_of(value)
    return format_html('<time class="keep" datetime="{}">{}</time>', day.isoformat(), long_text(day))


def short_day(value: date | datetime, beside: date | None = None) -> SafeString:
    day = day_of(value)
    return format_html('<time class="keep" datetime="{}">{}</time>', day.isoformat(), short_text(day, beside))


def moment(value: datetime) -> SafeString:
    local = value.astimezone(clock.SHANGHAI)
    return format_html(
        '<time datetime="{}"><span class="keep">{}{}</span>{}<wbr><span class="number">{}</span></time>',
        local.isoformat(timespec="minutes"),
        chinese_dates.long_date(local.date()),
        *((",", " ") if _english() else ("", "")),
        f"{local:%H:%M}",
    )


def short_moment(value: datetime) -> SafeString:
    """For tables: day and time on one line, without the weekday; the year only when it is not the present one."""
    local = value.astimezone(clock.SHANGHAI)
    day = local.date()
    if _english():
        text = f"{day.day} {day:%b}" if day.year == clock.today().year else f"{day.day} {day:%b %Y}"
    else:
        text = short_text(day).partition("（")[0]
    return format_html(
        '<time class="keep number" datetime="{}">{} {}</time>',
        local.isoformat(timespec="minutes"),
        text,
        f"{local:%H:%M}",
    )


def _working_days(start: date, end: date) -> int:
    return programmes.working_days_between(start, end)


def left(value: date | datetime) -> tuple[str, str]:
    """Words for the time left until a deadline, and its level: ``info``, ``near`` or ``overdue``."""
    day, today = day_of(value), clock.today()
    passed = value < clock.now() if isinstance(value, datetime) else day < today
    if passed:
        days = (today - day).days
        words = (
            ngettext("已超过 %(days)d 天", "已超过 %(days)d 天", days) % {"days": days}
            if days
            else _("今天已过时限")
        )
        return words, "overdue"
    if day == today:
        return _("今天截止"), "near"
    days = _working_days(today, day)
    if days < 1:
        rest = (day - today).days
        words = ngettext("还有 %(days)d 天", "还有 %(days)d 天", rest) % {"days": rest}
    else:
        words = ngettext("还有 %(days)d 个工作日", "还有 %(days)d 个工作日", days) % {"days": days}
    return words, "near" if (day - today).days <= NEAR_DAYS else "info"
