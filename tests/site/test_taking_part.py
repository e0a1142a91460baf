"""Asking, applying as an exam site, handing in to a call: one's own only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tancai.lib import clock
from tancai.people import api as people
from tancai.publishing import api as publishing
from tancai.venues import api as venues
from tests.site.conftest import AT

Signed = tuple[people.User, Client]
ROOMS = {
    "rooms-TOTAL_FORMS": "6",
    "rooms-INITIAL_FORMS": "0",
    "rooms-0-name": "301",
    "rooms-0-seats": "40",
    "rooms-0-cameras": "2",
}


def _site(loaded: dict[str, people.Organisation], **more: str) -> dict[str, str]:
    body = next(o for o in loaded.values() if o.kind == "certifying_body")
    facts = {
        "body": body.code,
        "name": "示例学院",
        "region": "北京市",
        "address": "示例路 1 号",
        "contact_name": "周一",
        "contact_phone": "13800138000",
        "equipment": "",
    }
    return {**facts, **ROOMS, **more}


@pytest.mark.parametrize("path", ["/questions/ask/", "/sites/apply/", "/today/"])
def test_taking_part_needs_an_account(client: Client, loaded: object, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_a_question_is_seen_by_its_author_until_it_is_answered(
    client: Client, visitor: Signed, other: Signed
) -> None:
    response = visitor[1].post("/questions/ask/", {"programme": "cem", "title": "补考怎么报名？", "body": ""})
    address = response["Location"]
    number = address.strip("/").split("/")[-1]
    assert "还没有回答" in visitor[1].get(address).content.decode()
    assert other[1].get(address).status_code == 404
    assert client.get(address).status_code == 404
    publishing.answer(number, text="在**我的考试**里预约。", by=None, at=AT)
    assert "<strong>我的考试</strong>" in client.get(address).content.decode()
    assert "补考怎么报名" in client.get("/questions/?q=预约").content.decode()


def test_an_identity_number_in_a_question_is_refused_beside_the_field(visitor: Signed) -> None:
    response = visitor[1].post("/questions/ask/", {"title": "请查", "body": "110101199003077758"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "请不要填写身份证号" in html
    assert 'id="id_body_error"' in html
    assert publishing.questions(public=False) == []


def test_nobody_floods_the_office_with_questions(visitor: Signed) -> None:
    for number in range(5):
        assert visitor[1].post("/questions/ask/", {"title": f"问题{number}"}).status_code == 302
    assert "请明天再问" in visitor[1].post("/questions/ask/", {"title": "第六个"}).content.decode()
    assert len(publishing.questions(public=False)) == 5


def test_search_by_htmx_answers_the_list_alone(client: Client, loaded: object) -> None:
    html = client.get("/questions/?q=x", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html


def test_an_exam_site_is_applied_for_and_seen_by_the_applicant_only(
    visitor: Signed, other: Signed, loaded: dict[str, people.Organisation]
) -> None:
    response = visitor[1].post("/sites/apply/", _site(loaded))
    address = response["Location"]
    html = visitor[1].get(address).content.decode()
    assert "示例学院" in html
    assert "13800138000" not in html
    assert other[1].get(address).status_code == 404
    assert venues.sites()[0].rooms == (venues.RoomFacts("301", 40, 2),)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contact_phone": "123"}, "这不是有效的电话号码"),
        ({"rooms-0-name": "", "rooms-0-seats": "", "rooms-0-cameras": ""}, "请至少填写一间机房"),
        ({"rooms-1-name": "301", "rooms-1-seats": "2"}, "有两间机房同名"),
        ({"rooms-0-seats": "0"}, "不能小于"),
        ({"name": ""}, "请填写这一项"),
        ({"contact_name": "110101199003077758"}, "请不要填写身份证号"),
    ],
)
def test_a_faulty_application_says_what_to_mend_and_keeps_the_rest(
    visitor: Signed, loaded: dict[str, people.Organisation], change: dict[str, str], words: str
) -> None:
    html = visitor[1].post("/sites/apply/", _site(loaded, **change)).content.decode()
    assert words in html
    assert "示例路 1 号" in html
    assert venues.sites() == []


def test_accepted_sites_are_public_and_waiting_ones_are_not(
    client: Client, visitor: Signed, loaded: dict[str, people.Organisation]
) -> None:
    visitor[1].post("/sites/apply/", _site(loaded))
    assert "示例学院" not in client.get("/sites/").content.decode()
    venues.decide_site(venues.sites()[0].number, kind="accepted", by=None, at=AT)
    assert "示例学院" in client.get("/sites/").content.decode()


@pytest.fixture
def call(loaded: object) -> publishing.CallView:
    today = clock.today()
    return publishing.open_call(
        kind="video_course",
        title="征集视频课程",
        body="要求",
        opens_on=today,
        closes_on=today + timedelta(days=10),
        specialities=["碳核算"],
        programme="crp",
        by=None,
        at=clock.now(),
    )


def _hand_in(client: Client, call_id: int, *uploads: SimpleUploadedFile) -> str:
    facts = {"contributor": "王一", "speciality": "碳核算", "title": "核算入门", "summary": "十讲"}
    return client.post(f"/calls/{call_id}/submit/", {**facts, "uploads": list(uploads)})


def test_files_of_a_submission_open_for_its_author_only(
    visitor: Signed, other: Signed, call: publishing.CallView
) -> None:
    pdf = SimpleUploadedFile("大纲.pdf", b"%PDF-1.7 sample", "application/pdf")
    address = _hand_in(visitor[1], call.id, pdf)["Location"]
    found = publishing.submissions()[0]
    path = f"{address}files/{found.files[0]}/"
    assert visitor[1].get(path).content == b"%PDF-1.7 sample"
    assert other[1].get(path).status_code == 404
    assert other[1].get(address).status_code == 404
    assert visitor[1].get(f"{address}files/{'0' * 40}/").status_code == 404


def test_a_file_of_another_type_is_refused_and_nothing_is_kept(
    visitor: Signed, call: publishing.CallView
) -> None:
    html = _hand_in(visitor[1], call.id, SimpleUploadedFile("a.exe", b"MZ")).content.decode()
    assert "只接受 PDF" in html
    assert publishing.submissions() == []


def test_too_many_files_are_refused(visitor: Signed, call: publishing.CallView) -> None:
    many = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.7") for n in range(6)]
    assert "最多 5 个文件" in _hand_in(visitor[1], call.id, *many).content.decode()


def test_a_submission_is_withdrawn_by_its_author(
    visitor: Signed, other: Signed, call: publishing.CallView
) -> None:
    address = _hand_in(visitor[1], call.id)["Location"]
    assert other[1].post(f"{address}withdraw/").status_code == 404
    assert visitor[1].get(f"{address}withdraw/").status_code == 405
    visitor[1].post(f"{address}withdraw/")
    assert publishing.submissions()[0].state == "withdrawn"


def test_a_closed_call_sends_one_back_with_a_word(visitor: Signed, call: publishing.CallView) -> None:
    publishing.close_call(call.id, by=None, at=clock.now())
    response = visitor[1].get(f"/calls/{call.id}/submit/", follow=True)
    assert "不接收材料" in response.content.decode()


def test_today_is_a_list_of_what_waits_or_says_that_nothing_does(visitor: Signed, clerk: Signed) -> None:
    assert "今天没有等您处理的事" in visitor[1].get("/today/").content.decode()
    publishing.ask(title="问", programme="crp", by=visitor[0], at=AT)
    assert "1 个提问等待回答" in clerk[1].get("/today/").content.decode()
