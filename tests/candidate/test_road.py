"""The road of an approved candidate around the exam: to come, open now, running, handed in, missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.lib import clock
from tancai.web.roads.steps import steps_of
from tancai.web.shell.road import Step
from tests.credentials import world as credential
from tests.exams import world
from tests.exams.conftest import exam_log, programmes_there  # noqa: F401

pytestmark = pytest.mark.usefixtures("programmes_there")
MINUTE = timedelta(minutes=1)
MONTH = timedelta(days=30)


def _road(admission: exams.Admission, at: datetime) -> dict[str, Step]:
    view = enrolment.application(admission.application_id)
    with clock.moved(at):
        names = ("apply", "review", "study", "exam", "marking", "certificate")
        return dict(zip(names, steps_of([view], at=at)[view.id], strict=True))


def _admitted(person: Any, **more: Any) -> exams.Admission:
    return world.admission_of(world.prepared(person, **more), person)


def test_a_paper_that_lies_ready_is_no_exam_that_was_sat() -> None:
    """Papers are dealt before the day; the road waits for the day, then offers the door until entry closes."""
    admission = _admitted(world.candidate(1))
    starts, closes = admission.session.starts_at, admission.session.entry_until
    before = _road(admission, starts - timedelta(days=2))
    assert (before["exam"].state, before["marking"].state) == ("waiting", "ahead")
    during = _road(admission, starts)
    assert (during["exam"].state, during["marking"].state) == ("now", "ahead")
    assert during["exam"].url == reverse("exam_room:check", args=[admission.pk])
    missed = _road(admission, closes + MINUTE)
    assert (missed["exam"].state, missed["marking"].state) == ("blocked", "ahead")


def test_a_session_open_for_weeks_can_be_entered_until_it_closes() -> None:
    until = world.AT + MONTH
    admission = _admitted(world.candidate(1), own_time=True, entry_until=until)
    for at in (admission.session.starts_at + timedelta(days=5), until - timedelta(days=1)):
        road = _road(admission, at)
        assert (road["exam"].state, road["marking"].state) == ("now", "ahead")
        assert road["exam"].promised == until
    last = _road(admission, until - MINUTE)["exam"]
    assert last.state == "now"
    assert f"{until.astimezone(clock.SHANGHAI):%H:%M}" in last.note
    assert _road(admission, until + MINUTE)["exam"].state == "blocked"


def test_who_lacks_hours_studies_first_until_the_session_closes() -> None:
    until = world.AT + timedelta(days=60)
    admission = _admitted(world.candidate(1), exam_day="cem-2026-12-26", own_time=True, entry_until=until)
    road = _road(admission, admission.session.starts_at + timedelta(hours=1))
    assert (road["study"].state, road["study"].promised) == ("now", until)
    assert (road["exam"].state, road["marking"].state) == ("ahead", "ahead")


def test_begun_leads_back_and_handed_in_waits_for_marking(exam_log: Any) -> None:  # noqa: F811
    person = world.candidate(1)
    admission = _admitted(person, own_time=True, entry_until=world.AT + MONTH)
    at = admission.session.starts_at + timedelta(days=3)
    exam_log.control.move_clock(int(at.timestamp() * 1000))
    entry = exams.enter(admission, at=at, by=None)
    running = _road(admission, at + 5 * MINUTE)
    assert (running["exam"].state, running["marking"].state) == ("now", "ahead")
    page = exams.SittingClient(entry.log_url, entry.token)
    page.claim()
    page.hand_in()
    exams.pull_sheet(entry.sitting, at=at + 10 * MINUTE)
    done = _road(admission, at + 20 * MINUTE)
    assert (done["exam"].state, done["marking"].state) == ("done", "waiting")
    assert clock.local_date(done["exam"].at) == clock.local_date(at)
    assert done["marking"].promised > clock.local_date(at)


def test_what_may_still_be_sat_is_due_today_and_has_no_result_yet() -> None:
    person = world.candidate(1)
    admission = _admitted(person, own_time=True, entry_until=world.AT + MONTH)
    client = Client()
    client.force_login(person.user)
    with clock.moved(admission.session.starts_at + timedelta(days=1)):
        assert admission.ticket_number in client.get(reverse("site:today")).content.decode()
        assert admission.ticket_number not in client.get(reverse("candidate:results")).content.decode()
    with clock.moved(admission.session.entry_until + timedelta(days=1)):
        assert admission.ticket_number not in client.get(reverse("site:today")).content.decode()


def test_an_issued_certificate_is_shown_with_the_result_and_a_revoked_one_in_the_road() -> None:
    credential.ready()
    certificate = credential.issued()
    client = Client()
    client.force_login(certificate.person.user)
    result = reverse("candidate:result", args=[certificate.result.admission_id])
    at = credential.AT + timedelta(days=120)
    with clock.moved(at):
        assert (
            reverse("candidate:certificate", args=[certificate.number]) in client.get(result).content.decode()
        )
    view = enrolment.application(certificate.application_id)
    assert steps_of([view], at=at)[view.id][-1].state == "done"
    credential.changed(certificate, "revoke")
    last = steps_of([view], at=at)[view.id][-1]
    assert (last.state, last.url) == ("blocked", reverse("candidate:certificates"))


def test_programs_find_the_mark_at_the_usual_place(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".svg")
