"""Sittings with a real log process: entry, orders, hand-in, expiry, the answer sheet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.exams import logbook
from tancai.exams.actions import sittings
from tancai.exams.log import fold
from tancai.exams.models import AnswerSheet, SittingEvent
from tancai.learning import api as learning
from tests.exams import world
from tests.exams.log.world import LogProcess

pytestmark = pytest.mark.usefixtures("programmes_there")
MINUTE = timedelta(minutes=1)


def ms(at: Any) -> int:
    return int(at.timestamp() * 1000)


def sit(log: LogProcess, session: Any, person: Any, answers: dict[int, Any], *, hand_in: bool = True) -> Any:
    """Enter at the start, answer, hand in, pull the sheet; the sheet."""
    log.control.move_clock(ms(session.starts_at))
    entry = exams.enter(world.admission_of(session, person), at=session.starts_at, by=None)
    page = exams.SittingClient(entry.log_url, entry.token)
    page.claim()
    for item, value in answers.items():
        page.put(item, value)
    page.flush()
    if not hand_in:
        return page, entry
    page.hand_in()
    return exams.pull_sheet(entry.sitting, at=session.starts_at + 10 * MINUTE)


def test_a_sitting_from_entry_to_answer_sheet(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    sheet = sit(exam_log, session, person, {1: "A", 31: ["A", "C"], 41: "核算边界……"})
    assert sheet.how == "handed_in"
    assert exams.sheet(sheet.sitting_id) == {1: "A", 31: ["A", "C"], 41: "核算边界……"}
    assert exams.finished_sittings(session).get().pk == sheet.sitting_id
    assert exams.check_receipt(sheet.sitting, sheet.receipt)
    assert not exams.check_receipt(sheet.sitting, "0" * 64)
    verdict = exams.may_enter(world.admission_of(session, person), session.starts_at + 20 * MINUTE)
    assert [reason.code for reason in verdict.reasons] == ["finished"]
    assert exams.pull_sheet(sheet.sitting, at=session.starts_at + 30 * MINUTE).pk == sheet.pk


def test_coming_back_keeps_the_plan_of_the_first_entry(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person, own_time=True, entry_until=world.AT + timedelta(days=30))
    admission = world.admission_of(session, person)
    first = exams.enter(admission, at=session.starts_at + 5 * MINUTE, by=None)
    again = exams.enter(admission, at=session.starts_at + 40 * MINUTE, by=None)
    assert (again.begins, again.ends) == (first.begins, first.ends)
    assert first.begins == session.starts_at + 5 * MINUTE
    kinds = list(first.sitting.events.values_list("kind", flat=True))
    assert kinds == ["started", "entered"]


def test_too_few_hours_keep_a_candidate_out(monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.candidate(1)
    day = "cem-2026-12-26"
    session = world.prepared(person, exam_day=day)
    admission = world.admission_of(session, person)
    assert learning.progress(person.pk, "cem", "beginner").reached is False
    with pytest.raises(exams.MayNot) as refused:
        exams.enter(admission, at=session.starts_at, by=None)
    assert [reason.code for reason in refused.value.reasons] == ["hours"]
    assert exams.may_print_ticket(admission, session.starts_at).ok


def test_what_was_saved_is_collected_when_time_is_over(exam_log: LogProcess) -> None:
    person, quick = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(person, quick)
    _page, entry = sit(exam_log, session, person, {1: "A", 2: "C"}, hand_in=False)
    sit(exam_log, session, quick, {1: "B"}, hand_in=False)[0].hand_in()
    at = session.starts_at + 50 * MINUTE
    exam_log.control.move_clock(ms(at))
    report = exams.sweep(at)
    assert report.pulled == 1
    assert exams.answer_sheet(entry.sitting.pk) is None
    at = entry.ends + exams.GRACE + MINUTE
    exam_log.control.move_clock(ms(at))
    assert exams.sweep(at).pulled == 1
    sheet = exams.answer_sheet(entry.sitting.pk)
    assert (sheet.how, sheet.answers) == ("expired", {"1": "A", "2": "C"})
    assert exams.sweep(at + MINUTE).pulled == 0


def test_many_are_collected_in_one_go(exam_log: LogProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that still runs is left alone, and a sheet that somebody else writes meanwhile stands."""
    people = [world.candidate(serial, account=False) for serial in range(1, 8)]
    session = world.prepared(*people)
    entries = [sit(exam_log, session, person, {1: "A"}, hand_in=False)[1] for person in people]
    exams.order(entries[5].sitting, "extra", reason="power", seconds=3600, by=None, at=session.starts_at)
    at = entries[0].ends + exams.GRACE + MINUTE
    exam_log.control.move_clock(ms(at))

    raced = entries[6].sitting
    fold_now = sittings.folding.fold

    def fold_after_another(rows: Any) -> Any:
        rows = list(rows)
        if rows[0].sitting == raced.pk and exams.answer_sheet(raced.pk) is None:
            monkeypatch.setattr(sittings.folding, "fold", fold_now)
            exams.pull_sheet(raced, at=at)
        return fold_now(rows)

    monkeypatch.setattr(sittings.folding, "fold", fold_after_another)
    exams.sweep(at)
    done = {sheet.sitting_id: sheet for sheet in AnswerSheet.objects.all()}
    assert set(done) == {entry.sitting.pk for entry in entries if entry is not entries[5]}
    assert {
        (sheet.how, sheet.events, exams.check_receipt(sheet.sitting, sheet.receipt).sheet_agrees)
        for sheet in done.values()
    } == {("expired", 1, True)}
    assert audit.entries(action="exams.expired").count() == 6
    assert SittingEvent.objects.filter(kind="expired").count() == 6
    assert exams.sweep(at).pulled == 0


def test_collecting_asks_no_more_for_more_sittings(exam_log: LogProcess) -> None:
    people = [world.candidate(serial, account=False) for serial in range(1, 9)]
    session = world.prepared(*people)

    def cost(some: list[Any]) -> int:
        for person in some:
            sit(exam_log, session, person, {1: "A"}, hand_in=False)[0].hand_in()
        with CaptureQueriesContext(connection) as seen:
            assert exams.sweep(session.starts_at + MINUTE).pulled == len(some)
        return len(seen)

    logbook.newest_row()  # finds the tables of the log once
    assert cost(people[:2]) == cost(people[2:])


def test_answers_given_offline_and_replayed_within_grace_count(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    page, entry = sit(exam_log, session, person, {1: "A"}, hand_in=False)
    exam_log.control.move_clock(ms(entry.ends - MINUTE))
    page.read()
    page.put(2, "D")
    at = entry.ends + 5 * MINUTE
    exam_log.control.move_clock(ms(at))
    assert list(page.flush().values()) == ["late"]
    page.hand_in()
    sheet = exams.pull_sheet(entry.sitting, at=at)
    assert (sheet.answers, sheet.late, sheet.how) == ({"1": "A", "2": "D"}, 1, "handed_in")


def test_orders_reach_the_candidate_and_are_audited(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    page, entry = sit(exam_log, session, person, {1: "A"}, hand_in=False)
    at = session.starts_at + 10 * MINUTE
    exam_log.control.move_clock(ms(at))
    event = exams.order(entry.sitting, "extra", reason="network", seconds=600, by=None, at=at)
    assert event.confirmed_at == at
    exams.order(entry.sitting, "message", reason="notice", text="请注意时间", by=None, at=at)
    page.read()
    assert [order["kind"] for order in page.state["orders"]] == ["extra", "message"]
    assert page.state["remaining"] == pytest.approx(90 * 60_000, abs=2000)
    assert audit.entries(action="exams.order_extra").count() == 1
    room = exams.live(session, at)
    line = room.lines[0]
    assert (line.state, line.connected, line.answered, line.questions) == ("running", True, 1, 45)
    assert room.reachable


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("extra", {"seconds": 0, "reason": "power"}, "bad_seconds"),
        ("extra", {"seconds": 99_999, "reason": "power"}, "bad_seconds"),
        ("pause", {"reason": "because"}, "no_reason"),
        ("message", {"reason": "notice", "text": " "}, "no_text"),
        ("end", {"reason": "other"}, "no_text"),
        ("burn", {"reason": "power"}, "bad_order"),
    ],
)
def test_a_bad_order_changes_nothing(kind: str, more: dict[str, Any], code: str) -> None:
    person = world.candidate(1)
    sitting = exams.sittings(world.prepared(person)).get()
    with pytest.raises(exams.ExamError) as refused:
        exams.order(sitting, kind, by=None, at=world.AT, **more)
    assert refused.value.code == code
    assert not SittingEvent.objects.exists()


def test_an_order_given_while_the_log_is_away_arrives_later(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    page, entry = sit(exam_log, session, person, {1: "A"}, hand_in=False)
    exam_log.kill()
    at = session.starts_at + 10 * MINUTE
    event = exams.order(entry.sitting, "extra", reason="power", seconds=600, by=None, at=at)
    assert event.confirmed_at is None
    assert exams.live(session, at).reachable is False
    assert exams.sweep(at).delivered == 0
    exam_log.start()
    exam_log.control.move_clock(ms(at))
    assert exams.sweep(at).delivered == 1
    event.refresh_from_db()
    assert event.confirmed_at == at
    assert page.read()["remaining"] == pytest.approx(90 * 60_000, abs=5000)


def test_a_forced_end_is_collected_as_such(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    page, entry = sit(exam_log, session, person, {1: "A"}, hand_in=False)
    at = session.starts_at + 10 * MINUTE
    exam_log.control.move_clock(ms(at))
    exams.order(entry.sitting, "end", reason="misconduct", text="携带资料", by=None, at=at)
    late = page.put(1, "B")
    late["at"] = ms(at + MINUTE)
    assert page.flush() == {late["seq"]: "expired"}
    later = at + exams.GRACE + MINUTE
    exam_log.control.move_clock(ms(later))
    assert exams.sweep(later).pulled == 1
    sheet = exams.answer_sheet(entry.sitting.pk)
    assert (sheet.how, sheet.answers, sheet.set_aside) == ("ended", {"1": "A"}, 1)


def test_a_queued_hand_in_is_waited_for_and_its_code_compared(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    page, entry = sit(exam_log, session, person, {}, hand_in=False)
    exam_log.control.move_clock(ms(entry.ends - MINUTE))
    page.read()
    page.put(1, "A")
    page.put("", None, "hand_in")
    made = [(e["seq"], e["at"], e["item"], '"A"' if e["item"] else "null") for e in page.outbox]
    code = fold.outbox_code(entry.sitting.pk, page.epoch, made)
    with pytest.raises(exams.ExamError):
        exams.queue_hand_in(entry.sitting, "short", by=None, at=entry.ends)
    exam_log.control.move_clock(ms(entry.ends + MINUTE))
    exams.queue_hand_in(entry.sitting, f"{code[:4]}-{code[4:]}".lower(), by=None, at=entry.ends + MINUTE)
    much_later = entry.ends + timedelta(hours=3)
    exam_log.control.move_clock(ms(much_later))
    assert exams.sweep(much_later).pulled == 0
    assert list(page.flush().values()) == ["late", "late"]
    assert exams.sweep(much_later).pulled == 1
    sheet = exams.answer_sheet(entry.sitting.pk)
    assert sheet.answers == {"1": "A"}
    ending = entry.sitting.events.get(kind="handed_in")
    assert ending.detail["code_matches"] is True


def test_nothing_is_pulled_while_somebody_writes(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    _page, entry = sit(exam_log, session, person, {1: "A"}, hand_in=False)
    assert exams.pull_sheet(entry.sitting, at=session.starts_at + MINUTE) is None
    with pytest.raises(exams.ExamError):
        exams.close_session(session, by=None, at=session.starts_at + MINUTE)


def test_absent_candidates_are_known(exam_log: LogProcess) -> None:
    here, away = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(here, away)
    sit(exam_log, session, here, {1: "A"})
    assert [admission.person_id for admission in exams.absent(session)] == [away.pk]
