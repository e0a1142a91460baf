"""The decisions of marking, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from tancai.marking import rules
from tancai.marking.rules import MarkFacts, Policy, SessionFacts

NEAR = Policy(second="near_pass", near=D(3), tolerance=D(2))


@pytest.mark.parametrize(
    ("printed", "out_of", "wanted"),
    [
        ([2, 3, 5], 10, ["2", "3", "5"]),
        ([2, 3, 5], 20, ["4", "6", "10"]),
        ([2, 3, 5], 5, ["1", "1.5", "2.5"]),
        ([1, 1, 1], 10, ["3.5", "3.5", "3"]),
        ([9, 1], 1, ["0.5", "0.5"]),
        ([10], 8, ["8"]),
    ],
)
def test_points_are_scaled_in_halves_and_add_up(printed: list[int], out_of: int, wanted: list[str]) -> None:
    maxima = rules.point_maxima(printed, D(out_of))
    assert maxima == tuple(D(text) for text in wanted)
    assert sum(maxima) == out_of


def test_more_points_than_half_marks_are_won_whole_or_not_at_all() -> None:
    maxima = rules.point_maxima([1, 1, 1], D(1))
    assert maxima == (D("0.34"), D("0.33"), D("0.33"))
    assert not rules.point_faults(maxima, maxima) and not rules.point_faults([D(0)] * 3, maxima)
    assert [fault.code for fault in rules.point_faults([D("0.2"), D(0), D(0)], maxima)] == ["halves"]


@pytest.mark.parametrize(
    ("points", "codes"),
    [
        (["0", "0"], []),
        (["2", "3"], []),
        (["1.5", "0.5"], []),
        (["2"], ["count"]),
        (["2", "3", "0"], ["count"]),
        (["2.5", "3"], ["range"]),
        (["-0.5", "3"], ["range"]),
        (["NaN", "0"], ["range"]),
        (["Infinity", "0"], ["range"]),
        (["0.25", "0.1"], ["halves", "halves"]),
        (["3", "0.3"], ["range", "halves"]),
    ],
)
def test_marks_of_points(points: list[str], codes: list[str]) -> None:
    faults = rules.point_faults([D(p) for p in points], [D(2), D(3)])
    assert [fault.code for fault in faults] == codes


def test_a_fault_names_the_point_and_its_most() -> None:
    (fault,) = rules.point_faults([D(0), D(4)], [D(2), D(3)])
    assert fault.params == {"point": 2, "most": D(3)}


@pytest.mark.parametrize(
    ("auto", "firsts", "wanted"),
    [
        (50, ["10", "0"], True),  # exactly on the line
        (50, ["7", "0"], True),  # three below
        (50, ["6.5", "0"], False),
        (50, ["13", "0"], True),  # three above
        (50, ["13.5", "0"], False),
        (50, ["10", None], False),  # not all there yet
        (60, [], True),
        (20, [], False),
    ],
)
def test_near_the_pass_line_a_second_marker_is_wanted(auto: int, firsts: list, wanted: bool) -> None:
    totals = [None if mark is None else D(mark) for mark in firsts]
    assert rules.wants_second(NEAR, auto=D(auto), firsts=totals, pass_mark=D(60)) is wanted


@pytest.mark.parametrize(("second", "wanted"), [("always", True), ("never", False)])
def test_second_marking_may_be_always_or_never(second: str, wanted: bool) -> None:
    policy = replace(NEAR, second=second)
    assert rules.wants_second(policy, auto=D(50), firsts=[D(10)], pass_mark=D(60)) is wanted
    assert rules.wants_second(policy, auto=D(0), firsts=[None], pass_mark=D(60)) is wanted


@pytest.mark.parametrize(
    ("totals", "second", "needs", "marks"),
    [
        ([], False, "first", None),
        ([], True, "first", None),
        (["7"], False, "", "7"),
        (["7"], True, "second", None),
        (["7", "7"], True, "", "7"),
        (["7", "9"], True, "", "8"),  # at the tolerance
        (["9", "7"], True, "", "8"),
        (["7", "9.5"], True, "third", None),
        (["0", "10"], True, "third", None),
        (["7", "7.5"], True, "", "7.5"),  # a quarter goes up
        (["7", "8.5"], False, "", "8"),  # a second mark counts even when no longer wanted
        (["2", "9", "6"], True, "", "6"),
        (["2", "9", "0"], True, "", "0"),
    ],
)
def test_where_an_answer_stands(totals: list[str], second: bool, needs: str, marks: str | None) -> None:
    standing = rules.settle([D(t) for t in totals], second_wanted=second, tolerance=D(2))
    assert standing.needs == needs
    assert standing.marks == (None if marks is None else D(marks))


FREE = MarkFacts(
    needs="first", seen_as="first", own=False, marked_before=False, claimed_by_other=False, released=False
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"own": True}, "own"),
        ({"released": True}, "released"),
        ({"marked_before": True}, "already_yours"),
        ({"needs": ""}, "moved_on"),
        ({"needs": "second"}, "moved_on"),
        ({"needs": "second", "seen_as": "second"}, ""),
        ({"claimed_by_other": True}, "claimed"),
        ({"own": True, "released": True}, "own"),
    ],
)
def test_who_may_mark(change: dict, code: str) -> None:
    assert rules.mark_refused(replace(FREE, **change)) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"own": False}, "not_yours"),
        ({"withdrawn": True}, "withdrawn"),
        ({"released": True}, "released"),
        ({"last": False}, "not_last"),
        ({"marked_since": True}, "marked_since"),
    ],
)
def test_when_a_mark_may_be_taken_back(change: dict, code: str) -> None:
    facts = {"own": True, "last": True, "withdrawn": False, "released": False, "marked_since": False}
    assert rules.undo_refused(**{**facts, **change}) == code


@pytest.mark.parametrize(
    ("total", "passed"), [("60", True), ("59.5", False), ("60.5", True), ("0", False), (None, False)]
)
def test_the_pass_line(total: str | None, passed: bool) -> None:
    assert rules.passes(None if total is None else D(total), D(60)) is passed


NOBODY_WAITS = {"first": 0, "second": 0, "third": 0}
READY = SessionFacts(over=True, admitted=3, running=0, unscored=0, waiting=NOBODY_WAITS, released=False)


@pytest.mark.parametrize(
    ("change", "codes", "state"),
    [
        ({}, [], "ready"),
        ({"over": False}, ["not_over"], "waiting"),
        ({"running": 2}, ["running"], "marking"),
        ({"unscored": 1}, ["unscored"], "marking"),
        ({"waiting": {"first": 1, "second": 2, "third": 0}}, ["open"], "marking"),
        ({"running": 1, "unscored": 1, "waiting": {"third": 1}}, ["running", "unscored", "open"], "marking"),
        ({"admitted": 0}, ["nobody"], "marking"),
        ({"cancelled": True}, ["cancelled"], "marking"),
        ({"rehearsal": True}, ["rehearsal"], "marking"),
        ({"released": True}, ["already_released"], "released"),
        ({"released": True, "over": False}, ["already_released"], "released"),
    ],
)
def test_what_holds_a_release_back(change: dict, codes: list[str], state: str) -> None:
    facts = replace(READY, **change)
    assert [reason.code for reason in rules.release_reasons(facts)] == codes
    assert rules.session_state(facts) == state


def test_open_answers_are_told_by_role() -> None:
    facts = replace(READY, waiting={"first": 4, "second": 1, "third": 2})
    (reason,) = rules.release_reasons(facts)
    assert reason.params == {"count": 7, "first": 4, "second": 1, "third": 2}


def test_statistics_count_the_absent_apart() -> None:
    totals = [D("0"), D("59.5"), D("60"), D("60"), D("100")]
    figures = rules.statistics(totals, passed=3, absent=2)
    assert (figures.sat, figures.absent, figures.passed, figures.share) == (5, 2, 3, 0.6)
    assert (figures.mean, figures.median, figures.lowest, figures.highest) == (55.9, 60, 0, 100)
    assert {band.low: band.count for band in figures.bands if band.count} == {0: 1, 50: 1, 60: 2, 90: 1}
    assert figures.bands[-1].high == 100
    assert sum(band.count for band in figures.bands) == 5


def test_statistics_of_nobody() -> None:
    figures = rules.statistics([], passed=0, absent=4)
    assert (figures.sat, figures.absent, figures.share, figures.mean) == (0, 4, None, None)
    assert all(band.count == 0 for band in figures.bands)


LAST = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"today": date(2026, 11, 20)}, ""),
        ({"today": LAST}, ""),
        ({"today": date(2026, 11, 28)}, "over"),
        ({"outcome": "absent"}, "absent"),
        ({"corrected": True}, "corrected"),
        ({"asked": True}, "asked"),
        ({"asked": True, "today": date(2026, 12, 1)}, "asked"),
    ],
)
def test_when_a_recheck_may_be_asked_for(change: dict, code: str) -> None:
    facts = {"outcome": "scored", "corrected": False, "asked": False, "last_day": LAST, "today": LAST}
    assert rules.recheck_refused(**{**facts, **change}) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"decided": True}, "decided"),
        ({"own": True}, "own"),
        ({"marked": True}, "marked_it"),
        ({"released": True}, "released_it"),
    ],
)
def test_a_recheck_is_decided_by_a_second_person(change: dict, code: str) -> None:
    facts = {"decided": False, "own": False, "marked": False, "released": False}
    assert rules.decision_refused(**{**facts, **change}) == code


def test_corrected_marks_take_the_place_of_the_old_ones() -> None:
    after, faults = rules.corrected_marks({1: D(0), 2: D(5)}, {1: D(1), 2: D(10)}, {2: D("7.5")})
    assert not faults
    assert after == {1: D(0), 2: D("7.5")}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({3: "1"}, "position"),
        ({2: "10.5"}, "range"),
        ({2: "-1"}, "range"),
        ({2: "NaN"}, "range"),
        ({2: "0.3"}, "halves"),
    ],
)
def test_corrections_that_cannot_be(changes: dict, code: str) -> None:
    given = {position: D(marks) for position, marks in changes.items()}
    _after, faults = rules.corrected_marks({1: D(0), 2: D(5)}, {1: D(1), 2: D(10)}, given)
    assert [fault.code for fault in faults] == [code]
