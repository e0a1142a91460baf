"""Does the model hold: one item at a time (S-X2) and all together (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import chdtrc

from tancai.engines.psychometrics.calibration import Calibration
from tancai.engines.psychometrics.curves import Item, item_curves, probabilities
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.grid import Grid
from tancai.engines.psychometrics.layout import Layout
from tancai.engines.psychometrics.responses import Floats, Responses

SMALLEST_CELL = 1.0
LARGEST_M2 = 150
"""Items beyond which M2 is not made: its matrix has items^4 / 4 entries."""


@dataclass(frozen=True)
class ItemFit:
    """S-X2 of one item (Orlando & Thissen 2000; Kang & Chen 2008 for several scores)."""

    id: str
    statistic: float
    df: int
    p: float | None
    """None when no degree of freedom is left."""


@dataclass(frozen=True)
class ModelFit:
    """M2 of Maydeu-Olivares & Joe (2006), on means and products of scores; ``rmsea`` is misfit by degree of freedom."""

    statistic: float
    df: int
    p: float
    rmsea: float
    n: int


def _complete(found: Calibration) -> Responses:
    """The calibrated responses of people who were given all items."""
    data = found.data
    whole = (data.codes >= 0).all(axis=1)
    if not whole.any():
        raise MeasurementError("incomplete", "Nobody answered all items: sum scores cannot be compared.")
    return data if whole.all() else Responses(data.items, data.codes[whole], data.frequency[whole])


def item_fit(found: Calibration, *, smallest: float = SMALLEST_CELL) -> tuple[ItemFit, ...]:
    """S-X2 for every item, on people with complete answers; neighbouring groups join until cells expect ``smallest``.

    Raises MeasurementError when nobody answered everything.
    """
    whole = _complete(found)
    total = whole.total().astype(np.intp)
    highest = sum(item.categories - 1 for item in found.items)
    rest_all = _leave_one_out(found.items, found.grid)
    results = []
    for j, item in enumerate(found.items):
        observed = np.zeros((highest + 1, item.categories))
        np.add.at(observed, (total, whole.codes[:, j].astype(np.intp)), whole.frequency)
        expected = _expected_shares(item, rest_all[j], found.grid, highest) * observed.sum(
            axis=1, keepdims=True
        )
        free = 3 if item.model == "3pl" else item.categories
        results.append(_s_x2(item.id, observed, expected, smallest, free))
    return tuple(results)


def _leave_one_out(items: Sequence[Item], grid: Grid) -> list[Floats]:
    """Score distributions without each item, from those of the items before and after it."""
    ahead, behind = [np.ones((len(grid), 1))], [np.ones((len(grid), 1))]
    for item in items[:-1]:
        ahead.append(_add(ahead[-1], probabilities(item, grid.theta)))
    for item in items[:0:-1]:
        behind.append(_add(behind[-1], probabilities(item, grid.theta)))
    return [_add(one, other) for one, other in zip(ahead, reversed(behind), strict=True)]


def _add(one: Floats, other: Floats) -> Floats:
    """Distribution of a sum at each point, from those of its two parts."""
    if one.shape[1] < other.shape[1]:
        one, other = other, one
    total = np.zeros((len(one), one.shape[1] + other.shape[1] - 1))
    for k in range(other.shape[1]):
        total[:, k : k + one.shape[1]] += one * other[:, k : k + 1]
    return total


def _expected_shares(item: Item, rest: Floats, grid: Grid, highest: int) -> Floats:
    """Share of each score of the item among people with each sum score."""
    joint = np.zeros((highest + 1, item.categories))
    p = probabilities(item, grid.theta)
    for k in range(item.categories):
        joint[k : k + rest.shape[1], k] = (grid.weight * p[:, k]) @ rest
    return joint / joint.sum(axis=1, keepdims=True)


def _s_x2(name: str, observed: Floats, expected: Floats, smallest: float, free: int) -> ItemFit:
    """Lowest and highest sum scores say nothing (the item's score follows from them) and are left out."""
    cells = _join_groups(observed[1:-1], expected[1:-1], smallest)
    statistic, df = 0.0, -free
    for seen, awaited in cells:
        seen, awaited = _join_scores(seen, awaited, smallest)
        if len(seen) > 1:
            statistic += float(((seen - awaited) ** 2 / awaited).sum())
            df += len(seen) - 1
    return ItemFit(name, statistic, df, float(chdtrc(df, statistic)) if df > 0 else None)


def _join_groups(observed: Floats, expected: Floats, smallest: float) -> list[tuple[Floats, Floats]]:
    """Sum scores from the middle outwards keep apart; thin ones at either end join their inner neighbour."""
    groups = [(o.copy(), e.copy()) for o, e in zip(observed, expected, strict=True) if o.sum() > 0]
    for end in (0, -1):
        while len(groups) > 1 and _thin(groups[end][1], smallest):
            seen, awaited = groups.pop(end)
            groups[end] = (groups[end][0] + seen, groups[end][1] + awaited)
    inner = 0
    while inner < len(groups) - 1:
        if _thin(groups[inner][1], smallest):
            seen, awaited = groups.pop(inner)
            groups[inner] = (groups[inner][0] + seen, groups[inner][1] + awaited)
        else:
            inner += 1
    return groups


def _thin(expected: Floats, smallest: float) -> bool:
    """An item with two scores needs both cells filled; with more, cells are joined by score instead."""
    return bool(expected.min() < smallest) if len(expected) == 2 else bool(expected.sum() < 2 * smallest)


def _join_scores(seen: Floats, awaited: Floats, smallest: float) -> tuple[Floats, Floats]:
    ours, theirs = list(seen), list(awaited)
    k = 0
    while len(theirs) > 1 and k < len(theirs):
        if theirs[k] < smallest:
            into = k + 1 if k + 1 < len(theirs) else k - 1
            ours[into] += ours[k]
            theirs[into] += theirs[k]
            del ours[k], theirs[k]
            k = 0
        else:
            k += 1
    return np.array(ours), np.array(theirs)


def model_fit(found: Calibration) -> ModelFit:
    """M2 on people with complete answers; raises MeasurementError when no degree of freedom is left."""
    items = found.items
    if len(items) > LARGEST_M2:
        raise MeasurementError(
            "too_many_items", f"M2 is made for up to {LARGEST_M2} items, not {len(items)}."
        )
    df = len(items) * (len(items) + 1) // 2 - found.free_parameters
    if df <= 0:
        raise MeasurementError("no_freedom", f"M2 needs more than {len(items)} items for this model.")
    whole = _complete(found)
    n = float(whole.frequency.sum())
    first, second = _conditional_moments(items, found.grid)
    expected, covariance = _moments(first, second, found.grid)
    slopes = _moment_slopes(found.layout, items, first, found.grid)
    gap = _observed_moments(whole) - expected
    factor = cho_factor(covariance + 1e-12 * np.eye(len(covariance)) * np.trace(covariance) / len(covariance))
    solved_gap, solved = cho_solve(factor, gap), cho_solve(factor, slopes)
    bend = np.linalg.lstsq(slopes.T @ solved, slopes.T @ solved_gap, rcond=None)[0]
    statistic = float(n * max(gap @ solved_gap - (slopes.T @ solved_gap) @ bend, 0.0))
    rmsea = float(np.sqrt(max(statistic - df, 0.0) / (df * max(n - 1, 1.0))))
    return ModelFit(statistic, df, float(chdtrc(df, statistic)), rmsea, round(n))


def _pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(count, 1)


def _conditional_moments(items: Sequence[Item], grid: Grid) -> tuple[Floats, Floats]:
    """Mean score and mean squared score of each item at each point (items x points)."""
    first, second = [], []
    for item in items:
        p = probabilities(item, grid.theta)
        score = np.arange(p.shape[1], dtype=np.float64)
        first.append(p @ score)
        second.append(p @ score**2)
    return np.array(first), np.array(second)


def _observed_moments(data: Responses) -> Floats:
    scores = data.codes.astype(np.float64)
    share = data.frequency / data.frequency.sum()
    means = share @ scores
    products = (scores * share[:, None]).T @ scores
    return np.concatenate([means, products[_pairs(scores.shape[1])]])


def _moments(first: Floats, second: Floats, grid: Grid) -> tuple[Floats, Floats]:
    """Expected means and products of scores, and their covariance for one person.

    Entries that share an item need its squared score: for each item, the products with every other item or none.
    """
    count = len(first)
    left, right = _pairs(count)
    rows = np.concatenate([first, first[left] * first[right]])
    expected = rows @ grid.weight
    products = (rows * grid.weight) @ rows.T
    number = np.full((count, count), -1, dtype=np.intp)
    number[left, right] = number[right, left] = np.arange(len(left)) + count
    for i in range(count):
        others = first.copy()
        others[i] = 1.0
        shared = (others * (grid.weight * second[i])) @ others.T
        spread = (second * (grid.weight * second[i])).sum(axis=1)
        np.fill_diagonal(shared, spread)
        shared[i, i] = float(grid.weight @ second[i])
        place = number[i].copy()
        place[i] = i
        products[np.ix_(place, place)] = shared
    return expected, products - np.outer(expected, expected)


def _moment_slopes(layout: Layout, items: Sequence[Item], first: Floats, grid: Grid) -> Floats:
    """Derivatives of the expected moments by the free parameters."""
    count = len(items)
    left, right = _pairs(count)
    slopes = np.zeros((count + len(left), layout.size))
    weighted = first * grid.weight
    for group in layout.groups:
        score = np.arange(group.scores, dtype=np.float64)
        for row, j in enumerate(group.items):
            found = item_curves(items[j], grid.theta)
            by = group.derivatives(found, grid.theta)[:, 0]
            moved = np.einsum("k,kq,pkq->pq", score, np.exp(found.log_p[0]), by)
            with_others = moved @ weighted.T
            touching = np.flatnonzero((left == j) | (right == j))
            other = np.where(left[touching] == j, right[touching], left[touching])
            for p, free in enumerate(group.place[row]):
                slopes[j, free] += float(moved[p] @ grid.weight)
                slopes[count + touching, free] += with_others[p, other]
    return slopes
