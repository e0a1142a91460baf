"""Files of items, handed to a page inside the page, as pictures are; tables are shown where they can be read at once.

A candidate who has the question has its data too, with or without a network, and no address has to be guarded.
"""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import dataclass
from functools import lru_cache

from tancai.files import api as files
from tancai.items.attached import MIMES
from tancai.lib import spreadsheets

PURPOSE = "item-file"
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 200, 20, 5


@dataclass(frozen=True)
class Table:
    """A sheet as it is shown: its first row heads it; ``cut`` when there is more in the file."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: bool


@dataclass(frozen=True)
class Attachment:
    """A file of an item: ``address`` holds it whole."""

    token: str
    ending: str
    size: int
    address: str
    tables: tuple[Table, ...]


def attachment_bytes(token: str) -> tuple[str, bytes] | None:
    """Ending and bytes of an item's file; None when it is gone or is no item's file."""
    stored = files.file(token)
    if stored is None or stored.purpose != PURPOSE:
        return None
    ending = next((ending for ending, mime in MIMES.items() if mime == stored.mime), "")
    try:
        return (ending, files.read(stored)) if ending else None
    except files.FileGone:
        return None


@lru_cache(maxsize=64)
def _attachment(token: str) -> Attachment:
    found = attachment_bytes(token)
    if found is None:
        raise LookupError(token)  # not remembered: it may come back with a restored storage
    ending, data = found
    address = f"data:{MIMES[ending]};base64,{base64.b64encode(data).decode()}"
    return Attachment(token, ending, len(data), address, _tables(ending, data))


def attachment(token: str) -> Attachment | None:
    try:
        return _attachment(token)
    except LookupError:
        return None


def _tables(ending: str, data: bytes) -> tuple[Table, ...]:
    if ending == "csv":
        text = data.decode("utf-8-sig")
        first = text.partition("\n")[0]
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)) if row]
        return (_table("", rows),)
    if ending == "xlsx":
        try:
            sheets = spreadsheets.grids(data)
        except spreadsheets.NotASpreadsheet:
            return ()
        return tuple(_table(name, rows) for name, rows in sheets[:MOST_SHEETS] if rows)
    return ()


def _table(name: str, rows: list[list[str]]) -> Table:
    width = max(len(row) for row in rows)
    cut = len(rows) > MOST_ROWS + 1 or width > MOST_COLUMNS
    width = min(width, MOST_COLUMNS)
    shown = [tuple([*row, *[""] * width][:width]) for row in rows[: MOST_ROWS + 1]]
    return Table(name, shown[0], tuple(shown[1:]), cut)
