"""Failures that other systems are known for, by the protocol; and what a page notes beside the answers."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tancai.exams import api as exams
from tests.exams import world
from tests.exams.log.world import LogProcess

pytestmark = pytest.mark.usefixtures("programmes_there")


def entered(log: LogProcess, session: Any, person: Any) -> exams.SittingClient:
    log.control.move_clock(int(session.starts_at.timestamp() * 1000))
    entry = exams.enter(world.admission_of(session, person), at=session.starts_at, by=None)
    page = exams.SittingClient(entry.log_url, entry.token)
    page.claim()
    return page


def test_a_save_racing_the_end_counts_when_it_was_made_before_it(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    page = entered(exam_log, session, person)
    sitting = world.admission_of(session, person).sitting
    end = page.state["now"] + page.state["remaining"]
    exam_log.control.move_clock(end - 400)
    page.put(1, "A")["at"] = end - 300
    page.put(2, "B")["at"] = end - 1
    exam_log.control.move_clock(end + 800)
    page.put(3, "C")["at"] = end + 5_000
    told = page.flush()
    assert list(told.values()) == ["late", "late", "expired"]
    page.hand_in()
    sheet = exams.pull_sheet(sitting, at=session.starts_at + timedelta(hours=3))
    assert sheet is not None
    assert (sheet.answers, sheet.late, sheet.set_aside) == ({"1": "A", "2": "B"}, 2, 1)


def test_a_stale_page_never_overwrites_a_newer_one(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    old = entered(exam_log, session, person)
    sitting = world.admission_of(session, person).sitting
    old.answer(1, "A")
    old.put(1, "D")["at"] += 3_600_000
    entry = exams.entry_of(sitting)
    assert entry is not None
    new = exams.SittingClient(entry.log_url, entry.token)
    new.claim()
    new.answer(1, "B")
    assert list(old.flush().values()) == ["superseded"]
    assert exams.history(sitting).values == {"1": "B"}
    new.hand_in()
    sheet = exams.pull_sheet(sitting, at=session.starts_at)
    assert sheet is not None
    assert (sheet.answers, sheet.set_aside) == ({"1": "B"}, 1)


def test_five_hand_ins_at_once_beside_a_save_are_one(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    page = entered(exam_log, session, person)
    sitting = world.admission_of(session, person).sitting
    page.put(1, "A")
    page.put("", None, "hand_in")
    outbox = list(page.outbox)
    told: list[dict[int, str]] = []

    def send() -> None:
        entry = exams.entry_of(sitting)
        assert entry is not None
        one = exams.SittingClient(entry.log_url, entry.token)
        one.epoch, one.outbox = page.epoch, list(outbox)
        told.append(one.flush())
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [{1: "ok", 2: "ok"}] * 5
    folded = exams.history(sitting)
    assert (folded.values, folded.events, folded.set_aside) == ({"1": "A"}, 2, 0)


def test_notes_of_a_room_are_read_together_and_alone(exam_log: LogProcess) -> None:
    people = [world.candidate(1), world.candidate(2, name="周明"), world.candidate(3, name="沈若兰")]
    session = world.prepared(*people)
    pages = [entered(exam_log, session, person) for person in people]
    for page in pages:
        page.put(1, "A")
    pages[0].put("", {"code": "focus_lost"}, "note")
    pages[0].put(5, {"code": "pasted", "chars": 12}, "note")
    pages[1].put("", {"code": "second_screen"}, "note")
    pages[1].put("", "not an object", "note")
    absurd = pages[1].put("", {"code": "printed"}, "note")
    absurd["at"] = 2**53 - 1
    for page in pages:
        page.flush()
    first, second, third = (world.admission_of(session, person).sitting for person in people)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = exams.notes_of(session)
    assert len(asked) <= 3
    assert [(note.code, note.detail) for note in found[first.pk]] == [
        ("focus_lost", {}),
        ("pasted", {"chars": 12, "item": "5"}),
    ]
    assert [note.code for note in found[second.pk]] == ["second_screen", "printed"]
    assert third.pk not in found
    near = abs(found[second.pk][1].at - session.starts_at)
    assert near < timedelta(minutes=5), "a page far from the time is not believed"
    assert exams.notes_of_sitting(first.pk) == found[first.pk]
    assert exams.history(first).values == {"1": "A"}


def test_reading_notes_does_not_touch_answers(exam_log: LogProcess, settings: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan of SQLite")
    import sqlite3

    file = sqlite3.connect(f"file:{settings.LOG_DATABASE}?mode=ro", uri=True)
    plan = file.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM examlog_event WHERE sitting IN (1,2,3) AND kind = 4 ORDER BY id"
    ).fetchall()
    file.close()
    assert any("examlog_event_note" in str(row) for row in plan)
