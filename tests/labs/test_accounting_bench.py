"""The workbook's translation: every shipped case computes to the engine's figure, faults find their field."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import case_of, read_case
from tancai.engines.carbon.accounting.inventory import account
from tancai.engines.carbon.reading import read_text
from tancai.labs.benches import accounting as bench

pytestmark = pytest.mark.anydatabase
MONTHS = {"s.2.amount.by": "months", **{f"s.2.amount.m.{k}": "-1" if k == 5 else "2" for k in range(1, 13)}}
EXAMPLES = Path(tables.__file__).parent / "examples"


def values_of(name: str) -> dict[str, object]:
    months = [(EXAMPLES / "glass.csv").read_bytes()] if name == "glass" else []
    return bench.values_of(tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")), months)


@pytest.mark.parametrize("name", ["machinery", "power", "cement", "steel", "aluminium", "glass"])
def test_a_shipped_case_computes_as_on_the_command_line_and_goes_out_as_it_came(name: str) -> None:
    done = bench.compute(values_of(name))
    assert done.found is not None
    assert done.complete
    assert done.found.total.value == account(read_case(EXAMPLES / f"{name}.toml")).total.value
    again = account(case_of(read_text(done.text)))
    assert again.total.value == done.found.total.value
    assert again.case.digest == done.found.case.digest
    assert bench.values_of(tomllib.loads(done.text)) == {
        key: value for key, value in values_of(name).items() if value != ""
    }


def test_rows_and_months_are_told_by_their_number() -> None:
    done = bench.compute(values_of("glass"))
    assert done.found is not None
    assert sum(done.emissions.values()) == pytest.approx(done.found.total.value)
    assert len(done.month_totals) == 12
    assert sum(done.month_totals) == pytest.approx(sum(sum(row) for row in done.months.values()))


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"s.1.amount": "1,85"}, "s.1.amount", "comma_decimal"),
        ({"s.1.amount": "１８５"}, "s.1.amount", "full_width"),
        ({"s.1.amount": "-3"}, "s.1.amount", "negative"),
        ({"s.1.amount.unit": ""}, "s.1.amount", "unit_missing"),
        ({"s.1.amount.unit": "t"}, "s.1.amount", None),
        ({"s.1.amount.unit": "m3"}, "s.1.amount", "unit_actual_volume"),
        ({"s.1.amount.by": "months", "s.1.amount.m.1": "3"}, "s.1.amount", "months_missing"),
        (MONTHS, "s.2.amount.m.5", "negative"),
        ({"s.1.fuel": "月光"}, "s.1.fuel", "factor_unknown"),
        ({"s.1.kind": "thing"}, "s.1.kind", "unknown_choice"),
        ({"method.fuels": "cets-steel-2024"}, "method.fuels", "factor_other_guide"),
        ({"u.amount": "2"}, "u.amount", "uncertainty_percent"),
        ({"period.year": "二〇二四"}, "period.year", "no_whole"),
    ],
)  # fmt: skip
def test_a_fault_names_its_field_and_the_rest_is_computed(
    changes: dict[str, str], name: str, code: str | None
) -> None:
    done = bench.compute({**values_of("machinery"), **changes})
    found = {fault.name: fault for fault in done.faults if fault.level != "noted"}
    assert name in found, [(fault.name, fault.problem.code) for fault in done.faults]
    if code:
        assert found[name].problem.code == code
    assert all(found[name].words(language) for language in ("zh", "en"))
    assert done.found is not None
    assert done.emissions[4] > 0


TWELVE = {"s.4.amount.by": "months", **{f"s.4.amount.m.{k}": "1000" for k in range(1, 13)}}
BAD = [
    ("s.4.amount", "unit_wrong", {"s.4.amount.unit": "t"}),
    ("s.4.amount", "unit_unknown", {"s.4.amount.unit": "桶"}),
    ("s.4.amount", "unit_missing", {"s.4.amount.unit": ""}),
    ("s.4.amount", "comma_decimal", {"s.4.amount": "12,5"}),
    ("s.4.amount", "comma_either", {"s.4.amount": "12,480"}),
    ("s.4.amount", "comma_groups", {"s.4.amount": "1,212,480"}),
    ("s.4.amount", "full_width", {"s.4.amount": "１２４８０"}),
    ("s.4.amount", "full_width", {"s.4.amount": "12480．5"}),
    ("s.4.amount", "negative", {"s.4.amount": "-12480"}),
    ("s.4.amount", "no_number", {"s.4.amount": "约12480"}),
    ("s.4.amount", "no_number", {"s.4.amount": "inf"}),
    ("s.4.amount", "months_missing", {**TWELVE, "s.4.amount.m.7": ""}),
    ("s.4.amount", "months_missing", {**TWELVE, "s.4.amount.m.7": "-"}),
    ("s.4.amount.m.7", "comma_decimal", {**TWELVE, "s.4.amount.m.7": "1,5"}),
    ("s.4.amount.m.7", "full_width", {**TWELVE, "s.4.amount.m.7": "１０００"}),
    ("s.4.amount.m.7", "negative", {**TWELVE, "s.4.amount.m.7": "-3"}),
    ("s.1.factor_set", "factor_other_guide", {"s.1.factor_set": "cets-steel-2024"}),
    ("s.1.ncv", "ncv_basis", {"s.1.ncv": "38.931", "s.1.ncv.unit": "GJ/t"}),
    ("s.2.ncv", "ncv_basis", {"s.2.ncv": "389", "s.2.ncv.unit": "GJ/10^4Nm3"}),
    ("s.1.oxidation", "percent_as_fraction", {"s.1.oxidation": "99", "s.1.oxidation.unit": "1"}),
    ("s.1.oxidation", "fraction_as_percent", {"s.1.oxidation": "0.99", "s.1.oxidation.unit": "%"}),
    ("s.3.mixture", "percent_as_fraction", {"s.3.mixture": "CO2 20"}),
    ("s.1.carbon", "thousand_too_much", {"s.1.carbon": "15.3", "s.1.carbon.unit": "tC/GJ"}),
    ("s.4.series", "electricity_footprint", {"s.4.series": "footprint", "s.4.year": "2024"}),
    ("s.4.series", "electricity_withdrawn", {"s.4.series": "regional-2012"}),
    ("s.1.estimated", "month_number", {"s.1.estimated": "13"}),
    ("s.1.amount", "uncertainty_percent", {"s.1.amount.uncertainty": "2"}),
]


@pytest.mark.parametrize(("name", "code", "changes"), BAD)
def test_bad_input_costs_its_own_row_only_and_says_where_why_and_what_to_do(
    name: str, code: str, changes: dict[str, str]
) -> None:
    good = bench.compute(values_of("machinery"))
    done = bench.compute({**values_of("machinery"), **changes})
    refused = [one for one in done.faults if one.level == "refused"]
    assert (name, code) in {(one.name, one.problem.code) for one in refused}
    assert {one.row_of(("s", "p")) for one in refused} == {".".join(name.split(".")[:2])}
    row = int(name.split(".")[1])
    assert done.emissions == {key: value for key, value in good.emissions.items() if key != row}
    assert not done.complete
    for language in ("zh", "en"):
        assert all(len(one.words(language)) > 8 and "{" not in one.words(language) for one in refused)


def test_a_year_stands_until_the_first_month_is_filled_in() -> None:
    values = {**values_of("machinery"), "s.1.amount.by": "months"}
    assert bench.compute(values).text == bench.compute(values_of("machinery")).text
    done = bench.compute({**values, "s.1.amount.m.3": "15"})
    assert "months_missing" in {fault.problem.code for fault in done.faults if fault.name == "s.1.amount"}


def test_an_empty_workbook_says_what_it_needs() -> None:
    done = bench.compute({})
    assert done.found is None
    assert {fault.name for fault in done.faults} >= {"method.guide"}


@settings(max_examples=25)
@given(order=st.permutations([1, 2, 3, 4, 5]))
def test_the_sequence_of_rows_changes_nothing(order: list[int]) -> None:
    values = values_of("machinery")
    moved = {
        f"s.{order[int(name.split('.')[1]) - 1]}.{name.split('.', 2)[2]}" if name.startswith("s.") else name: value
        for name, value in values.items()
    }  # fmt: skip
    assert bench.compute(moved).found.total.value == bench.compute(values).found.total.value  # type: ignore[union-attr]


def test_factors_of_another_guide_are_shown_and_may_not_be_picked() -> None:
    values = values_of("machinery")
    row = bench.rows_of(values, "s")[0]
    found = bench.factors(values, row, "天然气")
    assert found[0].why == ""
    assert {one.why for one in found} == {"", "other_guide"}
    assert next(one.same for one in found if one.name.startswith("天然气"))
    assert all(one.source for one in found)


def test_the_fuel_asked_for_stands_before_those_whose_names_contain_it() -> None:
    values = {"method.guide": "gbt-32150", "s.1.kind": "fuel"}
    row = bench.rows_of(values, "s")[0]
    for asked in ("天然气", "Natural  gas"):
        found = [one.name.split("|") for one in bench.factors(values, row, asked)]
        assert found[0] == ["天然气", "natural gas"]
    assert any("液化天然气" in one.name for one in bench.factors(values, row, "天然气")[1:])
    plain = bench.factors(values, row)
    assert [one.name for one in plain] == [one.name for one in bench.factors(values, row, " ")]


def test_a_picked_code_is_shown_by_its_name() -> None:
    assert (
        bench.name_of("fuel", "fuel", "natural_gas")
        == bench.name_of("fuel", "fuel", "天然气")
        == "天然气|natural gas"
    )
    assert not bench.name_of("fuel", "fuel", "月光") and not bench.name_of("fuel", "ncv", "natural_gas")


def test_electricity_factors_for_products_may_not_be_picked_for_an_inventory() -> None:
    values = values_of("machinery")
    row = bench.rows_of(values, "s")[3]
    found = bench.factors(values, row)
    assert {one.why for one in found} == {"", "not_inventory"}
    picked = next(one for one in found if ("year", "2022") in one.sets and one.name.startswith("江苏"))
    done = bench.compute({**values, **{f"s.4.{key}": value for key, value in picked.sets}})
    assert done.emissions[4] == pytest.approx(
        12480 * 0.5978
    )  # 2022 average of Jiangsu, announcement 2024 no. 33


def test_every_unverified_factor_offered_is_refused_until_it_is_accepted_by_name() -> None:
    values = {
        **values_of("machinery"),
        "s.90.kind": "electricity",
        "s.90.amount": "1",
        "s.90.amount.unit": "MWh",
    }
    row = bench.rows_of(values, "s")[-1]
    offered = [one for one in bench.factors(values, row) if one.uncertain and not one.why]
    assert offered
    for one in offered:
        picked = {**values, **{f"s.90.{key}": value for key, value in one.sets}}
        refused = [each for each in bench.compute(picked).faults if each.problem.code == "factor_uncertain"]
        assert [each.row_of(("s",)) for each in refused] == ["s.90"]
        picked["method.accept_uncertain"] = [refused[0].problem.params["name"]]
        done = bench.compute(picked)
        assert 90 in done.emissions
        assert "factor_used_uncertain" in {
            each.problem.code for each in done.faults if each.row_of(("s",)) == "s.90"
        }


def test_a_monthly_sheet_goes_out_and_comes_back() -> None:
    values = values_of("glass")
    lines = [
        (number, dict(zip(bench.HEADINGS, cells, strict=True)))
        for number, cells in enumerate(bench.template(values), 2)
    ]
    seen = bench.look(lines, values)
    assert not seen.findings
    assert seen.changes
    assert all(one.replaces for one in seen.changes)
    assert bench.compute({**values, **seen.values()}).text == bench.compute(values).text


def test_a_bad_line_of_a_sheet_is_named_and_the_others_taken() -> None:
    values = values_of("machinery")
    year = {f"{month}月": "15.5" for month in range(1, 13)}
    lines = [
        (2, {"序号": "1", "项目": "消耗量", "单位": "10^4Nm3", **year}),
        (3, {"序号": "2", "项目": "消耗量", "单位": "kWh", **year}),
        (4, {"序号": "2", "项目": "消耗量", "单位": "t", **year, "5月": "1,5", "7月": ""}),
        (5, {"序号": "9", "项目": "消耗量", "单位": "t", **year}),
        (6, {"排放源": "外购电力", "项目": "心情", "单位": "MWh", **year}),
        (7, {"排放源": "外购电力", "项目": "电量", "单位": "MWh"}),
    ]
    seen = bench.look(lines, values)
    assert [(one.line, one.row) for one in seen.changes] == [(2, 1)]
    assert [(one.line, one.code, one.column) for one in seen.findings] == [
        (3, "unit", "单位"),
        (4, "number", "5月"),
        (4, "missing", "7月"),
        (5, "no_row", "序号"),
        (6, "no_item", "项目"),
    ]
    done = bench.compute({**values, **seen.values()})
    assert done.months[1] == pytest.approx([15.5 * 389.31 * 0.0153 * 0.99 * 44 / 12] * 12)
