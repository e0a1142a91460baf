"""Bad input: refused with place, reason and remedy; the rest is computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon.accounting.case import case_of, read_case
from tancai.engines.carbon.accounting.inventory import Inventory, account
from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.reading import read_bytes, read_text
from tancai.engines.carbon.words import PROBLEMS

pytestmark = pytest.mark.anydatabase

TOP = """schema = "tancai-carbon-account/1"
[period]
year = 2024
[method]
guide = "ndrc-machinery"
[[stream]]
id = "diesel"
kind = "fuel"
fuel = "diesel"
amount = "10 t"
[[stream]]
id = "gas"
kind = "fuel"
fuel = "natural_gas"
"""
LAST = TOP.count("\n") + 1
DIESEL = 10 * 43.33 * 0.0202 * 0.98 * 44 / 12


def computed(more: str) -> tuple[Inventory, Problem]:
    found = account(case_of(read_text(TOP + more, "case.toml")))
    refused = [problem for problem in found.problems if problem.level == "refused"]
    assert refused, [problem.message() for problem in found.problems]
    return found, refused[0]


@pytest.mark.parametrize(
    ("line", "code", "remedy"),
    [
        ('amount = "185.60"', "unit_missing", "10^4Nm3"),
        ("amount = 185.60", "unit_missing", "10^4Nm3"),
        ('amount = "185.60 GJ"', "unit_wrong", "10^4Nm3"),
        ('amount = "185.60 m3"', "unit_actual_volume", "Nm3"),
        ('amount = "185.60 barrels"', "unit_unknown", "10^4Nm3"),
        ('amount = "185,60 10^4Nm3"', "comma_decimal", "185.60"),
        ("amount = 185,60", "comma_decimal", "185.60"),
        ("amount = 185,60 10^4Nm3  # as written", "comma_decimal", "185.60"),
        ('amount = "1,185.60 10^4Nm3"', "comma_groups", "1185.60"),
        ('amount = "１８５．６０ 10^4Nm3"', "full_width", "185.60"),
        ("amount = １８５．６０", "full_width", "185.60"),
        ('amount = "-185.60 10^4Nm3"', "negative", "positive"),
        ('amount = "lots 10^4Nm3"', "no_number", "digits"),
        ("amount = true", "no_quantity", "figure"),
    ],
)
def test_a_bad_amount_is_named_and_the_rest_computed(line: str, code: str, remedy: str) -> None:
    found, problem = computed(line)
    assert problem.code == code
    assert (problem.place.file, problem.place.line) == ("case.toml", LAST)
    assert "gas" in problem.place.field and "amount" in problem.place.field
    assert remedy in problem.message("en")
    assert found.total.value == pytest.approx(DIESEL)
    assert not found.complete


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('ncv = "389310 GJ/10^4Nm3"', "thousand_too_much"),
        ('ncv = "38.931 GJ/t"', "ncv_basis"),
        ('ncv = "0.389 GJ/10^4Nm3"', "thousand_too_little"),
        ('carbon = "15.3 tC/GJ"', "thousand_too_much"),
        ('carbon = "0.0153 tC/TJ"', "thousand_too_little"),
        ('carbon = "0.5 tC/t"', "ncv_basis"),
        ("oxidation = 99", "percent_as_fraction"),
        ('oxidation = "0.99 %"', "fraction_as_percent"),
        ('oxidation = "120 %"', "out_of_range"),
        ('factor_set = "cets-steel-2024"', "factor_other_guide"),
        ('carbon_basis = "wet"', "unknown_choice"),
    ],
)
def test_a_bad_factor_is_named_and_the_rest_computed(line: str, code: str) -> None:
    found, problem = computed(f'amount = "185.60 10^4Nm3"\n{line}')
    assert problem.code == code
    assert "gas" in problem.place.field and problem.place.line == LAST + 1
    assert found.total.value == pytest.approx(DIESEL)


def test_missing_months_are_named() -> None:
    figures = ", ".join(["15.2"] * 4 + ['""'] + ["15.2"] * 5)
    _, problem = computed(f'amount = {{ unit = "10^4Nm3", monthly = [{figures}] }}')
    assert problem.code == "months_missing" and problem.params["months"] == "5, 11, 12"


def test_a_bad_month_is_named() -> None:
    figures = ", ".join(["15.2"] * 6 + ['"15,2"'] + ["15.2"] * 5)
    _, problem = computed(f'amount = {{ unit = "10^4Nm3", monthly = [{figures}] }}')
    assert problem.code == "comma_decimal" and problem.place.field.endswith("7")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ('kind = "electricity"\namount = "10 MWh"\nfactor = "0.5777 kgCO2e/kWh"', "electricity_footprint"),
        ('kind = "electricity"\namount = "10 MWh"\nfactor = "0.5777 kgCO2/kWh"', "electricity_footprint"),
        ('kind = "electricity"\namount = "10 MWh"\nseries = "footprint"', "electricity_footprint"),
        ('kind = "electricity"\namount = "10 MWh"\nfactor = "0.7035 tCO2/MWh"', "electricity_withdrawn"),
        ('kind = "electricity"\namount = "10 MWh"\nfactor = "581.0 tCO2/MWh"', "thousand_too_much"),
        ('kind = "electricity"\namount = "10 MWh"\narea = "月球"', "factor_unknown"),
        ('kind = "electricity"\namount = "10 MWh"\nyear = 2021', "factor_uncertain"),
        ('kind = "shielding_gas"\nbought = "3 t"\nclosing = "5 t"', "mass_balance"),
        (
            'kind = "shielding_gas"\nbought = "3 t"\nmixture = [{gas="CO2", share="20 %"}, {gas="Ar", share="70 %"}]',
            "composition",
        ),
        ('kind = "heat"\nsteam = "5 t"', "steam_state"),
        ('kind = "heat"', "heat_none"),
        ('kind = "gas_filling"\ngas = "NF3"\nbought = "1 t"', "gas_unknown"),
        ('kind = "teleport"', "unknown_choice"),
        ('kind = "fuel"\nfuel = "plutonium"\namount = "1 t"', "factor_unknown"),
    ],
)
def test_a_bad_stream_of_any_kind_is_named(lines: str, code: str) -> None:
    text = TOP.rsplit("[[stream]]", 1)[0] + f'[[stream]]\nid = "other"\n{lines}\n'
    found = account(case_of(read_text(text, "case.toml")))
    refused = [problem for problem in found.problems if problem.level == "refused"]
    assert [problem.code for problem in refused] == [code], [p.message() for p in refused]
    assert refused[0].place.line >= LAST - 4
    assert found.total.value == pytest.approx(DIESEL)


def test_series_of_electricity_factors_are_not_mixed() -> None:
    more = """amount = "1 10^4Nm3"
[[stream]]
id = "e1"
kind = "electricity"
amount = "10 MWh"
[[stream]]
id = "e2"
kind = "electricity"
amount = "10 MWh"
series = "ets-reporting"
year = 2022
"""
    _, problem = computed(more)
    assert problem.code == "electricity_mixed" and "ets-reporting" in problem.message()


def test_self_made_gas_is_not_counted_twice() -> None:
    text = TOP.replace("ndrc-machinery", "cets-steel-2024").replace("natural_gas", "coke_oven_gas")
    found = account(case_of(read_text(text + 'amount = "10 10^4Nm3"', "case.toml")))
    assert "self_made" in {problem.code for problem in found.problems}
    marked = account(case_of(read_text(text + 'amount = "10 10^4Nm3"\nself_made = true', "case.toml")))
    assert marked.complete and marked.line("gas") is not None
    assert marked.line("gas").node.value == 0  # type: ignore[union-attr]


def of(lines: str) -> Inventory:
    text = TOP.rsplit("[[stream]]", 1)[0] + f'[[stream]]\nid = "other"\n{lines}\n'
    return account(case_of(read_text(text, "case.toml")))


def test_litres_of_a_liquid_fuel_are_weighed_by_its_density() -> None:
    truck = 'kind = "fuel"\nfuel = "diesel"\n'
    in_tonnes = of(f'{truck}amount = "43.932 t"').total.value
    assert of(f'{truck}amount = "52300 L"\ndensity = "0.84 kg/L"').total.value == pytest.approx(in_tonnes)
    stock = 'opening = "2 m3"\nbought = "55300 L"\nclosing = "4.2 t"\ndensity = "0.84 t/m3"'
    assert of(truck + stock).total.value == pytest.approx(in_tonnes)
    months = f"monthly = {[4000.0] * 11 + [8300.0]}"
    by_month = of(f'{truck}amount = {{ unit = "L", {months} }}\ndensity = "0.84 t/m3"')
    assert by_month.total.value == pytest.approx(in_tonnes)
    # Heavier in winter: each month by its own density, and its heating value weighs by its mass.
    dense = f'density = {{ unit = "t/m3", monthly = {[0.83] * 11 + [0.85]} }}'
    hot = f'ncv = {{ unit = "GJ/t", monthly = {[43.0] * 11 + [42.0]} }}'
    tonnes = [4 * 0.83] * 11 + [8.3 * 0.85]
    heat = sum(t * q for t, q in zip(tonnes, [43.0] * 11 + [42.0], strict=True))
    found = of(f'{truck}amount = {{ unit = "L", {months} }}\n{dense}\n{hot}')
    assert found.line("other").node.value == pytest.approx(heat * 0.0202 * 0.98 * 44 / 12)  # type: ignore[union-attr]


def test_litres_without_density_ask_for_it() -> None:
    found = of('kind = "fuel"\nfuel = "diesel"\namount = "52300 L"')
    assert [one.code for one in found.problems if one.level == "refused"] == ["density_missing"]
    assert found.total.value == pytest.approx(DIESEL)


@pytest.mark.parametrize(
    ("lines", "code", "remedy"),
    [
        ('kind = "fuel"\nfuel = "烟媒"\namount = "1 t"', "factor_unknown", "烟煤"),
        ('kind = "fuel"\nfuel = "diesel"\namout = "1 t"', "unknown_field", "amount"),
        ('kind = "heat"\namount = "820 t"', "unit_wrong", "steam"),
    ],
)
def test_what_was_probably_meant_is_told(lines: str, code: str, remedy: str) -> None:
    problem = next(one for one in of(lines).problems if one.code == code)
    assert remedy in problem.message("en") and remedy in problem.message("zh")


def test_a_misspelt_field_is_not_lost_in_silence() -> None:
    found = account(case_of(read_text(TOP + 'amount = "1 10^4Nm3"\noxydation = "99 %"', "case.toml")))
    doubt = next(problem for problem in found.problems if problem.code == "unknown_field")
    assert doubt.place.line == LAST + 1 and "oxydation" in str(doubt.place)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"\xff\xfe", "not_utf8", 1),
        (b"\n[[stream\n", "not_toml", 2),
        (b'schema = "something/9"\n', "schema", 1),
        (
            b'schema = "tancai-carbon-account/1"\nperiod = { year = 2024 }\n[method]\nguide = "mine"\n',
            "unknown_choice",
            4,
        ),
    ],
)
def test_a_file_from_which_nothing_can_be_read(data: bytes, code: str, line: int) -> None:
    with pytest.raises(CarbonError) as caught:
        account(case_of(read_bytes(data, "case.toml")))
    assert caught.value.code == code
    assert caught.value.problems[0].place.line == line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CarbonError, match="cannot be opened"):
        read_case(tmp_path / "nothing.toml")


MONTHLY = TOP + '[files]\nmonthly = "m.csv"\n'
HEAD = "stream,parameter,unit," + ",".join(str(m) for m in range(1, 13))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("gas,amount,10^4Nm3," + ",".join(["5"] * 11) + ",", "months_missing"),
        ("gas,amount,10^4Nm3," + ",".join(["5"] * 11) + ",五", "no_number"),
        ("gas,amount,," + ",".join(["5"] * 12), "unit_missing"),
        ("gas,amount,GJ," + ",".join(["5"] * 12), "unit_wrong"),
        ("gas,amount,10^4Nm3," + ",".join(["5"] * 11) + ",-1", "negative"),
    ],
)
def test_monthly_tables_name_file_row_and_month(tmp_path: Path, row: str, code: str) -> None:
    (tmp_path / "case.toml").write_text(MONTHLY, encoding="utf-8")
    (tmp_path / "m.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    found = account(read_case(tmp_path / "case.toml"))
    refused = [problem for problem in found.problems if problem.level == "refused"]
    assert [problem.code for problem in refused] == [code]
    assert (refused[0].place.file, refused[0].place.line) == ("m.csv", 2)
    assert found.total.value == pytest.approx(DIESEL)


def test_monthly_tables_of_wrong_shape_or_for_nobody(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(MONTHLY + "", encoding="utf-8")
    (tmp_path / "m.csv").write_text("stream,month,value\n", encoding="utf-8")
    found = account(read_case(tmp_path / "case.toml"))
    assert "csv_columns" in {problem.code for problem in found.problems}
    (tmp_path / "m.csv").write_text(f"{HEAD}\nnobody,amount,t,{','.join(['1'] * 12)}\n", encoding="utf-8")
    found = account(read_case(tmp_path / "case.toml"))
    assert "csv_stream" in {problem.code for problem in found.problems}


def test_every_problem_has_words_in_both_languages() -> None:
    for code, (zh, en) in PROBLEMS.items():
        assert zh and en, code
        assert any("一" <= c <= "鿿" for c in zh) and not any("一" <= c <= "鿿" for c in en), code
        names = {part.split("}")[0] for part in zh.split("{")[1:]}
        assert names >= {part.split("}")[0].split(":")[0] for part in en.split("{")[1:]} - {"remedy"}, code


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abz0159.,-+%\"'[]{}=#\n ×１，。t^/GJNm3", max_size=40))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    try:
        account(case_of(read_text(f"{TOP}amount = {text}", "case.toml")))
    except CarbonError as error:
        assert error.problems and error.problems[0].message("zh")
