"""The candidate's pages over HTTP: from choosing to submitting, correcting, withdrawing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tancai.enrolment import api as enrolment
from tancai.fees import api as fees
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.candidate.conftest import signed_in
from tests.enrolment.conftest import AT, picture
from tests.enrolment.test_road import complete, draft, portrait, submitted

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}

FILLED = {
    "education": "bachelor",
    "major": "汉语言文学",
    "unit": "清源环境",
    "work-TOTAL_FORMS": "1",
    "work-INITIAL_FORMS": "0",
    "work-0-start": "2024-01",
    "work-0-end": "",
    "work-0-unit": "清源环境",
    "work-0-post": "核算员",
    "held-TOTAL_FORMS": "1",
    "held-INITIAL_FORMS": "0",
    "held-0-name": "",
    "held-0-family": "other",
    "held-0-level": "",
    "held-0-held_since": "",
}


def upload(client: Client, number: str, kind: str, data: bytes, **extra: Any) -> Any:
    sent = SimpleUploadedFile(f"{kind}.jpg", data, "image/jpeg")
    return client.post(f"/me/applications/{number}/materials/{kind}/", {"file": sent}, **extra)


def test_from_the_choice_to_the_submission(client_of_alice: Client, alice: Any) -> None:
    client = client_of_alice
    assert "还没有申请" in client.get("/me/").content.decode()
    page = client.get("/me/applications/new/?programme=cem").content.decode()
    day = programmes.open_days("cem", at=AT)[0]
    assert day.key in page and "中级" in page
    chosen = {"programme": "cem", "level": "intermediate", "exam_day": day.key}
    answer = client.post("/me/applications/new/", chosen)
    application = enrolment.applications_of(alice)[0]
    assert answer.url == f"/me/applications/{application.number}/"

    part = client.post(f"{answer.url}claims/", FILLED, **HTMX).content.decode()
    assert "您符合第 3 条" in part and "<html" not in part
    row = enrolment.record_of(application.number)
    assert row.claims["work"][0]["post"] == "核算员"

    refused = upload(client, application.number, "portrait", portrait("white"), **HTMX).content.decode()
    assert "背景是白色，需要蓝色" in refused
    for kind in enrolment.check(row, at=AT).missing:
        data = portrait() if kind == "portrait" else picture()
        part = upload(client, application.number, kind, data, **HTMX).content.decode()
    assert "本人承诺" in part
    assert client.post(f"{answer.url}submit/", {}).status_code == 302
    assert enrolment.application(application.number).state == "draft", (
        "without the declaration nothing happens"
    )
    client.post(f"{answer.url}submit/", {"declared": "yes"})
    assert enrolment.application(application.number).state == "submitted"
    assert "审核中" in client.get(answer.url).content.decode()
    home = client.get("/me/").content.decode()
    assert "碳排放管理师" in home and "11月23日" in home


def test_missing_choices_are_named(client_of_alice: Client) -> None:
    page = client_of_alice.post("/me/applications/new/", {"programme": "cem"}).content.decode()
    assert "请选择级别" in page and "请选择考试日" in page


def test_live_verdict_names_what_each_line_needs(client_of_alice: Client, alice: Any) -> None:
    number = draft(alice).number
    part = client_of_alice.post(
        f"/me/applications/{number}/claims/",
        FILLED | {"education": "junior_college", "work-0-start": "2026-01"},
        **HTMX,
    ).content.decode()
    assert "需要连续从业至少 2 年，现有 0 年" in part
    assert "工作证明" in part


def test_what_cannot_be_read_is_named_and_not_saved(client_of_alice: Client, alice: Any) -> None:
    application = draft(alice)
    url = f"/me/applications/{application.number}/claims/"
    part = client_of_alice.post(
        url, FILLED | {"work-0-start": "", "work-0-post": "x"}, **HTMX
    ).content.decode()
    assert "请填写起始年月" in part and "#id_work-0-start" in part
    assert enrolment.record_of(application.number).claims == {}


def test_stored_work_comes_back_in_the_months_it_was_given_in(client_of_alice: Client, alice: Any) -> None:
    number = draft(alice).number
    client_of_alice.post(f"/me/applications/{number}/claims/", FILLED | {"work-0-end": "2025-12"})
    page = client_of_alice.get(f"/me/applications/{number}/").content.decode()
    assert 'value="2024-01"' in page and 'value="2025-12"' in page


def test_a_returned_application_shows_reasons_and_takes_exactly_those(
    client_of_alice: Client, alice: Any
) -> None:
    reviewer = people.register(email="reviewer@example.org", password="long-enough-7", at=AT)
    application = submitted(alice)
    work = enrolment.newest_materials(application)["work_proof"][0]
    enrolment.decide_material(work, accepted=True, by=reviewer, at=AT)
    enrolment.return_for_correction(application, [("portrait", "background", "有阴影")], by=reviewer, at=AT)
    url = f"/me/applications/{application.number}/"
    page = client_of_alice.get(url).content.decode()
    assert "背景不符合要求；有阴影" in page and "这份材料已经通过" in page
    upload(client_of_alice, application.number, "work_proof", picture((1, 2, 3)))
    assert enrolment.newest_materials(application)["work_proof"][0].pk == work.pk
    upload(client_of_alice, application.number, "portrait", portrait())
    client_of_alice.post(f"{url}submit/", {"declared": "yes"})
    assert enrolment.application(application.number).state == "submitted"


def test_withdraw_and_take_up_again(client_of_alice: Client, alice: Any) -> None:
    application = submitted(alice)
    url = f"/me/applications/{application.number}/"
    client_of_alice.post(f"{url}withdraw/")
    assert enrolment.application(application.number).state == "withdrawn"
    assert "重新报名" in client_of_alice.get(url).content.decode()
    client_of_alice.post(f"{url}restart/")
    assert enrolment.application(application.number).state == "draft"


def test_the_form_on_paper(client_of_alice: Client, alice: Any) -> None:
    application = complete(alice)
    answer = client_of_alice.get(f"/me/applications/{application.number}/form.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert "no-store" in answer["Cache-Control"]


def test_another_exam_day_while_it_is_a_draft(client_of_alice: Client, alice: Any) -> None:
    application = draft(alice)
    later = programmes.open_days("cem", at=AT)[1].key
    client_of_alice.post(
        f"/me/applications/{application.number}/choice/", {"level": "advanced", "exam_day": later}
    )
    view = enrolment.application(application.number)
    assert (view.level, view.exam_day) == ("advanced", later)


def test_who_has_no_identity_is_sent_to_give_one(world: None, now: None) -> None:
    client = Client()
    client.force_login(people.register(phone="13800138009", password="long-enough-7", at=AT))
    answer = client.get("/me/applications/new/?programme=cem")
    assert answer.status_code == 302 and "identity" in answer.url and "next=" in answer.url
    assert client.get("/me/").status_code == 200


def _every_address(application: enrolment.Application) -> list[tuple[str, str]]:
    base = f"/me/applications/{application.number}/"
    token = enrolment.newest_materials(application)["portrait"][0].file.token
    return [
        ("get", base),
        ("get", f"{base}form.pdf"),
        ("get", f"{base}files/{token}/"),
        ("get", f"{base}fee/"),
        ("get", f"{base}fee/voucher/file/"),
        ("post", f"{base}fee/voucher/"),
        ("post", f"{base}choice/"),
        ("post", f"{base}claims/"),
        ("post", f"{base}materials/portrait/"),
        ("post", f"{base}materials/other_proof/1/remove/"),
        ("post", f"{base}submit/"),
        ("post", f"{base}withdraw/"),
        ("post", f"{base}restart/"),
    ]


def test_what_is_not_yours_is_not_there(alice: Any, charlie: Any) -> None:
    application = submitted(alice)
    stranger, visitor = signed_in(charlie), Client()
    for method, address in _every_address(application):
        assert getattr(stranger, method)(address).status_code == 404, address
        answer = getattr(visitor, method)(address)
        assert answer.status_code == 302 and "login" in answer.url, address
    assert enrolment.application(application.number).state == "submitted"


def test_a_file_of_another_application_is_not_served(
    client_of_alice: Client, alice: Any, charlie: Any
) -> None:
    foreign = enrolment.newest_materials(complete(charlie))["portrait"][0].file.token
    mine = complete(alice)
    assert client_of_alice.get(f"/me/applications/{mine.number}/files/{foreign}/").status_code == 404


def test_a_fee_is_paid_by_voucher(client_of_alice: Client, alice: Any) -> None:
    programmes.revise(
        "cem",
        changes={"fees": {"enrolment": 38000, "resit": 10000, "replacement": 0}},
        note="试行收费",
        effective_from=AT.date(),
        by=None,
        at=AT,
    )
    reviewer = people.register(email="reviewer@example.org", password="long-enough-7", at=AT)
    application = submitted(alice)
    enrolment.approve(application, by=reviewer, at=AT)
    url = f"/me/applications/{application.number}/fee/"
    page = client_of_alice.get(url).content.decode()
    assert "380.00" in page
    sent = SimpleUploadedFile("转账.jpg", picture(), "image/jpeg")
    client_of_alice.post(f"{url}voucher/", {"file": sent})
    order = fees.order_for("enrolment", application.pk)
    assert order is not None and order.state == "voucher"
    assert client_of_alice.get(f"{url}voucher/file/").status_code == 200


@pytest.mark.parametrize("address", ["/me/", "/me/applications/new/", "/me/applications/new/?programme=crp"])
def test_pages_in_english_hold_no_chinese_of_ours(client_of_alice: Client, address: str) -> None:
    client_of_alice.cookies["django_language"] = "en"
    page = client_of_alice.get(address).content.decode()
    words = re.sub(r"<[^>]+>", " ", page)
    assert "My progress" in words
    assert set(re.findall(r"[\u4e00-\u9fff]+", words)) <= {"简体中文"}, "only the language switch"


def test_going_on_without_a_programme_asks_for_one_and_keeps_secrets_out_of_the_address(
    client_of_alice: Client,
) -> None:
    address = reverse("candidate:apply")
    empty = client_of_alice.post(address, {"choose": "programme"})
    assert "请选择报考项目" in empty.content.decode()
    chosen = client_of_alice.post(address, {"choose": "programme", "programme": "cem"}).content.decode()
    assert 'name="exam_day"' in chosen
    assert "error-summary" not in chosen
    assert 'formmethod="get"' not in chosen
