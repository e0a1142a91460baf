"""Work begun in the workshop by the open candidates: the shipped examples, and a laboratory task half done."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tancai.engines import forest
from tancai.engines.carbon import tables
from tancai.engines.carbon.reading import read_file
from tancai.labs import api as labs
from tancai.people import api as people

PROGRAMME = "cem"
TASK, SEED = "accounting-equipment-maker", 11
EXAMPLES = Path(tables.__file__).parent / "examples"
FOREST = Path(forest.__file__).parent / "examples"


def tell(*, at: datetime) -> None:
    """Give the candidate of one programme work on every bench that keeps any."""
    owner = people.user_by_address(f"candidate@{PROGRAMME}.example")
    assert owner is not None
    for bench, (title, values) in WORKS.items():
        work = labs.begin(bench, title=title, by=owner, at=at)
        labs.fill(work, values(), by=owner, at=at)
    task = labs.task(TASK)
    begun = labs.begin("task", title=labs.said(task.title), task=TASK, seed=SEED, by=owner, at=at)
    labs.fill(begun, _half(task.case(SEED)), by=owner, at=at)


def _half(case: labs.Case) -> Mapping[str, Any]:
    """Right figures in the first half of the fields."""
    expected = labs.reference(case).expected
    fields = case.fields[: len(case.fields) // 2]
    return {one.name: labs.shown_value(one, expected[one.name]) for one in fields if one.kind == "number"}


WORKS: dict[str, tuple[str, Callable[[], Mapping[str, Any]]]] = {
    "accounting": (
        "示例装备制造有限公司 2024",
        lambda: labs.accounting_bench.values_of(read_file(EXAMPLES / "machinery.toml").values),
    ),
    "footprint": (
        "电热水壶",
        lambda: labs.footprint_bench.values_of(read_file(EXAMPLES / "kettle.toml").values),
    ),
    "sink": (
        "杉木造林碳汇项目",
        lambda: labs.sink_bench.values_of(
            tomllib.loads((FOREST / "fir.toml").read_text(encoding="utf-8")),
            {"fir-plots.csv": (FOREST / "fir-plots.csv").read_bytes()},
        ),
    ),
}
