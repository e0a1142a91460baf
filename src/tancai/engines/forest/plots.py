"""Plot files: tallies of trees or culms, or stand volumes, to biomass and carbon per hectare.

A line that cannot be used takes its whole plot out of the survey, and says so: a gap in a tally would bias the mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tancai.engines.carbon.errors import Place, Problem
from tancai.engines.carbon.reading import Source, Table
from tancai.engines.forest import biomass, tables
from tancai.engines.forest.reading import Facts, Lines, cell, csv_lines, figure
from tancai.engines.forest.tree import Node, calc, leaf, total

METHODS = ("allometry", "volume", "stand", "culm")


@dataclass(frozen=True)
class Method:
    """How plots become biomass. ``equations`` for allometry; ``carbon``: above and below ground, tC/t."""

    name: str
    species: str
    equations: str
    carbon: tuple[Node, Node]
    root: Node | None
    plot_area: float
    root_zone: str = ""


@dataclass(frozen=True)
class Plot:
    """Per hectare: dry mass above and below ground (t), carbon (tC)."""

    id: str
    stratum: str
    above: Node
    below: Node
    carbon: Node


@dataclass
class Survey:
    file: str
    digest: str
    plots: list[Plot] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def of(self, stratum: str) -> list[Plot]:
        return sorted((plot for plot in self.plots if plot.stratum == stratum), key=lambda plot: plot.id)


def read_method(table: Table, facts: Facts) -> Method | None:
    """The ``[biomass]`` table."""
    species = table.text("species", required=True)
    name = table.text("method", choices=METHODS, required=True)
    equations = table.text("equations")
    area = figure(table, "plot_area", "ha", positive=True, bounds={"ha": (0.0, 1.0)}) or 0.0
    if name in ("allometry", "culm") and not area:
        table.problem("missing", "plot_area")
    root: Node | None = None
    if (value := figure(table, "root_ratio", "1", bounds={"1": (0.01, 5.0)})) is not None:
        root = leaf("root", value, source=str(table.place("root_ratio")))
    zone = table.text("root_zone", choices=tables.choices("root_ratio", "zone"))
    ipcc = name == "volume" and equations == biomass.IPCC
    carbon = _carbon(table, facts, species, "ipcc" if ipcc else name, equations)
    if ipcc:
        row = facts.row(table, "species", species, "expansion", factor="S", group=species)
        if row is not None and root is None and not zone:
            table.problem("needs_field", "root_zone", value="root_zone, root_ratio")
    elif name == "allometry":
        if not biomass.organs(species, equations):
            choices = ", ".join(biomass.sets(species)) or "–"
            table.problem("no_equation", "equations", species=species, value=equations, choices=choices)
        for row in tables.find_all("allometry", species=species, equations=equations):
            if not facts.allows(
                table, "equations", equations, f"{species} {equations}", row.confidence, row.source
            ):
                break
    elif name == "volume":
        facts.row(table, "species", species, "species", species=species)
    elif name == "stand":
        facts.row(table, "species", species, "stand", species=species)
    elif root is None:
        row = tables.the("bamboo", name="root_ratio")
        facts.allows(table, "root_ratio", "root_ratio", f"R {row['value']}", row.confidence, row.source)
        root = row.leaf("root")
    table.leftovers()
    if table.failed or carbon is None:
        return None
    return Method(name, species, equations, carbon, root, area, zone)


def _carbon(
    table: Table, facts: Facts, species: str, method: str, equations: str
) -> tuple[Node, Node] | None:
    if (value := figure(table, "carbon_fraction", "tC/t", bounds={"tC/t": (0.35, 0.60)})) is not None:
        node = leaf("cf", value, "tC/t", "含碳率|carbon fraction", source=str(table.place("carbon_fraction")))
        return node, node
    if method == "allometry" and (row := tables.find("organ_carbon", species=species, equations=equations)):
        return row.leaf("cf.above", "above", "tC/t"), row.leaf("cf.below", "below", "tC/t")
    if method == "culm":
        row = tables.the("bamboo", name="carbon_fraction")
    elif method == "ipcc":
        group = tables.find("carbon_fraction", group=species)
        row = group if group is not None else tables.the("constants", name="cf_default")
        facts.allows(table, "species", species, f"CF {species}", row.confidence, row.source)
    elif found := tables.find("species", species=species):
        facts.allows(table, "species", species, f"CF {species}", found.confidence, found.source)
        node = found.leaf("cf", "cf", "tC/t")
        return node, node
    else:
        row = tables.the("constants", name="cf_default")
    node = row.leaf("cf", at="tC/t", label="含碳率|carbon fraction")
    return node, node


def columns_of(method: Method) -> list[str]:
    """Columns of a plot file by method; the first two name plot and stratum."""
    found = {
        "allometry": ["plot", "stratum", "dbh_cm", "height_m", "count"],
        "culm": ["plot", "stratum", "dbh_cm", "age_du", "count"],
    }.get(method.name, ["plot", "stratum", "volume_m3_ha"])
    wants = biomass.needs(method.species, method.equations) if method.name == "allometry" else frozenset()
    if method.name == "allometry" and "height" not in wants:
        found.remove("height_m")
    return [*found, "crown_m"] if "crown" in wants else found


def read_survey(table: Table, key: str, methods: Mapping[str, Method]) -> Survey | None:
    """The plot file named by ``key``: columns by the method of each stratum, plots by name."""
    columns = {name: columns_of(method) for name, method in methods.items()}
    wanted = list(dict.fromkeys(one for own in columns.values() for one in own))
    lines = csv_lines(table, key, wanted, ("height_m", "crown_m", "note"))
    if lines is None:
        return None
    found = Survey(lines.name, lines.digest)
    tallies, homes, bad = _gathered(table.source, lines, columns)
    for name, rows in sorted(tallies.items()):
        if name in bad:
            found.left_out.append(name)
            first = rows[0][0] if rows else 0
            table.source.problems.append(
                Problem("plot_left_out", place=Place(lines.name, first, name), params={"value": name})
            )
            continue
        plot = _plot(table.source, lines, name, homes[name], rows, methods[homes[name]])
        if plot is None:
            found.left_out.append(name)
        else:
            found.plots.append(plot)
    table.failed |= bool(found.left_out)
    return found


_LIMITS = {
    "dbh_cm": (lambda x: 0 < x <= 200, "diameter_range"),
    "height_m": (lambda x: 1.3 <= x <= 80, "height_range"),
    "crown_m": (lambda x: 0 < x <= 80, "height_range"),
    "age_du": (lambda x: 0 < x <= 10, "count_range"),
    "count": (lambda x: x == int(x), "count_range"),
    "volume_m3_ha": (lambda x: x <= 2000, "volume_range"),
}
Tallies = dict[str, list[tuple[int, dict[str, float]]]]


def _gathered(
    source: Source, lines: Lines, columns: Mapping[str, list[str]]
) -> tuple[Tallies, dict[str, str], set[str]]:
    tallies: Tallies = {}
    homes: dict[str, str] = {}
    bad: set[str] = set()
    for line, cells in lines.rows:
        name, home = cells.get("plot", ""), cells.get("stratum", "")
        if home not in columns:
            params = {"value": home, "choices": ", ".join(columns)}
            source.problems.append(
                Problem("stratum_unknown", place=Place(lines.name, line, "stratum"), params=params)
            )
            bad.add(name)
            tallies.setdefault(name, [])
            continue
        if homes.setdefault(name, home) != home:
            source.problems.append(
                Problem("plot_two_strata", place=Place(lines.name, line, "stratum"), params={"value": name})
            )
            bad.add(name)
        figures: dict[str, float] = {}
        for column in columns[home][2:]:
            inside, code = _LIMITS[column]
            value = cell(source, lines, line, cells, column, inside, code)
            if value is None:
                bad.add(name)
            else:
                figures[column] = value
        if "" in cells:
            bad.add(name)
        tallies.setdefault(name, []).append((line, figures))
    return tallies, homes, bad


def _plot(
    source: Source,
    lines: Lines,
    name: str,
    home: str,
    rows: list[tuple[int, dict[str, float]]],
    method: Method,
) -> Plot | None:
    try:
        above, below = _masses(name, rows, method)
    except biomass.OutOfRange:
        value = ", ".join(f"{figures['dbh_cm']:g}" for _, figures in rows)
        source.problems.append(
            Problem("extrapolated", place=Place(lines.name, rows[0][0], name), params={"value": value})
        )
        return None
    carbon = calc(
        f"plot.{name}.carbon",
        "CFa * B + CFb * R",
        {"CFa": method.carbon[0], "B": above, "CFb": method.carbon[1], "R": below},
        "tC/ha",
        f"样地 {name} 碳密度|carbon density of plot {name}",
        source="AR-TOOL14, E3",
    )
    return Plot(name, home, above, below, carbon)


def _masses(name: str, rows: list[tuple[int, dict[str, float]]], method: Method) -> tuple[Node, Node]:
    if method.name == "volume" and method.equations == biomass.IPCC:
        above = biomass.expanded(method.species, math.fsum(row["volume_m3_ha"] for _, row in rows))
        root = method.root or biomass.ipcc_root(method.root_zone, above.value).leaf(
            "root", label="根茎比|root ratio"
        )
        return above, _rooted(above, root)
    if method.name == "volume":
        above, below, _ = biomass.from_volume(
            method.species, math.fsum(row["volume_m3_ha"] for _, row in rows)
        )
        return above, _rooted(above, method.root) if method.root else below
    if method.name == "stand":
        whole = biomass.stand(method.species, math.fsum(row["volume_m3_ha"] for _, row in rows))
        return whole, leaf("below", 0.0, "t/ha", "已含地下部分|below ground is part of it")
    area = leaf("plot.area", method.plot_area, "ha", "样地面积|plot area")
    above_parts: dict[str, Node] = {}
    below_parts: dict[str, Node] = {}
    for line, row in rows:
        n = leaf(f"count.{line}", row["count"], "1", "株数|trees")
        if method.name == "culm":
            above_parts[f"m{line}"] = calc(
                "mass", "n * m", {"n": n, "m": biomass.bamboo_culm(row["dbh_cm"], row["age_du"])}, "kg"
            )
            continue
        for organ in biomass.organs(method.species, method.equations):
            one = biomass.allometric(
                method.species,
                method.equations,
                organ,
                row["dbh_cm"],
                row.get("height_m", math.nan),
                row.get("crown_m", math.nan),
            )
            part = calc(
                f"mass.{line}.{organ}", "n * m", {"n": n, "m": one}, "kg", f"{_class(row)} × {row['count']:g}"
            )
            (below_parts if organ == "below" else above_parts)[f"m{line}_{organ}"] = part
    above = _density(name, "above", above_parts, area)
    if not below_parts:
        return above, _rooted(above, method.root)
    return above, _density(name, "below", below_parts, area)


def _class(row: Mapping[str, float]) -> str:
    return f"D {row['dbh_cm']:g}" + (f" H {row['height_m']:g}" if "height_m" in row else "")


def _density(name: str, part: str, masses: Mapping[str, Node], area: Node) -> Node:
    words = {"above": "地上生物量|above-ground biomass", "below": "地下生物量|below-ground biomass"}[part]
    whole = total(f"plot.{name}.{part}.mass", dict(masses), "kg", "样地合计|plot total")
    return calc(
        f"plot.{name}.{part}", "M / a", {"M": whole, "a": area}, "t/ha", words, source="AR-TOOL14, E1"
    )


def _rooted(above: Node, root: Node | None) -> Node:
    ratio = root or leaf(
        "root",
        biomass.root_ratio(above.value),
        "1",
        "根茎比|root ratio",
        source="AR-TOOL14, E8",
        confidence="V2",
    )
    return calc("below", "B * R", {"B": above, "R": ratio}, "t/ha", "地下生物量|below-ground biomass")
