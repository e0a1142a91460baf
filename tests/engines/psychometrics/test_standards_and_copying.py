"""Pass marks from panels, and likeness of answers as a flag."""

from __future__ import annotations

import numpy as np
import pytest

from tancai.engines.psychometrics import copying, curves, standards
from tancai.engines.psychometrics.curves import Item, item_from_locations
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.simulation import simulate

pytestmark = pytest.mark.anydatabase

RATINGS = [[0.6, 0.7, 0.5, 0.8], [0.5, 0.8, 0.4, 0.9], [0.7, 0.6, 0.6, 0.7]]
ITEMS = [item_from_locations(f"q{j}", "2pl", 1.2, [b]) for j, b in enumerate((-0.5, -1.0, 0.4, -1.5))]


def test_angoff_mark_is_the_mean_of_the_raters_marks() -> None:
    found = standards.angoff(RATINGS)
    assert found.raters == pytest.approx((2.6, 2.6, 2.6))
    assert found.mark == pytest.approx(2.6) and found.error == pytest.approx(0)
    assert found.items == pytest.approx((0.6, 0.7, 0.5, 0.8))


def test_angoff_weighs_points_and_fills_gaps() -> None:
    ratings = [[0.6, 0.7], [0.4, float("nan")], [0.5, 0.9]]
    found = standards.angoff(ratings, points=[2, 1])
    assert found.raters == pytest.approx((1.9, 1.6, 1.9))
    assert found.error == pytest.approx(np.std([1.9, 1.6, 1.9], ddof=1) / np.sqrt(3))
    assert [note.code for note in found.notes] == ["missing_ratings"]


def test_angoff_mark_on_the_ability_scale() -> None:
    found = standards.angoff(RATINGS, calibrated=ITEMS)
    assert curves.characteristic(ITEMS, found.theta)[0] == pytest.approx(2.6)


def test_raters_who_agree_have_agreement_one() -> None:
    same = standards.angoff([[0.2, 0.5, 0.9]] * 3)
    assert same.agreement == pytest.approx(1)
    assert standards.angoff(RATINGS).agreement < 1


@pytest.mark.parametrize(
    ("ratings", "code"),
    [
        ([[0.5, 0.6]], "too_few_raters"),
        ([[60.0, 0.6], [0.5, 0.5]], "rating_range"),
        ([[float("nan"), 0.6], [float("nan"), 0.5]], "unrated_item"),
        ([], "empty"),
    ],
)
def test_bad_ratings(ratings: list[list[float]], code: str) -> None:
    with pytest.raises(MeasurementError) as caught:
        standards.angoff(ratings)
    assert caught.value.code == code


def test_booklet_is_ordered_and_located_at_the_response_probability() -> None:
    book = standards.booklet(ITEMS)
    assert [name for name, _, _ in book.entries] == ["q3", "q1", "q0", "q2"]
    for name, _, place in book.entries:
        item = next(item for item in ITEMS if item.id == name)
        assert curves.probabilities(item, place)[0, 1] == pytest.approx(2 / 3)


def test_bookmark_cuts_before_the_marked_entry() -> None:
    book = standards.booklet(ITEMS)
    found = standards.bookmark(book, [3, 3, 4], ITEMS)
    places = [place for _, _, place in book.entries]
    assert found.raters == pytest.approx((places[1], places[1], places[2]))
    assert found.theta == pytest.approx(places[1])
    assert found.score == pytest.approx(curves.characteristic(ITEMS, places[1])[0])


def test_bookmarks_outside_the_booklet_are_refused() -> None:
    book = standards.booklet(ITEMS)
    for bad in ([0, 2], [2, 6]):
        with pytest.raises(MeasurementError) as caught:
            standards.bookmark(book, bad, ITEMS)
        assert caught.value.code == "bookmark_range"


def test_graded_items_enter_a_booklet_step_by_step() -> None:
    book = standards.booklet([item_from_locations("g", "grm", 1.5, [-1, 0, 1])])
    assert [score for _, score, _ in book.entries] == [1, 2, 3]


def room(copied: int = 0) -> tuple[np.ndarray, np.ndarray, list[Item]]:
    """400 people, 60 items with four options; person 1 takes ``copied`` answers from person 0."""
    chance = np.random.default_rng(5)
    items = [
        item_from_locations(f"q{j}", "2pl", chance.uniform(0.8, 1.6), [chance.normal(0, 0.8)])
        for j in range(60)
    ]
    theta = chance.standard_normal(400)
    theta[0], theta[1] = 0.2, -0.8
    codes = simulate(items, theta, chance)
    wrong = np.array(["B", "C", "D"])[chance.choice(3, size=codes.shape, p=[0.5, 0.3, 0.2])]
    answers = np.where(codes == 1, "A", wrong)
    taken = chance.permutation(60)[:copied]
    answers[1, taken], codes[1, taken] = answers[0, taken], codes[0, taken]
    return answers, codes, items


def test_copying_is_flagged() -> None:
    answers, codes, items = room(copied=35)
    (omega,) = copying.omega(answers, codes, items, [(1, 0)])
    (k,) = copying.k_index(answers, codes, [(1, 0)])
    assert omega.flagged and omega.matches > omega.expected
    assert k.flagged and k.matches > k.expected


def test_honest_pairs_are_seldom_flagged() -> None:
    answers, codes, items = room()
    pairs = [(i, i + 1) for i in range(2, 398, 2)]
    omegas = copying.omega(answers, codes, items, pairs, level=0.05)
    assert np.mean([one.flagged for one in omegas]) < 0.12
    assert abs(np.mean([one.statistic for one in omegas])) < 0.4
    ks = copying.k_index(answers, codes, pairs, level=0.05)
    assert np.mean([one.flagged for one in ks]) < 0.12


def test_pairs_must_name_two_people() -> None:
    answers, codes, _ = room()
    for pair in ((3, 3), (0, 400)):
        with pytest.raises(MeasurementError):
            copying.k_index(answers, codes, [pair])
