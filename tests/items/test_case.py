"""A case: several questions about one text, each scored by its own kind, with one variant for all of it."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.items import pointed
from tancai.items.assembling import papers
from tancai.items.errors import BadItem, BadResponse
from tancai.items.kinds import for_people, kinds, printed_marks, resolved, varies
from tancai.items.rules import Candidate, Want, draw
from tests.items.each_kind import CASE

pytestmark = pytest.mark.anydatabase

KIND: Any = kinds()["case"]
CONTENT, KEY = CASE


def _score(response: Any, *, marks: int = 20, variant: dict[str, str] | None = None, key: Any = KEY) -> Any:
    kind, content, own = resolved("case", CONTENT, key, variant)
    return kind.score(content, own, kind.response(response), marks=Decimal(marks), policy="all_or_nothing")


def test_it_is_sound_and_worth_the_marks_of_its_questions() -> None:
    assert KIND.faults(CONTENT, KEY, 20) == []
    assert printed_marks(CONTENT, KEY) == 20
    assert [fault.code for fault in KIND.faults(CONTENT, KEY, 19)] == ["marks_do_not_add_up"]


def test_questions_are_scored_each_by_its_own_kind() -> None:
    variant = {"AD": "1200", "EF": "2.1"}
    won = _score({"1": "B", "2": ["A"], "3": "2520", "4": ""}, variant=variant)
    assert won.marks == Decimal(9)  # 3 for the choice, 6 for the calculation, nothing for a part of several
    assert won.detail["parts"][1] == {"marks": 0.0, "out_of": 4.0}
    assert _score({"1": "B", "2": ["A"], "3": "2730"}, variant=variant).marks == 3, (
        "another candidate's figure"
    )
    assert _score(None).marks == 0


def test_people_decide_about_their_questions_only() -> None:
    found = _score({"1": "B", "4": "按法人边界核算。"})
    assert found.needs_human
    assert (found.sure, found.sure_of, found.out_of) == (3, 13, 20)
    points = for_people(KIND.solution(CONTENT, KEY))["points"]
    assert [(point["question"], point["marks"]) for point in points] == [(4, 4), (4, 3)]


@given(st.integers(1, 60), st.lists(st.integers(1, 30), min_size=2, max_size=12))
def test_marks_of_a_paper_are_shared_out_completely(marks: int, worth: list[int]) -> None:
    from tancai.items.kinds.case import shares

    found = shares({"questions": [{"marks": one} for one in worth]}, Decimal(marks))
    assert sum(found) == marks and all(one >= 0 for one in found)


def test_one_variant_is_shared_by_text_and_questions() -> None:
    assert varies("case", CONTENT) and not varies("case", {**CONTENT, "variables": []})
    variant = KIND.vary(CONTENT, random.Random(4))
    _kind, content, key = resolved("case", CONTENT, KEY, variant)
    assert variant["AD"] in content["stem"]
    assert variant["AD"] in content["questions"][2]["content"]["stem"]
    answer = Decimal(variant["AD"]) * Decimal(variant["EF"])
    assert Decimal(key["questions"][2]["value"]) == answer
    told = KIND.explained("第 3 题：{AD} × {EF} = {answer3}", content, key)
    assert told == f"第 3 题：{variant['AD']} × {variant['EF']} = {key['questions'][2]['value']}"


def test_nothing_of_the_key_is_public() -> None:
    shown = str(KIND.public(CONTENT))
    assert "AD *" not in shown and "{AD}" not in shown and "法人边界（" not in shown
    for question in KIND.public(CONTENT)["questions"]:
        assert not {"letters", "points", "value", "expression", "variables"} & set(question["public"])


@pytest.mark.parametrize("raw", ["A", ["A"], {"0": "A"}, {"13": "A"}, {"x": "A"}, 3])
def test_what_is_no_answer_to_a_case_is_refused(raw: Any) -> None:
    with pytest.raises(BadResponse):
        KIND.response(raw)


def test_a_question_that_was_answered_in_no_form_of_its_kind_counts_nothing() -> None:
    assert _score({"1": ["A", "B"], "2": {"x": 1}, "3": [], "4": None}).marks == 0


def test_faults_name_the_question() -> None:
    content = {
        **CONTENT,
        "questions": [{**q, "content": {**q["content"], "stem": ""}} for q in CONTENT["questions"]],
    }
    places = {fault.place for fault in KIND.faults(content, KEY, None)}
    assert {f"questions.{n}.stem" for n in (1, 2, 3, 4)} <= places
    alone = {**CONTENT, "questions": CONTENT["questions"][:1]}
    assert KIND.faults(alone, {"questions": KEY["questions"][:1]}, None)[0].code == "count"
    inside = {"kind": "case", "marks": 2, "content": {"stem": "x"}}
    nested = {**CONTENT, "questions": [*CONTENT["questions"], inside]}
    found = KIND.faults(nested, {"questions": [*KEY["questions"], {}]}, None)
    assert [(fault.place, fault.code) for fault in found] == [("questions.5.kind", "unknown_kind")]


def test_numbers_that_no_question_asks_for_are_a_fault() -> None:
    others = [place for place in range(4) if place != 2]
    content = {**CONTENT, "questions": [CONTENT["questions"][place] for place in others]}
    key = {"questions": [KEY["questions"][place] for place in others]}
    assert [fault.code for fault in KIND.faults(content, key, None)] == ["no_calculation"]


def test_it_is_written_as_text_and_read_again() -> None:
    written = KIND.written(CONTENT, KEY)
    assert "【单项选择题 3 分】" in written["questions"]
    assert KIND.read(CONTENT["stem"], written) == (CONTENT, KEY)


@pytest.mark.parametrize(
    "text", ["没有题型的一道题", "【论述题 5 分】\n说明理由", "【简答题 5 分】\n说明\n〔评分要点〕没有分值"]
)
def test_text_that_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(BadItem):
        KIND.read("材料", {"questions": text})


def test_points_need_half_a_mark_each_on_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pointed.least_marks("case", CONTENT, KEY) == 3, "1 of 3 marks goes to the two points"
    short = {"stem": "题"}, {"reference": "", "points": [{"text": str(n), "marks": 1} for n in range(9)]}
    assert pointed.least_marks("short", *short) == 5
    monkeypatch.setattr(pointed, "_marks_on_papers", lambda *_: iter([2, 4]))
    (fault,) = pointed.room_fault("short", *short, topic="cem-1", levels=[])
    assert (fault.place, dict(fault.params)) == ("points", {"marks": 4, "points": 9, "room": 8})
    assert not pointed.room_fault("case", CONTENT, KEY, topic="cem-1", levels=[])
    monkeypatch.setattr(pointed, "_marks_on_papers", lambda *_: iter([]))
    assert not pointed.room_fault("short", *short, topic="cem-1", levels=[]), "no paper prints it"


def test_a_paper_takes_no_item_whose_points_it_has_no_marks_for() -> None:
    pool = [Candidate(n, n, "short", "t", "easy", least) for n, least in enumerate([2, 5, 5, 3], start=1)]
    wants = [Want("p", "short", 2, 3, (("t",),))]
    drawn = draw(pool, wants, random.Random(1))
    assert {pick.candidate.item_id for pick in drawn.picks} == {1, 4}
    found = papers(pool, wants, 1, seed="x")
    assert {pick.candidate.item_id for pick in found.picks[0]} == {1, 4}
    short = draw(pool, [replace(wants[0], count=3)], random.Random(1)).shortages[0]
    assert (short.wanted, short.found) == (3, 2)
