"""The language of the page, for texts of the engines and laboratories, ``中文|English``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from tancai.engines.bilingual import said


def language() -> str:
    """``zh`` or ``en``."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def spoken(text: Any) -> str:
    """One language of a bilingual text; what has only one is the same in both."""
    return str(said(text, language()))
