"""Product footprints: the worked example to the printed digits, the solve against a dense one, rules that hold."""

from __future__ import annotations

import copy
import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon import tables
from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.footprint import matrix
from tancai.engines.carbon.footprint.model import model_from, model_of, read_model
from tancai.engines.carbon.footprint.report import report
from tancai.engines.carbon.footprint.result import Footprint, candidates, footprint, record_of
from tancai.engines.carbon.footprint.scenarios import changed, variants
from tancai.engines.carbon.reading import read_text
from tancai.engines.carbon.uncertainty import propagate, simulate
from tests.engines.carbon import published

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


def bracket(**changes: Any) -> Footprint:
    base = read_model(EXAMPLES / "bracket.toml")
    return changed(base, changes) if changes else footprint(base)


def kettle() -> Footprint:
    return footprint(read_model(EXAMPLES / "kettle.toml"))


# -- section 9
def test_section_9_1_every_row_and_the_total() -> None:
    found = bracket()
    assert found.complete
    values = {one.name: round(one.value, 6) for one in found.contributions}
    assert values == published.BRACKET
    assert round(found.total.value, 6) == published.BRACKET_TOTAL


def test_section_9_2_contribution_ranking() -> None:
    found = bracket()
    ranking = [(one.name, round(100 * found.share(one.value), 4)) for one in found.contributions]
    assert ranking == published.BRACKET_RANKING


def test_section_9_2_cutting_off_the_packaging() -> None:
    share = {one.name: (ghg, mass) for one, ghg, mass in candidates(bracket())}
    assert round(100 * share["包装"][0], 6) == 0.202262
    assert round(100 * share["包装"][1], 6) == 0.529568
    cut = bracket(**{"process.forming.input.packaging.cut": True})
    assert [one.name for one in cut.cut] == ["包装"]
    assert round(cut.total.value, 6) == published.BRACKET_WITHOUT_PACKAGING


@pytest.mark.parametrize("method", published.BRACKET_ALLOCATED)
def test_section_9_2_allocation(method: str) -> None:
    share, value, other = published.BRACKET_ALLOCATED[method]
    found = bracket(**{"process.forming.allocation": method})
    parts = dict(found.allocated["forming"])
    assert round(parts["bracket"], 9) == share
    assert math.fsum(parts.values()) == pytest.approx(1.0, abs=1e-15)
    assert round(found.total.value, 6) == value
    rest = bracket(**{"process.forming.allocation": method, "unit.flow": "offcut", "unit.amount": "15 kg"})
    assert found.total.value + rest.total.value == pytest.approx(published.BRACKET_TOTAL, abs=1e-6)
    if other:
        assert round(rest.total.value, 6) == other


def test_section_9_2_the_organisation_factor_is_refused() -> None:
    model = copy.deepcopy(bracket().model.values)
    model["electricity"][0] = {"flow": "electricity", "rule": "own", "value": "0.5306 kgCO2e/kWh"}
    found = footprint(model_from(model))
    assert "electricity_organisation" in {problem.code for problem in found.problems}
    assert not found.complete
    assert (
        round(found.total.value + 210 * 0.5306, 6) == published.BRACKET_WRONG_FACTOR
    )  # what a candidate would get


def test_section_9_3_sensitivity() -> None:
    by_name = {one.name: one for one in variants(bracket())}
    year = by_name["2023年电力因子"]
    assert (round(year.value, 6), round(year.change, 3), round(100 * year.relative, 4)) == (
        2678.789311,
        8.988,
        0.3367,
    )
    steel = by_name["钢卷因子 +10 %"]
    assert (round(steel.change, 3), round(100 * steel.relative, 4)) == (222.425, 8.3311)
    lever = bracket().levers[0]
    assert (lever.name, round(lever.change, 3), round(100 * lever.share, 4)) == ("钢卷", 222.425, 8.3311)


@pytest.mark.parametrize(("gwp", "value"), [("AR5", 67.2), ("AR6", 71.52)])
def test_section_7_methane_demonstration(gwp: str, value: float) -> None:
    model = simple()
    model["method"] = {"gwp": gwp}
    model["process"][0]["emission"] = [{"gas": "CH4", "amount": "2.4 kg"}]
    assert footprint(model_from(model)).total.value == pytest.approx(value)


# -- the solve
def simple(*inputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "tancai-carbon-footprint/1",
        "unit": {"kind": "declared", "text": "1 kg", "flow": "p", "amount": "1 kg"},
        "process": [
            {
                "id": "p",
                "data": "site",
                "period": "2024",
                "geography": "CN",
                "output": [{"flow": "p", "amount": "1 kg"}],
                "input": list(inputs),
            }
        ],
    }


def network(amounts: list[list[float]], direct: list[float]) -> dict[str, Any]:
    """Processes p0, p1 … each of 1 kg, that use each other, and emit."""
    model = simple()
    model["unit"]["flow"] = "p0"
    model["process"] = [
        {
            "id": f"p{k}",
            "data": "site",
            "period": "2024",
            "geography": "CN",
            "output": [{"flow": f"p{k}", "amount": "1 kg"}],
            "input": [{"flow": f"p{j}", "amount": f"{a!r} kg"} for j, a in enumerate(row) if a and j != k],
            "emission": [{"gas": "CO2", "amount": f"{direct[k]!r} kg"}],
        }
        for k, row in enumerate(amounts)
    ]
    return model


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.data())
def test_loops_are_solved_as_a_dense_matrix_would(n: int, data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(st.lists(st.floats(0, 0.9 / n), min_size=n, max_size=n), min_size=n, max_size=n)
    )
    direct = data.draw(st.lists(st.floats(0, 10), min_size=n, max_size=n))
    inputs = np.array(rows).T
    np.fill_diagonal(inputs, 0.0)
    demand = np.zeros(n)
    demand[0] = 1
    runs = np.linalg.solve(np.eye(n) - inputs, demand)
    found = footprint(model_from(network(rows, direct)))
    assert found.total.value == pytest.approx(float(np.dot(direct, runs)), rel=1e-9, abs=1e-12)
    carried = np.linalg.solve((np.eye(n) - inputs).T, np.array(direct))
    for k in range(n):
        assert found.carried[f"p{k}:p{k}"][0] == pytest.approx(float(carried[k]), rel=1e-9, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_processes_changes_nothing(order: list[int]) -> None:
    model = tomllib.loads((EXAMPLES / "kettle.toml").read_text(encoding="utf-8"))
    base = footprint(model_from(model))
    model["process"] = [model["process"][k] for k in order if k < len(model["process"])]
    model["factor"].reverse()
    turned = footprint(model_from(model))
    assert turned.total.value == pytest.approx(base.total.value, rel=1e-12)
    assert turned.by("stage") == pytest.approx(base.by("stage"), rel=1e-9)


def test_rows_sum_to_the_matrix_result_and_every_cut_of_it() -> None:
    found = kettle()
    for what in ("stage", "process", "origin"):
        assert math.fsum(found.by(what).values()) == pytest.approx(found.total.value, rel=1e-12)
    assert found.carried["use:boiling"][0] * 4000 == pytest.approx(found.total.value, rel=1e-12)
    assert found.by("origin")["biogenic"] == pytest.approx(0.15 * 0.06)


def test_the_kettle_agrees_with_arithmetic_by_hand() -> None:
    """The loop: 1 kg sheet takes 0.012 kg parts, 1 kg part takes 1.18 kg sheet; slag cement is credited."""
    sheet_direct = 0.87 * 1.95 + 0.0002 * 29.8 - 0.06 * 0.70
    part = (1.18 * sheet_direct + 0.310 * 0.5777) / (1 - 1.18 * 0.012)
    kettle_each = 0.62 * part + 0.48 * 2.10 + 0.15 * (0.95 + 0.06) + 0.9 * 0.5777 + 1.25 * 0.8 * 0.074
    expected = kettle_each + 440 * 0.5777 + 1.25 * 0.15
    assert kettle().total.value == pytest.approx(expected, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 50))
def test_the_footprint_grows_in_step_with_the_unit(times: float) -> None:
    model = copy.deepcopy(kettle().model.values)
    model["unit"]["amount"] = f"{4000 * times!r} 1"
    assert footprint(model_from(model)).total.value == pytest.approx(kettle().total.value * times, rel=1e-9)


def test_levers_are_the_slopes_of_the_whole_model() -> None:
    """The adjoint against changing the amount by a thousandth and computing anew."""
    base = kettle()
    lever = next(one for one in base.levers if one.process == "assembly" and one.name == "聚丙烯")
    bumped = changed(base.model, {"process.assembly.input.plastic.amount": "480.48 kg"})
    assert (bumped.total.value - base.total.value) / 0.001 * 0.1 == pytest.approx(lever.change, rel=1e-6)
    loop = next(one for one in base.levers if one.process == "mill" and one.name == "回用的冲压件")
    bumped = changed(base.model, {"process.mill.input.steel-part.amount": "12.0012 kg"})
    assert (bumped.total.value - base.total.value) / 1e-4 * 0.1 == pytest.approx(loop.change, rel=1e-3)


def test_uncertainty_of_a_footprint_both_ways() -> None:
    whole = kettle().total
    assert propagate(whole).relative == pytest.approx(
        simulate(whole, draws=20_000, seed=2).relative, rel=0.05
    )


def test_a_system_without_an_answer_names_a_process() -> None:
    model = network([[0, 1.0], [1.0, 0]], [1.0, 1.0])
    with pytest.raises(CarbonError) as caught:
        footprint(model_from(model))
    assert caught.value.code == "singular" and "p" in str(caught.value)


def test_the_residual_of_a_solve_is_nothing() -> None:
    chance = np.random.default_rng(3)
    n = 400
    rows, columns = chance.integers(0, n, 1500), chance.integers(0, n, 1500)
    keep = rows != columns
    system = matrix.System(
        np.ones(n),
        rows[keep],
        columns[keep],
        chance.uniform(0, 0.1, keep.sum()),
        chance.uniform(0, 1, (n, 1)),
    )
    demand = np.zeros(n)
    demand[7] = 3.0
    solved = matrix.solve(system, demand)
    assert solved.residual(system, demand) < 1e-12
    assert float(solved.carried[7, 0]) * 3 == pytest.approx(float(solved.total[0]))


# -- rules
def test_substitution_credits_what_is_avoided() -> None:
    model = simple()
    model["process"][0] |= {
        "allocation": "substitution",
        "output": [{"flow": "p", "amount": "1 kg"}, {"flow": "heat", "amount": "2 kWh"}],
        "emission": [{"gas": "CO2", "amount": "5 kg"}],
    }
    model["factor"] = [{"flow": "heat", "value": "0.3 kgCO2e/kWh", "source": "x"}]
    assert footprint(model_from(model)).total.value == pytest.approx(5 - 0.6)


def test_biogenic_removal_and_stored_carbon_stand_apart() -> None:
    model = simple()
    model["process"][0]["output"][0]["biogenic_carbon"] = "0.45 kgC/kg"
    model["process"][0]["emission"] = [
        {"gas": "CO2", "amount": "1 kg"},
        {"gas": "CO2", "amount": "1.65 kg", "origin": "biogenic", "removal": True},
    ]
    found = footprint(model_from(model))
    assert found.by("origin") == pytest.approx({"fossil": 1.0, "biogenic": -1.65})
    assert found.stored[0][1] == pytest.approx(0.45 * 44 / 12)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"input": [{"flow": "nowhere", "amount": "1 kg"}]}, "no_producer"),
        ({"input": [{"flow": "f", "amount": "1 kWh"}]}, "flow_unit"),
        ({"input": [{"flow": "f", "amount": "1"}]}, "flow_unit"),
        ({"input": [{"flow": "f", "amount": "1,5 kg"}]}, "comma_decimal"),
        ({"input": [{"flow": "f", "amount": "-1 kg"}]}, "negative"),
        ({"input": [{"flow": "f", "amount": "1 parsec"}]}, "unit_unknown"),
        ({"emission": [{"gas": "CO3", "amount": "1 kg"}]}, "unknown_choice"),
        ({"emission": [{"fuel": "natural_gas", "amount": "1 kg"}]}, "ncv_basis"),
        (
            {
                "allocation": "economic",
                "output": [{"flow": "p", "amount": "1 kg"}, {"flow": "q", "amount": "1 kg"}],
            },
            "allocation_basis",
        ),
        (
            {
                "allocation": "shares",
                "output": [
                    {"flow": "p", "amount": "1 kg", "share": 0.5},
                    {"flow": "q", "amount": "1 kg", "share": 0.4},
                ],
            },
            "allocation_shares",
        ),
    ],
)
def test_a_bad_flow_is_named_and_the_rest_computed(changes: dict[str, Any], code: str) -> None:
    model = simple()
    model["factor"] = [{"flow": "f", "value": "2 kgCO2e/kg", "source": "x"}]
    kept = {"emission": [{"gas": "CO2", "amount": "1 kg"}]}
    model["process"][0] |= {**kept, **changes}
    found = footprint(model_from(model))
    assert code in {problem.code for problem in found.problems if problem.level == "refused"}
    assert not found.complete


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('schema = "tancai-carbon-account/1"', "schema"),
        ('schema = "tancai-carbon-footprint/1"', "no_unit"),
        (
            'schema = "tancai-carbon-footprint/1"\n[unit]\ntext = "1 kg"\nflow = "p"\namount = "1 kg"',
            "no_processes",
        ),
    ],
)
def test_a_model_from_which_nothing_can_be_computed(text: str, code: str) -> None:
    with pytest.raises(CarbonError) as caught:
        footprint(model_of(read_text(text, "model.toml")))
    assert code in {problem.code for problem in caught.value.problems}


def test_cut_off_keeps_what_is_large_hazardous_or_too_much_together() -> None:
    big = bracket(**{"process.forming.input.zinc.cut": True})
    assert not big.cut and "cut_single" in {problem.code for problem in big.problems}
    bad = bracket(
        **{"process.forming.input.packaging.cut": True, "process.forming.input.packaging.hazardous": True}
    )
    assert not bad.cut and "cut_never" in {problem.code for problem in bad.problems}
    many = bracket(**{"process.forming.input.packaging.cut": True, "method.cut_total": "0.1 %"})
    assert not many.cut and "cut_total" in {problem.code for problem in many.problems}


def test_offsets_are_not_subtracted_and_gaps_in_the_data_are_said() -> None:
    model = simple()
    model["process"][0] |= {"emission": [{"gas": "CO2", "amount": "1 kg"}], "period": ""}
    model["offset"] = [{"amount": "5 kg"}]
    found = footprint(model_from(model))
    assert found.total.value == pytest.approx(1.0)
    assert {"offsets", "data_incomplete"} <= {problem.code for problem in found.problems}


def test_electricity_by_generation_is_unverified_and_must_be_chosen() -> None:
    model = simple({"flow": "electricity", "amount": "10 kWh"})
    model["electricity"] = [{"flow": "electricity", "year": 2023, "area": "wind"}]
    found = footprint(model_from(model))
    assert "factor_uncertain" in {problem.code for problem in found.problems}
    model["method"] = {"accept_uncertain": ["electricity:footprint/2023/wind"]}
    found = footprint(model_from(model))
    assert found.total.value == pytest.approx(0.336)
    assert "factor_used_uncertain" in {problem.code for problem in found.problems}


def test_a_supplier_needs_its_instrument() -> None:
    model = simple({"flow": "electricity", "amount": "10 kWh"})
    model["electricity"] = [{"flow": "electricity", "rule": "supplier", "value": "0.02 kgCO2e/kWh"}]
    assert not footprint(model_from(model)).complete
    model["electricity"][0]["instrument"] = "绿证 2024-001"
    assert footprint(model_from(model)).total.value == pytest.approx(0.2)


def test_quality_is_weighed_by_contribution() -> None:
    found = bracket()
    assert found.quality is not None and 1 <= found.quality <= 5
    rows = [(one.value, sum(one.quality) / 5) for one in found.contributions if one.quality]
    by_hand = sum(v * q for v, q in rows) / sum(v for v, _ in rows)
    assert found.quality == pytest.approx(by_hand)


def test_record_and_report_hold_the_result_in_both_languages() -> None:
    found = bracket()
    record = record_of(found)
    assert record["total"]["rounded"] == 2669.8 and len(record["input"]["sha256"]) == 64
    zh, en = report(found, variants(found), "zh"), report(found, variants(found), "en")
    assert "成形与镀锌 | 生产 | 现场数据 | 2024 | 江苏" in zh
    assert "2 669.80" in zh and "2 669.80" in en and "invented for teaching" in en and "教学虚构" in zh
