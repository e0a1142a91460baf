"""The candidate's own exam pages: list, ticket, resit and its fee."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.lib import clock
from tests.exams import world

pytestmark = pytest.mark.usefixtures("programmes_there")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def test_the_list_says_when_the_ticket_opens_then_offers_it() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client, ticket = signed_in(person), reverse("candidate:ticket", args=[admission.pk])
    with clock.moved(session.starts_at - timedelta(days=5)):
        page = client.get(reverse("candidate:exams")).content.decode()
        assert admission.ticket_number in page
        assert ticket not in page
        assert client.get(ticket)["Location"] == reverse("candidate:exams")
    with clock.moved(session.starts_at - timedelta(days=2)):
        assert ticket in client.get(reverse("candidate:exams")).content.decode()
        pdf = client.get(ticket)
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")
        assert "no-store" in pdf["Cache-Control"]
    with clock.moved(session.starts_at):
        page = client.get(reverse("candidate:exams")).content.decode()
        assert reverse("exam_room:check", args=[admission.pk]) in page


def test_nobody_elses_ticket_or_resit_is_there() -> None:
    person, other = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    with clock.moved(session.starts_at):
        for stranger in (signed_in(other), Client()):
            for name in ("ticket", "resit"):
                answer = stranger.get(reverse(f"candidate:{name}", args=[admission.pk]))
                assert answer.status_code == 404 or "/login" in answer["Location"]


def test_a_missed_exam_can_be_resat_after_paying() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client, resit = signed_in(person), reverse("candidate:resit", args=[admission.pk])
    with clock.moved(session.starts_at - timedelta(hours=1)):
        assert client.get(resit).status_code == 404
    with clock.moved(session.starts_at + timedelta(days=1)):
        assert resit in client.get(reverse("candidate:exams")).content.decode()
        assert "dcne-2026-12-26" in client.get(resit).content.decode()
        assert client.post(resit, {"day": "dcne-2020-01-25"})["Location"] == resit
        answer = client.post(resit, {"day": "dcne-2026-12-26"})
        order = fees.order_for("resit", f"{admission.application_id}:dcne-2026-12-26")
        assert order is not None
        assert answer["Location"] == reverse("candidate:resit_fee", args=[order.number])
        assert order.number in client.get(answer["Location"]).content.decode()
        listing = client.get(reverse("candidate:exams")).content.decode()
        assert reverse("candidate:resit_fee", args=[order.number]) in listing
        assert resit not in listing, "one booking at a time"
        cancel = reverse("candidate:resit_cancel", args=[order.number])
        assert cancel in client.get(answer["Location"]).content.decode()
        assert signed_in(world.candidate(2, name="周明")).post(cancel).status_code == 404
        assert client.post(cancel)["Location"] == reverse("candidate:exams")
        assert fees.order(order.number).state == "cancelled"
        assert resit in client.get(reverse("candidate:exams")).content.decode(), "free to choose again"
        assert "已取消" in client.get(answer["Location"]).content.decode()
        assert client.post(resit, {"day": "dcne-2026-12-26"}).status_code == 302
        order = fees.order_for("resit", f"{admission.application_id}:dcne-2026-12-26")
        assert order is not None and order.state == "open"
        voucher = reverse("candidate:resit_voucher", args=[order.number])
        client.post(voucher)
        assert fees.order(order.number).state == "open"
        client.post(voucher, {"file": SimpleUploadedFile("转账.pdf", PDF, content_type="application/pdf")})
        assert fees.order(order.number).state == "voucher"
        client.post(reverse("candidate:resit_cancel", args=[order.number]))
        assert fees.order(order.number).state == "voucher", "money may be on its way"
        assert (
            "凭证正在核对" in client.get(reverse("candidate:resit_fee", args=[order.number])).content.decode()
        )
        again = client.post(resit, {"day": "dcne-2026-12-26"})
        assert again.status_code in (302, 404)


def test_a_person_without_exams_is_told_what_comes() -> None:
    person = world.candidate(1)
    with clock.moved(world.AT):
        assert "还没有考试" in signed_in(person).get(reverse("candidate:exams")).content.decode()
        world.approved(person)
        assert "费用结清后" in signed_in(person).get(reverse("candidate:exams")).content.decode()


def test_the_pages_speak_english() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    client = signed_in(person)
    client.cookies["django_language"] = "en"
    with clock.moved(session.starts_at):
        page = client.get(reverse("candidate:exams"), headers={"Accept-Language": "en"}).content.decode()
    assert "Ticket number" in page


def test_exams_are_counted_once_each() -> None:
    person, other = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(person, other)
    found = exams.sessions().get(pk=session.pk)
    assert (found.admitted, found.papers, found.sat) == (2, 1, 0)
