"""One pass over the responses: the marginal likelihood and the expected counts at each ability point.

Rows are taken a block at a time, so memory does not grow with people. Within a block everything is a matrix product:
an indicator column for each score above 0 (and one for "not presented" where an item has gaps), times the table of
log probabilities against score 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from tancai.engines.psychometrics.grid import Grid
from tancai.engines.psychometrics.layout import Group, Layout
from tancai.engines.psychometrics.responses import Codes, Floats, Responses, blocks
from tancai.engines.psychometrics.workers import in_order

BLOCK = 2_048
CACHE_BYTES = 256_000_000

Made = TypeVar("Made")


@dataclass(frozen=True)
class Columns:
    """Which item and which score each indicator column stands for (score -1: not presented)."""

    item: NDArray[np.intp]
    score: Codes
    of_group: tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]
    """For each group: its columns (items, steps), and each item's column for gaps (-1: none)."""
    plain: bool
    """All items have two scores and no gaps, so that the codes are the indicators."""

    def __len__(self) -> int:
        return len(self.item)


def columns(layout: Layout, gaps: NDArray[np.bool_]) -> Columns:
    item: list[int] = []
    score: list[int] = []
    of_group = []
    for group in layout.groups:
        start = len(item)
        item.extend(np.repeat(group.items, group.steps).tolist())
        score.extend(list(range(1, group.scores)) * len(group.items))
        own = np.arange(start, len(item), dtype=np.intp).reshape(len(group.items), group.steps)
        gap = np.full(len(group.items), -1, dtype=np.intp)
        for row in np.flatnonzero(gaps[group.items]):
            gap[row] = len(item)
            item.append(int(group.items[row]))
            score.append(-1)
        of_group.append((own, gap))
    plain = len(layout.groups) == 1 and layout.groups[0].scores == 2 and not gaps.any()
    return Columns(np.array(item, dtype=np.intp), np.array(score, dtype=np.int8), tuple(of_group), plain)


@dataclass(frozen=True)
class Expected:
    """Log likelihood, and for each group the expected counts (items, scores, points)."""

    log_likelihood: float
    counts: tuple[Floats, ...]


class Block(NamedTuple):
    """One block: its rows, indicators (rows, columns), posterior (points, rows; each column adds up to 1) and log
    likelihood (rows)."""

    rows: slice
    indicators: Floats
    weight: Floats
    log_l: Floats


class Data:
    """Responses made ready for passes: indicator columns are kept when they are small, else made anew."""

    def __init__(self, data: Responses, layout: Layout, grid: Grid) -> None:
        self.data = data
        self.layout = layout
        self.grid = grid
        self.columns = columns(layout, np.asarray((data.codes < 0).any(axis=0)))
        self.rows = list(blocks(len(data.codes), BLOCK))
        self._kept: list[Floats] | None = None
        if data.codes.shape[0] * len(self.columns) * 8 <= CACHE_BYTES:
            self._kept = [self._indicators(rows) for rows in self.rows]

    def indicators(self, number: int) -> Floats:
        """Indicators of block ``number`` (rows, columns)."""
        return self._kept[number] if self._kept is not None else self._indicators(self.rows[number])

    def _indicators(self, rows: slice) -> Floats:
        codes = self.data.codes[rows]
        if self.columns.plain:
            return codes.astype(np.float64)
        return (codes[:, self.columns.item] == self.columns.score).astype(np.float64)

    def table(self, vector: Floats) -> tuple[Floats, Floats]:
        """Log P against score 0 (points, columns), and the sum of log weight and log P of all scores 0 (points)."""
        against = np.zeros((len(self.grid), len(self.columns)))
        base = np.log(self.grid.weight)
        for group, (own, gap) in zip(self.layout.groups, self.columns.of_group, strict=True):
            log_p = group.curves(vector, self.grid.theta).log_p
            base = base + log_p[:, 0].sum(axis=0)
            against[:, own.ravel()] = (log_p[:, 1:] - log_p[:, :1]).reshape(-1, len(self.grid)).T
            with_gap = gap >= 0
            against[:, gap[with_gap]] = -log_p[with_gap, 0].T
        return against, base

    def each(self, vector: Floats, work: Callable[[Block], Made]) -> Iterator[Made]:
        """``work`` on every block with its posterior, on all cores, results in order."""
        against, base = self.table(vector)

        def one(number: int) -> Made:
            indicators = self.indicators(number)
            weight = against @ indicators.T
            weight += base[:, None]
            top = weight.max(axis=0)
            weight -= top
            np.exp(weight, out=weight)
            total = weight.sum(axis=0)
            weight *= 1 / total
            return work(Block(self.rows[number], indicators, weight, np.log(total) + top))

        return in_order(one, range(len(self.rows)), len(self.rows))

    def expect(self, vector: Floats) -> Expected:
        def count(block: Block) -> tuple[float, Floats, Floats]:
            frequency = self.data.frequency[block.rows]
            weight = np.multiply(block.weight, frequency, out=block.weight)
            return float(frequency @ block.log_l), weight @ block.indicators, weight.sum(axis=1)

        log_likelihood = 0.0
        by_column = np.zeros((len(self.grid), len(self.columns)))
        at_point = np.zeros(len(self.grid))
        for height, columns_part, points_part in self.each(vector, count):
            log_likelihood += height
            by_column += columns_part
            at_point += points_part
        return Expected(log_likelihood, self._by_group(by_column, at_point))

    def _by_group(self, by_column: Floats, at_point: Floats) -> tuple[Floats, ...]:
        found = []
        for group, (own, gap) in zip(self.layout.groups, self.columns.of_group, strict=True):
            counts = np.empty((len(group.items), group.scores, len(self.grid)))
            counts[:, 1:] = by_column[:, own].transpose(1, 2, 0)
            present = np.broadcast_to(at_point, (len(group.items), len(self.grid))).copy()
            present[gap >= 0] -= by_column[:, gap[gap >= 0]].T
            counts[:, 0] = present - counts[:, 1:].sum(axis=1)
            found.append(counts)
        return tuple(found)


def gradient(layout: Layout, expected: Expected, vector: Floats, theta: Floats) -> Floats:
    """Slope of the marginal log likelihood: the expected slope of the complete one (Fisher's identity)."""
    slope = np.zeros(layout.size)
    for group, counts in zip(layout.groups, expected.counts, strict=True):
        by = group.derivatives(group.curves(vector, theta), theta)
        np.add.at(slope, group.place, np.einsum("gkq,pgkq->gp", counts, by))
    return slope


def complete_information(group: Group, counts: Floats, vector: Floats, theta: Floats) -> Floats:
    """What the counts would tell of each item if ability were seen (items, parameters, parameters)."""
    found = group.curves(vector, theta)
    by = group.derivatives(found, theta)
    weight = np.exp(found.log_p) * counts.sum(axis=1)[:, None, :]
    return np.asarray(np.einsum("gkq,pgkq,rgkq->gpr", weight, by, by, optimize=True))
