"""Biomass of trees, culms and stands: allometry, volume with expansion factor, stand functions, root ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tancai.engines.forest import tables
from tancai.engines.forest.tree import CARBON_TO_CO2, Node, calc, leaf

IPCC = "IPCC 2006"
"""Name of the set of factors for groups of species in the guidelines, beside those of single species."""


class OutOfRange(ValueError):
    """No equation covers this diameter."""


def organs(species: str, equations: str) -> tuple[str, ...]:
    """The organs an equation set has, above ground first; () when there is no such set."""
    found = dict.fromkeys(
        row["organ"] for row in tables.find_all("allometry", species=species, equations=equations)
    )
    return tuple(sorted(found, key=lambda name: name == "below"))


def sets(species: str) -> list[str]:
    return list(dict.fromkeys(row["equations"] for row in tables.find_all("allometry", species=species)))


def needs(species: str, equations: str) -> frozenset[str]:
    """Which of height and crown the set uses beside the diameter."""
    found = tables.find_all("allometry", species=species, equations=equations)
    height = any(row.number("c") or row.number("e") for row in found)
    return frozenset(
        name for name, used in (("height", height), ("crown", any(row.number("d") for row in found))) if used
    )


def allometric(
    species: str,
    equations: str,
    organ: str,
    diameter: float,
    height: float = math.nan,
    crown: float = math.nan,
) -> Node:
    """Dry mass (kg) of one organ of one tree: ``a · D^b · H^c · L^d · (D²H)^e``; D cm, H m, crown length L m.

    Raises OutOfRange when no equation of the set covers D.
    """
    for row in tables.find_all("allometry", species=species, equations=equations, organ=organ):
        low, high = float(row["d_from"] or 0), float(row["d_below"] or math.inf)
        if low <= diameter < high:
            break
    else:
        raise OutOfRange(f"{species} {equations} {organ}: no equation for D = {diameter} cm")
    parts = {"D": leaf("diameter", diameter, "cm")}
    formula = repr(row.number("a"))
    for power, text, symbol, value in (
        (row.number("b"), "D", "D", diameter),
        (row.number("c"), "H", "H", height),
        (row.number("d"), "L", "L", crown),
        (row.number("e"), "(D**2 * H)", "H", height),
    ):
        if power:
            formula += f" * {text}**({power!r})"
            parts |= (
                {} if symbol == "D" else {symbol: leaf("height" if symbol == "H" else "crown", value, "m")}
            )
    return calc(
        f"{organ}.mass",
        formula,
        parts,
        "kg",
        f"{_ORGANS[organ]}",
        source=row.source,
        confidence=row.confidence,
        empirical=True,
    )


_ORGANS = {
    "above": "单株地上生物量|above-ground mass of a tree",
    "below": "单株地下生物量|below-ground mass of a tree",
    "stem": "树干（秆）|stem or culm",
    "branch": "树枝|branches",
    "leaf": "树叶|leaves",
    "crown": "树冠|crown",
}


def bamboo_culm(diameter: float, age: float) -> Node:
    """Mass (kg) of a moso culm of ``age`` 度 (1 度 = the first year, then two years each); M+, widely used."""
    return calc(
        "culm.mass",
        "747.787 * D**2.771 * (0.148 * A / (0.028 + A))**5.555 + 3.772",
        {"D": leaf("diameter", diameter, "cm"), "A": leaf("age", age)},
        "kg",
        "毛竹单株生物量|mass of a moso culm",
        source="周国模 model",
        confidence="M+",
        empirical=True,
    )


def conversion_factor(diameter: float, height: float, *, species: str = "杉木") -> Mapping[str, float]:
    """Biomass conversion factor (t/m³) and root ratio of Chinese fir after LY/T 2264-2014 (V2)."""
    if species != "杉木":
        raise OutOfRange("only Chinese fir has conversion factors by size")
    small = diameter < 5
    a, b = (1.02753, 0.13827) if small else (0.96176, 0.17937)
    c, d = (0.18171, 0.71173) if small else (0.25059, 0.51205)
    return {"bcf": a * diameter**b * height**-0.50351, "rsr": c * diameter**d * height**-0.61168}


def stem_volume(species: str, diameter: float, height: float) -> Node:
    """Stem volume (m³) of one tree, two-variable tables (LY 208-77)."""
    row = tables.the("stem_volume", species=species)
    return calc(
        "stem.volume",
        f"{row.number('a')!r} * D**{row.number('b')!r} * H**{row.number('c')!r}",
        {"D": leaf("diameter", diameter, "cm"), "H": leaf("height", height, "m")},
        "m3",
        "单株材积|stem volume",
        source=row.source,
        confidence=row.confidence,
        empirical=True,
    )


def from_volume(species: str, volume: float) -> tuple[Node, Node, Node]:
    """Above-ground, below-ground (t/ha) and carbon (tC/ha) of a stand of ``volume`` m³/ha by species factors (E2)."""
    row = tables.the("species", species=species)
    v = leaf("volume", volume, "m3/ha", "蓄积|growing stock")
    above = calc(
        "above",
        "V * WD * BEF",
        {"V": v, "WD": row.leaf("wd", "wd", "t/m3", "木材密度|wood density"), "BEF": row.leaf("bef", "bef")},
        "t/ha",
        "地上生物量|above-ground biomass",
        source="AR-TOOL14, E2",
    )
    below = calc(
        "below",
        "B * R",
        {"B": above, "R": row.leaf("r", "r", "1", "根茎比|root ratio")},
        "t/ha",
        "地下生物量|below-ground biomass",
        source="AR-TOOL14, E2",
    )
    carbon = calc(
        "carbon",
        "CF * (B + R)",
        {"CF": row.leaf("cf", "cf", "tC/t", "含碳率|carbon fraction"), "B": above, "R": below},
        "tC/ha",
        "碳密度|carbon density",
    )
    return above, below, carbon


def _class(table: str, value: float, **wanted: str) -> tables.Row:
    """The row whose class holds ``value``: above ``from``, up to ``to`` (the limit belongs to the lower class)."""
    for row in tables.find_all(table, **wanted):
        if float(row["from"] or -1) < value <= float(row["to"] or math.inf):
            return row
    raise OutOfRange(f"{table}: no class for {value:g}")


def expansion(group: str, volume: float, factor: str = "S") -> tables.Row:
    """BCEF (t/m³) of IPCC 2006 table 4.5 by growing stock m³/ha: ``S`` stock, ``I`` increment, ``R`` removal."""
    return _class("expansion", volume, group=group, factor=factor)


def ipcc_root(zone: str, above: float) -> tables.Row:
    """Root ratio of IPCC 2006 table 4.4 by above-ground biomass t/ha."""
    return _class("root_ratio", above, zone=zone)


def expanded(group: str, volume: float) -> Node:
    """Above-ground biomass (t/ha) of a stand by ``V · BCEF_S`` of a group of species."""
    factor = expansion(group, volume)
    return calc(
        "above",
        "V * BCEF",
        {
            "V": leaf("volume", volume, "m3/ha", "蓄积|growing stock"),
            "BCEF": factor.leaf(
                "bcef", at="t/m3", label="生物量转换与扩展因子|conversion and expansion factor"
            ),
        },
        "t/ha",
        "地上生物量|above-ground biomass",
        source="IPCC 2006 V4 Ch2, E5",
    )


def volume_factor(species: str) -> float:
    """tCO2 per m³ of growing stock: ``WD · BEF · (1 + R) · CF · 44/12``."""
    _, _, carbon = from_volume(species, 1.0)
    return carbon.value * CARBON_TO_CO2.value


def stand(species: str, volume: float) -> Node:
    """Total biomass (t/ha) of a stand after ``B = aV + b`` (Fang et al.)."""
    row = tables.the("stand", species=species)
    return calc(
        "stand.biomass",
        f"{row.number('a')!r} * V + {row.number('b')!r}",
        {"V": leaf("volume", volume, "m3/ha")},
        "t/ha",
        "林分生物量|stand biomass",
        source=row.source,
        confidence=row.confidence,
        empirical=True,
    )


def root_ratio(above: float) -> float:
    """``exp(−1.085 + 0.9256 ln b)/b`` for above-ground biomass b t/ha (tool 14); 0.25 when there is none."""
    return math.exp(-1.085 + 0.9256 * math.log(above)) / above if above > 0 else 0.25
