"""Linking: bring newly calibrated items onto the scale of an earlier calibration through items both hold.

theta_base = A theta_new + B. Then a becomes a / A, b becomes A b + B, and d follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics.curves import Item, characteristic, probabilities
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.grid import Grid, normal_grid
from tancai.engines.psychometrics.responses import Floats

METHODS = ("mean-sigma", "mean-mean", "haebara", "stocking-lord")
DRIFT = 2.7
FAR = 0.3
"""An anchor is adrift when its gap, less the median gap, is beyond both: robust z (Huynh & Meyer 2010) and logits."""


@dataclass(frozen=True)
class Anchor:
    """One shared item: how far its linked location and slope lie from the base, and whether that is out of line."""

    id: str
    b_gap: float
    log_a_gap: float
    robust_z: float
    adrift: bool


@dataclass(frozen=True)
class Link:
    """``loss`` is what the curve methods made least, None for the moment methods."""

    method: str
    slope: float
    shift: float
    anchors: tuple[Anchor, ...]
    loss: float | None
    converged: bool

    def item(self, item: Item) -> Item:
        """The item on the base scale."""
        a = item.a / self.slope
        steps = np.arange(1, len(item.d) + 1) if item.family == "credit" else np.ones(len(item.d))
        return replace(item, a=a, d=tuple(float(x) for x in np.asarray(item.d) - steps * a * self.shift))

    def theta(self, theta: Floats | float) -> Floats:
        """Ability on the base scale."""
        return self.slope * np.asarray(theta, dtype=np.float64) + self.shift


def link(
    base: Sequence[Item],
    new: Sequence[Item],
    *,
    method: str = "stocking-lord",
    anchors: Sequence[str] | None = None,
    grid: Grid | None = None,
) -> Link:
    """The line that puts ``new`` on the scale of ``base``, from shared items (by id; all, or those in ``anchors``).

    Curve methods weigh both directions alike (Haebara 1980; Stocking & Lord 1983), over the grid of each population.
    Raises MeasurementError when the two hold too little in common.
    """
    if method not in METHODS:
        raise MeasurementError("method", f"Method {method} is unknown; use {', '.join(METHODS)}.")
    pairs = _pairs(base, new, anchors)
    start = _moments(pairs, method)
    loss, converged = None, True
    slope, shift = start
    if method in ("haebara", "stocking-lord"):
        slope, shift, loss, converged = _least(method, pairs, grid or normal_grid(41, 4.0), start)
    return Link(method, slope, shift, _judged(pairs, slope, shift), loss, converged)


Pair = tuple[Item, Item]


def _pairs(base: Sequence[Item], new: Sequence[Item], anchors: Sequence[str] | None) -> list[Pair]:
    ours, theirs = {item.id: item for item in base}, {item.id: item for item in new}
    wanted = list(anchors) if anchors is not None else [name for name in theirs if name in ours]
    for name in wanted:
        if name not in ours or name not in theirs:
            where = "base" if name not in ours else "new"
            raise MeasurementError("no_anchor", f"Anchor {name} is not among the {where} items.")
        one, other = ours[name], theirs[name]
        if one.family != other.family or one.categories != other.categories:
            raise MeasurementError(
                "unlike_anchor",
                f"Anchor {name} is {one.model} with {one.categories} scores in the base, not so in the new.",
            )
    pairs = [(ours[name], theirs[name]) for name in wanted]
    if len(pairs) < 2:
        raise MeasurementError(
            "too_few_anchors",
            f"{counted(len(pairs), 'shared item', 'shared items')}: "
            "linking needs at least two (better a fifth of the paper).",
        )
    for one, other in pairs:
        if one.a <= 0 or other.a <= 0:
            raise MeasurementError(
                "negative_slope", f"Anchor {one.id} has a slope of 0 or below: leave it out."
            )
    return pairs


def _moments(pairs: Sequence[Pair], method: str) -> tuple[float, float]:
    """Slope and shift from the spread of locations (or, for mean-mean, from the slopes) and their means."""
    ours = np.concatenate([one.b for one, _ in pairs])
    theirs = np.concatenate([other.b for _, other in pairs])
    if method == "mean-mean":
        slope = float(np.mean([other.a for _, other in pairs]) / np.mean([one.a for one, _ in pairs]))
    else:
        spread = float(theirs.std())
        if spread < 1e-9 or float(ours.std()) < 1e-9:
            if method == "mean-sigma":
                raise MeasurementError(
                    "no_spread", "The anchors lie at one location: use mean-mean or a curve method."
                )
            slope = 1.0
        else:
            slope = float(ours.std() / spread)
    return slope, float(ours.mean() - slope * theirs.mean())


def _least(
    method: str, pairs: Sequence[Pair], grid: Grid, start: tuple[float, float]
) -> tuple[float, float, float, bool]:
    """The line with the least squared gaps between curves, in both directions."""
    base, new = [one for one, _ in pairs], [other for _, other in pairs]
    gaps = _curve_gaps if method == "haebara" else _score_gaps

    def residuals(at: Floats) -> Floats:
        slope, shift = float(np.exp(at[0])), float(at[1])
        there = Link("", slope, shift, (), None, True)
        back = Link("", 1 / slope, -shift / slope, (), None, True)
        return np.concatenate(
            [
                gaps(base, [there.item(item) for item in new], grid),
                gaps([back.item(item) for item in base], new, grid),
            ]
        )

    begin = np.array([np.log(max(start[0], 1e-3)), start[1]])
    found = least_squares(residuals, begin, method="lm", xtol=1e-12, ftol=1e-12, gtol=1e-12, max_nfev=2000)
    return float(np.exp(found.x[0])), float(found.x[1]), 2 * float(found.cost), bool(found.status > 0)


def _curve_gaps(ours: Sequence[Item], theirs: Sequence[Item], grid: Grid) -> Floats:
    """Gaps between the chances of each score, item by item and point by point."""
    root = np.sqrt(grid.weight)[:, None]
    return np.concatenate(
        [
            (root * (probabilities(one, grid.theta) - probabilities(other, grid.theta))).ravel()
            for one, other in zip(ours, theirs, strict=True)
        ]
    )


def _score_gaps(ours: Sequence[Item], theirs: Sequence[Item], grid: Grid) -> Floats:
    """Gaps between the expected sum scores, point by point."""
    return np.asarray(
        np.sqrt(grid.weight) * (characteristic(ours, grid.theta) - characteristic(theirs, grid.theta))
    )


def _judged(pairs: Sequence[Pair], slope: float, shift: float) -> tuple[Anchor, ...]:
    there = Link("", slope, shift, (), None, True)
    moved = [there.item(other) for _, other in pairs]
    b_gap = np.array([np.mean(item.b) - np.mean(one.b) for item, (one, _) in zip(moved, pairs, strict=True)])
    a_gap = np.array([np.log(item.a / one.a) for item, (one, _) in zip(moved, pairs, strict=True)])
    spread = 0.74 * float(np.subtract(*np.percentile(b_gap, [75, 25])))
    z = (b_gap - np.median(b_gap)) / spread if spread > 1e-6 else np.zeros(len(b_gap))
    return tuple(
        Anchor(one.id, float(b), float(a), float(r), bool(abs(r) > DRIFT and abs(b - np.median(b_gap)) > FAR))
        for (one, _), b, a, r in zip(pairs, b_gap, a_gap, z, strict=True)
    )
