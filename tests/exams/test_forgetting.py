"""Events of a sitting are kept until results have been final for long enough; receipts can be checked ever after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.exams.actions.forgetting import forget_by_age
from tancai.exams.holdings import exported
from tancai.exams.models import SittingEvent
from tancai.exams.receipts import say_receipt
from tancai.marking import rules as marking_rules
from tests.exams import world
from tests.exams.log.world import LogProcess
from tests.exams.test_sittings import sit

pytestmark = pytest.mark.usefixtures("programmes_there")
YEAR = timedelta(days=366)


def test_a_receipt_is_checked_event_by_event_and_after_deletion_by_what_was_kept(
    exam_log: LogProcess,
) -> None:
    session = world.prepared(world.candidate(1))
    sheet = sit(exam_log, session, exams.admissions(session).get().person, {1: "A", 41: "核算边界"})
    sitting, typed = sheet.sitting, " ".join([sheet.receipt[:32].upper(), sheet.receipt[32:]])
    before = exams.check_receipt(sitting, typed)
    assert (before.matches, before.basis, before.events, before.sheet_agrees) == (True, "record", 3, True)
    assert "逐条重算，共 3 条" in say_receipt(before)
    assert not exams.check_receipt(sitting, "0" * 64)

    later = session.starts_at + YEAR
    assert exams.forget_log(session, by=None, at=later) == exams.ForgetReport(deleted=1)
    assert exams.forget_log(session, by=None, at=later) == exams.ForgetReport()
    after = exams.check_receipt(sitting, typed)
    assert (after.matches, after.basis, after.sheet_agrees) == (True, "kept", None)
    assert after.deleted_at is not None
    assert "不能再逐条重算" in say_receipt(after)
    assert not exams.check_receipt(sitting, "0" * 64)
    assert "不符" in say_receipt(exams.check_receipt(sitting, "0" * 64))
    assert exams.sheet(sitting.pk) == {1: "A", 41: "核算边界"}
    assert exams.pull_sheet(sitting, at=later).receipt == sheet.receipt
    assert list(sitting.events.values_list("kind", flat=True)) == ["started", "handed_in", "log_deleted"]
    assert audit.entries(target=("session", session.pk)).filter(action="exams.log_deleted").count() == 1
    own_data = exported(sitting.admission.person)["admissions"][0]["sitting"]["answers"]
    assert own_data["every_change_kept"] is False


def test_a_sheet_that_was_changed_does_not_agree_and_nothing_is_deleted(exam_log: LogProcess) -> None:
    session = world.prepared(world.candidate(1))
    sheet = sit(exam_log, session, exams.admissions(session).get().person, {1: "A"})
    receipt = sheet.receipt
    exams.AnswerSheet.objects.filter(pk=sheet.pk).update(answers={"1": "B"})
    check = exams.check_receipt(sheet.sitting, receipt)
    assert (check.matches, check.sheet_agrees) == (True, False)
    assert "不一致" in say_receipt(check)
    exams.AnswerSheet.objects.filter(pk=sheet.pk).update(receipt="0" * 64)
    at = session.starts_at + YEAR
    assert exams.forget_log(session, by=None, at=at) == exams.ForgetReport(differing=1)
    assert exams.forget_log(session, by=None, at=at) == exams.ForgetReport()
    assert exams.check_receipt(sheet.sitting, receipt).basis == "record"


def test_nothing_to_check_is_said(exam_log: LogProcess) -> None:
    session = world.prepared(world.candidate(1))
    person = exams.admissions(session).get().person
    _, entry = sit(exam_log, session, person, {1: "A"}, hand_in=False)
    check = exams.check_receipt(entry.sitting, "0" * 64)
    assert (check.matches, check.basis) == (False, "nothing")
    assert "没有可以核对的记录" in say_receipt(check)


def test_while_the_log_is_away_or_somebody_sits_nothing_is_deleted(exam_log: LogProcess) -> None:
    first, second = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(first, second)
    sheet = sit(exam_log, session, first, {1: "A"})
    page, _ = sit(exam_log, session, second, {1: "B"}, hand_in=False)
    soon = session.starts_at + timedelta(minutes=20)
    assert exams.forget_log(session, by=None, at=soon) == exams.ForgetReport()
    page.hand_in()
    exams.pull_sheet(exams.sittings(session).get(admission__person=second), at=soon)
    exam_log.stop()
    assert exams.forget_log(session, by=None, at=soon) == exams.ForgetReport(waiting=2)
    assert not SittingEvent.objects.filter(kind="log_deleted").exists()
    assert exams.check_receipt(sheet.sitting, sheet.receipt).basis == "record"


def test_rehearsals_go_after_the_days_of_the_log_and_the_rest_with_the_years_of_records(
    exam_log: LogProcess, settings: Any
) -> None:
    settings.TANCAI_EXAM_LOG_DAYS = 90
    session = world.prepared(world.candidate(1))
    sit(exam_log, session, exams.admissions(session).get().person, {1: "A"})
    day = session.starts_at
    assert exams.sessions_remembered(day + timedelta(days=1)) == [session]
    assert forget_by_age(day + timedelta(days=200)) == exams.ForgetReport()
    exams.Session.objects.filter(pk=session.pk).update(kind="rehearsal")
    assert exams.sessions_remembered(day + timedelta(days=1)) == []
    assert forget_by_age(day + timedelta(days=89)) == exams.ForgetReport()
    exams.Session.objects.filter(pk=session.pk).update(kind="regular")
    assert forget_by_age(day + 6 * YEAR) == exams.ForgetReport(deleted=1)


def test_results_are_final_when_nobody_can_ask_and_nothing_waits() -> None:
    last = date(2026, 12, 14)
    assert marking_rules.final_since(last_day=last, decided=[], waiting=0) == last
    assert marking_rules.final_since(last_day=last, decided=[date(2026, 12, 20)], waiting=0) == date(
        2026, 12, 20
    )
    assert marking_rules.final_since(last_day=last, decided=[date(2026, 12, 10)], waiting=1) is None
