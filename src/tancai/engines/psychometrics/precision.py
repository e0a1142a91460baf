"""How exactly parameters are known: the information in the marginal likelihood.

``observed`` follows Louis (1982): complete information less what not seeing ability takes away. ``empirical`` is the
sum of outer products of each person's slope; the two agree in large samples and it costs far less there.
"""

from __future__ import annotations

import numpy as np

from tancai.engines.psychometrics.expectation import Block, Data, Expected
from tancai.engines.psychometrics.layout import Group, Layout
from tancai.engines.psychometrics.responses import Floats

OBSERVED_WORK = 1e10
"""Multiplications up to which the observed information is made when nothing else is asked."""

STEP = 1e-5


def choose(data: Data) -> str:
    """``observed`` while that is quick, else ``empirical``."""
    work = 2.0 * len(data.data.codes) * (len(data.columns) + 1) ** 2 * len(data.grid)
    return "observed" if work <= OBSERVED_WORK else "empirical"


def information_matrix(data: Data, expected: Expected, vector: Floats, kind: str) -> Floats:
    """Information about the free parameters (size x size), priors included."""
    _, curvature = data.layout.prior_slopes(vector)
    if kind == "empirical":
        return _outer_scores(data, vector) + np.diag(curvature)
    seen = _complete(data.layout, expected, vector, data.grid.theta)
    return seen - _spread_of_scores(data, vector) + _outer_scores(data, vector) + np.diag(curvature)


def _complete(layout: Layout, expected: Expected, vector: Floats, theta: Floats) -> Floats:
    """Minus the second derivatives of the complete log likelihood at fixed counts, by central differences."""
    matrix = np.zeros((layout.size, layout.size))
    for group, counts in zip(layout.groups, expected.counts, strict=True):
        rows = vector[group.place]
        for p in range(rows.shape[1]):
            step = np.zeros_like(rows)
            step[:, p] = STEP
            ahead, behind = (_item_slopes(group, counts, rows + sign * step, theta) for sign in (1, -1))
            second = (behind - ahead) / (2 * STEP)
            np.add.at(matrix, (group.place, group.place[:, p : p + 1]), second)
    return 0.5 * (matrix + matrix.T)


def _item_slopes(group: Group, counts: Floats, rows: Floats, theta: Floats) -> Floats:
    alone = np.arange(rows.size, dtype=np.intp).reshape(rows.shape)
    own = Group(group.family, group.scores, group.items, alone)
    by = own.derivatives(own.curves(rows.ravel(), theta), theta)
    return np.asarray(np.einsum("gkq,pgkq->gp", counts, by))


def _outer_scores(data: Data, vector: Floats) -> Floats:
    """Sum over people of the outer product of their posterior mean slopes."""
    derivatives = [
        group.derivatives(group.curves(vector, data.grid.theta), data.grid.theta)
        for group in data.layout.groups
    ]

    def products(block: Block) -> Floats:
        scores = np.zeros((len(block.indicators), data.layout.size))
        for group, by in zip(data.layout.groups, derivatives, strict=True):
            own = _expected_scores(data, block, group, by)
            for p in range(group.place.shape[1]):
                if data.layout.shared_slope and p == 0:
                    scores[:, 0] += own[0].sum(axis=1)
                else:
                    scores[:, group.place[:, p]] = own[p]
        scores *= np.sqrt(data.data.frequency[block.rows])[:, None]
        return np.asarray(scores.T @ scores)

    matrix = np.zeros((data.layout.size, data.layout.size))
    for part in data.each(vector, products):
        matrix += part
    return matrix


def _expected_scores(data: Data, block: Block, group: Group, by: Floats) -> Floats:
    """Posterior mean of each person's slope (parameters, rows, items)."""
    codes = data.data.codes[block.rows]
    codes = codes if len(group.items) == codes.shape[1] else codes[:, group.items]
    parameters, items = by.shape[0], by.shape[1]
    found = np.zeros((parameters, len(codes), items))
    for k in range(group.scores):
        here = codes == k
        for p in range(parameters):
            found[p] += (block.weight.T @ by[p, :, k].T) * here
    return found


def _spread_of_scores(data: Data, vector: Floats) -> Floats:
    """Sum over people of the posterior mean of the slopes' outer product."""

    def crossed(block: Block) -> Floats:
        root = np.sqrt(block.weight * data.data.frequency[block.rows])
        with_one = np.concatenate([np.ones((len(block.indicators), 1)), block.indicators], axis=1)
        found = np.empty((len(root), with_one.shape[1], with_one.shape[1]))
        for q, share in enumerate(root):
            scaled = with_one * share[:, None]
            found[q] = scaled.T @ scaled
        return found

    tables = np.zeros((len(data.grid), len(data.columns) + 1, len(data.columns) + 1))
    for part in data.each(vector, crossed):
        tables += part
    matrix = np.zeros((data.layout.size, data.layout.size))
    for q, slopes in enumerate(_slope_tables(data, vector)):
        matrix += slopes.T @ tables[q] @ slopes
    return matrix


def _slope_tables(data: Data, vector: Floats) -> list[Floats]:
    """At each point: slopes by free parameter of "all scores 0" (first row) and of each indicator against it."""
    theta = data.grid.theta
    tables = np.zeros((len(theta), len(data.columns) + 1, data.layout.size))
    for group, (own, gap) in zip(data.layout.groups, data.columns.of_group, strict=True):
        by = group.derivatives(group.curves(vector, theta), theta)
        for row, place in enumerate(group.place):
            for p, free in enumerate(place):
                tables[:, 0, free] += by[p, row, 0]
                for k, column in enumerate(own[row], start=1):
                    tables[:, column + 1, free] += by[p, row, k] - by[p, row, 0]
                if gap[row] >= 0:
                    tables[:, gap[row] + 1, free] -= by[p, row, 0]
    return list(tables)
