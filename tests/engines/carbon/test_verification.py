"""Verification: planted faults are found with place, severity, effect and evidence; a clean report conforms."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon import tables
from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.verification.conclusion import Verification, record_of, verify
from tancai.engines.carbon.verification.findings import REVIEW, SEVERITIES, WORDS, Finding
from tancai.engines.carbon.verification.reading import read_report, report_from
from tancai.engines.carbon.verification.sheets import sheets

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"
GAS = [46.0, 45.2, 47.1, 46.6, 45.9, 46.3, 47.0, 46.8, 45.5, 46.1, 46.9, 45.8]
POWER = [2950.0, 2874.0, 3011.0, 2968.0, 2931.0, 2990.0, 3047.0, 3025.0, 2907.0, 2941.0, 2999.0, 2883.0]


def clean() -> dict[str, Any]:
    """A report without a fault: two streams, each with a second source."""
    gas = {"monthly": list(GAS), "unit": "10^4Nm3"}
    power = {"monthly": list(POWER), "unit": "MWh"}
    return {
        "schema": "tancai-carbon-report/1",
        "account": {
            "schema": "tancai-carbon-account/1",
            "period": {"year": 2025},
            "method": {"guide": "gbt-32150"},
            "stream": [
                {"id": "gas", "kind": "fuel", "fuel": "natural_gas", "amount": gas},
                {"id": "power", "kind": "electricity", "amount": power},
            ],
            "production": [{"id": "product", "amount": "50000 t"}],
        },
        "evidence": [
            {"stream": "gas", "value": copy.deepcopy(gas)},
            {"stream": "power", "value": copy.deepcopy(power)},
        ],
    }


def emission(stream: str) -> float:
    factor = 389.31 * 0.0153 * 0.99 * 44 / 12 if stream == "gas" else 0.5306
    return sum(GAS if stream == "gas" else POWER) * factor


def verified(values: dict[str, Any]) -> Verification:
    return verify(report_from(values))


def finding(found: Verification, code: str) -> Finding:
    some = [one for one in found.findings if one.code == code]
    assert len(some) == 1, [(one.code, one.subject) for one in found.findings]
    return some[0]


def test_a_clean_report_conforms() -> None:
    values = clean()
    total = emission("gas") + emission("power")
    values["reported"] = [
        {"item": "gas", "value": f"{emission('gas'):.2f} tCO2"},
        {"item": "power", "value": f"{emission('power'):.2f} tCO2"},
        {"item": "combustion", "value": f"{emission('gas'):.2f} tCO2e"},
        {"item": "total", "value": f"{total:.0f} tCO2e"},
    ]
    found = verified(values)
    assert found.findings == [] and found.conclusion == "conforms"
    assert found.verified == found.conservative == pytest.approx(total)


@pytest.mark.parametrize(
    ("stream", "factor", "words"),
    [
        ("gas", 1 / 0.99, "oxidation rate was left out"),
        ("gas", 12 / 44, "44/12 was left out"),
        ("gas", 1000, "thousand"),
        ("gas", 1e4, "Nm3 taken for"),
        ("power", 0.5777 / 0.5306, "footprint factor 2024"),
        ("power", 0.7035 / 0.5306, "regional factors 2012"),
        ("power", 0.5703 / 0.5306, "ETS reporting factor"),
        ("gas", 1.037, ""),
    ],
)
def test_a_wrong_figure_is_found_and_its_slip_named(stream: str, factor: float, words: str) -> None:
    values = clean()
    values["reported"] = [{"item": stream, "value": f"{emission(stream) * factor:.4f} tCO2"}]
    one = finding(verified(values), "reported_emission")
    assert one.severity == "nonconformity"
    assert one.effect == pytest.approx(emission(stream) * (1 - factor), abs=0.01)
    assert words in one.text("en") and ("probably" in one.text("en")) == bool(words)


def test_a_wrong_total_is_explained_by_a_stream() -> None:
    values = clean()
    values["account"]["stream"].append({"id": "caught", "kind": "co2_recovered", "amount": "500 tCO2"})
    total = emission("gas") + emission("power") + 500
    values["reported"] = [{"item": "total", "value": f"{total:.0f} tCO2e"}]
    assert "opposite sign" in finding(verified(values), "reported_sum").text("en")
    values["reported"] = [{"item": "total", "value": f"{emission('gas') - 500:.0f} tCO2e"}]
    assert "power was left out" in finding(verified(values), "reported_sum").text("en")


def test_meter_against_invoice_for_the_year_and_by_month() -> None:
    values = clean()
    values["evidence"][0]["value"]["monthly"][4] *= 1.10
    found = verified(values)
    year, month = finding(found, "meter_against_invoice"), finding(found, "month_against_invoice")
    more = GAS[4] * 0.10
    assert year.effect == pytest.approx(emission("gas") * more / sum(GAS))
    assert "Months 5:" in month.text("en") and "10.00 %" in month.text("en")
    assert found.conclusion == "to_correct"
    assert found.conservative == pytest.approx(found.verified + (year.effect or 0))


def test_an_invoice_below_the_meter_lowers_nothing() -> None:
    values = clean()
    values["evidence"][0]["value"] = {"value": sum(GAS) * 0.95, "unit": "10^4Nm3"}
    found = verified(values)
    effect = finding(found, "meter_against_invoice").effect
    assert effect is not None and effect < 0 and found.conservative == found.verified


def test_month_against_year() -> None:
    values = clean()
    values["yearly"] = [{"stream": "gas", "value": f"{sum(GAS) - 10} 10^4Nm3"}]
    assert finding(verified(values), "month_against_year").effect == pytest.approx(
        emission("gas") * 10 / (sum(GAS) - 10)
    )
    values["yearly"] = [{"stream": "gas", "value": f"{sum(GAS):.2f} 10^4Nm3"}]
    assert not verified(values).findings


def test_a_slip_of_units_in_one_month() -> None:
    values = clean()
    for place in (values["account"]["stream"][0]["amount"], values["evidence"][0]["value"]):
        place["monthly"][2] *= 1000
    one = finding(verified(values), "unit_slip")
    assert one.params["months"] == "3" and one.params["ratio"] == "1000"
    assert one.effect == pytest.approx(-emission("gas") / sum(GAS) * GAS[2] * 999)


def test_an_outlying_month_and_copied_months() -> None:
    values = clean()
    for place in (values["account"]["stream"][0]["amount"], values["evidence"][0]["value"]):
        place["monthly"][7] *= 1.6
    for place in (values["account"]["stream"][1]["amount"], values["evidence"][1]["value"]):
        place["monthly"][3:6] = [2900.0] * 3
    found = verified(values)
    assert finding(found, "month_outlier").params["months"] == "8"
    assert finding(found, "repeated_months").params["months"] == "4, 5, 6"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 11), st.sampled_from([0.1, 10, 100, 1000]), st.floats(0.95, 1.05))
def test_unit_slips_are_found_wherever_they_are(month: int, power: float, noise: float) -> None:
    values = clean()
    values["account"]["stream"][1]["amount"]["monthly"][month] *= power * noise
    slips = [one for one in verified(values).findings if one.code == "unit_slip"]
    assert [one.params["months"] for one in slips] == [str(month + 1)]


@pytest.mark.parametrize(
    ("electricity", "found"), [("750000 MWh", False), ("1900000 MWh", True), ("200000 MWh", True)]
)
def test_energy_balance_of_a_power_unit(electricity: str, found: bool) -> None:
    """300 000 t of coal at 23.076 GJ/t are 6.92 PJ; 30 to 60 % of it may come out."""
    values = clean()
    coal = {
        "id": "coal",
        "kind": "fuel",
        "fuel": "bituminous_coal",
        "amount": "300000 t",
        "ncv": "23.076 GJ/t",
        "carbon": "26.18 tC/TJ",
    }
    values["account"] |= {"method": {"guide": "cets-power-2022"}, "stream": [coal], "period": {"year": 2024}}
    values["evidence"] = [{"stream": "coal", "value": "300000 t"}]
    balance = {
        "name": "unit 1",
        "streams": ["coal"],
        "output": [{"value": electricity}],
        "low": "30 %",
        "high": "60 %",
    }
    values["balance"] = [balance]
    codes = {one.code for one in verified(values).findings}
    assert ("energy_balance" in codes) == found


def test_electricity_balance_against_submeters() -> None:
    values = clean()
    outputs = [{"value": "20000 MWh"}, {"value": f"{sum(POWER) - 20000 - 100} MWh"}]
    values["balance"] = [
        {"name": "site", "kind": "electricity", "streams": ["power"], "output": outputs, "high": "5 %"}
    ]
    assert not verified(values).findings
    values["balance"][0]["output"][0]["value"] = "15000 MWh"
    assert finding(verified(values), "electricity_balance").severity == "clarification"


def test_intensity_against_the_year_before_and_the_trade() -> None:
    values = clean()
    total = emission("gas") + emission("power")
    values["previous"] = {
        "emission": [
            {"id": "total", "value": f"{total * 1.3} tCO2e"},
            {"id": "gas", "value": f"{emission('gas') * 1.6} tCO2"},
        ],
        "production": [{"id": "product", "value": "50000 t"}],
    }
    values["benchmark"] = [{"production": "product", "low": "0.01 tCO2e/t", "high": "0.05 tCO2e/t"}]
    found = verified(values)
    assert "-23.08 %" in finding(found, "year_on_year").text("en")
    assert "-37.50 %" in finding(found, "stream_year_on_year").text("en")
    assert "0.05" in finding(found, "benchmark").text("en")


def test_calibration_gaps_must_be_read_conservatively() -> None:
    values = clean()
    values["calibration"] = [{"stream": "power", "on": date(2024, 6, 15), "months": 12, "accuracy": "0.5 %"}]
    one = finding(verified(values), "calibration")
    assert one.params["months"] == "6, 7, 8, 9, 10, 11, 12"
    assert one.effect == pytest.approx(0.005 * sum(POWER[5:]) * 0.5306)
    values["account"]["stream"][1]["meter"] = {
        "required_accuracy": "0.5 %",
        "uncalibrated_months": [6, 7, 8, 9, 10, 11, 12],
    }
    assert "calibration" not in {one.code for one in verified(values).findings}
    values["calibration"][0]["on"] = date(2024, 12, 31)
    del values["account"]["stream"][1]["meter"]
    assert "calibration" not in {one.code for one in verified(values).findings}


def test_a_source_without_a_stream_a_single_source_and_late_evidence() -> None:
    values = clean()
    values["equipment"] = [
        {"name": "boiler", "stream": "gas"},
        {"name": "forklift"},
        {"name": "canteen stove"},
    ]
    values["account"]["boundary"] = {"excluded": ["canteen stove (subsidiary)"]}
    del values["evidence"][1]
    values["submitted"] = [{"month": 1, "on": date(2025, 3, 12)}, {"month": 2, "on": date(2025, 4, 10)}]
    found = verified(values)
    assert finding(found, "source_missing").subject == "forklift"
    assert finding(found, "single_source").severity == "observation"
    assert finding(found, "evidence_late").params == {"month": 2, "days": 41, "limit": 40}


def test_section_9_ranges_of_coal_and_far_factors() -> None:
    values = clean()
    coal = {"id": "coal", "kind": "fuel", "fuel": "anthracite", "amount": "1000 t", "ncv": "18.0 GJ/t"}
    values["account"]["stream"].append(coal)
    values["evidence"].append({"stream": "coal", "value": "1000 t"})
    values["coal_test"] = [{"stream": "coal", "fuel": "anthracite", "carbon_daf": "82 %"}]
    found = verified(values)
    assert finding(found, "coal_range").params["low"] == "90 %"
    assert finding(found, "factor_far").severity == "clarification"


def test_stock_against_use_independence_and_team() -> None:
    values = clean()
    stock = {"opening": "100 t", "bought": "1000 t", "closing": "50 t", "amount": "1000 t"}
    values["account"]["stream"].append({"id": "coal", "kind": "fuel", "fuel": "bituminous_coal", **stock})
    values["evidence"].append({"stream": "coal", "value": "1000 t"})
    values["team"] = {"members": ["甲"], "verifier": "机构", "prepared_by": "机构"}
    found = verified(values)
    assert "1 050 t" in finding(found, "stock_balance").text("en")
    assert finding(found, "independence").severity == "nonconformity"
    assert finding(found, "team").severity == "observation"


def test_what_cannot_be_computed_leaves_the_conclusion_open() -> None:
    values = clean()
    values["account"]["stream"][0]["amount"] = "46 m3"
    found = verified(values)
    assert found.conclusion == "cannot_conclude"
    assert "standard state" in finding(found, "cannot_recompute").text("en")


def test_closed_findings_change_the_conclusion() -> None:
    values = clean()
    values["equipment"] = [{"name": "forklift"}]
    found = verified(values)
    assert found.conclusion == "to_correct"
    values["closed"] = [found.findings[0].id]
    assert verified(values).conclusion == "conforms_after_correction"


def test_the_planted_faults_of_the_example_are_found() -> None:
    found = verify(read_report(EXAMPLES / "glass-report.toml"))
    kinds = {(one.code, one.subject) for one in found.findings if one.severity == "nonconformity"}
    assert kinds == {
        ("source_missing", "叉车（柴油）"),
        ("reported_emission", "electricity"),
        ("reported_sum", "total"),
        ("meter_against_invoice", "natural-gas"),
        ("calibration", "natural-gas"),
    }
    assert {one.review for one in found.findings} <= set(REVIEW)
    assert all("glass.toml" not in one.text("en") for one in found.findings if one.code == "plan")
    assert "the streams above" in finding(found, "reported_sum").text("en")
    record = record_of(found)
    assert record["conclusion"] == "to_correct" and record["verified"] == pytest.approx(201071.458172)
    zh, en = sheets(found, "zh"), sheets(found, "en")
    assert "核查结论" in zh and "文件评审表" in zh and "Conclusion" in en
    assert all(
        one.text("zh") in zh.replace("/", "|") or one.text("zh").replace("|", "/") in zh
        for one in found.findings
    )


def test_every_finding_has_words_in_both_languages() -> None:
    for code, words in WORDS.items():
        assert len(words) == 4 and all(words), code
        assert not any("一" <= c <= "鿿" for c in words[1] + words[3]), code
    assert set(SEVERITIES) == {"nonconformity", "clarification", "observation"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"schema": "x"}, "schema"),
        ({"account": None, "case": "nowhere.toml"}, "report_empty"),
    ],
)
def test_a_report_that_cannot_be_read(change: dict[str, Any], code: str) -> None:
    values = {key: value for key, value in (clean() | change).items() if value is not None}
    with pytest.raises(CarbonError) as caught:
        verified(values)
    assert caught.value.code == code


def test_bad_fields_of_a_report_are_said() -> None:
    values = clean()
    values["evidence"].append({"stream": "nobody", "value": "1 t"})
    values["reported"] = [{"item": "gas", "value": "1,5 tCO2"}]
    codes = {
        one.params["why"]
        for one in verified(values).findings
        if one.code in ("doubtful_input", "cannot_recompute")
    }
    assert any("nobody" in one for one in codes) and any("1.5" in one for one in codes)
