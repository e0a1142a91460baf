"""What staff may permit on exam day, over HTTP: entry after the late limit, and another attempt after a wrong end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.lib import clock
from tests.exams import world
from tests.exams.log.world import LogProcess
from tests.invigilator.test_desk import MINUTE, body_of, order, running, staff  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("programmes_there")
NEXT = "dcne-2026-12-26"


@pytest.fixture
def late() -> tuple[exams.Session, exams.Admission, Client]:
    """Somebody who has stood at the door a minute after the limit."""
    person = world.candidate(1)
    session = world.prepared(person)
    admission, client = world.admission_of(session, person), Client()
    client.force_login(person.user)
    with clock.moved(session.entry_until + MINUTE):
        page = client.get(reverse("exam_room:check", args=[admission.pk])).content.decode()
    assert reverse("exam_room:enter", args=[admission.pk]) not in page
    return session, admission, client


def test_the_late_are_let_in_for_a_quarter_of_an_hour(late: Any, exam_log: LogProcess) -> None:
    session, admission, candidate = late
    watch = staff(body=body_of("dcne"))
    one = reverse("invigilator:order", args=[admission.pk])
    check, enter = (reverse(f"exam_room:{name}", args=[admission.pk]) for name in ("check", "enter"))
    with clock.moved(session.entry_until + 2 * MINUTE):
        unseen = watch.post(one, order("let_in", reason="traffic"), follow=True).content.decode()
        assert "已当面核对证件，确认是本人" in unseen
        assert candidate.post(enter)["Location"] == check, "nobody was let in without being seen"
        said = watch.post(one, order("let_in", reason="traffic", seen="on"), follow=True).content.decode()
        assert "已准许入场" in said
        assert enter in candidate.get(check).content.decode()
    with clock.moved(session.entry_until + 18 * MINUTE):
        assert candidate.post(enter)["Location"] == check, "the permission is over"
        watch.post(one, order("let_in", reason="traffic", seen="on"))
    exam_log.control.move_clock(int((session.entry_until + 19 * MINUTE).timestamp() * 1000))
    with clock.moved(session.entry_until + 19 * MINUTE):
        room = candidate.post(enter)["Location"]
        assert candidate.get(room).status_code == 200
        told = watch.post(one, order("let_in", reason="traffic", seen="on"), follow=True).content.decode()
        assert "该考生已经入场。" in told


def test_who_may_let_in_and_until_when(late: Any) -> None:
    session, admission, candidate = late
    one = reverse("invigilator:order", args=[admission.pk])
    given = order("let_in", reason="traffic", seen="on")
    others = [
        staff("supervisor", body_of("dcne"), email="looks-on@example.test"),
        staff("invigilator", body_of("cem"), email="elsewhere@example.test"),
        candidate,
    ]
    with clock.moved(session.entry_until + 2 * MINUTE):
        assert [other.post(one, given).status_code for other in others] == [404, 404, 404]
    watch = staff(body=body_of("dcne"))
    with clock.moved(session.entry_until - MINUTE):
        early = watch.post(one, given, follow=True).content.decode()
        assert "入场时间还没有截止，考生可以直接入场。" in early
    over = session.entry_until + timedelta(minutes=settings.TANCAI_LATE_MINUTES + 1)
    with clock.moved(over):
        assert "已超过准许迟到入场的最晚时间" in watch.post(one, given, follow=True).content.decode()
    assert not admission.events.filter(kind="let_in").exists()


def test_a_wrong_end_is_found_by_a_second_person_and_the_office_grants_another_attempt(
    running: Any,  # noqa: F811
    exam_log: LogProcess,
) -> None:
    session, page, admission = running
    watch = staff(body=body_of("dcne"))
    office = staff("office", body_of("dcne"), email="office@example.test")
    one = reverse("invigilator:order", args=[admission.pk])
    again, at_office = (
        reverse(f"office:{name}", args=[admission.pk]) for name in ("admission_again", "admission")
    )
    annul = order("annul", reason="mistake", text="查明是输入法窗口")
    with clock.moved(session.starts_at + MINUTE):
        assert "该考生不是被强制结束的。" in office.post(one, annul, follow=True).content.decode()
        office.post(again, {"day": NEXT})
        watch.post(one, order("end", reason="misconduct", text="使用手机"))
        page.read()
    collected = session.starts_at + 15 * MINUTE
    exam_log.control.move_clock(int(collected.timestamp() * 1000))
    with clock.moved(collected):
        exams.sweep(clock.now())
        assert exams.answer_sheet(admission.sitting.pk) is not None
        assert (
            "须由发出“强制结束”以外的工作人员认定。" in watch.post(one, annul, follow=True).content.decode()
        )
        without = office.post(one, order("annul", reason="mistake", text=""), follow=True).content.decode()
        assert "说明" in without
        assert "另考" not in office.get(at_office).content.decode()
        assert not exams.is_annulled(admission)
        assert "已认定为误结束" in office.post(one, annul, follow=True).content.decode()
        assert "已经认定过。" in office.post(one, annul, follow=True).content.decode()
        offered = office.get(at_office).content.decode()
        assert NEXT in offered and "安排另考" in offered
        for role, body in (("office", "cem"), ("supervisor", "dcne"), ("invigilator", "dcne")):
            stranger = staff(role, body_of(body), email=f"{role}-{body}@example.test")
            assert stranger.post(again, {"day": NEXT}).status_code == 404
        for wrong in ("", world.DAY, "cem-2026-12-26", "nothing"):
            assert "请选择考试日期。" in office.post(again, {"day": wrong}, follow=True).content.decode()
        assert exams.resit_bookings([admission.application_id]) == []
        given = office.post(again, {"day": NEXT}, follow=True).content.decode()
        assert "已安排另考，不收费。" in given
        assert "安排另考</button>" not in given
        office.post(again, {"day": NEXT})
    (booking,) = exams.resit_bookings([admission.application_id])
    assert booking.exam_day == NEXT
    order_ = fees.order_for("resit", f"{admission.application_id}:{NEXT}")
    assert order_ is not None and order_.settled
    assert admission.events.filter(kind="granted").count() == 1


def test_before_the_answers_are_in_the_office_reads_when_another_attempt_can_be_granted(running: Any) -> None:  # noqa: F811
    session, _page, admission = running
    watch = staff(body=body_of("dcne"))
    office = staff("office", body_of("dcne"), email="office@example.test")
    one = reverse("invigilator:order", args=[admission.pk])
    with clock.moved(session.starts_at + MINUTE):
        watch.post(one, order("end", reason="misconduct", text="使用手机"))
        office.post(one, order("annul", reason="mistake", text="查明是输入法窗口"))
        shown = office.get(reverse("office:admission", args=[admission.pk])).content.decode()
    assert "可以在这里安排免费另考" in shown
    assert "安排另考</button>" not in shown
