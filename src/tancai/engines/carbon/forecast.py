"""Trend and forecast of a monthly series.

Trend: Theil–Sen slope with the Mann–Kendall test (ties corrected; normal approximation). Forecast: least squares on a
linear trend and, with two years or more, a level for each month of the year; prediction intervals by Student's t with
the uncertainty of the coefficients, y ± t · s · sqrt(1 + x'(X'X)⁻¹x).
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

from tancai.engines.carbon import numbers
from tancai.engines.carbon.errors import CarbonError, Place, Problem

FEWEST = 6
SEASON = 24


@dataclass(frozen=True)
class History:
    """Months in order from ``year``-``month`` without gaps."""

    year: int
    month: int
    values: tuple[float, ...]

    def name(self, k: int) -> str:
        at = self.year * 12 + self.month - 1 + k
        return f"{at // 12}-{at % 12 + 1:02d}"


@dataclass(frozen=True)
class Trend:
    """``slope`` a month; ``p``: how likely so clear a trend is by chance."""

    slope: float
    tau: float
    p: float

    @property
    def direction(self) -> str:
        if self.p >= 0.05:
            return "none"
        return "rising" if self.slope > 0 else "falling"


@dataclass(frozen=True)
class Predicted:
    month: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    trend: Trend
    seasonal: bool
    level: float
    months: tuple[Predicted, ...]
    residual: float
    r_squared: float

    def year_total(self) -> float:
        return math.fsum(one.value for one in self.months)

    def as_dict(self) -> dict[str, Any]:
        return {
            "trend": vars(self.trend) | {"direction": self.trend.direction},
            "seasonal": self.seasonal,
            "level": self.level,
            "residual_sd": self.residual,
            "r_squared": self.r_squared,
            "months": [vars(one) for one in self.months],
            "sum": self.year_total(),
        }


def read_history(path: Path) -> History:
    """A CSV ``month,value`` (2024-01, 1234.5) without gaps. Raises CarbonError naming the line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        params = {"why": error.strerror or str(error)}
        raise CarbonError(Problem("unreadable", place=Place(path.name), params=params)) from error
    try:
        return history(data.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise CarbonError(Problem("not_utf8", place=Place(path.name))) from error


def history(text: str, name: str = "") -> History:
    lines = list(csv.reader(io.StringIO(text)))
    if not lines or [cell.strip() for cell in lines[0][:2]] != ["month", "value"]:
        raise CarbonError(Problem("history_columns", place=Place(name, 1)))
    problems: list[Problem] = []
    months: list[int] = []
    values: list[float] = []
    for number, row in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        place = Place(name, number)
        at = _month(row[0], place, problems.append)
        value = _value(row[1] if len(row) > 1 else "", place, problems.append)
        if at is None or value is None:
            continue
        if months and at != months[-1] + 1:
            problems.append(Problem("history_gap", place=place, params={"month": _named(months[-1])}))
            break
        months.append(at)
        values.append(value)
    if problems:
        raise CarbonError(problems)
    if len(values) < FEWEST:
        params = {"months": len(values), "needed": FEWEST}
        raise CarbonError(Problem("history_short", place=Place(name), params=params))
    return History(months[0] // 12, months[0] % 12 + 1, tuple(values))


def _named(at: int) -> str:
    return f"{at // 12}-{at % 12 + 1:02d}"


def _month(text: str, place: Place, note: Callable[[Problem], None]) -> int | None:
    found = re.fullmatch(r"(\d{4})[-/](\d{1,2})", text.strip())
    if not found or not 1 <= int(found[2]) <= 12:
        note(Problem("history_month", place=place, params={"value": text}))
        return None
    return int(found[1]) * 12 + int(found[2]) - 1


def _value(text: str, place: Place, note: Callable[[Problem], None]) -> float | None:
    try:
        return numbers.number(text)
    except numbers.BadNumber as bad:
        note(Problem(bad.code, place=place, params={"value": text, "remedy": bad.remedy}))
        return None


def trend(values: Sequence[float]) -> Trend:
    """Theil–Sen slope a month and the Mann–Kendall test of no trend."""
    x = np.asarray(values, dtype=np.float64)
    n = len(x)
    later, earlier = np.triu_indices(n, 1)[1], np.triu_indices(n, 1)[0]
    gaps = x[later] - x[earlier]
    score = float(np.sign(gaps).sum())
    _, ties = np.unique(x, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    z = 0.0 if score == 0 or variance <= 0 else (score - math.copysign(1, score)) / math.sqrt(variance)
    p = 2 * float(special.ndtr(-abs(z)))
    slope = float(np.median(gaps / (later - earlier)))
    return Trend(slope, score / (n * (n - 1) / 2), p)


def predict(past: History, months: int, *, level: float = 0.95) -> Forecast:
    """``months`` more months with prediction intervals; seasons when two years or more are known."""
    y = np.asarray(past.values, dtype=np.float64)
    n = len(y)
    seasonal = n >= SEASON
    design = _design(past, np.arange(n), seasonal)
    coefficients, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    residuals = y - design @ coefficients
    freedom = n - int(rank)
    s = math.sqrt(float(residuals @ residuals) / freedom) if freedom > 0 else math.nan
    inverse = np.linalg.pinv(design.T @ design)
    ahead = _design(past, np.arange(n, n + months), seasonal)
    centre = ahead @ coefficients
    t = float(special.stdtrit(freedom, 0.5 + level / 2)) if freedom > 0 else math.nan
    half = t * s * np.sqrt(1 + np.einsum("ij,jk,ik->i", ahead, inverse, ahead))
    spread = float(((y - y.mean()) ** 2).sum())
    fit = 1 - float(residuals @ residuals) / spread if spread else 1.0
    found = tuple(
        Predicted(past.name(n + k), float(c), float(c - h), float(c + h))
        for k, (c, h) in enumerate(zip(centre, half, strict=True))
    )
    return Forecast(trend(past.values), seasonal, level, found, s, fit)


def _design(past: History, at: np.ndarray, seasonal: bool) -> np.ndarray:
    columns = [np.ones(len(at)), at.astype(np.float64)]
    if seasonal:
        month = (past.month - 1 + at) % 12
        columns += [(month == k).astype(np.float64) for k in range(1, 12)]
    return np.column_stack(columns)
