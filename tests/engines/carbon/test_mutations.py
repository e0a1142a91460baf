"""Whatever is put in the place of a field, nothing ends in a traceback: a result, or problems with words."""

from __future__ import annotations

import copy
import json
import os
import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import case_of
from tancai.engines.carbon.accounting.inventory import account, record_of
from tancai.engines.carbon.accounting.plan import check, draft
from tancai.engines.carbon.accounting.report import report
from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.footprint.model import model_of
from tancai.engines.carbon.footprint.report import report as footprint_report
from tancai.engines.carbon.footprint.result import footprint
from tancai.engines.carbon.footprint.result import record_of as footprint_record
from tancai.engines.carbon.footprint.scenarios import variants
from tancai.engines.carbon.reading import Source
from tancai.engines.carbon.uncertainty import propagate, simulate
from tancai.engines.carbon.verification.conclusion import record_of as verification_record
from tancai.engines.carbon.verification.conclusion import verify
from tancai.engines.carbon.verification.reading import report_of
from tancai.engines.carbon.verification.sheets import sheets

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"
JUNK: list[Any] = [
    "",
    "x",
    "0 t",
    "0",
    "-3 t",
    "1 t ± 300 %",
    "１２ t",
    "nan t",
    "1e400 t",
    "1 GJ/(",
    "a|b|c",
    0,
    -1,
    99999,
    10**400,
    float("inf"),
    float("nan"),
    {"value": float("nan"), "unit": "t"},
    {"monthly": [float("inf")] * 12, "unit": "10^4Nm3"},
    "9e17 t",
    "9e17 MWh",
    1.5,
    True,
    [],
    {},
    [1, "x", None, {}],
    [0.0] * 12,
    ["1 t"] * 12,
    {"monthly": 3, "unit": "t"},
    {"monthly": [0.0] * 12, "unit": "t"},
    {"value": {}, "unit": "t"},
    {"value": "1 t", "uncertainty": []},
    {"monthly": [[], *[1.0] * 11], "unit": "t"},
    date(1, 1, 1),
    date(9999, 12, 31),
]


def inventory(source: Source) -> None:
    found = account(case_of(source))
    json.dumps(record_of(found), allow_nan=False)
    sure = propagate(found.total)
    report(found, propagated=sure, simulated=simulate(found.total, draws=20, seed=1))
    draft(found)
    check(found)


def product(source: Source) -> None:
    found = footprint(model_of(source))
    json.dumps(footprint_record(found), allow_nan=False)
    footprint_report(found, variants(found))


def verification(source: Source) -> None:
    found = verify(report_of(source))
    json.dumps(verification_record(found), allow_nan=False)
    sheets(found, "en")


WORK: dict[str, Callable[[Source], None]] = {
    "machinery": inventory,
    "power": inventory,
    "cement": inventory,
    "steel": inventory,
    "aluminium": inventory,
    "glass": inventory,
    "bracket": product,
    "kettle": product,
    "glass-report": verification,
}


def places(values: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with every key in it."""
    items = (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    )
    for key, value in items:
        yield values, key
        yield from places(value)


def spoilt(values: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    changed = copy.deepcopy(values)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        container, key = chance.choice(list(places(changed)))
        way = chance.random()
        if way < 0.7:
            container[key] = copy.deepcopy(chance.choice(JUNK))
        elif way < 0.85 or isinstance(container, list):
            del container[key]
        else:
            container[f"{key}x"] = container.pop(key)
    return changed


@pytest.mark.parametrize("name", WORK)
def test_spoilt_examples_end_with_words(name: str) -> None:
    values = tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    rounds = 2000 if os.environ.get("TANCAI_SWEEP") else 25
    for seed in range(rounds):
        changed = spoilt(values, random.Random(f"{name}{seed}"))
        source = Source(name, changed, {}, "", EXAMPLES)
        try:
            WORK[name](source)
        except CarbonError as error:
            assert all(problem.message("zh") and problem.message("en") for problem in error.problems)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
