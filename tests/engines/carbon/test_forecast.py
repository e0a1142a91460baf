"""Trend and forecast of monthly emissions."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tancai.engines.carbon import tables
from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.forecast import History, history, predict, read_history, trend

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


@given(st.floats(-50, 50), st.floats(10, 1e5), st.lists(st.floats(-500, 500), min_size=12, max_size=12))
def test_a_series_without_noise_is_continued_exactly(
    slope: float, level: float, seasons: list[float]
) -> None:
    def at(k: int) -> float:
        return level + slope * k + seasons[k % 12]

    found = predict(History(2022, 1, tuple(at(k) for k in range(36))), 12)
    for k, one in enumerate(found.months):
        assert one.value == pytest.approx(at(36 + k), rel=1e-7, abs=1e-5)
    assert found.seasonal and found.months[0].month == "2025-01"


def test_intervals_hold_what_they_promise() -> None:
    """Of 600 future months drawn from the model, about 95 in 100 fall inside (binomial bounds)."""
    chance = np.random.default_rng(12)
    inside = 0
    for _ in range(50):
        y = 1000 + 3 * np.arange(48) + 80 * np.cos(np.arange(48) * np.pi / 6) + chance.normal(0, 20, 48)
        found = predict(History(2021, 1, tuple(y[:36])), 12)
        inside += sum(one.low <= v <= one.high for one, v in zip(found.months, y[36:], strict=True))
    assert 540 <= inside <= 594


def test_the_line_is_that_of_an_independent_regression() -> None:
    y = [10.0, 12.5, 11.0, 14.0, 13.2, 16.1, 15.0, 17.3]
    fit = stats.linregress(range(8), y)
    found = predict(History(2024, 3, tuple(y)), 2)
    assert found.months[1].value == pytest.approx(fit.intercept + fit.slope * 9)
    x, n = 9, 8
    residual = math.sqrt(sum((v - fit.intercept - fit.slope * k) ** 2 for k, v in enumerate(y)) / 6)
    leverage = 1 / n + (x - 3.5) ** 2 / sum((k - 3.5) ** 2 for k in range(8))
    half = stats.t.ppf(0.975, 6) * residual * math.sqrt(1 + leverage)
    assert found.months[1].high - found.months[1].value == pytest.approx(half)
    assert found.months[0].month == "2024-11" and not found.seasonal


@settings(deadline=None)
@given(st.lists(st.floats(0, 1000), min_size=6, max_size=30))
def test_the_trend_is_that_of_scipy(values: list[float]) -> None:
    found = trend(values)
    assert found.slope == pytest.approx(stats.theilslopes(values, range(len(values))).slope, abs=1e-9)
    n = len(values)
    score = sum(np.sign(values[j] - values[i]) for i in range(n) for j in range(i + 1, n))
    assert found.tau == pytest.approx(score / (n * (n - 1) / 2))


def test_directions() -> None:
    assert trend(list(range(12))).direction == "rising"
    assert trend(list(range(12, 0, -1))).direction == "falling"
    assert trend([5.0] * 12).direction == "none" and trend([5.0] * 12).p == 1.0


def test_the_example_history_is_read() -> None:
    found = predict(read_history(EXAMPLES / "history.csv"), 12)
    assert found.trend.direction == "rising" and found.seasonal and len(found.months) == 12


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("date,amount\n", "history_columns", 1),
        ("month,value\n2024-01,5\n2024-03,6\n", "history_gap", 3),
        ('month,value\n2024-01,5\n2024-02,"1,5"\n', "comma_decimal", 3),
        ("month,value\n2024-01,５\n", "full_width", 2),
        ("month,value\n2024-13,5\n", "history_month", 2),
        ("month,value\n2024-01,5\n2024-02,6\n", "history_short", 0),
    ],
)
def test_bad_histories_are_named(text: str, code: str, line: int) -> None:
    with pytest.raises(CarbonError) as caught:
        history(text, "h.csv")
    assert caught.value.code == code and caught.value.problems[0].place.line == line
