"""The learning pages: whose they are, what they show, and that a beat counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tancai.learning import api as learning
from tancai.lib import clock
from tancai.people import api as people
from tests.enrolment.conftest import AT, resident_number
from tests.programmes.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(person: Any) -> Client:
    return signed_in(person.user)


def text(response: Any) -> str:
    return response.content.decode()


def test_the_centre_is_empty_until_a_course_opens(client: Client) -> None:
    page = text(client.get("/me/learning/"))
    assert "还没有开通的课程" in page


def test_the_centre_shows_share_required_share_and_days_left(client: Client, application: Any) -> None:
    page = text(client.get("/me/learning/"))
    assert "碳排放管理师" in page and "中级" in page
    assert "90% 才能进入考试" in page
    assert "还有 36 天" in page
    assert 'x="90%"' in page


def test_the_course_lists_every_lesson_with_its_state(client: Client, application: Any) -> None:
    page = text(client.get(f"/me/learning/{application.pk}/"))
    for lesson in learning.course("cem", "intermediate").lessons:
        assert lesson.title in page
    assert "未开始" in page and "90% 才能进入考试" in page


def test_the_lesson_shows_text_basis_check_and_neighbours(client: Client, application: Any) -> None:
    page = text(client.get(f"/me/learning/{application.pk}/cem-1-2/"))
    lesson = learning.course("cem", "intermediate").lesson("cem-1-2")
    assert lesson.title in page and lesson.basis[0].document in page
    assert "看答案" in page and "90% 才能进入考试" in page
    assert f"/me/learning/{application.pk}/cem-1-1/" in page
    assert f"/me/learning/{application.pk}/cem-1-3/" in page
    assert f"/me/learning/{application.pk}/cem-1-2/beat/" in page


def test_beats_count_by_the_clock_of_the_server(client: Client, application: Any, person: Any) -> None:
    address = f"/me/learning/{application.pk}/cem-1-1/beat/"
    with clock.moved(AT + timedelta(minutes=1)):
        client.post(address, {"active": "1"})
    with clock.moved(AT + timedelta(minutes=1, seconds=40)):
        answer = client.post(address, {"active": "1", "at": "2030-01-01"}).json()
    state = learning.lesson_states(person.pk, learning.course("cem", "intermediate"))[0]
    assert 39_000 < state.milliseconds < 41_000
    assert answer["done"] is False and answer["reached"] is False
    assert "本课已学 0 /" in answer["line"]


def test_an_idle_beat_counts_nothing(client: Client, application: Any, person: Any) -> None:
    address = f"/me/learning/{application.pk}/cem-1-1/beat/"
    for second, active in ((0, "1"), (30, "0"), (60, "1")):
        with clock.moved(AT + timedelta(seconds=second)):
            client.post(address, {"active": active})
    assert learning.lesson_states(person.pk, learning.course("cem", "intermediate"))[0].milliseconds == 0


def test_a_flood_of_beats_is_turned_away(client: Client, application: Any) -> None:
    address = f"/me/learning/{application.pk}/cem-1-1/beat/"
    with clock.moved(AT):
        codes = {client.post(address, {"active": "1"}).status_code for _ in range(62)}
    assert codes == {200, 429}


def test_somebody_elses_course_is_not_there(client: Client, application: Any) -> None:
    user = people.register(phone="13800138002", password="long-enough-7", at=AT)
    people.identify(
        user, name="苏明", document_kind="resident_id", document=resident_number(2), by=user, at=AT
    )
    other = signed_in(user)
    for address in ("", "cem-1-1/"):
        assert other.get(f"/me/learning/{application.pk}/{address}").status_code == 404
    assert other.post(f"/me/learning/{application.pk}/cem-1-1/beat/").status_code == 404


def test_a_lesson_of_another_course_is_not_there(client: Client, application: Any) -> None:
    assert client.get(f"/me/learning/{application.pk}/crp-1-1/").status_code == 404
    assert client.post(f"/me/learning/{application.pk}/crp-1-1/beat/").status_code == 404


def test_visitors_are_sent_to_sign_in(application: Any) -> None:
    assert Client().get("/me/learning/").status_code == 302
    assert Client().post(f"/me/learning/{application.pk}/cem-1-1/beat/").status_code == 302


def test_a_near_exam_with_hours_missing_is_said_loudly(client: Client, application: Any) -> None:
    from datetime import datetime

    from tancai.lib.clock import SHANGHAI

    with clock.moved(datetime(2026, 12, 21, 9, 0, tzinfo=SHANGHAI)):
        for address in (
            "/me/learning/",
            f"/me/learning/{application.pk}/",
            f"/me/learning/{application.pk}/cem-1-1/",
        ):
            assert "离考试只剩 5 天" in text(client.get(address))
