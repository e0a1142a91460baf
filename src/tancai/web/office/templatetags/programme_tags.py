"""Parts of a definition in the reader's language."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tancai.lib.clock import SHANGHAI
from tancai.web.shell import days
from tancai.web.shell.names import named

register = template.Library()
register.filter(named)


@register.filter
def day_end(value: datetime) -> SafeString | str:
    """A closing moment; midnight reads as 24:00 of the day that ends, as the documents print it."""
    local = value.astimezone(SHANGHAI)
    if local.time() != time.min:
        return days.moment(value)
    return format_html("{} 24:00", days.long_day(local.date() - timedelta(days=1)))
