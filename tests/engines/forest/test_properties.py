"""Invariants of sampling, discounts, growth, CASA and the tree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon.units import UnitError
from tancai.engines.forest import casa, discount, growth, sampling
from tancai.engines.forest.tree import calc, leaf

pytestmark = pytest.mark.anydatabase
PLOTS = st.lists(st.floats(1, 80), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 500), PLOTS), min_size=1, max_size=4))
def test_permuting_strata_changes_no_bit(strata: list[tuple[float, list[float]]]) -> None:
    first = sampling.estimate([a for a, _ in strata], [p for _, p in strata])
    second = sampling.estimate([a for a, _ in reversed(strata)], [p[::-1] for _, p in reversed(strata)])
    assert (first.mean, first.error, first.half) == (second.mean, second.error, second.half)


@settings(max_examples=60, deadline=None)
@given(PLOTS, st.integers(2, 5))
def test_more_plots_of_equal_variance_never_widen(plots: list[float], times: int) -> None:
    spread = float(np.std(plots, ddof=1))
    n = len(plots)

    def half(count: int) -> float:
        return sampling.t_value(count - 1) * spread / np.sqrt(count)

    assert half(n * times) <= half(n)
    once = sampling.estimate([10.0], [plots])
    assert once.half == pytest.approx(half(n))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(discount.RULES), st.floats(0, 3), st.floats(-1e6, 1e6))
def test_discounts_are_bounded_and_go_the_right_way(rule: str, u: float, value: float) -> None:
    try:
        share = discount.factor(rule, u)
    except discount.NoClaim:
        assert (rule == "B" and u >= 0.2999) or (rule == "C" and u > 1)
        return
    assert 0 <= share <= 1
    assert discount.discounted(rule, value, u) <= value <= discount.discounted(rule, value, u, project=False)


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 0.29), st.floats(0, 0.29), st.sampled_from(("A", "B", "C")))
def test_more_uncertainty_never_costs_less(a: float, b: float, rule: str) -> None:
    low, high = sorted((a, b))
    assert discount.factor(rule, low) <= discount.factor(rule, high)


def test_a_better_correlation_never_widens_a_change() -> None:
    widths = [discount.of_change(4.0, 0.14, 5.6, 0.12, correlation=rho) for rho in np.linspace(0, 1, 11)]
    assert widths == sorted(widths, reverse=True)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(growth.FORMS), st.floats(50, 500))
def test_curves_grow_towards_their_asymptote(form: str, most: float) -> None:
    k, c = {"korf": (20.0, 1.0), "schumacher": (15.0, 1.0), "weibull": (0.01, 1.5)}.get(form, (0.08, 2.2))
    values = growth.Curve(form, most, k, c).at(np.arange(1, 200.0))
    assert np.all(np.diff(values) >= 0) and values[-1] <= most


@pytest.mark.parametrize("form", growth.FORMS)
def test_a_fit_finds_the_curve_it_was_drawn_from(form: str) -> None:
    k, c = {
        "korf": (20.0, 1.0),
        "schumacher": (15.0, 1.0),
        "weibull": (0.01, 1.5),
        "logistic": (0.2, 20.0),
    }.get(form, (0.08, 2.2))
    curve = growth.Curve(form, 300.0, k, c)
    ages = np.arange(3, 45, 3.0)
    found = growth.fit(form, list(ages), list(curve.at(ages)))
    assert found.r2 > 0.9999
    assert np.allclose(found.curve.at(ages), curve.at(ages), atol=1.0)


def test_casa_block_by_block_is_casa_cell_by_cell() -> None:
    chance = np.random.default_rng(1)
    rows, columns = casa.ROWS + 9, 7
    ndvi = chance.uniform(0.02, 0.7, (12, rows, columns)).astype(np.float32)
    temperature = chance.uniform(-20, 28, (12, rows, columns)).astype(np.float32)
    radiation, eet = chance.uniform(150, 700, 12), chance.uniform(0, 90, 12)
    pet = chance.uniform(20, 150, 12)
    kind = casa.Vegetation(0.542, 0.023, 0.634)
    ndvi[3, 2, 1] = np.nan
    found = casa.annual(ndvi, (temperature, radiation, eet, pet), kind)
    assert np.isnan(found[2, 1]) and np.isfinite(found).sum() == rows * columns - 1
    for row, column in ((0, 0), (casa.ROWS, 3), (rows - 1, columns - 1)):
        one = casa.monthly(
            ndvi[:, row, column].astype(float), temperature[:, row, column], radiation, eet, pet, kind
        )
        assert found[row, column] == pytest.approx(float(one.sum()), rel=2e-5)
        assert np.all(one >= 0)


def test_a_formula_with_a_unit_forgotten_does_not_compute() -> None:
    area, density = leaf("a", 10, "ha"), leaf("c", 20, "tC/ha")
    assert calc("x", "A * c", {"A": area, "c": density}, "tC").value == 200
    with pytest.raises(UnitError):
        calc("x", "A * c", {"A": area, "c": density}, "tCO2")
    with pytest.raises(UnitError):
        calc("x", "A + c", {"A": area, "c": density}, "tC")
