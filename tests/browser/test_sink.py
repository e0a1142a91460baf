"""A sink project in the browser: from a blank page over plots on the map and their tallies to reductions."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.people import api as people
from tests.browser.conftest import until

pytestmark = [pytest.mark.anydatabase, pytest.mark.django_db(transaction=True)]
TALLIES = {
    "A1": "4.5\t4.2\t14\n8\t6.6\t46\n11\t8.6\t52\n14\t10.3\t18\n",
    "A2": "4.5\t4.2\t9\n8\t6.6\t38\n11\t8.6\t58\n14\t10.3\t24\n",
}


@pytest.fixture
def page(visit: Any, live_server: Any) -> Page:
    user = people.register(phone="13800138001", password="long-enough-7", at=clock.now())
    client = Client()
    client.force_login(user)
    found: Page = visit()
    found.context.add_cookies(
        [{"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()]
    )
    return found


def field(page: Page, name: str) -> Any:
    return page.locator(f'[data-value="{name}"]')


def step(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(".tabs").get_by_role("link", name=name).click()
    page.wait_for_selector("[data-sink][data-ready]")


def test_from_plots_to_reductions(page: Page) -> None:
    page.goto("/workshop/sink/")
    page.get_by_label("项目名称").fill("东坡造林")
    page.get_by_role("button", name="从空白开始").click()
    page.wait_for_selector("[data-sink][data-ready]")
    field(page, "project.pack").select_option("ccer-14-001")
    field(page, "project.discount").select_option("A")
    field(page, "project.k_risk").fill("10")
    page.locator('[data-list="project.pools"] input[value="soil"]').check()
    page.locator('[data-list="project.pools"] input[value="soil"]').uncheck()
    field(page, "biomass.species").select_option("杉木")
    field(page, "biomass.method").select_option("allometry")
    field(page, "biomass.equations").select_option("LY/T 2264")
    page.get_by_role("button", name="添加分层").click()
    expect(field(page, "s.1.id")).to_be_focused()
    page.keyboard.type("A")
    field(page, "s.1.area").fill("150，5")  # a full-width comma
    expect(field(page, "s.1.area")).to_have_attribute("aria-invalid", "true")
    field(page, "s.1.area").fill("150")
    expect(field(page, "s.1.area")).not_to_have_attribute("aria-invalid", "true")

    step(page, "样地与检尺")
    page.get_by_label("每层样地数").fill("2")
    with page.expect_navigation():
        page.get_by_role("button", name="系统布设样地").click()
    page.wait_for_selector("[data-sink][data-ready]")
    dot = page.locator("[data-dot='1']")
    before = float(field(page, "p.1.x").input_value())
    dot.focus()
    page.keyboard.press("ArrowRight")
    expect(field(page, "p.1.x")).to_have_value(f"{round(before + 10, 1):g}")
    south = float(field(page, "p.2.y").input_value())
    page.locator("[data-dot='2'] rect").hover()  # once it stands still
    box = page.locator("[data-dot='2'] rect").bounding_box()
    assert box
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20, steps=3)
    page.mouse.up()
    until(page, f"document.querySelector('[data-value=\"p.2.y\"]').value < {south}")

    for number, name in ((1, "A1"), (2, "A2")):
        page.locator(f"[data-dot='{number}']").focus()
        page.keyboard.press("Enter")
        cell = page.locator(f'[data-tally="p.{number}.now"] [data-cell="d"]').first
        expect(cell).to_be_focused()
        cell.evaluate(
            "(one, text) => { const data = new DataTransfer();"
            " data.setData('text/plain', text);"
            " one.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true,"
            " cancelable: true})); }",
            TALLIES[name],
        )
    expect(page.locator("[data-stat='1']")).to_contain_text("26.0934 tC/ha")
    expect(page.locator("[data-stat='2']")).to_contain_text("29.1135 tC/ha")
    last = page.locator('[data-tally="p.1.now"] [data-cell="n"]').nth(3)
    last.press("Enter")
    expect(page.locator('[data-tally="p.1.now"] tbody tr')).to_have_count(5)
    expect(page.locator('[data-tally="p.1.now"] [data-cell="d"]').nth(4)).to_be_focused()

    step(page, "碳库与扣减")
    field(page, "plots.first_stock").fill("9000")
    field(page, "plots.first_uncertainty").fill("5")
    page.context.set_offline(True)
    field(page, "baseline.growth").fill("3.0")
    expect(page.get_by_text("计算需要连接服务器")).to_be_visible()
    page.context.set_offline(False)
    field(page, "baseline.cover").fill("2")
    expect(page.locator("[data-part=state] .figure b").first).to_be_visible()

    step(page, "结果")
    total = page.locator("[data-part=state] .figure b").first
    values = labs.state_of(labs.Work.objects.get()).values
    found = labs.sink_bench.compute(values).found
    assert found is not None and found.credit.value > 500
    expect(total).to_have_text(f"{found.credit.value:,.0f}".replace(",", " "))
    field(page, "check.claimed").fill(f"{found.net.value:.0f}")
    expect(page.locator("[data-part=claim]")).to_contain_text("没有扣减非持久性风险")
    expect(page.locator("[data-part=result] svg").first).to_be_visible()
    axe = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    grave = [one for one in axe.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not grave, axe.generate_report()
