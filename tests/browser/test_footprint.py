"""A footprint model from blank to result, by mouse and by keyboard, with a slip that is named and mended."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.people import api as people

pytestmark = [pytest.mark.anydatabase, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(visit: Any, live_server: Any) -> Page:
    user = people.register(phone="13800138001", password="long-enough-7", at=clock.now())
    client = Client()
    client.force_login(user)
    found: Page = visit()
    cookies = [
        {"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()
    ]
    found.context.add_cookies(cookies)
    return found


def field(page: Page, name: str) -> Any:
    return page.locator(f'[data-value="{name}"]')


def drag(page: Page, source: str, target: str) -> None:
    page.locator(target).scroll_into_view_if_needed()
    page.locator(source).scroll_into_view_if_needed()
    start, end = (page.locator(one).bounding_box() for one in (source, target))
    assert start and end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 12, steps=4)
    page.mouse.up()


def test_from_blank_to_result(page: Page) -> None:
    page.goto("/workshop/footprint/")
    page.get_by_label("产品名称").fill("锻件")
    page.get_by_role("button", name="从空白开始").click()
    expect(page.get_by_text("还没有过程。")).to_be_visible()

    page.wait_for_selector("[data-footprint][data-ready]")
    page.locator("[data-add=process]").click()
    field(page, "n.1.name").fill("锻造")
    field(page, "n.1.out.1.name").fill("锻件")
    field(page, "n.1.out.1.amount").fill("1000")
    page.locator("[data-add=factor]").click()
    field(page, "n.2.name").fill("钢坯")
    field(page, "n.2.value").fill("2，0")  # a full-width comma
    page.locator("[data-add=electricity]").click()
    field(page, "n.3.year").select_option("2024")
    field(page, "unit.text").fill("1 t 锻件")
    expect(page.locator("[data-box='3']")).to_be_visible()

    drag(page, "[data-box='2'] [data-port]", "[data-box='1']")  # by mouse
    expect(field(page, "n.1.in.1.amount")).to_be_focused()
    page.keyboard.type("1200")
    expect(field(page, "n.1.in.1.unit")).to_have_value("kg")
    expect(page.locator("[data-goto='n.1.in.1.flow'][class^=fp-edge]")).to_be_attached()
    page.locator("[data-box='3']").focus()  # by keyboard
    page.keyboard.press("c")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(field(page, "n.1.in.2.amount")).to_be_focused()
    page.keyboard.type("500")
    expect(field(page, "n.1.in.2.unit")).to_have_value("kWh")
    expect(page.locator("[data-goto='n.1.in.2.flow'][class^=fp-edge]")).to_be_attached()
    drag(page, "[data-box='1'] [data-port]", "[data-box='0']")
    field(page, "unit.amount").fill("1")
    field(page, "unit.unit").select_option("t")

    expect(field(page, "n.2.value")).to_have_attribute("aria-invalid", "true")
    page.locator("[data-fault='n.2.value'] [data-goto]").click()
    expect(field(page, "n.2.value")).to_be_focused()
    field(page, "n.2.value").fill("2.0")
    expect(page.locator("[data-total]")).to_have_text("2 688.85")  # 1 200 × 2 + 500 × 0.5777
    expect(page.locator(".fp-sankey svg")).to_contain_text("钢坯")

    page.locator("[data-box='1']").focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(field(page, "n.1.stage")).to_have_value("raw material")
    expect(page.locator("[data-box='1']")).to_have_attribute("data-column", "1")
    page.locator("[data-box='3']").focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-total]")).to_have_text("2 400.00")  # what nobody makes is left out and named
    page.locator("[data-undo-button]").click()
    expect(page.locator("[data-total]")).to_have_text("2 688.85")

    page.locator("[data-node='1'] > summary").click()
    page.context.set_offline(True)
    field(page, "n.1.in.1.amount").fill("1100")
    expect(page.get_by_text("计算需要连接服务器")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-total]")).to_have_text("2 488.85")
    page.reload()
    expect(page.locator("[data-total]")).to_have_text("2 488.85")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    grave = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not grave, found.generate_report()
    work = labs.Work.objects.get()
    assert labs.state_of(work).values["n.1.in.1.amount"] == "1100"
