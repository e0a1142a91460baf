"""The workbook as a collection form, looked at by a verifier, with its plan and what lies ahead. No database."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import case_of
from tancai.engines.carbon.accounting.inventory import account
from tancai.engines.carbon.accounting.plan import check as check_plan
from tancai.engines.carbon.reading import read_text
from tancai.labs.benches import accounting as bench

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"
INVOICES = (
    "3038.427 3072.088 2779.396 3051.859 2902.629 2977.796\n"
    "2776.214\t2789.541 2837.045 3111.134 2842.569 3040.531"
)
SUBMETERS = {"b.1.streams": "6", "b.1.out": "31000", "b.1.out.unit": "MWh"}


@cache
def _example(name: str) -> dict[str, Any]:
    months = [(EXAMPLES / "glass.csv").read_bytes()] if name == "glass" else []
    return bench.values_of(tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")), months)


def found(changes: dict[str, Any], name: str = "glass") -> dict[str, bench.Check]:
    values = {**_example(name), **changes}
    checked = bench.check(values, bench.compute(values))
    assert not checked.faults, [(one.name, one.problem.code) for one in checked.faults]
    return {
        f"{one.finding.code} {one.name}": one
        for one in checked.checks
        if one.finding.severity != "observation"
    }


def test_what_agrees_is_not_found_and_one_source_is_said_to_be_one() -> None:
    values = _example("glass")
    checked = bench.check(values, bench.compute(values))
    assert {one.finding.code for one in checked.checks} == {"single_source"}
    assert {one.row for one in checked.checks} == {f"s.{k}" for k in range(1, 7)}
    electricity = {**values, "s.6.amount.second": INVOICES, "s.6.amount.second.name": "供电公司结算单"}
    again = bench.check(electricity, bench.compute(electricity))
    assert "s.6" not in {one.row for one in again.checks}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"s.2.amount.yearly": "60000"}, "month_against_year s.2.amount.yearly"),
        ({"s.2.amount.second": "70000"}, "meter_against_invoice s.2.amount.second"),
        ({"s.6.amount.second": INVOICES.replace("2902.629", "2502.629")}, "month_against_invoice s.6.amount.second"),
        ({"s.6.amount.m.3": "277939.6"}, "unit_slip s.6.amount"),
        ({"s.6.amount.m.3": "1500"}, "month_outlier s.6.amount"),
        ({"before.total": "300000", "p.1.before": "318000"}, "year_on_year p.1.before"),
        ({"s.6.before": "9000", "p.1.before": "318000"}, "stream_year_on_year s.6.kind"),
        ({"p.1.low": "0.75", "p.1.high": "0.85"}, "benchmark p.1.before"),
        ({"s.1.amount.plan.on": "2024-08-20"}, "calibration s.1.amount.plan"),
        ({"b.1.kind": "electricity", **SUBMETERS}, "electricity_balance b.1.out"),
        ({"b.1.streams": "1", "b.1.out": "2000000", "b.1.low": "20 %", "b.1.high": "60 %"}, "energy_balance b.1.out"),
        ({"s.1.ncv.by": "", "s.1.ncv": "290", "s.1.ncv.unit": "GJ/10^4Nm3"}, "factor_far s.1.ncv"),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_found_beside_its_row_with_what_to_do(
    changes: dict[str, Any], wanted: str
) -> None:
    one = found(changes).get(wanted)
    assert one is not None, list(found(changes))
    for language in ("zh", "en"):
        assert one.finding.text(language)
        assert one.finding.evidence(language)


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"s.6.amount.second": "3038.427 3072.088"}, "s.6.amount.second", "months_missing"),
        ({"s.6.amount.second": "３５２１９"}, "s.6.amount.second", "full_width"),
        ({"s.2.amount.second": "62676,91"}, "s.2.amount.second", "comma_decimal"),
        ({"s.2.amount.second": "-5"}, "s.2.amount.second", "negative"),
        ({"b.1.streams": "6 9", "b.1.out": "1"}, "b.1.out", "evidence_stream"),
    ],
)
def test_a_second_source_that_cannot_be_read_is_named_and_the_others_still_compared(
    changes: dict[str, Any], name: str, code: str
) -> None:
    values = {**_example("glass"), "s.3.amount.second": "70000", **changes}
    checked = bench.check(values, bench.compute(values))
    assert (name, code) in {(one.name, one.problem.code) for one in checked.faults}
    assert "s.3.amount.second" in {one.name for one in checked.checks}


def test_thin_groups_are_one_figure_and_twelve_short_months_are_twelve() -> None:
    values = {**_example("machinery"), "s.4.amount.second": "12 480"}
    checks = bench.check(values, bench.compute(values)).checks
    assert not [one for one in checks if one.row == "s.4"]
    months = {"s.6.amount.second": " ".join(["471"] * 12)}
    assert (
        found(months)["meter_against_invoice s.6.amount.second"].finding.params["other"].startswith("5 652")
    )


def test_second_sources_change_no_figure() -> None:
    values = {**_example("glass"), "s.2.amount.second": "1", "before.total": "5", "history": "1 2 3"}
    held, plain = bench.compute(values), bench.compute(_example("glass"))
    assert held.found and plain.found
    assert held.found.total.value == plain.found.total.value
    parts = tomllib.loads(held.text)
    assert set(parts) - set(tomllib.loads(plain.text)) == {"checks", "form"}


# the collection form


def test_an_empty_form_asks_for_everything_and_a_full_one_for_nothing() -> None:
    assert bench.collected({}).percent == 0
    values: dict[str, Any] = dict.fromkeys(("enterprise.name", "enterprise.code", "enterprise.province"), "x")
    values |= {"enterprise.contact": "x", "enterprise.reporter": "x", "method.guide": "gbt-32150"}
    values |= {"period.year": "2024", "boundary.entity": "x", "boundary.main": "x"}
    values |= {
        "s.1.kind": "electricity",
        "s.1.name": "电",
        "s.1.amount.by": "months",
        "s.1.amount.unit": "MWh",
    }
    values |= {f"s.1.amount.m.{month}": "10" for month in range(1, 13)}
    values |= {"s.1.amount.how": "measured", "s.1.amount.evidence": "结算单", "s.1.who": "甲"}
    almost = bench.collected(values)
    assert [one.what for one in almost.sheets[0].missing] == ["seen"]
    assert almost.percent == 93  # 14 of 15 items, rounded down
    assert bench.collected({**values, "s.1.seen": True}).percent == 100


def test_a_missing_month_and_a_refused_figure_count_as_missing() -> None:
    values = {**_example("glass"), "s.6.amount.m.5": "", "s.6.amount.m.7": "1,5"}
    refused = {
        one.name for one in bench.compute({**values, "s.6.amount.m.5": "1"}).faults if one.level == "refused"
    }
    sheet = bench.collected(values, refused).sheet(6)
    assert sheet is not None
    ask = next(one for one in sheet.asks if one.name == "s.6.amount")
    assert (ask.months, ask.wrong) == ((5, 7), True)
    assert ask.done == pytest.approx(10 / 12)


def test_a_fuel_counted_by_its_stock_is_not_asked_for_its_use() -> None:
    values = {"s.1.kind": "fuel", "s.1.bought": "18.6", "s.1.bought.unit": "t"}
    (row,) = bench.rows_of(values, "s")
    assert [one.name for one in bench.figures_asked(row)] == ["bought"]
    assert bench.main_figure(bench.rows_of({"s.1.kind": "heat"}, "s")[0]) == "amount"


# the plan


def test_the_plan_of_a_file_comes_in_is_changed_and_goes_out() -> None:
    values = {**_example("glass"), "s.1.amount.plan.department": "动力科", "p.1.amount.plan.how": "measured"}
    done = bench.compute(values)
    again = account(case_of(read_text(done.text)))
    assert {**again.case.plan[0]}["department"] == "动力科"
    assert {"stream": "glass", "parameter": "production", "how": "measured"} in again.case.plan
    lacking = [one.name for one in done.plan]
    assert lacking == ["p.1.amount.plan"]
    assert [one.code for one in check_plan(again)] == ["plan_field"]
    assert bench.left({"plan": [{"stream": "nobody", "parameter": "amount"}]}) == ["plan"]


def test_a_plan_lists_every_figure_and_is_filled_only_where_it_is_empty() -> None:
    values = {
        **_example("machinery"),
        "s.1.amount.how": "measured",
        "s.1.amount.meter": "FT-7",
        "s.1.who": "能源科",
    }
    inventory = bench.compute(values).found
    assert inventory is not None
    assert {one.row for one in bench.controls(values, inventory)} >= {f"s.{k}" for k in range(1, 6)}
    given = bench.drafted({**values, "s.1.amount.plan.department": "动力科"}, inventory)
    assert given["s.1.amount.plan.meter"] == "FT-7"
    assert given["s.1.amount.plan.calibration_months"] == "12"
    assert "s.1.amount.plan.department" not in given
    assert not bench.drafted({**values, "s.1.amount.plan.department": "动力科", **given}, inventory)


def test_a_calibration_cycle_above_a_year_and_a_lesser_method_are_told_at_their_line() -> None:
    values = {**_example("glass"), "s.3.amount.plan.calibration_months": "24", "s.6.amount.how": "default"}
    told = {(one.name, one.problem.code) for one in bench.compute(values).plan}
    assert ("s.3.amount.plan", "plan_calibration") in told
    assert "plan_downgrade" in {code for _name, code in told}


# what lies ahead


def test_the_forecast_goes_on_from_december_and_takes_seasons_from_two_years() -> None:
    values = _example("glass")
    done = bench.compute(values)
    ahead, faults = bench.ahead(values, done)
    assert ahead is not None
    assert not faults
    assert (ahead.past.name(0), ahead.forecast.months[0].month, ahead.forecast.months[-1].month) == (
        "2025-01", "2026-01", "2026-12",
    )  # fmt: skip
    assert not ahead.forecast.seasonal
    assert ahead.share == pytest.approx(
        1 - 212.40 * 44 / 12 / 201071.4581717731
    )  # carbon powder is given by year only
    assert all(one.low < one.value < one.high for one in ahead.forecast.months)
    seasons = " ".join(str(1000 + 100 * (k % 12)) for k in range(36))
    longer, _ = bench.ahead({**values, "history": seasons}, done)
    assert longer is not None
    assert longer.forecast.seasonal
    assert longer.past.name(0) == "2022-01"


def test_a_bad_month_of_the_past_is_named_and_the_year_forecast_all_the_same() -> None:
    values = {**_example("glass"), "history": "1000 1,5 1200"}
    ahead, faults = bench.ahead(values, bench.compute(values))
    assert [(one.name, one.problem.code) for one in faults] == [("history", "comma_decimal")]
    assert ahead is not None
    assert len(ahead.past.values) == 12


def test_months_apart_from_the_total_are_not_forecast() -> None:
    months = {f"s.5.amount.m.{month}": "10" for month in range(1, 13)}
    values = {**_example("machinery"), "s.5.counted": False, "s.5.amount.by": "months", **months}
    assert bench.ahead(values, bench.compute(values))[0] is None
