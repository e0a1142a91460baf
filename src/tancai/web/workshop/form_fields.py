"""A field of a bench's form, and its choices; the templates ``<bench>/parts/field.html`` draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Field:
    """``kind``: text (``options`` are suggestions), area, date, select, check, list (ticks that make one list),
    quantity (figure and unit, the unit under ``unit_name``), and what a bench adds of its own. ``picks``: a button
    beside it opens the picker."""

    name: str
    label: str
    kind: str = "text"
    value: Any = ""
    options: Options = ()
    help: str = ""
    hint: str = ""
    unit: str = ""
    unit_name: str = ""
    wide: bool = False
    picks: bool = False

    @property
    def key(self) -> str:
        """For ids of the page."""
        return self.name.replace(".", "-")

    @property
    def fixed(self) -> bool:
        """A table from a file: shown, not edited here."""
        return self.kind != "list" and isinstance(self.value, dict | list)


def with_present(options: Options, value: str) -> list[tuple[str, str]]:
    """The present value stays selectable when it is none of ours (a unit from a file)."""
    missing = value and all(value != one for one, _word in options)
    return [*options, (value, value)] if missing else list(options)
