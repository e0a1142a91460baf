"""Fit statistics keep their level when the model holds and speak up when it does not; so do the tests of bias."""

from __future__ import annotations

import numpy as np
import pytest

from tancai.engines.psychometrics import dif, fit
from tancai.engines.psychometrics.calibration import calibrate
from tancai.engines.psychometrics.curves import item_from_locations
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Responses, responses
from tancai.engines.psychometrics.simulation import simulate
from tests.engines.psychometrics.test_calibration import drawn

pytestmark = pytest.mark.anydatabase


def test_item_fit_keeps_its_level() -> None:
    p = [
        item.p
        for seed in range(12)
        for item in fit.item_fit(calibrate(drawn("2pl", people=1500, count=10, seed=seed)[1], "2pl"))
    ]
    assert 0.01 <= np.mean(np.array(p) < 0.05) <= 0.11
    assert 0.42 < np.mean(p) < 0.58


@pytest.mark.parametrize(("model", "scores"), [("2pl", 2), ("grm", 3), ("1pl", 2)])
def test_model_fit_keeps_its_level(model: str, scores: int) -> None:
    ratios = []
    for seed in range(10):
        _, data = drawn(model, people=1000, count=8, scores=scores, seed=seed)
        found = fit.model_fit(calibrate(data, model))
        ratios.append(found.statistic / found.df)
    assert 0.8 < np.mean(ratios) < 1.25


def test_equal_slopes_do_not_fit_unequal_ones() -> None:
    _, data = drawn("2pl", people=5000, count=12)
    assert fit.model_fit(calibrate(data, "1pl")).p < 1e-4
    assert fit.model_fit(calibrate(data, "2pl")).p > 0.01


def test_an_item_with_a_kink_does_not_fit() -> None:
    """On one item the best people fall back to chance."""
    chance = np.random.default_rng(4)
    items, _ = drawn("2pl", people=10, count=15)
    theta = chance.standard_normal(4000)
    codes = simulate(items, theta, chance)
    top = theta > 0.5
    codes[top, 0] = chance.random(top.sum()) < 0.3
    fits = fit.item_fit(calibrate(responses(codes), "2pl"))
    assert fits[0].p < 1e-6


def test_fit_uses_complete_answers_and_says_when_there_are_none() -> None:
    _, data = drawn("2pl", people=1000, count=6)
    codes = data.codes.copy()
    codes[:500, 0] = -1
    found = calibrate(responses(codes), "2pl")
    assert fit.model_fit(found).n == 500
    codes[500:, 1] = -1
    with pytest.raises(MeasurementError) as caught:
        fit.item_fit(calibrate(responses(codes), "2pl"))
    assert caught.value.code == "incomplete"


def test_no_degrees_of_freedom_no_model_fit() -> None:
    _, data = drawn("2pl", people=500, count=3)
    with pytest.raises(MeasurementError) as caught:
        fit.model_fit(calibrate(data, "2pl"))
    assert caught.value.code == "no_freedom"


def two_groups(shift: float, *, slope: float = 1.0, seed: int = 2) -> tuple[Responses, np.ndarray]:
    """Item 0 is ``shift`` harder, its slope ``slope`` times as steep, for a focal group of lower mean ability."""
    chance = np.random.default_rng(seed)
    items, _ = drawn("1pl", people=10, count=20, seed=1)
    focal = np.repeat([False, True], 2000)
    theta = chance.standard_normal(4000) - 0.5 * focal
    codes = simulate(items, theta, chance)
    a, b = items[0].a, items[0].b[0]
    codes[focal, 0] = simulate(
        [item_from_locations("", "2pl", a * slope, [b + shift])], theta[focal], chance
    )[:, 0]
    return responses(codes), focal


def test_no_bias_is_found_where_there_is_none() -> None:
    data, focal = two_groups(0.0)
    found = dif.mantel_haenszel(data, focal)
    assert [item.effect for item in found].count("A") >= 19
    assert np.mean([item.p < 0.05 for item in found]) <= 0.2
    assert dif.flagged(dif.logistic(data, focal)) == ()


def test_large_bias_is_class_c_and_against_the_focal_group() -> None:
    data, focal = two_groups(0.8)
    first, *rest = dif.mantel_haenszel(data, focal)
    assert first.effect == "C" and first.delta < -1.5 and first.alpha > 1
    assert abs(first.delta + 2.35 * 1.1 * 0.8) < 3 * first.se_delta
    assert dif.flagged(rest, from_class="C") == ()
    logistic = dif.logistic(data, focal)
    assert logistic[0].p_uniform < 1e-10
    assert logistic[0].effect in ("B", "C")


def test_exchanging_the_groups_turns_the_sign() -> None:
    data, focal = two_groups(0.6)
    one, other = dif.mantel_haenszel(data, focal), dif.mantel_haenszel(data, ~focal)
    assert [item.delta for item in one] == pytest.approx([-item.delta for item in other])
    assert [item.statistic for item in one] == pytest.approx([item.statistic for item in other])


def test_crossing_curves_are_found_by_regression() -> None:
    data, focal = two_groups(0.0, slope=0.35)
    assert dif.logistic(data, focal)[0].p_nonuniform < 1e-4


def test_mantel_haenszel_by_hand() -> None:
    """Two levels: (right, wrong) of reference and focal group 30/10, 15/25 and 35/5, 25/15."""
    cells = np.zeros((2, 2, 2))
    cells[0, 1], cells[0, 0] = [30, 35], [10, 5]
    cells[1, 1], cells[1, 0] = [15, 25], [25, 15]
    found = dif._from_tables("q", cells)
    alpha = (30 * 25 / 80 + 35 * 15 / 80) / (10 * 15 / 80 + 5 * 25 / 80)
    assert found.alpha == pytest.approx(alpha)
    variance = sum(40 * 40 * r * w / (80**2 * 79) for r, w in ((45, 35), (60, 20)))
    assert found.statistic == pytest.approx((abs(65 - 22.5 - 30) - 0.5) ** 2 / variance)


def test_groups_must_both_have_people() -> None:
    data, focal = two_groups(0.0)
    for bad in (np.zeros(4000, dtype=bool), np.ones(4000, dtype=bool), focal[:10]):
        with pytest.raises(MeasurementError) as caught:
            dif.mantel_haenszel(data, bad)
        assert caught.value.code == "groups"


def test_an_item_everybody_solves_gets_no_statistic() -> None:
    data, focal = two_groups(0.0)
    codes = data.codes.copy()
    codes[:, 5] = 1
    found = responses(codes)
    assert dif.mantel_haenszel(found, focal)[5].statistic is None
    assert dif.logistic(found, focal)[5].both is None


def test_logistic_fit_meets_the_closed_form_for_two_groups() -> None:
    y = np.array([1, 0, 1, 0], dtype=np.float64)
    weight = np.array([30, 10, 20, 20], dtype=np.float64)
    x = np.array([[1, 0], [1, 0], [1, 1], [1, 1]], dtype=np.float64)
    beta, _ = dif.logistic_fit(x, y, weight)
    assert beta == pytest.approx([np.log(3), -np.log(3)], abs=1e-6)
