"""The other ways to a stock: stand volume, stand functions, bamboo culms, paired plots, prediction."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tancai.engines.carbon.reading import read_text
from tancai.engines.forest import biomass, project, sink, tables
from tancai.engines.forest.tree import find

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


def computed(text: str, folder: Path) -> sink.Sink:
    return sink.sink(project.project_of(read_text(text, "case.toml", folder)))


def case(tmp_path: Path, method: str, more: str = "") -> sink.Sink:
    (tmp_path / "now.csv").write_text("plot,stratum,volume_m3_ha\n1,a,110\n2,a,120\n3,a,130\n")
    text = f"""
schema = "tancai-forest-sink/1"
accept_uncertain = ["growth"]
[project]
name = "x"
pack = "ar-acm0003"
pools = []
years = "5 a"
[biomass]
species = "杉木"
method = "{method}"
[plots]
now = "now.csv"
[[stratum]]
id = "a"
area = "10 ha"
{more}"""
    return computed(text, tmp_path)


def test_volumes_by_species_factors(tmp_path: Path) -> None:
    found = case(tmp_path, "volume")
    assert found.complete
    assert find(found.credit, "stock.now").value == pytest.approx(10 * 120 * biomass.volume_factor("杉木"))
    assert found.u == pytest.approx(found.estimates["now"].u)


def test_volumes_by_stand_function(tmp_path: Path) -> None:
    found = case(tmp_path, "stand")
    assert find(found.credit, "stock.now").value == pytest.approx(10 * 74.965 * 0.520 * 44 / 12)


def test_prediction_is_no_credit(tmp_path: Path) -> None:
    more = '[[ex_ante]]\nstratum = "a"\nspecies = "杉木"\nsite = "medium"\n'
    with_curve, without = case(tmp_path, "volume", more), case(tmp_path, "volume")
    assert with_curve.net.value == without.net.value and not without.ex_ante
    row = next(one for one in with_curve.ex_ante if one["year"] == 20)
    assert row["tCO2"] == pytest.approx(10 * 189.177, rel=1e-5)


def test_bamboo_culms_and_pairing() -> None:
    text = (EXAMPLES / "moso.toml").read_text(encoding="utf-8")
    paired = computed(text, EXAMPLES)
    apart = computed(
        text.replace('change = "paired"', 'change = "independent"').replace("years", 'discount = "A"\nyears'),
        EXAMPLES,
    )
    assert paired.complete and paired.credit.value > 0
    assert paired.u < apart.u
    assert paired.change.value == apart.change.value
    assert paired.project.now is not None
    first = min(paired.project.now.plots, key=lambda plot: plot.id)
    masses = 51 * biomass.bamboo_culm(8, 1).value + 50 * biomass.bamboo_culm(10, 2).value
    assert math.isclose(first.above.value, masses / 0.06 / 1000)


def test_plots_that_do_not_match_are_computed_apart(tmp_path: Path) -> None:
    for name in ("first", "now"):
        lines = (EXAMPLES / f"moso-{name}.csv").read_text()
        (tmp_path / f"moso-{name}.csv").write_text(lines.replace("M4", "M9") if name == "now" else lines)
    text = (EXAMPLES / "moso.toml").read_text(encoding="utf-8").replace("years", 'discount = "A"\nyears')
    found = computed(text, tmp_path)
    assert "paired_missing" in [problem.code for problem in found.problems]
