"""Names in the language of the reader."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def named(thing: Any, field: str = "") -> str:
    """``name`` or ``title`` or the field told; in English its ``…_en`` where there is one; "" for nothing."""
    if not thing:
        return ""
    own = field or ("name" if hasattr(thing, "name") else "title")
    chinese = (get_language() or "zh-hans").startswith("zh")
    other = "" if chinese else getattr(thing, f"{own}_en", "")
    return str(other or getattr(thing, own))
