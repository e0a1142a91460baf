"""The office's pages of sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.lib import clock
from tests.exams import world
from tests.invigilator.test_desk import body_of, staff

pytestmark = pytest.mark.usefixtures("programmes_there")


def office(programme: str = "dcne") -> Client:
    return staff("office", body_of(programme), email=f"office-{programme}@example.test")


def test_from_an_open_day_to_papers_by_the_pages() -> None:
    client = office()
    world.approved(world.candidate(1))
    with clock.moved(world.AT):
        page = client.get(reverse("office:sessions")).content.decode()
        assert world.DAY in page
        assert "cem-2026" not in page
        opened = client.post(reverse("office:session_open"), {"day": world.DAY})
        session = exams.session_of_day(world.DAY)
        assert session is not None
        assert opened["Location"] == reverse("office:session", args=[session.pk])
        assert "还有 1 人待安排" in client.get(opened["Location"]).content.decode()
        client.post(reverse("office:session_admit", args=[session.pk]))
        client.post(reverse("office:session_prepare", args=[session.pk]))
        page = client.get(opened["Location"]).content.decode()
        admission = exams.admissions(session).get()
        assert admission.ticket_number in page
        assert "试卷已备" in page
        export = client.get(opened["Location"], {"export": "csv"}).content.decode("utf-8-sig")
        assert admission.ticket_number in export
        assert world.resident_number(1) not in export


def test_accommodation_and_withdrawal_by_the_pages() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = office()
    with clock.moved(world.AT):
        page = reverse("office:admission", args=[admission.pk])
        client.post(
            reverse("office:admission_accommodate", args=[admission.pk]), {"minutes": 999, "reason": "x"}
        )
        admission.refresh_from_db()
        assert admission.extra_minutes == 0
        client.post(
            reverse("office:admission_accommodate", args=[admission.pk]),
            {"minutes": 30, "reason": "视力障碍"},
        )
        admission.refresh_from_db()
        assert admission.extra_minutes == 30
        assert "视力障碍" in client.get(page).content.decode()
        client.post(reverse("office:admission_withdraw", args=[admission.pk]), {"reason": "材料虚假"})
        assert "考试资格已撤销" in client.get(page).content.decode()
    verdict = exams.may_enter(exams.admission(admission.pk), session.starts_at)
    assert "withdrawn" in [reason.code for reason in verdict.reasons]


def test_cancelling_needs_a_reason() -> None:
    session = world.prepared(world.candidate(1))
    client = office()
    with clock.moved(world.AT):
        client.post(reverse("office:session_cancel", args=[session.pk]), {"reason": ""})
        assert exams.session_state(session, world.AT) == "prepared"
        client.post(reverse("office:session_cancel", args=[session.pk]), {"reason": "场地停电"})
    session = exams.session(session.pk)
    assert exams.session_state(session, world.AT) == "cancelled"


@pytest.mark.parametrize(
    "name", ["session", "session_admit", "session_prepare", "session_cancel", "session_close"]
)
def test_another_bodys_session_is_not_there(name: str) -> None:
    session = world.prepared(world.candidate(1))
    stranger: Any = office("cem")
    address = reverse(f"office:{name}", args=[session.pk])
    with clock.moved(world.AT + timedelta(hours=1)):
        answer = stranger.get(address) if name == "session" else stranger.post(address)
    assert answer.status_code == 404
