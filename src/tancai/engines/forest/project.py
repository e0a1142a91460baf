"""A sink project as a case file: strata, plots, pools, baseline, leakage, and the rules it chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Source, Table, from_values, read_file
from tancai.engines.forest import discount, growth, pools, tables
from tancai.engines.forest.plots import Method, Survey, read_method, read_survey
from tancai.engines.forest.reading import FRACTION, Facts, ForestError, figure, given, opened
from tancai.engines.forest.tree import Node, calc, leaf

SCHEMA = "tancai-forest-sink/1"
OWN = ("species", "equations", "root_zone")
DESCRIPTIVE = ("about", "map")
"""Tables that describe a project for its documents and its map; nothing is computed from them."""
POOLS = ("shrub", "dead_wood", "litter", "soil")


@dataclass(frozen=True)
class Rules:
    """What was chosen, with the confidence of each choice that came from the pack."""

    pack: str
    pools: tuple[str, ...]
    discount: str
    k_risk: Node
    gwp: str
    confidence: Mapping[str, str]


@dataclass
class Project:
    """``areas`` in ha by stratum; ``parts`` the optional tables as read; ``first_stock`` tCO2 with its uncertainty."""

    name: str
    rules: Rules
    years: float
    areas: dict[str, float]
    covers: dict[str, tuple[float, float]]
    pilots: dict[str, tuple[float, float]]
    method: Method
    methods: dict[str, Method]
    now: Survey | None
    first: Survey | None
    first_stock: tuple[Node, float] | None
    paired: bool
    source: Source
    forest_biomass: Node | None = None
    dead: tuple[Node, Node] | None = None
    soil: tuple[Node, Node, bool] | None = None
    fires: list[tuple[Node, Node, Node, str]] = field(default_factory=list)
    baseline: Node | None = None
    leaks: list[Node] = field(default_factory=list)
    curves: dict[str, tuple[growth.Curve, str, float]] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        return self.source.problems


def read_project(path: Path) -> Project:
    """A project from a TOML file; raises ForestError when nothing can be computed from it."""
    return project_of(read_file(path))


def project_from(
    values: dict[str, Any], folder: Path | None = None, files: Mapping[str, bytes] | None = None
) -> Project:
    """A project from plain values; plot files are taken from ``files`` by name, or looked for in ``folder``."""
    source = from_values(values)
    source.folder = folder
    source.files = dict(files or {})
    return project_of(source)


def project_of(source: Source) -> Project:
    top = opened(source, SCHEMA)
    facts = Facts(top.texts("accept_uncertain"))
    about = top.table("project")
    name = about.text("name")
    rules = _rules(about, facts)
    years = figure(about, "years", "a", required=True, positive=True, bounds={"a": (0, 100)})
    for key in DESCRIPTIVE:
        top.raw(key)
    areas, covers, pilots = _strata(top)
    method = read_method(top.table("biomass"), facts)
    if rules is None or years is None or method is None or not areas:
        if not areas:
            about.problem("no_strata")
        raise ForestError([one for one in source.problems if one.level == "refused"])
    about.leftovers()
    stocks = top.table("plots")
    methods = _methods(top, method, areas, facts)
    now = read_survey(stocks, "now", methods)
    first = read_survey(stocks, "first", methods)
    change = stocks.text("change", "independent", choices=("independent", "paired"))
    found = Project(
        name,
        rules,
        years,
        areas,
        covers,
        pilots,
        method,
        methods,
        now,
        first,
        None,
        change == "paired",
        source,
    )
    found.first_stock = _first(stocks)
    stocks.leftovers()
    _optional(top, found, facts)
    top.leftovers()
    return found


def _methods(top: Table, method: Method, areas: dict[str, float], facts: Facts) -> dict[str, Method]:
    """The method of every stratum: that of the project, or with species and equations of its own.

    A stratum whose own method cannot be used is taken out of ``areas``.
    """
    found = dict.fromkeys(areas, method)
    for table in top.tables("stratum", lambda k, one: f"stratum {one.get('id', k + 1)}"):
        own = {key: table.values[key] for key in OWN if table.values.get(key)}
        if not own or table.values.get("id") not in found:
            continue
        merged = Table(top.source, {**top.values["biomass"], **own}, table.steps, table.name)
        merged.taken |= table.values.keys()
        one = read_method(merged, facts)
        if one is None:
            del found[table.values["id"]], areas[table.values["id"]]
        else:
            found[table.values["id"]] = one
    return found


def _rules(table: Table, facts: Facts) -> Rules | None:
    code = table.text("pack", choices=list(tables.packs()), required=True)
    if not code:
        return None
    pack = tables.packs()[code]
    source = pack["reference"]
    kind = table.text("kind", "tree", choices=("tree", "bamboo"))
    if kind not in pack["kinds"]:
        table.problem("pack_outside", "kind", pack=code, value=kind)
    confidence: dict[str, str] = {}

    def of_pack(key: str) -> Any:
        value, mark = pack[key]
        confidence[key] = mark
        shown = "、".join(value) or "–" if isinstance(value, list) else str(value)
        return value if facts.allows(table, key, key, f"{key} = {shown}", mark, source) else None

    chosen = table.texts("pools") if table.has("pools") else tuple(of_pack("pools") or ())
    for one in chosen:
        if one not in POOLS:
            table.problem("unknown_choice", "pools", "doubtful", value=one, choices=", ".join(POOLS))
        elif one not in pack["optional"]:
            table.problem("no_pool", "pools", "doubtful", pack=code, value=one)
    rule = table.text("discount", choices=discount.RULES) if table.has("discount") else of_pack("discount")
    if table.has("k_risk"):
        risk = given(table, "k_risk", "1", "非持久性扣减率|non-permanence deduction")
    elif (value := of_pack("k_risk")) is not None:
        risk = leaf(
            "k_risk",
            value,
            "1",
            "非持久性扣减率|non-permanence deduction",
            source=source,
            confidence=confidence["k_risk"],
        )
    else:
        risk = None
    gwp = table.text("gwp", choices=tables.choices("gwp", "set")) if table.has("gwp") else of_pack("gwp")
    if table.failed or risk is None or not rule or not gwp:
        return None
    return Rules(code, tuple(one for one in chosen if one in pack["optional"]), rule, risk, gwp, confidence)


def _strata(
    top: Table,
) -> tuple[dict[str, float], dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    areas: dict[str, float] = {}
    covers: dict[str, tuple[float, float]] = {}
    pilots: dict[str, tuple[float, float]] = {}
    for k, table in enumerate(top.tables("stratum", lambda k, one: f"stratum {one.get('id', k + 1)}")):
        name = table.text("id", required=True) or f"{k + 1}"
        if name in areas:
            table.problem("repeated", "id", value=name)
        area = figure(table, "area", "ha", required=True, positive=True)
        before, after = figure(table, "shrub_before", "1") or 0.0, figure(table, "shrub_after", "1") or 0.0
        mean, spread = figure(table, "pilot_mean", "tC/ha"), figure(table, "pilot_sd", "tC/ha")
        for key in (*OWN, "planted", "site"):
            table.raw(key)
        table.leftovers()
        if table.failed or area is None:
            continue
        areas[name] = area
        covers[name] = (before, after)
        if mean is not None and spread is not None:
            pilots[name] = (mean, spread)
    return areas, covers, pilots


def _first(table: Table) -> tuple[Node, float] | None:
    stock = given(table, "first_stock", "tCO2", "期初碳储量|stock at the first survey")
    u = figure(table, "first_uncertainty", "1", required=stock is not None)
    return None if stock is None or u is None else (stock, u)


def _optional(top: Table, found: Project, facts: Facts) -> None:
    area = leaf("area", sum(found.areas.values()), "ha", "项目面积|project area")
    if top.has("shrub"):
        table = top.table("shrub")
        found.forest_biomass = given(
            table, "forest_biomass", "t/ha", "区域森林地上生物量|forest biomass of the region", required=True
        )
        table.leftovers()
    if top.has("dead_organic"):
        found.dead = _dead(top.table("dead_organic"), facts)
    if top.has("soil"):
        found.soil = _soil(top.table("soil"), facts)
    for table in top.tables("fire"):
        if (fire := _fire(table, facts)) is not None:
            found.fires.append(fire)
    if top.has("baseline"):
        found.baseline = _baseline(top.table("baseline"), area)
    for k, table in enumerate(top.tables("displacement"), 1):
        if (leak := _displacement(table, f"displacement.{k}")) is not None:
            found.leaks.append(leak)
    for table in top.tables("ex_ante"):
        _ex_ante(table, found, facts)


def _dead(table: Table, facts: Facts) -> tuple[Node, Node] | None:
    zone, rain = table.text("zone", required=True), table.text("rain", "any")
    table.leftovers()
    if not zone or (row := facts.row(table, "rain", zone, "dead_organic", zone=zone, rain=rain)) is None:
        return None
    return (
        row.leaf("df_dw", "df_dw", "1", "枯死木系数|dead wood factor"),
        row.leaf("df_li", "df_li", "1", "枯落物系数|litter factor"),
    )


def reference(table: Table, facts: Facts, key: str = "soil") -> Node | None:
    """SOC_REF given as a figure, or by climate and soil."""
    if table.has("reference"):
        return given(
            table,
            "reference",
            "tC/ha",
            "参考土壤碳|reference soil carbon",
            positive=True,
            bounds={"tC/ha": (1, 400)},
        )
    climate, ground = table.text("climate", required=True), table.text("soil", required=True)
    row = (
        facts.row(table, "soil", key, "soil_reference", climate=climate, soil=ground)
        if climate and ground
        else None
    )
    return (
        row.leaf(
            "soc_ref",
            at="tC/ha",
            label=f"参考土壤碳 {climate} {ground}|reference soil carbon {climate} {ground}",
        )
        if row
        else None
    )


def state(table: Table, facts: Facts, suffix: str = "") -> Node | None:
    """f_LU · f_MG · f_IN from figures, or from states of a ``region``."""
    parts = {}
    for factor in ("f_lu", "f_mg", "f_in"):
        key = factor + suffix
        value = table.values.get(key)
        if isinstance(value, str) and value[:1].isalpha():
            region = table.text("region", required=True)
            wanted = table.text(key)
            row = (
                facts.row(table, key, key, "soil_factors", factor=factor, region=region, state=wanted)
                if region
                else None
            )
            if row is None:
                return None
            parts[factor] = row.leaf(key, label=wanted)
        elif value is None:
            parts[factor] = leaf(key, 1.0)
        else:
            node = given(table, key, "1", bounds={"1": (0.2, 1.6)})
            if node is None:
                return None
            parts[factor] = node
    return calc(
        "soil.state" + suffix,
        "f_lu * f_mg * f_in",
        parts,
        "1",
        "土地利用与管理系数|land-use and management factor",
    )


def _soil(table: Table, facts: Facts) -> tuple[Node, Node, bool] | None:
    ref, before = reference(table, facts), state(table, facts)
    disturbed = figure(table, "disturbed", "1")
    table.leftovers()
    if ref is None or before is None:
        return None
    return ref, before, (disturbed or 0.0) > 0.10


def _fire(table: Table, facts: Facts) -> tuple[Node, Node, Node, str] | None:
    area = given(table, "area", "ha", "过火面积|area burnt", required=True)
    mass = given(table, "biomass", "t/ha", "过火地上生物量|biomass burnt over", required=True)
    zone = table.text("zone", "other", choices=("tropical", "other"))
    value = table.values.get("combusted")
    if isinstance(value, str) and value[:1].isalpha():
        row = facts.row(table, "combusted", "comf", "fire", name="comf", zone=table.text("combusted"))
        part = row.leaf("comf", label="燃烧因子|combustion factor") if row else None
    else:
        part = given(table, "combusted", "1", "燃烧因子|combustion factor", required=True)
    table.leftovers()
    return None if area is None or mass is None or part is None else (area, mass, part, zone)


def _baseline(table: Table, area: Node) -> Node | None:
    gain = given(table, "growth", "t/(ha·a)", "散生木年增生物量|yearly growth at full cover", required=True)
    cover = given(table, "cover", "1", "散生木郁闭度|crown cover", required=True)
    root = given(table, "root_ratio", "1", bounds={"1": (0.01, 5)}) or pools.constant("r_default")
    fraction = given(table, "carbon_fraction", "tC/t") or pools.constant("cf_default")
    table.leftovers()
    if gain is None or cover is None:
        return None
    limit = pools.constant("canopy_share").value * pools.constant("canopy_forest").value
    if cover.value >= limit:
        table.problem("cover_forest", "cover", value=f"{cover.value:g}", limit=f"{limit:g}")
        return None
    return pools.crown_cover("baseline.year", area, gain, cover, fraction, root)


def _displacement(table: Table, key: str) -> Node | None:
    area = given(table, "area", "ha", "转移面积|area displaced to", required=True)
    trees = given(table, "trees", "t/ha", "林木生物量|biomass of trees", required=True)
    shrub = given(table, "shrubs", "t/ha", "灌木生物量|biomass of shrubs", required=True)
    root = given(table, "root_ratio", "1", bounds={"1": (0.01, 5)}) or pools.constant("r_default")
    fraction = given(table, "carbon_fraction", "tC/t") or pools.constant("cf_default")
    ref = given(table, "reference", "tC/ha", "参考土壤碳|reference soil carbon", required=True)
    wide = {"1": (0.2, 1.6)}
    before = given(table, "before", "1", "转移前系数|factor before", bounds=wide) or leaf("before", 1.0)
    after = given(table, "after", "1", "转移后系数|factor after", required=True, bounds=wide)
    table.leftovers()
    if area is None or trees is None or shrub is None or ref is None or after is None:
        return None
    return pools.displacement(key, area, trees, shrub, fraction, root, ref, before, after)


def _ex_ante(table: Table, found: Project, facts: Facts) -> None:
    stratum = table.text("stratum", choices=list(found.areas), required=True)
    species, site = table.text("species", required=True), table.text("site", required=True)
    age = figure(table, "age", "a", bounds={"a": (0, 200)}) or 0.0
    row = (
        facts.row(table, "site", "growth", "growth", species=species, site=site) if species and site else None
    )
    table.leftovers()
    if row is not None and stratum and tables.find("species", species=species):
        curve = growth.Curve(row["form"], row.number("A"), row.number("k"), row.number("c"))
        found.curves[stratum] = (curve, species, age)


__all__ = ["FRACTION", "POOLS", "SCHEMA", "Project", "Rules", "project_from", "project_of", "read_project"]
