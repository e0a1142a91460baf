"""Words of a public record in the language of the reader."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def in_words(record: Any, field: str) -> str:
    """``field`` in Chinese; in English the English one where there is one."""
    chinese = (get_language() or "zh-hans").startswith("zh")
    return str(
        getattr(record, field) if chinese else getattr(record, f"{field}_en") or getattr(record, field)
    )


@register.filter
def sex_word(code: str) -> str:
    return {"male": _("男"), "female": _("女")}.get(code, "")
