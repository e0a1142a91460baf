"""The author desk: rights, writing, the second person, coverage, trial papers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.items import api as items
from tancai.items import pointed
from tancai.items.models import Form, Item, ItemVersion
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.installed import install
from tests.marking.world import AT, account

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-12T10:00:00+08:00")


@pytest.fixture(autouse=True)
def bank() -> Any:
    install(AT, bank=True)
    with clock.moved(NOW):
        yield


def body(code: str = "cem") -> Any:
    return people.organisation(programmes.definition(code).body)


def client(user: Any) -> Client:
    found = Client()
    found.force_login(user)
    return found


@pytest.fixture
def author() -> Any:
    return account("author", body())


@pytest.fixture
def second() -> Any:
    return account("author", body())


def place(name: str, code: str = "cem-1-s01", *more: Any) -> str:
    return reverse(f"author:{name}", args=[code, *more])


CHOICES = {
    "stem": "下列属于间接排放的是（　）。",
    "option_A": "外购电力",
    "option_B": "锅炉燃煤",
    "option_C": "",
    "option_D": "厂内车辆",
    "right_A": "on",
    "document": "GB/T 32150—2025",
    "clause": "3.1",
    "explanation": "外购电力的排放发生在电厂。",
    "note": "换了题干",
}


def test_the_desk_is_for_authors_only() -> None:
    addresses = [
        reverse("author:bank"),
        reverse("author:new"),
        reverse("author:coverage"),
        reverse("author:trial"),
        place("item"),
        place("revise"),
        place("compare"),
    ]
    for user in (
        account(),
        account("office", body()),
        account("marker", body()),
        account("supervisor", body()),
    ):
        for address in addresses:
            assert client(user).get(address).status_code == 404, address
        assert client(user).post(place("step", "cem-1-s01", 1, "retired"), {"reason": "x"}).status_code == 404
    for address in addresses:
        assert Client().get(address).status_code == 302


def test_an_author_sees_the_own_programmes_and_the_shared_bank(author: Any) -> None:
    other = next(code for code in ("dcne", "csa") if programmes.definition(code).body != body().code)
    foreign = Item.objects.filter(collection=other).first()
    browser = client(author)
    assert browser.get(place("item", foreign.code)).status_code == 404
    assert browser.post(place("revise", foreign.code), CHOICES).status_code == 404
    assert browser.post(place("step", foreign.code, 1, "retired"), {"reason": "x"}).status_code == 404
    assert browser.get(reverse("author:coverage"), {"programme": other}).status_code == 404
    assert browser.get(reverse("author:trial"), {"programme": other}).status_code == 404
    assert browser.get(place("item", "base-1-s01")).status_code == 200
    text = browser.get(reverse("author:bank"), {"q": foreign.code}).content.decode()
    assert "没有符合条件的记录" in text


def test_the_list_is_searched_and_filtered(author: Any) -> None:
    browser = client(author)
    found = browser.get(reverse("author:bank"), {"kind": "short", "collection": "cem"})
    assert found.context["table"].count == Item.objects.filter(kind="short", collection="cem").count() > 0
    held = Item.objects.filter(topic="cem-7").count()
    assert browser.get(reverse("author:bank"), {"topic": "cem-7"}).context["table"].count == held > 0
    assert browser.get(reverse("author:bank"), {"q": "cem-7-s03"}).context["table"].count == 1
    assert browser.get(reverse("author:bank"), {"q": "合同能源管理"}).context["table"].count >= 1
    assert browser.get(reverse("author:bank"), {"state": "draft"}).context["table"].count == 0
    assert browser.get(reverse("author:bank"), {"page": "3"}).status_code == 200
    for sort in ("code", "-code", "kind", "topic", "newest_at"):
        assert browser.get(reverse("author:bank"), {"sort": sort}).status_code == 200


def test_the_preview_is_drawn_by_the_template_of_the_exam_room(author: Any) -> None:
    for code in ("cem-1-s01", "cem-1-m01", "cem-7-t01"):
        text = client(author).get(place("item", code)).content.decode()
        assert 'class="question"' in text


def test_writing_a_version_leaves_the_one_in_use_alone(author: Any) -> None:
    browser = client(author)
    done = browser.post(place("revise"), CHOICES)
    assert done.status_code == 302
    old, new = ItemVersion.objects.filter(item__code="cem-1-s01").order_by("number")
    assert (items.current_state(old), items.current_state(new)) == ("active", "draft")
    # the empty row closed up, and the letters followed
    assert [option["letter"] for option in new.content["options"]] == ["A", "B", "C"]
    assert new.content["options"][2]["text"] == "厂内车辆"
    assert new.key == {"letters": ["A"]}
    text = browser.get(place("compare")).content.decode()
    assert "<del>" in text and "<ins>" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stem": ""}, "题干"),
        ({"right_A": ""}, "须有且只有一个正确选项"),
        ({"right_B": "on"}, "须有且只有一个正确选项"),
        ({"option_B": "外购电力"}, "有重复的内容"),
        ({"option_B": "", "option_D": ""}, "须有 2 到"),
        ({"document": ""}, "依据文件"),
        ({"note": ""}, "这次改了什么"),
    ],
)
def test_what_cannot_be_used_comes_back(author: Any, change: dict[str, str], words: str) -> None:
    given = {
        key: value
        for key, value in {**CHOICES, **change}.items()
        if not (key.startswith("right") and not value)
    }
    answer = client(author).post(place("revise"), given)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text
    assert "GB/T 32150—2025" in text or "document" in change
    assert ItemVersion.objects.filter(item__code="cem-1-s01").count() == 1


def test_short_answers_are_written_by_points(author: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "stem": "说明核查的步骤。",
        "reference": "文件评审、现场核查、报告。",
        "point_1": "文件评审",
        "marks_1": "4",
        "point_3": "现场核查",
        "marks_3": "6",
        "document": "指南",
        "explanation": "三步。",
        "note": "重写",
    }
    browser = client(author)
    assert browser.post(place("revise", "cem-7-t01"), given).status_code == 302
    version = ItemVersion.objects.filter(item__code="cem-7-t01").latest("number")
    assert version.key["points"] == [
        {"text": "文件评审", "marks": 4},
        {"text": "现场核查", "marks": 6},
    ]
    bad = browser.post(place("revise", "cem-7-t01"), {**given, "marks_3": ""})
    assert "分值须为大于 0 的整数" in bad.content.decode()
    assert list(pointed._marks_on_papers("short", "cem-7", [])) == [10, 10, 10], "three levels"
    monkeypatch.setattr(pointed, "_marks_on_papers", lambda *_: iter([1]))
    many = {
        f"{name}_{n}": value for n in range(1, 4) for name, value in (("point", f"要点 {n}"), ("marks", "1"))
    }
    preview = browser.post(reverse("author:preview", args=["short"]), {**given, **many, "item": "cem-7-t01"})
    assert "请合并要点" in preview.content.decode()
    page = browser.post(place("revise", "cem-7-t01"), {**given, **many}).content.decode()
    assert "评分要点：有 3 个，太多。试卷上这类题 1 分，按半分计只够分给 2 个要点" in page


def test_a_second_person_approves(author: Any, second: Any) -> None:
    writer, reader = client(author), client(second)
    writer.post(place("revise"), CHOICES)
    step = lambda browser, state, **more: browser.post(  # noqa: E731
        place("step", "cem-1-s01", 2, state), more, follow=True
    ).content.decode()
    assert "状态已经改变" in step(writer, "active")
    assert "已送审" in step(writer, "review")
    assert items.waiting_for_review(["cem"], reader=author) == 0
    assert items.waiting_for_review(["cem"], reader=second) == 1
    assert "另一位命题员" in step(writer, "active")
    assert "请写明理由" in step(reader, "draft")
    assert "已退回修改" in step(reader, "draft", reason="选项 B 有歧义")
    assert "选项 B 有歧义" in writer.get(place("item")).content.decode()
    step(writer, "review")
    assert "已通过" in step(reader, "active")
    old, new = ItemVersion.objects.filter(item__code="cem-1-s01").order_by("number")
    assert (items.current_state(old), items.current_state(new)) == ("retired", "active")


def test_retiring_needs_a_reason(author: Any) -> None:
    browser = client(author)
    browser.post(place("step", "cem-1-s01", 1, "retired"))
    assert items.supply({"cem-1"})["cem-1", "single", "easy"] > 0
    version = ItemVersion.objects.get(item__code="cem-1-s01")
    assert items.current_state(version) == "active"
    browser.post(place("step", "cem-1-s01", 1, "retired"), {"reason": "依据已废止"})
    assert items.current_state(version) == "retired"
    assert browser.post(place("step", "cem-1-s01", 1, "nonsense")).status_code == 404
    assert browser.post(place("step", "cem-1-s01", 9, "retired"), {"reason": "x"}).status_code == 404


def test_an_item_shows_the_year_of_its_document_and_whether_it_holds(author: Any) -> None:
    page = client(author).get(reverse("author:item", args=["cem-2-s01"])).content.decode()
    assert "2024 · 有效" in page


def test_a_new_item_gets_the_next_code(author: Any) -> None:
    browser = client(author)
    where = {"topic": "cem-7", "kind": "single", "difficulty": "easy", "levels": ["beginner"]}
    page = browser.get(reverse("author:new"), where)
    assert 'name="option_A"' in page.content.decode()
    taken = set(Item.objects.values_list("code", flat=True))
    done = browser.post(reverse("author:new"), {**CHOICES, **where})
    assert done.status_code == 302
    item = Item.objects.exclude(code__in=taken).get()
    assert item.code.startswith("cem-7-s") and item.collection == "cem" and item.levels == ["beginner"]
    shared = {**where, "topic": "base-1"}
    browser.post(reverse("author:new"), {**CHOICES, **shared, "alike_ok": "1"})
    assert Item.objects.exclude(code__in=[*taken, item.code]).get().collection == "shared"
    assert browser.post(reverse("author:new"), {**CHOICES, **where, "topic": "csa-1"}).status_code == 200
    assert 'name="option_A"' not in browser.get(reverse("author:new")).content.decode()


def test_coverage_names_what_is_missing(author: Any) -> None:
    browser = client(author)
    full = browser.get(reverse("author:coverage"), {"programme": "cem"})
    assert full.context["papers"] >= 3
    assert "缺口" not in full.content.decode()
    for version in ItemVersion.objects.filter(item__collection="cem", item__kind="multiple")[9:]:
        items.take_step(version, "retired", reason="x", by=None, at=NOW)
    for version in ItemVersion.objects.filter(item__topic="cem-6").exclude(item__kind="multiple"):
        items.take_step(version, "retired", reason="x", by=None, at=NOW)
    short = browser.get(reverse("author:coverage"), {"programme": "cem", "level": "advanced"})
    text = short.content.decode()
    assert "多项选择题缺" in text
    assert short.context["papers"] == 0


def test_a_trial_paper_is_shown_and_not_kept(author: Any) -> None:
    browser = client(author)
    one = browser.get(reverse("author:trial"), {"programme": "cem", "level": "advanced", "number": "7"})
    again = browser.get(reverse("author:trial"), {"programme": "cem", "level": "advanced", "number": "7"})
    assert one.context["paper"] == again.context["paper"]
    assert one.context["paper"].total == 100
    assert "trial-key" not in one.content.decode()
    keyed = browser.get(reverse("author:trial"), {"programme": "cem", "number": "7", "keys": "1"})
    assert keyed.content.decode().count("trial-key") == 45
    assert not Form.objects.exists()
    for odd in ("0", "-3", "99999999999999999999", "x", "²"):
        assert browser.get(reverse("author:trial"), {"number": odd}).context["number"] >= 1


def test_a_trial_paper_that_cannot_be_drawn_says_why(author: Any) -> None:
    for version in ItemVersion.objects.filter(item__collection="cem", item__kind="short"):
        items.take_step(version, "retired", reason="x", by=None, at=NOW)
    text = client(author).get(reverse("author:trial"), {"programme": "cem"}).content.decode()
    assert "简答题缺 5 题" in text


def test_today_and_navigation(author: Any, second: Any, rf: Any) -> None:
    from tancai.web.author import nav, today

    client(author).post(place("revise"), CHOICES)
    client(author).post(place("step", "cem-1-s01", 2, "review"))
    request = rf.get("/")
    request.user = second
    assert nav.entries(request)[1].badge == 1
    assert len(today.due(request)) == 1
    request.user = author
    assert today.due(request) == []
    request.user = account()
    assert nav.entries(request) == [] and today.due(request) == []
