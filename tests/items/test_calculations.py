"""Judgements, numbers with unit and tolerance, and calculations with numbers of their own."""

from __future__ import annotations

import contextlib
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.items.bank_files import read_item
from tancai.items.kinds import explained, expressions, kinds, numbers, resolved
from tancai.items.kinds.expressions import BadExpression

pytestmark = pytest.mark.anydatabase

HEAD = {
    "code": "x-1",
    "topic": "base-1",
    "difficulty": "easy",
    "levels": [],
    "basis": {"document": "题给数据"},
    "explanation": "{a} × {b} = {answer}",
}
ITEM = {
    **HEAD,
    "kind": "parameterised",
    "stem": "电量 {a} MWh，因子 {b}，共 {c}。",
    "unit": "tCO2",
    "variables": {"a": {"min": 100, "max": 900, "step": "0.5"}, "b": ["0.5306", "0.50"]},
    "derived": {"c": "round(a * 2, 1)"},
    "expression": "a * b",
    "round": 2,
}


def _read(**changes: Any):
    return read_item({**ITEM, **changes}, "shared")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"),
        ("１２．５", "12.5"),
        ("1,234.5", "1234.5"),
        ("－3", "-3"),
        ("−3e-2", "-0.03"),
        ("1.2×10^3", "1200"),
        (".5", "0.5"),
        ("12%", "0.12"),
        (" 1 000 ", "1000"),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str) -> None:
    assert numbers.number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "-", "abc", "1,23", "1.2.3", "NaN", "inf", "e5", "0x10", None, True, "1e9999", "9" * 61]
)
def test_what_is_no_number(text: object) -> None:
    assert numbers.number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("-2 ** 2", "-4"),
        ("(1 + 2) ** 0.5", "1.732050807568877293527446342"),
        ("min(3, 1, 2) + max(1, 2)", "3"),
        ("round(2.345, 2)", "2.35"),
        ("round(1250, -2)", "1300"),
        ("ceil(1.2) + floor(-1.2)", "0"),
        ("0.1 + 0.2", "0.3"),
        ("round(ln(exp(1)), 6)", "1"),
        ("sqrt(x) × 2 ÷ （1）", "8"),
    ],
)
def test_expressions(text: str, value: str) -> None:
    assert expressions.value(text, {"x": Decimal(16)}) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("1 +", "syntax"),
        ("(" * 300 + ")" * 300, "too_long"),
        ("(" * 240 + "1" + ")" * 240, "syntax"),
        ("__import__('os')", "unknown_name"),
        ("x.real", "not_allowed"),
        ("[1][0]", "not_allowed"),
        ("1 if x else 2", "not_allowed"),
        ("'a' * 9", "not_allowed"),
        ("True + 1", "not_allowed"),
        ("round(1, 2, 3)", "wrong_arguments"),
        ("round(1, 0.5)", "wrong_arguments"),
        ("y + 1", "unknown_name"),
        ("1 / (x - 16)", "not_computable"),
        ("sqrt(-x)", "not_computable"),
        ("ln(0)", "not_computable"),
        ("9 ** 9 ** 9 ** 9", "not_computable"),
    ],
)
def test_expressions_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(BadExpression) as caught:
        expressions.value(text, {"x": Decimal(16)})
    assert caught.value.code == code


@given(st.text(alphabet="x+-*/()., 0123456789minroudsqt[]'\"=:\n", max_size=60))
def test_no_text_breaks_the_expressions(text: str) -> None:
    with contextlib.suppress(BadExpression):
        assert expressions.value(text, {"x": Decimal(3)}).is_finite()


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        ("12.5", 2),
        ("12.55", 2),
        ("12.56", 0),
        ("１２．５ tCO2", 2),
        ("十二", 0),
        (None, 0),
        ("12", 1),
        (12.5, 2),
    ],
)
def test_numeric_with_unit_tolerance_and_shares(raw: object, marks: int) -> None:
    key = {
        "value": "12.5",
        "tolerance": "0.05",
        "also": [{"value": "12", "tolerance": "0.4%", "share": "0.5"}],
    }
    content = {"stem": "题", "unit": "tCO₂"}
    kind = kinds()["numeric"]
    assert not kind.faults(content, key, None)
    score = kind.score(content, key, kind.response(raw), marks=Decimal(2), policy="all_or_nothing")
    assert score.marks == marks


@pytest.mark.parametrize("unit", ["tCO₂", "tCO$_2$", "$\\mathrm{tCO_2}$", "t CO2", "ｔＣＯ２", "tCO$_{2}$"])
@pytest.mark.parametrize(
    "typed", ["12.5", "12.5tCO2", "12.5 t CO₂", "１２．５ｔＣＯ２", "12.5 tco2", "12.5 tCO$_2$"]
)
def test_a_unit_may_be_typed_in_any_way_it_is_written(unit: str, typed: str) -> None:
    assert numbers.answered(typed, unit) == Decimal("12.5")


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("1.2×10^3 kg/m³", "kg/m$^3$", "1200"),
        ("3 m^2", "m²", "3"),
        ("5 t·km", "t km", "5"),
        ("40％", "$\\%$", "40"),
        ("40%", "", "0.4"),
        ("21.5 ℃", "$^\\circ$C", "21.5"),
        ("12.5 kgCO2", "tCO$_2$", None),
        ("12.5 t", "tCO$_2$", None),
        ("tCO2", "tCO$_2$", None),
        ("12.5 kgC", "gC", None),
    ],
)
def test_only_the_unit_asked_for_may_stand_after_a_number(typed: str, unit: str, number: str | None) -> None:
    assert numbers.answered(typed, unit) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("wanted", ["CO$_2$", "CO₂", "CO2", "$\\mathrm{CO_2}$"])
@pytest.mark.parametrize(
    ("typed", "marks"), [("CO2", 1), ("co₂", 1), ("ＣＯ２", 1), ("CO$_2$", 1), ("CO", 0)]
)
def test_a_formula_that_fills_a_blank_may_be_typed_plainly(wanted: str, typed: str, marks: int) -> None:
    kind, key = kinds()["fill"], {"blanks": [{"answers": [{"text": wanted, "share": "1"}]}]}
    score = kind.score({"stem": "[[1]]", "blanks": [{}]}, key, [typed], marks=Decimal(1), policy="")
    assert score.marks == marks


@pytest.mark.parametrize(("raw", "marks"), [("T", 2), ("F", 0), (None, 0), (["T"], 2), ("对", 2)])
def test_judgements(raw: object, marks: int) -> None:
    kind = kinds()["truefalse"]
    score = kind.score({"stem": "题"}, {"right": True}, kind.response(raw), marks=Decimal(2), policy="")
    assert score.marks == marks


def test_a_variant_becomes_a_numeric_item_with_its_own_numbers() -> None:
    item, faults = _read()
    assert item is not None and not faults
    kind, content, key = resolved(item.kind, item.content, item.key, {"a": "100.5", "b": "0.50"})
    assert content == {"stem": "电量 100.5 MWh，因子 0.50，共 201.0。", "unit": "tCO2"}
    assert key["value"] == "50.25" and key["tolerance"] == "0.005"
    assert explained(item.kind, item.explanation, content, key) == "100.5 × 0.50 = 50.25"
    assert kind.score(content, key, "50.25", marks=Decimal(3), policy="").marks == 3
    assert kind.score(content, key, "50.26", marks=Decimal(3), policy="").marks == 0


@given(st.integers(0, 10**9))
def test_every_variant_can_be_solved_and_tells_nothing_of_the_rule(seed: int) -> None:
    item, _faults = _read()
    assert item is not None
    variant = kinds()["parameterised"].vary(item.content, random.Random(seed))
    kind, content, key = resolved(item.kind, item.content, item.key, variant)
    assert Decimal(key["value"]) == numbers.rounded(Decimal(variant["a"]) * Decimal(variant["b"]), 2)
    assert kind.score(content, key, key["value"], marks=Decimal(1), policy="").marks == 1
    shown = kind.public(content)
    assert set(shown) == {"stem", "unit"} and "{" not in shown["stem"]
    assert "variables" not in str(kinds()["parameterised"].public(item.content))


def test_written_lines_read_back_as_they_were() -> None:
    item, _faults = _read(tolerance="1%")
    assert item is not None
    kind = kinds()["parameterised"]
    assert kind.read(item.content["stem"], kind.written(item.content, item.key)) == (item.content, item.key)


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"variables": {}}, "variables", "empty"),
        ({"variables": {"1a": [1], "b": [2]}}, "variables", "name"),
        ({"variables": {"a": {"min": 5, "max": 1, "step": 1}, "b": [1]}}, "variables.a", "range"),
        ({"variables": {"a": {"min": 1, "max": 5, "step": 0}, "b": [1]}}, "variables.a", "range"),
        ({"variables": {"a": ["x"], "b": [1]}}, "variables.a", "number"),
        ({"expression": "a * d"}, "expression", "expression_unknown_name"),
        ({"expression": "a.b"}, "expression", "expression_not_allowed"),
        ({"expression": "b / (a - 100)"}, "expression", "expression_not_computable"),
        ({"derived": {"c": "d + 1", "d": "a"}}, "derived.c", "expression_unknown_name"),
        ({"stem": "没有变量"}, "stem", "no_placeholder"),
        ({"stem": "{a} 和 {zz}"}, "stem", "unknown_placeholder"),
        ({"round": "二"}, "round", "places"),
        ({"tolerance": "很小"}, "tolerance", "tolerance"),
        ({"key": ["A"]}, "key", "unknown"),
    ],
)
def test_faults_name_place_and_reason(changes: dict[str, Any], place: str, code: str) -> None:
    _item, faults = _read(**changes)
    assert (place, code) in [(fault.place, fault.code) for fault in faults]
