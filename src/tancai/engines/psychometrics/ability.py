"""What responses say about people: ability from the whole pattern or from the sum score alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tancai.engines.psychometrics.curves import Item, curves, log_likelihoods, parameter_row, probabilities
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.grid import Grid, normal_grid
from tancai.engines.psychometrics.responses import Codes, Floats, blocks

LIMIT = 6.0
"""Abilities beyond this are not reported: a perfect score has no finite maximum of the likelihood."""

_ROWS = 4_096
_STEPS = 100


@dataclass(frozen=True)
class Abilities:
    """One value for each row: ability, its standard error, and whether the value is an inner one.

    ``inner`` is False where the likelihood has no maximum within the limits (perfect and zero scores under ``ml``, rows
    without answers); the limit is given then and the standard error is NaN.
    """

    method: str
    theta: Floats
    error: Floats
    inner: np.ndarray


def abilities(
    items: Sequence[Item], codes: ArrayLike, *, method: str = "eap", grid: Grid | None = None
) -> Abilities:
    """Ability of each row of scores (people x items, -1 missing) by ``eap``, ``map`` or ``ml``.

    EAP and MAP use the grid's prior (by default standard normal); ML and MAP stay within +-6.
    """
    rows = np.asarray(codes, dtype=np.int8)
    if rows.ndim != 2 or rows.shape[1] != len(items):
        raise MeasurementError("columns", f"Scores must have one column for each item ({len(items)}).")
    prior = grid or normal_grid()
    if method not in ("eap", "map", "ml"):
        raise MeasurementError("method", f"Method {method} is unknown; use eap, map or ml.")
    theta, error = np.empty(len(rows)), np.empty(len(rows))
    inner = np.ones(len(rows), dtype=bool)
    for part in blocks(len(rows), _ROWS):
        if method == "eap":
            theta[part], error[part] = _eap(items, rows[part], prior)
        else:
            theta[part], error[part], inner[part] = _mode(
                items, rows[part], prior if method == "map" else None
            )
    return Abilities(method, theta, error, inner)


def _eap(items: Sequence[Item], rows: Codes, grid: Grid) -> tuple[Floats, Floats]:
    log_l = log_likelihoods(items, rows, grid.theta) + np.log(grid.weight)
    weight = np.exp(log_l - log_l.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ grid.theta
    spread = (weight * (grid.theta - mean[:, None]) ** 2).sum(axis=1)
    return mean, np.sqrt(spread)


def _mode(items: Sequence[Item], rows: Codes, prior: Grid | None) -> tuple[Floats, Floats, np.ndarray]:
    """Best grid point first (the likelihood may have several maxima with guessing), then bisection on the slope."""
    coarse = np.linspace(-LIMIT, LIMIT, 121)
    mean, precision = _normal(prior)
    height = log_likelihoods(items, rows, coarse) - 0.5 * precision * (coarse - mean) ** 2
    best = height.argmax(axis=1)
    low = coarse[np.maximum(best - 1, 0)]
    high = coarse[np.minimum(best + 1, len(coarse) - 1)]
    at_edge = ((best == 0) | (best == len(coarse) - 1)) & ~_turns_inside(
        items, rows, best, coarse, mean, precision
    )
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        rising = _slope(items, rows, middle)[0] - precision * (middle - mean) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        if float((high - low).max()) < 1e-10:
            break
    theta = np.where(at_edge, coarse[best], 0.5 * (low + high))
    told = _slope(items, rows, theta)[1] + precision
    inner = ~at_edge & (told > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(inner, 1 / np.sqrt(told), np.nan)
    return theta, error, inner


def _turns_inside(
    items: Sequence[Item], rows: Codes, best: np.ndarray, coarse: Floats, mean: float, precision: float
) -> np.ndarray:
    edge = coarse[best]
    slope = _slope(items, rows, edge)[0] - precision * (edge - mean)
    return np.where(best == 0, slope > 0, slope < 0)


def _normal(prior: Grid | None) -> tuple[float, float]:
    if prior is None:
        return 0.0, 0.0
    mean = float(prior.weight @ prior.theta)
    return mean, 1.0 / float(prior.weight @ (prior.theta - mean) ** 2)


def _slope(items: Sequence[Item], rows: Codes, theta: Floats) -> tuple[Floats, Floats]:
    """Derivative of each row's log likelihood at its own ability, and the expected information there."""
    slope, told = np.zeros(len(rows)), np.zeros(len(rows))
    for j, item in enumerate(items):
        found = curves(item.family, parameter_row(item)[None], theta)
        by_theta = item.a * found.slope[0]
        column = rows[:, j].astype(np.intp)
        seen = column >= 0
        slope += np.where(seen, by_theta[np.maximum(column, 0), np.arange(len(rows))], 0.0)
        told += np.where(seen, (np.exp(found.log_p[0]) * by_theta**2).sum(axis=0), 0.0)
    return slope, told


def score_distribution(items: Sequence[Item], theta: ArrayLike) -> Floats:
    """Chance of each sum score at each ability (points x scores), by the recursion of Lord & Wingersky (1984)."""
    points = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    chance = np.ones((len(points), 1))
    for item in items:
        p = probabilities(item, points)
        longer = np.zeros((len(points), chance.shape[1] + p.shape[1] - 1))
        for k in range(p.shape[1]):
            longer[:, k : k + chance.shape[1]] += chance * p[:, k : k + 1]
        chance = longer
    return chance


@dataclass(frozen=True)
class SumScores:
    """For each sum score from 0: expected ability, its standard deviation, and the share of people expected there."""

    score: np.ndarray
    theta: Floats
    sd: Floats
    share: Floats


def sum_score_abilities(items: Sequence[Item], grid: Grid | None = None) -> SumScores:
    """Expected ability given nothing but the sum score (Thissen, Pommerich, Billeaud & Williams 1995)."""
    prior = grid or normal_grid()
    joint = score_distribution(items, prior.theta) * prior.weight[:, None]
    share = joint.sum(axis=0)
    mean = (prior.theta @ joint) / share
    spread = ((prior.theta[:, None] - mean) ** 2 * joint).sum(axis=0) / share
    return SumScores(np.arange(len(share)), mean, np.sqrt(spread), share)


def empirical_reliability(theta: ArrayLike, error: ArrayLike, frequency: ArrayLike | None = None) -> float:
    """Variance of the estimates over that plus the mean squared error; values and errors one for each person."""
    values, errors = np.asarray(theta, dtype=np.float64), np.asarray(error, dtype=np.float64)
    weight = np.ones(len(values)) if frequency is None else np.asarray(frequency, dtype=np.float64)
    n = weight.sum()
    if n < 2:
        raise MeasurementError("too_few_people", "Reliability needs at least two people.")
    mean = (weight @ values) / n
    variance = (weight @ (values - mean) ** 2) / (n - 1)
    return float(variance / (variance + (weight @ errors**2) / n))
