"""Enterprise accounting: the worked cases to the printed digits, tables, formulas by hand, and how streams count."""

from __future__ import annotations

import copy
import csv
import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import case_from, read_case
from tancai.engines.carbon.accounting.inventory import Inventory, account, monthly, record_of
from tancai.engines.carbon.accounting.plan import check, draft
from tancai.engines.carbon.accounting.report import report
from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.tree import Node, walk
from tancai.engines.carbon.uncertainty import propagate, simulate
from tests.engines.carbon import published

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"
CASES = ["machinery", "power", "cement", "steel", "aluminium", "glass"]


def example(name: str) -> Inventory:
    return account(read_case(EXAMPLES / f"{name}.toml"))


def case(
    *streams: dict[str, Any], guide: str = "ndrc-machinery", year: int = 2024, **more: Any
) -> dict[str, Any]:
    method = {"guide": guide, **more.pop("method", {})}
    return {
        "schema": "tancai-carbon-account/1",
        "period": {"year": year},
        "method": method,
        "stream": [dict(one) for one in streams],
        **more,
    }


def emission(stream: dict[str, Any], **more: Any) -> float:
    found = account(case_from(case({"id": "s", **stream}, **more)))
    assert found.complete, [problem.message() for problem in found.problems]
    return found.lines[0].node.value


def node(inventory: Inventory, key: str) -> Node:
    return next(one for line in inventory.lines for one in walk(line.node) if one.key == key)


# -- section 11
def test_section_11_case_s1() -> None:
    found = example("machinery")
    for stream in ("natural-gas", "diesel", "welding", "electricity", "steam"):
        line = found.line(stream)
        assert line is not None and line.node.value == pytest.approx(published.S1[stream], abs=5e-7)
    for key, digits in (("welding.net", 6), ("welding.mass_share", 9), ("steam.heat", 6)):
        assert round(node(found, key).value, digits) == published.S1[key]
    direct = found.categories["combustion"].value + found.categories["process"].value
    assert round(direct, 6) == published.S1["direct"]
    assert round(found.total.value, 6) == published.S1["total"]
    assert found.total.rounded() == published.S1["rounded"]


def test_section_11_case_s2_emissions() -> None:
    found = example("power")
    for stream in ("coal", "diesel"):
        line = found.line(stream)
        assert line is not None and round(line.node.value, 6) == published.S2[stream]
    assert round(found.total.value, 6) == published.S2["total"]
    assert found.total.rounded() == published.S2["rounded"]


def test_section_11_case_s3_emissions() -> None:
    found = example("cement")
    coal = found.line("coal")
    assert coal is not None and round(coal.node.value, 6) == published.S3["coal"]
    assert round(found.categories["process"].value, 6) == published.S3["process"]
    assert round(found.total.value, 6) == published.S3["total"]
    assert round(found.indicators[0].value, 6) == published.S3["carbide_slag_rate"]
    assert round(found.intensities[0].value, 9) == published.S3["intensity"]


def test_section_11_case_s2_allowance() -> None:
    allowance, surplus = example("power").allowance
    found = {one.key: one.value for one in walk(allowance)}
    assert round(found["allowance.peak"], 9) == 1.056633453
    assert found["allowance.peak.rounded"] == published.S2_ALLOWANCE["peak"]
    assert round(found["allowance.electricity"], 6) == 1488346.827975
    assert found["allowance.electricity.rounded"] == published.S2_ALLOWANCE["power"]
    assert found["allowance.heat.rounded"] == published.S2_ALLOWANCE["heat"]
    assert allowance.value == published.S2_ALLOWANCE["total"]
    assert round(surplus.value) == published.S2_ALLOWANCE["surplus"]


def test_section_11_case_s3_allowance() -> None:
    allowance, surplus = example("cement").allowance
    found = {one.key: one.value for one in walk(allowance)}
    assert round(found["allowance.deviation"], 6) == published.S3_ALLOWANCE["deviation"]
    assert round(found["allowance.alpha"], 9) == published.S3_ALLOWANCE["alpha"]
    assert round(found["allowance.exact"], 6) == published.S3_ALLOWANCE["allowance"]
    assert allowance.value == 1221237
    assert round(surplus.value, 2) == 8508.61


def test_section_11_case_s3_the_other_rounding_path() -> None:
    """Intensity at full precision is our path; the reference prints what the other one gives, by arithmetic."""
    intensity, allowance = published.S3_INTENSITY_ROUNDED_FIRST
    found = example("cement")
    assert round(found.intensities[0].value, 4) == intensity
    alpha = 0.15 * (0.8350 - intensity) / 0.8350
    assert math.floor(found.total.value * (1 + alpha)) == allowance


@pytest.mark.parametrize(
    ("load", "factor"),
    [("50 %", 1.093443), ("59.99 %", 1.061395), ("62 %", 1.055061), ("64.99 %", 1.045710), ("65 %", 1)],
)
def test_load_correction_2024(load: str, factor: float) -> None:
    """Test values of the 2023–2024 plan."""
    values = tomllib.loads((EXAMPLES / "power.toml").read_text(encoding="utf-8"))
    values["allowance"]["load_factor"] = load
    found = {one.key: one.value for one in walk(account(case_from(values)).allowance[0])}
    assert found["allowance.peak.rounded"] == factor


# -- section 4, 5, 6, 7: tables
@pytest.mark.parametrize("fuel", published.STEEL_TABLE)
def test_section_4_1_derived_column(fuel: str) -> None:
    without, with_oxidation = published.STEEL_TABLE[fuel]
    at = "10^4Nm3" if "gas" in fuel and fuel not in ("refinery_gas", "coal_gangue", "gasoline") else "t"
    stream = {"kind": "fuel", "fuel": fuel, "bought": f"1 {at}"}
    assert emission(stream, guide="cets-steel-2024", year=2025) == pytest.approx(without, abs=6e-5)
    row = tables.find("fuels", set="cets-steel-2024", fuel=fuel)
    assert row is not None and row.confidence == "V1"
    assert without * row.number("oxidation_percent") / 100 == pytest.approx(with_oxidation, abs=1.2e-4)


@pytest.mark.parametrize("fuel", published.GENERIC_TABLE)
def test_section_4_2_derived_column(fuel: str) -> None:
    row = tables.find("fuels", set="ndrc-2015", fuel=fuel)
    assert row is not None
    stream = {"kind": "fuel", "fuel": fuel, "amount": f"1 {row['unit']}"}
    assert emission(stream) == pytest.approx(published.GENERIC_TABLE[fuel], abs=6e-5)


def test_section_5_3_count_of_falling_and_rising_provinces() -> None:
    values: dict[str, dict[str, float]] = {}
    for row in tables.find_all("electricity", series="average", level="province"):
        values.setdefault(row["area"], {})[row["year"]] = row.number()
    falling = sum(by_year["2023"] < by_year["2022"] for by_year in values.values())
    assert (falling, len(values) - falling) == (
        published.PROVINCES_FALLING_2023,
        published.PROVINCES_RISING_2023,
    )


def test_every_row_of_every_table_has_its_provenance() -> None:
    for name in tables.versions():
        if name == "guides":
            continue
        for row in tables.rows(name):
            for column in ("guide", "version", "table", "year", "unit", "confidence", "source"):
                assert row.cells[column], (name, row.line, column)
            assert row.confidence in ("V1", "V2", "M")
            assert row["year"].isdigit() and len(row["year"]) == 4


def test_section_6_1_oxide_method_typical_check() -> None:
    """CaO 65 %, MgO 1.5 % give 0.5272 tCO2/t clinker."""
    stream = {"kind": "clinker_oxides", "amount": "1 t", "cao": "65 %", "mgo": "1.5 %"}
    assert round(emission(stream, guide="gbt-32151-8-cement"), 4) == 0.5272


def test_section_6_3_slope_method_and_parameter_sets() -> None:
    """0.143 × AEM, a tenth of it C2F6; NDRC set 0.034 / 0.0034 kg/t with 6500 / 9200."""
    minutes = {"kind": "anode_effect", "amount": "1000 t", "minutes": "0.5 min"}
    by_hand = 1000 * 0.143 * 0.5 / 1000 * (6630 + 0.1 * 11100)
    assert emission(minutes, guide="cets-aluminium-2024") == pytest.approx(by_hand)
    ndrc = {"kind": "anode_effect", "amount": "1000 t"}
    assert emission(ndrc, guide="gbt-32151-4-aluminium") == pytest.approx(0.034 * 6500 + 0.0034 * 9200)
    anode = {"kind": "anode", "amount": "1000 t", "set": "cets-variant-b", "gross_use": "480 kg/t"}
    by_hand = 1000 * 0.48 * (1 - 0.1518) * (1 - 0.02 - 0.004) * 44 / 12
    assert emission(anode, guide="cets-aluminium-2024") == pytest.approx(by_hand)


def test_section_5_4_steam_and_hot_water() -> None:
    water = {"kind": "heat", "hot_water": "1000 t", "temperature": "90 ℃"}
    assert emission(water) == pytest.approx(1000 * 70 * 4.1868e-3 * 0.11)
    between = {"kind": "heat", "steam": "1 t", "pressure": "0.85 MPa"}
    assert emission(between) == pytest.approx(((2768.3 + 2773.0) / 2 - 83.74) / 1000 * 0.11)
    hot = {"kind": "heat", "steam": "1 t", "pressure": "1 MPa", "temperature": "300 ℃"}
    assert emission(hot) == pytest.approx((3051.7 - 83.74) / 1000 * 0.11)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ({"kind": "gas_leak", "gas": "SF6", "fillings": "10 connection"}, 10 * 0.342 * 146.06 / 1e6 * 23900),
        (
            {"kind": "gas_equipment", "gas": "SF6", "capacity": "50 kg", "recovered": "45 kg"},
            5 / 1000 * 23900,
        ),
        (
            {
                "kind": "gas_filling",
                "gas": "HFC-134a",
                "opening": "1 t",
                "bought": "5 t",
                "closing": "2 t",
                "sold": "3.9 t",
            },
            0.1 * 1300,
        ),
        (
            {"kind": "wastewater", "cod_removed": "100 tCOD", "cod_sludge": "20 tCOD", "mcf": "0.8"},
            80 * 0.25 * 0.8 * 21,
        ),
        (
            {
                "kind": "carbonate",
                "carbonate": "石灰石",
                "amount": "100 t",
                "purity": "90 %",
                "calcined": "95 %",
            },
            100 * 0.9 * 0.95 * 0.43971,
        ),
    ],
)
def test_section_6_6_and_6_7_formulas(stream: dict[str, Any], expected: float) -> None:
    assert emission(stream) == pytest.approx(expected)


def test_nitric_acid_with_abatement() -> None:
    stream = {
        "kind": "nitric_acid",
        "technology": "dual_pressure",
        "amount": "1000 t",
        "abatement": "85 %",
        "utilisation": "0.9",
    }
    assert emission(stream, guide="gbt-32150") == pytest.approx(1000 * 0.008 * (1 - 0.85 * 0.9) * 265)


@pytest.mark.parametrize(
    ("gas", "values"),
    [
        ("CH4", (21, 25, 28, 27.9)),
        ("N2O", (310, 298, 265, 273)),
        ("CF4", (6500, 7390, 6630, 7380)),
        ("SF6", (23900, 22800, 23500, 24300)),
    ],
)
def test_section_7_potentials(gas: str, values: tuple[float, ...]) -> None:
    for name, value in zip(("SAR", "AR4", "AR5", "AR6"), values, strict=True):
        stream = {"kind": "gas_loss", "gas": gas, "amount": "2 t"}
        assert emission(stream, guide="gbt-32150", method={"gwp": name}) == pytest.approx(2 * value)


# -- how streams count
def test_the_glass_case_agrees_with_a_spreadsheet_of_its_own() -> None:
    """Recomputed from the CSV with plain arithmetic, nothing of the engine."""
    with (EXAMPLES / "glass.csv").open(encoding="utf-8") as stream:
        rows = {
            (r["stream"], r["parameter"]): [float(r[str(m)]) for m in range(1, 13)]
            for r in csv.DictReader(stream)
        }
    gas, heat = rows["natural-gas", "amount"], rows["natural-gas", "ncv"]
    expected = sum(a * n for a, n in zip(gas, heat, strict=True)) * 0.0153 * 0.99 * 44 / 12
    expected += sum(rows["soda-ash", "amount"]) * 0.992 * 0.41492
    expected += sum(rows["dolomite", "amount"]) * 0.97 * 0.47732
    expected += sum(rows["limestone", "amount"]) * 0.965 * 0.43971
    expected += 212.40 * 44 / 12 + sum(rows["electricity", "amount"]) * 0.6516
    assert example("glass").total.value == pytest.approx(expected, rel=1e-12)


def test_the_steel_case_agrees_with_a_spreadsheet_of_its_own() -> None:
    found = example("steel")
    coal = (1450000 + 62000 - 58500) * 26.344 * 0.02541 * 44 / 12
    coke = 28.435 * 0.02942 * 44 / 12
    expected = coal - 120000 * coke + 310000 * 25.024 * 0.02749 * 44 / 12
    expected += 265000 * 0.440 + 84000 * 0.476 + 1250 * 3.663 + 420000 * 0.037 + 28500 * 0.092
    expected -= 2600000 * 0.037 + 43000 * 2.699
    assert found.total.value == pytest.approx(expected, rel=1e-12)
    coking = 1453500 * 26.344 * 0.02541 * 44 / 12 - 1060000 * coke - 30000 * 173.854 * 0.0121 * 44 / 12
    assert found.balances[0].node.value == pytest.approx(coking, rel=1e-9)
    assert found.rest is not None
    assert found.rest.value + found.balances[0].node.value == pytest.approx(found.total.value, rel=1e-12)
    assert "electricity" in found.beside and "electricity" not in found.categories


masses = st.floats(1, 1e5)
contents = st.floats(0.1, 0.95)


@given(st.lists(st.tuples(masses, contents), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_a_carbon_balance_closes(flows: list[tuple[float, float]]) -> None:
    """What goes in and comes out again with the same carbon emits nothing; what stays away is emitted."""
    ins = [
        {"id": f"in{k}", "kind": "carbon_in", "amount": f"{m!r} t", "carbon": f"{c!r} tC/t"}
        for k, (m, c) in enumerate(flows)
    ]
    outs = [{**one, "id": f"out{k}", "kind": "carbon_out"} for k, one in enumerate(ins)]
    closed = account(case_from(case(*ins, *outs, guide="gbt-32150")))
    assert closed.total.value == pytest.approx(0, abs=1e-6)
    opened = account(case_from(case(*ins, *outs[1:], guide="gbt-32150")))
    assert opened.total.value == pytest.approx(flows[0][0] * flows[0][1] * 44 / 12, rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_streams_changes_nothing(name: str) -> None:
    values = tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    values.pop("files", None)
    values["stream"] = [one for one in values["stream"] if account_alone(values, one)]
    turned = copy.deepcopy(values)
    turned["stream"].reverse()
    one, other = account(case_from(values)), account(case_from(turned))
    assert one.total == other.total
    assert [line.stream.id for line in one.lines] == [line.stream.id for line in other.lines]


def account_alone(values: dict[str, Any], stream: dict[str, Any]) -> bool:
    return any(name in stream for name in ("amount", "bought", "steam"))


@pytest.mark.parametrize("name", CASES)
def test_categories_sum_to_the_total(name: str) -> None:
    found = example(name)
    counted = sum(
        line.emission * (-1 if line.category in ("recovered", "exported_electricity", "exported_heat") else 1)
        for line in found.lines
        if line.counted
    )
    assert counted == pytest.approx(found.total.value, rel=1e-12)


def test_months_sum_to_the_year_and_weigh_the_heating_value() -> None:
    amounts = [100.0 + 10 * k for k in range(12)]
    heats = [380.0 + k for k in range(12)]
    stream = {
        "id": "gas",
        "kind": "fuel",
        "fuel": "natural_gas",
        "amount": {"monthly": amounts, "unit": "10^4Nm3"},
        "ncv": {"monthly": heats, "unit": "GJ/10^4Nm3"},
    }
    found = account(case_from(case(stream)))
    by_hand = sum(a * n for a, n in zip(amounts, heats, strict=True)) * 0.0153 * 0.99 * 44 / 12
    assert found.total.value == pytest.approx(by_hand, rel=1e-12)
    assert sum(monthly(found)["gas"]) == pytest.approx(by_hand, rel=1e-12)


def test_several_tests_in_a_month_count_as_their_plain_mean() -> None:
    heats: list[Any] = [[388.0, 392.0, 390.0], *[390.0] * 11]
    stream = {
        "id": "gas",
        "kind": "fuel",
        "fuel": "natural_gas",
        "amount": {"monthly": [10.0] * 12, "unit": "10^4Nm3"},
        "ncv": {"monthly": heats, "unit": "GJ/10^4Nm3"},
    }
    assert account(case_from(case(stream))).total.value == pytest.approx(120 * 390 * 0.0153 * 0.99 * 44 / 12)


@pytest.mark.parametrize(
    ("basis", "more", "factor"),
    [
        ("ar", {}, 1.0),
        ("d", {"moisture_ar": "10 %"}, 0.9),
        ("ad", {"moisture_ar": "10 %", "moisture_ad": "2 %"}, 0.9 / 0.98),
    ],
)
def test_section_3_bases_of_carbon(basis: str, more: dict[str, str], factor: float) -> None:
    stream = {
        "kind": "fuel",
        "fuel": "bituminous_coal",
        "amount": "1000 t",
        "carbon": "0.60 tC/t",
        "carbon_basis": basis,
        "oxidation": "99 %",
        **more,
    }
    assert emission(stream, guide="cets-power-2022") == pytest.approx(600 * factor * 0.99 * 44 / 12)


@pytest.mark.parametrize(
    ("meter", "factor"),
    [
        ({"required_accuracy": "0.5 %", "uncalibrated_months": [7, 8, 9]}, 1 + 0.005 * 3 / 12),
        ({"required_accuracy": "0.5 %", "uncalibrated": True}, 1.005),
        ({"required_accuracy": "0.5 %", "found_error": "1.2 %", "uncalibrated": True}, 1.007),
        ({"required_accuracy": "0.5 %", "found_error": "0.2 %", "uncalibrated": True}, 1.005),
    ],
)
def test_section_9_conservative_reading_of_a_meter(meter: dict[str, Any], factor: float) -> None:
    stream = {"kind": "electricity", "amount": {"monthly": [100.0] * 12, "unit": "MWh"}, "meter": meter}
    assert emission(stream) == pytest.approx(1200 * 0.5306 * factor)
    out = {"kind": "substitute", "material": "carbide_slag", "amount": "100 t", "meter": meter}
    if "uncalibrated_months" not in meter:
        deducted = emission(out, guide="cets-cement-2024", year=2025)
        assert deducted == pytest.approx(48 * (2 - factor))


def test_correcting_some_months_needs_monthly_figures() -> None:
    meter = {"required_accuracy": "0.5 %", "uncalibrated_months": [7, 8]}
    with pytest.raises(CarbonError, match="monthly"):
        account(case_from(case({"id": "e", "kind": "electricity", "amount": "100 MWh", "meter": meter})))
    amount = {"monthly": [100.0] * 12, "unit": "MWh"}
    found = account(case_from(case({"id": "e", "kind": "electricity", "amount": amount, "meter": meter})))
    by_month = monthly(found)["e"]
    assert by_month[6] == pytest.approx(100 * 1.005 * 0.5306) and by_month[0] == pytest.approx(53.06)
    assert sum(by_month) == pytest.approx(found.total.value)


def test_recovered_and_exported_are_subtracted_and_biogenic_stands_apart() -> None:
    found = account(
        case_from(
            case(
                {"id": "gas", "kind": "fuel", "fuel": "natural_gas", "amount": "100 10^4Nm3"},
                {"id": "co2", "kind": "co2_recovered", "amount": "300 tCO2"},
                {"id": "out", "kind": "electricity_export", "amount": "100 MWh"},
                {"id": "wood", "kind": "biomass", "amount": "50 t", "carbon": "0.45 tC/t"},
                guide="gbt-32150",
            )
        )
    )
    gas = 100 * 389.31 * 0.0153 * 0.99 * 44 / 12
    assert found.total.value == pytest.approx(gas - 300 - 100 * 0.5306)
    assert found.beside["biogenic"].value == pytest.approx(50 * 0.45 * 44 / 12)


def test_an_unverified_default_must_be_chosen_by_name() -> None:
    stream = {"id": "fgd", "kind": "desulphurisation", "amount": "1000 t"}
    with pytest.raises(Exception, match="unverified"):
        account(case_from(case(stream, guide="gbt-32150")))
    names = ["constants:sorbent_content", "constants:desulphurisation", "constants:desulphurisation_rate"]
    found = account(case_from(case(stream, guide="gbt-32150", method={"accept_uncertain": names})))
    assert found.total.value == pytest.approx(1000 * 0.9 * 0.44)
    assert {p.code for p in found.problems} == {"factor_used_uncertain"}
    assert {one.confidence for one in walk(found.total) if one.op == "leaf" and one.confidence} == {"M"}


def test_section_4_3_coal_of_power_has_defaults_of_its_own() -> None:
    coal = {"id": "coal", "kind": "fuel", "fuel": "bituminous_coal", "amount": "1000 t"}
    with pytest.raises(CarbonError, match="unverified"):
        account(case_from(case(coal, guide="cets-power-2022")))
    names = ["constants:coal_ncv_untested", "constants:coal_carbon_conventional"]
    method = {"accept_uncertain": names}
    value = account(case_from(case(coal, guide="cets-power-2022", method=method))).total.value
    assert value == pytest.approx(1000 * 26.7 * 0.03085 * 0.99 * 44 / 12)
    method = {"accept_uncertain": [names[0], "constants:coal_carbon_unconventional"]}
    value = account(case_from(case(coal, guide="cets-power-2022", method=method))).total.value
    assert value == pytest.approx(1000 * 26.7 * 0.02858 * 0.99 * 44 / 12)
    measured = {**coal, "carbon": "0.6 tC/t"}
    with pytest.raises(CarbonError, match="national factor database"):
        account(case_from(case(measured, guide="cets-power-2026", year=2026)))
    assert emission({**measured, "oxidation": "98.5 %"}, guide="cets-power-2026", year=2026) == pytest.approx(
        600 * 0.985 * 44 / 12
    )


def test_a_remark_of_a_row_is_passed_on() -> None:
    stream = {"id": "d", "kind": "fuel", "fuel": "diesel", "amount": "1 t"}
    found = account(case_from(case(stream)))
    assert [problem.code for problem in found.problems] == ["factor_remark"]
    assert "attribution" in found.problems[0].message("en") and "未经核实" in found.problems[0].message("zh")


def test_uncertainty_of_the_glass_case_both_ways() -> None:
    whole = example("glass").total
    exact, drawn = propagate(whole), simulate(whole, draws=20_000, seed=4)
    assert exact.relative == pytest.approx(drawn.relative, rel=0.05)
    assert math.fsum(one.share for one in exact.contributions) == pytest.approx(1.0)


def test_months_that_err_apart_are_surer_than_one_meter() -> None:
    def half(months: str) -> float:
        amount = {"monthly": [100.0] * 12, "unit": "MWh", "uncertainty": "3 %", "months": months}
        whole = account(case_from(case({"id": "e", "kind": "electricity", "amount": amount}))).total
        return propagate(whole).relative

    assert half("together") == pytest.approx(0.03)
    assert half("independent") == pytest.approx(0.03 / math.sqrt(12))


def test_a_result_says_what_it_was_made_of() -> None:
    record = record_of(example("glass"))
    assert record["engine"]["version"] and record["tables"]["fuels"]
    assert len(record["input"]["sha256"]) == 64 and len(record["input"]["files"]["glass.csv"]) == 64
    assert record["total"]["rounded"] == example("glass").total.rounded()
    assert set(record["monthly"]) == {"natural-gas", "soda-ash", "dolomite", "limestone", "electricity"}


def test_the_report_holds_every_figure_in_both_languages() -> None:
    found = example("glass")
    zh, en = report(found, "zh"), report(found, "en")
    assert "201 071" in zh and "201 071" in en
    assert "核算边界" in zh and "Boundary" in en
    assert "间接来源" in zh and "secondary source" in en


def test_the_plan_is_drafted_and_held_against_the_case() -> None:
    found = example("glass")
    assert {(one["stream"], one["parameter"]) for one in draft(found)} >= {
        ("natural-gas", "amount"),
        ("natural-gas", "ncv"),
        ("glass", "production"),
    }
    assert {problem.code for problem in check(found)} == {"plan_missing"}
    plan = [
        {
            "stream": "e",
            "parameter": "amount",
            "how": "measured",
            "meter": "M1",
            "accuracy": "0.5",
            "calibration_months": 24,
        }
    ]
    amount = {"value": 100.0, "unit": "MWh", "how": "default"}
    departing = account(case_from(case({"id": "e", "kind": "electricity", "amount": amount}, plan=plan)))
    assert {problem.code for problem in check(departing)} == {
        "plan_field",
        "plan_calibration",
        "plan_downgrade",
    }
