"""Names in the language of the reader."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def named(thing: Any) -> str:
    """``name`` in Chinese, ``name_en`` in English where there is one; an empty text for nothing."""
    if thing is None:
        return ""
    chinese = (get_language() or "zh-hans").startswith("zh")
    return str(thing.name if chinese or not getattr(thing, "name_en", "") else thing.name_en)
