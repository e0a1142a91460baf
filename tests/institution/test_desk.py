"""The institution's pages over HTTP: from the template to sixty applications, and no further than its own."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tancai.enrolment import api as enrolment
from tancai.jobs import api as jobs
from tancai.lib import spreadsheets
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.enrolment import archive_kit as kit
from tests.enrolment.conftest import AT, picture
from tests.enrolment.test_road import draft, portrait

pytestmark = pytest.mark.django_db
BASE = "/institution/green-school/"


def work() -> None:
    """Do what the worker would do."""
    for job in jobs.Job.objects.filter(state="queued"):
        jobs.run(job.pk)


def choice() -> dict[str, str]:
    day = programmes.open_days("cem", at=AT)[0]
    return {"programme": "cem", "level": "intermediate", "speciality": "", "exam_day": day.key}


def send(desk: Client, data: bytes, **changes: Any) -> Any:
    sent = SimpleUploadedFile("报名.zip", data, "application/zip")
    return desk.post(f"{BASE}import/", {**choice(), "archive": sent, **changes})


def take_in(desk: Client, data: bytes) -> str:
    url = send(desk, data).url
    work()
    desk.post(f"{url}confirm/", {"declared": "yes"})
    work()
    return str(url)


def test_from_the_template_to_the_applications_and_the_corrected_rows(desk: Client) -> None:
    answer = desk.get(f"{BASE}import/template/cem/")
    assert answer.status_code == 200
    cast = kit.people(12)
    answer = send(desk, kit.build(kit.plant(cast)))
    assert answer.status_code == 302
    url = answer.url
    assert "正在" in desk.get(url).content.decode()
    work()
    assert desk.get(f"{url}progress/")["HX-Refresh"] == "true"
    page = desk.get(url).content.decode()
    for wanted in (
        "校验位不对",
        "没有对应的照片",
        "与第",
        "数字格式",
        "在申报表中没有对应的考生",
        "申报表姓名与文件名",
    ):
        assert wanted in page
    assert not [each.number for each in cast if each.number in page], "numbers are masked"
    assert enrolment.Application.objects.count() == 0

    refused = desk.post(f"{url}confirm/", {}, follow=True).content.decode()
    assert "请先确认声明" in refused
    desk.post(f"{url}confirm/", {"declared": "yes"})
    work()
    assert "已提交" in desk.get(url).content.decode()
    sheet = spreadsheets.read(desk.get(f"{url}bad-rows/").content)
    assert len(sheet.rows) == 6

    take_in(desk, kit.build(cast))
    assert enrolment.counts_by_state("cem")["submitted"] == 12
    listed = desk.get(BASE).content.decode()
    assert cast[0].name in listed and "road-mini" in listed
    export = desk.get(BASE, {"export": "csv"}).content.decode()
    assert cast[0].name in export and cast[0].number not in export


def test_what_is_missing_in_the_form_is_named(desk: Client) -> None:
    page = desk.post(f"{BASE}import/", {"programme": "cem"}).content.decode()
    assert "请选择级别" in page and "请选择压缩包" in page


def test_an_archive_that_cannot_be_opened_is_explained(desk: Client) -> None:
    page = send(desk, b"PK nonsense").content.decode()
    assert "不是可以打开的 ZIP" in page


def test_giving_up_an_archive(desk: Client) -> None:
    url = send(desk, kit.build(kit.people(1))).url
    work()
    desk.post(f"{url}drop/")
    assert "压缩包已删除" in desk.get(url).content.decode()
    assert desk.get(f"{url}bad-rows/").status_code == 404


def test_a_failed_job_can_be_taken_up_again(desk: Client) -> None:
    url = send(desk, kit.build(kit.people(1))).url
    jobs.Job.objects.update(state="failed")
    assert "接着做" in desk.get(url).content.decode()
    desk.post(f"{url}retry/")
    work()
    assert "确认导入" in desk.get(url).content.decode()


def test_an_incomplete_candidate_is_completed_on_their_page(desk: Client) -> None:
    one = replace(kit.people(1)[0], materials=("身份证正面.jpg", "身份证反面.jpg", "毕业证书.jpg"))
    take_in(desk, kit.build([one]))
    application = enrolment.Application.objects.get()
    url = f"{BASE}applications/{application.number}/"
    page = desk.get(url).content.decode()
    assert "缺少" in page and one.number not in page
    white = SimpleUploadedFile("p.jpg", portrait("white"), "image/jpeg")
    assert "背景是白色" in desk.post(f"{url}materials/portrait/", {"file": white}).content.decode()
    proof = SimpleUploadedFile("proof.jpg", picture(), "image/jpeg")
    desk.post(f"{url}materials/work_proof/", {"file": proof})
    desk.post(f"{url}submit/")
    assert enrolment.application(application.number).state == "submitted"
    desk.post(f"{url}withdraw/")
    assert enrolment.application(application.number).state == "withdrawn"


def test_the_form_of_a_candidate(desk: Client) -> None:
    take_in(desk, kit.build(kit.people(1)))
    number = enrolment.Application.objects.get().number
    assert desk.get(f"{BASE}applications/{number}/form/").content.startswith(b"%PDF-")


def _every_address(url: str, number: str, token: str) -> list[tuple[str, str]]:
    return [
        ("get", BASE),
        ("get", f"{BASE}import/"),
        ("post", f"{BASE}import/"),
        ("get", f"{BASE}import/template/cem/"),
        ("get", url),
        ("get", f"{url}progress/"),
        ("get", f"{url}bad-rows/"),
        ("post", f"{url}confirm/"),
        ("post", f"{url}retry/"),
        ("post", f"{url}drop/"),
        ("get", f"{BASE}applications/{number}/"),
        ("get", f"{BASE}applications/{number}/form/"),
        ("get", f"{BASE}applications/{number}/files/{token}/"),
        ("post", f"{BASE}applications/{number}/materials/portrait/"),
        ("post", f"{BASE}applications/{number}/submit/"),
        ("post", f"{BASE}applications/{number}/withdraw/"),
    ]


def test_another_school_a_candidate_and_a_visitor_find_nothing(
    desk: Client, other_school: Any, alice: Any
) -> None:
    url = take_in(desk, kit.build(kit.people(3, start=5)))
    application = enrolment.Application.objects.first()
    assert application is not None
    token = enrolment.newest_materials(application)["portrait"][0].file.token
    strangers = []
    for user in (other_school[1], alice.user):
        client = Client()
        client.force_login(user)
        strangers.append(client)
    for method, address in _every_address(url, application.number, token):
        for stranger in strangers:
            assert getattr(stranger, method)(address).status_code == 404, address
        assert getattr(Client(), method)(address).status_code == 302, address
    other = "/institution/far-school/"
    assert strangers[0].get(f"{other}applications/{application.number}/").status_code == 404
    assert strangers[0].get(url.replace("green-school", "far-school")).status_code == 404


def test_an_application_of_ones_own_is_not_the_schools(desk: Client, alice: Any) -> None:
    own = draft(alice)
    assert desk.get(f"{BASE}applications/{own.number}/").status_code == 404


def test_the_first_page_leads_to_the_only_school_or_tells_how_to_join(desk: Client, alice: Any) -> None:
    assert desk.get("/institution/").url == BASE
    client = Client()
    client.force_login(alice.user)
    assert "还不属于任何培训机构" in client.get("/institution/").content.decode()


def test_a_suspended_school_has_no_desk(desk: Client, school: Any) -> None:
    people.suspend_organisation(school[0], reason="整顿", by=None, at=AT)
    assert desk.get(BASE).status_code == 404


def test_what_waits_is_told_at_today(desk: Client, school: Any) -> None:
    from django.test import RequestFactory

    from tancai.web.institution import today

    take_in(desk, kit.build([replace(kit.people(1)[0], materials=())]))
    request = RequestFactory().get("/today/")
    request.user = school[1]
    assert [item.title for item in today.due(request)] == ["1 名考生的资料还不齐"]


def test_the_workbook_of_the_template_opens(desk: Client) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{BASE}import/template/cem/").content))
    assert book.active is not None and book.active["A1"].value == "姓名"
