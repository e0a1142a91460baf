"""Carbon neutrality of an event or an organisation: emissions, reductions, what remains, and what offsets it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Source, Table, from_values, read_file
from tancai.engines.forest import VERSION, tables
from tancai.engines.forest.reading import Facts, ForestError, figure, opened
from tancai.engines.forest.tree import Node, calc, leaf, record, total

SCHEMA = "tancai-forest-neutrality/1"
STANDARDS = {
    "mee-2019": ("allowance", "ccer", "tanpuhui", "cdm-china", "forest"),
    "iso-14068": ("ccer", "cdm-china", "vcs", "gold-standard", "allowance"),
    "pas-2060": ("ccer", "cdm-china", "vcs", "gold-standard"),
}
"""Accepted means of offsetting (MEE notice 19/2019: V2; the others list usual programmes that meet their criteria)."""
WITHDRAWN = {"pas-2060": "PAS 2060 withdrawn 2025-11-30"}
ACTIVITIES = (
    "kWh",
    "L",
    "m3",
    "Nm3",
    "t",
    "person·km",
    "t·km",
    "item",
    "person",
    "GJ",
    "km",
    "ha",
    "m2",
    "CNY",
)
STAGES = ("", "prepare", "hold", "close")


@dataclass
class Neutrality:
    """``neutral``: units retired cover what remains, rounded up to whole tonnes."""

    name: str
    standard: str
    gross: Node
    reduced: Node
    residual: Node
    needed: Node
    retired: int
    source: Source

    @property
    def problems(self) -> list[Problem]:
        return self.source.problems

    @property
    def neutral(self) -> bool:
        return self.retired >= self.needed.value

    @property
    def complete(self) -> bool:
        return not any(problem.level == "refused" for problem in self.problems)


def read_neutrality(path: Path) -> Neutrality:
    """A case from a TOML file, computed; raises ForestError when nothing can be computed."""
    return neutrality_of(read_file(path))


def neutrality_from(values: dict[str, Any]) -> Neutrality:
    return neutrality_of(from_values(values))


def neutrality_of(source: Source) -> Neutrality:
    top = opened(source, SCHEMA)
    facts = Facts(top.texts("accept_uncertain"))
    about = top.table("subject")
    name = about.text("name", required=True)
    about.text("kind", "event", choices=("event", "organisation"))
    standard = about.text("standard", "mee-2019", choices=list(STANDARDS))
    year = about.whole("year", required=True)
    about.leftovers()
    sources: dict[str, tuple[Node, Node, Node]] = {}
    for k, table in enumerate(top.tables("source", lambda k, one: f"source {one.get('id', k + 1)}"), 1):
        if (found := _source(table, facts, f"{k}", sources)) is not None:
            sources[found[0]] = found[1]
    if not sources:
        top.problem("no_streams", "source")
        raise ForestError([one for one in source.problems if one.level == "refused"])
    reductions = _reductions(top, sources)
    units = _units(top, standard or "mee-2019", year)
    top.leftovers()
    gross = total(
        "gross",
        {f"s{k}": node for k, (node, _, _) in enumerate(sources.values())},
        "tCO2e",
        "排放总量|gross emissions",
    )
    reduced = total(
        "reduced", {f"r{k}": node for k, node in enumerate(reductions)}, "tCO2e", "减排量|reductions"
    )
    residual = calc(
        "residual", "max(0 * G, G - R)", {"G": gross, "R": reduced}, "tCO2e", "剩余排放|residual emissions"
    )
    needed = calc(
        "needed", "ceil(x)", {"x": residual}, "tCO2e", "应抵消量（向上取整）|to offset (rounded up)"
    )
    if units < needed.value:
        gap = int(needed.value) - units
        top.problem("offset_short", "unit", "doubtful", value=units, needed=int(needed.value), gap=gap)
    return Neutrality(name, standard, gross, reduced, residual, needed, units, source)


def _source(
    table: Table, facts: Facts, number: str, known: dict[str, Any]
) -> tuple[str, tuple[Node, Node, Node]] | None:
    name = table.text("id") or number
    words = table.text("name") or name
    table.text("stage", choices=STAGES)
    table.whole("scope")
    basis = table.text("factor_source")
    if name in known:
        table.problem("repeated", "id", value=name)
    amount = table.quantity("amount", ACTIVITIES, required=True)
    factor = None
    if table.has("electricity"):
        row = facts.row(table, "electricity", "electricity", "electricity", area=table.text("electricity"))
        factor = row.leaf("factor", at=row["unit"], label="电力因子|electricity factor") if row else None
    elif amount is not None:
        per = f"({amount.unit.text})"
        value = table.quantity("factor", [f"kgCO2e/{per}", f"kgCO2/{per}"], required=True)
        if value is not None:
            at = basis or str(value.place)
            factor = leaf("factor", value.values[0], value.unit.text, "排放因子|emission factor", source=at)
    table.leftovers()
    if table.failed or amount is None or factor is None:
        return None
    activity = leaf(
        f"amount.{name}",
        amount.values[0],
        amount.unit.text,
        "活动数据|activity data",
        source=str(amount.place),
    )
    node = calc(f"source.{name}", "AD * EF", {"AD": activity, "EF": factor}, "tCO2e", words)
    return name, (node, activity, factor)


def _reductions(top: Table, sources: dict[str, tuple[Node, Node, Node]]) -> list[Node]:
    found = []
    left = {name: node.value for name, (node, _, _) in sources.items()}
    for k, table in enumerate(top.tables("reduction"), 1):
        name = table.text("source", choices=list(sources), required=True)
        words = table.text("name") or f"减排 {k}|reduction {k}"
        amount = table.quantity("amount", [sources[name][1].unit.text] if name else ACTIVITIES, required=True)
        table.leftovers()
        if table.failed or amount is None or not name:
            continue
        activity = leaf(
            f"reduction.{k}.amount",
            amount.values[0],
            amount.unit.text,
            "减少的活动数据|activity avoided",
            source=str(amount.place),
        )
        node = calc(f"reduction.{k}", "AD * EF", {"AD": activity, "EF": sources[name][2]}, "tCO2e", words)
        left[name] -= node.value
        if left[name] < -1e-9:
            table.problem("reduction_more", "amount", value=name)
            continue
        found.append(node)
    return found


def _units(top: Table, standard: str, year: int | None) -> int:
    """Whole tonnes retired for this purpose under the standard; each serial once."""
    seen: set[str] = set()
    retired = 0
    for k, table in enumerate(top.tables("unit"), 1):
        serial, kind = table.text("serial", required=True), table.text("kind", required=True)
        tonnes = figure(table, "tonnes", "tCO2e", required=True)
        vintage, done = table.whole("vintage"), table.flag("retired")
        table.leftovers()
        if table.failed or tonnes is None:
            continue
        if kind not in STANDARDS[standard]:
            table.problem("unit_not_accepted", "kind", value=kind, choices=", ".join(STANDARDS[standard]))
        elif serial in seen:
            table.problem("serial_twice", "serial", value=serial)
        elif not done:
            table.problem("not_retired", "retired", "doubtful", value=serial or str(k))
        else:
            if vintage is not None and year is not None and year - vintage > 5:
                table.problem("vintage", "vintage", "doubtful", value=serial, years=5)
            retired += math.floor(tonnes + 1e-9)
        seen.add(serial)
    return retired


def record_of(found: Neutrality, language: str = "en") -> dict[str, Any]:
    return {
        "schema": "tancai-forest-neutrality-result/1",
        "engine": VERSION,
        "tables": tables.versions(),
        "input": {"file": found.source.name, "sha256": found.source.digest},
        "complete": found.complete,
        "standard": found.standard,
        "gross_tCO2e": found.gross.value,
        "reduced_tCO2e": found.reduced.value,
        "residual_tCO2e": found.residual.value,
        "to_offset_t": int(found.needed.value),
        "retired_t": found.retired,
        "neutral": found.neutral,
        "calculation": {"residual": record(found.needed, language)},
        "problems": [problem.as_dict() for problem in found.problems],
    }
