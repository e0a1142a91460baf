"""How sure a result is: error propagation and Monte Carlo over the same tree.

Propagation is first order (IPCC 2006 Guidelines vol. 1 ch. 3, approach 1, written for any tree): with leaves x_v of
relative standard deviation u_v, var E = Σ_v (∂E/∂x_v · x_v · u_v)². For a product it gives the root of summed squares
of relative uncertainties, for a sum that of absolute ones; a leaf used in several places counts once, fully correlated.
Monte Carlo (approach 2) draws every uncertain leaf and evaluates the tree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tancai.engines.carbon.tree import Floats, Node, Z, evaluate, gradient, uncertain

CHUNK = 2_000_000
"""Most draws held of one block of variables, to bound memory."""


@dataclass(frozen=True)
class Contribution:
    """How much of the variance one leaf brings; ``share`` of all, 0 to 1."""

    key: str
    label: str
    share: float


@dataclass(frozen=True)
class Propagated:
    """``half`` is the absolute 95 % half width in the unit of the node, ``relative`` its share of the value."""

    value: float
    half: float
    relative: float
    contributions: tuple[Contribution, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "half_width_95": self.half,
            "relative": self.relative if math.isfinite(self.relative) else None,
            "contributions": [vars(one) for one in self.contributions],
        }


@dataclass(frozen=True)
class Simulated:
    """Mean, standard deviation, and the 2.5 and 97.5 percentiles of ``draws`` results."""

    draws: int
    seed: int
    mean: float
    sd: float
    low: float
    high: float

    @property
    def relative(self) -> float:
        """Half the 95 % range as share of the mean."""
        return (self.high - self.low) / 2 / abs(self.mean) if self.mean else math.nan

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "relative": self.relative if math.isfinite(self.relative) else None}


def propagate(node: Node) -> Propagated:
    """The 95 % half width of a node by first-order error propagation."""
    slopes = gradient(node)
    variances = {
        key: (slopes[key] * one.value * one.spread.sd()) ** 2
        for key, one in uncertain(node).items()
        if one.spread is not None
    }
    whole = math.fsum(variances.values())
    half = Z * math.sqrt(whole)
    leaves = uncertain(node)
    contributions = sorted(
        (
            Contribution(key, leaves[key].label, part / whole if whole else 0.0)
            for key, part in variances.items()
        ),
        key=lambda one: (-one.share, one.key),
    )
    relative = half / abs(node.value) if node.value else math.nan
    return Propagated(node.value, half, relative, tuple(contributions))


def simulate(node: Node, *, draws: int, seed: int) -> Simulated:
    """The spread of a node over ``draws`` independent draws of its uncertain leaves; the same for the same seed.

    Leaves are drawn in the order of their keys, so that the order of streams in the input changes nothing.
    """
    found = sample(node, draws=draws, seed=seed)
    low, high = np.quantile(found, [0.025, 0.975])
    sd = float(found.std(ddof=1)) if draws > 1 else 0.0
    return Simulated(draws, seed, float(found.mean()), sd, float(low), float(high))


def sample(node: Node, *, draws: int, seed: int) -> Floats:
    """The draws themselves, shape (draws,)."""
    chance = np.random.default_rng(seed)
    leaves = uncertain(node)
    size = max(1, min(draws, CHUNK // max(1, len(leaves))))
    results = []
    for start in range(0, draws, size):
        count = min(size, draws - start)
        drawn = {
            key: one.spread.draw(one.value, count, chance)
            for key, one in leaves.items()
            if one.spread is not None
        }
        results.append(np.broadcast_to(np.asarray(evaluate(node, drawn), dtype=np.float64), (count,)))
    return np.concatenate(results)
