"""Writing a case: questions come, go and change places; it is previewed, saved, shown and compared like every item."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tancai.items.models import ItemVersion
from tests.author.test_pages import account, bank, body, client
from tests.items import each_kind
from tests.marking import world as w

pytestmark = pytest.mark.django_db
__all__ = ["bank"]
PLACE = {"topic": "cem-5", "kind": "case", "difficulty": "hard"}
TYPED = {
    "questions": "single,parameterised,short",
    "stem": "某厂全年燃煤 {AD} t。",
    "line_variables": "AD = 1000~2000 / 50",
    "document": "GB/T 32150",
    "clause": "5.2",
    "explanation": "（2）{AD} × 2 = {answer2}",
    "q1-stem": "燃煤属于哪类排放？",
    "q1-marks": "3",
    "q1-option_A": "直接排放",
    "q1-option_B": "间接排放",
    "q1-right_A": "on",
    "q2-stem": "按 2 tCO$_2$/t 计算排放量。",
    "q2-marks": "5",
    "q2-line_expression": "AD * 2",
    "q2-line_unit": "tCO$_2$",
    "q3-stem": "说明核算边界。",
    "q3-marks": "4",
    "q3-reference": "以法人为边界。",
    "q3-point_1": "法人边界",
    "q3-marks_1": "4",
}


@pytest.fixture
def browser() -> Any:
    return client(account("author", body()))


def test_a_case_is_written_question_by_question(browser: Any) -> None:
    shown = browser.post(reverse("author:preview", args=["case"]), TYPED).content.decode()
    assert shown.count("data-part=") == 3 and "还差这些" not in shown and "{AD}" not in shown
    done = browser.post(reverse("author:new"), {**PLACE, **TYPED}, follow=True)
    assert "已存为草稿" in done.content.decode()
    version = ItemVersion.objects.get(item__kind="case", item__topic="cem-5")
    assert [q["kind"] for q in version.content["questions"]] == ["single", "parameterised", "short"]
    assert version.key["questions"][1] == {"expression": "AD * 2"}

    page = browser.get(reverse("author:revise", args=[version.item.code])).content.decode()
    assert 'value="single,parameterised,short"' in page and "第 3 小题 · 简答题" in page
    again = {**TYPED, "q1-stem": "燃煤锅炉的排放属于哪类？", "note": "改写第 1 小题", "alike_ok": "on"}
    browser.post(reverse("author:revise", args=[version.item.code]), again)
    compared = browser.get(reverse("author:compare", args=[version.item.code])).content.decode()
    assert "<ins>" in compared and "锅炉" in compared


def test_what_is_missing_in_a_question_is_said_with_its_number(browser: Any) -> None:
    half = {**TYPED, "q1-right_A": "", "q3-marks_1": "3"}
    shown = browser.post(reverse("author:preview", args=["case"]), half).content.decode()
    assert "第 1 小题 答案：单项选择题须有且只有一个正确选项" in shown
    assert "第 3 小题 评分要点：分值之和须为 4 分" in shown
    refused = browser.post(reverse("author:new"), {**PLACE, **TYPED, "q2-marks": ""}).content.decode()
    assert (
        "第 2 小题 分" in refused
        and not ItemVersion.objects.filter(item__kind="case", item__topic="cem-5").exists()
    )


@pytest.mark.parametrize(
    ("step", "layout", "first"),
    [
        ("down:1", "parameterised,single,short", "按 2 tCO"),
        ("up:3", "single,short,parameterised", "燃煤属于"),
        ("remove:1", "parameterised,short", "按 2 tCO"),
        ("add:fill", "single,parameterised,short,fill", "燃煤属于"),
        ("add:laboratory", "single,parameterised,short", "燃煤属于"),
        ("up:1", "single,parameterised,short", "燃煤属于"),
        ("nonsense", "single,parameterised,short", "燃煤属于"),
    ],
)
def test_questions_come_go_and_change_places(browser: Any, step: str, layout: str, first: str) -> None:
    address = reverse("author:case_questions", args=["case"])
    shown = browser.post(address, {**TYPED, "do": step}).content.decode()
    assert f'value="{layout}"' in shown
    assert first in shown[shown.index('id="question-1"') : shown.index('id="question-2"')]
    assert "以法人为边界。" in shown, "what was typed stays"
    assert browser.post(reverse("author:case_questions", args=["single"]), TYPED).status_code == 404


def test_it_is_looked_at_like_every_item(browser: Any) -> None:
    version = each_kind.add("case", collection="cem", topic="cem-5", at=w.AT)
    page = browser.get(reverse("author:item", args=[version.item.code])).content.decode()
    assert page.count("data-part=") == 4 and "第 3 小题 · 6 分" in page
