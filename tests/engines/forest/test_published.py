"""Worked examples S2 to S5 of the carbon-sink reference, to the printed digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tancai.engines.forest import (
    biomass,
    casa,
    discount,
    grass,
    growth,
    neutrality,
    pools,
    sampling,
    supply,
    tables,
    valuation,
)
from tancai.engines.forest.tree import find, leaf
from tests.engines.forest.published import agrees

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"

# -- S2 supply
ROTATIONS = [
    (0, "good", 18, "13523.1", "217.040", "258.656", "118.651", True),
    (0, "medium", 22, "-4945.67", "175.911", "209.641", "94.5322", False),
    (0, "poor", 29, "-17337.8", "139.261", "165.964", "74.8308", False),
    (100, "good", 19, "27072.8", "229.298", "273.264", "126.789", True),
    (100, "medium", 24, "4537.81", "191.816", "228.595", "105.317", False),
    (150, "medium", 25, "9421.18", "199.283", "237.494", "110.604", True),
    (200, "good", 20, "41053.2", "240.999", "287.209", "134.810", True),
    (300, "poor", 38, "1903.93", "174.821", "208.342", "102.290", False),
    (350, "poor", 40, "5354.30", "181.053", "215.769", "107.873", True),
]


@pytest.fixture(scope="module")
def case() -> supply.Case:
    return supply.read_case(EXAMPLES / "supply.toml")


@pytest.mark.parametrize("row", ROTATIONS, ids=lambda row: f"{row[1]}-{row[0]}")
def test_s2_rotations(case: supply.Case, row: tuple[float, str, int, str, str, str, str, bool]) -> None:
    price, name, rotation, value, volume, carbon, stock, plants = row
    land = next(one for one in case.lands if one.id == name)
    found = supply.best(land, case.economy, price)
    assert (found.rotation, found.plants) == (rotation, plants)
    for figure, printed in (
        (found.land_value, value),
        (found.volume, volume),
        (found.carbon, carbon),
        (found.stock, stock),
    ):
        agrees(figure, printed)


@pytest.mark.parametrize(
    ("price", "printed"),
    [
        (50, "0"),
        (100, "65100.3"),
        (150, "1.78833E+6"),
        (200, "1.86645E+6"),
        (300, "2.14389E+6"),
        (350, "3.57323E+6"),
    ],
)
def test_s2_supply(case: supply.Case, price: float, printed: str) -> None:
    none = supply.supplied(case.lands, case.economy, 0)
    agrees(none, "949209")
    agrees(supply.supplied(case.lands, case.economy, price) - none, printed)


def test_s2_break_even_takes_the_rotation_anew(case: supply.Case) -> None:
    good, medium, poor = case.lands
    assert supply.break_even(good, case.economy)[0] < 0
    agrees(supply.break_even(good, case.economy)[0], "-11.37")
    for land, printed, rotation, fixed in (
        (medium, "115.010", 24, "117.467"),
        (poor, "301.402", 38, "319.041"),
    ):
        price, age = supply.break_even(land, case.economy)
        agrees(price, printed)
        assert age == rotation
        assert isinstance(land, supply.Land)
        flows = supply.flows(land, case.economy)
        k = int(np.argmax(flows["base"]))
        agrees(float((land.value - flows["base"][k]) / flows["slope"][k]), fixed)


def test_s2_detail(case: supply.Case) -> None:
    medium = case.lands[1]
    assert isinstance(medium, supply.Land)
    flows = supply.flows(medium, case.economy)
    k = 24 - 10
    for key, printed in (
        ("volume", "191.816"),
        ("cost", "25239.5"),
        ("timber", "21649.2"),
        ("credits", "108.676"),
        ("repaid", "41.4649"),
        ("denominator", "0.689932"),
    ):
        agrees(float(flows[key][k]), printed)


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        ({"interest": 0.06}, ("16341.2", "-1625.14", "-13992.6")),
        ({"lasting": 1.0}, ("37677.8",)),
        ({"lasting": 0.0}, ("21492.4",)),
    ],
)
def test_s2_sensitivity(case: supply.Case, change: dict[str, float], printed: tuple[str, ...]) -> None:
    economy = supply.Economics(**{**vars(case.economy), **change})
    for land, text in zip(case.lands, printed, strict=False):
        agrees(supply.best(land, economy, 100).land_value, text)


# -- S3 grassland
@pytest.fixture(scope="module")
def steppe() -> grass.Grass:
    return grass.read_grass(EXAMPLES / "grass.toml")


CHAIN = {
    "npp.baseline": "208.867",
    "npp.project": "279.521",
    "stock.baseline": "4.17733",
    "stock.project": "5.59041",
    "biomass.gain": "1.41308",
    "gross": "25906.5",
    "biomass": "21877.3",
    "soil.rate": "0.125",
    "soil": "11458.3",
    "n2o": "0.627943",
    "fertiliser": "171.428",
    "capacity": "334.855",
    "excess": "96",
    "degraded": "114.676",
    "leakage": "1051.20",
    "net": "32113.0",
    "credit": "28901",
}


def test_s3_chain(steppe: grass.Grass) -> None:
    assert steppe.complete
    for key, printed in CHAIN.items():
        agrees(find(steppe.credit, key).value, printed)
    agrees(steppe.u * 100, "20.7369")
    agrees(steppe.net.value * 0.9, "28901.7")
    assert [month for month, value in enumerate(steppe.scenes["project"].months, 1) if value == 0] == [
        1,
        2,
        12,
    ]
    agrees(steppe.scenes["baseline"].months[6], "64.5035")
    agrees(steppe.scenes["project"].months[6], "88.4118")


def test_s3_check_of_july() -> None:
    kind = casa.Vegetation(0.542, 0.023, 0.634)
    agrees(float(casa.fpar(np.array(0.38), kind)), "0.441908")
    agrees(float(casa.fpar(np.array(0.48), kind)), "0.605702")
    first, second = casa.stress(np.array(18.5), np.array(18.5))
    agrees(float(first), "0.998875")
    agrees(float(second), "0.991224")
    agrees(float(casa.water(np.array(84.0), np.array(120.0))), "0.850000")


def test_s3_correlation_and_other_rule() -> None:
    baseline, project = 4.17733, 5.59041
    u = discount.of_change(baseline, 0.14, project, 0.12, correlation=0.90)
    agrees(u * (project - baseline), "0.293029")
    agrees(discount.of_change(baseline, 0.14, project, 0.12) * 100, "62.981")
    agrees(25906.48228 * (1 - discount.factor("C", u)), "23124.9")
    agrees(
        25906.48228 * (1 - discount.factor("A", discount.of_change(baseline, 0.14, project, 0.12))), "9590.2"
    )


# -- S4 neutrality
def test_s4_event() -> None:
    found = neutrality.read_neutrality(EXAMPLES / "event.toml")
    parts = {node.key.removeprefix("source."): node.value for _, node in found.gross.parts}
    printed = {
        "electricity": "19.4249",
        "air": "16.756",
        "rail": "10.472",
        "hotel": "6.048",
        "meals": "5.005",
        "material": "8.085",
        "coach": "2.0925",
        "waste": "1.932",
        "diesel": "1.1835",
    }
    assert parts.keys() == printed.keys()
    for name, text in printed.items():
        agrees(parts[name], text)
    agrees(found.gross.value, "70.9989")
    agrees(found.reduced.value, "10.5690")
    agrees(found.residual.value, "60.4299")
    assert (found.needed.value, found.neutral, found.complete) == (61, True, True)


# -- S5 micro tests
def s5() -> list[tuple[str, float, str]]:
    fir = biomass.conversion_factor(20, 15)
    covers = {"a": (60.0, 0.18), "b": (40.0, 0.04)}
    organs = {o: biomass.allometric("毛竹", "YWG", o, 10, 12, 4).value for o in biomass.organs("毛竹", "YWG")}
    land = [biomass.allometric("杉木", "LY/T 2264", organ, 20, 15).value for organ in ("above", "below")]
    change = discount.of_change(3500, 0.08, 5200, 0.06)
    medium = growth.Curve("richards", 330, 0.065, 2.3)
    first, second, lower = casa.miami(14.2, 1150)
    by_ndvi, by_ratio = casa.fpar_parts(np.array(0.30), casa.Vegetation(0.542, 0.023, 0.634))
    soil = pools.soil("s", 1, leaf("r", 88, "tC/ha"), leaf("f", 0.69), disturbed=False, years=5)
    disturbed = pools.soil("s", 1, leaf("r", 88, "tC/ha"), leaf("f", 0.69), disturbed=True, years=5)
    worth = valuation.services(120, 6.8, 1.1)
    t, error = sampling.t_value(33), 12.776 / 34**0.5
    half = round(t, 5) * round(error, 5)  # the reference multiplies its printed figures
    found = [
        ("root ratio at 40 t/ha", biomass.root_ratio(40), "0.256801"),
        ("fir above", land[0], "105.054"),
        ("fir below", land[1], "23.2897"),
        ("fir BCF", fir["bcf"], "0.420977"),
        ("fir RSR", fir["rsr"], "0.221699"),
        ("pine volume", biomass.stem_volume("马尾松", 18, 14).value, "0.166013"),
        ("fir volume", biomass.stem_volume("杉木", 18, 14).value, "0.186009"),
        ("fir by BEF", 120 * biomass.volume_factor("杉木"), "143.009"),
        ("pine by BEF", 120 * biomass.volume_factor("马尾松"), "134.386"),
        ("fir factor", biomass.volume_factor("杉木"), "1.19174"),
        ("pine factor", biomass.volume_factor("马尾松"), "1.11988"),
        ("fir stand", biomass.stand("杉木", 120).value, "74.9650"),
        ("pine stand", biomass.stand("马尾松", 120).value, "80.9550"),
        ("culm", biomass.bamboo_culm(10, 2).value, "13.8191"),
        ("bamboo root", organs["below"], "4.98332"),
        ("bamboo crown", organs["crown"], "2.80429"),
        ("bamboo culm", organs["stem"], "11.9518"),
        ("bamboo", sum(organs.values()), "19.7394"),
        ("line", pools.lying_dead(0.40, 0.47, 120, [(14, 1), (11, 0.8), (22, 0.45), (17, 1)]), "5.66670"),
        ("litter", pools.litter_field(1.84, 0.42, 0.5), "5.24216"),
        ("shrubs", pools.shrubs("s", leaf("b", 110, "t/ha"), covers, "").value, "286.625"),
        ("soil initial", find(soil, "s.initial").value, "60.7200"),
        ("soil rate", find(soil, "s.rate.raw").value, "1.36400"),
        ("soil rate, disturbed", find(disturbed, "s.rate.raw").value, "1.66760"),
        ("soil capped", find(soil, "s.rate").value, "0.8"),
        ("discount, project", discount.discounted("A", 60, 0.15), "57.7500"),
        ("discount, baseline", discount.discounted("A", 60, 0.15, project=False), "62.2500"),
        ("standard error", error, "2.19107"),
        ("t", t, "1.69236"),
        ("half-width", half, "3.70808"),
        ("u", half / 45.328 * 100, "8.18055"),
        ("u of change", change * 100, "24.6599"),
        ("discounted change", discount.discounted("A", 1700, change), "1385.59"),
        ("Faustmann", valuation.faustmann(30000, 25, 0.05), "42571.5"),
        ("LY1721 carbon", worth["carbon_t"], "494.713"),
        ("LY1721 value", worth["carbon_cny"], "593655"),
        ("LY1721 oxygen", worth["oxygen_t"], "971.040"),
        ("LY1721 oxygen value", worth["oxygen_cny"], "971040"),
        ("Miami T", first, "1777.85"),
        ("Miami P", second, "1602.04"),
        ("Miami", lower, "1602.04"),
        ("FPAR", float((by_ndvi + by_ratio) / 2), "0.328592"),
        ("FPAR by NDVI", float(by_ndvi), "0.431234"),
        ("FPAR by SR", float(by_ratio), "0.225951"),
    ]
    for age, volume, carbon in (
        (10, "60.4091", "71.9922"),
        (15, "111.052", "132.346"),
        (20, "158.740", "189.177"),
    ):
        found.append((f"volume at {age}", float(medium.at(age)), volume))
        found.append((f"carbon at {age}", float(medium.at(age)) * biomass.volume_factor("杉木"), carbon))
    return found


@pytest.mark.parametrize(("name", "value", "printed"), s5(), ids=lambda one: str(one)[:24])
def test_s5(name: str, value: float, printed: str) -> None:
    agrees(value, printed)


def test_s5_fire() -> None:
    found = pools.fire("f", leaf("A", 22, "ha"), leaf("b", 14, "t/ha"), leaf("c", 0.67), "tropical", "AR6")
    agrees(found.value, "49.1550")


@pytest.mark.parametrize(
    ("u", "share"),
    [(0.10, 0), (0.1001, 0.25), (0.15, 0.25), (0.1501, 0.5), (0.20, 0.5), (0.30, 0.75), (0.3001, 1)],
)
def test_s5_tiers(u: float, share: float) -> None:
    assert discount.share_a(u) == share
