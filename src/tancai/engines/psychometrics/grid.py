"""The points and weights on which ability is integrated: an even grid under a normal density."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Floats

POINTS = 61
REACH = 6.0


@dataclass(frozen=True)
class Grid:
    """Ability points and their prior weights, which add up to one."""

    theta: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.theta)


def normal_grid(points: int = POINTS, reach: float = REACH, mean: float = 0.0, sd: float = 1.0) -> Grid:
    """An even grid over mean +- reach * sd with normal weights (by default 61 points, step 0.2).

    The even rule is exact to rounding as long as the step is small against the posterior spread.
    """
    if points < 5 or reach <= 0 or sd <= 0:
        raise MeasurementError("grid", "A grid needs at least 5 points, a reach and a spread above 0.")
    z = np.linspace(-reach, reach, points)
    weight = np.exp(-0.5 * z**2)
    return Grid(mean + sd * z, weight / weight.sum())
