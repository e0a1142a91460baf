"""The pages of the exam room through HTTP: the door, the check, the room, the paper, the receipt."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.exams.queries import live_code
from tancai.items import api as items
from tancai.lib import clock
from tests.exams import world
from tests.exams.log.world import LogProcess

pytestmark = pytest.mark.usefixtures("programmes_there")
MINUTE = timedelta(minutes=1)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def room_config(client: Client, admission: Any) -> dict[str, Any]:
    """Enter and read what the page gives its scripts."""
    answer = client.post(reverse("exam_room:enter", args=[admission.pk]))
    page = client.get(answer["Location"])
    assert page.status_code == 200
    found = re.search(
        r'<script id="exam-config" type="application/json">(.*?)</script>', page.content.decode()
    )
    assert found
    return json.loads(found[1])


def test_ticket_and_code_open_the_exam_in_this_browser_only() -> None:
    person = world.candidate(1, account=False)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = Client()
    data = {"ticket": admission.ticket_number.lower(), "code": live_code(admission).code}
    with clock.moved(session.starts_at):
        refused = client.post(reverse("exam_room:door"), {**data, "code": "AAAAAAAAAA"})
        assert refused.status_code == 200
        assert "不对" in refused.content.decode()
        answer = client.post(reverse("exam_room:door"), data)
        assert answer["Location"] == reverse("exam_room:check", args=[admission.pk])
        assert person.name in client.get(answer["Location"]).content.decode()
        assert Client().get(answer["Location"]).status_code == 404
        assert Client().post(reverse("exam_room:door"), data).status_code == 200


def test_guessing_codes_is_slowed_down() -> None:
    person = world.candidate(1, account=False)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = Client()
    with clock.moved(session.starts_at):
        for _ in range(10):
            client.post(reverse("exam_room:door"), {"ticket": admission.ticket_number, "code": "AAAAAAAAAA"})
        answer = client.post(
            reverse("exam_room:door"), {"ticket": admission.ticket_number, "code": live_code(admission).code}
        )
    assert answer.status_code == 200
    assert "次数过多" in answer.content.decode()


def test_the_check_says_why_not_and_entering_is_refused() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = signed_in(person)
    with clock.moved(session.starts_at - timedelta(days=1)):
        page = client.get(reverse("exam_room:check", args=[admission.pk])).content.decode()
        assert "起开放" in page
        assert reverse("exam_room:enter", args=[admission.pk]) not in page
        answer = client.post(reverse("exam_room:enter", args=[admission.pk]))
        assert answer["Location"] == reverse("exam_room:check", args=[admission.pk])
    assert not exams.sittings(session).filter(events__isnull=False).exists()


def test_the_paper_is_not_sent_before_the_start_and_never_with_keys() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = signed_in(person)
    with clock.moved(session.starts_at - 10 * MINUTE):
        config = room_config(client, admission)
        assert client.get(config["paper"]).status_code == 425
    with clock.moved(session.starts_at):
        paper = client.get(config["paper"])
    html = paper.content.decode()
    assert paper.status_code == 200
    assert html.count("data-item=") == 45
    assert "no-store" in paper["Cache-Control"]
    keyed = items.keys(admission.sitting.form.form_id)
    for key in keyed.values():
        assert key.explanation[:15] not in html
        assert str(key.solution.get("reference", "@@"))[:15] not in html
    assert [int(n) for n in re.findall(r'data-number="(\d+)"', html)] == list(range(1, 46))
    shown = [int(n) for n in re.findall(r'data-item="(\d+)"', html)]
    assert shown == exams.shown_order(admission.sitting)
    assert "checked" not in html


def test_two_candidates_see_their_own_numbers() -> None:
    first, second = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(first, second)
    pages = []
    for person in (first, second):
        client = signed_in(person)
        with clock.moved(session.starts_at):
            config = room_config(client, world.admission_of(session, person))
            html = client.get(config["paper"]).content.decode()
        pages.append(html)
        numbers = re.findall(r'question-number">(\d+)<', html)
        assert [int(n) for n in numbers] == list(range(1, 46))
    assert pages[0] != pages[1]


def test_nobody_elses_pages_are_there() -> None:
    person, other = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    with clock.moved(session.starts_at):
        room_config(signed_in(person), admission)
        sitting = admission.sitting
        for stranger in (signed_in(other), Client()):
            for name, number in (
                ("check", admission.pk),
                ("room", sitting.pk),
                ("paper", sitting.pk),
                ("receipt", sitting.pk),
            ):
                assert stranger.get(reverse(f"exam_room:{name}", args=[number])).status_code == 404
            for name, number in (("enter", admission.pk), ("finish", sitting.pk)):
                assert stranger.post(reverse(f"exam_room:{name}", args=[number])).status_code == 404


def test_a_whole_exam_by_the_pages_and_the_protocol(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = signed_in(person)
    start: datetime = session.starts_at
    exam_log.control.move_clock(int(start.timestamp() * 1000))
    with clock.moved(start):
        config = room_config(client, admission)
        page = exams.SittingClient(config["log"], config["token"])
        page.claim()
        page.answer(1, "A")
        assert client.post(config["finish"]).status_code == 202
        page.hand_in()
        answer = client.post(config["finish"])
        assert answer.json()["receipt"] == reverse("exam_room:receipt", args=[admission.sitting.pk])
        receipt = client.get(answer.json()["receipt"]).content.decode()
        assert page.state["receipt"]["hash"][:8] in receipt
        assert "1 / 45" in receipt
        assert reverse("exam_room:receipt_check") in receipt
        room = client.get(reverse("exam_room:room", args=[admission.sitting.pk]))
        assert room["Location"] == reverse("exam_room:receipt", args=[admission.sitting.pk])
        _anybody_checks(admission.ticket_number, page.state["receipt"]["hash"])


def _anybody_checks(ticket: str, receipt: str) -> None:
    """With ticket number and receipt code alone; what does not match says nothing of why."""

    def said(ticket: str, code: str) -> str:
        answer = Client().post(reverse("exam_room:receipt_check"), {"ticket": ticket, "code": code})
        found = re.search(r"data-said>.*?<p>(.*?)</p>", answer.content.decode(), re.DOTALL)
        return found[1] if found else ""

    assert said(ticket.lower(), f" {receipt[:32].upper()} {receipt[32:]}").startswith("相符")
    wrong = said(ticket, "0" * 64)
    assert wrong.startswith("没有找到")
    assert said("CEM-20991231-0001", receipt) == wrong
    assert said(ticket, "abc") == ""


def test_the_room_works_under_the_strict_policy() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    client = signed_in(person)
    with clock.moved(session.starts_at):
        answer = client.post(reverse("exam_room:enter", args=[world.admission_of(session, person).pk]))
        page = client.get(answer["Location"])
    html = page.content.decode()
    assert " style=" not in html
    assert not re.search(r"\son\w+=", html)
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", html)
    assert all("application/json" in attributes for attributes in inline)
    assert "connect-src" in page["Content-Security-Policy"]


def test_the_paper_is_closed_when_time_is_over_and_the_room_hands_in(exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission, client = world.admission_of(session, person), signed_in(person)
    exam_log.control.move_clock(int(session.starts_at.timestamp() * 1000))
    with clock.moved(session.starts_at):
        config = room_config(client, admission)
        exams.SittingClient(config["log"], config["token"]).claim()
        exams.order(admission.sitting, "extra", by=None, at=clock.now(), reason="network", seconds=600)
    ends = session.starts_at + timedelta(minutes=session.minutes)
    cache.clear()
    with clock.moved(ends + timedelta(minutes=9)):
        assert client.get(config["paper"]).status_code == 200, "the time granted counts"
    with clock.moved(ends + timedelta(minutes=11)):
        paper = client.get(config["paper"])
        assert (paper.status_code, paper.content) == (410, b"")
        room = client.get(config["room"])
        assert room.status_code == 200, "what a browser still holds is sent from here"
        assert b"data-item=" not in room.content
        exams.order(admission.sitting, "extra", by=None, at=clock.now(), reason="network", seconds=600)
        assert client.get(config["paper"]).status_code == 200


def test_the_worker_that_keeps_a_room_serves_rooms_alone(db: None) -> None:
    answer = Client().get(reverse("exam_room:keeper"))
    assert answer["Content-Type"] == "text/javascript"
    room = reverse("exam_room:room", args=[1])
    assert room.startswith(reverse("exam_room:keeper").rsplit("/", 1)[0] + "/")
    assert "Service-Worker-Allowed" not in answer.headers, "a browser then lets it serve nothing but rooms"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy


def test_no_worker_stands_between_the_lock_down_client_and_its_proofs(exam_log: LogProcess) -> None:
    person, other = world.candidate(1), world.candidate(2, name="周明")
    open_to_all = world.prepared(person)
    with clock.moved(open_to_all.starts_at):
        admission, client = world.admission_of(open_to_all, person), signed_in(person)
        check = client.get(reverse("exam_room:check", args=[admission.pk])).content.decode()
        assert f'data-keeper="{reverse("exam_room:keeper")}"' in check
        assert room_config(client, admission)["keeper"] == reverse("exam_room:keeper")
    locked = world.prepared(other, exam_day="cem-2026-12-26")
    with clock.moved(locked.starts_at):
        admission, client = world.admission_of(locked, other), signed_in(other)
        check = client.get(reverse("exam_room:check", args=[admission.pk])).content.decode()
        assert "data-check" in check and "data-keeper" not in check
