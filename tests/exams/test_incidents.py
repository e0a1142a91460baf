"""What rows of the log tell besides answers; no database."""

from __future__ import annotations

import json

import pytest

from tancai.exams import incidents
from tancai.exams.log import rows as r
from tancai.exams.log.rows import Row

pytestmark = pytest.mark.anydatabase
SECOND, MINUTE = 1000, 60_000
START = 1_800_000_000_000


def answer(seq: int, at: int, received: int, verdict: int = r.OK, epoch: int = 1, sitting: int = 1) -> Row:
    return Row(sitting, epoch, seq, r.ANSWER, verdict, START + at, START + received, "1", '"A"')


def note(seq: int, at: int, code: str) -> Row:
    return Row(1, 1, seq, r.NOTE, r.OK, START + at, START + at, "", json.dumps({"code": code}))


def claim(epoch: int, at: int) -> Row:
    return Row(1, 0, epoch, r.CLAIM, r.OK, START + at, START + at, str(epoch), "{}")


def told(*rows: Row) -> list[tuple[str, int, int]]:
    return [(one.code, one.times, (one.until - one.at) // SECOND) for one in incidents.of_rows(rows)]


def test_answers_in_time_and_the_first_page_are_no_incident() -> None:
    assert told(claim(1, 0), answer(1, 0, 2 * SECOND), answer(2, MINUTE, MINUTE + incidents.GAP)) == []


def test_a_gap_is_one_incident_as_long_as_the_oldest_answer_waited() -> None:
    rows = [answer(n, n * MINUTE, 5 * MINUTE) for n in range(1, 4)]
    assert told(*rows) == [("gap", 3, 240)]


def test_two_gaps_stay_apart() -> None:
    rows = [answer(1, 0, 2 * MINUTE), answer(2, 3 * MINUTE, 10 * MINUTE)]
    assert told(*rows) == [("gap", 1, 120), ("gap", 1, 420)]


def test_another_page_and_what_the_old_one_still_sends() -> None:
    rows = [
        claim(1, 0),
        claim(2, MINUTE),
        answer(5, MINUTE, MINUTE, r.SUPERSEDED),
        answer(6, MINUTE + SECOND, MINUTE + SECOND, r.SUPERSEDED),
    ]
    assert told(*rows) == [("take_over", 1, 0), ("old_page", 2, 1)]
    assert incidents.asks_for_a_look(incidents.of_rows(rows)) == ["old_page"]


def test_reloading_a_page_asks_for_nobody_until_it_is_often() -> None:
    pages = [claim(epoch, epoch * MINUTE) for epoch in range(1, 4)]
    assert incidents.asks_for_a_look(incidents.of_rows(pages)) == []
    assert incidents.asks_for_a_look(incidents.of_rows([*pages, claim(4, 5 * MINUTE)])) == ["take_over"]


def test_tell_tales_near_to_each_other_are_one_and_few_of_them_ask_for_nobody() -> None:
    rows = [note(1, 0, "focus_lost"), note(2, 30 * SECOND, "focus_lost"), note(3, 10 * MINUTE, "pasted")]
    found = incidents.of_rows(rows)
    assert [(one.note, one.times) for one in found] == [("focus_lost", 2), ("pasted", 1)]
    assert incidents.asks_for_a_look(found[:1]) == []
    assert incidents.asks_for_a_look(found) == ["note"]
    assert incidents.tally(found) == {"note": 3}


def test_candidates_are_kept_apart_and_odd_values_are_kept() -> None:
    rows = [answer(1, 0, 2 * MINUTE), answer(1, 0, 2 * MINUTE, sitting=2)]
    assert [one.sitting for one in incidents.of_rows(rows)] == [1, 2]
    odd = note(1, 0, "x")._replace(value="[1]")
    assert incidents.of_rows([odd])[0].note == ""


def test_answers_after_the_end_are_told() -> None:
    assert told(answer(1, 0, SECOND, r.EXPIRED), answer(2, 0, SECOND, r.CLOSED)) == [("after_end", 2, 0)]
