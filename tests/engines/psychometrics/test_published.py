"""Figures that others published are met."""

from __future__ import annotations

import numpy as np
import pytest

from tancai.engines.psychometrics import ability, classical, curves, equating, fit
from tancai.engines.psychometrics.calibration import Calibration, calibrate
from tancai.engines.psychometrics.responses import Responses, responses
from tests.engines.psychometrics import published

pytestmark = pytest.mark.anydatabase


def data(text: str) -> Responses:
    answers, people = published.patterns(text)
    return responses(answers, frequency=people)


@pytest.fixture(scope="module")
def lsat7() -> Calibration:
    return calibrate(data(published.LSAT7), "2pl")


def a_of(found: Calibration) -> list[float]:
    return [item.a for item in found.items]


def d_of(found: Calibration) -> list[float]:
    return [item.d[0] for item in found.items]


def test_lsat7_parameters_likelihood_and_freedom(lsat7: Calibration) -> None:
    assert lsat7.converged and lsat7.n == 1000
    assert a_of(lsat7) == pytest.approx(published.LSAT7_A, abs=0.01)
    assert d_of(lsat7) == pytest.approx(published.LSAT7_D, abs=0.01)
    assert lsat7.log_likelihood == pytest.approx(published.LSAT7_LOG_LIKELIHOOD, abs=0.001)
    assert lsat7.pattern_df == published.LSAT7_DF


def test_lsat7_intervals(lsat7: Calibration) -> None:
    for item, error, a_ends, d_ends in zip(
        lsat7.items, lsat7.errors, published.LSAT7_A_95, published.LSAT7_D_95, strict=True
    ):
        assert (item.a - 1.96 * error.a, item.a + 1.96 * error.a) == pytest.approx(a_ends, abs=0.01)
        d, se = item.d[0], error.d[0]
        assert (d - 1.96 * se, d + 1.96 * se) == pytest.approx(d_ends, abs=0.01)


def test_lsat7_equal_slopes() -> None:
    found = calibrate(data(published.LSAT7), "1pl")
    assert a_of(found) == pytest.approx([published.LSAT7_EQUAL_A] * 5, abs=0.01)
    assert d_of(found) == pytest.approx(published.LSAT7_EQUAL_D, abs=0.01)


def test_lsat7_fit(lsat7: Calibration) -> None:
    items = fit.item_fit(lsat7)
    assert [item.statistic for item in items] == pytest.approx(published.LSAT7_S_X2, abs=0.01)
    assert [item.df for item in items] == [2] * 5
    whole = fit.model_fit(lsat7)
    assert whole.statistic == pytest.approx(published.LSAT7_M2, abs=0.01)
    assert whole.df == 5


def test_lsat7_abilities_of_sum_scores(lsat7: Calibration) -> None:
    table = ability.sum_score_abilities(lsat7.items)
    assert table.theta == pytest.approx(published.LSAT7_SUM_THETA, abs=0.01)
    assert table.sd == pytest.approx(published.LSAT7_SUM_SD, abs=0.01)
    assert 1000 * table.share == pytest.approx(published.LSAT7_SUM_EXPECTED, abs=0.01)
    total = lsat7.data.total().astype(int)
    reliability = ability.empirical_reliability(table.theta[total], table.sd[total], lsat7.data.frequency)
    assert reliability == pytest.approx(published.LSAT7_RELIABILITY, abs=1e-4)


def test_lsat6_two_parameters() -> None:
    found = calibrate(data(published.LSAT6), "2pl")
    assert found.log_likelihood == pytest.approx(published.LSAT6_LOG_LIKELIHOOD, abs=0.001)
    assert a_of(found) == pytest.approx(published.LSAT6_A, abs=0.002)
    assert [item.b[0] for item in found.items] == pytest.approx(published.LSAT6_B, abs=0.01)


def test_lsat6_equal_slopes() -> None:
    found = calibrate(data(published.LSAT6), "1pl")
    assert found.log_likelihood == pytest.approx(published.LSAT6_EQUAL_LOG_LIKELIHOOD, abs=0.001)
    assert found.items[0].a == pytest.approx(published.LSAT6_EQUAL_A, abs=0.001)
    assert [item.b[0] for item in found.items] == pytest.approx(published.LSAT6_EQUAL_B, abs=0.005)


@pytest.mark.parametrize(
    ("text", "alpha", "rest", "without"),
    [
        (published.LSAT7, published.LSAT7_ALPHA, published.LSAT7_ITEM_REST, published.LSAT7_ALPHA_WITHOUT),
        (published.LSAT6, published.LSAT6_ALPHA, published.LSAT6_ITEM_REST, published.LSAT6_ALPHA_WITHOUT),
    ],
)
def test_classical_figures(
    text: str, alpha: float, rest: tuple[float, ...], without: tuple[float, ...]
) -> None:
    found = classical.analyse(data(text))
    assert found.kr20 == pytest.approx(alpha, abs=5e-4)
    assert [item.discrimination for item in found.items] == pytest.approx(rest, abs=5e-4)
    assert [item.alpha_without for item in found.items] == pytest.approx(without, abs=5e-4)


def test_lsat7_item_total_and_error_of_measurement() -> None:
    found = classical.analyse(data(published.LSAT7))
    assert [item.item_total for item in found.items] == pytest.approx(published.LSAT7_ITEM_TOTAL, abs=5e-4)
    assert found.sem == pytest.approx(published.LSAT7_SEM, abs=5e-4)
    assert (found.perfect, found.zero) == (308, 12)


@pytest.mark.parametrize(("model", "a", "b", "c", "expected"), published.FISHER)
def test_fisher_information(model: str, a: float, b: tuple[float, ...], c: float, expected: float) -> None:
    item = curves.item_from_locations("", model, a, b, c)
    found = float(np.log(curves.information(item, np.arange(-3.0, 4.0))).sum())
    assert found == pytest.approx(expected, rel=1e-6)


def act() -> tuple[equating.Scores, equating.Scores]:
    scores = np.arange(41)
    return (
        equating.score_counts(scores, published.counts(published.ACT_X)),
        equating.score_counts(scores, published.counts(published.ACT_Y)),
    )


def test_equating_moments() -> None:
    x, y = act()
    assert x.moments() == pytest.approx(published.ACT_MOMENTS_X, abs=6e-5)
    assert y.moments() == pytest.approx(published.ACT_MOMENTS_Y, abs=6e-5)


def test_equipercentile_equivalents() -> None:
    found = equating.equipercentile(*act())
    for score, expected in published.ACT_EQUIPERCENTILE.items():
        assert found.equivalent[score] == pytest.approx(expected, abs=6e-5)
