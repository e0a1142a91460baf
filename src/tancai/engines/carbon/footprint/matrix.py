"""The inventory as a sparse linear system: A s = f, impacts c·s, and what a unit of every flow carries, Aᵀ y = c.

Columns are activities with one product each, rows are products; A holds outputs positive and inputs negative (Heijungs
& Suh 2002). One factorisation serves both solves.

Supply chains are nearly triangular: most processes use what was made before, and loops are small. Put in the order of
their strongly connected parts, suppliers first, the matrix fills in only within loops; those are ordered by minimum
degree. Without that order a general solver spends most of its time on fill. The answer is checked by its residual, and
the general order with pivoting is taken when the check fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Singular(ValueError):
    """The system has no single answer; ``column`` is an activity near the trouble."""

    def __init__(self, column: int) -> None:
        super().__init__(f"column {column}")
        self.column = column


@dataclass(frozen=True)
class System:
    """``rows``, ``columns``, ``values``: inputs (positive figures) by product and activity; ``outputs`` by activity.

    ``impacts``: direct impact of one run of every activity, shape (activities,) or (activities, origins).
    """

    outputs: Floats
    rows: Whole
    columns: Whole
    values: Floats
    impacts: Floats

    @property
    def size(self) -> int:
        return len(self.outputs)

    def matrix(self) -> sparse.csc_array:
        """A, columns compressed; entries of one place are summed."""
        n = self.size
        diagonal = np.arange(n)
        data = np.concatenate([self.outputs, -self.values])
        at = (np.concatenate([diagonal, self.rows]), np.concatenate([diagonal, self.columns]))
        return sparse.csc_array(sparse.coo_array((data, at), shape=(n, n)))


@dataclass(frozen=True)
class Solved:
    """``scaling``: runs of every activity for the demand. ``carried``: impact of a unit of every product."""

    scaling: Floats
    carried: Floats
    total: Floats

    def residual(self, system: System, demand: Floats) -> float:
        """The largest flow that is made and not wanted, or wanted and not made."""
        return float(np.abs(system.matrix() @ self.scaling - demand).max())


def solve(system: System, demand: Floats) -> Solved:
    """Runs of every activity that make ``demand`` (shape (products,)), and impacts.

    Raises Singular when a loop uses as much of its product as it makes, or an activity makes nothing.
    """
    matrix = system.matrix()
    demand = np.asarray(demand, dtype=np.float64)
    impacts = np.asarray(system.impacts, dtype=np.float64)
    for general in (False, True):
        try:
            scaling, carried = _solved(matrix, demand, impacts, general)
        except RuntimeError as error:
            if general:
                raise Singular(_suspect(matrix)) from error
            continue
        if _holds(matrix, scaling, demand) and _holds(matrix.T, carried, impacts):
            return Solved(scaling, carried, impacts.T @ scaling)
    raise Singular(_suspect(matrix))


def _solved(
    matrix: sparse.csc_array, demand: Floats, impacts: Floats, general: bool
) -> tuple[Floats, Floats]:
    if general:
        factors = linalg.splu(matrix)
        return factors.solve(demand), factors.solve(impacts, trans="T")
    order = supply_order(matrix)
    factors = linalg.splu(_permuted(matrix, order), permc_spec="NATURAL", **_DIAGONAL)
    scaling, carried = np.empty_like(demand), np.empty_like(impacts)
    scaling[order] = factors.solve(demand[order])
    carried[order] = factors.solve(impacts[order], trans="T")
    return scaling, carried


_DIAGONAL: dict[str, Any] = {"diag_pivot_thresh": 0.0, "options": {"SymmetricMode": True}}
"""Pivots stay on the diagonal, where an activity's own product stands."""
SMALL = 30
"""Loops of fewer activities need no order of their own."""


def _permuted(matrix: sparse.csc_array, order: Whole) -> sparse.csc_array:
    return sparse.csc_array(matrix[order][:, order])


def supply_order(matrix: sparse.csc_array) -> Whole:
    """Activities so that each comes after its suppliers, loops kept together and ordered by minimum degree."""
    count, labels = sparse.csgraph.connected_components(matrix, directed=True, connection="strong")
    order = np.argsort(_ranks(matrix, labels, count)[labels], kind="stable")
    sizes = np.bincount(labels, minlength=count)
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    for start in starts[sizes[labels[order[starts]]] > SMALL]:
        part = order[start : start + sizes[labels[order[start]]]]
        inner = linalg.splu(_permuted(matrix, part), permc_spec="MMD_AT_PLUS_A", **_DIAGONAL)
        order[start : start + len(part)] = part[np.argsort(inner.perm_c)]
    return order


def _ranks(matrix: sparse.csc_array, labels: Whole, count: int) -> Whole:
    """A rank for each strongly connected part, suppliers first (Kahn 1962 by whole layers)."""
    links = sparse.coo_array(matrix)
    first, then = labels[links.coords[0]], labels[links.coords[1]]
    apart = first != then
    edges = sparse.csr_array((np.ones(int(apart.sum())), (first[apart], then[apart])), shape=(count, count))
    edges.data[:] = 1.0
    waiting = np.bincount(edges.indices, minlength=count)
    ranks = np.zeros(count, dtype=np.int64)
    layer, rank = np.flatnonzero(waiting == 0), 0
    while len(layer):
        ranks[layer] = rank + np.arange(len(layer))
        rank += len(layer)
        used = edges[layer].indices
        np.subtract.at(waiting, used, 1)
        touched = np.unique(used)
        layer = touched[waiting[touched] == 0]
    return ranks


def _holds(matrix: sparse.csc_array, found: Floats, wanted: Floats) -> bool:
    """Is the residual as small as rounding allows?"""
    if not np.isfinite(found).all():
        return False
    size = float(abs(matrix).sum(axis=1).max()) * float(np.abs(found).max(initial=0.0)) + float(
        np.abs(wanted).max()
    )
    return float(np.abs(matrix @ found - wanted).max()) <= 1e-10 * size


def _suspect(matrix: sparse.csc_array) -> int:
    """An activity without output, else one in the largest loop."""
    diagonal = matrix.diagonal()
    empty = np.flatnonzero(diagonal == 0)
    if len(empty):
        return int(empty[0])
    count, labels = sparse.csgraph.connected_components(matrix, directed=True, connection="strong")
    sizes = np.bincount(labels, minlength=count)
    return int(np.flatnonzero(labels == sizes.argmax())[0])
