"""What the desk needs of the forest engine: places of plots, forecasts, strata of several species, IPCC factors."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.carbon.reading import read_text
from tancai.engines.forest import biomass, forecast, placing, project, sink, tables
from tancai.engines.forest.reading import ForestError
from tests.engines.forest.published import agrees

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"
CURVES = """
[[ex_ante]]
stratum = "A"
species = "杉木"
site = "medium"
age = "5 a"
"""


def example(*changes: tuple[str, str], more: str = "") -> project.Project:
    text = 'accept_uncertain = ["growth"]\n' + (EXAMPLES / "fir.toml").read_text(encoding="utf-8") + more
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return project.project_of(read_text(text, "fir.toml", EXAMPLES))


@given(st.integers(1, 60), st.integers(0, 10**6), st.floats(100, 3000), st.floats(50, 3000))
def test_plots_lie_inside_their_stratum_as_many_as_asked(
    count: int, seed: int, wide: float, high: float
) -> None:
    outline = [(0.0, 0.0), (wide, 0.0), (wide, high / 2), (wide / 2, high / 2), (wide / 2, high), (0.0, high)]
    found = placing.systematic(outline, count, seed)
    assert len(set(found)) == count
    assert all(placing.inside(point, outline) or _near(point, outline) for point in found)
    assert found == placing.systematic(outline, count, seed)


def _near(point: tuple[float, float], outline: list[tuple[float, float]]) -> bool:
    """Rounded to decimetres a point may fall onto the border."""
    moves = [(dx, dy) for dx in (-0.06, 0, 0.06) for dy in (-0.06, 0, 0.06)]
    return any(placing.inside((point[0] + dx, point[1] + dy), outline) for dx, dy in moves)


def test_another_seed_places_plots_elsewhere() -> None:
    square = [(0.0, 0.0), (500.0, 0.0), (500.0, 500.0), (0.0, 500.0)]
    assert placing.surface(square) == 250_000
    assert placing.systematic(square, 9, 1) != placing.systematic(square, 9, 2)
    assert placing.crosses([(0, 0), (1, 1), (1, 0), (0, 1)]) and not placing.crosses(square)
    with pytest.raises(ValueError, match="no surface"):
        placing.systematic([(0, 0), (1, 1)], 3, 1)


def test_a_forecast_adds_up_to_the_stock_of_its_curve() -> None:
    found = example(more=CURVES)
    years = forecast.yearly(found, 20)
    assert [one.year for one in years] == list(range(1, 21))
    # medium fir at ages 10, 15 and 20 of section S5, on 150 ha
    for age, printed in ((10, "71.9922"), (15, "132.346"), (20, "189.177")):
        agrees(forecast.stock(found, age - 5) / 150, printed)
        assert years[age - 6].stock == forecast.stock(found, age - 5)
    assert math.fsum(one.trees for one in years) == pytest.approx(
        forecast.stock(found, 20) - forecast.stock(found, 0)
    )
    assert years[0].leakage == pytest.approx(286.3025) and years[1].leakage == 0
    assert years[0].soil == pytest.approx(3520 / 5)
    assert years[-1].so_far == pytest.approx(0.9 * math.fsum(one.net for one in years))
    assert forecast.yearly(example(), 20) == []


def test_soil_gains_end_after_twenty_years() -> None:
    years = forecast.yearly(example(more=CURVES), 25)
    assert years[19].soil > 0 and [one.soil for one in years[20:]] == [0] * 5


@pytest.mark.parametrize(("total", "years"), [(7553.15, 5), (10.9, 3), (0, 4), (100, 2.5)])
def test_years_of_a_period_add_up_to_the_claim(total: float, years: float) -> None:
    found = forecast.shares(total, years)
    assert sum(found) == math.floor(total) and len(found) == math.ceil(years)
    assert max(found[: int(years)]) - min(found[: int(years)]) <= 1


def test_a_stratum_may_have_a_species_of_its_own() -> None:
    found = example(
        ('id = "B"', 'id = "B"\nspecies = "马尾松"\nequations = "ZHOU Zhejiang D"\nplanted = 2019')
    )
    own = {name: (one.species, one.equations) for name, one in found.methods.items()}
    assert own == {"A": ("杉木", "LY/T 2264"), "B": ("马尾松", "ZHOU Zhejiang D")}
    assert found.now is not None
    mass = math.fsum(
        count * biomass.allometric("马尾松", "ZHOU Zhejiang D", organ, d).value
        for d, count in ((4.5, 30), (6.5, 62), (9, 35), (12, 6))
        for organ in ("stem", "branch", "leaf")
    )
    (b1,) = [plot for plot in found.now.plots if plot.id == "B1"]
    assert b1.above.value == pytest.approx(mass / 0.06 / 1000)
    assert sink.sink(found).complete


def test_a_stratum_whose_method_is_wrong_leaves_the_claim() -> None:
    found = example(('id = "B"', 'id = "B"\nspecies = "马尾松"\nequations = "nowhere"'))
    assert list(found.areas) == ["A"]
    assert "no_equation" in [one.code for one in found.problems]


def test_plot_files_may_come_with_the_values() -> None:
    values = dict(read_text((EXAMPLES / "fir.toml").read_text(encoding="utf-8")).values)
    values["about"] = {"owner": "示例林场"}
    files = {"fir-plots.csv": (EXAMPLES / "fir-plots.csv").read_bytes()}
    found = sink.sink(project.project_from(values, files=files))
    assert found.complete and found.credit.value == 7553
    with pytest.raises(ForestError):
        sink.sink(project.project_from(values, Path("/nowhere")))


@pytest.mark.parametrize(
    ("group", "volume", "printed"),
    [("pines", 20, 1.8), ("pines", 20.1, 1.0), ("other conifers", 100, 1.0), ("hardwoods", 101, 1.05),
     ("hardwoods", 300, 0.8)],
)  # fmt: skip
def test_ipcc_table_4_5(group: str, volume: float, printed: float) -> None:
    row = biomass.expansion(group, volume)
    assert row.number() == printed and row.confidence == "V2" and "4.5" in row.source


@pytest.mark.parametrize(
    ("zone", "above", "printed"),
    [("temperate-conifer", 50, 0.40), ("temperate-conifer", 50.5, 0.29), ("temperate-oak", 80, 0.30),
     ("subtropical-humid", 130, 0.24), ("tropical-rainforest", 10, 0.37)],
)  # fmt: skip
def test_ipcc_table_4_4(zone: str, above: float, printed: float) -> None:
    assert biomass.ipcc_root(zone, above).number() == printed
    with pytest.raises(biomass.OutOfRange):
        biomass.ipcc_root("temperate-oak", 60)


def test_volumes_by_ipcc_factors(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("plot,stratum,volume_m3_ha\n1,A,80\n2,A,120\n", encoding="utf-8")
    (tmp_path / "p.toml").write_text(
        """schema = "tancai-forest-sink/1"
[project]
pack = "ar-acm0003"
years = "5 a"
pools = []
[biomass]
species = "pines"
method = "volume"
equations = "IPCC 2006"
root_zone = "temperate-conifer"
[plots]
now = "v.csv"
[[stratum]]
id = "A"
area = "10 ha"
""",
        encoding="utf-8",
    )
    found = project.read_project(tmp_path / "p.toml")
    assert found.now is not None
    first, second = found.now.plots
    assert first.above.value == pytest.approx(80 * 0.75) and first.below.value == pytest.approx(60 * 0.29)
    assert second.carbon.value == pytest.approx(120 * 0.7 * 1.29 * 0.47)


def test_grassland_methodology_is_no_pack_for_trees() -> None:
    pack = tables.packs()["ar-cm-004"]
    assert {pack[key][1] for key in ("pools", "discount", "k_risk", "gwp")} == {"M-"}
    with pytest.raises(ForestError) as refused:
        example(('pack = "ccer-14-001"', 'pack = "ar-cm-004"'))
    assert refused.value.problems[0].code == "pack_outside"


def test_longitude_and_latitude_become_metres_of_their_zone() -> None:
    """Against arcs of the ellipsoid: the quarter meridian of GRS80 is 10,001,965.729 m, to 45° 4,984,944.378 m."""
    assert placing.metres((117.0, 45.0), 117) == pytest.approx((500_000, 4_984_944.378), abs=0.001)
    pole = placing.metres((117.0, 89.99999), 117)[1] + math.radians(1e-5) * 6_399_593.6
    assert pole == pytest.approx(10_001_965.729, abs=0.001)
    west, east = placing.metres((116.4, 30.0), 117), placing.metres((117.6, 30.0), 117)
    assert west[0] - 500_000 == pytest.approx(500_000 - east[0]) and west[1] == pytest.approx(east[1])
    # a small field at 30° north by the two radii of curvature of the ellipsoid
    squared = placing.FLATTENING * (2 - placing.FLATTENING)
    bend = 1 - squared * math.sin(math.radians(30)) ** 2
    along = placing.RADIUS * (1 - squared) / bend**1.5
    across = placing.RADIUS / math.sqrt(bend) * math.cos(math.radians(30))
    side = math.radians(0.01)
    field = [(116.995, 29.995), (117.005, 29.995), (117.005, 30.005), (116.995, 30.005)]
    assert placing.degrees(field) and placing.meridian(field) == 117
    found = placing.surface([placing.metres(point, 117) for point in field])
    assert found == pytest.approx(along * across * side**2, rel=1e-6)


@pytest.mark.parametrize(
    "outline",
    [
        [(0, 0), (120, 0), (120, 40)],
        [(80, 10), (120, 10), (120, 40)],
        [(200, 30), (200.1, 30), (200, 30.1)],
        [],
    ],
)
def test_metres_are_not_taken_for_degrees(outline: list[tuple[float, float]]) -> None:
    assert not placing.degrees(outline)


@given(st.floats(75, 135), st.floats(18, 53), st.floats(-1.5, 1.5))
@settings(max_examples=50)
def test_metres_turn_back_into_the_longitude_and_latitude_they_came_from(
    middle: float, latitude: float, away: float
) -> None:
    """Two series of their own: there and back agree to a millimetre (1e-8 degree) anywhere in a zone."""
    central = 3 * round(middle / 3)
    point = (central + away, latitude)
    assert placing.degrees_of(placing.metres(point, central), central) == pytest.approx(point, abs=1e-8)
