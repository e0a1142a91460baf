"""Item response models: how the chance of each score depends on ability.

Logistic throughout, without the factor 1.7:

- ``2pl``/``1pl``: P = 1 / (1 + exp(-(a theta + d))); ``3pl``: c + (1 - c) times that (Birnbaum 1968).
- ``grm``: P(score >= k) = 1 / (1 + exp(-(a theta + d_k))), d_1 > d_2 > ... (Samejima 1969).
- ``gpcm``/``pcm``: P(score = k) proportional to exp(k a theta + d_k), d_0 = 0 (Muraki 1992, Masters 1982).

Location: b = -d / a; for partial credit b_k = -(d_k - d_(k-1)) / a, where the curves of k - 1 and k cross.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_expit, log_softmax

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Floats

MODELS = ("1pl", "2pl", "3pl", "grm", "gpcm", "pcm")
DICHOTOMOUS = ("1pl", "2pl", "3pl")
SHARED_SLOPE = ("1pl", "pcm")


@dataclass(frozen=True)
class Item:
    """A calibrated item: slope ``a``, intercepts ``d`` (one for each score above 0), lower asymptote ``c``."""

    id: str
    model: str
    a: float
    d: tuple[float, ...]
    c: float = 0.0

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise MeasurementError(
                "model", f"Item {self.id}: model {self.model} is unknown; use {', '.join(MODELS)}."
            )
        if not self.d or (self.model in DICHOTOMOUS and len(self.d) != 1):
            raise MeasurementError(
                "intercepts",
                f"Item {self.id}: {self.model} does not take {counted(len(self.d), 'intercept', 'intercepts')}.",
            )
        if not np.isfinite([self.a, self.c, *self.d]).all() or not 0 <= self.c < 1:
            raise MeasurementError("parameters", f"Item {self.id}: a and d must be finite and c in [0, 1).")
        if self.model == "grm" and any(later >= d for d, later in zip(self.d, self.d[1:], strict=False)):
            raise MeasurementError("order", f"Item {self.id}: the intercepts of a graded item must fall.")

    @property
    def categories(self) -> int:
        return len(self.d) + 1

    @property
    def family(self) -> str:
        return {"grm": "graded", "gpcm": "credit", "pcm": "credit", "3pl": "guessing"}.get(
            self.model, "logistic"
        )

    @property
    def b(self) -> tuple[float, ...]:
        """Locations on the ability scale; infinite for a slope of 0."""
        steps = np.diff((0.0, *self.d)) if self.family == "credit" else np.asarray(self.d)
        with np.errstate(divide="ignore", invalid="ignore"):
            return tuple(float(b) for b in -steps / self.a)


def item_from_locations(id: str, model: str, a: float, b: float | Sequence[float], c: float = 0.0) -> Item:
    """An item given by slope and locations instead of intercepts."""
    places = np.atleast_1d(np.asarray(b, dtype=np.float64))
    intercepts = -a * (np.cumsum(places) if model in ("gpcm", "pcm") else places)
    return Item(id, model, float(a), tuple(float(d) for d in intercepts), float(c))


class Curves(NamedTuple):
    """Items of one family on a grid: arrays (items, scores, points).

    ``slope`` is the derivative of log P by the linear part: times theta it is that by a, times a that by theta.
    ``rest`` (parameters after a, items, scores, points) holds the derivatives of log P by d_1, d_2, ... (and logit c).
    """

    log_p: Floats
    slope: Floats
    rest: Floats


def curves(family: str, parameters: Floats, theta: Floats) -> Curves:
    """Log probabilities and derivatives; ``parameters`` (items, 1 + intercepts (+ logit c))."""
    return {"logistic": _logistic, "guessing": _guessing, "graded": _graded, "credit": _credit}[family](
        parameters, theta
    )


def _logistic(parameters: Floats, theta: Floats) -> Curves:
    z = parameters[:, :1] * theta + parameters[:, 1:2]
    p = expit(z)
    log_p = np.stack([log_expit(-z), log_expit(z)], axis=1)
    slope = np.stack([-p, 1 - p], axis=1)
    return Curves(log_p, slope, slope[None])


def _guessing(parameters: Floats, theta: Floats) -> Curves:
    z = parameters[:, :1] * theta + parameters[:, 1:2]
    c = expit(parameters[:, 2:3])
    p = expit(z)
    q = expit(-z)
    right = c + (1 - c) * p
    log_p = np.stack([log_expit(-z) + log_expit(-parameters[:, 2:3]), np.log(right)], axis=1)
    slope = np.stack([-p, (1 - c) * p * q / right], axis=1)
    guess = np.stack([np.broadcast_to(-c, p.shape), c * (1 - c) * q / right], axis=1)
    return Curves(log_p, slope, np.stack([slope, guess]))


def _graded(parameters: Floats, theta: Floats) -> Curves:
    """With steps z_k = a theta + d_k: P_k = s(z_k) s(-z_(k+1)) (1 - exp(d_(k+1) - d_k)), free of cancellation."""
    d = parameters[:, 1:]
    steps = d.shape[1]
    z = parameters[:, :1, None] * theta + d[:, :, None]
    above = expit(z)
    log_above, log_below = log_expit(z), log_expit(-z)
    gap = d[:, :-1] - d[:, 1:]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        log_gap = np.log(-np.expm1(-gap))
        pull = 1 / np.expm1(gap)
    shape = (len(parameters), steps + 1, len(theta))
    log_p, slope, rest = np.zeros(shape), np.zeros(shape), np.zeros((steps, *shape))
    log_p[:, 1:] += log_above
    log_p[:, :-1] += log_below
    log_p[:, 1:-1] += log_gap[:, :, None]
    slope[:, 1:] += 1 - above
    slope[:, :-1] -= above
    for k in range(steps):
        rest[k, :, k + 1] = 1 - above[:, k]
        rest[k, :, k] = -above[:, k]
        if k + 1 < steps:
            rest[k, :, k + 1] += pull[:, k, None]
        if k > 0:
            rest[k, :, k] -= pull[:, k - 1, None]
    return Curves(log_p, slope, rest)


def _credit(parameters: Floats, theta: Floats) -> Curves:
    d = np.concatenate([np.zeros((len(parameters), 1)), parameters[:, 1:]], axis=1)
    score = np.arange(d.shape[1], dtype=np.float64)
    log_p = log_softmax(parameters[:, :1, None] * score[:, None] * theta + d[:, :, None], axis=1)
    p = np.exp(log_p)
    slope = score[:, None] - np.einsum("k,gkq->gq", score, p)[:, None, :]
    steps = d.shape[1] - 1
    rest = np.broadcast_to(-p[:, 1:].transpose(1, 0, 2)[:, :, None, :], (steps, *log_p.shape)).copy()
    for k in range(steps):
        rest[k, :, k + 1] += 1
    return Curves(log_p, slope, rest)


def parameter_row(item: Item) -> Floats:
    """The item's parameters in the order that ``curves`` takes."""
    if item.family == "guessing":
        c = min(max(item.c, 1e-12), 1 - 1e-12)
        return np.array([item.a, item.d[0], np.log(c) - np.log1p(-c)])
    return np.array([item.a, *item.d])


def item_curves(item: Item, theta: ArrayLike) -> Curves:
    return curves(item.family, parameter_row(item)[None], np.atleast_1d(np.asarray(theta, dtype=np.float64)))


def probabilities(item: Item, theta: ArrayLike) -> Floats:
    """Chance of each score at each ability (points x scores)."""
    return np.exp(item_curves(item, theta).log_p[0]).T


def expected_score(item: Item, theta: ArrayLike) -> Floats:
    """Mean score at each ability."""
    p = probabilities(item, theta)
    return np.asarray(p @ np.arange(p.shape[1], dtype=np.float64))


def information(item: Item, theta: ArrayLike) -> Floats:
    """Fisher information of one item at each ability: sum over scores of P (d log P / d theta)^2."""
    found = item_curves(item, theta)
    return np.asarray((np.exp(found.log_p[0]) * (item.a * found.slope[0]) ** 2).sum(axis=0))


def paper_information(items: Sequence[Item], theta: ArrayLike) -> Floats:
    """Information of a whole paper; 1 / sqrt of it is the standard error of ability."""
    points = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    return np.asarray(sum((information(item, points) for item in items), start=np.zeros_like(points)))


def characteristic(items: Sequence[Item], theta: ArrayLike) -> Floats:
    """Expected sum score of a whole paper at each ability."""
    points = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    return np.asarray(sum((expected_score(item, points) for item in items), start=np.zeros_like(points)))


def log_likelihoods(items: Sequence[Item], codes: ArrayLike, theta: ArrayLike) -> Floats:
    """Log likelihood of each row of scores at each ability (rows x points); -1 adds nothing."""
    rows = np.asarray(codes)
    points = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    if rows.ndim != 2 or rows.shape[1] != len(items):
        raise MeasurementError("columns", f"Scores must have one column for each item ({len(items)}).")
    total = np.zeros((len(rows), len(points)))
    for j, item in enumerate(items):
        log_p = np.vstack([item_curves(item, points).log_p[0], np.zeros(len(points))])
        column = rows[:, j].astype(np.intp)
        if column.max(initial=0) >= item.categories:
            raise MeasurementError("score_range", f"Item {item.id}: score {column.max()} is above its range.")
        total += log_p[np.where(column < 0, item.categories, column)]
    return total
