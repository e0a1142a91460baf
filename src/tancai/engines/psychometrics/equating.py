"""Equating: which score on one form is worth a score on another, for groups of equal ability or with a shared part.

Standard errors are those of random sampling, by the delta method (Kolen & Brennan 2014, ch. 7; Lord 1982).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Floats

_ALIKE = 1e-12
"""Ranks nearer than this are the same."""

WIDEST = 10_000
"""Scores a form may have, from the lowest to the highest."""


@dataclass(frozen=True)
class Scores:
    """Whole scores from ``low`` on and how many people had each."""

    low: int
    counts: Floats

    @property
    def n(self) -> float:
        return float(self.counts.sum())

    @property
    def values(self) -> Floats:
        return self.low + np.arange(len(self.counts), dtype=np.float64)

    def moments(self) -> tuple[float, float, float, float]:
        """Mean, standard deviation (n), skewness, kurtosis."""
        share = self.counts / self.n
        mean = float(share @ self.values)
        gap = self.values - mean
        sd = float(np.sqrt(share @ gap**2))
        if sd == 0:
            raise MeasurementError("no_spread", "Everybody had the same score: nothing can be equated.")
        return mean, sd, float(share @ gap**3 / sd**3), float(share @ gap**4 / sd**4)


def score_counts(
    scores: ArrayLike, counts: ArrayLike | None = None, *, low: int = 0, high: int | None = None
) -> Scores:
    """Whole scores with their counts (default: one each) on the range from ``low`` to ``high``."""
    values = np.asarray(scores, dtype=np.float64)
    weight = np.ones(len(values)) if counts is None else np.asarray(counts, dtype=np.float64)
    if values.ndim != 1 or values.shape != weight.shape or not len(values):
        raise MeasurementError("empty", "Give scores, and one count for each.")
    if (values != np.round(values)).any() or (weight < 0).any() or weight.sum() <= 0:
        raise MeasurementError("not_whole", "Scores must be whole numbers and counts at least 0, not all 0.")
    top = int(values.max()) if high is None else high
    if top - low >= WIDEST:
        raise MeasurementError(
            "score_range", f"Scores from {low} to {top} are too far apart: at most {WIDEST} scores a form."
        )
    if values[weight > 0].min() < low or values[weight > 0].max() > top:
        raise MeasurementError("score_range", f"There are scores outside {low} to {top}.")
    inside = (values >= low) & (values <= top)
    place = (values[inside] - low).astype(np.intp)
    return Scores(low, np.bincount(place, weights=weight[inside], minlength=top - low + 1).astype(np.float64))


@dataclass(frozen=True)
class Equating:
    """For each score of the new form its worth on the base form, with standard error."""

    method: str
    score: Floats
    equivalent: Floats
    error: Floats


def mean(new: Scores, base: Scores) -> Equating:
    """Scores moved by the difference of the means."""
    ours, theirs = new.moments(), base.moments()
    error = np.sqrt(ours[1] ** 2 / new.n + theirs[1] ** 2 / base.n)
    return Equating("mean", new.values, new.values + theirs[0] - ours[0], np.full(len(new.counts), error))


def linear(new: Scores, base: Scores) -> Equating:
    """Equal standard scores are worth the same (random groups)."""
    (mean_x, sd_x, skew_x, kurt_x), (mean_y, sd_y, skew_y, kurt_y) = new.moments(), base.moments()
    z = (new.values - mean_x) / sd_x
    variance = sd_y**2 * (
        1 / new.n
        + 1 / base.n
        + (skew_x / new.n + skew_y / base.n) * z
        + ((kurt_x - 1) / (4 * new.n) + (kurt_y - 1) / (4 * base.n)) * z**2
    )
    return Equating("linear", new.values, mean_y + sd_y * z, np.sqrt(np.maximum(variance, 0.0)))


def percentile_ranks(scores: Scores) -> Floats:
    """Share of people below each score, half of those on it counted as below."""
    share = scores.counts / scores.n
    return np.asarray(np.cumsum(share) - share / 2)


def equipercentile(new: Scores, base: Scores) -> Equating:
    """Equal percentile ranks are worth the same (random groups); scores spread evenly half a point each way.

    Where nobody of the base group scored between two points, the middle is taken; the error is NaN there and where the
    rank is 0 or 1.
    """
    for scores in (new, base):
        scores.moments()  # refuses a group without spread: it has no ranks to tell
    rank = percentile_ranks(new)
    share = base.counts / base.n
    upto = np.cumsum(share)
    equal = np.abs(upto[None, :] - rank[:, None]) < _ALIKE
    above = (upto[None, :] > rank[:, None]) & ~equal
    below = (upto[None, :] < rank[:, None]) & ~equal
    upper = np.where(above.any(axis=1), above.argmax(axis=1), len(share) - 1)
    lower = below.sum(axis=1) - 1
    from_above, before, height = _within(base.low, share, upto, upper, rank)
    from_below = np.where(lower < 0, base.low - 0.5, _within(base.low, share, upto, lower + 1, rank)[0])
    last = ~above.any(axis=1)
    equivalent = np.where(
        last, 0.5 * (from_below + base.low + len(share) - 0.5), 0.5 * (from_above + from_below)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = rank * (1 - rank) * (1 / new.n + 1 / base.n) - (rank - before) * (before + height - rank) / (
            base.n * height
        )
        error = np.sqrt(np.maximum(spread, 0.0)) / height
    sure = (np.abs(from_above - from_below) < 1e-6) & (rank > 0) & (rank < 1) & (height > 0)
    return Equating("equipercentile", new.values, equivalent, np.where(sure, error, np.nan))


def _within(
    low: int, share: Floats, upto: Floats, place: NDArray[np.intp], rank: Floats
) -> tuple[Floats, Floats, Floats]:
    """Where in the interval of the score at ``place`` the rank is reached; rank before it; share of people on it."""
    at = np.clip(place, 0, len(share) - 1)
    before, height = upto[at] - share[at], share[at]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(height > 0, (rank - before) / height, 0.5)
    return low + at - 0.5 + np.clip(part, 0, 1), before, height


def bootstrap(
    method: Callable[[Scores, Scores], Equating], new: Scores, base: Scores, *, times: int, chance: Generator
) -> Floats:
    """Standard errors by drawing both groups anew ``times`` times; a check on the formulas, or where they fail."""
    drawn = np.empty((times, len(new.counts)))
    for row in drawn:
        ours = Scores(new.low, chance.multinomial(round(new.n), new.counts / new.n).astype(np.float64))
        theirs = Scores(base.low, chance.multinomial(round(base.n), base.counts / base.n).astype(np.float64))
        row[:] = method(ours, theirs).equivalent
    return np.asarray(drawn.std(axis=0, ddof=1))


@dataclass(frozen=True)
class AnchorData:
    """Total and anchor scores of one group, one value for each person."""

    total: Floats
    anchor: Floats

    def __post_init__(self) -> None:
        if len(self.total) != len(self.anchor) or len(self.total) < 3:
            raise MeasurementError("anchor_scores", "Give total and anchor score of at least three people.")
        if np.std(self.total) == 0 or np.std(self.anchor) == 0:
            raise MeasurementError("no_spread", "Total and anchor scores must vary.")


def chained_linear(new: AnchorData, base: AnchorData, scores: Sequence[float] | Floats) -> Equating:
    """For groups of unlike ability: new form to the anchor in the new group, anchor to base form in the base group.

    The error joins both links by the delta method, each group's total and anchor taken as normal.
    """
    x = np.asarray(scores, dtype=np.float64)
    first, error_first = _line(new.total, new.anchor, x)
    slope = float(np.std(base.total) / np.std(base.anchor))
    second, error_second = _line(base.anchor, base.total, first)
    return Equating("chained-linear", x, second, np.sqrt((slope * error_first) ** 2 + error_second**2))


def _line(source: Floats, target: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Linear link within one group: values and errors (Lord 1950 for correlated scores)."""
    z = (at - source.mean()) / source.std()
    r = float(np.corrcoef(source, target)[0, 1])
    variance = target.var() * (1 - r) * (2 + (1 + r) * z**2) / len(source)
    return target.mean() + target.std() * z, np.sqrt(variance)
