"""The inventory as a sparse linear system: A s = f, impacts c·s, and what a unit of every flow carries, Aᵀ y = c.

Columns are activities with one product each, rows are products; A holds outputs positive and inputs negative (Heijungs
& Suh 2002). One factorisation serves both solves.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    try:
        factors = linalg.splu(matrix)
    except RuntimeError as error:
        raise Singular(_suspect(matrix)) from error
    scaling = factors.solve(np.asarray(demand, dtype=np.float64))
    impacts = np.asarray(system.impacts, dtype=np.float64)
    carried = factors.solve(impacts, trans="T")
    if not (np.isfinite(scaling).all() and np.isfinite(carried).all()):
        raise Singular(_suspect(matrix))
    return Solved(scaling, carried, impacts.T @ scaling)


def _suspect(matrix: sparse.csc_array) -> int:
    """An activity without output, else one in the largest loop."""
    diagonal = matrix.diagonal()
    empty = np.flatnonzero(diagonal == 0)
    if len(empty):
        return int(empty[0])
    count, labels = sparse.csgraph.connected_components(matrix, directed=True, connection="strong")
    sizes = np.bincount(labels, minlength=count)
    return int(np.flatnonzero(labels == sizes.argmax())[0])
