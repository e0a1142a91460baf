"""How many plots, where, and what they say (A/R methodological tool for sample plots; tool 14).

Pure functions on plain figures; ``project`` and ``sink`` put them into trees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

LARGE = 30
"""From here on the normal quantile is close enough: no second pass (tool 03)."""


@dataclass(frozen=True)
class Size:
    """``spread`` is Σ w s, ``spread_squared`` Σ w s²; ``passes`` are the exact n of each pass.

    ``n`` is the number of plots to lay out, ``simple`` the small-fraction form.
    """

    population: float
    error: float
    spread: float
    spread_squared: float
    passes: tuple[float, ...]
    t: tuple[float, ...]
    n: int
    simple: float
    optimum: tuple[float, ...]
    proportional: tuple[float, ...]

    @property
    def optimum_plots(self) -> tuple[int, ...]:
        return tuple(max(1, math.ceil(one - 1e-9)) for one in self.optimum)

    @property
    def proportional_plots(self) -> tuple[int, ...]:
        return tuple(max(1, math.ceil(one - 1e-9)) for one in self.proportional)


def t_value(df: float, confidence: float = 0.90) -> float:
    """The two-sided quantile of Student's t; ``math.inf`` degrees give the normal quantile."""
    return float(
        special.ndtri(0.5 + confidence / 2) if math.isinf(df) else special.stdtrit(df, 0.5 + confidence / 2)
    )


def sample_size(
    areas: Sequence[float],
    means: Sequence[float],
    deviations: Sequence[float],
    plot_area: float,
    *,
    precision: float = 0.10,
    confidence: float = 0.90,
) -> Size:
    """Plots for a relative error of ``precision`` at ``confidence``: areas in ha, means and deviations in one unit.

    ``n = N t² (Σ w s)² / (N E² + t² Σ w s²)``, first with the normal quantile, then with ``t(⌈n⌉ − 1)`` if n is
    below 30 (tool 03). Allocation: optimum ``n w s / Σ w s`` and proportional ``n w``, each rounded up, at least one.
    Raises ValueError when no stratum varies or the mean is not positive.
    """
    weights = [area / math.fsum(areas) for area in areas]
    mean = math.fsum(w * m for w, m in zip(weights, means, strict=True))
    first = math.fsum(w * s for w, s in zip(weights, deviations, strict=True))
    second = math.fsum(w * s * s for w, s in zip(weights, deviations, strict=True))
    if mean <= 0 or first <= 0:
        raise ValueError("the mean must be positive and at least one stratum must vary")
    population, error = math.fsum(areas) / plot_area, precision * mean

    def plots(t: float) -> float:
        return population * t * t * first * first / (population * error * error + t * t * second)

    t = [t_value(math.inf, confidence)]
    passes = [plots(t[0])]
    if passes[0] < LARGE and math.ceil(passes[0]) > 1:
        t.append(t_value(math.ceil(passes[0]) - 1, confidence))
        passes.append(plots(t[1]))
    n = max(math.ceil(passes[-1] - 1e-9), 2)
    return Size(
        population,
        error,
        first,
        second,
        tuple(passes),
        tuple(t),
        n,
        (t[-1] / error) ** 2 * first * first,
        tuple(n * w * s / first for w, s in zip(weights, deviations, strict=True)),
        tuple(n * w for w in weights),
    )


@dataclass(frozen=True)
class Estimate:
    """Area-weighted mean and its error. ``u`` is half-width / |mean| (nan when the mean is nothing)."""

    mean: float
    error: float
    df: int
    t: float
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def half(self) -> float:
        return self.t * self.error

    @property
    def u(self) -> float:
        return self.half / abs(self.mean) if self.mean else math.nan


def estimate(
    areas: Sequence[float], plots: Sequence[Sequence[float]], *, confidence: float = 0.90
) -> Estimate:
    """Stratified mean per hectare from plot values (tool 14): ``Σ w b̄``, SE ``√Σ w² s²/n``, df ``n − M``.

    Every stratum needs two plots at least: ValueError otherwise.
    """
    if any(len(values) < 2 for values in plots):
        raise ValueError("every stratum needs at least two plots")
    whole = math.fsum(areas)
    weights = [area / whole for area in areas]
    means = [math.fsum(values) / len(values) for values in plots]
    deviations = [float(np.std(np.sort(np.asarray(values, float)), ddof=1)) for values in plots]
    variance = math.fsum(
        w * w * s * s / len(values) for w, s, values in zip(weights, deviations, plots, strict=True)
    )
    df = sum(len(values) for values in plots) - len(plots)
    return Estimate(
        math.fsum(w * m for w, m in zip(weights, means, strict=True)),
        math.sqrt(variance),
        df,
        t_value(df, confidence),
        tuple(means),
        tuple(deviations),
        tuple(len(values) for values in plots),
    )


def corrected(n: float, population: float) -> float:
    """Finite correction where more than 5 % of the population is sampled: ``n / (1 + n/N)``."""
    return n / (1 + n / population)
