"""The workbook's pages over HTTP: begin, take away, import, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tancai.engines.carbon.accounting.case import case_of
from tancai.engines.carbon.accounting.inventory import account
from tancai.engines.carbon.reading import read_bytes
from tancai.labs import api as labs
from tancai.lib import clock, spreadsheets
from tancai.people import api as people

pytestmark = [pytest.mark.django_db, pytest.mark.anydatabase]


def signed_in(phone: str) -> Client:
    client = Client()
    client.force_login(people.register(phone=phone, password="long-enough-7", at=clock.now()))
    return client


@pytest.fixture
def client(db: None) -> Client:
    return signed_in("13800138001")


def begun(client: Client, start: str, **more: Any) -> str:
    answer = client.post("/workshop/accounting/new/", {"from": start, **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_file_goes_out_comes_back_and_computes_the_same(client: Client) -> None:
    address = begun(client, "glass")
    data = client.get(f"{address}case.toml").content
    total = account(case_of(read_bytes(data))).total.value
    again = begun(client, "file", case=SimpleUploadedFile("case.toml", data))
    assert client.get(f"{again}case.toml").content == data
    assert total == pytest.approx(201071.4581717731)
    assert client.get(again).context["computed"].found.total.value == total
    book = client.get(f"{again}workbook.xlsx")
    assert spreadsheets.read(book.content).rows


def test_a_file_that_is_none_is_refused_with_its_place(client: Client) -> None:
    answer = client.post(
        "/workshop/accounting/new/",
        {"from": "file", "case": SimpleUploadedFile("case.toml", b"a = [1,\n")},
        follow=True,
    )
    assert b"case.toml:" in answer.content
    assert not labs.works(answer.wsgi_request.user).exists()  # type: ignore[arg-type]


def test_a_sheet_that_is_none_is_refused_and_a_forged_token_writes_nothing(client: Client) -> None:
    address = begun(client, "machinery")
    before = client.get(f"{address}case.toml").content
    upload = {"sheet": SimpleUploadedFile("months.xlsx", b"PK no sheet")}
    assert "模板" in client.post(f"{address}months/", upload, follow=True).content.decode()
    assert "失效" in client.post(f"{address}months/take/", {"token": "a.b"}, follow=True).content.decode()
    assert client.get(f"{address}case.toml").content == before


def test_an_empty_workbook_says_what_to_do_and_gives_no_report(client: Client) -> None:
    address = begun(client, "blank", title="空白")
    assert "还没有排放源" in client.get(address).content.decode()
    assert "不能导出" in client.get(f"{address}report.pdf", follow=True).content.decode()


def test_somebody_elses_workbook_is_not_there(client: Client) -> None:
    address = begun(client, "machinery")
    other = signed_in("13800138002")
    for path in ("", "case.toml", "workbook.xlsx", "report.pdf", "months.xlsx", "rows/1/", "rows/1/factors/"):
        assert other.get(f"{address}{path}").status_code == 404
    for path in ("compute/", "months/", "months/take/"):
        assert other.post(f"{address}{path}").status_code == 404


def test_a_workbook_beside_a_task_shows_its_papers(client: Client) -> None:
    user = people.user_by_address("13800138001")
    task = labs.begin(
        "task", title="任务", by=user, at=clock.now(), task="accounting-equipment-maker", seed=5
    )
    page = client.get(begun(client, "task", task=task.id)).content.decode()
    assert labs.task("accounting-equipment-maker").case(5).documents[0].title in page
    other = signed_in("13800138002")
    assert other.post("/workshop/accounting/new/", {"from": "task", "task": task.id}).status_code == 404
