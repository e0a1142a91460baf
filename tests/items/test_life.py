"""The life of items: pilot, remarks, changes of many at once and their undoing, sources, uses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tancai.items import api as items
from tancai.items import rules
from tancai.items.models import Item, ItemChange, ItemVersion
from tests.marking.world import account

AT = datetime.fromisoformat("2026-11-10T09:00:00+08:00")


def question(
    code: str,
    *,
    by: Any = None,
    topic: str = "cem-1",
    stem: str = "",
    state: str = "",
    document: str = "甲标准",
) -> ItemVersion:
    version = items.add_item(
        code=code,
        collection="cem",
        kind="single",
        topic=topic,
        difficulty="easy",
        levels=[],
        content={
            "stem": stem or f"第 {code} 题问什么（　）。",
            "options": [{"letter": "A", "text": "是"}, {"letter": "B", "text": "否"}],
        },
        key={"letters": ["A"]},
        basis={"document": document, "clause": "1"},
        explanation="因为。",
        by=by,
        at=AT,
    )
    path = {"": [], "review": ["review"], "pilot": ["review", "pilot"], "active": ["review", "active"]}
    for step in path[state]:
        items.take_step(version, step, reason="", by=None, at=AT)
    return version


@pytest.mark.anydatabase
@pytest.mark.parametrize(
    ("before", "after", "author", "actor", "threads", "code"),
    [
        ("review", "pilot", 1, 2, 0, ""),
        ("review", "pilot", 1, 1, 0, "second_person_needed"),
        ("pilot", "active", 1, 2, 0, ""),
        ("pilot", "active", 1, 1, 0, "second_person_needed"),
        ("review", "active", 1, 2, 1, "threads_open"),
        ("pilot", "active", None, None, 2, "threads_open"),
        ("pilot", "draft", 1, 1, 3, ""),
        ("pilot", "retired", 1, 1, 0, ""),
        ("draft", "pilot", 1, 2, 0, "no_such_step"),
        ("draft", "active", 1, 2, 0, "no_such_step"),
        ("active", "pilot", 1, 2, 0, "no_such_step"),
    ],
)
def test_steps(before: str, after: str, author: Any, actor: Any, threads: int, code: str) -> None:
    found = rules.step_refused(before, after, author_id=author, actor_id=actor, open_threads=threads)
    assert found == code


@pytest.mark.django_db
def test_what_came_in_without_a_person_needs_two() -> None:
    """The sender of a version nobody made stands for its author: not asked for a verdict, and refused one."""
    sender, other = account(), account()
    version = question("p-0")
    items.take_step(version, "review", reason="", by=sender, at=AT)
    assert items.waiting_for_review(["cem"], reader=sender) == 0
    assert [one.pk for one in items.review_queue(["cem"], reader=other)] == [version.pk]
    for state in ("pilot", "active"):
        with pytest.raises(items.NotAllowed, match="second_person_needed"):
            items.take_step(version, state, reason="", by=sender, at=AT)
    items.take_step(version, "pilot", reason="", by=other, at=AT)
    with pytest.raises(items.NotAllowed, match="second_person_needed"):
        items.take_step(version, "active", reason="", by=sender, at=AT)
    items.take_step(version, "active", reason="", by=other, at=AT)
    assert items.current_state(version) == "active"


@pytest.mark.django_db
def test_a_pilot_is_never_on_a_paper_until_it_is_in_use() -> None:
    version = question("p-1", state="pilot")
    assert items.supply({"cem-1"}) == {}
    items.take_step(version, "active", reason="120 人试测，难度 0.7", by=None, at=AT)
    assert items.supply({"cem-1"}) == {("cem-1", "single", "easy"): 1}


@pytest.mark.django_db
def test_remarks_hold_an_approval_back_until_they_are_settled() -> None:
    author, reader = account(), account()
    version = question("p-1", by=author, state="review")
    head = items.add_comment(version, text=" 选项太短 ", place="options.B", by=reader, at=AT)
    assert head.text == "选项太短" and items.open_threads(version) == 1
    with pytest.raises(items.NotAllowed, match="threads_open"):
        items.take_step(version, "active", reason="", by=reader, at=AT)
    items.add_comment(version, text="已改", answers=head, by=author, at=AT)
    items.mark_comment(head, "settled", by=author, at=AT)
    items.mark_comment(head, "settled", by=author, at=AT)  # said already
    assert head.marks.count() == 1 and items.open_threads(version) == 0
    reply = items.add_comment(version, text="还是太短", answers=head, by=reader, at=AT)
    assert reply.place == "options.B" and items.open_threads(version) == 1
    items.mark_comment(head, "settled", by=reader, at=AT)
    (thread,) = items.threads([version])[version.pk]
    assert thread.settled and thread.settled_by == reader and len(thread.replies) == 2
    items.take_step(version, "active", reason="", by=reader, at=AT)
    other = question("p-2")
    for given, code in (
        ({"text": " "}, "empty"),
        ({"text": "x" * 2001}, "too_long"),
        ({"text": "x", "answers": head}, "elsewhere"),
    ):
        with pytest.raises(items.BadComment, match=code):
            items.add_comment(other, by=reader, at=AT, **given)
    with pytest.raises(items.BadComment, match="elsewhere"):
        items.mark_comment(reply, "settled", by=reader, at=AT)


def rows(*codes: str) -> list[Item]:
    return list(Item.objects.filter(code__in=codes).order_by("code"))


@pytest.mark.django_db
def test_a_change_of_many_is_looked_at_made_and_taken_back() -> None:
    question("p-1"), question("p-2", topic="cem-2"), question("p-3")
    everything = rows("p-1", "p-2", "p-3")
    homes = {"cem-1": "cem", "cem-2": "cem", "csa-1": "csa"}
    change = items.Change("topic", "cem-2")
    plan = items.plan_change(everything, change, homes=homes, by=None)
    assert [one.code for one in plan] == ["", "same", ""]
    assert ItemChange.objects.count() == 0 and {item.topic for item in rows("p-1", "p-3")} == {"cem-1"}
    batch = items.change_items(everything, change, homes=homes, by=None, at=AT)
    assert [item.topic for item in rows("p-1", "p-2", "p-3")] == ["cem-2"] * 3
    assert batch.changes.count() == 2
    items.change_items(rows("p-3"), items.Change("topic", "cem-1"), by=None, at=AT)
    assert [one.code for one in items.plan_undo(batch)] == ["", "changed_since"]
    undoing = items.undo_change(batch, by=None, at=AT)
    assert [item.topic for item in rows("p-1", "p-2", "p-3")] == ["cem-1", "cem-2", "cem-1"]
    for again, code in ((batch, "undone_already"), (undoing, "is_undoing")):
        with pytest.raises(items.BadChange, match=code):
            items.undo_change(again, by=None, at=AT)
    away = items.plan_change(everything, items.Change("topic", "csa-1"), homes=homes, by=None)
    assert {one.code for one in away} == {"other_collection"}
    with pytest.raises(items.BadChange, match="nothing_fits"):
        items.change_items(everything, items.Change("topic", "csa-1"), homes=homes, by=None, at=AT)


@pytest.mark.django_db
def test_tags_come_and_go_by_batches() -> None:
    question("p-1"), question("p-2")
    both = rows("p-1", "p-2")
    items.change_items(both[:1], items.Change("tag_add", " 核算  题 "), by=None, at=AT)
    batch = items.change_items(both, items.Change("tag_add", "核算 题"), by=None, at=AT)
    assert batch.changes.count() == 1
    assert items.tags(["cem"]) == {"核算 题": 2}
    items.undo_change(batch, by=None, at=AT)
    assert items.tags_of([item.pk for item in both]) == {both[0].pk: ["核算 题"]}
    items.change_items(both, items.Change("tag_remove", "核算 题"), by=None, at=AT)
    assert items.tags(["cem"]) == {}
    for change, code in (
        (items.Change("tag_add", " "), "bad_tag"),
        (items.Change("tag_add", "长" * 31), "bad_tag"),
        (items.Change("difficulty", "x"), "bad_value"),
        (items.Change("levels", "x"), "bad_value"),
        (items.Change("code", "x"), "unknown_kind"),
    ):
        with pytest.raises(items.BadChange, match=code):
            items.plan_change(both, change, by=None)


@pytest.mark.django_db
def test_steps_of_many_keep_the_second_person_and_come_back_but_for_approvals() -> None:
    author, reader = account(), account()
    question("p-1", by=author), question("p-2", by=reader), question("p-3", by=author, state="active")
    every = rows("p-1", "p-2", "p-3")
    plan = items.plan_change(every, items.Change("step", "review"), by=author)
    assert [one.code for one in plan] == ["", "", "no_such_step"]
    sent = items.change_items(every, items.Change("step", "review"), by=author, at=AT)
    plan = items.plan_change(every, items.Change("step", "active"), by=author)
    assert [one.code for one in plan] == ["second_person_needed", "", "same"]
    approved = items.change_items(every, items.Change("step", "active"), by=author, at=AT)
    assert approved.changes.count() == 1
    assert [one.code for one in items.plan_undo(approved)] == ["final"]
    items.undo_change(sent, by=author, at=AT)
    states = {v.item.code: items.current_state(v) for v in ItemVersion.objects.select_related("item")}
    assert states == {"p-1": "draft", "p-2": "active", "p-3": "active"}
    # retiring means the version in use, and comes back unless another has taken its place
    items.revise_item(
        every[2],
        content={"stem": "新", "options": [{"letter": "A", "text": "是"}, {"letter": "B", "text": "否"}]},
        key={"letters": ["B"]},
        basis={"document": "乙"},
        explanation="x",
        note="x",
        by=author,
        at=AT,
    )
    gone = items.change_items(every[1:], items.Change("step", "retired"), note="废止", by=author, at=AT)
    assert [(c.item.code, c.version.number, c.before) for c in gone.changes.order_by("item__code")] == [
        ("p-2", 1, "active"),
        ("p-3", 1, "active"),
    ]
    second = ItemVersion.objects.get(item=every[2], number=2)
    items.take_step(second, "review", reason="", by=author, at=AT)
    items.take_step(second, "active", reason="", by=reader, at=AT)
    assert [one.code for one in items.plan_undo(gone)] == ["", "changed_since"]
    items.undo_change(gone, by=author, at=AT)
    assert sum(items.supply({"cem-1"}).values()) == 2
    assert items.change_batches(["cem"])[0].pk > gone.pk
    assert not items.change_batches(["csa"]).exists()


@pytest.mark.django_db
def test_sources_say_what_stands_on_them() -> None:
    question("p-1", state="active"), question("p-2"), question("p-3", document="乙标准")
    assert [(s.document, s.items, s.in_use, s.mark) for s in items.sources(["cem"])] == [
        ("甲标准", 2, 1, ""),
        ("乙标准", 1, 0, ""),
    ]
    items.mark_source("甲标准", "superseded", note="由丙标准代替", by=None, at=AT)
    assert items.sources(["cem"])[0].note == "由丙标准代替"
    assert items.superseded_documents() == ["甲标准"]
    items.mark_source("甲标准", "in_force", note="", by=None, at=AT)
    assert items.superseded_documents() == []
    with pytest.raises(ValueError):
        items.mark_source("甲标准", "x", note="", by=None, at=AT)


@pytest.mark.django_db
def test_alike_items_are_found_and_retired_ones_are_not() -> None:
    stem = "重点排放单位应当在每年3月31日前报送上一年度排放报告，下列说法正确的是（　）。"
    first = question("p-1", stem=stem)
    second = question("p-2", stem=stem.replace("应当在", "须于"))
    question("p-3", stem="下列属于间接排放的是（　）。")
    (pair,) = items.alike(["cem"])
    assert (pair.first, pair.second) == (first.pk, second.pk) and 0.6 < pair.similarity < 1
    assert [v.pk for v, _value in items.alike_to(first.content, ["cem"], item=first.item)] == [second.pk]
    assert items.alike(["csa"]) == []
    items.take_step(second, "retired", reason="x", by=None, at=AT)
    assert items.alike(["cem"]) == []


@pytest.mark.django_db
def test_counts_queue_and_authors() -> None:
    author, reader = account(), account()
    question("p-1", by=author, state="review")
    question("p-2", by=author, state="active"), question("p-3", by=None, topic="cem-2", state="pilot")
    assert items.counts_by_topic(["cem"]) == {"cem-1": {"review": 1, "active": 1}, "cem-2": {"pilot": 1}}
    assert [v.item.code for v in items.review_queue(["cem"], reader=reader)] == ["p-1"]
    assert not items.review_queue(["cem"], reader=author).exists()
    assert items.authors(["cem"]) == [author] and items.authors(["csa"]) == []
    listed = {item.code: item for item in items.bank(["cem"])}
    assert listed["p-1"].author_id == author.pk and not listed["p-2"].used
    assert items.uses_of(listed["p-1"]) == []
