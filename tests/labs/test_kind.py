"""The item kind: a case for every candidate, no key before release, marks by the task."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tancai.items import api as items
from tancai.items.bank_files import read_item
from tancai.items.kinds import resolved, varies, vary
from tancai.labs.api import mark, task, tasks
from tancai.labs.tasks.solvers import perfect, slip

pytestmark = pytest.mark.anydatabase
CODE = "accounting-equipment-maker"
CONTENT: dict[str, Any] = {"stem": "完成核算。", "task": CODE, "version": 1}
FILE = {
    "code": "lab-1",
    "kind": "laboratory",
    "topic": "base-2",
    "difficulty": "medium",
    "levels": [],
    "basis": {"document": "GB/T 32150"},
    "explanation": "按步骤判分。",
    "stem": "完成核算。",
    "task": CODE,
}


def kind() -> Any:
    return items.kinds()["laboratory"]


def drawn(seed: int) -> dict[str, Any]:
    return resolved("laboratory", CONTENT, {}, {"seed": str(seed)})[1]


def score(content: dict[str, Any], work: Any, marks: int = 40) -> items.Score:
    found: items.Score = kind().score(
        content, {}, kind().response(work), marks=Decimal(marks), policy="all_or_nothing"
    )
    return found


def test_candidates_have_cases_of_their_own() -> None:
    assert varies("laboratory")
    seeds = {vary("laboratory", CONTENT, random.Random(f"{k}:3"))["seed"] for k in range(50)}  # type: ignore[index]
    assert len(seeds) == 50
    assert kind().public(drawn(5)) != kind().public(drawn(6))
    assert kind().public(drawn(5)) == kind().public(drawn(5))


def test_marks_are_the_share_of_the_own_case() -> None:
    case = task(CODE).case(5)
    assert score(drawn(5), perfect(case)) == items.Score(
        Decimal("40.00"),
        Decimal(40),
        {"steps": {"boundary": 10, "activity": 30, "factors": 10, "result": 35, "report": 15}},
    )
    assert score(drawn(5), slip(case, "activity")).marks == Decimal("28.00")
    assert score(drawn(6), perfect(case)).marks < 20, "another candidate's figures are worth little"
    assert score(drawn(5), None).marks == 0
    assert score(drawn(5), {"unknown": "1"}).marks == 0


def test_work_on_another_version_of_the_task_needs_a_human() -> None:
    assert score({**drawn(5), "version": 0}, {}).needs_human


def test_the_public_side_tells_no_key() -> None:
    for code in tasks():
        public = kind().public({**CONTENT, "task": code, "seed": 4})
        text = json.dumps(public, ensure_ascii=False)
        assert "seed" not in public and '"within":' not in text and '"expected":' not in text
        cells = [one for step in public["steps"] for group in step["groups"] for one in _fields(group)]
        assert [one["name"] for one in cells] == list(task(code).case(4).field_names), code


def _fields(group: dict[str, Any]) -> list[dict[str, Any]]:
    if "field" in group:
        return [group["field"]]
    return [cell for row in group["rows"] for cell in row["cells"] if cell]


@pytest.mark.parametrize("raw", ["text", 5, [1], {"a": {}}, {"a": [1]}])
def test_what_is_no_work_is_refused(raw: Any) -> None:
    with pytest.raises(items.BadResponse):
        kind().response(raw)


def test_an_item_of_the_bank_names_its_task() -> None:
    item, faults = read_item(FILE, "shared")
    assert item is not None and not faults
    assert item.content == {"stem": "完成核算。", "task": CODE, "version": 1}
    _, faults = read_item({**FILE, "task": "accounting-equipment-makr"}, "shared")
    assert [(one.code, dict(one.params)["near"].split(",")[0]) for one in faults] == [("no_such_task", CODE)]
    assert [one.code for one in kind().faults({**CONTENT, "version": 7}, {}, 10)] == ["other_version"]
    assert kind().read("x", kind().written(CONTENT, {}))[0] == {**CONTENT, "stem": "x"}


def test_the_solution_says_every_answer() -> None:
    solution = kind().solution(drawn(5), {})
    said = [one["value"] for step in solution["work"] for one in step["answers"]]
    assert len(said) == len(task(CODE).case(5).fields)
    assert any(perfect(task(CODE).case(5))["total"] in one for one in said)


@pytest.mark.parametrize("code", list(tasks()))
def test_every_case_is_drawn_for_the_exam_room(code: str) -> None:
    case = task(code).case(3)
    public = kind().public({**CONTENT, "task": code, "seed": 3})
    work = perfect(case)
    with translation.override("zh-hans"):
        html = render_to_string(
            "items/kinds/laboratory.html",
            {"entry": {"position": 7, "public": public, "marks": 40}, "value": work, "number": 2},
        )
    for one in case.fields:
        assert f'data-field="{one.name}"' in html
        if one.kind == "number":
            assert f'value="{work[one.name]}"' in html
    assert html.count(" checked") + html.count(" selected") >= sum(
        one.kind != "number" for one in case.fields
    )
    assert mark(case, work).total == 100
