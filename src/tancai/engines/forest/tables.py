"""The data tables under ``data/``: rows with methodology, version, table, unit, confidence and source.

Confidence: ``V`` read in the document; ``V2`` in a secondary source; ``M+`` from memory, consistent, a teaching value;
``M-`` uncertain: selectable when the case accepts it by name, never the rule.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tancai.engines.forest.tree import Node, leaf

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Row:
    """One line of a table; ``cells`` are the columns as text."""

    table: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def number(self, column: str = "value") -> float:
        return float(self.cells[column])

    @property
    def confidence(self) -> str:
        return self.cells["confidence"]

    @property
    def source(self) -> str:
        parts = (self.cells[name] for name in ("methodology", "version", "table"))
        return " ".join(part for part in parts if part)

    def leaf(self, key: str, column: str = "value", at: str = "1", label: str = "") -> Node:
        """The figure of a column as a node that carries the row's provenance."""
        return leaf(key, self.number(column), at, label, source=self.source, confidence=self.confidence)


@cache
def rows(table: str) -> tuple[Row, ...]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(Row(table, line, cells) for line, cells in enumerate(csv.DictReader(stream), 2))


def find_all(table: str, /, **wanted: str) -> tuple[Row, ...]:
    return tuple(row for row in rows(table) if all(row[name] == value for name, value in wanted.items()))


def find(table: str, /, **wanted: str) -> Row | None:
    found = find_all(table, **wanted)
    return found[0] if found else None


def the(table: str, /, **wanted: str) -> Row:
    """A row that must be there."""
    found = find(table, **wanted)
    if found is None:
        raise KeyError(f"{table}: {wanted}")
    return found


def choices(table: str, column: str) -> list[str]:
    """The different values of a column, in the order of the file."""
    return list(dict.fromkeys(row[column] for row in rows(table)))


@cache
def packs() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tomllib.loads((DATA / "packs.toml").read_text(encoding="utf-8"))
    return found


@cache
def versions() -> dict[str, str]:
    """The version of every data table, for the foot of a result."""
    found: dict[str, str] = tomllib.loads((DATA / "tables.toml").read_text(encoding="utf-8"))
    return dict(sorted(found.items()))
