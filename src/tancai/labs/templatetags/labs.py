"""``{% load labs %}{{ text|said_here }}``: ``中文|English`` in the language of the page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from tancai.labs.tasks.protocol import said, unit_said

register = template.Library()


def _language() -> str:
    return "en" if get_language() == "en" else "zh"


@register.filter
def said_here(text: object) -> str:
    return said(str(text or ""), _language())


@register.filter
def unit_here(unit: object) -> str:
    return unit_said(str(unit or ""), _language())


@register.filter
def lab_value(value: Any, name: str) -> str:
    """The answer of a field as it was typed or chosen."""
    found = value.get(name, "") if isinstance(value, dict) else ""
    return found if isinstance(found, str) else ""


@register.filter
def lab_has(value: Any, name: str) -> list[str]:
    """The codes chosen in a field."""
    found = value.get(name, []) if isinstance(value, dict) else []
    return [found] if isinstance(found, str) else list(found)


@register.filter
def lab_in(codes: list[str], code: str) -> bool:
    return code in codes


@register.filter
def lab_unit(value: Any, field: dict[str, Any]) -> str:
    """The unit chosen for a figure; the unit of the field at first."""
    return lab_value(value, f"{field['name']}@") or field["unit"]
