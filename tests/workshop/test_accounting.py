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
    for path in (
        "", "case.toml", "workbook.xlsx", "report.pdf", "months.xlsx", "rows/1/", "rows/1/factors/",
        "collect/", "collect/0/", "collect/1/", "collect.pdf", "plan/", "report/",
    ):  # fmt: skip
        assert other.get(f"{address}{path}").status_code == 404
    for path in (
        "compute/", "months/", "months/take/", "collect/add/", "collect/1/compute/", "plan/compute/", "plan/draft/",
    ):  # fmt: skip
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


def put(client: Client, address: str, **values: Any) -> None:
    """Save values as the page does."""
    work = labs.works(client.get(address).wsgi_request.user).first()  # type: ignore[arg-type]
    assert work is not None
    high = labs.state_of(work).high
    entries = [[high + k, name, value] for k, (name, value) in enumerate(values.items(), 1)]
    answer = client.post(
        f"/workshop/works/{work.id}/save/", {"entries": entries}, content_type="application/json"
    )
    assert answer.status_code == 200


def test_the_collection_form_and_the_workbook_are_one_record(client: Client) -> None:
    address = begun(client, "blank", title="采集")
    page = client.get(f"{address}collect/").content.decode()
    assert "完整度 0 %" in page
    assert f"{address}collect/0/#f-enterprise.name" in page
    answer = client.post(f"{address}collect/add/", {"kind": "electricity", "name": "厂区用电"})
    assert answer["Location"] == f"{address}collect/1/"
    put(
        client,
        address,
        **{"method.guide": "gbt-32150", "period.year": "2024", "s.1.amount": "1,5", "s.1.amount.unit": "MWh"},
    )
    part = client.post(f"{address}collect/1/compute/").content.decode()
    assert "1.5" in part  # the remedy
    assert "#f-s.1.amount.evidence" in part
    put(client, address, **{"s.1.amount": "1000"})
    assert client.get(address).context["computed"].emissions[1] > 0
    assert "厂区用电" in client.get(address).content.decode()
    assert client.get(f"{address}collect/7/").status_code == 404
    for query in ("", "?blank"):
        assert client.get(f"{address}collect.pdf{query}").content.startswith(b"%PDF")


def test_what_does_not_agree_stands_beside_its_row(client: Client) -> None:
    address = begun(client, "machinery")
    put(client, address, **{"s.4.amount.second": "11000", "s.4.amount.second.name": "结算单"})
    page = client.post(f"{address}compute/").content.decode()
    assert 'data-check-of="s.4"' in page
    assert "抄表记录" in page


def test_the_plan_is_filled_in_shown_in_the_preview_and_goes_with_the_case(client: Client) -> None:
    address = begun(client, "machinery")
    put(client, address, **{"s.4.amount.plan.department": "动力科", "s.4.who": "乙"})
    assert client.post(f"{address}plan/draft/").status_code == 302
    assert "calibration_months = 12" in client.get(f"{address}case.toml").content.decode()
    assert "还缺：" in client.post(f"{address}plan/compute/").content.decode()
    preview = client.get(f"{address}report/")
    titles = [one["title"] for one in preview.context["sheets"]]
    assert [one[0] for one in titles[:9]] == list("一二三四五六七八九"), (
        "what is not filled in is said, not skipped"
    )
    assert "动力科" in preview.content.decode()
    assert preview.context["paper"]["total"].replace("\u2009", " ") in preview.content.decode()
    empty = begun(client, "blank", title="空白")
    assert "不能导出" in client.get(f"{empty}report/", follow=True).content.decode()
    assert "先在工作簿" in client.get(f"{empty}plan/").content.decode()
