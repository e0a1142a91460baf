"""A footprint model: the unit, unit processes with flows and emissions, background factors, electricity.

Schema ``tancai-carbon-footprint/1`` (TOML). A flow is named once with one unit dimension; whoever outputs it makes it,
and a ``[[factor]]`` makes it at a cradle-to-gate factor. A bad flow is named and left out, the rest is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tancai.engines.carbon import tables
from tancai.engines.carbon.errors import CarbonError, Place, Problem
from tancai.engines.carbon.reading import Given, Source, Table, from_values, read_file
from tancai.engines.carbon.tables import Row
from tancai.engines.carbon.tree import CARBON_TO_CO2, Node, leaf, product
from tancai.engines.carbon.units import GASES, Unit, UnitError, ratio, unit

SCHEMA = "tancai-carbon-footprint/1"
GWP_SETS = ("SAR", "AR4", "AR5", "AR6")
ORIGINS = ("fossil", "biogenic", "land-use", "aircraft")
"""Stated apart (ISO 14067 clause 7; M)."""
DATA = ("site", "primary", "secondary")
ALLOCATIONS = ("none", "mass", "energy", "economic", "shares", "substitution")
QUALITY = ("time", "geography", "technology", "reliability", "completeness")
BOUNDARIES = ("cradle-to-grave", "cradle-to-gate", "gate-to-gate")
FLOW_UNITS = (
    "kg",
    "Nm3",
    "m3",
    "kWh",
    "t·km",
    "km",
    "m2",
    "piece",
    "CNY",
    "h",
    "kgCO2",
    "1",
)
RULES = ("own", "direct", "supplier", "grid")
"""Electricity, in order of preference: own plant, direct line, supplier with instrument, grid (clause 6.4.9; M)."""


@dataclass(frozen=True)
class Flow:
    """An amount of a flow in or out of a process, in ``amount.unit``."""

    flow: str
    name: str
    amount: Node
    place: Place
    stage: str = ""
    source: str = ""
    data: str = ""
    quality: tuple[float, ...] = ()
    cut: bool = False
    hazardous: bool = False
    price: Node | None = None
    energy: Node | None = None
    share: float | None = None
    role: str = "product"
    carbon: Node | None = None


@dataclass(frozen=True)
class Emission:
    """What a process itself emits, as kgCO2e; ``gas`` and ``origin`` say of what."""

    name: str
    gas: str
    origin: str
    node: Node
    place: Place
    stage: str = ""
    quality: tuple[float, ...] = ()


@dataclass(frozen=True)
class Process:
    """A unit process. ``background`` processes come from ``[[factor]]`` and ``[[electricity]]``."""

    id: str
    name: str
    stage: str
    outputs: tuple[Flow, ...]
    inputs: tuple[Flow, ...]
    emissions: tuple[Emission, ...]
    allocation: str
    place: Place
    background: bool = False
    about: dict[str, str] = field(default_factory=dict)
    quality: tuple[float, ...] = ()


@dataclass
class Model:
    name: str
    goal: dict[str, str]
    unit_kind: str
    unit_text: str
    flow: str
    amount: Node
    boundary: str
    gwp: str
    cut_single: float
    cut_total: float
    processes: list[Process]
    scenarios: list[dict[str, Any]]
    digest: str
    problems: list[Problem]
    values: dict[str, Any]


def read_model(path: Path) -> Model:
    """A model from a file. Raises CarbonError when nothing can be computed from it."""
    return model_of(read_file(path))


def model_from(values: dict[str, Any], name: str = "") -> Model:
    return model_of(from_values(values, name))


def model_of(source: Source) -> Model:
    top = source.top()
    schema = top.text("schema")
    if schema != SCHEMA:
        params = {"wanted": SCHEMA, "found": schema}
        raise CarbonError(Problem("schema", place=top.place("schema"), params=params))
    goal_table = top.table("goal")
    goal = {name: goal_table.text(name) for name in goal_table.values}
    method = top.table("method")
    gwp = method.text("gwp", "AR6", choices=GWP_SETS)
    accepted = method.texts("accept_uncertain")
    single = method.quantity("cut_single", ("1",), bounds={"1": (0.0, 0.2)})
    whole = method.quantity("cut_total", ("1",), bounds={"1": (0.0, 0.2)})
    method.leftovers()
    reader = _Reader(top, gwp, accepted)
    processes = reader.processes()
    about = top.table("unit")
    kind = about.text("kind", "declared", choices=("declared", "functional"))
    text = about.text("text", required=True)
    flow = about.text("flow", required=True)
    amount = about.quantity("amount", FLOW_UNITS, required=True)
    about.leftovers()
    if amount is None or not flow or not text:
        raise CarbonError(
            [*source.problems, Problem("no_unit", place=Place(source.name, about.place().line, "unit"))]
        )
    if not processes:
        raise CarbonError([*source.problems, Problem("no_processes", place=Place(source.name))])
    for offset in top.tables("offset"):
        source.problems.append(Problem("offsets", "doubtful", offset.place()))
    scenarios = _scenarios(top)
    boundary = top.table("boundary")
    boundary_kind = boundary.text("kind", "cradle-to-gate", choices=BOUNDARIES)
    top.leftovers()
    return Model(
        source.name,
        goal,
        kind,
        text,
        flow,
        _figure("unit.amount", amount, "参考流|reference flow"),
        boundary_kind,
        gwp,
        _plain(single, 0.01),
        _plain(whole, 0.05),
        processes,
        scenarios,
        source.digest,
        source.problems,
        source.values,
    )


def _scenarios(top: Table) -> list[dict[str, Any]]:
    found = []
    for table in top.tables("scenario", lambda k, v: f"scenario {v.get('name') or k + 1}"):
        changes = table.table("set", table.name)
        found.append({"name": table.text("name", required=True), "set": dict(changes.values)})
        table.leftovers()
    return found


def _plain(given: Given | None, default: float) -> float:
    return default if given is None else given.values[0] * float(given.unit.factor)


def _figure(key: str, given: Given, label: str) -> Node:
    """A given quantity as a leaf; twelve months count as their sum."""
    source = given.source or given.evidence
    return leaf(key, sum(given.values), given.unit, label, source=source, spread=given.spread)


class _Reader:
    """Reads the processes; a flow that cannot be read is left out of its process."""

    def __init__(self, top: Table, gwp: str, accepted: tuple[str, ...]) -> None:
        self.top = top
        self.gwp = gwp
        self.accepted = accepted
        self.seen: set[str] = set()

    def processes(self) -> list[Process]:
        found = []
        for table in self.top.tables("process", lambda k, v: f"process {v.get('id') or k + 1}"):
            one = self._process(table)
            if one is not None:
                found.append(one)
        for table in self.top.tables("factor", lambda k, v: f"factor {v.get('flow') or k + 1}"):
            one = self._factor(table)
            if one is not None:
                found.append(one)
        for table in self.top.tables("electricity", lambda k, v: f"electricity {v.get('flow') or k + 1}"):
            one = self._electricity(table)
            if one is not None:
                found.append(one)
        return found

    def _process(self, table: Table) -> Process | None:
        name = table.text("id", required=True)
        if name in self.seen:
            table.problem("repeated", "id", value=name)
        self.seen.add(name)
        stage = table.text("stage", "production")
        about = {key: table.text(key) for key in ("data", "period", "geography", "technology", "remark")}
        if about["data"] and about["data"] not in DATA:
            table.problem("unknown_choice", "data", value=about["data"], choices=", ".join(DATA))
        missing = [key for key in ("data", "period", "geography") if not about[key]]
        if missing:
            table.problem("data_incomplete", level="doubtful", missing=", ".join(missing))
        process = Process(
            name,
            table.text("name", name),
            stage,
            self._flows(table, "output", name, stage),
            self._flows(table, "input", name, stage),
            self._emissions(table, name, stage),
            table.text("allocation", "none", choices=ALLOCATIONS),
            table.place(),
            about=about,
            quality=_quality(table),
        )
        reason = table.text("allocation_reason")
        products = [one for one in process.outputs if one.role == "product"]
        if process.allocation == "economic" and len(products) > 1 and not reason:
            table.problem("allocation_order", "allocation", "doubtful")
        table.leftovers()
        if not products:
            table.problem("no_output")
        return None if table.failed or not products else process

    def _flows(self, table: Table, side: str, process: str, stage: str) -> tuple[Flow, ...]:
        found = []
        for k, one in enumerate(table.tables(side, lambda k, v: f"{table.name}, {v.get('flow') or k + 1}")):
            flow = one.text("flow", required=True)
            amount = self._amount(one, f"{process}.{side}.{k + 1}.{flow}")
            price = one.quantity("price", ("CNY/kg", "CNY/Nm3", "CNY/kWh", "CNY/piece", "CNY/m3", "CNY/m2"))
            energy = one.quantity("energy", ("MJ/kg", "MJ/Nm3", "kWh/kWh"))
            share = one.quantity("share", ("1",), bounds={"1": (0.0, 1.0)})
            carbon = one.quantity("biogenic_carbon", ("kgC/kg",), bounds={"kgC/kg": (0.0, 1.0)})
            key = f"{process}.{flow}"
            read = Flow(
                flow,
                one.text("name", flow),
                amount or leaf("", 0.0),
                one.place(),
                one.text("stage", stage),
                one.text("from"),
                one.text("data", choices=DATA),
                _quality(one),
                one.flag("cut"),
                one.flag("hazardous"),
                _figure(f"{key}.price", price, "价格|price") if price else None,
                _figure(f"{key}.energy", energy, "热值|energy content") if energy else None,
                _plain(share, 0.0) if share else None,
                one.text("role", "product", choices=("product", "waste", "avoided")),
                _figure(f"{key}.carbon", carbon, "生物碳含量|biogenic carbon") if carbon else None,
            )
            one.leftovers()
            if not one.failed and amount is not None:
                found.append(read)
        return tuple(found)

    def _amount(self, table: Table, key: str) -> Node | None:
        """The amount, or mass × distance of a transport."""
        if table.has("mass") or table.has("distance"):
            mass = table.quantity("mass", ("kg",), required=True)
            distance = table.quantity("distance", ("km",), required=True)
            if mass is None or distance is None:
                return None
            parts = [
                _figure(f"{key}.mass", mass, "质量|mass"),
                _figure(f"{key}.distance", distance, "距离|distance"),
            ]
            return product(key, parts, "t·km", "运输周转量|transport work", formula="质量 × 距离")
        given = table.quantity("amount", FLOW_UNITS, required=True)
        return None if given is None else _figure(key, given, "用量|amount")

    def _emissions(self, table: Table, process: str, stage: str) -> tuple[Emission, ...]:
        found = []
        label = lambda k, v: f"{table.name}, {v.get('gas') or v.get('fuel') or k + 1}"  # noqa: E731
        for k, one in enumerate(table.tables("emission", label)):
            origin = one.text("origin", "fossil", choices=ORIGINS)
            key = f"{process}.emission.{k + 1}"
            gas = one.text("gas", "CO2")
            node = self._burnt(one, key) if one.has("fuel") else self._gas(one, key, gas, origin)
            name = one.text("name", one.text("fuel") or gas)
            read = Emission(
                name, gas, origin, node or leaf("", 0.0), one.place(), one.text("stage", stage), _quality(one)
            )
            one.leftovers()
            if node is not None and not one.failed:
                found.append(read)
        return tuple(found)

    def _gas(self, table: Table, key: str, gas: str, origin: str) -> Node | None:
        plain = gas.removesuffix("-fossil").removesuffix("-biogenic")
        if plain not in GASES:
            table.problem("unknown_choice", "gas", value=gas, choices=", ".join(GASES))
            return None
        given = table.quantity("amount", (f"kg{plain}", "kg"), required=True)
        removal = table.flag("removal")
        if given is None:
            return None
        amount = _figure(key, given, f"{gas}排放量|amount of {gas}")
        parts = [amount]
        if given.unit.dims == unit("kg").dims:
            parts.append(leaf(f"gas/{plain}", 1.0, f"kg{plain}/kg"))
        if removal:
            parts.append(leaf("−1", -1.0, label="清除|removal"))
        if plain != "CO2e":
            row = potential(gas, origin, self.gwp)
            if row is None:
                table.problem("gas_unknown", "gas", gas=gas, gwp=self.gwp)
                return None
            if row.uncertain:
                words = f"{gas} {row['value']}"
                table.problem("factor_used_uncertain", "gas", "doubtful", value=words, source=row.source)
            words = f"{row['gas']}的GWP|GWP of {row['gas']}"
            parts.append(
                leaf(
                    f"gwp/{self.gwp}/{row['gas']}",
                    row.number(),
                    row["unit"],
                    words,
                    source=row.source,
                    confidence=row.confidence,
                )
            )
        return product(f"{key}.co2e", parts, "kgCO2e", formula="m × GWP")

    def _burnt(self, table: Table, key: str) -> Node | None:
        """CO2 of burning a fuel by the accounting formula and a table of defaults."""
        chosen = table.text("fuels", "ndrc-2015")
        name = table.text("fuel")
        row = tables.named("fuels", name, "fuel", set=chosen)
        given = table.quantity("amount", ("kg", "Nm3"), required=True)
        if row is None:
            table.problem("factor_unknown", "fuel", value=name, table=chosen)
            return None
        if given is None:
            return None
        if not given.unit.fits(unit(row["unit"])):
            table.problem("ncv_basis", "amount", factor=row["unit"], amount=given.unit.text)
            return None
        parts = [_figure(key, given, "用量|amount")]
        for column, label, at in (
            ("ncv", "低位发热量|net calorific value", row["ncv_unit"]),
            ("carbon", "单位热值含碳量|carbon content per energy", row["carbon_unit"]),
            ("oxidation_percent", "碳氧化率|oxidation rate", "%"),
        ):
            code = f"fuels/{row.line}/{column}"
            parts.append(
                leaf(code, row.number(column), at, label, source=row.source, confidence=row.confidence)
            )
        return product(f"{key}.co2", [*parts, CARBON_TO_CO2], "kgCO2e", formula="FC × NCV × CC × OF × 44/12")

    def _factor(self, table: Table) -> Process | None:
        """A background data set: so much CO2e a unit of the flow, fossil unless parts are named."""
        flow = table.text("flow", required=True)
        per = tuple(f"kgCO2e/{one}" if "·" not in one else f"kgCO2e/({one})" for one in FLOW_UNITS)
        co2 = tuple(one.replace("CO2e", "CO2") for one in per)
        value = table.quantity("value", (*per, *co2), required=True)
        parts = {origin: table.quantity(origin, per) for origin in ORIGINS[1:]}
        source = table.text("source")
        about = {key: table.text(key) for key in ("data", "period", "geography", "technology", "remark")}
        gwp = table.text("gwp", self.gwp)
        if gwp != self.gwp:
            table.problem("gwp_mixed", "gwp", "doubtful", found=gwp, wanted=self.gwp)
        illustrative = table.flag("illustrative")
        name, stage, quality = table.text("name", flow), table.text("stage", "upstream"), _quality(table)
        if value is not None:
            self._organisation_factor(table, value)
        table.leftovers()
        missing = [key for key in ("source",) if not source]
        if missing and not illustrative:
            table.problem("data_incomplete", level="doubtful", missing=", ".join(missing))
        if table.failed or value is None:
            return None
        trust = "ill." if illustrative else ""
        source = source or ("教学虚构|invented for teaching" if illustrative else "")
        emissions = []
        apart = [(origin, given) for origin, given in parts.items() if given is not None]
        one = _unit_of(value.unit)
        for origin, given in [("fossil", value), *apart]:
            node = leaf(
                f"factor.{flow}.{origin}",
                given.values[0],
                given.unit,
                f"{name}排放因子|factor of {name}",
                source=source,
                confidence=trust,
                spread=given.spread,
            )
            emissions.append(Emission(name, "CO2e", origin, node, table.place(), stage, quality))
        made = leaf(f"factor.{flow}.output", 1.0, one)
        output = Flow(flow, name, made, table.place(), stage)
        return Process(
            f"factor:{flow}",
            name,
            stage,
            (output,),
            (),
            tuple(emissions),
            "none",
            table.place(),
            True,
            about,
            quality,
        )

    def _organisation_factor(self, table: Table, value: Given) -> None:
        """A factor that is, to the digit, one for organisation inventories."""
        if not any(name == "energy" for name, _ in value.unit.dims):
            return
        plain = value.values[0] * float(value.unit.factor / unit("kgCO2e/kWh").factor)
        for row in tables.rows("electricity"):
            if row["use"] != "footprint" and abs(row.number() - plain) < 5e-7:
                table.problem("electricity_organisation", "value", value=row["value"])
                return

    def _electricity(self, table: Table) -> Process | None:
        """Grid electricity from the table of life-cycle factors, or a supplier's own with its instrument."""
        flow = table.text("flow", "electricity")
        rule = table.text("rule", "grid", choices=RULES)
        series, area = table.text("series", "footprint"), table.text("area", "national")
        year = table.whole("year")
        value = table.quantity("value", ("kgCO2e/kWh",), bounds={"kgCO2e/kWh": (0.0, 1.5)})
        instrument = table.text("instrument")
        name = table.text("name", "电力|electricity")
        quality = _quality(table)
        if series != "footprint":
            table.problem("electricity_organisation", "series", value=series)
        if rule == "grid" and value is None and not table.failed:
            rows = [
                row
                for row in tables.find_all("electricity", series="footprint")
                if area in (row["area"], row["zh"], row["en"]) and year in (None, int(row["year"]))
            ]
            if not rows:
                wanted = f"footprint {year or ''} {area}"
                table.problem("factor_unknown", "year", value=wanted, table="electricity")
                return None
            row = max(rows, key=lambda one: one["year"])
            if not self._trusted(table, row):
                return None
            node = leaf(
                f"electricity/{row.line}/value",
                row.number(),
                row["unit"],
                "电力碳足迹因子|electricity footprint factor",
                source=row.source,
                confidence=row.confidence,
            )
        else:
            if value is not None:
                self._organisation_factor(table, value)
            if value is None:
                table.problem("missing", "value")
            elif rule == "supplier" and not instrument:
                table.problem("missing", "instrument")
            table.leftovers()
            if table.failed or value is None:
                return None
            node = leaf(
                f"factor.{flow}.fossil",
                value.values[0],
                value.unit,
                name,
                source=instrument,
                spread=value.spread,
            )
        table.leftovers()
        if table.failed:
            return None
        emission = Emission(name, "CO2e", "fossil", node, table.place(), "", quality)
        output = Flow(flow, name, leaf(f"factor.{flow}.output", 1.0, "kWh"), table.place())
        about = {"rule": rule, "instrument": instrument}
        return Process(
            f"electricity:{flow}",
            name,
            "upstream",
            (output,),
            (),
            (emission,),
            "none",
            table.place(),
            True,
            about,
            quality,
        )

    def _trusted(self, table: Table, row: Row) -> bool:
        code = f"electricity:{row['series']}/{row['year']}/{row['area']}"
        params = {"value": row.name, "source": row.source, "name": code}
        if row.uncertain and code not in self.accepted:
            table.problem("factor_uncertain", "area", **params)
            return False
        if row.uncertain:
            table.problem("factor_used_uncertain", "area", "doubtful", **params)
        return True


def potential(gas: str, origin: str, gwp: str) -> Row | None:
    """The row of a gas; AR6 tells fossil methane from biogenic."""
    if gas == "CH4" and gwp == "AR6":
        gas = "CH4-biogenic" if origin == "biogenic" else "CH4-fossil"
    return tables.find("gwp", set=gwp, gas=gas)


def _quality(table: Table) -> tuple[float, ...]:
    """Scores 1 (best) to 5 for time, geography, technology, reliability, completeness."""
    value = table.raw("quality")
    if value is None:
        return ()
    scores = [value.get(name) for name in QUALITY] if isinstance(value, dict) else value
    scores = scores if isinstance(scores, list) else []
    good = [float(one) for one in scores if isinstance(one, int | float) and 1 <= one <= 5]
    if len(good) != 5 or len(scores) != 5:
        table.problem("out_of_range", "quality", value=str(value), low="1", high="5")
        return ()
    return tuple(good)


def _unit_of(factor: Unit) -> Unit:
    """The unit of the flow a factor is per."""
    for text in FLOW_UNITS:
        one = unit(text)
        for tag in ("CO2e", "CO2"):
            dims = dict(one.dims)
            wanted = {tag: 1, **{name: -power for name, power in dims.items()}}
            if dict(factor.dims) == wanted:
                return one
    raise UnitError(f"{factor} is no factor of a flow")


def convertible(source: Unit, target: Unit) -> float | None:
    try:
        return float(ratio(source, target))
    except UnitError:
        return None
