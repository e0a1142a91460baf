"""Files with one response a line (``candidate, item, response, score``), turned into one line a person.

What was not on a person's paper is missing; a line without a score is missing too. Scores may be halves or other parts:
an item set is counted in its largest common step, so that the codes are whole numbers from 0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics.errors import MeasurementError, Note
from tancai.engines.psychometrics.responses import LARGEST_CATEGORY, MISSING, Responses, responses

PEOPLE = ("candidate", "person", "id")
_FINEST = 10_000
_LONGEST = 40
"""Characters kept of a cell: enough for options and numbers, so that texts do not fill the memory."""
_NAMED = 5


@dataclass(frozen=True)
class Long:
    """People and items in order of appearance; ``cells`` (people x items) the column asked for, "" where none stood."""

    people: tuple[str, ...]
    items: tuple[str, ...]
    cells: NDArray[np.str_]
    notes: tuple[Note, ...]


def is_long(header: Sequence[str]) -> bool:
    """A header of a file with one response a line: a person, ``item``, and ``response`` or ``score``."""
    names = {name.lower() for name in header}
    return "item" in names and bool(names & set(PEOPLE)) and bool(names & {"response", "score"})


def read_long(stream: BinaryIO, path: Path, header: Sequence[str], separator: str, column: str) -> Long:
    """The rest of such a file with what stands in ``column``; an item in several versions is one item a version."""
    names = [name.lower() for name in header]
    if column not in names:
        raise MeasurementError("columns", f"{path.name}: one response a line needs a column {column}.")
    person_at = next(names.index(name) for name in PEOPLE if name in names)
    item_at, cell_at = names.index("item"), names.index(column)
    version_at = names.index("version") if "version" in names else None
    rows: dict[tuple[str, str, str], str] = {}
    ragged: list[int] = []
    again: list[int] = []
    # a response may hold line breaks: the table is read as one text
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")
    reader = csv.reader(text, delimiter=separator)
    for row in reader:
        if not row:
            continue
        if len(row) != len(names):
            ragged.append(reader.line_num + 1)
            continue
        version = row[version_at].strip() if version_at is not None else ""
        place = (row[person_at].strip(), row[item_at].strip(), version)
        if place in rows:
            again.append(reader.line_num + 1)
            continue
        rows[place] = row[cell_at].strip()[:_LONGEST]
    text.detach()
    if not rows:
        raise MeasurementError("empty", f"{path.name} holds a header but no responses.")
    return _turned(rows, _notes(ragged, again, len(names)))


def _turned(rows: dict[tuple[str, str, str], str], notes: tuple[Note, ...]) -> Long:
    people = list(dict.fromkeys(person for person, _item, _version in rows))
    versions: dict[str, set[str]] = {}
    for _person, item, version in rows:
        versions.setdefault(item, set()).add(version)
    labels: dict[tuple[str, str], str] = {}
    for _person, item, version in rows:
        labels.setdefault((item, version), item if len(versions[item]) == 1 else f"{item}.v{version}")
    person_place = {person: place for place, person in enumerate(people)}
    item_place = {key: place for place, key in enumerate(labels)}
    longest = max(max(map(len, rows.values())), 1)
    cells = np.full((len(people), len(labels)), "", dtype=f"<U{longest}")
    for (person, item, version), cell in rows.items():
        cells[person_place[person], item_place[item, version]] = cell
    return Long(tuple(people), tuple(labels.values()), cells, notes)


def _notes(ragged: list[int], again: list[int], width: int) -> tuple[Note, ...]:
    found = []
    if ragged:
        found.append(
            Note(
                "ragged",
                f"Left out, since the header has {counted(width, 'cell', 'cells')}: {_lines(ragged)}.",
            )
        )
    if again:
        found.append(
            Note("repeated", f"Left out, since the person has answered the item before: {_lines(again)}.")
        )
    return tuple(found)


def _lines(numbers: list[int]) -> str:
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"lines {', '.join(str(number) for number in numbers[:_NAMED])}{more}"


def long_scores(found: Long, path: Path, *, missing: frozenset[str], by_item: bool) -> Responses:
    """Scores as codes: in the largest step common to all items, or, ``by_item``, in each item's own largest step."""
    odd: dict[str, list[str]] = {}
    scores: list[list[Fraction | None]] = []
    for j, item in enumerate(found.items):
        column: list[Fraction | None] = []
        for cell in found.cells[:, j].tolist():
            value = None if cell in missing else _score(cell)
            if value is None and cell not in missing:
                odd.setdefault(item, []).append(cell)
            column.append(value)
        scores.append(column)
    steps = [_step(value for value in column if value) for column in scores]
    common = _step(step for step in steps if step) or Fraction(1)
    # whole marks stay as they are where items are not looked at one by one
    common = Fraction(1) if common.denominator == 1 else common
    chosen = [step or Fraction(1) for step in steps] if by_item else [common] * len(steps)
    codes = np.full((len(found.people), len(found.items)), MISSING, dtype=np.int8)
    for j, (column, step) in enumerate(zip(scores, chosen, strict=True)):
        most = max((value / step for value in column if value is not None), default=Fraction(0))
        if most > LARGEST_CATEGORY:
            raise MeasurementError(
                "score_range",
                f"{path.name}: item {found.items[j]} has more than {LARGEST_CATEGORY} steps of {float(step):g} marks.",
            )
        for i, value in enumerate(column):
            if value is not None:
                codes[i, j] = int(value / step)
    if (codes < 0).all():
        raise MeasurementError("no_scores", f"{path.name} holds no scores in the column score.")
    notes = [*found.notes, *_odd_notes(odd), *_step_notes(common, by_item)]
    made = responses(codes, found.items)
    return Responses(made.items, made.codes, made.frequency, tuple(notes))


def _score(cell: str) -> Fraction | None:
    try:
        value = Fraction(cell)
    except (ValueError, ZeroDivisionError):
        return None
    return value if value >= 0 and value.denominator <= _FINEST and "/" not in cell else None


def _step(values: Iterable[Fraction]) -> Fraction | None:
    """The largest step of which all values are multiples; None without any."""
    step: Fraction | None = None
    for value in values:
        step = value if step is None else _common(step, value)
    return step


def _common(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(
        gcd(a.numerator * b.denominator, b.numerator * a.denominator), a.denominator * b.denominator
    )


def _odd_notes(odd: dict[str, list[str]]) -> list[Note]:
    found = []
    for item, cells in odd.items():
        words = ", ".join(f"{cell!r} ({cells.count(cell)})" for cell in list(dict.fromkeys(cells))[:_NAMED])
        found.append(Note("not_a_score", f"Item {item}: taken as missing, since no score: {words}.", item))
    return found


def _step_notes(common: Fraction, by_item: bool) -> list[Note]:
    if by_item or common == 1:
        return []
    return [Note("steps", f"Scores are counted in steps of {float(common):g} marks.")]
