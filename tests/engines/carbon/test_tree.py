"""The calculation tree: values, derivatives, draws, and error propagation against Monte Carlo."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon.numbers import half_up, shown
from tancai.engines.carbon.tree import (
    Node,
    Spread,
    evaluate,
    gradient,
    leaf,
    lines,
    mean_weighted,
    product,
    total,
    uncertain,
    walk,
)
from tancai.engines.carbon.uncertainty import propagate, sample, simulate
from tancai.engines.carbon.units import UnitError

pytestmark = pytest.mark.anydatabase
amounts = st.floats(0.1, 1e6, allow_nan=False)


def burnt(key: str, tonnes: float, factor: float, spreads: tuple[float, float] = (0.0, 0.0)) -> Node:
    return product(
        key,
        [
            leaf(f"{key}.amount", tonnes, "t", spread=Spread(spreads[0])),
            leaf(f"{key}.factor", factor, "tCO2/t", spread=Spread(spreads[1])),
        ],
        "tCO2",
    )


@given(st.lists(st.tuples(amounts, st.floats(0.01, 4)), min_size=1, max_size=12), st.randoms())
def test_the_order_of_streams_changes_no_bit(pairs: list[tuple[float, float]], shuffle: object) -> None:
    parts = [burnt(f"s{k:02d}", a, f, (0.05, 0.02)) for k, (a, f) in enumerate(pairs)]
    mixed = list(parts)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = total("all", parts, "tCO2"), total("all", mixed, "tCO2")
    assert one.value == other.value
    assert gradient(one) == gradient(other)
    assert propagate(one) == propagate(other)
    assert np.array_equal(sample(one, draws=20, seed=3), sample(other, draws=20, seed=3))


@given(st.lists(st.tuples(amounts, amounts), min_size=2, max_size=12))
def test_a_weighted_mean_is_the_mean_and_lies_between(pairs: list[tuple[float, float]]) -> None:
    weights = [leaf(f"w{k}", w, "t") for k, (w, _) in enumerate(pairs)]
    values = [leaf(f"x{k}", x, "GJ/t") for k, (_, x) in enumerate(pairs)]
    mean = mean_weighted("m", values, weights, "mean", "")
    expected = np.average([x for _, x in pairs], weights=[w for w, _ in pairs])
    assert mean.value == pytest.approx(expected, rel=1e-12)
    assert min(x for _, x in pairs) * (1 - 1e-12) <= mean.value <= max(x for _, x in pairs) * (1 + 1e-12)


@given(st.lists(st.floats(0.5, 50), min_size=4, max_size=4))
def test_the_gradient_is_the_slope(values: list[float]) -> None:
    def built(at: list[float]) -> Node:
        a, b, c, d = (leaf(f"v{k}", x) for k, x in enumerate(at))
        ratio = product("r", [a, total("sum", [b, c], "1", signs=[1, 1])], "1", powers=[1, -1])
        return total("f", [ratio, product("p", [b, d], "1", powers=[2, 1])], "1", signs=[1, -1])

    slopes = gradient(built(values))
    for k, value in enumerate(values):
        step = 1e-4 * value
        up, down = list(values), list(values)
        up[k] += step
        down[k] -= step
        assert slopes[f"v{k}"] == pytest.approx(
            (built(up).value - built(down).value) / (2 * step), rel=1e-4, abs=1e-5
        )


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.floats(10, 1000), st.floats(0.005, 0.1)), min_size=1, max_size=8),
    st.integers(0, 1000),
)
def test_monte_carlo_agrees_with_propagation_on_linear_cases(
    pairs: list[tuple[float, float]], seed: int
) -> None:
    whole = total(
        "all", [leaf(f"s{k}", a, "tCO2", spread=Spread(u)) for k, (a, u) in enumerate(pairs)], "tCO2"
    )
    exact, drawn = propagate(whole), simulate(whole, draws=40_000, seed=seed)
    assert drawn.mean == pytest.approx(exact.value, abs=5 * exact.half / 1.96 / math.sqrt(40_000))
    assert 1.959964 * drawn.sd == pytest.approx(exact.half, rel=0.03)
    assert (drawn.high - drawn.low) / 2 == pytest.approx(exact.half, rel=0.05)


def test_propagation_is_the_textbook_rule() -> None:
    """IPCC 2006 vol. 1 ch. 3, equations 3.1 (product) and 3.2 (sum), by hand."""
    a, b = burnt("a", 100, 2.0, (0.03, 0.04)), burnt("b", 50, 3.0, (0.06, 0.08))
    assert propagate(a).relative == pytest.approx(0.05)
    by_hand = math.hypot(200 * 0.05, 150 * 0.10) / 350
    assert propagate(total("all", [a, b], "tCO2")).relative == pytest.approx(by_hand)


def test_a_shared_factor_is_one_uncertainty() -> None:
    factor = leaf("factor", 0.5, "tCO2/MWh", spread=Spread(0.1))
    parts = [product(f"p{k}", [leaf(f"a{k}", 100.0, "MWh"), factor], "tCO2") for k in range(4)]
    whole = total("all", parts, "tCO2")
    assert propagate(whole).relative == pytest.approx(0.1)
    assert simulate(whole, draws=40_000, seed=1).sd / whole.value == pytest.approx(0.1 / 1.96, rel=0.03)


@pytest.mark.parametrize("kind", ["normal", "lognormal", "uniform", "triangular"])
def test_every_distribution_has_the_mean_and_spread_it_says(kind: str) -> None:
    spread = Spread(0.3, kind)
    draws = spread.draw(10.0, 200_000, np.random.default_rng(7))
    assert draws.mean() == pytest.approx(10.0, rel=0.003)
    assert draws.std() == pytest.approx(10.0 * spread.sd(), rel=0.01)


def test_evaluation_without_draws_is_the_value_and_draws_are_replayable() -> None:
    whole = total("all", [burnt("a", 10, 2, (0.1, 0.1)), burnt("b", 5, 1)], "tCO2")
    assert evaluate(whole, {}) == whole.value == 25
    assert set(uncertain(whole)) == {"a.amount", "a.factor"}
    assert np.array_equal(sample(whole, draws=50, seed=9), sample(whole, draws=50, seed=9))
    assert not np.array_equal(sample(whole, draws=50, seed=9), sample(whole, draws=50, seed=10))


def test_units_are_checked_when_a_knot_is_made() -> None:
    coal, carbon = leaf("coal", 1, "t"), leaf("carbon", 0.5, "tC/t")
    with pytest.raises(UnitError):
        product("p", [coal, carbon], "tCO2")
    with pytest.raises(UnitError):
        total("s", [coal, product("c", [coal, carbon], "tC")], "t")


def test_the_tree_prints_every_figure_with_unit_and_source() -> None:
    node = burnt("a", 10, 2)
    text = "\n".join(lines(total("all", [node], "tCO2", "合计|sum", formula="Σ", digits=0), "en"))
    assert "sum = 20 tCO2 → 20" in text and "10 t × 2 tCO2/t" in text
    assert len(text.splitlines()) == len(list(walk(total("all", [node], "tCO2"))))


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [(2.675, 2, 2.68), (0.125, 2, 0.13), (-2.5, 0, -3), (2.5, 0, 3), (0.1 + 0.2, 1, 0.3)],
)
def test_rounding_is_half_up(value: float, digits: int, rounded: float) -> None:
    """Section 3: the forms round half up (四舍五入)."""
    assert half_up(value, digits) == rounded


def test_figures_are_shown_in_groups() -> None:
    assert shown(1234567.891, 2) == "1 234 567.89"
    assert shown(-0.5) == "-0.5"
    assert shown(math.nan) == "–"
