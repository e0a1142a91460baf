"""The invigilator's desk through HTTP, with a real log."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.invigilator import feed
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


def told(client: Client, session: exams.Session, mark: str = "") -> Any:
    """What the live page is told after a mark; None when nothing changed."""
    answer = client.get(reverse("invigilator:lines", args=[session.pk]), {"mark": mark})
    return json.loads(answer.content) if answer.status_code == 200 else None


def test_the_room_shows_who_is_writing(running: Any) -> None:
    session, _page, admission = running
    client = staff(body=body_of("dcne"))
    with clock.moved(session.starts_at + MINUTE):
        home = client.get(reverse("invigilator:home")).content.decode()
        assert reverse("invigilator:room", args=[session.pk]) in home
        page = client.get(reverse("invigilator:room", args=[session.pk])).content.decode()
        assert admission.ticket_number in page
        (line,) = told(client, session)["lines"]
    assert (line["state"], line["connected"], line["answered"], line["questions"]) == ("running", True, 1, 45)
    assert line["needs"] == []
    assert line["ends"] == pytest.approx(
        (session.starts_at.timestamp() + 60 * session.minutes) * 1000, abs=2000
    )


def test_a_page_is_told_only_what_changed(running: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "FRESH", 0.0)
    session, page, admission = running
    client = staff(body=body_of("dcne"))
    with clock.moved(session.starts_at + MINUTE):
        first = told(client, session)
        assert first["full"]
        assert told(client, session, first["mark"]) is None
        page.answer(2, "B")
        second = told(client, session, first["mark"])
        assert not second["full"]
        assert [line["answered"] for line in second["lines"]] == [2]
        assert told(client, session, second["mark"]) is None
        assert told(client, session, "another-7")["full"]
    assert admission.pk == second["lines"][0]["id"]


def test_supervisors_look_and_order_nothing(running: Any) -> None:
    session, page, admission = running
    client = staff("supervisor", body_of("dcne"))
    with clock.moved(session.starts_at + MINUTE):
        for name, number in (("room", session.pk), ("journal", session.pk), ("candidate", admission.pk)):
            seen = client.get(reverse(f"invigilator:{name}", args=[number]))
            assert seen.status_code == 200
            assert "data-order" not in seen.content.decode()
        for name, number in (("order_all", session.pk), ("order", admission.pk), ("looked", admission.pk)):
            given = order("pause", reason="power")
            assert client.post(reverse(f"invigilator:{name}", args=[number]), given).status_code == 404
    assert page.read()["state"] == "running"


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
        assert told(client, session)["lines"][0]["needs"] == ["queued"]


@pytest.mark.parametrize(
    ("role", "programme"), [("invigilator", "cem"), ("reviewer", "dcne"), ("marker", "dcne")]
)
def test_others_do_not_find_the_room(role: str, programme: str) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    client = staff(role, body_of(programme))
    pages = ("room", "lines", "stream", "journal", "report")
    for name, number in (*((name, session.pk) for name in pages), ("candidate", admission.pk)):
        assert client.get(reverse(f"invigilator:{name}", args=[number])).status_code == 404
    orders = [*((name, session.pk) for name in ("order_all", "duty", "note"))]
    orders += [(name, admission.pk) for name in ("order", "code", "queued", "looked")]
    for name, number in orders:
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
        assert told(client, session)["lines"] == []
        assert (
            admission.ticket_number
            not in client.get(reverse("invigilator:journal", args=[session.pk])).content.decode()
        )
        client.post(
            reverse("invigilator:order_all", args=[session.pk]), order("extra", reason="power", minutes=60)
        )
    assert not admission.sitting.events.filter(kind="extra").exists()
