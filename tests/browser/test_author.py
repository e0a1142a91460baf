"""Two authors in the browser: one writes with keys, loses nothing on a reload and sends; the other approves by keys."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import expect

from tancai.items import api as items
from tancai.items.models import ItemVersion
from tancai.lib import clock
from tests.author.test_pages import account, body
from tests.installed import install

pytestmark = pytest.mark.django_db(transaction=True)


def enter(page: Any, user: Any, live_server: Any) -> Any:
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return page


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (80, 60), (30, 120, 70)).save(data, "PNG")
    return data.getvalue()


def test_an_item_is_written_and_approved_by_keys(visit: Any, live_server: Any) -> None:
    install(clock.now(), bank=True)
    writer, reader = account("author", body()), account("author", body())
    page = enter(visit(), writer, live_server)
    page.goto("/author/new/?topic=cem-7&kind=single&difficulty=easy")
    stem = page.locator("[name=stem]")
    stem.fill("按 E 计算外购电力的排放，应使用（　）。")
    stem.evaluate("area => area.setSelectionRange(2, 3)")
    page.keyboard.press("Alt+f")
    page.fill("[name=option_A]", "电力平均排放因子")
    page.fill("[name=option_B]", "天然气的碳氧化率")
    page.keyboard.press("Alt+1")
    expect(page.locator("[data-preview] math")).to_be_visible()
    expect(page.locator("[data-preview] .question-option")).to_have_count(2)

    page.reload()
    expect(page.locator("[data-kept]")).to_be_visible()
    expect(stem).to_have_value("按 $E$ 计算外购电力的排放，应使用（　）。")
    expect(page.locator("[name=right_A]")).to_be_checked()

    stem.focus()
    page.keyboard.press("Control+End")
    page.click("[data-opens=picture]")
    page.set_input_files("#picture-file", {"name": "图.png", "mimeType": "image/png", "buffer": picture()})
    page.fill("#picture-words", "绿色方块")
    page.click("#picture .button-primary")
    expect(page.locator("[data-preview] img")).to_have_attribute("alt", "绿色方块")
    page.fill("[name=document]", "GB/T 32150—2025")
    page.fill("[name=explanation]", "外购电力用平均因子。")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/author/items/**")
    made = ItemVersion.objects.latest("pk")
    assert items.current_state(made) == "review" and made.key == {"letters": ["A"]}
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('tancai-writing'))") == []

    other = enter(visit(), reader, live_server)
    other.goto("/author/review/")
    expect(other.locator(".preview .item-image")).to_be_visible()
    other.keyboard.press("m")
    other.keyboard.type("a")  # a letter of the remark, not the verdict
    expect(other.locator("#remark-text")).to_have_value("a")
    other.keyboard.press("Escape")
    other.keyboard.press("p")
    expect(other.get_by_text("审题队列是空的")).to_be_visible()
    assert items.current_state(made) == "pilot"
