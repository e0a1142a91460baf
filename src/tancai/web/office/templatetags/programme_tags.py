"""Parts of a definition in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tancai.lib.clock import SHANGHAI
from tancai.web.shell import days
from tancai.web.shell.names import named

register = template.Library()
register.filter(named)


@register.filter
def day_end(value: datetime, beside: date | None = None) -> SafeString | str:
    """A closing moment; midnight reads as 24:00 of the day that ends, as the documents print it.

    The year is left out in that of a day that stands ``beside`` it.
    """
    local = value.astimezone(SHANGHAI)
    if local.time() != time.min:
        return days.moment(value)
    day = local.date() - timedelta(days=1)
    return format_html("{} 24:00", days.short_day(day, beside) if beside else days.long_day(day))
