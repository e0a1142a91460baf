"""What each kind shows, refuses and scores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tancai.items.errors import BadResponse
from tancai.items.kinds import kinds

OPTIONS = [{"letter": letter, "text": f"选项{letter}"} for letter in "ABCD"]
CHOICE = {"stem": "题干", "options": OPTIONS}
SHORT_KEY = {"reference": "范文", "points": [{"text": "要点一", "marks": 4}, {"text": "要点二", "marks": 6}]}


def _score(kind: str, key: object, raw: object, marks: int = 2, policy: str = "all_or_nothing"):
    found = kinds()[kind]
    content = CHOICE if kind != "short" else {"stem": "题干"}
    return found.score(content, key, found.response(raw), marks=Decimal(marks), policy=policy)


@pytest.mark.parametrize(("raw", "marks"), [("B", 2), ("A", 0), (None, 0), ("", 0), (["B"], 2)])
def test_single(raw: object, marks: int) -> None:
    assert _score("single", {"letters": ["B"]}, raw).marks == marks


@pytest.mark.parametrize(
    ("raw", "strict", "half"),
    [
        (["A", "C"], 2, 2),
        (["C", "A"], 2, 2),
        (["A"], 0, 1),
        (["A", "B"], 0, 0),
        (["A", "B", "C"], 0, 0),
        ([], 0, 0),
        (None, 0, 0),
    ],
)
def test_multiple_by_both_policies(raw: object, strict: int, half: int) -> None:
    key = {"letters": ["A", "C"]}
    assert _score("multiple", key, raw).marks == strict
    assert _score("multiple", key, raw, policy="half_for_subset").marks == half


@pytest.mark.parametrize(
    ("kind", "raw"), [("single", ["A", "B"]), ("single", 3), ("multiple", ["AB"]), ("short", 5)]
)
def test_what_is_no_answer_is_refused(kind: str, raw: object) -> None:
    with pytest.raises(BadResponse):
        kinds()[kind].response(raw)


def test_short_answers_need_a_human_unless_empty() -> None:
    assert _score("short", SHORT_KEY, "一些文字", 10).needs_human
    assert _score("short", SHORT_KEY, "  \n", 10).marks == 0


def test_nothing_public_tells_the_key() -> None:
    shown = str([kinds()[k].public(CHOICE) for k in ("single", "multiple")]) + str(
        kinds()["short"].public({"stem": "题"})
    )
    assert "key" not in shown
    assert "要点" not in shown


@pytest.mark.parametrize(
    ("kind", "content", "key", "code"),
    [
        ("single", CHOICE, {"letters": ["A", "B"]}, "exactly_one"),
        ("single", CHOICE, {"letters": ["E"]}, "no_such_option"),
        ("single", {"stem": " ", "options": OPTIONS}, {"letters": ["A"]}, "empty"),
        ("single", {"stem": "题", "options": OPTIONS[:1]}, {"letters": ["A"]}, "count"),
        ("multiple", CHOICE, {"letters": ["A"]}, "at_least_two"),
        ("multiple", CHOICE, {"letters": list("ABCD")}, "one_must_be_wrong"),
        ("multiple", {"stem": "题", "options": [OPTIONS[0]] * 3}, {"letters": ["A", "B"]}, "repeated"),
        ("short", {"stem": "题"}, {"points": []}, "empty"),
        ("short", {"stem": "题"}, {"points": [{"text": "x", "marks": 3}]}, "marks_do_not_add_up"),
        ("short", {"stem": "题"}, {"points": [{"text": "x", "marks": 0}]}, "marks"),
    ],
)
def test_faults_are_named(kind: str, content: dict, key: dict, code: str) -> None:
    assert code in {fault.code for fault in kinds()[kind].faults(content, key, 10)}
