"""What stands beside the figures goes out with the case file and comes back; a verifier reads the same file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import read_case
from tancai.engines.carbon.accounting.inventory import account
from tancai.engines.carbon.verification.conclusion import verify
from tancai.engines.carbon.verification.reading import read_report
from tancai.labs.benches import accounting as bench

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"
MONTHLY = " ".join(f"{2900 + k}.5" for k in range(12))
BESIDE: dict[str, Any] = {
    "s.2.amount.second": "70000",
    "s.2.amount.second.name": "磅单",
    "s.2.before": "9000",
    "s.2.who": "能源科",
    "s.2.note": "皮带秤每月校零",
    "s.2.seen": True,
    "s.6.amount.second": MONTHLY,
    "s.6.amount.yearly": "35000",
    "s.6.amount.plan.on": "2023-03-01",
    "s.6.amount.plan.accuracy": "0.5 %",
    "s.6.amount.plan.meter": "电表 1",
    "s.4.amount.plan.on": "2023-05-01",
    "p.1.low": "0.75",
    "p.1.high": "0.85",
    "p.1.before": "318000",
    "before.total": "300000",
    "history": "1 2 3",
    "b.1.name": "全厂热平衡",
    "b.1.kind": "thermal",
    "b.1.streams": "2 3",
    "b.1.out": "120000",
    "b.1.out.unit": "GJ",
    "b.1.low": "60 %",
}


def _glass() -> dict[str, Any]:
    text = (EXAMPLES / "glass.toml").read_text(encoding="utf-8")
    return bench.values_of(tomllib.loads(text), [(EXAMPLES / "glass.csv").read_bytes()])


def test_everything_beside_the_figures_comes_back_as_it_was_entered() -> None:
    values = {**_glass(), **BESIDE}
    text = bench.compute(values).text
    again = bench.values_of(tomllib.loads(text))
    assert {name: again.get(name) for name in BESIDE} == BESIDE
    assert bench.left(tomllib.loads(text)) == []
    assert bench.compute(again).text == text


def test_a_gap_in_the_rows_does_not_move_a_mark_to_another_row() -> None:
    values = {name.replace("s.2.", "s.12."): value for name, value in {**_glass(), **BESIDE}.items()}
    again = bench.values_of(tomllib.loads(bench.compute(values).text))
    ids = {value: name.rpartition(".")[0] for name, value in again.items() if name.endswith(".id")}
    at = ids[values["s.12.id"]]
    assert (again[f"{at}.who"], again[f"{at}.amount.second"]) == ("能源科", "70000")


def test_one_file_is_computed_and_verified_on_the_command_line(tmp_path: Path) -> None:
    done = bench.compute({**_glass(), **BESIDE})
    path = tmp_path / "case.toml"
    path.write_text(done.text, encoding="utf-8")
    found = account(read_case(path))
    assert done.found is not None
    assert (found.total.value, found.case.digest) == (done.found.total.value, done.found.case.digest)
    assert [one.code for one in found.problems] == [one.code for one in done.found.problems]
    told = {one.finding.code for one in bench.check({**_glass(), **BESIDE}, done).checks}
    codes = {one.code for one in verify(read_report(path)).findings}
    assert {"meter_against_invoice", "year_on_year"} <= told <= codes


def test_a_workbook_without_them_stays_a_file_of_version_one() -> None:
    assert tomllib.loads(bench.compute(_glass()).text)["schema"] == "tancai-carbon-account/1"


def test_what_has_no_place_is_named_and_a_mark_writes_marks_only() -> None:
    case = tomllib.loads(bench.compute({**_glass(), **BESIDE}).text)
    case["checks"]["evidence"].append({"stream": "nobody", "value": "1 t"})
    case["checks"]["evidence"][0]["value"] = {"value": "70000000", "unit": "kg"}
    case["checks"]["team"] = {"verifier": "甲"}
    name = case["stream"][1]["id"]
    case["form"]["mark"] += [
        {"stream": name, "field": "amount", "value": "1"},
        {"stream": name, "field": "seen", "value": "1"},
    ]
    assert bench.left(case) == ["checks.evidence", "checks.team", "form.mark"]
    values = bench.values_of(case)
    assert "s.2.amount.second" not in values
    assert "s.2.amount" not in values  # it is given by month
    assert values["s.2.seen"] is True
