"""A case file: the enterprise, the method, the boundary and its source streams.

Schema ``tancai-carbon-account/1`` (TOML). Every bad field is named with its line; a stream with a bad field is left out
and the others are computed. Version 2 adds ``[checks]``, the tables a verifier holds against the figures
(``verification.reading`` reads them), and ``[form]``, the marks of a collection form; neither changes a figure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tancai.engines.bilingual import said
from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting import chemicals, combustion, energy, gases, metals, minerals
from tancai.engines.carbon.accounting.allowance import Request, read_request
from tancai.engines.carbon.accounting.kinds import KINDS, Field, Kind
from tancai.engines.carbon.accounting.streams import Meter, Method, Stream, Value
from tancai.engines.carbon.errors import CarbonError, Place, Problem
from tancai.engines.carbon.reading import Given, Source, Steps, Table, from_values, read_file
from tancai.engines.carbon.tree import Spread
from tancai.engines.carbon.units import unit

SCHEMA = "tancai-carbon-account/1"
WITH_CHECKS = "tancai-carbon-account/2"
SCHEMAS = (SCHEMA, WITH_CHECKS)
GWP_SETS = ("SAR", "AR4", "AR5", "AR6")
MODULES = (chemicals, combustion, energy, gases, metals, minerals)
MONTHS = tuple(str(month) for month in range(1, 13))


@dataclass(frozen=True)
class Product:
    """An output the intensity is stated for."""

    id: str
    name: str
    amount: Given


@dataclass(frozen=True)
class Process:
    """A process stage with fuels that carry carbon in and out (steel guide, eq. 2)."""

    id: str
    name: str
    inputs: tuple[Stream, ...]
    outputs: tuple[Stream, ...]


@dataclass
class Case:
    """What was readable of a case; ``problems`` grows while it is computed."""

    name: str
    enterprise: dict[str, str]
    year: int
    method: Method
    boundary: dict[str, tuple[str, ...]]
    streams: list[Stream]
    products: list[Product]
    processes: list[Process]
    plan: list[dict[str, str]]
    digest: str
    problems: list[Problem]
    refused: int = 0
    files: dict[str, str] = field(default_factory=dict)
    plan_places: list[Place] = field(default_factory=list)
    allowance: Request | None = None


def read_case(path: Path) -> Case:
    """A case from a file. Raises CarbonError when nothing can be computed from it."""
    return case_of(read_file(path))


def case_from(values: dict[str, Any], name: str = "") -> Case:
    """A case from plain values of the same shape as the file."""
    return case_of(from_values(values, name))


def case_of(source: Source) -> Case:
    top = source.top()
    schema = top.text("schema")
    if schema not in SCHEMAS:
        raise CarbonError(
            Problem("schema", place=top.place("schema"), params={"wanted": SCHEMA, "found": schema})
        )
    if schema == WITH_CHECKS:
        top.table("checks")
        top.table("form")
    enterprise = _enterprise(top.table("enterprise"))
    year = _year(top)
    method = _method(top.table("method"), top.table("uncertainty"), year)
    if method is None:
        raise CarbonError([problem for problem in source.problems if problem.level == "refused"])
    files = _files(top, source)
    streams, refused = _streams(top, source, method, files)
    case = Case(
        source.name,
        enterprise,
        year,
        method,
        _boundary(top.table("boundary")),
        streams,
        _products(top),
        _processes(top, method),
        [],
        source.digest,
        source.problems,
        refused,
        {name: digest for name, (digest, _) in files.items()},
    )
    if top.has("allowance"):
        case.allowance = read_request(top.table("allowance"))
    for line in top.tables("plan"):
        case.plan.append({name: str(line.raw(name)) for name in line.values})
        case.plan_places.append(line.place())
    top.leftovers()
    return case


def _enterprise(table: Table) -> dict[str, str]:
    found = {
        name: table.text(name)
        for name in (
            "name",
            "code",
            "sector",
            "province",
            "address",
            "contact",
            "reporter",
            "verifier",
            "remark",
        )
    }
    table.leftovers()
    return {name: value for name, value in found.items() if value}


def _year(top: Table) -> int:
    period = top.table("period")
    year = period.whole("year", required=True)
    if year is not None and not 1990 <= year <= 2100:
        period.problem("out_of_range", "year", value=str(year), low="1990", high="2100")
        year = 0
    period.leftovers()
    return year or 0


def _boundary(table: Table) -> dict[str, tuple[str, ...]]:
    names = ("main", "auxiliary", "subsidiary", "excluded", "changes")
    found = {name: table.texts(name) for name in names}
    entity = table.text("entity")
    table.leftovers()
    return {"entity": (entity,), **found} if entity else found


def _method(table: Table, spreads: Table, year: int) -> Method | None:
    guide = table.text("guide", choices=tuple(tables.guides()), required=True)
    if not guide:
        return None
    rules = tables.guides()[guide]
    last = int(rules.get("to_year", 9999))
    if year and not rules["from_year"] <= year <= last:
        years = f"{rules['from_year']}–{'' if last == 9999 else last}"
        table.problem("guide_year", "guide", "doubtful", guide=rules["title"], years=years, year=year)
    if rules["confidence"] == "M":
        table.problem("guide_uncertain", "guide", "doubtful", guide=rules["title"])
    sets = sorted({row["set"] for row in tables.rows("fuels")})
    fuels = table.text("fuels", rules["fuels"], choices=sets)
    if fuels != rules["fuels"]:
        table.problem(
            "factor_other_guide",
            "fuels",
            "doubtful",
            value=fuels,
            other=fuels,
            guide=rules["title"],
            wanted=rules["fuels"],
        )
    electricity = table.table("electricity")
    series = electricity.text("series", "average")
    found_year = electricity.whole("year")
    method = Method(
        guide,
        table.text("gwp", rules["gwp"], choices=GWP_SETS),
        fuels,
        series,
        str(found_year or ""),
        electricity.text("area", "national"),
        table.texts("accept_uncertain"),
        _spreads(spreads),
        spreads.text("months", choices=("independent", "together")) == "independent",
    )
    electricity.leftovers()
    table.leftovers()
    return method


def _spreads(table: Table) -> dict[str, Spread]:
    kind = table.text("distribution", "normal")
    found = {}
    for name in table.values:
        if name in ("months", "distribution"):
            continue
        value = table.raw(name)
        spread = table.spread(name, str(value), kind)
        if spread is not None:
            found[name] = spread
    return found


def _label(index: int, values: dict[str, Any]) -> str:
    return f"stream {values.get('id') or index + 1}"


def _streams(
    top: Table, source: Source, method: Method, files: dict[str, tuple[str, dict[str, Any]]]
) -> tuple[list[Stream], int]:
    streams: list[Stream] = []
    refused = 0
    seen: set[str] = set()
    monthly = {name: dict(fields) for _, given in files.values() for name, fields in given.items()}
    for table in top.tables("stream", _label):
        name = str(table.values.get("id", ""))
        if name in seen:
            table.problem("repeated", "id", value=name)
        seen.add(name)
        stream = read_stream(table, method, monthly.pop(name, {}))
        if stream is None:
            refused += 1
        else:
            streams.append(stream)
    for name, fields in monthly.items():
        for found in fields.values():
            source.problems.append(Problem("csv_stream", "doubtful", found["place"], {"value": name}))
    return streams, refused


def read_stream(table: Table, method: Method, extra: dict[str, Any] | None = None) -> Stream | None:
    """One stream by the fields of its kind; None when a field was refused."""
    name = table.text("id", required=True)
    code = table.text("kind", choices=tuple(KINDS), required=True)
    if not code:
        return None
    chosen = KINDS[code]
    values: dict[str, Value] = {}
    before = len(table.source.problems)
    for one in chosen.fields:
        if extra and one.name in extra:
            values |= _from_file(table, one, extra[one.name])
            continue
        value = _field(table, one)
        if value is not None:
            values[one.name] = value
    _say_where(chosen, table.source.problems[before:])
    estimated, reason = _months_named(table, "estimated"), table.text("estimated_reason")
    stream = Stream(
        name,
        table.text("name", name),
        chosen,
        values,
        table.place(),
        table.text("facility"),
        table.flag("counted", True),
        _meter(table.table("meter", table.name)) if table.has("meter") else Meter(),
        estimated,
        reason,
        places={key: table.place(key) for key in table.values},
    )
    if len({len(value.values) for value in values.values() if isinstance(value, Given)} - {1}) > 1:
        table.problem("months_differ")
    if estimated:
        table.problem(
            "estimated", "estimated", "noted", months=", ".join(map(str, estimated)), reason=reason or "–"
        )
    table.leftovers()
    return None if table.failed else stream


def _say_where(chosen: Kind, problems: list[Problem]) -> None:
    """A unit that is wrong here may be right in another field: purchased steam in t belongs into ``steam``."""
    for problem in problems:
        if problem.code != "unit_wrong":
            continue
        at = unit(problem.params["value"])
        fitting = [one for one in chosen.fields if any(at.fits(unit(each)) for each in one.units)]
        if fitting:
            zh = "、".join(f"“{said(one.label, 'zh')}”（{one.name}）" for one in fitting)
            en = ", ".join(f"{said(one.label, 'en')} ({one.name})" for one in fitting)
            problem.params["near"] = f"；以此单位计量的请填{zh}| — a figure in this unit goes into {en}"


def _field(table: Table, one: Field) -> Value | None:
    if one.what == "quantity":
        return table.quantity(one.name, one.units, required=one.required, bounds=one.bounds)
    if one.what == "text":
        return table.text(one.name, choices=one.choices, required=one.required) or None
    if one.what == "whole":
        number = table.whole(one.name)
        return None if number is None else str(number)
    if one.what == "flag":
        return table.flag(one.name) or None
    parts = table.tables(one.name, lambda k, _: f"{table.name}, {one.name} {k + 1}")
    found = []
    for part in parts:
        gas = part.text("gas", required=True)
        share = part.quantity("share", one.units, required=True, bounds=one.bounds)
        part.leftovers()
        table.failed |= part.failed
        if gas and share:
            found.append((gas, share))
    return tuple(found) or None


def _meter(table: Table) -> Meter:
    required = table.quantity("required_accuracy", ("1",), bounds={"1": (0.0, 0.2)})
    found = table.quantity("found_error", ("1",), bounds={"1": (0.0, 0.5)})
    months = _months_named(table, "uncalibrated_months")
    meter = Meter(
        table.text("name"),
        _plain(required),
        months or (tuple(range(1, 13)) if table.flag("uncalibrated") else ()),
        _plain(found) if found else None,
    )
    table.leftovers()
    return meter


def _plain(given: Given | None) -> float:
    return 0.0 if given is None else given.values[0] * float(given.unit.factor)


def _months_named(table: Table, key: str) -> tuple[int, ...]:
    value = table.raw(key)
    if value is None:
        return ()
    months = value if isinstance(value, list) else [value]
    for month in months:
        if not isinstance(month, int) or not 1 <= month <= 12:
            table.problem("month_number", key, value=str(month))
            return ()
    return tuple(sorted(set(months)))


def _products(top: Table) -> list[Product]:
    found = []
    for table in top.tables("production", lambda k, v: f"production {v.get('id') or k + 1}"):
        name = table.text("id", required=True)
        amount = table.quantity("amount", ("t", "MWh", "GJ", "10^4Nm3", "piece", "m2", "CNY"), required=True)
        label = table.text("name", name)
        table.leftovers()
        if amount is not None and not table.failed:
            found.append(Product(name, label, amount))
    return found


def _processes(top: Table, method: Method) -> list[Process]:
    found = []
    for table in top.tables("process", lambda k, v: f"process {v.get('id') or k + 1}"):
        name = table.text("id", required=True)
        label = table.text("name", name)
        sides: dict[str, tuple[Stream, ...]] = {}
        for side in ("input", "output"):
            streams = []
            for k, one in enumerate(table.tables(side, _stage_label(name))):
                one.values.setdefault("kind", "fuel")
                one.values.setdefault("id", f"{side}{k + 1}")
                stream = read_stream(one, method)
                table.failed |= stream is None
                if stream is not None:
                    streams.append(replace(stream, id=f"{name}.{stream.id}", stage=True))
            sides[side] = tuple(streams)
        table.leftovers()
        if not table.failed:
            found.append(Process(name, label, sides["input"], sides["output"]))
    return found


def _stage_label(process: str) -> Callable[[int, dict[str, Any]], str]:
    return lambda k, values: f"process {process}, {values.get('id') or k + 1}"


def _files(top: Table, source: Source) -> dict[str, tuple[str, dict[str, Any]]]:
    """Monthly figures from CSV files named in ``[files]``: file name to (hash, stream to parameter to values)."""
    table = top.table("files")
    found = {}
    for key in list(table.values):
        name = table.text(key)
        if not name:
            continue
        if source.folder is None:
            table.problem("unreadable", key, why=name)
            continue
        try:
            data = (source.folder / name).read_bytes()
        except OSError as error:
            table.problem("unreadable", key, why=error.strerror or str(error))
            continue
        found[name] = monthly_csv(data, name, source.problems.append)
    return found


def monthly_csv(data: bytes, name: str, report: Callable[[Problem], None]) -> tuple[str, dict[str, Any]]:
    """Figures by month: columns stream, parameter, unit, 1 … 12. Gives the hash and stream → parameter → values."""
    import hashlib

    digest = hashlib.sha256(data).hexdigest()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    lines = list(csv.reader(io.StringIO(text)))
    heading = [cell.strip() for cell in lines[0]] if lines else []
    missing = [column for column in ("stream", "parameter", "unit", *MONTHS) if column not in heading]
    if missing:
        report(Problem("csv_columns", "refused", Place(name, 1), {"missing": ", ".join(missing)}))
        return digest, {}
    found: dict[str, Any] = {}
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(heading, (cell.strip() for cell in [*cells, *[""] * len(heading)]), strict=False))
        months = [row[month] for month in MONTHS]
        found.setdefault(row["stream"], {})[row["parameter"]] = {
            "place": Place(name, number, f"{row['stream']}, {row['parameter']}"),
            "value": {"unit": row["unit"], "monthly": [_cell(month) for month in months]},
        }
    return digest, found


def _cell(text: str) -> Any:
    return text.split(";") if ";" in text else text


def _from_file(table: Table, one: Field, found: dict[str, Any]) -> dict[str, Value]:
    place: Place = found["place"]
    if table.has(one.name) and not isinstance(table.values[one.name], dict):
        table.problem("csv_twice", one.name, "doubtful", value=one.name)
        value = _field(table, one)
        return {} if value is None else {one.name: value}
    about = table.raw(one.name) or {}
    lines: dict[Steps, int] = {(): place.line, (one.name,): place.line}
    source = Source(
        place.file, {one.name: {**about, **found["value"]}}, lines, "", problems=table.source.problems
    )
    inner = Table(source, source.values, (), place.field.partition(",")[0])
    given = inner.quantity(one.name, one.units, required=one.required, bounds=one.bounds)
    table.failed |= inner.failed
    return {} if given is None else {one.name: given}
