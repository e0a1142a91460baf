"""Writing an item: preview as in the exam room, pictures, saving and sending in one go."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tancai.items import api as items
from tancai.items.models import ItemVersion
from tancai.programmes import api as programmes
from tests.author.test_pages import CHOICES, NOW, account, bank, body, client, place

pytestmark = pytest.mark.django_db
__all__ = ["bank"]


@pytest.fixture
def author() -> Any:
    return account("author", body())


def drawn(browser: Any, kind: str, **given: str) -> str:
    return str(browser.post(reverse("author:preview", args=[kind]), given).content.decode())


def test_the_preview_shows_what_is_typed_and_what_is_missing(author: Any) -> None:
    browser = client(author)
    full = drawn(browser, "single", **{**CHOICES, "stem": "按 $AD\\times EF$ 计算"})
    assert 'data-kind="single"' in full and "<math" in full and "还差这些" not in full
    half = drawn(browser, "single", stem="只有题干")
    assert "只有题干" in half and "须有 2 到" in half
    assert "写下题干后" in drawn(browser, "single")
    assert "无法显示" in drawn(browser, "single", **{**CHOICES, "stem": "坏公式 $\\foo$"})
    short = drawn(browser, "short", stem="说明步骤", point_1="一", marks_1="4", point_2="二", marks_2="x")
    assert 'data-kind="short"' in short and "分值须为大于 0 的整数" in short
    assert browser.post(reverse("author:preview", args=["nonsense"])).status_code == 404
    assert "&lt;script&gt;" in drawn(browser, "single", stem="<script>")


def test_the_preview_tells_of_similar_items_and_sources_no_longer_in_force(author: Any) -> None:
    browser = client(author)
    original = ItemVersion.objects.get(item__code="cem-1-s02")
    given = {f"option_{each['letter']}": each["text"] for each in original.content["options"]}
    given |= {"stem": original.content["stem"], "document": "甲标准"}
    assert "cem-1-s02" in drawn(browser, "single", **given)
    assert "相近" not in drawn(browser, "single", **given, item="cem-1-s02")
    items.mark_source("甲标准", "superseded", note="由乙标准代替", by=author, at=NOW)
    assert "由乙标准代替" in drawn(browser, "single", **given)
    other = next(code for code in ("dcne", "csa") if programmes.definition(code).body != body().code)
    stranger = client(account("author", body(other)))
    address = reverse("author:preview", args=["single"])
    assert stranger.post(address, {**given, "item": "cem-1-s02"}).status_code == 404
    assert client(account()).post(address, given).status_code == 404


def test_saving_can_send_to_review_at_once(author: Any) -> None:
    done = client(author).post(place("revise"), {**CHOICES, "send": "1"}, follow=True)
    assert "已保存并送审" in done.content.decode()
    version = ItemVersion.objects.get(item__code="cem-1-s01", number=2)
    assert items.current_state(version) == "review"


def test_a_picture_comes_back_as_the_text_that_stands_for_it(author: Any) -> None:
    browser = client(author)
    data = io.BytesIO()
    Image.new("RGB", (30, 20), (200, 30, 40)).save(data, "PNG")
    send = lambda content, words: browser.post(  # noqa: E731
        reverse("author:picture"),
        {"picture": SimpleUploadedFile("图.png", content), "words": words},
    )
    text = send(data.getvalue(), "红色方块").json()["text"]
    stem = f"如图 {text}，是（　）。"
    assert 'src="data:image/' in drawn(browser, "single", **{**CHOICES, "stem": stem})
    browser.post(place("revise"), {**CHOICES, "stem": stem})
    assert 'src="data:image/' in browser.get(place("item")).content.decode()
    for content, words, said in (
        (data.getvalue(), "", "请写明图里有什么"),
        (b"<svg/>", "x", "不是可用的图片"),
        (b"", "x", "请选择图片"),
    ):
        answer = send(content, words)
        assert answer.status_code == 422 and said in answer.json()["error"]
    assert client(account()).post(reverse("author:picture")).status_code == 404


def test_a_file_comes_back_as_the_text_that_stands_for_it(author: Any) -> None:
    browser = client(author)

    def sent(name: str, content: bytes) -> Any:
        return browser.post(reverse("author:attachment"), {"attachment": SimpleUploadedFile(name, content)})

    text = sent("台账.csv", "月份,用电量\n1,7654\n".encode()).json()["text"]
    assert text.startswith("[台账.csv](file:")
    shown = drawn(browser, "single", **{**CHOICES, "stem": f"按{text}计算"})
    assert "<td>7654</td>" in shown and "还差这些" not in shown
    for name, content in (("x.csv", b""), ("x.exe", b"MZ"), ("x.xlsx", b"no workbook"), ("x.pdf", b"%PDF-")):
        refused = sent(name, content)
        assert refused.status_code == 422 and refused.json()["error"]
    assert client(account()).post(reverse("author:attachment")).status_code == 404
