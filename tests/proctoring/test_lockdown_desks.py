"""The office's and the invigilator's pages of the lock-down client."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tests.exams import world
from tests.invigilator.test_desk import body_of, staff
from tests.proctoring.test_lockdown_pages import Exam, client_required

pytestmark = pytest.mark.usefixtures("programmes_there")
BUILD = "7" * 64


@pytest.fixture
def exam() -> Exam:
    client_required()
    return Exam()


def office(exam: Exam) -> Any:
    return staff("office", body_of(exam.session.programme), email="office-client@example.test")


def test_the_office_reads_keys_and_downloads_every_form(exam: Exam) -> None:
    desk = office(exam)
    address = reverse("office:session_client", args=[exam.session.pk])
    assert exam.config.config_key in desk.get(address).content.decode()
    for form in ("xml", "gzip"):
        answer = desk.get(reverse("office:session_client_file", args=[exam.session.pk, form]))
        assert proctoring.read_seb(answer.content).config_key == exam.config.config_key
    locked = reverse("office:session_client_locked", args=[exam.session.pk])
    assert desk.post(locked, {"password": "123"})["Location"] == address
    answer = desk.post(locked, {"password": "exam-2026"})
    assert proctoring.read_seb(answer.content, password="exam-2026").config_key == exam.config.config_key
    with pytest.raises(proctoring.CannotRead):
        proctoring.read_seb(answer.content)


def test_the_office_keeps_the_list_of_builds_with_reasons(exam: Exam) -> None:
    desk = office(exam)
    add = reverse("office:session_client_key", args=[exam.session.pk])
    for data in ({"key": BUILD}, {"key": "xyz", "label": "3.7", "reason": "统一"}):
        page = desk.post(add, data, follow=True).content.decode()
        assert "密钥" in page
    assert proctoring.browser_keys(exam.session.pk) == []
    desk.post(add, {"key": BUILD, "label": "Windows 3.7.0", "reason": "机房统一版本"})
    (event,) = proctoring.browser_keys(exam.session.pk)
    page = desk.get(reverse("office:session_client", args=[exam.session.pk])).content.decode()
    assert BUILD in page and "机房统一版本" in page
    remove = reverse("office:session_client_key_remove", args=[exam.session.pk, event.pk])
    desk.post(remove, {})
    assert proctoring.browser_keys(exam.session.pk)
    desk.post(remove, {f"k{event.pk}-reason": "版本停用"})
    assert proctoring.browser_keys(exam.session.pk) == []
    assert desk.post(remove, {f"k{event.pk}-reason": "再次"}).status_code == 404


def test_a_new_configuration_needs_a_reason(exam: Exam) -> None:
    desk = office(exam)
    replace = reverse("office:session_client_replace", args=[exam.session.pk])
    desk.post(replace, {"quit_password": "leave-2026"})
    desk.post(replace, {"reason": "加密码", "quit_password": "123"})
    assert len(proctoring.configs(exam.session.pk)) == 1
    page = desk.post(
        replace, {"reason": "加密码", "quit_password": "leave-2026"}, follow=True
    ).content.decode()
    assert len(proctoring.configs(exam.session.pk)) == 2
    assert exam.config.config_key in page and "leave-2026" not in page


@pytest.mark.parametrize("role", ["office", "invigilator", "reviewer"])
def test_other_bodies_and_roles_find_nothing(exam: Exam, role: str) -> None:
    from tancai.programmes import api as programmes

    elsewhere = next(
        each.body for each in programmes.programmes() if each.body != body_of(exam.session.programme)
    )
    desk = staff(role, elsewhere, email=f"{role}@example.test")
    for name in ("office:session_client", "invigilator:client"):
        assert desk.get(reverse(name, args=[exam.session.pk])).status_code == 404
    agree = reverse("invigilator:client_agree", args=[exam.session.pk])
    assert desk.post(agree, {"admission": exam.admission.pk, "reason": "device"}).status_code == 404
    assert proctoring.exception_of(exam.admission.pk) is None


def test_the_invigilator_sees_who_was_turned_away_and_agrees(exam: Exam) -> None:
    desk = staff("invigilator", body_of(exam.session.programme))
    page_address = reverse("invigilator:client", args=[exam.session.pk])
    agree = reverse("invigilator:client_agree", args=[exam.session.pk])
    with clock.moved(exam.at):
        assert "没有等待处理的考生" in desk.get(page_address).content.decode()
        exam.client.get(exam.address("check"))
        page = desk.get(page_address).content.decode()
        assert exam.admission.ticket_number in page and "普通浏览器" in page
        for data in (
            {},
            {"admission": exam.admission.pk},
            {"admission": exam.admission.pk, "reason": "other"},
        ):
            desk.post(agree, data)
            assert proctoring.exception_of(exam.admission.pk) is None
        desk.post(agree, {"admission": exam.admission.pk, "reason": "device", "text": "客户端崩溃"})
        held = proctoring.exception_of(exam.admission.pk)
        assert held and (held.reason, held.text) == ("device", "客户端崩溃")
        assert exam.address("enter") in exam.client.get(exam.address("check")).content.decode()
        take_back = reverse("invigilator:client_take_back", args=[exam.admission.pk])
        desk.post(take_back, {})
        assert proctoring.exception_of(exam.admission.pk)
        desk.post(take_back, {f"e{held.pk}-text": "已换电脑"})
        assert proctoring.exception_of(exam.admission.pk) is None
        assert "已换电脑" in desk.get(page_address).content.decode()


def test_candidates_can_be_agreed_to_beforehand(exam: Exam) -> None:
    desk = staff("invigilator", body_of(exam.session.programme))
    page = desk.get(reverse("invigilator:client", args=[exam.session.pk]), {"q": exam.person.name})
    assert f'value="{exam.admission.pk}"' in page.content.decode()


def test_when_the_client_fails_everywhere_all_who_wait_are_agreed_to_at_once(exam: Exam) -> None:
    second = Exam(2)
    desk = staff("invigilator", body_of(exam.session.programme))
    count = reverse("invigilator:client_count", args=[exam.session.pk])
    agree = reverse("invigilator:client_agree", args=[exam.session.pk])
    with clock.moved(exam.at):
        assert desk.get(count).content.strip() == b""
        for each in (exam, second):
            each.client.get(each.address("check"))
        assert ">2<" in desk.get(count).content.decode()
        desk.post(agree, {"all": "1", "reason": "network"})
        assert desk.get(count).content.strip() == b""
    assert proctoring.exception_of(exam.admission.pk) and proctoring.exception_of(second.admission.pk)


def test_nobody_agrees_to_oneself(exam: Exam) -> None:
    from tancai.people import api as people

    organisation = people.organisation(body_of(exam.session.programme))
    people.grant_role(exam.person.user, "invigilator", organisation=organisation, by=None, at=world.AT)
    agree = reverse("invigilator:client_agree", args=[exam.session.pk])
    exam.client.post(agree, {"admission": exam.admission.pk, "reason": "device"})
    assert proctoring.exception_of(exam.admission.pk) is None
