"""The sink bench: a work as a project and back, its faults by name, plots, rasters and documents."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tancai.engines.carbon.reading import read_text
from tancai.engines.forest import placing, project, sink, tables
from tancai.labs.api import sink_bench as bench
from tancai.labs.benches.sink import ground

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


def fir(**changes: Any) -> dict[str, Any]:
    model = read_text((EXAMPLES / "fir.toml").read_text(encoding="utf-8")).values
    files = {"fir-plots.csv": (EXAMPLES / "fir-plots.csv").read_bytes()}
    values = bench.values_of(model, files) | {name.replace("__", "."): one for name, one in changes.items()}
    return {name: one for name, one in values.items() if one is not None}


def codes(values: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one.name, one.problem.code) for one in bench.compute(values).faults}


def test_a_project_file_gives_the_same_figures_through_the_bench() -> None:
    done = bench.compute(fir())
    assert done.found is not None and done.found.credit.value == 7553
    assert [one for one in done.faults if one.level == "refused"] == []
    assert done.yearly == [1510, 1511, 1510, 1511, 1511] and sum(done.yearly) == 7553
    assert done.size is not None and done.size.n == 9


def test_what_is_taken_away_computes_the_same_from_the_command_line(tmp_path: Path) -> None:
    values = fir(
        about__owner="示例林场", s__1__outline="0,0; 1500,0; 1500,1000; 0,1000", p__1__x=10.5, p__1__y=20
    )
    plan = bench.read(values)
    (tmp_path / "project.toml").write_text(plan.text, encoding="utf-8")
    for name, data in plan.files.items():
        (tmp_path / name).write_bytes(data)
    found = sink.sink(project.read_project(tmp_path / "project.toml"))
    assert found.complete and found.credit.value == 7553
    again = bench.values_of(read_text(plan.text).values, plan.files)
    assert bench.compute(again).found.credit.value == 7553  # type: ignore[union-attr]
    assert (
        again["about.owner"] == "示例林场"
        and again["p.1.x"] == 10.5
        and again["s.1.outline"].startswith("0, 0")
    )
    assert bench.read(again).text == plan.text


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("s.1.area", "150,5", "comma_decimal"),
        ("s.1.area", "１５０", "full_width"),
        ("s.1.area", "-150", "negative"),
        ("s.1.area", "150 kg", "unit_wrong"),
        ("s.2.shrub_after", "0.03", "percent_meant"),
        ("project.k_risk", "0.1", "percent_meant"),
        ("project.k_risk", None, "uncertain_fact"),
        ("plots.first_uncertainty", "720", "thousand_too_much"),
        ("s.1.planted", "二〇二〇", "no_year"),
        ("s.1.outline", "0,0; 1,1", "no_outline"),
        ("s.1.outline", "0,0; 100,0; 100,100; 0,100", "outline_area"),
        ("p.3.stratum", "9", "stratum_unknown"),
        ("p.3.id", "A1", "repeated"),
        ("biomass.equations", "nowhere", "no_equation"),
    ],
)
def test_a_fault_names_its_value(name: str, value: Any, code: str) -> None:
    assert (name, code) in codes(fir(**{name.replace(".", "__"): value}))


def test_a_bad_cell_of_a_tally_takes_its_plot_out() -> None:
    rows = [{"d": "4.5", "h": "4.2", "n": "14"}, {"d": "8,0", "h": "6.6", "n": "46"}]
    done = bench.compute(fir(p__1__now=rows))
    assert ("p.1.now.1.d", "comma_decimal") in {(one.name, one.problem.code) for one in done.faults}
    assert done.found is not None and done.found.estimates["now"].counts == (4, 4)
    done = bench.compute(fir(p__1__now=[{"d": "450", "h": "4.2", "n": "14"}]))
    assert ("p.1.now.0.d", "diameter_range") in {(one.name, one.problem.code) for one in done.faults}


def test_nothing_entered_computes_nothing_and_says_what_is_wanted() -> None:
    done = bench.compute({})
    assert done.found is None and done.project is None
    assert {("project.pack", "missing"), ("biomass.species", "missing")} <= {
        (f.name, f.problem.code) for f in done.faults
    }
    for kind in bench.KINDS:
        assert bench.document({}, kind).missing


NAMES = (
    "s.1.area s.1.outline p.1.now p.1.x p.1.stratum project.pools project.years accept about.start v.1.result"
    " e.1.amount g.ndvi_min g.baseline.1 g.example g.temperature map.seed event.year u.1.tonnes s.1.planted s.1.site"
    " f.1.area biomass.method plots.first_stock"
).split()


@pytest.mark.parametrize("rubbish", [3, [], {}, "x", [1, {"d": None}], True, "１,２", "９" * 40], ids=repr)
def test_no_value_breaks_the_bench(rubbish: Any) -> None:
    for name in NAMES:
        bench.compute(
            {"s.1.id": "A", "project.pack": "ccer-14-001", "biomass.species": "杉木", name: rubbish}
        )
    values = dict.fromkeys(NAMES, rubbish) | {"event.name": "x"}
    bench.rasters(values)
    for kind in bench.KINDS:
        bench.document(values, kind)
    bench.compute(fir(**dict.fromkeys(NAMES[:8], rubbish)))


def test_a_unit_of_ones_own_counts() -> None:
    done = bench.compute(fir(s__1__area="2250 亩"))
    assert done.project is not None and done.project.areas["A"] == pytest.approx(150)


def test_a_slip_is_told_from_the_figure_claimed() -> None:
    done = bench.compute(fir())
    assert bench.diagnosed(done, 7643) == ["normal_90"] and bench.diagnosed(done, 7553) == []


def test_plots_are_laid_out_by_lot_and_measured_ones_stay() -> None:
    values = fir()
    empty = {name: one for name, one in values.items() if not name.startswith("p.")}
    changes = bench.laid_out(empty, {1: 7, 2: 3}, 5)
    assert changes == bench.laid_out(empty, {1: 7, 2: 3}, 5) != bench.laid_out(empty, {1: 7, 2: 3}, 6)
    placed = bench.rows_of(changes, "p")
    assert [bench.plot_name(row) for row in placed] == [
        "A1",
        "A2",
        "A3",
        "A4",
        "A5",
        "A6",
        "A7",
        "B1",
        "B2",
        "B3",
    ]
    assert not [code for _, code in codes(empty | changes) if code == "plot_outside"]
    moved = empty | changes | {"p.1.x": -500.0}
    assert ("p.1.x", "plot_outside") in codes(moved)
    more = bench.laid_out(values, {1: 7, 2: 4}, 5)
    assert not any(one is None for one in more.values())
    assert [row.text("id") for row in bench.rows_of(more, "p")] == [""] * 9 + ["A6", "A7"]
    places = [bench.place(row) for row in bench.rows_of(more, "p")]
    assert None not in places and len(set(places)) == 11


def test_tallies_come_from_sheets_with_chinese_headings() -> None:
    lines = bench.cells_of(
        "样地\t分层\t胸径(cm)\t树高（m）\t株数\nA1\tA\t5\t4.4\t3\nA9\tA\t7\t6\t2\nC1\tC\t7\t6\t2\n"
    )
    changes, unknown = bench.surveyed(fir(), "now", lines)
    assert changes == {
        "p.1.stratum": "1",
        "p.1.now": [{"d": "5", "h": "4.4", "n": "3"}],
        "p.10.id": "A9",
        "p.10.stratum": "1",
        "p.10.now": [{"d": "7", "h": "6", "n": "2"}],
    }
    assert unknown == ["C"]


def test_the_steppe_of_the_example_becomes_npp_and_stocks() -> None:
    found = bench.rasters({"g.example": 7})
    assert found.problems == [] and found.missing == {"baseline": [], "project": []}
    before, after = found.scenes["baseline"], found.scenes["project"]
    assert before.npp is not None and after.npp is not None and after.stock is not None
    gone = np.isnan(before.npp)
    assert 0 < gone.sum() < 60 and np.array_equal(gone, np.isnan(after.npp))
    assert 150 < float(np.nanmean(before.npp)) < 270 and np.nanmean(after.npp) > np.nanmean(before.npp)
    assert float(np.nanmean(after.stock)) == pytest.approx(float(np.nanmean(after.npp)) / 50, rel=1e-5)
    marks = bench.limits([before.npp, after.npp])
    table, empty = bench.classes(after.npp, marks, found.cell)
    assert empty == gone.sum() and sum(one.cells for one in table) + empty == after.npp.size
    assert table[0].area == pytest.approx(table[0].cells * 6.25)


def test_a_flat_field_agrees_with_the_teaching_example() -> None:
    """Section S3: 208.867 gC/m² a year at every cell of a raster that holds its months."""
    values: dict[str, Any] = {}
    for month, value in enumerate(
        (0.06, 0.07, 0.09, 0.12, 0.20, 0.30, 0.38, 0.36, 0.24, 0.14, 0.09, 0.07), 1
    ):
        cells = np.full((2, 3), value, np.float32)
        cells[0, 0] = np.nan
        values[f"g.baseline.{month}"] = bench.as_text(bench.Grid(cells, 30, -9999))
    found = bench.rasters(values)
    npp = found.scenes["baseline"].npp
    assert npp is not None and np.isnan(npp[0, 0])
    assert npp[1, 1] == pytest.approx(208.867, abs=5e-3)
    assert found.missing["project"] == list(range(1, 13))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ncols 2\nnrows 1\n1 2\n", "grid_lacks"),
        ("ncols 2\nnrows 2\ncellsize 30\n1 2\n", "raster_shape"),
        ("ncols 2\nnrows 1\ncellsize 30\n1 x\n", "grid_cell"),
        ("ncols two\nnrows 1\ncellsize 30\n1 2\n", "grid_head"),
        ("1" * (bench.LARGEST + 1), "grid_large"),
        ("", "grid_lacks"),
    ],
)
def test_a_bad_grid_says_why(text: str, code: str) -> None:
    with pytest.raises(bench.BadGrid) as bad:
        bench.grid(text)
    assert bad.value.code == code
    found = bench.rasters({"g.project.4": text})
    assert [(name, one.code) for name, one in found.problems] == [("g.project.4", code)]
    assert found.problems[0][1].words("zh") and found.problems[0][1].words("en")


def test_documents_hold_the_figures_and_say_what_is_missing() -> None:
    values = fir(about__owner="示例林场", about__place="示例县")
    report = bench.document(values, "monitoring", "en")
    cells = [
        cell for section in report.sections for sheet in section.sheets for row in sheet.rows for cell in row
    ]
    assert "7 553 tCO2e" in cells and "26.0934" in cells and "22.4016 %" not in cells
    assert "Monitoring period from" in report.missing and "Owner" not in report.missing
    done = bench.document(values | {"about.period_start": "2021-01-01", "about.period_end": "2025-12-31",
                                    "about.implementation": "按设计实施"}, "monitoring")  # fmt: skip
    assert done.missing == []
    check = bench.document(values | {f"w.{k}.result": "conform" for k in range(1, 17)}, "verification")
    assert any("17" in one for one in check.missing)
    full = bench.document(values | {f"w.{k}.result": "conform" for k in range(1, 18)}, "verification")
    assert ("结论", "通过") in full.sections[-1].facts and ("核证减排量", "7 553 tCO2e") in full.sections[
        -1
    ].facts


def test_facts_that_break_a_rule_are_findings_of_their_own() -> None:
    values = fir(about__start="2012-01-01", about__notice_validation="18", about__cleared="25")
    found = bench.check(values, "validation").found
    assert [one.item for one in found.findings if one.automatic] == [
        2,
        3,
        8,
    ] and found.conclusion == "negative"
    bad = bench.check(fir(about__start="昨天"), "validation")
    assert ("about.start", "no_date") in {(one.name, one.problem.code) for one in bad.faults}


def test_an_event_is_neutral_when_units_cover_what_remains() -> None:
    values: dict[str, Any] = {
        "event.name": "示例论坛", "event.year": "2026", "e.1.name": "用电", "e.1.unit": "kWh", "e.1.amount": "36200",
        "e.1.electricity": "national", "e.2.name": "航空", "e.2.unit": "person·km", "e.2.amount": "142000",
        "e.2.factor": "0.118", "r.1.source": "1", "r.1.amount": "15000", "u.1.kind": "ccer", "u.1.serial": "X-1",
        "u.1.tonnes": "28", "u.1.retired": True,
    }  # fmt: skip
    found = bench.neutral(values)
    assert found is not None and found.found is not None
    assert found.found.gross.value == pytest.approx(19.42492 + 16.756)
    assert found.found.residual.value == pytest.approx(19.42492 + 16.756 - 8.049)
    assert found.found.needed.value == 29 and not found.found.neutral
    assert bench.neutral(values | {"u.1.tonnes": "29"}).found.neutral  # type: ignore[union-attr]
    bad = bench.neutral(values | {"e.1.amount": "36,5"})
    assert bad is not None and ("e.1.amount", "comma_decimal") in {
        (one.name, one.problem.code) for one in bad.faults
    }
    assert bench.neutral({}) is None


def test_a_csv_reads_like_the_file_it_came_from() -> None:
    plan = bench.read(fir())
    lines = io.StringIO(plan.files["plots-now.csv"].decode()).read().splitlines()
    assert lines[0] == "plot,stratum,dbh_cm,height_m,count" and lines[1] == "A1,A,4.5,4.2,14"


def test_corners_in_longitude_and_latitude_are_drawn_in_metres() -> None:
    """Two neighbours keep their place to each other; a plot in degrees lies where it should; the file keeps metres."""
    values = {
        "s.1.id": "A",
        "s.1.area": "107",
        "s.1.outline": "117.000000, 30.000000\n117.010000, 30.000000\n117.010000, 30.010000\n117.000000, 30.010000",
        "s.2.id": "B",
        "s.2.outline": "117.010000, 30.000000; 117.020000, 30.000000; 117.020000, 30.010000; 117.010000, 30.010000",
        "p.1.id": "A1",
        "p.1.stratum": "1",
        "p.1.x": "117.005000",
        "p.1.y": "30.005000",
        "p.2.id": "B1",
        "p.2.stratum": "2",
        "p.2.x": "117.005000",
        "p.2.y": "30.005000",
    }
    first, second = bench.outlines(values)
    assert first.given and second.given and abs(first.surface - 106.95) < 0.1
    assert first.corners[1] == second.corners[0]
    assert [name for name, _problem in ground.faults(values)] == ["p.2.x"]
    central = bench.central_of(values)
    assert central == 117
    row = bench.rows_of(values, "p")[0]
    assert placing.inside(bench.place_of(row, central), first.corners)
    assert bench.place_of(row, None) == (117.005, 30.005)
    laid = bench.laid_out(values, {1: 4}, 3)
    spots = [(laid[f"p.{k}.x"], laid[f"p.{k}.y"]) for k in range(3, 7)]
    assert all(placing.inside(spot, first.corners) for spot in spots)


def test_papers_say_where_the_plots_lie_in_degrees_and_metres() -> None:
    field = "117.000000, 30.000000; 117.010000, 30.000000; 117.010000, 30.010000; 117.000000, 30.010000"
    there = ground.place_of(bench.rows_of({"p.1.x": "117.004", "p.1.y": "30.004"}, "p")[0], 117)
    assert there is not None
    values = {"s.3.id": "A", "s.3.area": "107", "s.3.outline": field}
    values |= {"p.1.id": "A1", "p.1.stratum": "3", "p.1.x": "117.005", "p.1.y": "30.005"}
    values |= {"p.2.id": "A2", "p.2.stratum": "3", "p.2.x": there[0], "p.2.y": there[1], "p.3.id": "A3"}
    for kind in ("design", "monitoring"):
        sheets = [one for part in bench.document(values, kind, "en").sections for one in part.sheets]
        found = next(one for one in sheets if one.title.startswith("Places of the plots"))
        assert found.title.endswith("(CGCS2000, central meridian 117°)")
        assert [row[:4] for row in found.rows] == [
            ["A1", "A", "117.005000", "30.005000"],
            ["A2", "A", "117.004000", "30.004000"],
        ]
        assert found.rows[1][4:] == [f"{one:.1f}" for one in there]
    plain = {"p.1.id": "A1", "p.1.x": 10.5, "p.1.y": 20.0}
    sheet = bench.document(plain, "design").sections[-2].sheets[-1]
    assert (sheet.title, sheet.rows) == ("样地位置", [["A1", "–", "–", "–", "10.5", "20.0"]])
