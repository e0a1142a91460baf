"""Filters that put definitions into words on public pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from tancai.items import api as items
from tancai.lib import markdown
from tancai.web.site import words

register = template.Library()
register.filter("in_language", words.in_language)
register.filter("kind_word", items.kind_name)
register.filter("material_when", words.material_when)
register.filter("query_ways", words.query_ways)
register.filter("programme_name", words.programme_name)
register.filter("body_of", words.body_of)


@register.filter
def organiser_of(definition: Any) -> str:
    return words.body_of(definition, definition.organiser)


@register.filter
def percent(share: float) -> str:
    return f"{round(share * 100)} %"


@register.filter
def markdown_text(text: str) -> SafeString:
    return markdown.render(text)


@register.simple_tag
def han() -> SafeString:
    """The attribute for a passage that is Chinese whatever language the page is in."""
    return mark_safe(' lang="zh-Hans"' if words.english() else "")


@register.filter
def criterion(code: str) -> Any:
    return words.CRITERIA.get(code, code)
