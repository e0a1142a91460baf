"""The data tables under ``data/``: rows with their provenance, found by name, versioned.

Every row says guide, version, table, year, unit, confidence and source. ``V1``: read in the document's own text;
``V2``: in a secondary source, ``M``: unverified. A row marked M is a choice, never the rule: ``Row.uncertain``.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
UNCERTAIN = "M"


@dataclass(frozen=True)
class Row:
    """One line of a table. ``name`` is ``中文|English``; ``cells`` are the columns as text."""

    table: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def number(self, column: str = "value") -> float:
        return float(self.cells[column])

    @property
    def name(self) -> str:
        return f"{self.cells['zh']}|{self.cells['en']}" if "zh" in self.cells else ""

    @property
    def confidence(self) -> str:
        return self.cells["confidence"]

    @property
    def uncertain(self) -> bool:
        return self.confidence == UNCERTAIN

    @property
    def source(self) -> str:
        """Document, version and table in one line, ``中文|English``."""
        sides = []
        for side in (0, -1):
            parts: list[str] = []
            for column in ("guide", "version", "table"):
                words = self.cells[column].split("|")[side]
                if len(words) > 1 and not any(words in part for part in parts):
                    parts.append(words)
            sides.append(", ".join(parts))
        return "|".join(sides)


@cache
def rows(table: str) -> tuple[Row, ...]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(Row(table, line, cells) for line, cells in enumerate(csv.DictReader(stream), 2))


@lru_cache(maxsize=4096)
def _found(table: str, wanted: tuple[tuple[str, str], ...]) -> tuple[Row, ...]:
    return tuple(row for row in rows(table) if all(row.cells[column] == value for column, value in wanted))


def find(table: str, **wanted: str) -> Row | None:
    """The first row whose columns hold the given texts."""
    found = _found(table, tuple(wanted.items()))
    return found[0] if found else None


def find_all(table: str, **wanted: str) -> tuple[Row, ...]:
    return _found(table, tuple(wanted.items()))


def named(table: str, name: str, column: str, **wanted: str) -> Row | None:
    """A row by its code in ``column`` or by its Chinese or English name."""
    for row in _found(table, tuple(wanted.items())):
        if name in (row.cells[column], row.cells.get("zh"), row.cells.get("en")):
            return row
    return None


def constant(name: str) -> Row:
    row = find("constants", name=name)
    assert row is not None, name
    return row


@cache
def guides() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tomllib.loads((DATA / "guides.toml").read_text(encoding="utf-8"))
    return found


@cache
def about() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads((DATA / "tables.toml").read_text(encoding="utf-8"))
    return found


def versions() -> dict[str, str]:
    """The version of every data table, for the foot of a result."""
    return {name: entry["version"] for name, entry in sorted(about().items())}


def search(text: str) -> Iterator[Row]:
    """Rows of all tables in which the text stands, whatever the column."""
    for table in sorted(about()):
        if table != "guides":
            for row in rows(table):
                if any(text.lower() in cell.lower() for cell in row.cells.values()):
                    yield row
