"""How kinds beyond choices and marking points are written by authors and in spreadsheets: a few named lines of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tancai.items.errors import Fault


@dataclass(frozen=True)
class Line:
    """One field of the answer side: ``rows`` of text (one entry a row), or one of ``choices``."""

    name: str
    rows: int = 1
    choices: tuple[str, ...] = ()
    needed: bool = True


def stem_faults(content: dict[str, Any]) -> list[Fault]:
    return [] if str(content.get("stem", "")).strip() else [Fault("stem", "empty")]


def rows(text: str) -> list[str]:
    """The rows of a text that say something."""
    return [row.strip() for row in text.splitlines() if row.strip()]
