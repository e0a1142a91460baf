"""The office's side of notices, questions, calls and exam sites: for its own programmes and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tancai.lib import clock
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.publishing import api as publishing
from tancai.venues import api as venues
from tests.site.conftest import AT

Signed = tuple[people.User, Client]
PATHS = [
    "/office/posts/",
    "/office/posts/new/",
    "/office/questions/",
    "/office/calls/",
    "/office/calls/new/",
    "/office/sites/",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_office_is_not_there_for_others(
    visitor: Signed, clerk: Signed, client: Client, path: str
) -> None:
    assert visitor[1].get(path).status_code == 404
    assert client.get(path).status_code == 302
    assert clerk[1].get(path).status_code == 200


def _written(clerk: Signed, programme: str = "crp") -> str:
    body = people.organisation(programmes.definition("crp").body)
    facts = {
        "kind": "notice",
        "programme": programme,
        "publisher": str(body.pk),
        "title": "通知",
        "body": "正文",
    }  # type: ignore[union-attr]
    return clerk[1].post("/office/posts/new/", facts)["Location"]


def test_a_notice_is_written_published_changed_and_withdrawn(clerk: Signed, client: Client) -> None:
    address = _written(clerk)
    assert publishing.notices() == []
    clerk[1].post(f"{address}published/")
    post = publishing.notices()[0]
    clerk[1].post(f"{address}edit/", {"title": "更正的通知", "body": "正文"})
    assert "更正的通知" in client.get(f"/notices/{post.id}/").content.decode()
    clerk[1].post(f"{address}withdrawn/")
    assert client.get(f"/notices/{post.id}/").status_code == 404


def test_another_body_s_office_neither_sees_nor_changes_it(clerk: Signed, stranger: Signed) -> None:
    address = _written(clerk)
    assert stranger[1].get(address).status_code == 404
    assert stranger[1].post(f"{address}published/").status_code == 404
    assert address in clerk[1].get("/office/posts/").content.decode()
    assert address not in stranger[1].get("/office/posts/").content.decode()


def test_an_office_cannot_publish_for_a_programme_of_another_body(stranger: Signed) -> None:
    body = people.organisation(programmes.definition("cem").body)
    facts = {"kind": "notice", "programme": "crp", "publisher": str(body.pk), "title": "通知", "body": "正文"}  # type: ignore[union-attr]
    assert stranger[1].post("/office/posts/new/", facts).status_code == 200
    assert publishing.posts() == []


def test_publishing_needs_a_post_request(clerk: Signed) -> None:
    assert clerk[1].get(f"{_written(clerk)}published/").status_code == 405


def test_a_question_is_answered_and_told(clerk: Signed, stranger: Signed, visitor: Signed) -> None:
    number = publishing.ask(title="怎么缴费？", programme="crp", by=visitor[0], at=AT).number
    assert stranger[1].get(f"/office/questions/{number}/").status_code == 404
    clerk[1].post(f"/office/questions/{number}/", {"text": "按通知缴费。"})
    assert publishing.question(number).answer.text == "按通知缴费。"  # type: ignore[union-attr]
    assert [m.link for m in messages.inbox(visitor[0])] == [f"/questions/{number}/"]


def test_general_questions_reach_every_office(clerk: Signed, stranger: Signed, visitor: Signed) -> None:
    number = publishing.ask(title="怎么注册？", by=visitor[0], at=AT).number
    for _user, client in (clerk, stranger):
        assert "怎么注册？" in client.get("/office/questions/").content.decode()
        assert client.get(f"/office/questions/{number}/").status_code == 200


def test_hiding_needs_a_reason_and_can_be_undone(clerk: Signed, visitor: Signed) -> None:
    number = publishing.ask(title="问", programme="crp", by=visitor[0], at=AT).number
    clerk[1].post(f"/office/questions/{number}/hide/", {"hide-reason": ""})
    assert publishing.question(number).state == "asked"
    clerk[1].post(f"/office/questions/{number}/hide/", {"hide-reason": "重复"})
    assert publishing.question(number).state == "hidden"
    clerk[1].post(f"/office/questions/{number}/hide/")
    assert publishing.question(number).state == "asked"


def _call(clerk: Signed) -> publishing.CallView:
    body = people.organisation(programmes.definition("crp").body)
    today = clock.today()
    facts = {
        "kind": "expert",
        "programme": "crp",
        "publisher": str(body.pk),  # type: ignore[union-attr]
        "title": "征集专家",
        "body": "要求",
        "specialities": "碳核算\n\n碳审计\n",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=5)).isoformat(),
    }
    clerk[1].post("/office/calls/new/", facts)
    return publishing.calls(today=today)[0]


def test_a_call_goes_from_opening_to_a_decision(clerk: Signed, stranger: Signed, visitor: Signed) -> None:
    call = _call(clerk)
    assert call.specialities == ("碳核算", "碳审计")
    made = publishing.submit_to_call(
        call.id,
        contributor="王一",
        title="教授",
        summary="经历",
        speciality="碳审计",
        by=visitor[0],
        at=clock.now(),
    )
    address = f"/office/submissions/{made.number}/"
    assert stranger[1].get(address).status_code == 404
    review = {
        "form": "review",
        "review-points": ["experience"],
        "review-recommended": "no",
        "review-text": "",
    }
    assert "请填写这一项" in clerk[1].post(address, review).content.decode()
    clerk[1].post(address, {**review, "review-text": "缺少项目经历证明"})
    found = publishing.submission(made.number)
    assert found.reviews[0].points == {"qualification": False, "experience": True, "speciality": False}
    clerk[1].post(address, {"form": "decide", "decide-decision": "refuse", "decide-note": "欢迎补充后再报。"})
    assert publishing.submission(made.number).state == "refused"
    assert messages.unread_count(visitor[0]) == 1


def test_nobody_decides_about_their_own_submission(clerk: Signed) -> None:
    call = _call(clerk)
    made = publishing.submit_to_call(
        call.id,
        contributor="王一",
        title="教授",
        summary="经历",
        speciality="碳审计",
        by=clerk[0],
        at=clock.now(),
    )
    address = f"/office/submissions/{made.number}/"
    clerk[1].post(address, {"form": "decide", "decide-decision": "accept", "decide-note": "好"})
    assert publishing.submission(made.number).state == "submitted"
    assert "须由别人评审" in clerk[1].get(address).content.decode()


def test_a_call_that_ends_before_it_begins_is_refused(clerk: Signed) -> None:
    body = people.organisation(programmes.definition("crp").body)
    facts = {
        "kind": "expert",
        "publisher": str(body.pk),
        "title": "征集",
        "body": "要求",
        "opens_on": "2026-12-02",
        "closes_on": "2026-12-01",
    }  # type: ignore[union-attr]
    assert "不能早于" in clerk[1].post("/office/calls/new/", facts).content.decode()
    assert publishing.calls(today=clock.today()) == []


@pytest.fixture
def site(visitor: Signed, loaded: dict[str, people.Organisation]) -> venues.SiteView:
    return venues.apply_site(
        body=loaded[programmes.definition("crp").body],
        name="示例学院",
        region="北京市",
        address="示例路 1 号",
        contact_name="周一",
        contact_phone="13800138000",
        rooms=[venues.RoomFacts("301", 40)],
        by=visitor[0],
        at=AT,
    )


def test_the_body_s_office_decides_about_its_sites(
    clerk: Signed, stranger: Signed, site: venues.SiteView
) -> None:
    address = f"/office/sites/{site.number}/"
    assert stranger[1].get(address).status_code == 404
    assert stranger[1].post(f"{address}accepted/").status_code == 404
    assert "+8613800138000" in clerk[1].get(address).content.decode()
    clerk[1].post(f"{address}refused/", {"reason": ""})
    assert venues.site(site.number).state == "submitted"
    clerk[1].post(f"{address}accepted/")
    assert venues.site(site.number).state == "accepted"
    clerk[1].post(f"{address}closed/", {"reason": "装修"})
    assert venues.site(site.number).state == "closed"


def test_the_list_of_sites_can_be_taken_along_without_phone_numbers(
    clerk: Signed, site: venues.SiteView
) -> None:
    text = clerk[1].get("/office/sites/?export=csv").content.decode("utf-8-sig")
    assert site.number in text
    assert "13800138000" not in text
