"""Office and learning pages in English: no Han character outside data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tancai.web.office.programme_forms import SETTINGS

HAN = re.compile(r"[\u4e00-\u9fff]")


def lines(response: Any) -> list[str]:
    page = response.content.decode().partition("<main")[2].partition("</main>")[0]
    page = re.sub(r"<textarea.*?</textarea>|<(script|style).*?</\1>", "", page, flags=re.S)
    page = re.sub(r'(value|data-[a-z-]+|lang)="[^"]*"', "", page)
    return [line.strip() for line in re.sub(r"<[^>]+>", "\n", page).splitlines() if HAN.search(line)]


def in_english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize(
    "address", ["/office/programmes/", "/office/programmes/cem/compare/", "/office/orders/"]
)
def test_lists_are_wholly_english(administrator: Client, address: str) -> None:
    said = lines(in_english(administrator).get(address))
    assert said == []


@pytest.mark.parametrize("part", SETTINGS)
def test_settings_forms_have_no_chinese_but_the_notes(administrator: Client, part: str) -> None:
    from tancai.programmes import api as programmes

    data = {note.text for note in programmes.definition("cem").notes}
    data |= {note.source for note in programmes.definition("cem").notes}
    said = lines(in_english(administrator).get(f"/office/programmes/cem/edit/{part}/"))
    assert [line for line in said if line not in data and "“取得其他专业”" not in line] == []
