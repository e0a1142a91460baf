"""Response, key and score files as they come: separated text with a header.

Lines that do not have as many cells as the header are left out and named; a cell that is no score is taken as missing
and named. A file of single digits is read in large pieces without looking at each cell.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics import long_files
from tancai.engines.psychometrics.errors import MeasurementError, Note
from tancai.engines.psychometrics.keys import Key
from tancai.engines.psychometrics.responses import (
    LARGEST_CATEGORY,
    MISSING,
    Codes,
    Floats,
    Responses,
    responses,
)

FREQUENCY = ("freq", "frequency")
MISSING_WORDS = frozenset({"", "NA", "na", "N/A", "."})
LONGEST_HEADER = 16_000_000
_PIECE = 8_000_000
_NAMED = 5


@dataclass(frozen=True)
class Answers:
    """Raw answers (rows x items, "" for none), how often each row came, and what was wrong with the file."""

    items: tuple[str, ...]
    answers: NDArray[np.str_]
    frequency: Floats
    notes: tuple[Note, ...]


def read_scores(
    path: Path, *, missing: Sequence[str] = (), skip: Sequence[str] = (), by_item: bool = False
) -> Responses:
    """A file of scores: a header of item names, whole numbers from 0, an optional ``freq`` column.

    ``missing`` are codes for not presented, ``skip`` columns that are no items (numbers of people, groups). A file
    with one response a line is known by its header (``long_files``); ``by_item`` counts its items in own steps.
    Raises MeasurementError for files that cannot be used at all.
    """
    with _open(path) as stream:
        header, separator = _header(stream, path)
        if long_files.is_long(header):
            found = long_files.read_long(stream, path, header, separator, "score")
            words = frozenset(missing) | MISSING_WORDS
            return long_files.long_scores(found, path, missing=words, by_item=by_item)
        _known(path, header, skip)
        reader = _ScoreReader(header, separator, frozenset(missing) | MISSING_WORDS, skip)
        for first, lines in _pieces(stream):
            reader.take(first, lines)
    return reader.result(path)


def read_answers(path: Path, *, missing: Sequence[str] = (), skip: Sequence[str] = ()) -> Answers:
    """A file of chosen options: a header of item names, one option a cell, an optional ``freq`` column.

    Of a file with one response a line (``long_files``) the column ``response`` is taken.
    """
    words = frozenset(missing) | MISSING_WORDS
    with _open(path) as stream:
        header, separator = _header(stream, path)
        if long_files.is_long(header):
            found = long_files.read_long(stream, path, header, separator, "response")
            cells = np.where(np.isin(found.cells, sorted(words)), "", found.cells)
            return Answers(found.items, cells, np.ones(len(cells)), found.notes)
        _known(path, header, skip)
        ragged: list[tuple[int, int]] = []
        rows: list[list[str]] = []
        for first, lines in _pieces(stream):
            rows += _rows(lines, separator, len(header), first, ragged)
    if not rows:
        raise _nothing(path, ragged, len(header))
    cells = np.char.strip(np.array(rows, dtype=np.str_))
    frequency, items, place = _split_frequency(header, cells, skip)
    if not frequency.any():
        raise _nobody(path)
    answers = np.where(np.isin(cells[:, place], sorted(words)), "", cells[:, place])
    return Answers(tuple(items), answers, frequency, _ragged_notes(ragged, len(header)))


def read_column(path: Path, name: str) -> tuple[str, ...]:
    """What a column holds, for each person that ``read_scores`` and ``read_answers`` keep, in their order.

    Of a file with one response a line it must hold the same on all lines of a person. Raises MeasurementError where it
    does not, and for a file without that column.
    """
    with _open(path) as stream:
        header, separator = _header(stream, path)
        if name not in header:
            raise MeasurementError("no_such_column", f"{path.name} has no column {name}.")
        if long_files.is_long(header):
            found = long_files.read_long(stream, path, header, separator, name.lower())
            return _of_people(path, name, found)
        rows = [
            row for first, lines in _pieces(stream) for row in _rows(lines, separator, len(header), first, [])
        ]
    return tuple(row[header.index(name)].strip() for row in rows)


def _of_people(path: Path, name: str, found: long_files.Long) -> tuple[str, ...]:
    told = []
    for person, cells in zip(found.people, found.cells, strict=True):
        values = sorted({str(cell) for cell in cells if cell})
        if len(values) > 1:
            raise MeasurementError(
                "not_of_people", f"{path.name}: {person} has {values[0]} and {values[1]} in column {name}."
            )
        told.append(values[0] if values else "")
    return tuple(told)


def read_people(path: Path) -> tuple[str, ...] | None:
    """The people of a file with one response a line, in order; None for other files, whose lines have no names."""
    with _open(path) as stream:
        header, separator = _header(stream, path)
        if not long_files.is_long(header):
            return None
        return long_files.read_long(stream, path, header, separator, "item").people


def read_ratings(path: Path) -> tuple[tuple[str, ...], tuple[str, ...], Floats, Floats]:
    """Ratings of a panel: raters, items, shares (raters x items, 0 to 1, NaN for none), points of the items.

    A header ``rater`` and the item names, one rater a line; a share is written ``0.6`` or ``60%``, a cell left empty is
    not rated, and a line whose rater is ``points`` gives what each item is worth (1 each without it). Raises
    MeasurementError naming line and cell.
    """
    with _open(path) as stream:
        header, separator = _header(stream, path)
        text = stream.read().decode("utf-8-sig", "replace")
    if header[0].lower() != "rater" or len(header) < 2:
        raise MeasurementError("header", f"{path.name}: the first line is rater and the names of the items.")
    raters: list[str] = []
    shares: list[list[float]] = []
    points = [1.0] * (len(header) - 1)
    for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise MeasurementError(
                "ragged",
                f"{path.name} line {line}: {counted(len(row), 'cell', 'cells')} instead of {len(header)}.",
            )
        name, cells = row[0].strip(), [cell.strip() for cell in row[1:]]
        worth = name.lower() == "points"
        values = [
            _rating(path, line, item, cell, share=not worth)
            for item, cell in zip(header[1:], cells, strict=True)
        ]
        if worth:
            points = values
        else:
            raters.append(name or f"line {line}")
            shares.append(values)
    if not shares:
        raise MeasurementError("empty", f"{path.name} holds no rater.")
    return tuple(raters), tuple(header[1:]), np.array(shares), np.array(points)


def _rating(path: Path, line: int, item: str, cell: str, *, share: bool) -> float:
    if not cell and share:
        return float("nan")
    value = _number(cell.removesuffix("%")) if share else _number(cell)
    value = value / 100 if value is not None and cell.endswith("%") else value
    if value is None or (not 0 <= value <= 1 if share else value <= 0):
        wanted = "a share between 0 and 1, or per cent with %" if share else "points above 0"
        raise MeasurementError(
            "rating_range", f"{path.name} line {line}, item {item}: {cell!r} is not {wanted}."
        )
    return value


def read_bookmarks(path: Path) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Bookmarks of a panel: columns ``rater,bookmark``, whole numbers from 1."""
    with _open(path) as stream:
        header, separator = _header(stream, path)
        text = stream.read().decode("utf-8-sig", "replace")
    names = [name.lower() for name in header]
    if sorted(names) != ["bookmark", "rater"]:
        raise MeasurementError("columns", f"{path.name}: name the columns rater and bookmark.")
    raters, marks = [], []
    for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=2):
        if not any(cell.strip() for cell in row):
            continue
        cell = row[names.index("bookmark")].strip() if len(row) == 2 else ""
        if not cell.isascii() or not cell.isdigit():
            raise MeasurementError("not_numbers", f"{path.name} line {line}: {cell!r} is no whole number.")
        raters.append(row[names.index("rater")].strip() or f"line {line}")
        marks.append(int(cell))
    return tuple(raters), tuple(marks)


def read_keys(path: Path, items: Sequence[str]) -> tuple[Key, ...]:
    """Keys in any of three shapes: columns ``item,key[,options]``; one column ``key`` in the order of the items; or one
    line of keys under a header of item names. Several right options are parted by ``|``."""
    with _open(path) as stream:
        header, separator = _header(stream, path)
        text = stream.read().decode("utf-8-sig", "replace")
    rows = [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(text), delimiter=separator)
        if any(row)
    ]
    names = [name.lower() for name in header]
    if not rows:
        raise MeasurementError("empty_key", f"{path.name} holds a header but no key.")
    if "item" in names and "key" in names:
        return _listed_keys(path, names, rows)
    if len(header) == 1:
        if len(rows) != len(items):
            raise MeasurementError(
                "keys_do_not_match",
                f"{path.name} has {counted(len(rows), 'key', 'keys')} for "
                f"{counted(len(items), 'item', 'items')}: give one for each, or add a column item.",
            )
        return tuple(_key(path, name, row[0]) for name, row in zip(items, rows, strict=True))
    if len(rows) == 1 and len(rows[0]) == len(header):
        return tuple(_key(path, name, cell) for name, cell in zip(header, rows[0], strict=True))
    raise MeasurementError(
        "key_shape",
        f"{path.name}: use columns item,key or one column key, or one line of keys under the item names.",
    )


def _listed_keys(path: Path, names: list[str], rows: list[list[str]]) -> tuple[Key, ...]:
    keys = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise MeasurementError(
                "ragged",
                f"{path.name} line {number}: {counted(len(row), 'cell', 'cells')} instead of {len(names)}.",
            )
        cells = dict(zip(names, row, strict=True))
        keys.append(_key(path, cells["item"], cells["key"], cells.get("options", "")))
    return tuple(keys)


def _key(path: Path, item: str, key: str, options: str = "") -> Key:
    accepted = tuple(part.strip() for part in key.split("|") if part.strip())
    if not accepted:
        raise MeasurementError("empty_key", f"{path.name}: item {item} has an empty key.")
    listed = options.split("|") if "|" in options else list(options)
    return Key(item, accepted, tuple(part.strip() for part in listed if part.strip()))


def read_score_counts(path: Path) -> tuple[Floats, Floats]:
    """Scores and how many people had each: columns ``score,count``, or one column of single scores."""
    with _open(path) as stream:
        header, separator = _header(stream, path)
        text = stream.read().decode("utf-8-sig", "replace")
    names = [name.lower() for name in header]
    rows = [
        _numbers(path, number, row, len(header))
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=2)
        if any(row)
    ]
    if not rows:
        raise MeasurementError("empty", f"{path.name} holds no scores.")
    table = np.array(rows)
    if len(names) == 1:
        values, counts = np.unique(table[:, 0], return_counts=True)
        return values, counts.astype(np.float64)
    if "score" not in names or "count" not in names:
        raise MeasurementError("columns", f"{path.name}: name the columns score and count.")
    return table[:, names.index("score")], table[:, names.index("count")]


def _numbers(path: Path, line: int, row: list[str], width: int) -> list[float]:
    if len(row) != width:
        raise MeasurementError(
            "ragged", f"{path.name} line {line}: {counted(len(row), 'cell', 'cells')} instead of {width}."
        )
    for cell in row:
        if _number(cell) is None:
            raise MeasurementError("not_numbers", f"{path.name} line {line}: {cell!r} is no number.")
    return [float(cell) for cell in row]


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise MeasurementError("unreadable", f"{path} cannot be opened: {error.strerror}.") from error


def _header(stream: BinaryIO, path: Path) -> tuple[list[str], str]:
    line = _text(stream.readline(LONGEST_HEADER), path).rstrip("\r\n")
    if not line.strip():
        raise MeasurementError("empty", f"{path.name} is empty: the first line must name the items.")
    separator = max(",;\t", key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=separator))]
    if len(set(names)) < len(names) and all(name.isdigit() for name in names):
        raise MeasurementError("header", f"{path.name}: the first line holds scores; it must name the items.")
    for place, name in enumerate(names, start=1):
        if not name:
            raise MeasurementError("header", f"{path.name}: column {place} has no name in the first line.")
        if names.count(name) > 1:
            raise MeasurementError("repeated_item", f"{path.name}: two columns are named {name}.")
    return names, separator


def _text(line: bytes, path: Path) -> str:
    """A line as text; names in another encoding would come out as other names, so they are refused."""
    try:
        if b"\0" in line:
            raise ValueError
        return line.decode("utf-8-sig")
    except ValueError as error:
        raise MeasurementError(
            "encoding", f"{path.name} is not text in UTF-8: save it as CSV UTF-8."
        ) from error


def _pieces(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Whole lines, some megabytes at a time, with the number of their first line."""
    number, left = 2, b""
    while True:
        piece = stream.read(_PIECE)
        if not piece:
            if left.strip():
                yield number, left + b"\n"
            return
        piece = left + piece
        end = piece.rfind(b"\n") + 1
        left = piece[end:]
        if end:
            yield number, piece[:end]
            number += piece.count(b"\n", 0, end)


def _rows(
    lines: bytes, separator: str, width: int, first: int, ragged: list[tuple[int, int]]
) -> list[list[str]]:
    """Cells of the lines of the right width; others are noted as (line, cells)."""
    kept = []
    for number, line in enumerate(lines.decode("utf-8", "replace").splitlines(), start=first):
        if not line.strip():
            continue
        row = next(csv.reader([line], delimiter=separator))
        if len(row) == width:
            kept.append(row)
        else:
            ragged.append((number, len(row)))
    return kept


class _ScoreReader:
    """Collects pieces of a score file, by the fast way where a piece is nothing but single digits."""

    def __init__(
        self, header: list[str], separator: str, missing: frozenset[str], skip: Sequence[str]
    ) -> None:
        self.header = header
        self.separator = separator
        self.missing = missing
        self.skip = skip
        self.items_at = _item_places(header, skip)
        self.codes: list[Codes] = []
        self.frequency: list[Floats] = []
        self.ragged: list[tuple[int, int]] = []
        self.odd: dict[str, Counter[str]] = {}

    def take(self, first: int, lines: bytes) -> None:
        quick = self._digits(lines) if len(self.items_at) == len(self.header) else None
        if quick is not None:
            self.codes.append(quick)
            self.frequency.append(np.ones(len(quick)))
            return
        rows = _rows(lines, self.separator, len(self.header), first, self.ragged)
        if not rows:
            return
        cells = np.char.strip(np.array(rows, dtype=np.str_))
        frequency, _, _ = _split_frequency(self.header, cells, self.skip)
        self.frequency.append(frequency)
        self.codes.append(self._scores(cells))

    def _digits(self, lines: bytes) -> Codes | None:
        """The piece as codes if every line is digits and separators in step, else None."""
        width = len(self.header)
        ending = 2 if lines.endswith(b"\r\n") else 1
        length = 2 * width - 1 + ending
        if len(lines) % length:
            return None
        table = np.frombuffer(lines, dtype=np.uint8).reshape(-1, length)
        digits = table[:, 0 : 2 * width : 2] - np.uint8(48)
        in_step = (table[:, 1 : 2 * width - 1 : 2] == ord(self.separator)).all() and (
            table[:, -1] == 10
        ).all()
        # A digit given as a code for missing needs the slow way.
        special = {word for word in self.missing if len(word) == 1 and word.isdigit()}
        if not in_step or (digits > 9).any() or special:
            return None
        return digits.astype(np.int8)

    def _scores(self, cells: NDArray[np.str_]) -> Codes:
        codes = np.full((len(cells), len(self.items_at)), MISSING, dtype=np.int8)
        for place, j in enumerate(self.items_at):
            values, inverse = np.unique(cells[:, j], return_inverse=True)
            table = [self._score(str(value)) for value in values]
            for value, code in zip(values, table, strict=True):
                if code is None:
                    count = int((cells[:, j] == value).sum())
                    self.odd.setdefault(self.header[j], Counter())[str(value)] += count
            known = np.array([MISSING if code is None else code for code in table], dtype=np.int8)
            codes[:, place] = known[inverse.ravel()]
        return codes

    def _score(self, cell: str) -> int | None:
        """The score in a cell, -1 for missing, None for something that is no score."""
        if cell in self.missing:
            return MISSING
        try:
            number = float(cell)
        except ValueError:
            return None
        return int(number) if number.is_integer() and 0 <= number <= LARGEST_CATEGORY else None

    def result(self, path: Path) -> Responses:
        if not self.codes:
            raise _nothing(path, self.ragged, len(self.header))
        notes = list(_ragged_notes(self.ragged, len(self.header)))
        for item, values in self.odd.items():
            words = ", ".join(f"{value!r} ({count})" for value, count in values.most_common(_NAMED))
            notes.append(
                Note("not_a_score", f"Item {item}: taken as missing, since no score: {words}.", item)
            )
        names = [self.header[j] for j in self.items_at]
        codes = self.codes[0] if len(self.codes) == 1 else _stack(self.codes)
        frequency = np.concatenate(self.frequency)
        if not frequency.any():
            raise _nobody(path)
        found = responses(codes, names, frequency)
        if (found.codes < 0).all():
            raise MeasurementError(
                "no_scores",
                f"{path.name} holds no scores. For chosen options (A, B, …) use analyse with a key first.",
            )
        return Responses(found.items, found.codes, found.frequency, tuple(notes))


def _stack(pieces: list[Codes]) -> Codes:
    """One array of all pieces, letting each go once copied."""
    whole = np.empty((sum(len(piece) for piece in pieces), pieces[0].shape[1]), dtype=np.int8)
    start = 0
    while pieces:
        piece = pieces.pop(0)
        whole[start : start + len(piece)] = piece
        start += len(piece)
    return whole


def _known(path: Path, header: Sequence[str], skip: Sequence[str]) -> None:
    for name in skip:
        if name not in header:
            raise MeasurementError("no_such_column", f"{path.name} has no column {name} to skip.")


def _item_places(header: Sequence[str], skip: Sequence[str]) -> list[int]:
    return [j for j, name in enumerate(header) if name.lower() not in FREQUENCY and name not in skip]


def _split_frequency(
    header: Sequence[str], cells: NDArray[np.str_], skip: Sequence[str]
) -> tuple[Floats, list[str], list[int]]:
    """Frequencies (1 where the file gives none), names and places of the item columns."""
    place = _item_places(header, skip)
    items = [header[j] for j in place]
    given = [j for j, name in enumerate(header) if name.lower() in FREQUENCY]
    if not items:
        raise MeasurementError("empty", "There is no item beside the frequencies and skipped columns.")
    if not given:
        return np.ones(len(cells)), items, place
    column = [str(cell) for cell in cells[:, given[0]]]
    wrong = next((cell for cell in column if (_number(cell) or 0.0) < 0 or _number(cell) is None), None)
    if wrong is not None:
        raise MeasurementError(
            "frequency", f"Column {header[given[0]]} must hold numbers of at least 0; {wrong!r} is none."
        )
    return np.array(column, dtype=np.float64), items, place


def _ragged_notes(ragged: list[tuple[int, int]], width: int) -> tuple[Note, ...]:
    if not ragged:
        return ()
    words = ", ".join(f"{line} ({counted(cells, 'cell', 'cells')})" for line, cells in ragged[:_NAMED])
    more = f" and {len(ragged) - _NAMED} more" if len(ragged) > _NAMED else ""
    return (
        Note(
            "ragged",
            f"Left out, since the header has {counted(width, 'cell', 'cells')}: "
            f"{'line' if len(ragged) == 1 else 'lines'} {words}{more}.",
        ),
    )


def _nobody(path: Path) -> MeasurementError:
    return MeasurementError("no_people", f"{path.name}: every line came 0 times, so nobody answered.")


def _nothing(path: Path, ragged: list[tuple[int, int]], width: int) -> MeasurementError:
    if ragged:
        line, cells = ragged[0]
        return MeasurementError(
            "ragged",
            f"{path.name}: no line has as many cells as the header, {width} (line {line} has {cells}).",
        )
    return MeasurementError("empty", f"{path.name} holds a header but no responses.")
