"""A laboratory item on a paper: variants stored with sittings, each candidate's own case scored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tancai.items import api as items
from tancai.items.models import FormEntry
from tancai.labs.api import task
from tancai.labs.tasks.solvers import perfect, slip
from tancai.lib.clock import SHANGHAI

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
CODE = "trading-yearly-duty"


@pytest.fixture
def form(db: None) -> Any:
    version = items.add_item(
        code="lab-test-1",
        collection="shared",
        kind="laboratory",
        topic="base-3",
        difficulty="medium",
        levels=[],
        content={"stem": "完成清缴测算。", "task": CODE, "version": 1},
        key={},
        basis={"document": "碳排放权交易管理暂行条例"},
        explanation="按步骤判分。",
        by=None,
        at=AT,
    )
    made = items.Form.objects.create(
        programme="cmc", level="grade-4", speciality="", blueprint={}, made_at=AT
    )
    FormEntry.objects.create(form=made, position=1, version=version, marks=50, part="skill")
    return made


def test_two_candidates_have_two_cases_and_each_is_marked_by_the_own_one(form: Any) -> None:
    own = items.variants(form.pk, [(11, 700), (12, 800)])
    seeds = {sitting: int(found["1"]["seed"]) for sitting, found in own.items()}
    assert len(set(seeds.values())) == 2
    shown = {sitting: items.varied(form.pk, found)[1] for sitting, found in own.items()}
    assert shown[11]["documents"] != shown[12]["documents"]
    first, second = (task(CODE).case(seeds[one]) for one in (11, 12))
    sheets = {11: {1: perfect(first)}, 12: {1: slip(second, "usable")}}
    found = items.score_sheets(form.pk, sheets, "all_or_nothing", own)
    assert (found[11][1].marks, found[12][1].marks) == (50, 36)
    swapped = items.score_sheets(form.pk, {11: sheets[12]}, "all_or_nothing", own)
    assert swapped[11][1].marks < 25
    keyed = items.keys(form.pk, own[11])[1].solution
    assert keyed["work"] != items.keys(form.pk, own[12])[1].solution["work"]
