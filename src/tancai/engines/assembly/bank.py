"""A bank: items as columns of numbers or texts, and their response curves where they are calibrated."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.assembly.errors import AssemblyError, Note
from tancai.engines.bilingual import counted
from tancai.engines.psychometrics import curves
from tancai.engines.psychometrics.curves import Curves

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Column = NDArray[Any]

_SPLIT = str.maketrans(dict.fromkeys(",;|，；、", " "))


@dataclass(frozen=True)
class Bank:
    """``columns`` hold float64 (nan where nothing is given) or objects of str ("" where nothing is given).

    ``curves`` has the calibrated item or None; ``lines`` the line of each item in its file (empty when there is none).
    """

    ids: tuple[str, ...]
    columns: Mapping[str, Column]
    curves: tuple[curves.Item | None, ...] = ()
    lines: tuple[int, ...] = ()
    name: str = "the bank"
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def place(self) -> dict[str, int]:
        return {id: i for i, id in enumerate(self.ids)}

    def column(self, name: str, wanted_by: str) -> Column:
        """The column; AssemblyError naming who asked and what there is instead."""
        if name == "id":
            return np.array(self.ids, dtype=object)
        if name not in self.columns:
            near = difflib.get_close_matches(name, self.columns, 1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(self.columns) or 'none'}."
            raise AssemblyError(
                "no_such_column", f"{wanted_by}: {self.name} has no column {name}; {hint}", column=name
            )
        return self.columns[name]

    def numbers(self, name: str, wanted_by: str) -> Floats:
        """The column as numbers; AssemblyError naming the first item whose cell is none."""
        column = self.column(name, wanted_by)
        if column.dtype == np.float64:
            return column
        for i, cell in enumerate(column):
            if cell != "" and _number(cell) is None:
                raise AssemblyError(
                    "not_a_number",
                    f"{wanted_by}: {self.where(i)}, column {name}: {cell!r} is no number; write one or leave it empty.",
                )
        return np.array([np.nan if cell == "" else float(cell) for cell in column], dtype=np.float64)

    def texts(self, name: str, wanted_by: str) -> list[str]:
        """The column as texts; whole numbers without a decimal point."""
        column = self.column(name, wanted_by)
        return [text(cell) for cell in column]

    def words(self, name: str, wanted_by: str) -> list[frozenset[str]]:
        """The column as sets of words, parted by blanks, commas, semicolons or bars."""
        return [frozenset(cell.translate(_SPLIT).split()) for cell in self.texts(name, wanted_by)]

    def where(self, i: int) -> str:
        return f"line {self.lines[i]} (item {self.ids[i]})" if self.lines else f"item {self.ids[i]}"

    def calibrated(self) -> Mask:
        return np.array([curve is not None for curve in self.curves] or [False] * len(self), dtype=bool)

    def information(self, theta: Sequence[float]) -> Floats:
        """Fisher information (items x points): sum over scores of P (d log P / d theta)^2; nan without parameters."""
        found = np.full((len(self), len(theta)), np.nan)
        for at, slopes, of in self._curves(theta):
            found[at] = (np.exp(of.log_p) * (slopes[:, None, None] * of.slope) ** 2).sum(axis=1)
        return found

    def expected_score(self, theta: Sequence[float]) -> Floats:
        """Mean score (items x points); nan for items without parameters."""
        found = np.full((len(self), len(theta)), np.nan)
        for at, _, of in self._curves(theta):
            score = np.arange(of.log_p.shape[1], dtype=np.float64)
            found[at] = np.einsum("k,ikp->ip", score, np.exp(of.log_p))
        return found

    def _curves(self, theta: Sequence[float]) -> Iterator[tuple[list[int], Floats, Curves]]:
        """Places, slopes and curves of the items that have the same family and number of scores."""
        groups: dict[tuple[str, int], list[int]] = {}
        for i, item in enumerate(self.curves):
            if item is not None:
                groups.setdefault((item.family, item.categories), []).append(i)
        for (family, _), at in groups.items():
            rows = np.array([curves.parameter_row(item) for i in at if (item := self.curves[i]) is not None])
            yield at, rows[:, 0], curves.curves(family, rows, np.asarray(theta, dtype=np.float64))

    def take(self, at: Sequence[int]) -> Bank:
        """The bank with these items in this order."""
        chosen = list(at)
        return Bank(
            tuple(self.ids[i] for i in chosen),
            {name: column[chosen] for name, column in self.columns.items()},
            tuple(self.curves[i] for i in chosen) if self.curves else (),
            tuple(self.lines[i] for i in chosen) if self.lines else (),
            self.name,
        )


def bank(
    ids: Sequence[str],
    columns: Mapping[str, Sequence[Any]],
    curves: Sequence[curves.Item | None] = (),
    *,
    lines: Sequence[int] = (),
    name: str = "the bank",
    notes: Sequence[Note] = (),
) -> Bank:
    """A bank from plain values: a column whose cells are all numbers or empty becomes numbers.

    Raises AssemblyError for no items, ids given twice and columns of another length.
    """
    if not ids:
        raise AssemblyError("empty", f"{name} holds no items.")
    twice = {id for id in ids if list(ids).count(id) > 1} if len(set(ids)) < len(ids) else set()
    if twice:
        raise AssemblyError("twice", f"{name} holds {', '.join(sorted(twice)[:5])} more than once.")
    for column, cells in [*columns.items(), ("curves", curves), ("lines", lines)]:
        if len(cells) != len(ids) and (cells or column in columns):
            raise AssemblyError(
                "length",
                f"{name}: column {column} has {counted(len(cells), 'cell', 'cells')} "
                f"for {counted(len(ids), 'item', 'items')}.",
            )
    made = {column: _column(cells) for column, cells in columns.items()}
    return Bank(tuple(ids), made, tuple(curves), tuple(lines), name, tuple(notes))


def text(cell: Any) -> str:
    """A cell as people write it: 3 for 3.0, nothing for nan."""
    if isinstance(cell, float):
        return "" if np.isnan(cell) else f"{cell:g}" if not cell.is_integer() else str(int(cell))
    return str(cell)


def _column(cells: Sequence[Any]) -> Column:
    numbers = [np.nan if cell is None or cell == "" else _number(cell) for cell in cells]
    if all(number is not None for number in numbers) and not all(
        np.isnan(n) for n in numbers if n is not None
    ):
        return np.array(numbers, dtype=np.float64)
    found = np.empty(len(cells), dtype=object)
    found[:] = ["" if cell is None else text(cell).strip() for cell in cells]
    return found


def _number(cell: Any) -> float | None:
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None
