"""Decisions about identity on plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from tancai.proctoring.identity import rules
from tancai.proctoring.identity.rules import ReviewFacts, Seen, StartFacts

pytestmark = pytest.mark.anydatabase
AT = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def codes(facts: StartFacts) -> list[str]:
    return [reason.code for reason in rules.may_start(facts, AT).reasons]


def test_nothing_is_asked_where_the_programme_does_not_ask() -> None:
    assert rules.may_start(StartFacts(demanded=False, camera_required=True), AT).ok


@pytest.mark.parametrize("check", ["", "waiting", "same", "other", "again"])
@pytest.mark.parametrize("way", ["", "camera", "human"])
def test_who_has_begun_is_never_held_up(way: str, check: str) -> None:
    for agreed, camera in product((True, False), repeat=2):
        facts = StartFacts(True, camera, True, way, agreed, False, check, None)
        assert rules.may_start(facts, AT).ok


@pytest.mark.parametrize("check", ["", "waiting", "same", "other", "again"])
@pytest.mark.parametrize("way", ["", "camera", "human"])
def test_the_way_without_a_camera_opens_every_door(way: str, check: str) -> None:
    facts = StartFacts(True, True, False, way, False, True, check, None)
    assert rules.may_start(facts, AT).ok


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (StartFacts(True), "choose"),
        (StartFacts(True, way="camera", agreed=False, check="same"), "choose"),
        (StartFacts(True, way="human"), "human_waiting"),
        (StartFacts(True, way="human", check="same"), "human_waiting"),
        (StartFacts(True, way="camera", agreed=True), "check_in"),
        (StartFacts(True, way="camera", agreed=True, check="waiting"), "check_waiting"),
        (StartFacts(True, way="camera", agreed=True, check="again"), "check_again"),
        (StartFacts(True, way="camera", agreed=True, check="other"), "check_other"),
        (StartFacts(True, True, way="camera", agreed=True, check="same"), "camera"),
        (
            StartFacts(True, True, way="camera", agreed=True, check="same", camera_at=AT - 21 * MINUTE),
            "camera",
        ),
    ],
)
def test_one_reason_at_a_time_says_the_next_step(facts: StartFacts, code: str) -> None:
    assert codes(facts) == [code]


def test_a_decided_check_in_and_a_running_camera_may_start() -> None:
    decided = StartFacts(True, way="camera", agreed=True, check="same")
    assert rules.may_start(decided, AT).ok
    watched = StartFacts(True, True, way="camera", agreed=True, check="same", camera_at=AT - 20 * MINUTE)
    assert rules.may_start(watched, AT).ok


def test_children_under_fourteen_do_not_agree_alone() -> None:
    assert not rules.may_agree(date(2012, 11, 29), date(2026, 11, 28))
    assert rules.may_agree(date(2012, 11, 28), date(2026, 11, 28))
    assert rules.may_agree(None, date(2026, 11, 28))


@pytest.mark.parametrize(
    ("seen", "kinds"),
    [
        (Seen(None), ()),
        (Seen(None, covered=True), ("covered",)),
        (Seen(0, covered=True), ("covered",)),
        (Seen(0), ("no_face",)),
        (Seen(2), ("several_faces",)),
        (Seen(2, score=0.1, threshold=0.4), ("several_faces",)),
        (Seen(1), ()),
        (Seen(1, score=0.39, threshold=0.4), ("other_person",)),
        (Seen(1, score=0.4, threshold=0.4), ()),
        (Seen(1, score=0.1), ()),
    ],
)
def test_a_picture_gives_one_sign_at_most(seen: Seen, kinds: tuple[str, ...]) -> None:
    assert rules.signs(seen) == kinds
    assert set(kinds) <= set(rules.FLAG_KINDS)


def test_a_check_in_passes_alone_only_when_everything_was_measured_and_high() -> None:
    good = Seen(1, score=0.6, threshold=0.4)
    assert rules.accepts([good, good])
    for bad in (
        Seen(1, score=0.39, threshold=0.4),
        Seen(1, score=None, threshold=0.4),
        Seen(2, score=0.9, threshold=0.4),
        Seen(0, threshold=0.4),
        Seen(None),
        Seen(1, score=0.9),
    ):
        assert not rules.accepts([good, bad])
    assert not rules.accepts([])


def test_signs_close_in_time_are_one_episode_whatever_their_order() -> None:
    assert rules.same_episode(AT, AT + 3 * MINUTE)
    assert rules.same_episode(AT, AT - 3 * MINUTE)
    assert not rules.same_episode(AT, AT + timedelta(minutes=3, seconds=1))


@pytest.mark.parametrize(
    ("last", "interval", "silent"),
    [
        (AT - timedelta(seconds=90), 10, False),
        (AT - timedelta(seconds=91), 10, True),
        (AT - timedelta(seconds=119), 30, False),
        (AT - timedelta(seconds=121), 30, True),
        (None, 30, True),
    ],
)
def test_silence_is_measured_from_the_last_picture_or_the_beginning(
    last: datetime | None, interval: int, silent: bool
) -> None:
    assert rules.silent(last, AT - 10 * MINUTE, interval, AT) is silent
    assert not rules.silent(None, AT - MINUTE, interval, AT)


@pytest.mark.parametrize(
    ("reviews", "state"),
    [
        ([], "open"),
        ([(1, "harmless")], "harmless"),
        ([(1, "doubt")], "doubt"),
        ([(2, "upheld"), (1, "doubt")], "upheld"),
        ([(1, "doubt"), (2, "set_aside")], "set_aside"),
    ],
)
def test_the_state_of_a_flag_is_its_last_stage(reviews: list[tuple[int, str]], state: str) -> None:
    assert rules.flag_state(reviews) == state


SECOND = ReviewFacts(2, "upheld", "doubt", reviewer=2, first_by=1, first_at=AT, stated=True)


@pytest.mark.parametrize(
    ("facts", "after", "why"),
    [
        (ReviewFacts(1, "harmless", "open", 1), 0, ""),
        (ReviewFacts(1, "doubt", "open", 1), 0, ""),
        (ReviewFacts(1, "doubt", "open", 1, about_oneself=True), 0, "own_case"),
        (ReviewFacts(1, "upheld", "open", 1), 0, "bad_outcome"),
        (ReviewFacts(3, "doubt", "open", 1), 0, "bad_outcome"),
        (ReviewFacts(1, "doubt", "harmless", 1), 0, "reviewed"),
        (ReviewFacts(2, "upheld", "open", 2), 0, "not_doubted"),
        (ReviewFacts(2, "upheld", "harmless", 2, 1, AT), 0, "not_doubted"),
        (ReviewFacts(2, "upheld", "upheld", 3, 1, AT), 0, "reviewed"),
        (ReviewFacts(2, "upheld", "doubt", 1, 1, AT, True), 99, "same_person"),
        (ReviewFacts(2, "set_aside", "doubt", 1, 1, AT, True), 99, "same_person"),
        (SECOND, 0, ""),
        (ReviewFacts(2, "upheld", "doubt", 2, 1, AT), 2, "too_early"),
        (ReviewFacts(2, "upheld", "doubt", 2, 1, AT), 3, ""),
        (ReviewFacts(2, "set_aside", "doubt", 2, 1, AT), 0, ""),
    ],
)
def test_two_people_and_the_candidates_word_stand_before_a_consequence(
    facts: ReviewFacts, after: int, why: str
) -> None:
    assert rules.may_review(facts, 3, AT + timedelta(days=after)) == why


def test_error_rates_count_what_lies_on_the_wrong_side() -> None:
    pairs = [(0.9, True), (0.6, True), (0.4, True), (0.2, True), (0.1, False), (0.5, False)]
    found = {rate.threshold: rate for rate in rules.error_rates(pairs, steps=10)}
    assert found[0.0].false_non_match == 0.0
    assert found[0.0].false_match == 1.0
    assert found[0.5].false_non_match == 0.5
    assert found[0.5].false_match == 0.5
    assert found[0.6].false_non_match == 0.5
    assert found[0.6].false_match == 0.0
    assert found[1.0].false_non_match == 1.0
    rising = [rate.false_non_match for rate in found.values()]
    assert rising == sorted(rising)
    falling = [rate.false_match for rate in found.values()]
    assert falling == sorted(falling, reverse=True)


def test_without_pairs_of_a_kind_there_is_no_rate() -> None:
    only_genuine = rules.error_rates([(0.8, True)], steps=2)
    assert [rate.false_match for rate in only_genuine] == [None, None, None]
    assert [rate.false_non_match for rate in only_genuine] == [0.0, 0.0, 1.0]


def test_pictures_are_kept_for_days_after_the_exam() -> None:
    assert rules.keep_until(date(2026, 11, 28), 30) == date(2026, 12, 28)
