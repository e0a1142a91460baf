"""The author desk around the life of items: remarks, review queue, many at once, topics, sources, likeness."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.items import api as items
from tancai.items.models import ChangeBatch, Comment, Item, ItemVersion
from tancai.programmes import api as programmes
from tancai.web.author.differences import marked, pieces
from tests.author.test_pages import CHOICES, NOW, account, bank, body, client, place

pytestmark = pytest.mark.django_db
__all__ = ["bank"]


@pytest.fixture
def author() -> Any:
    return account("author", body())


@pytest.fixture
def second() -> Any:
    return account("author", body())


def sent(author: Any, code: str = "cem-1-s01") -> ItemVersion:
    """The next version of an item, sent to review by its author."""
    browser = client(author)
    browser.post(place("revise", code), {**CHOICES, "alike_ok": "on"})
    version = ItemVersion.objects.filter(item__code=code).latest("number")
    browser.post(place("step", code, version.number, "review"))
    return version


def said(response: Any) -> str:
    return str(response.content.decode())


def test_nobody_else_reaches_these_pages(author: Any, second: Any) -> None:
    version = sent(author)
    remark = items.add_comment(version, text="x", by=second, at=NOW)
    batch = items.change_items([version.item], items.Change("tag_add", "x"), by=author, at=NOW)
    gets = [reverse(f"author:{name}") for name in ("topics", "sources", "alike", "bulk", "changes", "review")]
    gets.append(reverse("author:alike_pair", args=["cem-1-s01", "cem-1-s02"]))
    posts = [
        reverse("author:source_mark"),
        reverse("author:bulk"),
        reverse("author:change_undo", args=[batch.pk]),
        reverse("author:review_verdict", args=[version.pk, "active"]),
        reverse("author:review_remark", args=[version.pk]),
        reverse("author:remark", args=["cem-1-s01", version.number]),
        reverse("author:remark_mark", args=["cem-1-s01", remark.pk, "settled"]),
    ]
    other = next(code for code in ("dcne", "csa") if programmes.definition(code).body != body().code)
    for user in (account(), account("office", body()), account("marker", body())):
        for address in gets:
            assert client(user).get(address).status_code == 404, address
        for address in posts:
            assert client(user).post(address).status_code == 404, address
    foreign = client(account("author", body(other)))
    for address in posts[4:]:
        assert foreign.post(address, {"text": "x"}).status_code in (302, 404)
    assert foreign.post(posts[2]).status_code == 404
    foreign.post(posts[3])
    assert items.current_state(version) == "review" and Comment.objects.count() == 1
    assert Client().get(gets[0]).status_code == 302


def test_a_remark_holds_the_approval_until_it_is_settled(author: Any, second: Any) -> None:
    version = sent(author)
    reader, writer = client(second), client(author)
    address = reverse("author:remark", args=["cem-1-s01", 2])
    reader.post(address, {"place": "options.B", "text": "B 也对。"})
    assert Comment.objects.get().place == "options.B"
    page = said(reader.get(place("item")))
    assert "选项 B" in page and "1 条未处理" in page
    step = place("step", "cem-1-s01", 2, "active")
    assert "还有未处理的意见" in said(reader.post(step, follow=True))
    head = Comment.objects.get()
    writer.post(address, {"answers": head.pk, "text": "已改。"})
    writer.post(reverse("author:remark_mark", args=["cem-1-s01", head.pk, "settled"]))
    assert "标为已处理" in said(reader.get(place("item")))
    reader.post(reverse("author:remark_mark", args=["cem-1-s01", head.pk, "reopened"]))
    assert items.open_threads(version) == 1
    reader.post(reverse("author:remark_mark", args=["cem-1-s01", head.pk, "settled"]))
    assert "已通过" in said(reader.post(step, follow=True))
    assert "请写下意见" in said(reader.post(address, {"text": " "}, follow=True))
    assert reader.post(address, {"text": "x", "answers": "999"}).status_code == 404
    assert reader.post(reverse("author:remark", args=["cem-1-s01", 9]), {"text": "x"}).status_code == 404
    elsewhere = reverse("author:remark_mark", args=["cem-1-s02", head.pk, "settled"])
    assert reader.post(elsewhere).status_code == 404


def test_a_pilot_ends_with_what_was_found(author: Any, second: Any) -> None:
    sent(author)
    reader, writer = client(second), client(author)
    assert "进入试测" in said(reader.post(place("step", "cem-1-s01", 2, "pilot"), follow=True))
    assert reader.get(reverse("author:bank"), {"state": "pilot"}).context["table"].count == 1
    ending = place("step", "cem-1-s01", 2, "active")
    assert "请写明试测的情况" in said(reader.post(ending, follow=True))
    assert "另一位命题员" in said(writer.post(ending, {"reason": "x"}, follow=True))
    assert "已通过" in said(reader.post(ending, {"reason": "120 人，难度 0.7"}, follow=True))
    assert "120 人，难度 0.7" in said(writer.get(place("item")))


def test_the_review_queue_goes_on_by_itself(author: Any, second: Any) -> None:
    first, next_, last = (sent(author, code) for code in ("cem-1-s01", "cem-1-s02", "cem-1-s03"))
    reader = client(second)
    page = reader.get(reverse("author:review"))
    assert page.context["count"] == 3 and page.context["version"].pk == first.pk
    text = said(page)
    assert 'class="question"' in text and "<del>" in text and 'data-key="a"' in text
    verdict = lambda version, state, **given: reader.post(  # noqa: E731
        reverse("author:review_verdict", args=[version.pk, state]), given, follow=True
    )
    assert "请写明理由" in said(verdict(first, "draft"))
    after = verdict(first, "active")
    assert after.context["version"].pk == next_.pk and "cem-1-s01 已通过" in said(after)
    reader.post(reverse("author:review_remark", args=[next_.pk]), {"text": "单位", "place": "stem"})
    assert "还有未处理的意见" in said(verdict(next_, "pilot"))
    assert "已退回作者" in said(verdict(next_, "draft", reason="单位不对"))
    assert "进入试测" in said(verdict(last, "pilot"))
    assert "审题队列是空的" in said(reader.get(reverse("author:review")))
    assert "不在您的审题队列里" in said(verdict(last, "active"))
    assert "不在您的审题队列里" in said(
        client(author).post(reverse("author:review_verdict", args=[next_.pk, "active"]), follow=True)
    )


def test_many_items_are_changed_after_a_look_and_back_again(author: Any) -> None:
    browser = client(author)
    codes = ["cem-1-s01", "cem-1-s02", "base-1-s01"]
    assert said(browser.get(reverse("author:bulk"), {"code": codes})).count('name="code"') == 3
    given = {"code": codes, "kind": "topic", "topic": "cem-2"}
    plan = browser.post(reverse("author:bulk"), given)
    assert plan.context["fits"] == 2 and "知识点不属于这道题的题库" in said(plan)
    assert Item.objects.get(code="cem-1-s01").topic == "cem-1"
    done = browser.post(reverse("author:bulk"), {**given, "do": "1", "note": "重新归类"}, follow=True)
    assert "已改 2 题" in said(done) and "知识点改为 cem-2" in said(done)
    assert set(Item.objects.filter(code__in=codes).values_list("topic", flat=True)) == {"cem-2", "base-1"}
    undo = reverse("author:change_undo", args=[ChangeBatch.objects.get().pk])
    assert "已撤回 2 题" in said(browser.post(undo, follow=True))
    assert Item.objects.get(code="cem-1-s02").topic == "cem-1"
    assert "已经撤回过" in said(browser.post(undo, follow=True))
    retire = {"code": codes[:1], "kind": "step", "step": "retired", "do": "1"}
    assert "请写明理由" in said(browser.post(reverse("author:bulk"), retire))
    assert items.current_state(ItemVersion.objects.get(item__code="cem-1-s01")) == "active"
    browser.post(reverse("author:bulk"), {**retire, "note": "依据废止"})
    assert items.current_state(ItemVersion.objects.get(item__code="cem-1-s01")) == "retired"
    assert "请选择要改什么" in said(browser.post(reverse("author:bulk"), {"code": codes, "kind": "x"}))
    assert "标签须有" in said(browser.post(reverse("author:bulk"), {"code": codes, "kind": "tag_add"}))
    assert browser.post(reverse("author:bulk"), {"kind": "topic"}).status_code == 302


def test_everything_that_was_found_can_be_changed(author: Any) -> None:
    browser = client(author)
    asked = {"topic": "cem-7", "kind": "short", "all": "1"}
    page = browser.get(reverse("author:bulk"), asked)
    codes = [item.code for item in page.context["rows"]]
    assert codes and set(Item.objects.filter(code__in=codes).values_list("kind", flat=True)) == {"short"}
    change = {"code": codes, "kind": "tag_add", "tag_add": "案例", "do": "1"}
    browser.post(reverse("author:bulk"), change)
    assert browser.get(reverse("author:bank"), {"tag": "案例"}).context["table"].count == len(codes)
    assert "案例" in said(browser.get(place("item", codes[0])))


def test_the_bank_is_found_by_author_use_source_and_remarks(author: Any, second: Any) -> None:
    version = sent(author)
    browser = client(author)
    find = lambda **asked: browser.get(reverse("author:bank"), asked).context["table"].count  # noqa: E731
    assert find(author="me") == 1 and find(author=str(second.pk)) == find()  # not among the choices
    assert client(second).get(reverse("author:bank"), {"author": str(author.pk)}).context["table"].count == 1
    assert find(author="none") == find() - 1
    assert find(use="never") == find() and find(use="used") == 0
    items.draw_form(programmes.definition("cem"), level="advanced", speciality="", seed="1", by=None, at=NOW)
    assert find(use="used") == 45
    assert find(use="remarks") == 0
    items.add_comment(version, text="x", by=second, at=NOW)
    assert find(use="remarks") == 1
    assert find(source="GB/T 32150—2025") == 1
    items.mark_source("GB/T 32150—2025", "superseded", note="x", by=author, at=NOW)
    assert find(use="superseded") == 1
    assert "已标为不再有效" in said(browser.get(place("item")))


def test_topics_and_sources_are_counted(author: Any) -> None:
    browser = client(author)
    for version in ItemVersion.objects.filter(item__topic="cem-6"):
        items.take_step(version, "retired", reason="x", by=None, at=NOW)
    page = browser.get(reverse("author:topics"), {"programme": "cem"})
    rows = {row["code"]: dict(row["cells"]) for unit in page.context["units"] for row in unit["rows"]}
    assert rows["cem-6"]["active"] == 0 and rows["cem-6"]["retired"] > 0
    assert rows["cem-7"]["active"] == Item.objects.filter(topic="cem-7").count()
    assert page.context["bare"] >= 1
    assert browser.get(reverse("author:topics"), {"programme": "csa"}).status_code == 404
    page = browser.get(reverse("author:sources"))
    document = page.context["table"].found[0].document
    bad = browser.post(
        reverse("author:source_mark"), {"document": document, "mark": "superseded"}, follow=True
    )
    assert "请写明由什么文件代替" in said(bad)
    given = {"document": document, "mark": "superseded", "note": "由新版代替"}
    assert "还被在用试题引用" in said(browser.post(reverse("author:source_mark"), given, follow=True))
    assert browser.post(reverse("author:source_mark"), {**given, "document": "x"}).status_code == 404
    assert browser.post(reverse("author:source_mark"), {**given, "mark": "x"}).status_code == 404


def test_alike_items_stand_side_by_side(author: Any) -> None:
    browser = client(author)
    where = {"topic": "cem-1", "kind": "single", "difficulty": "easy"}
    original = ItemVersion.objects.get(item__code="cem-1-s02")
    copy = {**CHOICES, "stem": original.content["stem"].replace("正确", "对"), "note": ""}
    copy |= {f"option_{option['letter']}": option["text"] for option in original.content["options"]}
    asked = said(browser.post(reverse("author:new"), {**copy, **where}))
    assert "还没有保存" in asked and "cem-1-s02" in asked and original.content["options"][0]["text"] in asked
    browser.post(reverse("author:new"), {**copy, **where, "alike_ok": "on"})
    made = Item.objects.latest("pk")
    page = browser.get(reverse("author:alike"))
    pairs = {(row["first"], row["second"]) for row in page.context["table"].found}
    assert ("cem-1-s02", made.code) in pairs
    assert browser.get(reverse("author:alike"), {"both": "1"}).context["table"].count == len(pairs) - 1
    beside = said(browser.get(reverse("author:alike_pair", args=["cem-1-s02", made.code])))
    assert beside.count('class="question"') == 2 and "<ins>" in beside
    assert "cem-1-s02" in said(browser.get(place("item", made.code)))
    assert browser.get(reverse("author:alike_pair", args=["cem-1-s02", "cem-1-s02"])).status_code == 404


@pytest.mark.anydatabase
def test_what_changed_is_told_word_by_word() -> None:
    assert pieces("排放 100 吨", "排放 250 吨") == [
        ("same", "排放 ", "排放 "),
        ("changed", "100", "250"),
        ("same", " 吨", " 吨"),
    ]
    # a lone word between two changes does not splinter them
    assert pieces("甲中乙尾", "丙中丁尾") == [("changed", "甲中乙", "丙中丁"), ("same", "尾", "尾")]
    assert str(marked("公式 $a+b$", "公式 $a-b$")) == "公式 <del>$a+b$</del><ins>$a-b$</ins>"
    assert str(marked("<b>", "<i>")) == "&lt;<del>b</del><ins>i</ins>&gt;"


def test_items_being_tried_make_one_paper_with_a_key_to_analyse(author: Any, second: Any) -> None:
    browser = client(author)
    assert "没有试测中的题" in said(browser.get(reverse("author:pilot")))
    for code in ("cem-1-s01", "cem-1-s02"):
        version = sent(author, code)
        items.take_step(version, "pilot", reason="", by=second, at=NOW)
    page = browser.get(reverse("author:pilot"), {"collection": "cem"})
    assert [entry.position for entry in page.context["paper"].entries] == [1, 2]
    assert said(page).count('class="question"') == 2 and "trial-key" not in said(page)
    keyed = said(browser.get(reverse("author:pilot"), {"collection": "cem", "keys": "1"}))
    assert keyed.count("trial-key") == 2
    rows = said(browser.get(reverse("author:pilot"), {"collection": "cem", "key": "csv"})).splitlines()
    assert rows == ["item,key,options", "q1,A,A|B|C", "q2,A,A|B|C"]
    assert client(account("office", body())).get(reverse("author:pilot")).status_code == 404


def test_a_pair_that_is_no_duplicate_is_put_aside_with_a_reason_and_comes_back(author: Any) -> None:
    browser = client(author)
    first, second = "cem-1-s01", "cem-1-s02"
    one, other = (ItemVersion.objects.get(item__code=code) for code in (first, second))
    items.revise_item(
        one.item,
        content=other.content,
        key=other.key,
        basis=one.basis,
        explanation=one.explanation,
        note="x",
        by=author,
        at=NOW,
    )
    judge = reverse("author:alike_judge", args=[first, second])

    def listed(**query: str) -> bool:
        rows = browser.get(reverse("author:alike"), query).context["table"].found
        return any({row["first"], row["second"]} == {first, second} for row in rows)

    assert listed()
    assert "请写明为什么不是重复" in said(
        browser.post(judge, {"mark": "different", "reason": " "}, follow=True)
    )
    assert listed()
    browser.post(judge, {"mark": "different", "reason": "考查的条款不同"})
    assert not listed() and listed(judged="1")
    assert "考查的条款不同" in said(browser.get(reverse("author:alike_pair", args=[second, first])))
    assert "已经这样标明" in said(browser.post(judge, {"mark": "different", "reason": "又"}, follow=True))
    browser.post(judge, {"mark": "reopened"})
    assert listed() and not listed(judged="1")
    assert browser.post(judge, {"mark": "x", "reason": "y"}).status_code == 404
    assert client(account()).post(judge, {"mark": "different", "reason": "y"}).status_code == 404


def test_year_and_standing_of_a_basis_are_written_and_cleared(author: Any) -> None:
    browser = client(author)
    given = {**CHOICES, "alike_ok": "on", "note": "补效力", "year": "2024", "status": "in_force"}
    browser.post(place("revise", "cem-1-s01"), given)
    newest = ItemVersion.objects.filter(item__code="cem-1-s01").latest("number")
    assert (newest.basis["year"], newest.basis["status"]) == (2024, "in_force")
    shown = browser.get(place("revise", "cem-1-s01")).content.decode()
    assert 'value="2024"' in shown
    browser.post(place("revise", "cem-1-s01"), {**given, "year": "", "status": ""})
    newest = ItemVersion.objects.filter(item__code="cem-1-s01").latest("number")
    assert newest.basis.keys() == {"document", "clause"}
    bad = browser.post(place("revise", "cem-1-s01"), {**given, "year": "24", "status": "perhaps"})
    assert {"year", "status"} <= set(bad.context["form"].errors)


def test_who_wrote_an_item_that_came_by_command_line(author: Any, tmp_path: Any) -> None:
    path = tmp_path / "q.txt"
    path.write_text("::一::命令行导入的题目{=甲 ~乙}", encoding="utf-8")
    (done,) = items.import_file(path, items.Target(collection="cem", topic="cem-7"), by=None, at=NOW)
    page = said(client(author).get(place("item", done.code)))
    assert "命令行导入" in page and "随附题库" not in page
    assert "随附题库" in said(client(author).get(place("item", "cem-1-s01")))


@pytest.mark.anydatabase
def test_a_file_is_one_word_and_its_name_is_cut_short() -> None:
    old, new = f"见[台账](file:{'a' * 40})。", f"见[台账](file:{'b' * 40})。"
    assert str(marked(old, new)) == "见<del>[台账](file aaaaaa…)</del><ins>[台账](file bbbbbb…)</ins>。"


def test_a_rule_no_longer_in_force_never_keys_an_answer(author: Any) -> None:
    browser, second = client(author), client(account("author", body()))
    given = {**CHOICES, "alike_ok": "on", "note": "x", "send": "1", "status": "superseded"}
    browser.post(place("revise", "cem-1-s01"), given)
    newest = ItemVersion.objects.filter(item__code="cem-1-s01").latest("number")
    approve = reverse("author:step", args=["cem-1-s01", newest.number, "active"])
    assert "依据的文件已失效" in said(second.post(approve, follow=True))
    assert items.current_state(newest) == "review"
    items.mark_source(newest.basis["document"], "in_force", note="", by=author, at=NOW)
    second.post(approve)
    assert items.current_state(newest) == "active", "what staff say of the document counts"
