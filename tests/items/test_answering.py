"""Every kind answers its own items: rightly for all the marks, wrongly for fewer, as plain data that may be stored."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest

from tancai.items.kinds import kinds, resolved, vary
from tests.items.each_kind import CASE, TEXTS
from tests.items.shipped import ITEMS

pytestmark = pytest.mark.anydatabase

FULL = Decimal(20)
OPTIONS = [{"letter": letter, "text": f"选项{letter}"} for letter in "ABCD"]
WRITTEN: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    **{kind: [text] for kind, text in TEXTS.items()},
    "case": [CASE],
    "single": [({"stem": "题干", "options": OPTIONS}, {"letters": ["C"]})],
    "multiple": [({"stem": "题干", "options": OPTIONS}, {"letters": ["A", "D"]})],
    "short": [({"stem": "题干"}, {"reference": "范文。", "points": [{"text": "要点", "marks": 20}]})],
}
HARD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("numeric", {"stem": "题干"}, {"value": "0", "tolerance": "5"}),
    (
        "numeric",
        {"stem": "题干"},
        {"value": "3", "tolerance": "0", "also": [{"value": "30", "share": "0.5"}]},
    ),
    ("numeric", {"stem": "题干"}, {"value": "12.50", "tolerance": "400%"}),
    (
        "fill",
        {"stem": "[[1]]与[[2]]", "blanks": [{}, {}]},
        {
            "blanks": [
                {"answers": [{"text": "12", "share": "1", "tolerance": "1"}]},
                {"answers": [{"text": "*排放*", "share": "1"}, {"text": "甲烷", "share": "0.5"}]},
            ]
        },
    ),
    ("multiple", {"stem": "题干", "options": OPTIONS[:2]}, {"letters": ["A", "B"], "any_count": True}),
]


def _score(kind: str, content: dict[str, Any], key: dict[str, Any], *, right: bool, seed: int) -> Any:
    variant = vary(kind, content, random.Random(seed))
    found, content, key = resolved(kind, content, key, variant)
    given = found.answer(content, key, right=right, chance=random.Random(seed))
    stored = json.loads(json.dumps(given, ensure_ascii=False))
    return found.score(content, key, found.response(stored), marks=FULL, policy="all_or_nothing")


def _hold(kind: str, content: dict[str, Any], key: dict[str, Any], seed: int) -> None:
    good = _score(kind, content, key, right=True, seed=seed)
    bad = _score(kind, content, key, right=False, seed=seed)
    if good.needs_human:
        assert good.sure == good.sure_of
        assert bad.sure == 0
    else:
        assert good.marks == FULL, (kind, content, good)
        assert bad.marks < FULL, (kind, content, bad)


def test_kinds_of_this_house_have_an_example_here() -> None:
    assert set(WRITTEN) | {"laboratory"} == set(kinds())


@pytest.mark.parametrize("kind", WRITTEN)
def test_right_and_wrong_answers(kind: str) -> None:
    for content, key in WRITTEN[kind]:
        for seed in range(12):
            _hold(kind, content, key, seed)


@pytest.mark.parametrize(("kind", "content", "key"), HARD)
def test_keys_that_leave_little_room(kind: str, content: dict[str, Any], key: dict[str, Any]) -> None:
    for seed in range(12):
        _hold(kind, content, key, seed)


def test_the_shipped_bank_can_be_answered() -> None:
    for item in ITEMS:
        if item.kind != "laboratory":
            _hold(item.kind, item.content, item.key, 3)


def test_a_laboratory_is_worked_right_through_or_with_one_slip() -> None:
    content = {"stem": "完成核算。", "task": "accounting-equipment-maker", "version": 1}
    for seed in range(3):
        assert _score("laboratory", content, {}, right=True, seed=seed).marks == FULL
        slipped = _score("laboratory", content, {}, right=False, seed=seed)
        steps = slipped.detail["steps"]
        assert 0 < slipped.marks < FULL
        assert len([won for won in steps.values() if won == 0]) == 1
