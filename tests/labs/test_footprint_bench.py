"""A footprint at the bench: the same figures as the command line, every fault at its field, drawings that conserve."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tancai.engines.carbon import tables
from tancai.engines.carbon.footprint.model import read_model
from tancai.engines.carbon.footprint.result import footprint
from tancai.engines.carbon.footprint.scenarios import variants
from tancai.engines.carbon.reading import read_bytes, read_file
from tancai.labs.benches import footprint as bench
from tancai.labs.benches.footprint.label import significant

pytestmark = pytest.mark.anydatabase

EXAMPLES = Path(tables.__file__).parent / "examples"

BLANK = {
    "unit.kind": "declared",
    "unit.text": "1 t 锻件",
    "unit.flow": "1.1",
    "unit.amount": "1",
    "unit.unit": "t",
    "n.1.kind": "process",
    "n.1.name": "锻造",
    "n.1.stage": "production",
    "n.1.data": "site",
    "n.1.period": "2025",
    "n.1.geography": "山东",
    "n.1.out.1.name": "锻件",
    "n.1.out.1.amount": "1000",
    "n.1.out.1.unit": "kg",
    "n.1.in.1.flow": "2",
    "n.1.in.1.amount": "1200 ± 2 %",
    "n.1.in.1.unit": "kg",
    "n.1.in.2.flow": "3",
    "n.1.in.2.amount": "0.5",
    "n.1.in.2.unit": "MWh",
    "n.2.kind": "factor",
    "n.2.name": "钢坯",
    "n.2.value": "2",
    "n.2.unit": "kgCO2e/kg",
    "n.2.source": "教学",
    "n.3.kind": "electricity",
    "n.3.rule": "grid",
    "n.3.year": "2024",
}


@pytest.mark.parametrize("name", ["bracket", "kettle"])
def test_an_imported_file_computes_as_on_the_command_line(name: str, tmp_path: Path) -> None:
    path = EXAMPLES / f"{name}.toml"
    there = footprint(read_model(path))
    values = bench.values_of(read_file(path).values)
    here = bench.compute(values)
    assert here.found is not None and here.complete
    assert here.found.total.value == there.total.value
    assert here.found.by("stage") == there.by("stage")
    assert [(one.name, one.value) for one in here.variants] == [
        (one.name, one.value) for one in variants(there)
    ]

    out = tmp_path / "model.toml"
    out.write_text(here.text)
    again = footprint(read_model(out))
    assert again.total.value == there.total.value
    assert again.model.digest == here.found.model.digest  # the page states the hash of the file it hands out
    assert bench.values_of(read_file(out).values) == values


def test_a_work_from_blank_computes() -> None:
    """1 t needs 1 200 kg billet at 2 kgCO2e/kg and 500 kWh at 0.5777 kgCO2e/kWh (2024)."""
    done = bench.compute(BLANK)
    assert done.complete and done.found is not None
    assert done.found.total.value == pytest.approx(2400 + 0.5777 * 500, abs=1e-9)
    assert not [fault for fault in done.faults if fault.level == "refused"]


def test_nothing_entered_says_what_is_missing() -> None:
    done = bench.compute({})
    assert done.found is None
    assert {fault.problem.code for fault in done.faults} >= {"missing", "no_unit"}
    assert {fault.name for fault in done.faults} >= {"unit.text", "unit.flow", "unit.amount"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("n.1.in.1.amount", "1,2", "comma"),
        ("n.1.in.1.amount", "１２００", "full_width"),
        ("n.1.in.1.amount", "-5", "negative"),
        ("n.1.in.1.amount", "", "missing"),
        ("n.1.in.1.unit", "kWh", "flow_unit"),
        ("n.1.in.1.unit", "furlong", "unit_unknown"),
        ("n.1.in.1.flow", "9", "missing"),
        ("n.1.in.1.flow", "steam", "no_producer"),
        ("n.2.value", "abc", "no_number"),
        ("n.3.year", "二〇二四", "no_whole"),
        ("n.3.year", "1999", "factor_unknown"),
        ("n.1.quality.time", "1", "quality_partial"),
        ("method.cut_single", "50", "thousand_too_much"),
    ],
)
def test_every_fault_leads_to_its_field_and_the_rest_is_computed(name: str, value: str, code: str) -> None:
    done = bench.compute({**BLANK, name: value})
    assert done.found is not None
    faults = [
        one for one in done.faults if one.problem.code.startswith(code) and one.problem.level != "noted"
    ]
    assert faults, [one.problem.code for one in done.faults]
    field = name.rpartition(".")[0]
    assert any(one.name.startswith(field) for one in faults), [one.name for one in faults]
    for fault in faults:
        assert fault.words("zh") and fault.words("en")


def test_the_factor_of_an_inventory_is_refused_for_electricity() -> None:
    own = {"n.3.rule": "supplier", "n.3.value": "0.5306", "n.3.instrument": "合同"}
    done = bench.compute({**BLANK, **own})
    assert [one.name for one in done.faults if one.problem.code == "electricity_organisation"] == [
        "n.3.value"
    ]


def test_two_products_need_an_allocation_and_get_one() -> None:
    two = {
        "n.1.out.2.name": "飞边",
        "n.1.out.2.amount": "200",
        "n.1.out.2.unit": "kg",
        "n.1.allocation": "mass",
    }
    done = bench.compute({**BLANK, **two})
    assert done.found is not None
    assert done.found.total.value == pytest.approx((2400 + 288.85) * 1000 / 1200, abs=1e-9)
    shares = {"n.1.allocation": "shares", "n.1.out.1.share": "90", "n.1.out.2.share": "10 %"}
    done = bench.compute({**BLANK, **two, **shares})
    assert done.found is not None
    assert done.found.total.value == pytest.approx((2400 + 288.85) * 0.9, abs=1e-9)


def test_scenarios_change_what_they_name() -> None:
    changes = {
        "s.1.name": "钢坯 +10 %",
        "s.1.change.1.what": "n.2.value",
        "s.1.change.1.to": "2.2",
        "s.2.name": "少用料",
        "s.2.change.1.what": "n.1.in.1.amount",
        "s.2.change.1.to": "1100",
        "s.3.name": "2023年电",
        "s.3.change.1.what": "n.3.year",
        "s.3.change.1.to": "2023",
    }
    done = bench.compute({**BLANK, **changes})
    assert [round(one.change, 6) for one in done.variants] == [240.0, -200.0, round(500 * 0.0428, 6)]


def test_a_flow_made_twice_is_taken_from_the_node_that_is_named() -> None:
    text = (EXAMPLES / "bracket.toml").read_text()
    extra = '\n[[factor]]\nflow = "zinc"\nname = "再生锌"\nvalue = "1 kgCO2e/kg"\nillustrative = true\n'
    values = bench.values_of(read_bytes((text + extra).encode()).values)
    other = next(n for n, v in values.items() if v == "再生锌").split(".")[1]
    zinc = next(n for n, v in values.items() if n.startswith("n.1.in.") and v == "锌锭").removesuffix("name")
    done = bench.compute({**values, f"{zinc}flow": other})
    assert done.found is not None and done.complete
    assert done.found.total.value == pytest.approx(2669.801310922 - 42 * 2.1)


def test_the_graph_is_the_same_for_the_same_work_and_nothing_overlaps() -> None:
    values = bench.values_of(read_file(EXAMPLES / "kettle.toml").values)
    drawing = bench.draw(values)
    assert drawing == bench.draw(dict(reversed(values.items())))
    assert len({(box.x, box.y) for box in drawing.boxes}) == len(drawing.boxes)
    assert all(box.x + 140 <= drawing.width and 0 <= box.y <= drawing.height - 56 for box in drawing.boxes)
    assert len(drawing.edges) == sum(1 for name in values if ".in." in name and name.endswith(".flow")) + 1


def test_moved_nodes_stay_where_they_were_put() -> None:
    values = bench.values_of(read_file(EXAMPLES / "kettle.toml").values)
    upstream = [box for box in bench.draw(values).boxes if box.column == 0]
    moved = {
        f"n.{box.number}.order": -place for place, box in enumerate(sorted(upstream, key=lambda b: b.place))
    }
    after = [box for box in bench.draw({**values, **moved}).boxes if box.column == 0]
    assert [box.number for box in sorted(after, key=lambda b: b.place)] == [
        box.number for box in sorted(upstream, key=lambda b: -b.place)
    ]


@pytest.mark.parametrize("name", ["bracket", "kettle"])
def test_bands_conserve(name: str) -> None:
    done = bench.compute(bench.values_of(read_file(EXAMPLES / f"{name}.toml").values))
    assert done.found is not None
    drawing = bench.sankey(done.found, lambda key: f"{key[0]}/{key[1]}")
    assert drawing is not None
    for layer in ("item", "process", "stage", "end"):
        assert math.fsum(bar.value for bar in drawing.bars if bar.layer == layer) == pytest.approx(
            drawing.gross
        )
    for bar in drawing.bars:
        into = math.fsum(band.value for band in drawing.bands if band.target == bar.label)
        out = math.fsum(band.value for band in drawing.bands if band.source == bar.label)
        assert bar.layer == "item" or into == pytest.approx(bar.value)
        assert bar.layer == "end" or out == pytest.approx(bar.value)
    assert drawing.gross - drawing.credits == pytest.approx(done.found.total.value)


def test_many_small_items_are_drawn_together() -> None:
    many = dict(BLANK)
    for k in range(10, 40):
        many |= {
            f"n.{k}.kind": "factor",
            f"n.{k}.name": f"料{k}",
            f"n.{k}.value": "1",
            f"n.{k}.unit": "kgCO2e/kg",
        }
        many |= {f"n.1.in.{k}.flow": str(k), f"n.1.in.{k}.amount": str(k), f"n.1.in.{k}.unit": "kg"}
    done = bench.compute(many)
    assert done.found is not None
    drawing = bench.sankey(done.found, lambda key: f"{key[0]}/{key[1]}")
    assert drawing is not None
    assert sum(bar.layer == "item" for bar in drawing.bars) == 12


def test_the_label_says_partial_and_what_it_lacks() -> None:
    done = bench.compute(bench.values_of(read_file(EXAMPLES / "bracket.toml").values))
    assert done.found is not None
    label = bench.label_of(done.found)
    assert (label.figure, label.partial) == ("2 670", True)
    assert "no_period" in label.lacks and "incomplete" not in label.lacks


@pytest.mark.parametrize(
    ("value", "text"), [(2669.8, "2 670"), (0.012345, "0.0123"), (9.996, "10.0"), (-4.565, "-4.57"), (0, "0")]
)
def test_three_figures(value: float, text: str) -> None:
    assert significant(value) == text
