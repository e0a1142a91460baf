"""``{% load item_texts %}{{ text|item_text }}``: the texts of items with their formulas and pictures."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from tancai.items import texts
from tancai.items.queries.pictures import picture_address

register = template.Library()


@register.filter
def item_text(text: object) -> SafeString:
    """A text of an item as it is shown to candidates."""
    return mark_safe(texts.html(str(text or ""), picture_address))


@register.filter
def item_plain(text: object) -> str:
    """A text of an item without markup, for lists."""
    return texts.plain(str(text or ""))


@register.filter
def blank(value: object, number: int) -> str:
    """What a response holds for the blank of this number, from 1."""
    return value[number - 1] if isinstance(value, list) and len(value) >= number else ""
