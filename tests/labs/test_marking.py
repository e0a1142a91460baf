"""Marks by step: tolerance, decimals, units, the ways people write figures, credit for method and its limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.labs.api import Marked, mark, task
from tancai.labs.tasks.answers import Figure, Unreadable, figure
from tancai.labs.tasks.solvers import perfect

pytestmark = pytest.mark.anydatabase
HEAT = task("accounting-bought-heat").case(1)
MAKER = task("accounting-equipment-maker").case(1)


def verdict(found: Marked, name: str) -> str:
    return next(one.verdict for step in found.steps for one in step.fields if one.field.name == name)


def changed(case: Any, **values: Any) -> Marked:
    return mark(case, {**perfect(case), **values})


def test_figures_as_people_write_them() -> None:
    assert figure("１２３．４５") == Figure(123.45, 2)
    assert figure("1,234,567.80") == Figure(1234567.8, 2)
    assert figure("1 234.5") == Figure(1234.5, 1)
    assert figure("−12") == Figure(-12, 0)
    assert figure("1.5e3") == Figure(1500, None)
    for wrong in ("12,5", "约100", "12 t", "", "1.2.3", "nan", "inf"):
        assert isinstance(figure(wrong), Unreadable), wrong


def test_the_tolerance_of_a_field() -> None:
    right = float(perfect(HEAT)["steam"])
    assert verdict(changed(HEAT, steam=f"{right * 1.0009:.2f}"), "steam") == "right"
    assert verdict(changed(HEAT, steam=f"{right * 1.003:.2f}"), "steam") == "wrong"


def test_decimals_that_were_not_asked_for_cost_a_fifth() -> None:
    right = perfect(HEAT)["steam"]
    found = changed(HEAT, steam=right + "1")
    assert verdict(found, "steam") == "rounding"
    assert found.total == pytest.approx(100 - 0.2 * 44 / 3)
    assert (
        verdict(changed(HEAT, enthalpy=perfect(HEAT)["enthalpy"].rstrip("0").rstrip(".")), "enthalpy")
        == "right"
    )


def test_a_chosen_unit_is_converted_and_a_wrong_one_named() -> None:
    tonnes = float(perfect(HEAT)["e_in"])
    found = changed(HEAT, e_in=f"{tonnes * 1000:.0f}", **{"e_in@": "kgCO2"})
    assert verdict(found, "e_in") == "right" and found.total == 100
    found = changed(HEAT, e_in=f"{tonnes * 1000:.0f}", **{"e_in@": "tCO2"})
    assert verdict(found, "e_in") == "wrong"
    assert verdict(changed(HEAT, **{"e_in@": "tC"}), "e_in") == "right", "only units on offer are heard"


def test_an_early_slip_costs_its_field_and_is_followed() -> None:
    facts = MAKER.facts
    used = facts["opening"] + facts["bought"] + facts["closing"]  # the closing stock added, a usual slip
    diesel = float(perfect(MAKER)["e_diesel"]) * used / float(perfect(MAKER)["diesel"])
    gas, power = (float(perfect(MAKER)[name]) for name in ("e_gas", "e_power"))
    whole = gas + diesel + power
    found = changed(
        MAKER,
        diesel=f"{used:.2f}",
        e_diesel=f"{diesel:.2f}",
        total=f"{whole:.0f}",
        intensity=f"{whole / facts['output']:.3f}",
    )
    assert [verdict(found, name) for name in ("diesel", "e_diesel")] == ["wrong", "follows"]
    assert found.total == pytest.approx(100 - 30 / 3)


def test_a_thousandfold_slip_is_followed_but_noughts_and_figures_out_of_the_blue_are_not() -> None:
    amount = float(perfect(MAKER)["gas"])
    emission = float(perfect(MAKER)["e_gas"])
    found = changed(MAKER, gas=f"{amount * 1e4:.0f}", e_gas=f"{emission * 1e4:.2f}")
    assert verdict(found, "e_gas") == "follows"
    assert mark(MAKER, {one.name: "0" for one in MAKER.fields}).total == 0
    assert verdict(changed(MAKER, gas="7", e_gas=f"{emission * 7 / amount:.2f}"), "e_gas") == "wrong"


def test_a_set_loses_a_share_for_every_code_too_many_or_missing() -> None:
    right = perfect(MAKER)["inside"]
    assert len(right) == 4
    found = changed(MAKER, inside=right[:3])
    assert verdict(found, "inside") == "part" and found.total == pytest.approx(100 - 10 / 4)
    everything = [code for one in MAKER.fields if one.name == "inside" for code, _ in one.options]
    assert changed(MAKER, inside=everything).total == 90


def test_what_was_left_empty_or_cannot_be_read_is_said_so() -> None:
    work = perfect(MAKER)
    del work["diesel"]
    found = mark(MAKER, {**work, "gas": "十二"})
    assert verdict(found, "diesel") == "empty" and verdict(found, "gas") == "unreadable"
    assert verdict(found, "total") == "right"
    assert mark(MAKER, None).total == 0


ANSWERS = st.one_of(
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.integers(-5, 5).map(str),
    st.lists(st.sampled_from("ABCDEFGH"), max_size=4),
)


@pytest.mark.parametrize(
    "code", ["verification-team-and-evidence", "strategy-project-plan", "footprint-loop"]
)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_no_answer_breaks_the_marker(code: str, data: st.DataObject) -> None:
    case = task(code).case(2)
    work = {one.name: data.draw(ANSWERS, label=one.name) for one in case.fields}
    assert 0 <= mark(case, work).total <= 100


def test_every_figure_of_an_engine_brings_its_calculation() -> None:
    found = mark(MAKER, perfect(MAKER))
    tree = next(one.tree for step in found.steps for one in step.fields if one.field.name == "e_gas")
    assert "44/12" in tree.formula
