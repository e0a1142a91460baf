"""Linking and equating: identities, recovery, agreement of formulas with resampling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.psychometrics import curves, equating, linking
from tancai.engines.psychometrics.curves import Item, item_from_locations
from tancai.engines.psychometrics.errors import MeasurementError
from tests.engines.psychometrics.test_calibration import bank
from tests.engines.psychometrics.test_published import act

pytestmark = pytest.mark.anydatabase

quick = settings(max_examples=15, deadline=None, derandomize=True)


def moved(items: list[Item], slope: float, shift: float) -> list[Item]:
    """The same items on the scale (theta - shift) / slope."""
    found = []
    for item in items:
        b = [(x - shift) / slope for x in item.b]
        found.append(item_from_locations(item.id, item.model, item.a * slope, b, item.c))
    return found


@pytest.mark.parametrize("method", linking.METHODS)
@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl", "grm", "gpcm"])
@quick
@given(slope=st.floats(0.6, 1.6), shift=st.floats(-1.0, 1.0))
def test_a_moved_scale_is_moved_back(method: str, model: str, slope: float, shift: float) -> None:
    items = bank(model, 8, 4 if model in ("grm", "gpcm") else 2, np.random.default_rng(3))
    found = linking.link(items, moved(items, slope, shift), method=method)
    assert found.converged
    assert (found.slope, found.shift) == pytest.approx((slope, shift), abs=1e-4)
    for one, other in zip(items, (found.item(item) for item in moved(items, slope, shift)), strict=True):
        assert (other.a, *other.d) == pytest.approx((one.a, *one.d), abs=1e-3)
    assert not any(anchor.adrift for anchor in found.anchors)


@pytest.mark.parametrize("method", ["mean-sigma", "haebara", "stocking-lord"])
def test_there_and_back_is_the_identity(method: str) -> None:
    chance = np.random.default_rng(9)
    items = bank("2pl", 12, 2, chance)
    other = [
        replace(
            item, a=item.a * float(chance.uniform(0.85, 1.15)), d=(item.d[0] + float(chance.normal(0, 0.1)),)
        )
        for item in moved(items, 1.2, 0.4)
    ]
    there, back = linking.link(items, other, method=method), linking.link(other, items, method=method)
    assert back.slope == pytest.approx(1 / there.slope, rel=0.01)
    assert back.shift == pytest.approx(-there.shift / there.slope, abs=0.02)


def test_probabilities_do_not_change_with_the_scale() -> None:
    for model in curves.MODELS:
        item = bank(model, 1, 4 if model in ("grm", "gpcm", "pcm") else 2, np.random.default_rng(1))[0]
        line = linking.Link("", 1.3, -0.4, (), None, True)
        theta = np.linspace(-3, 3, 7)
        assert curves.probabilities(line.item(item), line.theta(theta)) == pytest.approx(
            curves.probabilities(item, theta)
        )


def test_an_anchor_out_of_line_is_named() -> None:
    chance = np.random.default_rng(4)
    items = bank("2pl", 12, 2, chance)
    new = [replace(item, d=(item.d[0] + float(chance.normal(0, 0.03)),)) for item in moved(items, 1.1, 0.2)]
    new[5] = replace(new[5], d=(new[5].d[0] - 1.5,))
    found = linking.link(items, new)
    assert [anchor.id for anchor in found.anchors if anchor.adrift] == ["q5"]


@pytest.mark.parametrize(
    ("anchors", "method", "code"),
    [
        (["q0"], "haebara", "too_few_anchors"),
        (["q0", "q99"], "haebara", "no_anchor"),
        (None, "tucker", "method"),
    ],
)
def test_links_that_cannot_be_made(anchors: list[str] | None, method: str, code: str) -> None:
    items = bank("2pl", 5, 2, np.random.default_rng(3))
    with pytest.raises(MeasurementError) as caught:
        linking.link(items, items, method=method, anchors=anchors)
    assert caught.value.code == code


def test_anchors_must_be_alike_and_rise() -> None:
    items = bank("2pl", 5, 2, np.random.default_rng(3))
    graded = [item_from_locations(item.id, "grm", 1.0, [-1, 1]) for item in items]
    with pytest.raises(MeasurementError, match="q0"):
        linking.link(items, graded)
    with pytest.raises(MeasurementError, match="q0 has a slope"):
        linking.link(items, [replace(items[0], a=-1.0), *items[1:]])


def test_equating_a_form_to_itself_changes_nothing() -> None:
    x, _ = act()
    for method in (equating.mean, equating.linear, equating.equipercentile):
        found = method(x, x)
        seen = x.counts > 0
        assert found.equivalent[seen] == pytest.approx(found.score[seen])


def test_linear_equating_keeps_mean_and_spread() -> None:
    x, y = act()
    found = equating.linear(x, y)
    share = x.counts / x.n
    mean = share @ found.equivalent
    assert mean == pytest.approx(y.moments()[0])
    assert np.sqrt(share @ (found.equivalent - mean) ** 2) == pytest.approx(y.moments()[1])


def test_linear_equating_back_and_forth() -> None:
    x, y = act()
    there, back = equating.linear(x, y), equating.linear(y, x)
    slope_there, slope_back = (np.diff(found.equivalent)[0] for found in (there, back))
    assert slope_there * slope_back == pytest.approx(1)


def test_equipercentile_rises() -> None:
    assert (np.diff(equating.equipercentile(*act()).equivalent) > 0).all()


@pytest.mark.parametrize("method", [equating.mean, equating.linear, equating.equipercentile])
def test_errors_agree_with_resampling(method) -> None:  # type: ignore[no-untyped-def]
    x, y = act()
    found = method(x, y)
    drawn = equating.bootstrap(method, x, y, times=400, chance=np.random.default_rng(12))
    common = (x.counts > 60) & (y.counts > 60)
    assert np.median(np.abs(found.error[common] / drawn[common] - 1)) < 0.08


def test_gaps_in_the_base_scores_give_the_middle_and_no_error() -> None:
    new = equating.score_counts([0, 1, 2], [10, 20, 10])
    base = equating.score_counts([0, 1, 2, 3, 4], [5, 5, 0, 20, 10])
    found = equating.equipercentile(new, base)
    assert np.isfinite(found.equivalent).all()
    assert (np.diff(found.equivalent) > 0).all()


def test_chained_linear_undoes_a_difference_of_groups() -> None:
    """Both forms are equally hard, the new group is better: scores must come out as they are."""
    chance = np.random.default_rng(1)

    def group(mean: float) -> equating.AnchorData:
        skill = chance.normal(mean, 1, 20_000)
        return equating.AnchorData(
            40 + 8 * skill + chance.normal(0, 2, 20_000), 15 + 3 * skill + chance.normal(0, 0.8, 20_000)
        )

    found = equating.chained_linear(group(0.5), group(0.0), [30.0, 40.0, 50.0])
    assert found.equivalent == pytest.approx([30, 40, 50], abs=0.4)
    assert (found.error > 0).all() and (found.error < 0.2).all()


@pytest.mark.parametrize(
    ("scores", "counts", "code"),
    [
        ([], None, "empty"),
        ([0.5], None, "not_whole"),
        ([1, 2], [1, -1], "not_whole"),
        ([-1, 2], None, "score_range"),
    ],
)
def test_bad_scores(scores: list[float], counts: list[float] | None, code: str) -> None:
    with pytest.raises(MeasurementError) as caught:
        equating.score_counts(scores, counts)
    assert caught.value.code == code


def test_one_score_for_all_cannot_be_equated() -> None:
    same = equating.score_counts([5, 5, 5])
    with pytest.raises(MeasurementError) as caught:
        equating.linear(same, same)
    assert caught.value.code == "no_spread"
