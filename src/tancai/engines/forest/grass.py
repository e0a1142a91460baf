"""Grassland: NDVI to NPP (CASA) to stocks to credits, with soil, fertiliser, and grazing that moves next door.

Yearly NPP is no removal: only a lasting change of biomass, counted once, and of soil carbon is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Source, Table, from_values, read_file
from tancai.engines.forest import VERSION, casa, discount, pools, tables
from tancai.engines.forest.project import reference, state
from tancai.engines.forest.reading import Facts, ForestError, figure, given, opened
from tancai.engines.forest.tree import CARBON_TO_CO2, Node, calc, leaf, record, total

SCHEMA = "tancai-forest-grass/1"
WEATHER = ("temperature", "radiation", "eet", "pet")


@dataclass
class Scene:
    """NPP of a scene: yearly mean over the cells with data (gC/m²), the months where one place is given, the cells."""

    mean: float
    months: tuple[float, ...] = ()
    cells: int = 1
    nodata: int = 0
    raster: NDArray[np.float32] | None = None


@dataclass
class Grass:
    name: str
    credit: Node
    net: Node
    u: float
    scenes: dict[str, Scene]
    rule: str
    source: Source

    @property
    def problems(self) -> list[Problem]:
        return self.source.problems

    @property
    def complete(self) -> bool:
        return not any(problem.level == "refused" for problem in self.problems)


def read_grass(path: Path) -> Grass:
    """A case from a TOML file, computed; raises ForestError when nothing can be computed."""
    return grass_of(read_file(path))


def grass_from(values: dict[str, Any], folder: Path | None = None) -> Grass:
    source = from_values(values)
    source.folder = folder
    return grass_of(source)


def grass_of(source: Source) -> Grass:
    top = opened(source, SCHEMA)
    facts = Facts(top.texts("accept_uncertain"))
    scenes = _scenes(top, facts)
    about = top.table("project")
    area = given(about, "area", "ha", "项目面积|project area", required=True, positive=True)
    years = given(
        about,
        "years",
        "a",
        "监测期年数|years of the period",
        required=True,
        positive=True,
        bounds={"a": (0, 100)},
    )
    turnover = given(about, "turnover", "1", "周转率|turnover", required=True, positive=True)
    rule = about.text("discount", choices=discount.RULES, required=True)
    risk = given(about, "k_risk", "1", "非持久性扣减率|non-permanence deduction", required=True)
    before_u, after_u = (
        figure(about, "baseline_uncertainty", "1", required=True),
        figure(about, "project_uncertainty", "1", required=True),
    )
    together = figure(about, "correlation", "1")
    gwp = about.text("gwp", "AR6", choices=tables.choices("gwp", "set"))
    name = about.text("name")
    about.leftovers()
    if (
        scenes is None
        or area is None
        or years is None
        or turnover is None
        or risk is None
        or not rule
        or before_u is None
        or after_u is None
    ):
        raise ForestError([one for one in source.problems if one.level == "refused"])
    stocks = {key: _stock(key, scene, turnover) for key, scene in scenes.items()}
    gain = calc(
        "biomass.gain",
        "x - y",
        {"x": stocks["project"], "y": stocks["baseline"]},
        "tC/ha",
        "生物质碳增量|gain of biomass carbon",
    )
    u = discount.of_change(
        stocks["baseline"].value, before_u, stocks["project"].value, after_u, correlation=together or 0.0
    )
    biomass = _biomass(top, gain, area, u, rule)
    parts = {"biomass": biomass}
    if top.has("soil") and (ground := _soil(top.table("soil"), facts, area.value, years.value)) is not None:
        parts["soil"] = ground
    stock = total("project.change", parts, "tCO2", "项目碳储量变化|change of project stocks")
    emitted = _fertiliser(top, gwp)
    leakage = _grazing(top, facts)
    top.leftovers()
    net = calc(
        "net", "P - E - l", {"P": stock, "E": emitted, "l": leakage}, "tCO2e", "项目净清除量|net removal"
    )
    credit = calc(
        "credit",
        "floor(max(0 * N, N * (1 - K)))",
        {"N": net, "K": risk},
        "tCO2e",
        "可申请的减排量（向下取整）|reduction that may be claimed (rounded down)",
    )
    return Grass(name, credit, net, u, scenes, rule, source)


def _scenes(top: Table, facts: Facts) -> dict[str, Scene] | None:
    table = top.table("casa")
    low = figure(table, "ndvi_min", "1", required=True)
    high = figure(table, "ndvi_max", "1", required=True)
    vegetation = table.text("vegetation", required=True)
    row = (
        facts.row(table, "vegetation", "light_use", "light_use", vegetation=vegetation)
        if vegetation
        else None
    )
    scale = figure(table, "scale", "1") if table.has("scale") else 1.0
    nodata = table.raw("nodata")
    if nodata is not None and type(nodata) not in (int, float):
        table.problem("no_number", "nodata", value=str(nodata))
        nodata = None
    weather = [_series(table, key) for key in WEATHER]
    ndvi = {key: _series(table, key) for key in ("baseline", "project")}
    table.leftovers()
    if (
        row is None
        or low is None
        or high is None
        or scale is None
        or any(one is None for one in (*weather, *ndvi.values()))
    ):
        return None
    if not low < high < 1:
        table.problem("out_of_range", "ndvi_max", value=f"{high:g}", low=f"{low:g}", high="1")
        return None
    kind = casa.Vegetation(row.number(), low, high)
    found = {}
    for key, values in ndvi.items():
        scene = _scene(table, key, values, weather, kind, None if nodata is None else float(nodata), scale)
        if scene is None:
            return None
        found[key] = scene
    return found


def _series(table: Table, key: str) -> Any:
    """Twelve figures, or a raster of (12, rows, columns) from an .npy file, mapped and not read."""
    value = table.raw(key)
    if isinstance(value, str):
        path = Path(table.source.folder or Path(), value)
        try:
            raster = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            table.problem(
                "unreadable", key, why=f"{value}: {getattr(error, 'strerror', None) or 'no .npy raster'}"
            )
            return None
        if raster.ndim != 3 or raster.shape[0] != 12 or raster.dtype.kind not in "fiu":
            table.problem(
                "raster_shape", key, value=value, found=str(raster.shape), wanted="(12, rows, columns)"
            )
            return None
        return raster
    if value is None:
        table.problem("missing", key)
        return None
    if not isinstance(value, list) or len(value) != 12:
        table.problem("months_twelve", key, count=len(value) if isinstance(value, list) else 1)
        return None
    for month, one in enumerate(value, 1):
        if type(one) not in (int, float) or not math.isfinite(one):
            table.problem("no_number", key, detail=f"{month}", value=str(one))
            return None
        if key in ("baseline", "project") and not -1 <= one <= 1:
            table.problem("out_of_range", key, detail=f"{month}", value=f"{one:g}", low="-1", high="1")
            return None
        if key in ("radiation", "eet", "pet") and one < 0:
            table.problem("negative", key, detail=f"{month}", value=f"{one:g}")
            return None
    return np.asarray(value, float)


def _scene(
    table: Table,
    key: str,
    ndvi: Any,
    weather: list[Any],
    kind: casa.Vegetation,
    nodata: float | None,
    scale: float,
) -> Scene | None:
    if ndvi.ndim == 1 and all(one.ndim == 1 for one in weather):
        months = casa.monthly(ndvi, weather[0], weather[1], weather[2], weather[3], kind)
        return Scene(float(months.sum()), tuple(float(one) for one in months))
    shape = ndvi.shape if ndvi.ndim == 3 else next(one.shape for one in weather if one.ndim == 3)
    for name, one in zip((key, *WEATHER), (ndvi, *weather), strict=True):
        if one.ndim == 3 and one.shape != shape:
            table.problem("raster_shape", name, value=name, found=str(one.shape), wanted=str(shape))
            return None
    whole = ndvi if ndvi.ndim == 3 else np.broadcast_to(ndvi[:, None, None].astype(np.float32), shape)
    yearly = np.empty(shape[1:], np.float32)
    wrong = 0
    four = (weather[0], weather[1], weather[2], weather[3])
    for rows, block, bad in casa.annual_blocks(whole, four, kind, nodata=nodata, scale=scale):
        yearly[rows] = block
        wrong += bad
    good = np.isfinite(yearly)
    count = int(good.sum())
    if wrong:
        table.problem("raster_range", key, "doubtful", count=wrong)
    if not count:
        table.problem("raster_all_nodata", key)
        return None
    missing = yearly.size - count
    if missing:
        table.problem("raster_nodata", key, "noted", count=missing, share=f"{missing / yearly.size:.2%}")
    return Scene(float(yearly[good].mean(dtype=np.float64)), (), count, missing, yearly)


def _stock(key: str, scene: Scene, turnover: Node) -> Node:
    words = {"baseline": "基准线|baseline", "project": "项目|project"}[key].split("|")
    npp = leaf(
        f"npp.{key}",
        scene.mean,
        "gC/(m2·a)",
        f"{words[0]}年净初级生产力|yearly NPP, {words[1]}",
        source="CASA",
        confidence="V",
    )
    return calc(
        f"stock.{key}",
        "NPP * y / t",
        {"NPP": npp, "y": leaf("year", 1, "a", "一年|one year"), "t": turnover},
        "tC/ha",
        f"{words[0]}生物质碳|biomass carbon, {words[1]}",
    )


def _biomass(top: Table, gain: Node, area: Node, u: float, rule: str) -> Node:
    shown = leaf(
        "u", u if math.isfinite(u) else 0.0, "1", "增量的相对不确定度|relative uncertainty of the gain"
    )
    try:
        share = discount.factor(rule, shown.value)
    except discount.NoClaim:
        top.problem("no_claim", "project", detail="discount", u=f"{u:.2%}", rule=rule)
        share = 1.0
    part = discount.share_a(shown.value) if rule == "A" else share
    taken = calc(
        "discount",
        "min(1, f * u)" if rule == "A" else "f",
        {"f": leaf("discount.share", part, "1", "扣减比例|share"), "u": shown},
        "1",
        discount.WORDS[rule],
        confidence=discount.CONFIDENCE[rule],
    )
    gross = calc(
        "gross",
        "k * A * g",
        {"k": CARBON_TO_CO2, "A": area, "g": gain},
        "tCO2",
        "生物质变化（一次性）|change of biomass (once)",
    )
    return calc(
        "biomass",
        "D - d * abs(D)",
        {"D": gross, "d": taken},
        "tCO2",
        "扣减不确定性后的生物质变化|change of biomass after the discount",
    )


def _soil(table: Table, facts: Facts, area: float, years: float) -> Node | None:
    ref, before = reference(table, facts), state(table, facts)
    table.leftovers()
    return (
        None
        if ref is None or before is None
        else pools.soil("soil", area, ref, before, disturbed=False, years=years)
    )


def _fertiliser(top: Table, gwp: str) -> Node:
    nothing = leaf("fertiliser", 0.0, "tCO2e", "施肥排放（无）|emissions of fertiliser (none)")
    if not top.has("fertiliser"):
        return nothing
    table = top.table("fertiliser")
    area = given(table, "area", "ha", "施肥面积|area fertilised", required=True)
    rate = given(table, "nitrogen", "kg/ha", "施氮量|nitrogen", required=True)
    wet = table.flag("leaching")
    table.leftovers()
    if area is None or rate is None:
        return nothing
    potential = tables.the("gwp", set=gwp, gas="N2O")
    leach = {"f": pools.constant("frac_leach"), "EF5": pools.constant("ef5")} if wet else {}
    nitrous = calc(
        "n2o",
        "A * N * (EF1 + g * EF4" + (" + f * EF5" if wet else "") + ") * 44 / 28 * n",
        {
            "A": area,
            "N": rate,
            "EF1": pools.constant("ef1"),
            "g": pools.constant("frac_gas"),
            "EF4": pools.constant("ef4"),
            **leach,
            "n": leaf("n2o_per_n", 1.0, "tN2O/t", "质量按N2O-N换算为N2O|N2O-N to N2O"),
        },
        "tN2O",
        "氧化亚氮|nitrous oxide",
        source="VM0047 / IPCC 2019",
        confidence="V2",
    )
    return calc(
        "fertiliser",
        "M * GWP",
        {"M": nitrous, "GWP": potential.leaf("gwp.N2O", at=potential["unit"])},
        "tCO2e",
        "施肥排放|emissions of fertiliser",
    )


def _grazing(top: Table, facts: Facts) -> Node:
    nothing = leaf("leakage", 0.0, "tCO2", "泄漏（放牧未转移）|leakage (no grazing displaced)")
    if not top.has("grazing"):
        return nothing
    table = top.table("grazing")
    free = {"1": (0.0, 1e7)}
    moved = given(table, "displaced", "1", "转移的羊单位|sheep units displaced", required=True, bounds=free)
    there = given(
        table, "stock", "1", "承接草场现有羊单位|sheep units there already", required=True, bounds=free
    )
    area = given(table, "area", "ha", "承接草场面积|receiving pasture", required=True)
    mass = given(table, "biomass", "t/ha", "承接草场地上生物量|biomass there", required=True)
    days = given(table, "days", "1", "放牧天数|days grazed", required=True, bounds={"1": (1, 366)})
    ref = reference(table, facts, "grazing_soil")
    after = given(table, "after", "1", "退化后土壤系数|soil factor after degradation", required=True)
    use = given(table, "use", "1") or pools.constant("use_rate")
    table.leftovers()
    if (
        moved is None
        or there is None
        or area is None
        or mass is None
        or days is None
        or ref is None
        or after is None
    ):
        return nothing
    hay = calc(
        "sheep.need",
        "h * d * x",
        {"h": pools.constant("sheep_hay"), "d": days, "x": leaf("day", 1, "d", "一天|one day")},
        "t",
        "每羊单位需草|hay of a sheep unit",
    )
    capacity = calc(
        "capacity",
        "b * A * u / h",
        {"b": mass, "A": area, "u": use, "h": hay},
        "1",
        "载畜量|carrying capacity",
        source="NY/T 635-2015",
    )
    excess = calc(
        "excess",
        "max(0, m - max(0, floor(c) - s))",
        {"m": moved, "c": capacity, "s": there},
        "1",
        "超载羊单位|sheep units beyond capacity",
    )
    degraded = calc(
        "degraded",
        "e * h / (b * u)",
        {"e": excess, "h": hay, "b": mass, "u": use},
        "ha",
        "因此退化的面积|area degraded by it",
    )
    return calc(
        "leakage",
        "k * A * SOC * (1 - f)",
        {"k": CARBON_TO_CO2, "A": degraded, "SOC": ref, "f": after},
        "tCO2",
        "泄漏（放牧转移）|leakage (grazing displaced)",
        source="AR-TOOL15",
    )


def record_of(found: Grass, language: str = "en") -> dict[str, Any]:
    return {
        "schema": "tancai-forest-grass-result/1",
        "engine": VERSION,
        "tables": tables.versions(),
        "input": {"file": found.source.name, "sha256": found.source.digest},
        "complete": found.complete,
        "scenes": {
            key: {
                "npp_gC_per_m2": one.mean,
                "months": list(one.months),
                "cells": one.cells,
                "nodata": one.nodata,
            }
            for key, one in found.scenes.items()
        },
        "uncertainty_of_gain": found.u if math.isfinite(found.u) else None,
        "discount": found.rule,
        "credit_t": int(found.credit.value),
        "calculation": record(found.credit, language),
        "problems": [problem.as_dict() for problem in found.problems],
    }
