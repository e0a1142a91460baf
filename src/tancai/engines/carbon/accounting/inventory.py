"""A case computed: every stream, the categories, the total, what is stated beside it, and what was doubtful."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon import ENGINE_VERSION, tables
from tancai.engines.carbon.accounting.allowance import estimate
from tancai.engines.carbon.accounting.building import Builder, Refused
from tancai.engines.carbon.accounting.case import Case, Process
from tancai.engines.carbon.accounting.kinds import CATEGORIES, PURCHASED
from tancai.engines.carbon.accounting.streams import Stream
from tancai.engines.carbon.errors import CarbonError, Place, Problem
from tancai.engines.carbon.tree import Node, UnitError, leaf, product, record, total, walk

CO2E = "tCO2e"


@dataclass(frozen=True)
class Line:
    """A stream and what it emits; ``counted`` in the total, else stated beside it."""

    stream: Stream
    node: Node
    category: str
    counted: bool

    @property
    def emission(self) -> float:
        """With its sign in the total, tCO2e."""
        return self.stream.kind.sign * self.node.value


@dataclass(frozen=True)
class Balance:
    """A process stage: carbon in less carbon out as CO2 (steel guide eq. 2)."""

    process: Process
    node: Node


@dataclass
class Inventory:
    """The result of a case. ``total`` rounds to whole tonnes as the forms ask; ``complete``: no data fell out."""

    case: Case
    lines: list[Line]
    categories: dict[str, Node]
    total: Node
    beside: dict[str, Node]
    balances: list[Balance]
    rest: Node | None
    intensities: list[Node]
    indicators: list[Node]
    problems: list[Problem] = field(default_factory=list)
    allowance: list[Node] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not any(problem.level == "refused" for problem in self.problems)

    def line(self, stream: str) -> Line | None:
        return next((line for line in self.lines if line.stream.id == stream), None)


def account(case: Case) -> Inventory:
    """Compute a case. A stream that cannot be computed is left out and named in ``problems``.

    Raises CarbonError when no stream is left.
    """
    problems = list(case.problems)
    lines = []
    for stream in case.streams:
        node = _build(stream, case, problems.append)
        if node is not None:
            lines.append(_line(stream, node, case, problems))
    lines.sort(key=lambda line: line.stream.id)
    if not lines and not case.processes:
        raise CarbonError(
            [p for p in problems if p.level == "refused"] or Problem("no_streams", place=Place(case.name))
        )
    _one_series(lines, case, problems)
    lost = len({p.place.field.partition(",")[0] for p in problems if p.level == "refused"})
    if lost:
        problems.append(Problem("incomplete", "doubtful", Place(case.name), {"count": lost}))
    categories, beside = _categories(lines)
    whole = _total(categories)
    balances = _balances(case, problems)
    outputs = _outputs(case)
    allowance = _allowance(case, whole, outputs, problems)
    return Inventory(
        case,
        lines,
        categories,
        whole,
        beside,
        balances,
        _rest(whole, balances),
        _intensities(outputs, whole),
        _indicators(lines),
        _once(problems),
        allowance,
    )


def _build(stream: Stream, case: Case, note: Callable[[Problem], None]) -> Node | None:
    try:
        return stream.kind.build(Builder(stream, case.method, note))
    except Refused:
        return None
    except UnitError as error:
        note(Problem("units_do_not_fit", "refused", stream.place, {"wanted": "tCO2", "why": str(error)}))
        return None


def _line(stream: Stream, node: Node, case: Case, problems: list[Problem]) -> Line:
    rules = case.method.rules
    category = stream.kind.category
    counted = stream.counted and category != "biogenic"
    if rules["kinds"] and stream.kind.code.removesuffix("_export") not in rules["kinds"]:
        params = {"guide": rules["title"], "kind": stream.kind.label}
        problems.append(Problem("kind_outside", "doubtful", stream.place, params))
        counted = False
    if category in PURCHASED and rules["purchased"] == "auxiliary":
        counted = False
    if stream.kind.code in rules.get("auxiliary_kinds", ()):
        counted = False
    return Line(stream, node, category, counted)


def _one_series(lines: list[Line], case: Case, problems: list[Problem]) -> None:
    """Electricity factors of different series in one report: every stream counts, but somebody must settle it."""
    found = {
        tables.rows("electricity")[int(node.key.split("/")[1]) - 2]["series"]
        for line in lines
        if any(one.name == "series" for one in line.stream.kind.fields)
        for node in walk(line.node)
        if node.key.startswith("electricity/")
    }
    if len(found) > 1:
        params = {"series": ", ".join(sorted(found))}
        problems.append(Problem("electricity_mixed", "refused", Place(case.name, 0, "electricity"), params))


def _categories(lines: list[Line]) -> tuple[dict[str, Node], dict[str, Node]]:
    counted: dict[str, Node] = {}
    beside: dict[str, Node] = {}
    for name, (_, label) in CATEGORIES.items():
        for chosen, into in ((True, counted), (False, beside)):
            some = [line for line in lines if line.category == name and line.counted == chosen]
            if some:
                signs = [line.stream.kind.sign for line in some]
                nodes = [line.node for line in some]
                key = name if chosen else f"beside.{name}"
                into[name] = total(key, nodes, CO2E, label, signs=signs, formula="Σ", digits=2)
    return counted, beside


def _total(categories: dict[str, Node]) -> Node:
    names = list(categories)
    signs = [CATEGORIES[name][0] for name in names]
    letters = {
        "combustion": "E_燃烧",
        "process": "E_过程",
        "electricity": "E_购入电",
        "heat": "E_购入热",
        "recovered": "R_CO2回收",
        "exported_electricity": "E_输出电",
        "exported_heat": "E_输出热",
    }
    formula = " ".join(
        f"{'+' if sign > 0 else '−'} {letters[n]}" for n, sign in zip(names, signs, strict=True)
    )
    return total(
        "total",
        list(categories.values()),
        CO2E,
        "排放总量|total emissions",
        signs=signs,
        formula=formula.removeprefix("+ "),
        source="GB/T 32150",
        confidence="V2",
        digits=0,
    )


def _balances(case: Case, problems: list[Problem]) -> list[Balance]:
    found = []
    for process in case.processes:
        nodes = []
        for side, streams in ((1, process.inputs), (-1, process.outputs)):
            nodes += [(side, _build(stream, case, problems.append)) for stream in streams]
        if any(node is None for _, node in nodes):
            continue
        parts = [node for _, node in nodes if node is not None]
        signs = [side for side, _ in nodes]
        formula = "Σ 投入碳 − Σ 产出碳"
        node = total(
            f"process.{process.id}", parts, CO2E, process.name, signs=signs, formula=formula, digits=2
        )
        found.append(Balance(process, node))
    return found


def _rest(whole: Node, balances: list[Balance]) -> Node | None:
    if not balances:
        return None
    parts = [whole, *(balance.node for balance in balances)]
    return total(
        "rest",
        parts,
        CO2E,
        "其他（企业层级减各工序）|rest (enterprise less processes)",
        signs=[1, *[-1] * len(balances)],
        formula="E_企业 − Σ E_工序",
        digits=2,
    )


def _allowance(case: Case, whole: Node, outputs: dict[str, Node], problems: list[Problem]) -> list[Node]:
    if case.allowance is None:
        return []
    place = Place(case.name, 0, "allowance")
    missing = [name for name in case.allowance.outputs.values() if name and name not in outputs]
    if missing:
        params = {"value": ", ".join(missing), "table": "production"}
        problems.append(Problem("factor_unknown", "doubtful", place, params))
        return []
    try:
        return estimate(case.allowance, whole, outputs)
    except UnitError as error:
        problems.append(Problem("units_do_not_fit", "doubtful", place, {"wanted": "tCO2", "why": str(error)}))
        return []


def _outputs(case: Case) -> dict[str, Node]:
    """Production by id."""
    return {
        one.id: leaf(
            f"production.{one.id}",
            math.fsum(one.amount.values),
            one.amount.unit,
            one.name,
            source=one.amount.source,
            digits=2,
        )
        for one in case.products
    }


def _intensities(outputs: dict[str, Node], whole: Node) -> list[Node]:
    found = []
    for name, amount in outputs.items():
        at = amount.unit.text
        per = at if at.isalnum() and at[0].isalpha() else f"({at})"
        label = f"{amount.label}排放强度|emission intensity of {amount.label}"
        if amount.value:
            found.append(
                product(
                    f"intensity.{name}",
                    [whole, amount],
                    f"tCO2e/{per}",
                    label,
                    powers=[1, -1],
                    formula="E / Q",
                    digits=4,
                )
            )
    return found


def _indicators(lines: list[Line]) -> list[Node]:
    """Carbide-slag substitution rate of a clinker line (allocation draft 2026, note 5 to table 2-3; V1)."""
    slag = [line.node for line in lines if line.stream.values.get("material") in ("carbide_slag", "电石渣")]
    clinker = [line.node for line in lines if line.stream.kind.code == "clinker"]
    if not slag or not clinker:
        return []
    return [
        product(
            "carbide_slag_rate",
            [
                total("carbide_slag", slag, "tCO2", "电石渣扣减|carbide slag deduction"),
                total("clinker", clinker, "tCO2", "熟料过程排放|clinker process emission"),
            ],
            "%",
            "电石渣替代率|carbide slag substitution rate",
            powers=[1, -1],
            formula="(电石渣 × 扣减系数) / (熟料 × EF)",
            source="2026年度方案征求意见稿表2-3注5|2026 draft plan, note 5 to table 2-3",
            confidence="V1",
            digits=2,
        )
    ]


def _once(problems: list[Problem]) -> list[Problem]:
    seen, found = set(), []
    for problem in problems:
        mark = (problem.code, problem.place, problem.message())
        if mark not in seen:
            seen.add(mark)
            found.append(problem)
    return found


def monthly(inventory: Inventory) -> dict[str, tuple[float, ...]]:
    """Emissions of every stream by month in tCO2e, with sign; streams given for the year only are left out.

    A month is computed from that month's figures. With two monthly factors of one stream the months may sum to slightly
    more or less than the year, which is computed from the weighted means.
    """
    found = {}
    for line in inventory.lines:
        if not line.stream.monthly:
            continue
        values = []
        for number in range(1, 13):
            node = _build(line.stream.month(number), inventory.case, lambda problem: None)
            values.append(math.nan if node is None else line.stream.kind.sign * node.value)
        found[line.stream.id] = tuple(values)
    return found


def _finite(series: dict[str, tuple[float, ...]]) -> dict[str, list[float | None]]:
    return {name: [v if math.isfinite(v) else None for v in values] for name, values in series.items()}


def record_of(inventory: Inventory, language: str = "en") -> dict[str, Any]:
    """The inventory as plain values for JSON, with what is needed to compute it again."""
    case = inventory.case
    return {
        "schema": "tancai-carbon-inventory/1",
        "engine": {"name": "tancai.engines.carbon", "version": ENGINE_VERSION},
        "tables": tables.versions(),
        "input": {"file": case.name, "sha256": case.digest, "files": case.files},
        "enterprise": case.enterprise,
        "year": case.year,
        "method": {
            "guide": case.method.guide,
            "title": case.method.title,
            "version": case.method.rules["version"],
            "confidence": case.method.rules["confidence"],
            "gwp": case.method.gwp,
            "fuels": case.method.fuels,
            "purchased": case.method.rules["purchased"],
        },
        "complete": inventory.complete,
        "total": record(inventory.total, language),
        "beside": {name: record(node, language) for name, node in inventory.beside.items()},
        "streams": [
            {
                "id": line.stream.id,
                "name": line.stream.name,
                "kind": line.stream.kind.code,
                "category": line.category,
                "counted": line.counted,
                "emission": line.emission,
            }
            for line in inventory.lines
        ],
        "monthly": _finite(monthly(inventory)),
        "processes": [record(balance.node, language) for balance in inventory.balances],
        "rest": record(inventory.rest, language) if inventory.rest else None,
        "intensities": [record(node, language) for node in inventory.intensities],
        "allowance": [record(node, language) for node in inventory.allowance],
        "indicators": [record(node, language) for node in inventory.indicators],
        "problems": [problem.as_dict() for problem in inventory.problems],
    }
