"""Curves, information and abilities hold what theory promises, for any parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.psychometrics import ability, curves
from tancai.engines.psychometrics.curves import Item, item_from_locations
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.simulation import simulate

pytestmark = pytest.mark.anydatabase

THETA = np.linspace(-6, 6, 49)
quick = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def items(draw: st.DrawFn, models: tuple[str, ...] = curves.MODELS, lowest: float = 0.2) -> Item:
    model = draw(st.sampled_from(models))
    a = draw(st.floats(lowest, 3.0))
    steps = 1 if model in curves.DICHOTOMOUS else draw(st.integers(1, 5))
    gaps = draw(st.lists(st.floats(0.05, 1.5), min_size=steps, max_size=steps))
    b = np.cumsum(gaps) + draw(st.floats(-4.0, 2.0))
    return item_from_locations("q", model, a, list(b), draw(st.floats(0, 0.4)) if model == "3pl" else 0.0)


@quick
@given(items())
def test_probabilities_are_probabilities(item: Item) -> None:
    p = curves.probabilities(item, THETA)
    assert ((p >= 0) & (p <= 1)).all()
    assert p.sum(axis=1) == pytest.approx(np.ones(len(THETA)))
    assert p.shape == (len(THETA), item.categories)


@quick
@given(items())
def test_expected_score_rises_and_stays_within(item: Item) -> None:
    score = curves.expected_score(item, THETA)
    assert (np.diff(score) > -1e-12).all()
    assert score.min() >= item.c - 1e-9 and score.max() <= item.categories - 1


@quick
@given(items())
def test_slopes_are_derivatives(item: Item) -> None:
    found = curves.item_curves(item, THETA)
    step = 1e-5
    ahead, behind = (curves.item_curves(item, THETA + s).log_p[0] for s in (step, -step))
    assert item.a * found.slope[0] == pytest.approx((ahead - behind) / (2 * step), rel=1e-4, abs=1e-5)
    row = curves.parameter_row(item)
    for k in range(1, len(row)):
        change = np.zeros(len(row))
        change[k] = 1e-6
        ahead, behind = (
            curves.curves(item.family, (row + sign * change)[None], THETA).log_p[0] for sign in (1, -1)
        )
        assert found.rest[k - 1, 0] == pytest.approx((ahead - behind) / 2e-6, rel=1e-3, abs=1e-3)


@quick
@given(items())
def test_information_is_never_negative_and_adds_up(item: Item) -> None:
    one = curves.information(item, THETA)
    assert (one >= 0).all()
    assert curves.paper_information([item, item], THETA) == pytest.approx(2 * one)


def test_information_of_a_two_parameter_item_is_a_squared_pq() -> None:
    item = Item("q", "2pl", 1.4, (0.3,))
    p = curves.probabilities(item, THETA)[:, 1]
    assert curves.information(item, THETA) == pytest.approx(1.4**2 * p * (1 - p))


def test_locations_and_intercepts_agree() -> None:
    for model in ("grm", "gpcm"):
        item = item_from_locations("q", model, 1.3, [-1.0, 0.2, 0.9])
        assert item.b == pytest.approx((-1.0, 0.2, 0.9))
    item = item_from_locations("q", "gpcm", 1.3, [-1.0, 0.2, 0.9])
    for k, b in enumerate(item.b):
        p = curves.probabilities(item, b)[0]
        assert p[k] == pytest.approx(p[k + 1])
    item = item_from_locations("q", "grm", 1.3, [-1.0, 0.2, 0.9])
    assert curves.probabilities(item, 0.2)[0, 2:].sum() == pytest.approx(0.5)


def test_guessing_zero_is_the_two_parameter_model() -> None:
    one, other = Item("q", "3pl", 1.2, (0.4,), 0.0), Item("q", "2pl", 1.2, (0.4,))
    assert curves.probabilities(one, THETA) == pytest.approx(curves.probabilities(other, THETA), abs=1e-9)


@pytest.mark.parametrize(
    ("model", "a", "d", "c", "code"),
    [
        ("5pl", 1.0, (0.0,), 0.0, "model"),
        ("2pl", 1.0, (0.0, 1.0), 0.0, "intercepts"),
        ("2pl", float("nan"), (0.0,), 0.0, "parameters"),
        ("3pl", 1.0, (0.0,), 1.0, "parameters"),
        ("grm", 1.0, (0.0, 0.5), 0.0, "order"),
    ],
)
def test_impossible_items_are_refused(
    model: str, a: float, d: tuple[float, ...], c: float, code: str
) -> None:
    with pytest.raises(MeasurementError) as caught:
        Item("q", model, a, d, c)
    assert caught.value.code == code


@quick
@given(st.lists(items(), min_size=2, max_size=7))
def test_score_distribution_adds_up_and_has_the_expected_mean(bank: list[Item]) -> None:
    chance = ability.score_distribution(bank, THETA)
    assert chance.sum(axis=1) == pytest.approx(np.ones(len(THETA)))
    mean = chance @ np.arange(chance.shape[1])
    assert mean == pytest.approx(curves.characteristic(bank, THETA))


@quick
@given(st.lists(items(curves.DICHOTOMOUS), min_size=2, max_size=7))
def test_a_higher_sum_score_means_a_higher_ability(bank: list[Item]) -> None:
    table = ability.sum_score_abilities(bank)
    assert (np.diff(table.theta) > -1e-9).all()
    assert table.share.sum() == pytest.approx(1)
    assert (table.sd <= 1.3).all()


def bank20() -> list[Item]:
    chance = np.random.default_rng(5)
    return [item_from_locations(f"q{j}", "2pl", chance.uniform(0.8, 2), [chance.normal()]) for j in range(20)]


@pytest.mark.parametrize("method", ["eap", "map", "ml"])
def test_abilities_are_recovered(method: str) -> None:
    bank, chance = bank20(), np.random.default_rng(6)
    theta = chance.standard_normal(1500)
    codes = simulate(bank, theta, chance)
    codes[:, ::5][chance.random((1500, 4)) < 0.3] = -1
    found = ability.abilities(bank, codes, method=method)
    z = ((found.theta - theta) / found.error)[found.inner]
    assert 0.9 < np.sqrt(np.mean(z**2)) < 1.15
    assert np.corrcoef(found.theta, theta)[0, 1] > 0.85


def test_perfect_and_zero_scores_have_no_inner_maximum() -> None:
    bank = bank20()
    rows = np.array([np.ones(20), np.zeros(20)], dtype=np.int8)
    found = ability.abilities(bank, rows, method="ml")
    assert found.theta.tolist() == [ability.LIMIT, -ability.LIMIT]
    assert not found.inner.any() and np.isnan(found.error).all()
    for method in ("eap", "map"):
        bounded = ability.abilities(bank, rows, method=method)
        assert (np.abs(bounded.theta) < 4).all() and np.isfinite(bounded.error).all()


def test_nobody_answered_gives_back_the_prior() -> None:
    row = np.full((1, 20), -1, dtype=np.int8)
    for method in ("eap", "map"):
        found = ability.abilities(bank20(), row, method=method)
        assert found.theta[0] == pytest.approx(0, abs=1e-6)
        assert found.error[0] == pytest.approx(1, abs=1e-3)
    assert not ability.abilities(bank20(), row, method="ml").inner[0]


def test_ml_is_where_the_likelihood_is_highest() -> None:
    bank, chance = bank20(), np.random.default_rng(8)
    codes = simulate(bank, chance.normal(0, 0.7, 50), chance)
    found = ability.abilities(bank, codes, method="ml")
    fine = np.linspace(-6, 6, 12_001)
    best = fine[curves.log_likelihoods(bank, codes, fine).argmax(axis=1)]
    assert found.theta[found.inner] == pytest.approx(best[found.inner], abs=1.1e-3)


def test_columns_must_fit() -> None:
    with pytest.raises(MeasurementError, match=r"each item \(20\)"):
        ability.abilities(bank20(), np.zeros((3, 19), dtype=np.int8))
    with pytest.raises(MeasurementError, match="q0"):
        ability.abilities(bank20(), np.full((1, 20), 2, dtype=np.int8))
