"""Answers and keys as the office reads them in a re-check, for every kind of question."""

from __future__ import annotations

from typing import Any

import pytest

from tancai.items import api as items
from tancai.web.office.answer_words import answered, right
from tests.items.each_kind import FUELS, STEPS, TEXTS
from tests.labs import test_kind as laboratory

pytestmark = pytest.mark.anydatabase
RIGHT = {
    "truefalse": ["√"],
    "numeric": ["1000 tCO$_2$ ± 1"],
    "parameterised": ["3360.0 tCO$_2$ ± 0.05"],
    "fill": ["1. 直接", "2. 高", "3. 全球变暖潜势 / GWP"],
}


@pytest.mark.parametrize("kind", TEXTS)
def test_the_key_of_every_kind_is_told(kind: str) -> None:
    told = right(items.kinds()[kind].solution(*TEXTS[kind]))
    if kind == "matching":
        pairs = [line.split(" → ") for line in told]
        assert {left[3:]: fuel[3:] for left, fuel in pairs} == FUELS
    elif kind == "ordering":
        assert [line.split(". ")[1] for line in told] == STEPS
    else:
        assert told == RIGHT[kind]


@pytest.mark.parametrize(
    ("kind", "response", "lines"),
    [
        ("truefalse", "F", ["×"]),
        ("numeric", "1,000", ["1,000"]),
        ("fill", ["直接", "", "GWP"], ["1. 直接", "2. —", "3. GWP"]),
        ("matching", ["1D", "10A"], ["1 → D · 10 → A"]),
        ("ordering", ["A10", "B2", "C1"], ["1 C · 2 B · 10 A"]),
        ("multiple", ["A", "C"], ["A、C"]),
        ("single", None, []),
    ],
)
def test_an_answer_is_told_as_it_was_given(kind: str, response: Any, lines: list[str]) -> None:
    assert answered(kind, response, {}) == lines


def test_the_work_on_a_practical_task_is_told_by_its_labels() -> None:
    content = laboratory.drawn(5)
    kind = laboratory.kind()
    expected = right(kind.solution(content, {}))
    work = laboratory.perfect(laboratory.task(laboratory.CODE).case(5))
    told = answered("laboratory", kind.response(work), kind.public(content))
    labels = [line.partition("：")[0] for line in expected]
    assert len(told) == len(labels) > 5 and [line.partition("：")[0] for line in told] == labels
