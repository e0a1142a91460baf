"""Items from a CSV file: ids, columns of any name, item parameters.

Parameters stand in columns ``a`` with ``b`` or ``d``, ``c`` for 3PL and ``model`` where it is not 2PL (or 3PL when c is
given); items with more than two scores have several values in ``b`` or ``d``, parted by blanks. Or they come from what
``calibrate --json`` prints.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from tancai.engines.assembly.bank import Bank, bank
from tancai.engines.assembly.errors import AssemblyError, Note
from tancai.engines.bilingual import counted
from tancai.engines.psychometrics import curves, files
from tancai.engines.psychometrics.errors import MeasurementError

_NAMED = 5


def read_bank(path: Path, *, id_column: str = "id", parameters: Path | None = None) -> Bank:
    """The bank in a CSV file (UTF-8, with commas, semicolons or tabs).

    Left out with a note: lines of another width, lines without an id, ids that came before. Raises AssemblyError
    naming line, column and remedy where nothing can be read.
    """
    header, lines = _cells(path)
    if id_column not in header:
        raise AssemblyError(
            "no_ids",
            f"{path.name}, line 1: there is no column {id_column}; name the items in it, or say in the blueprint "
            f'which column does (id = "…"). The columns are {", ".join(header)}.',
        )
    kept, notes = _usable(header, lines, header.index(id_column))
    if not kept:
        raise AssemblyError("empty", f"{path.name} holds no items: below the header each line is one item.")
    table = {name: [cells[j] for _, cells in kept] for j, name in enumerate(header)}
    ids = table.pop(id_column)
    numbers = [line for line, _ in kept]
    found = _from_record(parameters) if parameters else {}
    items = [found.get(id) for id in ids] if parameters else _from_columns(path, ids, numbers, table)
    if parameters and not any(items):
        raise AssemblyError(
            "no_parameters", f"{parameters.name} holds parameters of none of the items of {path.name}."
        )
    return bank(ids, table, items, lines=numbers, name=path.name, notes=notes)


def _cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AssemblyError("unreadable", f"{path} cannot be opened: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise AssemblyError("encoding", f"{path.name} is not UTF-8: save it as CSV UTF-8.") from error
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(cells)]
    except csv.Error as error:
        raise AssemblyError("not_csv", f"{path.name} is no CSV file: {error}.") from error
    if not lines:
        raise AssemblyError("empty", f"{path.name} is empty.")
    header = lines[0][1]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise AssemblyError(
            "columns", f"{path.name}, line 1: two columns are called {twice[0] or 'nothing'}; rename one."
        )
    return header, lines[1:]


def _usable(
    header: Sequence[str], lines: Sequence[tuple[int, list[str]]], id_at: int
) -> tuple[list[tuple[int, list[str]]], list[Note]]:
    kept, notes, seen = [], [], set()
    ragged = [(line, len(cells)) for line, cells in lines if len(cells) != len(header)]
    nameless, twice = [], []
    for line, cells in lines:
        if len(cells) != len(header):
            continue
        if not cells[id_at]:
            nameless.append(str(line))
        elif cells[id_at] in seen:
            twice.append(f"{line} ({cells[id_at]})")
        else:
            seen.add(cells[id_at])
            kept.append((line, cells))
    told = [f"{line} ({counted(cells, 'cell', 'cells')})" for line, cells in ragged]
    for code, found, why in (
        ("ragged", told, f"the header has {counted(len(header), 'cell', 'cells')}"),
        ("nameless", nameless, "there is no id"),
        ("twice", twice, "the id came before"),
    ):
        if found:
            more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            notes.append(Note(code, f"Left out, since {why}: lines {', '.join(found[:_NAMED])}{more}."))
    return kept, notes


def _from_record(path: Path) -> dict[str, curves.Item]:
    try:
        return {item.id: item for item in files.read_items(path)[1]}
    except MeasurementError as error:
        raise AssemblyError(error.code, str(error)) from error


def _from_columns(
    path: Path, ids: Sequence[str], lines: Sequence[int], table: Mapping[str, list[str]]
) -> list[curves.Item | None]:
    if "a" not in table or not ("b" in table or "d" in table):
        return []
    found: list[curves.Item | None] = []
    for k, id in enumerate(ids):
        cells = {name: table[name][k] for name in ("model", "a", "b", "d", "c") if name in table}
        try:
            found.append(_item(id, cells))
        except (ValueError, MeasurementError) as error:
            raise AssemblyError(
                "parameters",
                f"{path.name}, line {lines[k]} (item {id}): {error} Correct a, b, d, c or model, or leave a empty.",
            ) from error
    return found


def _item(id: str, cells: Mapping[str, str]) -> curves.Item | None:
    if not cells["a"]:
        return None
    numbers = {name: _numbers(name, cells.get(name, "")) for name in ("a", "b", "d", "c")}
    if not numbers["b"] and not numbers["d"]:
        raise ValueError("There is a slope a but neither b nor d.")
    several = max(len(numbers["b"]), len(numbers["d"])) > 1
    model = cells.get("model", "").lower() or ("grm" if several else "3pl" if numbers["c"] else "2pl")
    model = {"gr": "grm", "gpc": "gpcm", "pc": "pcm"}.get(model, model)
    c = numbers["c"][0] if numbers["c"] else 0.0
    if numbers["d"]:
        return curves.Item(id, model, numbers["a"][0], tuple(numbers["d"]), c)
    where = numbers["b"] if len(numbers["b"]) > 1 else numbers["b"][0]
    return curves.item_from_locations(id, model, numbers["a"][0], where, c)


def _numbers(name: str, cell: str) -> list[float]:
    try:
        return [float(word) for word in cell.split()]
    except ValueError as error:
        raise ValueError(f"Column {name} holds {cell!r}, which is no number.") from error
