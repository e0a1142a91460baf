"""The other pools and sources: shrubs, dead wood, litter, soil, fire; baseline by crown cover; leakage.

Each function returns a tree. Equations after the CDM A/R tools 08, 12, 14, 15 and 16; figures from ``data/``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tancai.engines.forest import tables
from tancai.engines.forest.tree import CARBON_TO_CO2, Node, calc, leaf, total


def constant(name: str) -> Node:
    row = tables.the("constants", name=name)
    return row.leaf(name, at=row["unit"])


def shrubs(key: str, forest: Node, covers: Mapping[str, tuple[float, float]], label: str) -> Node:
    """CO2 in shrubs: ``44/12 · CF_S · (1 + R_S) · Σ A · BDR · b_FOREST · CC``; a cover below 5 % counts as none (E7).

    ``covers`` gives area (ha) and crown cover by stratum, ``forest`` the biomass of forest in the region (t/ha).
    """
    least = constant("shrub_least").value
    parts = {}
    for name, (area, cover) in sorted(covers.items()):
        counted = cover if cover >= least - 1e-12 else 0.0
        parts[symbol(name)] = calc(
            f"{key}.{name}",
            "A * BDR * b * CC",
            {
                "A": leaf(f"area.{name}", area, "ha", name),
                "BDR": constant("bdr_shrub"),
                "b": forest,
                "CC": leaf(
                    f"{key}.{name}.cover", counted, "1", "盖度（不足5 %计0）|crown cover (below 5 %: none)"
                ),
            },
            "t",
            name,
        )
    biomass = total(f"{key}.biomass", parts, "t", "灌木地上生物量|above-ground biomass of shrubs")
    return calc(
        key,
        "k * CF * (1 + R) * B",
        {"k": CARBON_TO_CO2, "CF": constant("cf_shrub"), "R": constant("r_shrub"), "B": biomass},
        "tCO2",
        label,
        source="AR-TOOL14, E7",
    )


def standing_dead(biomass: float, *, lost: str = "leaves", decay: str = "sound") -> float:
    """What is left of a dead tree's full biomass: 0.975 without leaves and twigs, 0.80 also without small branches;
    times density by decay: sound 1, intermediate 0.80, rotten 0.45 (E9)."""
    return (
        biomass
        * {"leaves": 0.975, "branches": 0.80}[lost]
        * {"sound": 1.0, "intermediate": 0.80, "rotten": 0.45}[decay]
    )


def lying_dead(
    density: float, fraction: float, length: float, pieces: Sequence[tuple[float, float]]
) -> float:
    """tCO2/ha from a line intersect: ``44/12 · CF · WD · π²/(8L) · Σ d² β`` (E10); d cm, β decay density, L m ≥ 100.

    Raises ValueError on a line shorter than 100 m.
    """
    if length < 100:
        raise ValueError("the transect lines must sum to 100 m at least")
    squares = math.fsum(d * d * decay for d, decay in pieces if d >= 10)
    return 44 / 12 * fraction * density * math.pi**2 / (8 * length) * squares


def litter_field(wet: float, dry_ratio: float, frame: float) -> float:
    """tCO2/ha from four frames (E11): ``44/12 · 0.37 · 2.5 · B_wet · DWR / a_frame``; kg, –, m²."""
    return 44 / 12 * 0.37 * 2.5 * wet * dry_ratio / frame


def soil_initial(reference: float, land: float, tillage: float, inputs: float) -> float:
    return reference * land * tillage * inputs


def soil_sampled(layers: Sequence[tuple[float, float, float, float]]) -> float:
    """tC/ha from layers of (bulk density g/cm³, C g/kg, coarse fraction, depth cm) (E14)."""
    return math.fsum(
        density * carbon * (1 - coarse) * depth / 10 for density, carbon, coarse, depth in layers
    )


def soil(key: str, area: float, reference: Node, state: Node, *, disturbed: bool, years: float) -> Node:
    """CO2 gained by soil: ``44/12 · A · rate · years``, rate ``(SOC_REF − (SOC_INI − LOSS))/20`` capped at 0.8 (E13).

    ``state`` is f_LU · f_MG · f_IN before the project. The loss of 10 % where more than a tenth of the area is
    disturbed is itself booked as a loss; gain stops after 20 years. Land already above its reference gains nothing.
    """
    initial = calc(
        f"{key}.initial", "SOC * f", {"SOC": reference, "f": state}, "tC/ha", "初始土壤碳|initial soil carbon"
    )
    loss = calc(
        f"{key}.loss",
        "x * C",
        {"x": constant("soc_loss") if disturbed else leaf("no_loss", 0.0), "C": initial},
        "tC/ha",
        "扰动损失|loss by disturbance",
    )
    raw = calc(
        f"{key}.rate.raw",
        "(SOC - (C - L)) / n",
        {"SOC": reference, "C": initial, "L": loss, "n": constant("soc_years")},
        "tC/(ha·a)",
        "年增速（未设上限）|yearly gain before the cap",
    )
    rate = calc(
        f"{key}.rate",
        "max(0 * cap, min(cap, r))",
        {"cap": constant("soc_cap"), "r": raw},
        "tC/(ha·a)",
        "年增速（上限0.8）|yearly gain (capped at 0.8)",
    )
    counted = leaf(f"{key}.years", min(years, constant("soc_years").value), "a", "计入年数|years counted")
    return calc(
        key,
        "k * A * (r * y - L)",
        {"k": CARBON_TO_CO2, "A": leaf(f"{key}.area", area, "ha"), "r": rate, "y": counted, "L": loss},
        "tCO2",
        "土壤有机碳变化|change of soil carbon",
        source="AR-TOOL16, E13",
    )


def fire(key: str, burnt: Node, biomass: Node, part: Node, zone: str, gwp: str) -> Node:
    """CH4 and N2O of burning, tCO2e (E15); the CO2 is in the stock change already."""
    found = {}
    for gas in ("CH4", "N2O"):
        factor = tables.the("fire", name=f"ef_{gas.lower()}", zone=zone)
        potential = tables.the("gwp", set=gwp, gas=gas)
        found[gas] = calc(
            f"{key}.{gas}",
            "A * b * COMF * EF * GWP",
            {
                "A": burnt,
                "b": biomass,
                "COMF": part,
                "EF": factor.leaf(f"ef.{gas}", at=factor["unit"]),
                "GWP": potential.leaf(f"gwp.{gas}", at=potential["unit"]),
            },
            "tCO2e",
            gas,
        )
    return total(
        key, found, "tCO2e", "火烧排放（CH4、N2O）|emissions of fire (CH4, N2O)", source="AR-TOOL08, E15"
    )


def crown_cover(key: str, area: Node, growth: Node, cover: Node, fraction: Node, root: Node) -> Node:
    """Yearly baseline removal of scattered trees, ``44/12 · CF · Δb · (1 + R) · CC · A`` (E6)."""
    return calc(
        key,
        "k * CF * g * (1 + R) * CC * A",
        {"k": CARBON_TO_CO2, "CF": fraction, "g": growth, "R": root, "CC": cover, "A": area},
        "tCO2/a",
        "基准线散生木年清除|yearly baseline removal of scattered trees",
        source="AR-TOOL14, E6",
    )


def displacement(
    key: str,
    area: Node,
    trees: Node,
    shrub: Node,
    fraction: Node,
    root: Node,
    reference: Node,
    before: Node,
    after: Node,
) -> Node:
    """Leakage by displaced farming: biomass cleared and soil lost on ``area``, never below nothing (tool 15)."""
    biomass = calc(
        f"{key}.biomass",
        "(f * b * (1 + R) + s * (1 + Rs)) * CF * A",
        {
            "f": constant("leak_biomass"),
            "b": trees,
            "R": root,
            "s": shrub,
            "Rs": constant("r_shrub"),
            "CF": fraction,
            "A": area,
        },
        "tC",
        "生物质碳损失|carbon lost from biomass",
    )
    ground = calc(
        f"{key}.soil",
        "SOC * max(0, x - y) * A",
        {"SOC": reference, "x": before, "y": after, "A": area},
        "tC",
        "土壤碳损失|carbon lost from soil",
    )
    return calc(
        key,
        "k * (B + S)",
        {"k": CARBON_TO_CO2, "B": biomass, "S": ground},
        "tCO2",
        "泄漏（农业活动转移）|leakage (displaced farming)",
        source="AR-TOOL15, R4",
    )


def symbol(name: str) -> str:
    """A name usable in a formula, different for different names."""
    plain = "".join(c if c.isalnum() or c == "_" else f"_{ord(c):x}_" for c in name)
    return plain if plain[:1].isalpha() else f"s{plain}"
