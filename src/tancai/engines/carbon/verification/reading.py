"""A report to verify: the case it was computed from, the figures it prints, and the evidence gathered.

Schema ``tancai-carbon-report/1`` (TOML). ``case`` names the case file beside it, or ``[account]`` holds its tables.
A case file of version 2 is a report too: its ``[checks]`` hold the same tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tancai.engines.carbon.accounting.case import WITH_CHECKS, case_of, read_case
from tancai.engines.carbon.accounting.inventory import Inventory, account
from tancai.engines.carbon.errors import CarbonError, Place, Problem
from tancai.engines.carbon.reading import Given, Source, Steps, Table, from_values, read_bytes, read_file

SCHEMA = "tancai-carbon-report/1"
ENERGY = ("GJ", "MWh", "tce")


@dataclass(frozen=True)
class Limits:
    """What is let pass; all are ours unless the source is named, and can be set in ``[limits]``."""

    year: float = 0.005
    month: float = 0.02
    outlier: float = 3.5
    outlier_ratio: float = 1.3
    year_on_year: float = 0.10
    factor: float = 0.15
    submeters: float = 0.05
    late_days: int = 40
    material: float = 0.05


@dataclass(frozen=True)
class Reported:
    item: str
    value: Given


@dataclass(frozen=True)
class Evidence:
    stream: str
    field: str
    name: str
    value: Given
    place: Place


@dataclass(frozen=True)
class Balance:
    """Energy in by streams (heating value × amount) and out; ``kind`` is thermal or electricity."""

    name: str
    kind: str
    streams: tuple[str, ...]
    outputs: tuple[Given, ...]
    low: float
    high: float
    place: Place


@dataclass(frozen=True)
class Calibration:
    stream: str
    meter: str
    on: date | None
    months: int
    accuracy: float
    place: Place


@dataclass
class Report:
    """Everything a verifier has on the table."""

    inventory: Inventory
    limits: Limits
    reported: list[Reported]
    evidence: list[Evidence]
    balances: list[Balance]
    calibrations: list[Calibration]
    coal_tests: list[tuple[str, str, float, Place]]
    equipment: list[tuple[str, str, Place]]
    submitted: list[tuple[int, date, Place]]
    benchmarks: list[tuple[str, float, float, str]]
    previous: dict[str, float]
    previous_output: dict[str, float]
    yearly: list[tuple[str, str, Given, Place]]
    team: dict[str, Any]
    closed: tuple[str, ...]
    digest: str
    name: str
    problems: list[Problem] = field(default_factory=list)


def read_report(path: Path) -> Report:
    """A report from a file. Raises CarbonError when there is nothing to verify."""
    return report_of(read_file(path))


def report_from(values: dict[str, Any], name: str = "", folder: Path | None = None) -> Report:
    source = from_values(values, name)
    source.folder = folder
    return report_of(source)


def report_of(source: Source, computed: Inventory | None = None) -> Report:
    """A report from a source; ``computed`` is the inventory of its case when somebody has computed it already."""
    top = source.top()
    schema = top.text("schema")
    if schema not in (SCHEMA, WITH_CHECKS):
        params = {"wanted": SCHEMA, "found": schema}
        raise CarbonError(Problem("schema", place=top.place("schema"), params=params))
    if computed is not None:
        inventory = computed
    elif schema == WITH_CHECKS:
        inventory = account(case_of(_inner(source, source.values, source.lines)))
    else:
        inventory = _inventory(top, source)
    if schema == WITH_CHECKS:
        top = top.table("checks")
    else:
        top.raw("account")
    found = Report(
        inventory,
        _limits(top.table("limits")),
        _reported(top),
        _evidence(top, inventory),
        _balances(top, inventory),
        _calibrations(top, inventory),
        _coal(top, inventory),
        [],
        [],
        _benchmarks(top),
        {},
        {},
        _yearly(top, inventory),
        {},
        top.texts("closed"),
        source.digest,
        source.name,
        source.problems,
    )
    for table in top.tables("equipment", lambda k, v: f"equipment {v.get('name') or k + 1}"):
        found.equipment.append((table.text("name", required=True), table.text("stream"), table.place()))
        table.leftovers()
    for table in top.tables("submitted", lambda k, v: f"submitted {v.get('month') or k + 1}"):
        month, on = table.whole("month", required=True), _date(table, "on")
        table.leftovers()
        if month and on:
            found.submitted.append((month, on, table.place()))
    before = top.table("previous")
    for table in before.tables("emission"):
        _previous(table, found.previous, ("tCO2e", "tCO2"))
    for table in before.tables("production"):
        _previous(table, found.previous_output, ("t", "MWh", "GJ", "10^4Nm3", "piece", "m2", "CNY"))
    before.leftovers()
    team = top.table("team")
    found.team.update(
        members=team.texts("members"), verifier=team.text("verifier"), prepared_by=team.text("prepared_by")
    )
    team.leftovers()
    top.leftovers()
    return found


def _inner(source: Source, values: dict[str, Any], lines: dict[Steps, int]) -> Source:
    """The case inside a source; its problems are its own."""
    return Source(source.name, values, lines, source.digest, source.folder, files=source.files)


def _inventory(top: Table, source: Source) -> Inventory:
    if top.has("account"):
        lines = {steps[1:]: line for steps, line in source.lines.items() if steps[:1] == ("account",)}
        return account(case_of(_inner(source, top.raw("account"), lines)))
    name = top.text("case", required=True)
    if name and name in source.files:
        brought = read_bytes(source.files[name], name)
        brought.files = source.files
        return account(case_of(brought))
    if not name or source.folder is None:
        raise CarbonError([*source.problems, Problem("report_empty", place=Place(source.name))])
    return account(read_case(source.folder / name))


def _limits(table: Table) -> Limits:
    found: dict[str, Any] = {}
    for name in ("year", "month", "year_on_year", "factor", "submeters", "material"):
        given = table.quantity(name, ("1",), bounds={"1": (0.0, 1.0)})
        if given is not None:
            found[name] = given.values[0] * float(given.unit.factor)
    days = table.whole("late_days")
    if days is not None:
        found["late_days"] = days
    table.leftovers()
    return Limits(**found)


def _reported(top: Table) -> list[Reported]:
    found = []
    for table in top.tables("reported", lambda k, v: f"reported {v.get('item') or k + 1}"):
        item = table.text("item", required=True)
        value = table.quantity("value", ("tCO2e", "tCO2"), required=True)
        table.leftovers()
        if item and value:
            found.append(Reported(item, value))
    return found


def _known(table: Table, inventory: Inventory) -> str:
    name = table.text("stream", required=True)
    if name and inventory.line(name) is None and not any(one.id == name for one in inventory.case.products):
        table.problem("evidence_stream", "stream", "doubtful", value=name)
        return ""
    return name


def _evidence(top: Table, inventory: Inventory) -> list[Evidence]:
    found = []
    for table in top.tables("evidence", lambda k, v: f"evidence {v.get('stream') or k + 1}"):
        stream = _known(table, inventory)
        parameter = table.text("field", "amount")
        line = inventory.line(stream) if stream else None
        own = line.stream.values.get(parameter) if line else None
        accepted = (
            (own.unit.text,) if isinstance(own, Given) else ("t", "10^4Nm3", "MWh", "GJ", "piece", "m2")
        )
        value = table.quantity("value", accepted, required=True)
        name = table.text("name", "结算单|invoice")
        table.leftovers()
        if stream and value is not None:
            found.append(Evidence(stream, parameter, name, value, table.place()))
    return found


def _balances(top: Table, inventory: Inventory) -> list[Balance]:
    found = []
    for table in top.tables("balance", lambda k, v: f"balance {v.get('name') or k + 1}"):
        kind = table.text("kind", "thermal", choices=("thermal", "electricity"))
        outputs = []
        for k, one in enumerate(table.tables("output")):
            given = one.quantity("value", ENERGY, required=True)
            one.text("name", str(k))
            one.leftovers()
            if given is not None:
                outputs.append(given)
        low = table.quantity("low", ("1",), bounds={"1": (0.0, 1.2)})
        high = table.quantity("high", ("1",), bounds={"1": (0.0, 1.2)})
        streams = table.texts("streams")
        name = table.text("name", kind)
        table.leftovers()
        for stream in streams:
            if inventory.line(stream) is None:
                table.problem("evidence_stream", "streams", "doubtful", value=stream)
        found.append(
            Balance(name, kind, streams, tuple(outputs), _part(low, 0.0), _part(high, 1.0), table.place())
        )
    return found


def _part(given: Given | None, default: float) -> float:
    return default if given is None else given.values[0] * float(given.unit.factor)


def _date(table: Table, key: str) -> date | None:
    value = table.raw(key)
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if value is not None:
        table.problem("history_month", key, value=str(value))
    return None


def _calibrations(top: Table, inventory: Inventory) -> list[Calibration]:
    found = []
    for table in top.tables("calibration", lambda k, v: f"calibration {v.get('stream') or k + 1}"):
        stream = _known(table, inventory)
        accuracy = table.quantity("accuracy", ("1",), required=True, bounds={"1": (0.0, 0.2)})
        on, months, meter = _date(table, "on"), table.whole("months", 12) or 12, table.text("meter", stream)
        table.leftovers()
        if stream and accuracy:
            found.append(Calibration(stream, meter, on, months, _part(accuracy, 0.0), table.place()))
    return found


def _coal(top: Table, inventory: Inventory) -> list[tuple[str, str, float, Place]]:
    found = []
    for table in top.tables("coal_test", lambda k, v: f"coal_test {v.get('stream') or k + 1}"):
        stream = _known(table, inventory)
        fuel = table.text("fuel", "bituminous_coal", choices=("lignite", "bituminous_coal", "anthracite"))
        carbon = table.quantity("carbon_daf", ("1",), required=True, bounds={"1": (0.3, 1.0)})
        table.leftovers()
        if stream and carbon:
            found.append((stream, fuel, _part(carbon, 0.0), table.place()))
    return found


def _benchmarks(top: Table) -> list[tuple[str, float, float, str]]:
    found = []
    for table in top.tables("benchmark", lambda k, v: f"benchmark {v.get('production') or k + 1}"):
        per = ("tCO2e/t", "tCO2e/MWh", "tCO2e/GJ", "tCO2e/piece", "tCO2e/m2", "tCO2e/CNY")
        low, high = table.quantity("low", per, required=True), table.quantity("high", per, required=True)
        name, source = table.text("production", required=True), table.text("source")
        table.leftovers()
        if name and low and high:
            scale = float(low.unit.factor), float(high.unit.factor)
            found.append((name, low.values[0] * scale[0], high.values[0] * scale[1], source))
    return found


def _yearly(top: Table, inventory: Inventory) -> list[tuple[str, str, Given, Place]]:
    found = []
    for table in top.tables("yearly", lambda k, v: f"yearly {v.get('stream') or k + 1}"):
        stream, parameter = _known(table, inventory), table.text("field", "amount")
        line = inventory.line(stream) if stream else None
        own = line.stream.values.get(parameter) if line else None
        accepted = (own.unit.text,) if isinstance(own, Given) else ("t", "10^4Nm3", "MWh", "GJ")
        value = table.quantity("value", accepted, required=True)
        table.leftovers()
        if stream and value:
            found.append((stream, parameter, value, table.place()))
    return found


def _previous(table: Table, into: dict[str, float], accepted: tuple[str, ...]) -> None:
    name = table.text("id", required=True)
    value = table.quantity("value", accepted, required=True)
    table.leftovers()
    if name and value:
        into[name] = value.values[0] * float(value.unit.factor)
