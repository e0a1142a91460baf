"""What is wrong is refused with file, line, field, reason and remedy; the rest is computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tancai.engines.carbon.reading import read_text
from tancai.engines.forest import checks, grass, neutrality, project, sink, supply, tables
from tancai.engines.forest.reading import ForestError
from tancai.engines.forest.tree import find

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


def fir(tmp_path: Path, old: str = "", new: str = "", *, plots: tuple[str, str] = ("", "")) -> sink.Sink:
    lines = (EXAMPLES / "fir-plots.csv").read_text(encoding="utf-8")
    assert plots[0] in lines
    (tmp_path / "fir-plots.csv").write_text(lines.replace(*plots, 1) if plots[0] else lines, encoding="utf-8")
    text = (EXAMPLES / "fir.toml").read_text(encoding="utf-8")
    assert old in text
    return sink.sink(
        project.project_of(read_text(text.replace(old, new, 1) if old else text, "fir.toml", tmp_path))
    )


def codes(found: sink.Sink) -> list[str]:
    return [problem.code for problem in found.problems if problem.level == "refused"]


@pytest.mark.parametrize(
    ("old", "new", "code", "remedy"),
    [
        ("A1,A,8,6.6,46", "A1,A,８,6.6,46", "full_width", "8"),
        ("A1,A,8,6.6,46", 'A1,A,"8,0",6.6,46', "comma_decimal", "8.0"),
        ("A1,A,8,6.6,46", "A1,A,-8,6.6,46", "negative", ""),
        ("A1,A,8,6.6,46", "A1,A,800,6.6,46", "diameter_range", "mm"),
        ("A1,A,8,6.6,46", "A1,A,8,660,46", "height_range", "cm"),
        ("A1,A,8,6.6,46", "A1,A,8,6.6,46.5", "count_range", ""),
        ("A1,A,8,6.6,46", "A1,A,8,6.6,", "missing", ""),
        ("A1,A,8,6.6,46", "A1,A,8,6.6", "csv_cells", ""),
        ("A1,A,8,6.6,46", "A1,C,8,6.6,46", "stratum_unknown", "A, B"),
    ],
)
def test_a_bad_line_takes_its_plot_out_and_names_the_place(
    tmp_path: Path, old: str, new: str, code: str, remedy: str
) -> None:
    found = fir(tmp_path, plots=(old, new))
    bad = next(problem for problem in found.problems if problem.code == code)
    assert (bad.place.file, bad.place.line) == ("fir-plots.csv", 3)
    assert remedy in bad.message("en") and bad.message("zh")
    assert "plot_left_out" in codes(found) and not found.complete
    assert found.estimates["now"].counts == (4, 4)
    assert 6000 < found.credit.value < 9000


def test_a_stratum_without_plots_leaves_the_claim(tmp_path: Path) -> None:
    text = (EXAMPLES / "fir.toml").read_text(encoding="utf-8")
    more = text.replace("\n[shrub]", '\n[[stratum]]\nid = "C"\narea = "100 ha"\n\n[shrub]')
    found = sink.sink(project.project_of(read_text(more, "fir.toml", EXAMPLES)))
    assert codes(found) == ["stratum_plots"] and "C" not in found.counted
    whole = sink.sink(project.read_project(EXAMPLES / "fir.toml"))
    assert find(found.credit, "soil").value == find(whole.credit, "soil").value
    assert found.net.value < whole.net.value  # the baseline of the land left out still counts


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('area = "150 ha"', 'area = "150 m3"', "unit_wrong"),
        ('area = "150 ha"', "area = 150", "unit_missing"),
        ('area = "150 ha"', 'area = "-150 ha"', "negative"),
        ('area = "150 ha"', 'area = "0 ha"', "not_positive"),
        ('area = "150 ha"', "area = 150,0 ha", "comma_decimal"),
        ('area = "150 ha"', "area = １５０ ha", "full_width"),
        ('shrub_after = "12 %"', "shrub_after = 12", "percent_as_fraction"),
        ("cover = 0.02", "cover = 0.2", "cover_forest"),
        ('rain = "1000-1600"', 'rain = "5000"', "row_unknown"),
        ('now = "fir-plots.csv"', 'now = "none.csv"', "unreadable"),
    ],
)
def test_a_bad_field_is_named(tmp_path: Path, old: str, new: str, code: str) -> None:
    try:
        found = fir(tmp_path, old, new).problems
    except ForestError as error:
        found = list(error.problems)
    bad = next(problem for problem in found if problem.code == code)
    assert bad.place.file == "fir.toml" and bad.place.line > 0


def test_an_uncertain_rule_wants_to_be_stated_or_accepted(tmp_path: Path) -> None:
    with pytest.raises(ForestError) as caught:
        fir(tmp_path, 'k_risk = "10 %"', "")
    assert [problem.code for problem in caught.value.problems] == ["uncertain_fact"]
    found = fir(
        tmp_path,
        'schema = "tancai-forest-sink/1"',
        'schema = "tancai-forest-sink/1"\naccept_uncertain = ["k_risk"]',
    )
    assert found.complete
    accepted = (EXAMPLES / "fir.toml").read_text(encoding="utf-8").replace('k_risk = "10 %"', "")
    accepted = accepted.replace("\n[project]", '\naccept_uncertain = ["k_risk"]\n[project]')
    told = sink.sink(project.project_of(read_text(accepted, "fir.toml", EXAMPLES)))
    assert told.credit.value == 7553
    assert "uncertain_used" in [problem.code for problem in told.problems]


def test_no_claim_above_thirty_percent_under_rule_b(tmp_path: Path) -> None:
    text = (EXAMPLES / "fir.toml").read_text(encoding="utf-8").replace('discount = "A"', 'discount = "B"')
    text = text.replace('first_uncertainty = "7.2 %"', 'first_uncertainty = "20 %"')
    found = sink.sink(project.project_of(read_text(text, "fir.toml", EXAMPLES)))
    assert "no_claim" in codes(found) and find(found.credit, "trees").value == 0


def raster(tmp_path: Path, *, nodata: bool, scale: float = 1.0) -> grass.Grass:
    text = (EXAMPLES / "grass.toml").read_text(encoding="utf-8")
    head, project_line = text.split("\nproject = [")
    values = np.array([float(one) for one in project_line.split("]")[0].split(",")], np.float32)
    cells = np.repeat(np.repeat(values[:, None, None], 70, 1), 5, 2) * scale
    if nodata:
        cells[:, 3, 2] = -9999
        cells[4, 66, 1] = -9999
    np.save(tmp_path / "ndvi.npy", np.rint(cells).astype(np.int16) if scale > 1 else cells.astype(np.float32))
    rest = project_line.split("]", 1)[1]
    extra = "\nnodata = -9999" + (f"\nscale = {1 / scale}" if scale > 1 else "")
    return grass.grass_of(read_text(head + '\nproject = "ndvi.npy"' + extra + rest, "grass.toml", tmp_path))


@pytest.mark.parametrize("scale", [1.0, 10000.0])
def test_raster_nodata_is_left_out_and_counted(tmp_path: Path, scale: float) -> None:
    found = raster(tmp_path, nodata=True, scale=scale)
    scene = found.scenes["project"]
    assert (scene.cells, scene.nodata) == (348, 2)
    assert scene.mean == pytest.approx(279.521, abs=2e-3)
    assert "raster_nodata" in [problem.code for problem in found.problems] and found.complete


def test_a_raster_of_the_wrong_shape_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "ndvi.npy", np.zeros((11, 4, 4)))
    text = (EXAMPLES / "grass.toml").read_text(encoding="utf-8")
    head, rest = text.split("\nproject = [")
    with pytest.raises(ForestError) as caught:
        grass.grass_of(
            read_text(head + '\nproject = "ndvi.npy"' + rest.split("]", 1)[1], "grass.toml", tmp_path)
        )
    assert caught.value.code == "raster_shape"


def test_offsets_that_do_not_count_leave_the_event_short() -> None:
    text = (EXAMPLES / "event.toml").read_text(encoding="utf-8")
    for old, new, code in (
        ('kind = "ccer"', 'kind = "promise"', "unit_not_accepted"),
        ("retired = true", "retired = false", "not_retired"),
        ('tonnes = "61 tCO2e"', 'tonnes = "60.9 tCO2e"', "offset_short"),
    ):
        found = neutrality.neutrality_of(read_text(text.replace(old, new), "event.toml"))
        assert code in [problem.code for problem in found.problems] and not found.neutral
    twice = neutrality.neutrality_of(read_text(text + text[text.index("\n[[unit]]") :], "event.toml"))
    assert twice.retired == 61 and "serial_twice" in [problem.code for problem in twice.problems]


def test_growth_curves_are_used_only_when_accepted() -> None:
    text = (EXAMPLES / "supply.toml").read_text(encoding="utf-8").replace('["growth"]', "[]")
    with pytest.raises(ForestError) as caught:
        supply.case_of(read_text(text, "supply.toml"))
    assert {problem.code for problem in caught.value.problems} == {"uncertain_fact", "no_strata"}


@pytest.mark.parametrize("name", [path.name for path in sorted(EXAMPLES.glob("*.toml"))])
def test_spoilt_examples_end_with_words(name: str) -> None:
    """Every line of every example left out, doubled or turned around: problems, never a traceback."""
    text = (EXAMPLES / name).read_text(encoding="utf-8").split("\n")
    reads = {
        "tancai-forest-sink/1": lambda source: sink.record_of(sink.sink(project.project_of(source))),
        "tancai-forest-supply/1": lambda source: supply.record_of(supply.case_of(source)),
        "tancai-forest-grass/1": lambda source: grass.record_of(grass.grass_of(source)),
        "tancai-forest-check/1": lambda source: checks.record_of(checks.check_of(source)),
        "tancai-forest-neutrality/1": lambda source: neutrality.record_of(neutrality.neutrality_of(source)),
    }
    read = next(work for schema, work in reads.items() if schema in "\n".join(text))
    chance = np.random.default_rng(5)
    lines = [k for k, line in enumerate(text) if "=" in line and not line.startswith(("#", "schema"))]
    for k in chance.choice(lines, min(16, len(lines)), replace=False):
        key = text[k].split("=")[0]
        for spoilt in (
            "",
            text[k] + "\nunheard = 1",
            key + "= -1",
            key + '= "x"',
            key + "= []",
            key + "= true",
            key + "= 1e9",
        ):
            mixed = "\n".join([*text[:k], spoilt, *text[k + 1 :]])
            try:
                read(read_text(mixed, name, EXAMPLES))
            except ForestError as error:
                assert all(problem.message("zh") and problem.message("en") for problem in error.problems)
