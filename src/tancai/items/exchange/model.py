"""What stands between the formats: an item in the shapes of the room, what was lost, or why there is none. Pure.

Pictures stand in texts as ``![words](image:<sha1 of the file>)`` until the room has taken them in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_ITEMS = 100_000
MOST_BYTES = 512 * 1024 * 1024
"""Of a whole package, unpacked."""
MOST_FILE = 64 * 1024 * 1024
"""Of one file."""
MOST_FOREIGN = 256 * 1024
IMPORT_PURPOSE = "item-import"
"""Of files that wait for an author's word."""


@dataclass(frozen=True)
class Loss:
    """Something of an item that the room cannot hold, or that was put in place of what the file does not say."""

    code: str
    piece: str = ""


@dataclass(frozen=True)
class Found:
    """An item read from a file."""

    kind: str
    content: dict[str, Any]
    key: dict[str, Any]
    explanation: str = ""
    title: str = ""
    source: str = ""
    """The file's own name for the item; ``""`` when it has none."""
    place: str = ""
    """Name of the file within a package."""
    line: int = 0
    tags: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    """topic, difficulty, levels, basis where the file says them."""
    pictures: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    """Name and bytes by sha1."""
    losses: tuple[Loss, ...] = ()
    notes: tuple[Loss, ...] = ()
    foreign: str = ""
    """The item as its file writes it, when something was lost."""

    @property
    def digest(self) -> str:
        text = json.dumps(
            [self.kind, self.content, self.key, self.explanation], sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Refused:
    """An item, or a whole file, that is not taken in."""

    reason: str
    piece: str = ""
    title: str = ""
    source: str = ""
    place: str = ""
    line: int = 0
    asks: str = ""
    """What kind of question it is, in the words of its format, where that can be told."""


Read = Found | Refused


class Unusable(Exception):
    """A whole file that cannot be read: ``reason``, ``piece``, ``line``."""

    def __init__(self, reason: str, piece: str = "", line: int = 0) -> None:
        self.reason, self.piece, self.line = reason, piece, line
        super().__init__(f"{reason} {piece} {line}")


class NotThis(Exception):
    """An item that is not taken in, thrown by the readers of single items."""

    def __init__(self, reason: str, piece: str = "") -> None:
        self.reason, self.piece = reason, piece
        super().__init__(reason)
