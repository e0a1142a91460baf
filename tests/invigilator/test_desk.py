"""The invigilator's desk through HTTP, with a real log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tests.exams import world
from tests.exams.log.world import LogProcess

pytestmark = pytest.mark.usefixtures("programmes_there")
MINUTE = timedelta(minutes=1)


def staff(role: str = "invigilator", body: str = "ccia", *, email: str = "watch@example.test") -> Client:
    user = people.register(email=email, password="tancai-demo-2026", by=None, at=world.AT)
    organisation = people.organisation(body)
    assert organisation is not None
    people.grant_role(user, role, organisation=organisation, by=None, at=world.AT)
    client = Client()
    client.force_login(user)
    return client


def body_of(programme: str) -> str:
    from tancai.programmes import api as programmes

    return programmes.definition(programme).body


@pytest.fixture
def running(exam_log: LogProcess) -> tuple[exams.Session, exams.SittingClient, exams.Admission]:
    """A session ten minutes old with one candidate writing."""
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    exam_log.control.move_clock(int(session.starts_at.timestamp() * 1000))
    entry = exams.enter(admission, at=session.starts_at, by=None)
    page = exams.SittingClient(entry.log_url, entry.token)
    page.claim()
    page.answer(1, "A")
    return session, page, admission


def order(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **{f"{kind}-{name}": value for name, value in fields.items()}}


def test_the_room_shows_who_is_writing_and_the_part_refreshes(running: Any) -> None:
    session, _page, admission = running
    client = staff(body=body_of("dcne"))
    with clock.moved(session.starts_at + MINUTE):
        home = client.get(reverse("invigilator:home")).content.decode()
        assert reverse("invigilator:room", args=[session.pk]) in home
        lines = client.get(reverse("invigilator:lines", args=[session.pk])).content.decode()
        assert admission.ticket_number in lines
        assert "作答中" in lines
        assert "在线" in lines
        assert "1 / 45" in lines
        nobody = client.get(reverse("invigilator:lines", args=[session.pk]), {"q": "不存在"}).content.decode()
        assert admission.ticket_number not in nobody
        trouble = client.get(
            reverse("invigilator:lines", args=[session.pk]), {"state": "trouble"}
        ).content.decode()
        assert admission.ticket_number not in trouble


def test_orders_reach_the_page(running: Any) -> None:
    session, page, admission = running
    client = staff(body=body_of("dcne"))
    one = reverse("invigilator:order", args=[admission.pk])
    with clock.moved(session.starts_at + MINUTE):
        client.post(one, order("extra", reason="network", minutes=10))
        client.post(
            reverse("invigilator:order_all", args=[session.pk]),
            order("message", reason="notice", text="请安静"),
        )
        client.post(one, order("pause", reason="power"))
        assert page.read()["state"] == "paused"
        client.post(one, order("resume", reason="power"))
        assert page.read()["state"] == "running"
        assert [told["kind"] for told in page.state["orders"]] == ["extra", "message", "pause", "resume"]
        story = client.get(reverse("invigilator:candidate", args=[admission.pk])).content.decode()
        assert "延长 10 分钟" in story
        assert "网络故障" in story
        client.post(one, order("end", reason="misconduct", text="使用手机"))
        assert page.read()["state"] == "ended"


def test_a_bad_order_is_explained_and_changes_nothing(running: Any) -> None:
    session, page, admission = running
    client = staff(body=body_of("dcne"))
    one = reverse("invigilator:order", args=[admission.pk])
    with clock.moved(session.starts_at + MINUTE):
        client.post(one, order("extra", reason="network", minutes=9999))
        client.post(one, order("end", reason="other", text=""))
        answer = client.post(one, order("pause", reason="boredom"), follow=True)
        assert client.post(one, {"kind": "burn"}).status_code == 404
    assert "toast" in answer.content.decode()
    assert page.read()["orders"] == []


def test_an_order_to_an_empty_room_says_that_it_reached_nobody(exam_log: LogProcess) -> None:
    session = world.prepared(world.candidate(1))
    client = staff(body=body_of("dcne"))
    with clock.moved(session.starts_at + MINUTE):
        address = reverse("invigilator:order_all", args=[session.pk])
        given = order("message", reason="notice", text="请保持安静。")
        page = client.post(address, given, follow=True).content.decode()
    assert "现在没有已入场、未收卷的考生，指令没有发出。" in page
    assert "答卷已经收取" not in page


def test_a_new_entry_code_is_shown_once(running: Any) -> None:
    session, _page, admission = running
    client = staff(body=body_of("dcne"))
    with clock.moved(session.starts_at + MINUTE):
        shown = client.post(reverse("invigilator:code", args=[admission.pk]))
        code = exams.live_code(admission).code
        assert code in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert code not in client.get(reverse("invigilator:candidate", args=[admission.pk])).content.decode()


def test_a_queued_hand_in_is_recorded(running: Any) -> None:
    session, _page, admission = running
    client = staff(body=body_of("dcne"))
    address = reverse("invigilator:queued", args=[admission.pk])
    with clock.moved(session.starts_at + MINUTE):
        wrong = client.post(address, {"code": "12"}, follow=True).content.decode()
        assert "8 位" in wrong
        client.post(address, {"code": "abcd-efgh"})
        assert "凭码" in client.get(reverse("invigilator:lines", args=[session.pk])).content.decode()


@pytest.mark.parametrize(
    ("role", "programme"), [("invigilator", "cem"), ("reviewer", "dcne"), ("marker", "dcne")]
)
def test_others_do_not_find_the_room(role: str, programme: str) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = staff(role, body_of(programme))
    for name, number in (("room", session.pk), ("lines", session.pk), ("candidate", admission.pk)):
        assert client.get(reverse(f"invigilator:{name}", args=[number])).status_code == 404
    for name, number in (("order_all", session.pk), ("order", admission.pk), ("code", admission.pk)):
        assert client.post(reverse(f"invigilator:{name}", args=[number])).status_code == 404


def test_nobody_watches_over_himself(running: Any) -> None:
    session, _page, admission = running
    user = admission.person.user
    people.grant_role(
        user, "invigilator", organisation=people.organisation(body_of("dcne")), by=None, at=world.AT
    )
    client = Client()
    client.force_login(user)
    with clock.moved(session.starts_at + MINUTE):
        assert client.get(reverse("invigilator:candidate", args=[admission.pk])).status_code == 404
        client.post(
            reverse("invigilator:order_all", args=[session.pk]), order("extra", reason="power", minutes=60)
        )
    assert not admission.sitting.events.filter(kind="extra").exists()
