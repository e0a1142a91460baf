"""Parts of a definition in the reader's language."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def named(thing: Any) -> str:
    """``name`` or ``title``; in English ``name_en`` or ``title_en`` where there is one."""
    own = "name" if hasattr(thing, "name") else "title"
    chinese = (get_language() or "zh-hans").startswith("zh")
    other = "" if chinese else getattr(thing, f"{own}_en", "")
    return str(other or getattr(thing, own))
