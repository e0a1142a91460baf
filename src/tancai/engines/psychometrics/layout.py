"""Where each item's parameters stand in the vector that is estimated, and what is believed about them beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from tancai.engines.psychometrics.curves import SHARED_SLOPE, Curves, Item, curves
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Floats


@dataclass(frozen=True)
class Priors:
    """Beliefs added to the likelihood; None adds nothing.

    slope: mean and sd of log a; intercept: mean and sd of d; guessing: (alpha, beta) of a beta density of c.
    """

    slope: tuple[float, float] | None = None
    intercept: tuple[float, float] | None = None
    guessing: tuple[float, float] | None = None


def guessing_prior(options: int, strength: float = 20.0) -> tuple[float, float]:
    """A beta density with its mode at 1 / options, as strong as ``strength`` answers of non-knowers."""
    if options < 2:
        raise MeasurementError("options", "A guessing prior needs at least two options.")
    return strength / options + 1, strength * (1 - 1 / options) + 1


def usual_priors(model: str, options: int = 5) -> Priors:
    """None at all, but for 3PL: c is hardly identified without, so Beta(5, 17) for five options."""
    return Priors(guessing=guessing_prior(options)) if model == "3pl" else Priors()


@dataclass(frozen=True)
class Group:
    """Items of one family with the same number of scores; ``place`` (items, parameters) points into the vector."""

    family: str
    scores: int
    items: NDArray[np.intp]
    place: NDArray[np.intp]

    @property
    def steps(self) -> int:
        return self.scores - 1

    def curves(self, vector: Floats, theta: Floats) -> Curves:
        return curves(self.family, vector[self.place], theta)

    def derivatives(self, found: Curves, theta: Floats) -> Floats:
        """Derivatives of log P by each parameter (parameters, items, scores, points)."""
        return np.concatenate([(found.slope * theta)[None], found.rest])


@dataclass(frozen=True)
class Layout:
    model: str
    groups: tuple[Group, ...]
    size: int
    shared_slope: bool
    priors: Priors

    def start(self, shares: Sequence[Floats]) -> Floats:
        """First values from the share of each score: slope 1, intercepts as if ability did not matter."""
        vector = np.zeros(self.size)
        for group in self.groups:
            for row, j in enumerate(group.items):
                place = group.place[row]
                vector[place[0]] = 1.0
                vector[place[1 : 1 + group.steps]] = _first_intercepts(group.family, shares[j])
                if group.family == "guessing":
                    alpha, beta = self.priors.guessing or (5.0, 17.0)
                    vector[place[2]] = np.log(alpha / beta)
        return vector

    def allowed(self, vector: Floats) -> bool:
        """False where the model has no meaning: falling steps of a graded item, a slope its prior excludes."""
        for group in self.groups:
            rows = vector[group.place]
            if group.family == "graded" and group.steps > 1 and (np.diff(rows[:, 1:], axis=1) >= 0).any():
                return False
            if self.priors.slope is not None and (rows[:, 0] <= 0).any():
                return False
        return bool(np.isfinite(vector).all())

    def items(self, vector: Floats, names: Sequence[str]) -> tuple[Item, ...]:
        found: dict[int, Item] = {}
        for group in self.groups:
            for j, row in zip(group.items, vector[group.place], strict=True):
                c = float(expit(row[2])) if group.family == "guessing" else 0.0
                intercepts = tuple(float(d) for d in row[1 : 1 + group.steps])
                found[int(j)] = Item(names[j], self.model, float(row[0]), intercepts, c)
        return tuple(found[j] for j in range(len(found)))

    def log_prior(self, vector: Floats) -> float:
        return float(sum(term[0] for term in self._prior_terms(vector)))

    def prior_slopes(self, vector: Floats) -> tuple[Floats, Floats]:
        """Gradient of the log prior and (positive) curvature on the diagonal, by free parameter."""
        gradient, curvature = np.zeros(self.size), np.zeros(self.size)
        for _, place, first, second in self._prior_terms(vector):
            gradient[place] += first
            curvature[place] += second
        return gradient, curvature

    def _prior_terms(self, vector: Floats) -> list[tuple[float, NDArray[np.intp], Floats, Floats]]:
        terms = []
        slopes = np.unique(np.concatenate([group.place[:, 0] for group in self.groups]))
        if self.priors.slope is not None:
            mean, sd = self.priors.slope
            a = vector[slopes]
            z = (np.log(a) - mean) / sd
            value = float((-0.5 * z**2 - np.log(a)).sum())
            terms.append((value, slopes, -(z / sd + 1) / a, np.maximum((1 / sd**2 - z / sd - 1) / a**2, 0.0)))
        if self.priors.intercept is not None:
            mean, sd = self.priors.intercept
            place = np.concatenate([group.place[:, 1 : 1 + group.steps].ravel() for group in self.groups])
            z = (vector[place] - mean) / sd
            terms.append((float((-0.5 * z**2).sum()), place, -z / sd, np.full(len(place), 1 / sd**2)))
        guessing = [group.place[:, 2] for group in self.groups if group.family == "guessing"]
        if self.priors.guessing is not None and guessing:
            alpha, beta = self.priors.guessing
            place = np.concatenate(guessing)
            c = expit(vector[place])
            value = float(((alpha - 1) * np.log(c) + (beta - 1) * np.log1p(-c)).sum())
            first = (alpha - 1) * (1 - c) - (beta - 1) * c
            terms.append((value, place, first, (alpha + beta - 2) * c * (1 - c)))
        return terms


def _first_intercepts(family: str, shares: Floats) -> Floats:
    share = np.clip(shares, 1e-4, None)
    if family == "credit":
        return np.asarray(np.log(share[1:] / share[0]))
    above = np.clip(np.cumsum(share[::-1])[::-1][1:] / share.sum(), 1e-4, 1 - 1e-4)
    above = above + np.linspace(1e-6, 0, len(above))
    return np.asarray(1.2 * np.log(above / (1 - above)))


def layout(model: str, scores: Sequence[int] | NDArray[np.intp], priors: Priors) -> Layout:
    """Lay out the parameters of items with so many scores each; with a shared slope that stands first."""
    counts = np.asarray(scores, dtype=np.intp)
    family = Item("", model, 1.0, (0.0,)).family
    shared = model in SHARED_SLOPE
    width = counts - 1 + (0 if shared else 1) + (1 if family == "guessing" else 0)
    first = np.concatenate([[0], np.cumsum(width)[:-1]]) + (1 if shared else 0)
    groups = []
    for count in np.unique(counts):
        items = np.flatnonzero(counts == count)
        own = first[items][:, None] + np.arange(width[items[0]])
        place = np.concatenate([np.zeros((len(items), 1), dtype=np.intp), own], axis=1) if shared else own
        groups.append(Group(family, int(count), items, place))
    return Layout(model, tuple(groups), int(width.sum()) + (1 if shared else 0), shared, priors)
