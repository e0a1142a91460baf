"""Scored responses: one row a pattern, one column an item, how often each pattern came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics.errors import MeasurementError, Note

MISSING = -1
LARGEST_CATEGORY = 100

Codes = NDArray[np.int8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Responses:
    """``codes`` (patterns x items, int8): 0 to categories - 1, or -1 when not presented; ``frequency`` (patterns)."""

    items: tuple[str, ...]
    codes: Codes
    frequency: Floats
    notes: tuple[Note, ...] = ()
    person: NDArray[np.intp] | None = field(default=None, repr=False)
    """Pattern of each original row once collapsed (-1 for rows without any answer); None when rows are patterns."""

    @property
    def n(self) -> int:
        """People, not patterns."""
        return round(float(self.frequency.sum()))

    @property
    def complete(self) -> bool:
        return not bool((self.codes < 0).any())

    def categories(self) -> NDArray[np.intp]:
        """Highest code + 1 for each item."""
        return self.codes.max(axis=0).astype(np.intp) + 1

    def total(self) -> Floats:
        """Sum score of each pattern; what was not presented adds nothing."""
        return np.maximum(self.codes, 0).sum(axis=1, dtype=np.float64)

    def keep(self, columns: Sequence[int] | NDArray[np.intp]) -> Responses:
        """The same people with these items only, patterns not collapsed again."""
        chosen = np.asarray(columns, dtype=np.intp)
        return Responses(
            tuple(self.items[j] for j in chosen),
            self.codes[:, chosen],
            self.frequency,
            self.notes,
            self.person,
        )


def responses(
    matrix: ArrayLike, items: Sequence[str] | None = None, frequency: ArrayLike | None = None
) -> Responses:
    """Take whole-number scores (people x items; negative or NaN is missing) as responses.

    Raises MeasurementError for an empty or ragged matrix, names that do not match, or numbers that are no scores.
    """
    codes = _as_codes(matrix)
    names = tuple(items) if items is not None else tuple(f"item{j + 1}" for j in range(codes.shape[1]))
    if len(names) != codes.shape[1]:
        raise MeasurementError(
            "names",
            f"{counted(len(names), 'item name', 'item names')} for {counted(codes.shape[1], 'column', 'columns')}: "
            "give one name a column.",
        )
    repeated = (
        sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    )
    if repeated:
        raise MeasurementError("repeated_item", f"Item {repeated[0]} has two columns: name each item once.")
    weights = np.ones(len(codes)) if frequency is None else np.asarray(frequency, dtype=np.float64)
    if weights.shape != (len(codes),) or not np.isfinite(weights).all() or (weights < 0).any():
        raise MeasurementError("frequency", "Frequencies must be one number of at least 0 for every row.")
    return Responses(names, codes, weights)


def _as_codes(matrix: ArrayLike) -> Codes:
    try:
        values = np.asarray(matrix)
    except ValueError as error:
        raise MeasurementError(
            "ragged", "The rows differ in length: give every row the same items."
        ) from error
    if values.ndim != 2 or values.shape[0] == 0 or values.shape[1] == 0:
        raise MeasurementError("empty", "There are no responses: give at least one row and one item.")
    if values.dtype == np.int8:
        codes = values if values.flags.c_contiguous else np.ascontiguousarray(values)
    else:
        codes = _rounded(values)
    if codes.max() > LARGEST_CATEGORY:
        raise MeasurementError("score_range", f"Scores go from 0 to {LARGEST_CATEGORY}.")
    if codes.min() < MISSING:
        codes = np.maximum(codes, MISSING)
    return codes


def _rounded(values: NDArray[np.generic]) -> Codes:
    if values.dtype.kind not in "iufb":
        raise MeasurementError("not_numbers", "Scores must be whole numbers; letters need a key first.")
    numbers = values.astype(np.float64)
    numbers = np.where(np.isnan(numbers), MISSING, numbers)
    if (numbers != np.round(numbers)).any():
        row, column = np.argwhere(numbers != np.round(numbers))[0]
        raise MeasurementError("not_whole", f"Row {row + 1}, column {column + 1} is not a whole number.")
    return np.clip(numbers, MISSING, 127).astype(np.int8)


def collapse(data: Responses) -> Responses:
    """Put identical patterns together; rows without any answer are left out with a note."""
    answered = (data.codes >= 0).any(axis=1) & (data.frequency > 0)
    notes = list(data.notes)
    empty = int((~(data.codes >= 0).any(axis=1)).sum())
    if empty:
        notes.append(
            Note("empty_rows", f"Left out: {counted(empty, 'row', 'rows')} without a single answer.")
        )
    if not answered.any():
        raise MeasurementError("empty", "No row holds an answer: check the file and the codes for missing.")
    kept = np.flatnonzero(answered)
    codes = data.codes if len(kept) == len(data.codes) else data.codes[kept]
    first, inverse = _unique_rows(codes)
    person = np.full(len(data.codes), -1, dtype=np.intp)
    person[kept] = inverse
    frequency = np.bincount(inverse, weights=data.frequency[kept], minlength=len(first)).astype(np.float64)
    patterns = codes if len(first) == len(codes) else codes[first]
    return Responses(data.items, patterns, frequency, tuple(notes), person)


def _unique_rows(codes: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First row of each distinct pattern (in order of appearance) and the pattern of each row.

    Rows are sorted by a 64-bit sum with fixed odd multipliers; equal sums are compared in full, so that the
    result is exact, and a true collision falls back on sorting the rows themselves.
    """
    sums = _row_sums(codes)
    _, first, inverse = np.unique(sums, return_index=True, return_inverse=True)
    if len(first) < len(codes) and not _same_rows(codes, first[inverse]):
        view = np.ascontiguousarray(codes).view(np.dtype((np.void, codes.shape[1]))).ravel()
        _, first, inverse = np.unique(view, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse.ravel()]


def _row_sums(codes: Codes) -> NDArray[np.uint64]:
    multipliers = np.random.default_rng(20_040_101).integers(
        1, 2**63, codes.shape[1], dtype=np.uint64
    ) | np.uint64(1)
    sums = np.empty(len(codes), dtype=np.uint64)
    for rows in blocks(len(codes), 16_384):
        part = (codes[rows] + np.int8(2)).astype(np.uint64)
        sums[rows] = part @ multipliers
    return sums


def _same_rows(codes: Codes, representative: NDArray[np.intp]) -> bool:
    return all(
        np.array_equal(codes[rows], codes[representative[rows]]) for rows in blocks(len(codes), 65_536)
    )


def blocks(length: int, size: int) -> Iterator[slice]:
    """Slices that cover ``length`` rows, ``size`` at a time."""
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))


def usable(data: Responses) -> tuple[Responses, tuple[Note, ...]]:
    """Leave out items from which nothing can be learnt, close gaps in the categories; says so in notes.

    Items nobody was given and items on which everybody scored the same are left out; a category nobody reached is
    taken out and those above move down by one.
    """
    notes: list[Note] = []
    keep: list[int] = []
    moved: dict[int, Codes] = {}
    for j, name in enumerate(data.items):
        seen = np.flatnonzero(np.bincount(data.codes[:, j].astype(np.intp) + 1, weights=data.frequency)[1:])
        if len(seen) == 0:
            notes.append(Note("all_missing", f"Item {name}: nobody answered it; left out.", name))
        elif len(seen) == 1:
            notes.append(
                Note(
                    "constant",
                    f"Item {name}: everybody scored {seen[0]}; left out, nothing can be estimated.",
                    name,
                )
            )
        else:
            keep.append(j)
            gaps = sorted(set(range(int(seen[-1]) + 1)) - set(seen.tolist()))
            if gaps:
                moved[j] = _renumber(data.codes[:, j], seen)
                words = ", ".join(str(gap) for gap in gaps)
                notes.append(
                    Note(
                        "unseen_category",
                        f"Item {name}: nobody scored {words}; the scores above moved down.",
                        name,
                    )
                )
    return _kept(data, keep, moved), tuple(notes)


def _renumber(column: Codes, seen: NDArray[np.intp]) -> Codes:
    table = np.full(LARGEST_CATEGORY + 2, MISSING, dtype=np.int8)
    table[seen + 1] = np.arange(len(seen))
    return table[column.astype(np.intp) + 1]


def _kept(data: Responses, keep: list[int], moved: dict[int, Codes]) -> Responses:
    if len(keep) == len(data.items) and not moved:
        return data
    codes = np.ascontiguousarray(data.codes[:, keep])
    for place, j in enumerate(keep):
        if j in moved:
            codes[:, place] = moved[j]
    return Responses(tuple(data.items[j] for j in keep), codes, data.frequency, data.notes, data.person)
