"""A trading day of one person and thirty simulated traders, hosted and watched in real browsers over streams."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from tancai.engines.trading import orders, packs, replaying
from tancai.labs import api as labs
from tancai.lib import clock
from tancai.people import api as people
from tests.browser.asgi import served
from tests.browser.conftest import NARROW, no_sideways_scrolling

pytestmark = [pytest.mark.anydatabase, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    labs.forget_markets()
    yield
    labs.forget_markets()


def enter(page: Page, address: str, phone: str) -> Any:
    user = people.register(phone=phone, password="long-enough-7", at=clock.now())
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": name, "value": one.value, "url": address} for name, one in client.cookies.items()]
    )
    return user


def look(page: Page, name: str) -> None:
    folder = os.environ.get("TANCAI_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def sound(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    grave = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not grave, found.generate_report()


def test_a_trading_day(visit: Any, tmp_path: Any) -> None:
    with served() as address:
        host, trader = visit(), visit()
        enter(host, address, "13800138001")
        person = enter(trader, address, "13800138002")

        host.goto(f"{address}/workshop/trading/")
        look(host, "home")
        host.get_by_label("市场名称").fill("核算班")
        host.get_by_label("随机种子").fill("7")
        host.get_by_role("button", name="开设市场").click()
        code = host.locator(".trading-code b").inner_text()

        trader.goto(f"{address}/workshop/trading/")
        trader.get_by_label("加入码").fill(code.lower())
        trader.get_by_role("button", name="加入", exact=True).click()
        expect(trader.locator("[data-live]")).to_have_text("实时更新")
        expect(host.locator("[data-part=ranking]")).to_contain_text("E01")  # told by the stream

        host.get_by_label("速度").select_option("1000")
        host.get_by_role("button", name="改速度").click()
        host.get_by_role("button", name="开始").click()
        expect(trader.locator("[data-part=head]")).to_contain_text("交易中")
        expect(trader.locator("[data-part=book] tr.ask [data-take]").first).to_be_visible()

        seat = labs.seats_of(person)[0]
        before = labs.own_side(seat)
        trader.get_by_label("方式").select_option("take")
        trader.locator("#quantity").fill("500")
        trader.get_by_role("button", name="提交申报").click()
        expect(trader.locator("[data-answer]")).to_contain_text("已受理")
        expect(trader.locator("[data-bought=CEA25]")).to_have_text("500")

        trader.locator("#kind").select_option("list")
        trader.keyboard.press("Alt+KeyB")
        expect(trader.locator("#price")).to_be_focused()
        trader.keyboard.type("71.00")
        trader.keyboard.press("ArrowUp")
        trader.locator("#quantity").fill("300")
        expect(trader.locator("[data-amount]")).to_contain_text("21,303.00")
        trader.keyboard.press("Enter")
        mine = trader.locator("[data-part=orders] [data-cancel]")
        expect(mine).to_have_count(1)
        expect(trader.locator("[data-part=orders]")).to_contain_text("71.01")
        mine.click()
        expect(mine).to_have_count(0)

        trader.locator("#price").fill("99")
        trader.locator("#quantity").fill("100")
        trader.get_by_role("button", name="提交申报").click()
        expect(trader.locator("[data-answer]")).to_contain_text("85.65")  # the upper limit of the day
        expect(trader.locator("#price")).to_have_attribute("aria-invalid", "true")
        expect(trader.locator("[data-part=refusals]")).to_contain_text("85.65")

        # the day runs to its end before the next page comes
        host.get_by_role("button", name="到收市或下一交易日").click(timeout=60_000)
        expect(trader.locator("[data-part=head]")).to_contain_text("已收市", timeout=30_000)
        expect(host.locator("[data-part=ranking]")).to_contain_text("E01")
        look(host, "console")
        look(trader, "screen")
        sound(trader)
        sound(host)

        after = labs.own_side(seat)
        paid = sum(one.price * one.quantity for one in after.trades)
        assert sum(one.quantity for one in after.trades) == 500 and not after.orders and not after.frozen
        assert before.available - after.available - paid in range(paid // 100)  # the rest is the fee
        money = f"{after.available / 100:,.2f}"
        expect(trader.locator("[data-available]")).to_have_text(money)
        assert labs.market_board(seat.market).balanced

        host.get_by_role("button", name="结束市场").click()
        host.get_by_role("dialog").get_by_role("button", name="结束市场").click()
        expect(host.get_by_role("heading", name="交易结果")).to_be_visible()
        look(host, "results")
        sound(host)
        record = labs.market_record(seat.market)
        (tmp_path / "record.csv").write_text(record.text, encoding="utf-8")
        again = replaying.replay(orders.read_orders(tmp_path / "record.csv"), packs.load("cea")).market
        assert again.finish().digest() == record.digest
        assert again.accounts["E01"].available == after.available

        trader.set_viewport_size(NARROW)
        no_sideways_scrolling(trader)
        look(trader, "screen-narrow")
        for page in (host, trader):  # nobody listens when the server ends
            page.goto("about:blank")
