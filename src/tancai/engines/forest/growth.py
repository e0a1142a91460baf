"""Growth curves for prediction before planting, and their fit to age–volume pairs. A prediction creates no credits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

FORMS = ("richards", "logistic", "korf", "gompertz", "schumacher", "weibull")
FORMULAS = {
    "richards": "A·(1 − e^(−k t))^c",
    "logistic": "A/(1 + c·e^(−k t))",
    "korf": "A·e^(−k t^(−c))",
    "gompertz": "A·e^(−c e^(−k t))",
    "schumacher": "A·e^(−k/t)",
    "weibull": "A·(1 − e^(−k t^c))",
}


@dataclass(frozen=True)
class Curve:
    """``A`` is the asymptote (m³/ha); ``k`` and ``c`` as in ``FORMULAS``."""

    form: str
    A: float
    k: float
    c: float = 1.0

    def at(self, age: float | np.ndarray) -> np.ndarray:
        """Volume at an age in years; at planting nothing, also where the form itself has no value there."""
        t = np.maximum(np.asarray(age, float), 1e-9)
        with np.errstate(over="ignore"):
            match self.form:
                case "richards":
                    found = self.A * (1 - np.exp(-self.k * t)) ** self.c
                case "logistic":
                    found = self.A / (1 + self.c * np.exp(-self.k * t))
                case "korf":
                    found = self.A * np.exp(-self.k * t**-self.c)
                case "gompertz":
                    found = self.A * np.exp(-self.c * np.exp(-self.k * t))
                case "schumacher":
                    found = self.A * np.exp(-self.k / t)
                case "weibull":
                    found = self.A * (1 - np.exp(-self.k * t**self.c))
                case _:
                    raise ValueError(f"{self.form} is no growth curve: use one of {', '.join(FORMS)}")
        return found


@dataclass(frozen=True)
class Fit:
    curve: Curve
    r2: float
    rmse: float
    bias: float


def fit(form: str, ages: Sequence[float], volumes: Sequence[float]) -> Fit:
    """Non-linear least squares of a curve to age–volume pairs; ValueError with fewer than four pairs or no solution."""
    t, v = np.asarray(ages, float), np.asarray(volumes, float)
    if form not in FORMS:
        raise ValueError(f"{form} is no growth curve: use one of {', '.join(FORMS)}")
    if len(t) < 4 or len(t) != len(v) or np.any(t <= 0) or np.any(v < 0):
        raise ValueError("at least four pairs of a positive age and a volume are needed")
    middle = float(np.median(t))
    start = {
        "richards": (1.2 * v.max(), 1.5 / middle, 2.0),
        "logistic": (1.1 * v.max(), 3.0 / middle, 20.0),
        "korf": (2.0 * v.max(), middle, 1.0),
        "gompertz": (1.2 * v.max(), 2.0 / middle, 4.0),
        "schumacher": (2.0 * v.max(), middle, 1.0),
        "weibull": (1.2 * v.max(), 0.5 / middle**1.5, 1.5),
    }[form]

    def residual(x: np.ndarray) -> np.ndarray:
        return Curve(form, *np.exp(x)).at(t) - v

    found = optimize.least_squares(residual, np.log(np.maximum(start, 1e-9)), max_nfev=5000, x_scale="jac")
    if not found.success:
        raise ValueError("the curve could not be fitted: check the pairs")
    rest = residual(found.x)
    spread = float(np.sum((v - v.mean()) ** 2))
    return Fit(
        Curve(form, *(float(one) for one in np.exp(found.x))),
        1 - float(np.sum(rest**2)) / spread if spread else math.nan,
        float(np.sqrt(np.mean(rest**2))),
        float(np.mean(rest)),
    )
