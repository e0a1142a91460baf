"""Tables and small figures of the carbon-sink reference outside its worked examples, restated as facts."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tancai.engines.carbon.units import ratio, unit
from tancai.engines.forest import biomass, casa, discount, growth, pools, sampling, supply, tables
from tests.engines.forest.published import agrees

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"

# Section 3.3: CF, R, BEF, WD.
SPECIES = """
杉木 .520 .246 1.634 .307
马尾松 .460 .187 1.472 .380
柏木 .510 .220 1.732 .478
落叶松 .521 .212 1.416 .490
油松 .521 .251 1.589 .360
云南松 .511 .146 1.619 .483
栎类 .500 .292 1.355 .676
桦木 .491 .248 1.424 .541
樟树 .492 .275 1.412 .460
木荷 .497 .258 1.894 .598
枫香 .497 .398 1.765 .598
杨树 .496 .227 1.446 .378
桉树 .525 .221 1.263 .578
其他硬阔 .497 .261 1.674 .598
其他软阔 .485 .289 1.586 .443
针叶混 .510 .267 1.587 .405
阔叶混 .490 .262 1.514 .482
针阔混 .498 .248 1.656 .486
"""

# Section 3.4: a and b of stem, branch, leaf and root, W = a X^b.
REGIONAL = """
杉木 Jiangsu D .1738 1.8304 .0633 1.5827 1.0590 .4512 .0984 1.5396
杉木 Jiangsu D2H .1083 .6895 .0477 .5778 .9680 .1661 .0733 .5649
杉木 Jiangxi D .2206 2.0335 .0035 2.8231 .0449 1.9430 .1358 1.8017
杉木 Jiangxi D2H .0500 .8886 .0002 1.3056 .0138 .8107 .0362 .7883
马尾松 Zhejiang D .2931 1.97 .0048 2.63 .0670 1.46 .0532 1.98
马尾松 Zhejiang D2H .0811 .8497 .0025 .9814 .0274 .6188 .0395 .7311
马尾松 Hunan D .0345 2.6917 .0719 1.9864 .1103 1.4658 .0079 2.6849
马尾松 Hunan D2H .0249 .9567 .0618 .6955 .1029 .5083 .0061 .9465
马尾松 Chongqing D2H .0548 .8545 .0111 .8909 .0054 .8406 .0056 .9395
马尾松 Sichuan D2H .0409 .8402 .0049 1.0106 .0058 .8780 .0075 .9307
"""

# Section 3.8: SOC_REF of HAC, LAC, sandy, spodic and volcanic soils, tC/ha; 0 where none is printed.
SOIL = {
    "boreal": (68, 0, 10, 117, 20),
    "cold-temperate-dry": (50, 33, 34, 0, 20),
    "cold-temperate-moist": (95, 85, 71, 115, 130),
    "warm-temperate-dry": (38, 24, 19, 0, 70),
    "warm-temperate-moist": (88, 63, 34, 0, 80),
    "tropical-dry": (38, 35, 31, 0, 50),
    "tropical-moist": (65, 47, 39, 0, 70),
    "tropical-wet": (44, 60, 66, 0, 130),
    "tropical-montane": (88, 63, 34, 0, 80),
}
REGIONS = ("temperate-dry", "temperate-moist", "tropical-dry", "tropical-moist", "tropical-montane")
SOIL_FACTORS = {
    ("f_lu", "long-cultivated"): (0.80, 0.69, 0.58, 0.48, 0.64),
    ("f_lu", "set-aside"): (0.93, 0.82, 0.93, 0.82, 0.88),
    ("f_mg", "reduced-tillage"): (1.02, 1.08, 1.09, 1.15, 1.09),
    ("f_in", "low"): (0.95, 0.92, 0.95, 0.92, 0.94),
    ("f_in", "high"): (1.04, 1.11, 1.04, 1.11, 1.08),
    ("f_mg", "grass-moderately-degraded"): (0.95, 0.95, 0.97, 0.97, 0.96),
    ("f_mg", "grass-severely-degraded"): (0.70,) * 5,
    ("f_mg", "grass-improved"): (1.14, 1.14, 1.17, 1.17, 1.16),
}

# Section 5.3: quantiles of the two-sided 90 % interval.
T_VALUES = (
    "1:6.31375 2:2.91999 3:2.35336 4:2.13185 5:2.01505 6:1.94318 7:1.89458 8:1.85955 9:1.83311 "
    "10:1.81246 11:1.79588 12:1.78229 13:1.77093 14:1.76131 15:1.75305 16:1.74588 17:1.73961 18"
    ":1.73406 19:1.72913 20:1.72472 24:1.71088 28:1.70113 30:1.69726 33:1.69236 40:1.68385 60:1.67065 120:1.65765"
)


def test_section_2_areas_and_carbon() -> None:
    """15 mu a hectare, gC/m² × 0.01 = tC/ha."""
    assert ratio(unit("ha"), unit("亩")) == 15
    assert ratio(unit("gC/m2"), unit("tC/ha")) == Fraction(1, 100)


def test_section_3_1_standing_dead_trees_sampled_soil_and_burnt_dead_wood() -> None:
    assert pools.standing_dead(100) == 97.5
    assert pools.standing_dead(100, lost="branches", decay="intermediate") == 64
    assert pools.standing_dead(100, decay="rotten") == pytest.approx(43.875)
    by_hand = 1.2 * 15 * 0.9 * 10 / 10 + 1.3 * 9 * 1 * 20 / 10
    assert pools.soil_sampled([(1.2, 15, 0.1, 10), (1.3, 9, 0, 20)]) == pytest.approx(by_hand)
    assert pools.constant("fire_dead").value == 0.07


def test_section_3_2_small_firs_have_equations_of_their_own() -> None:
    above, below = (
        biomass.allometric("杉木", "LY/T 2264", organ, 4, 3.5).value for organ in ("above", "below")
    )
    assert above == pytest.approx(0.190713 * 4**1.35226 * 3.5**0.49452)
    assert below == pytest.approx(0.034655 * 4**2.06398 * 3.5**-0.11744)


def test_section_3_3_species() -> None:
    printed = {line.split()[0]: tuple(map(float, line.split()[1:])) for line in SPECIES.strip().splitlines()}
    found = {
        row["species"]: tuple(row.number(name) for name in ("cf", "r", "bef", "wd"))
        for row in tables.rows("species")
    }
    assert found == printed


@pytest.mark.parametrize("line", REGIONAL.strip().splitlines())
def test_section_3_4_regional_allometries(line: str) -> None:
    species, province, predictor, *figures = line.split()
    by = 12.0 if predictor == "D" else 12.0**2 * 9
    for k, organ in enumerate(("stem", "branch", "leaf", "below")):
        a, b = map(float, figures[2 * k : 2 * k + 2])
        found = biomass.allometric(species, f"ZHOU {province} {predictor}", organ, 12, 9)
        assert found.value == pytest.approx(a * by**b), organ


def test_section_3_6_stand_functions() -> None:
    printed = (
        "马尾松 .5034/20.547 其他松 .5168/33.238 杉木 .4652/19.141 柳杉 .4158/41.3318 柏木 .6129/46.1451"
        " 栎 1.1453/8.5473 木荷樟 1.0357/8.0591 硬阔 1.1783/2.5585 软阔 .4754/30.603 针混 .5894/24.5151"
        " 阔混 .9788/5.3764 针阔混 .8136/18.466"
    ).split()
    found = {row["species"]: (row.number("a"), row.number("b")) for row in tables.rows("stand")}
    assert found == {
        name: tuple(map(float, pair.split("/")))
        for name, pair in zip(printed[::2], printed[1::2], strict=True)
    }


def test_section_3_7_and_3_9_dead_organic_matter_and_fire() -> None:
    found = {
        (row["zone"], row["rain"]): (row.number("df_dw"), row.number("df_li"))
        for row in tables.rows("dead_organic")
    }
    assert found == {
        ("tropical-low", "<1000"): (0.02, 0.04),
        ("tropical-low", "1000-1600"): (0.01, 0.01),
        ("tropical-low", ">1600"): (0.06, 0.01),
        ("tropical-high", "any"): (0.07, 0.01),
        ("temperate", "any"): (0.08, 0.04),
    }
    assert [row.number() for row in tables.rows("fire")] == [
        6.8,
        4.7,
        0.20,
        0.26,
        0.46,
        0.67,
        0.50,
        0.32,
        0.40,
        0.45,
    ]


def test_section_3_8_soil() -> None:
    kinds = ("HAC", "LAC", "sandy", "spodic", "volcanic")
    found = {(row["climate"], row["soil"]): row.number() for row in tables.rows("soil_reference")}
    assert found == {
        (climate, kind): figure
        for climate, figures in SOIL.items()
        for kind, figure in zip(kinds, figures, strict=True)
        if figure
    }
    for (factor, state), figures in SOIL_FACTORS.items():
        for region, figure in zip(REGIONS, figures, strict=True):
            assert tables.the("soil_factors", factor=factor, state=state, region=region).number() == figure


@pytest.mark.parametrize(
    ("species", "site", "printed"),
    [
        ("杉木", "good", "291.2"),
        ("杉木", "medium", "199.3"),
        ("杉木", "poor", "119.2"),
        ("马尾松", "I", "195.2"),
        ("马尾松", "II", "122.7"),
    ],
)
def test_section_4_3_volume_at_25(species: str, site: str, printed: str) -> None:
    row = tables.the("growth", species=species, site=site)
    agrees(
        float(growth.Curve(row["form"], row.number("A"), row.number("k"), row.number("c")).at(25)), printed
    )


def test_section_5_2_finite_correction_and_5_3_update_of_a_stock() -> None:
    assert sampling.corrected(50, 1000) == pytest.approx(50 / 1.05)
    # a stock of 100 ± 8 % that gained 50 ± 10 %: (8² + 5²)^½ / 150
    assert discount.updated(100, 0.08, 50, 0.10) == pytest.approx(math.sqrt(89) / 150)


def test_section_5_3_quantiles() -> None:
    for pair in T_VALUES.split():
        df, printed = pair.split(":")
        agrees(sampling.t_value(int(df)), printed)
    agrees(sampling.t_value(math.inf), "1.64485")


def test_section_6_1_stress_at_its_best_light_use_and_trend() -> None:
    best = np.array([5.0, 12.0, 18.5, 25.0])
    for value in casa.stress(best, best)[1]:
        agrees(float(value), "0.991224")
    assert {row["vegetation"]: row.number() for row in tables.rows("light_use")} == {
        "落叶针叶林": 0.485,
        "常绿针叶林": 0.389,
        "落叶阔叶林": 0.692,
        "常绿阔叶林": 0.985,
        "针阔混交林": 0.475,
        "常绿落叶阔叶混交林": 0.768,
        "灌丛": 0.429,
        "草地": 0.542,
        "耕地": 0.542,
        "西北草地": 0.380,
    }
    assert float(casa.trend([1.0, 2.0, 4.0, 4.0])) == pytest.approx((4 * 33 - 10 * 11) / (4 * 30 - 100))


def test_section_7_2_directions_of_the_literature() -> None:
    """Carbon income raises land value and rotation; poor land waits longer and answers more; interest shortens."""
    case = supply.read_case(EXAMPLES / "supply.toml")
    good, medium, poor = case.lands

    def at(land: supply.Land | supply.Bamboo, price: float, interest: float = 0.05) -> supply.Outcome:
        return supply.best(land, supply.Economics(**{**vars(case.economy), "interest": interest}), price)

    for land in (good, medium, poor):
        values = [at(land, price).land_value for price in (0, 50, 100, 200)]
        ages = [at(land, price).rotation for price in (0, 50, 100, 200)]
        assert values == sorted(values) and ages == sorted(ages)
        assert at(land, 100, 0.06).land_value < at(land, 100).land_value
        assert at(land, 100, 0.06).rotation <= at(land, 100).rotation
    assert at(poor, 0).rotation > at(medium, 0).rotation > at(good, 0).rotation
    assert at(good, 100).stock > at(medium, 100).stock > at(poor, 100).stock
    longer = [at(land, 350).rotation - at(land, 20).rotation for land in (good, medium, poor)]
    assert longer == sorted(longer)
