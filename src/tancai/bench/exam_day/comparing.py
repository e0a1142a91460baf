"""Rows of the log beside what the candidates were told: nothing acknowledged may be missing, changed or doubled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tancai.bench.exam_day.saves import item_of, value_of

ANSWER, HAND_IN = 1, 3
_QUERY = "SELECT sitting, epoch, seq, kind, item, value FROM examlog_event WHERE epoch > 0"

Row = tuple[int, int, int, int, str, str]


class Lost(Exception):
    """Something acknowledged is not in the database as it was sent; the message names the first of them."""


@dataclass(frozen=True)
class Comparison:
    """``acknowledged`` events, all there once and as sent; ``rows`` in the database, ``unanswered`` of them untold."""

    acknowledged: int
    rows: int
    unanswered: int


def rows_of(kind: str, address: str, folder: Path) -> list[Row]:
    if kind == "sqlite":
        file = (folder / "examlog.sqlite3").as_uri()
        return sqlite3.connect(f"{file}?mode=ro", uri=True).execute(_QUERY).fetchall()
    import psycopg

    with psycopg.connect(address) as connection:
        return list(connection.execute(_QUERY).fetchall())


def compare(told: Iterable[str], rows: Iterable[Row]) -> Comparison:
    """Compare lines ``[sitting, epoch, highest seq, seqs not acknowledged]`` with rows; raises Lost."""
    found: dict[tuple[int, int], dict[int, tuple[int, str, str]]] = {}
    count = 0
    for sitting, epoch, seq, kind, item, value in rows:
        count += 1
        there = found.setdefault((sitting, epoch), {})
        if seq in there:
            raise Lost(f"sitting {sitting}, epoch {epoch}, event {seq} is there twice")
        there[seq] = (kind, item, value)
    acknowledged = 0
    for line in told:
        sitting, epoch, highest, lost = json.loads(line)
        there = found.get((sitting, epoch), {})
        for seq in set(range(1, highest + 1)).difference(lost):
            acknowledged += 1
            _check(sitting, epoch, seq, there.get(seq))
    return Comparison(acknowledged, count, count - acknowledged)


def _check(sitting: int, epoch: int, seq: int, row: tuple[int, str, str] | None) -> None:
    place = f"sitting {sitting}, epoch {epoch}, event {seq}"
    if row is None:
        raise Lost(f"{place} was acknowledged and is not there")
    kind, item, value = row
    sent = (ANSWER, item_of(seq), json.dumps(value_of(sitting, seq)))
    if kind != HAND_IN and (kind, item, value) != sent:
        raise Lost(f"{place} was sent as {sent} and stands as {row}")
