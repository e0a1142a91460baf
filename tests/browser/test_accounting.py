"""An accounting task from blank to report: rows typed, factors picked, months from a sheet, the engine's report."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from tancai.labs import api as labs
from tancai.labs.benches import accounting as bench
from tancai.lib import clock, spreadsheets
from tancai.people import api as people

pytestmark = [pytest.mark.anydatabase, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trainee(db: None) -> Any:
    return people.register(phone="13800138001", password="long-enough-7", at=clock.now())


@pytest.fixture
def page(visit: Any, live_server: Any, transactional_db: None, trainee: Any) -> Page:
    client = Client()
    client.force_login(trainee)
    found: Page = visit()
    found.context.add_cookies(
        [{"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()]
    )
    return found


def field(page: Page, name: str) -> Any:
    return page.locator(f'[data-value="{name}"]')


def add(page: Page, kind: str) -> None:
    rows = page.locator("[data-row-form]").count()
    page.locator("[data-kinds]").select_option(kind)
    page.get_by_role("button", name="添加排放源").click()
    expect(page.locator("[data-row-form]")).to_have_count(rows + 1)


def test_from_blank_to_report(page: Page, trainee: Any, tmp_path: Path) -> None:
    page.goto("/workshop/accounting/")
    page.get_by_label("名称（企业和年度）").fill("示例铸造 2024")
    page.get_by_role("button", name="从空白开始").click()
    page.wait_for_selector("[data-accounting][data-ready]")
    field(page, "enterprise.name").fill("示例铸造有限公司")
    field(page, "method.guide").select_option("ndrc-machinery")
    field(page, "period.year").fill("2024")

    add(page, "fuel")
    field(page, "s.1.name").fill("熔炼天然气")
    page.locator("[data-row-form='1'] [data-pick]").click()
    page.locator("[data-picker-search]").fill("天然气 2015")
    chosen = page.locator(".ac-factor", has_text="389.310").get_by_role("button")
    chosen.click()
    expect(field(page, "s.1.fuel")).to_have_value("天然气")
    field(page, "s.1.amount").fill("1,85")
    expect(page.locator("[data-fault='s.1.amount']")).to_contain_text("1.85")
    field(page, "s.1.amount").fill("185.6")
    expect(page.locator("[data-fault='s.1.amount']")).to_be_hidden()

    add(page, "electricity")
    field(page, "s.2.name").fill("外购电力")
    page.locator("[data-row-form='2'] [data-pick]").click()
    page.locator("[data-picker-search]").fill("江苏 2023")
    page.locator(".ac-factor", has_text="0.5827").get_by_role("button").first.click()
    expect(field(page, "s.2.year")).to_have_value("2023")

    page.get_by_text("从表格导入月度数据").click()
    sheet = tmp_path / "months.xlsx"
    months = [str(1000 + 10 * k) for k in range(12)]
    lines = [["2", "外购电力", "电量", "MWh", *months], ["9", "没有的", "电量", "MWh", *months]]
    sheet.write_bytes(spreadsheets.write("月度数据", bench.HEADINGS, lines))
    page.locator("#ac-sheet").set_input_files(sheet)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("工作簿里没有这一排放源")).to_be_visible()
    page.get_by_role("button", name="写入工作簿").click()
    page.wait_for_selector("[data-accounting][data-ready]")

    gas, power = 185.6 * 389.31 * 0.0153 * 0.99 * 44 / 12, sum(map(int, months)) * 0.5827
    expect(page.locator(".ac-sum .num")).to_have_text(f"{gas + power:,.2f}".replace(",", " "))
    found = Axe().run(page)
    assert not [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")]

    page.locator("[data-row-form='1'] > summary").click()
    page.locator("[data-row-form='1'] [data-remove-row]").click()
    expect(page.locator(".ac-sum .num")).to_have_text(f"{power:,.2f}".replace(",", " "))
    page.locator("[data-undo-button]").click()
    expect(page.locator(".ac-sum .num")).to_have_text(f"{gas + power:,.2f}".replace(",", " "))

    with page.expect_download() as download:
        page.get_by_role("link", name="排放报告 PDF").click()
    report = tmp_path / "report.pdf"
    download.value.save_as(report)
    text = subprocess.run(["pdftotext", str(report), "-"], capture_output=True, text=True, check=True).stdout
    assert re.sub(r"\s", "", f"{gas + power:.0f}") in re.sub(r"\s", "", text)

    work = labs.works(trainee).get()
    assert bench.compute(labs.state_of(work).values).found.total.value == pytest.approx(gas + power)  # type: ignore[union-attr]
