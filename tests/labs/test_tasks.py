"""Every task: perfect work, one slip, a guess; cases from seeds. Fifty seeds in the sweep, three otherwise."""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter

import pytest

from tancai.labs.api import LEVELS, NoSuchTask, mark, reference, said, task, tasks
from tancai.labs.tasks.answers import normal
from tancai.labs.tasks.protocol import unit_said
from tancai.labs.tasks.solvers import guess, perfect, slip

pytestmark = pytest.mark.anydatabase
CODES = tuple(tasks())
HAN = re.compile("[\u4e00-\u9fff]")
LONG = bool(os.environ.get("TANCAI_SWEEP"))


def held(code: str, seed: int, *, every_step: bool) -> None:
    """A perfect solver gets 100, a slip costs its step and nothing else, a guesser stays under 20."""
    case = task(code).case(seed)
    assert mark(case, perfect(case)).total == 100, (seed, perfect(case))
    for step in case.task.steps if every_step else case.task.steps[:1]:
        found = mark(case, slip(case, step.code))
        lost = {one.step.code: one.step.points - one.earned for one in found.steps}
        assert lost[step.code] == pytest.approx(step.points), (seed, step.code)
        assert found.total == pytest.approx(100 - step.points), (seed, step.code, lost)
    assert mark(case, guess(case, random.Random(seed))).total < 20, seed


@pytest.mark.parametrize("code", CODES)
def test_perfect_slip_and_guess(code: str) -> None:
    for seed in (1, 2, 3):
        held(code, seed, every_step=seed == 1)


@pytest.mark.sweep
@pytest.mark.skipif(not LONG, reason="fifty seeds of every task: make sweep")
@pytest.mark.parametrize("code", CODES)
def test_perfect_slip_and_guess_over_fifty_seeds(code: str) -> None:
    for seed in range(1, 51):
        held(code, seed, every_step=True)


def test_three_tasks_at_each_level_of_the_five_trades() -> None:
    found = Counter((one.family, one.level) for one in tasks().values())
    for family in ("accounting", "verification", "footprint", "sink", "trading"):
        for level in LEVELS:
            assert found[family, level] >= 3, (family, level)
    assert len({one.title for one in tasks().values()}) == len(tasks())


@pytest.mark.parametrize("code", CODES)
def test_a_seed_is_a_case_and_the_public_side_tells_nothing(code: str) -> None:
    first, again, other = task(code).case(5), task(code).case(5), task(code).case(6)
    assert first.public() == again.public()
    assert first.documents != other.documents
    public = first.public()
    assert json.loads(json.dumps(public)) == public
    assert {key for one in public["fields"] for key in one} <= {
        *("name", "step", "label", "kind", "unit", "units", "decimals", "options"),
        *("table", "row", "column"),
    }
    wanted = reference(first).expected
    for field in first.fields:
        assert field.kind != "number" or field.unit, field.name
        if field.kind != "number":
            assert wanted[field.name] in dict(field.options) or set(wanted[field.name]) <= set(
                dict(field.options)
            )


@pytest.mark.parametrize("code", CODES)
def test_texts_are_in_both_languages(code: str) -> None:
    one = task(code)
    labels = [one.title, *(step.label for step in one.steps)]
    for text in labels:
        chinese, bar, english = text.partition("|")
        assert chinese and bar and english.isascii(), text
    for field in one.case(1).fields:
        options = [
            label for _, label in field.options if field.name != "able"
        ]  # people go by Chinese letters
        for text in (field.label, field.table, field.row, field.column, *options):
            assert not HAN.search(said(text, "en")), (field.name, text)
        assert not HAN.search(unit_said(field.unit, "en")), field.unit


def test_an_unknown_task_names_its_neighbours() -> None:
    with pytest.raises(NoSuchTask) as found:
        task("accounting-steel-balanse")
    assert "accounting-steel-balance" in found.value.near


def test_work_in_its_normal_form() -> None:
    assert normal(None) is None and normal({}) is None and normal({"a": " "}) is None
    assert normal({"a": " 1 ", "b": ["C", "A", "C"], "a@": "t", "x": "1"}, {"a": 1, "b": 1}) == {
        "a": "1",
        "b": ["A", "C"],
        "a@": "t",
    }
    for wrong in ("text", 3, {"a": 5}, {"a": {"b": 1}}, {"a": "x" * 100}, {str(k): "1" for k in range(500)}):
        with pytest.raises(ValueError):
            normal(wrong)
