"""A written figure and its unit, apart."""

from __future__ import annotations

import re
from typing import Any

_SPLIT = re.compile(r"\s*(?P<figure>[+-]?[^\sA-Za-z一-鿿%/℃°]+(?:[eE][+-]?\d+)?)\s*(?P<unit>.*?)\s*$")


def split(value: Any, bare: str = "") -> tuple[Any, str]:
    """``1085 kg ± 2 %`` into ``1085 ± 2 %`` and ``kg``; a figure without unit gets ``bare``, what is no figure ""."""
    if not isinstance(value, str):
        return value, ""
    head, mark, width = value.partition("±")
    found = _SPLIT.match(head)
    if found is None:
        return value, ""
    return found["figure"] + (f" ±{width}" if mark else ""), found["unit"] or bare
