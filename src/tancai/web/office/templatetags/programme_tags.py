"""Parts of a definition in the reader's language."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tancai.lib.clock import SHANGHAI
from tancai.web.shell import days

register = template.Library()


@register.filter
def named(thing: Any) -> str:
    """``name`` or ``title``; in English ``name_en`` or ``title_en`` where there is one."""
    own = "name" if hasattr(thing, "name") else "title"
    chinese = (get_language() or "zh-hans").startswith("zh")
    other = "" if chinese else getattr(thing, f"{own}_en", "")
    return str(other or getattr(thing, own))


@register.filter
def day_end(value: datetime) -> SafeString | str:
    """A closing moment; midnight reads as 24:00 of the day that ends, as the documents print it."""
    local = value.astimezone(SHANGHAI)
    if local.time() != time.min:
        return days.moment(value)
    return format_html("{} 24:00", days.long_day(local.date() - timedelta(days=1)))
