"""Monthly figures on a sheet: the template of a workbook, and what a filled sheet would change. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tancai.engines.bilingual import said
from tancai.engines.carbon.accounting.kinds import KINDS, Field
from tancai.engines.carbon.numbers import BadNumber, number
from tancai.engines.carbon.units import UnitError, unit
from tancai.labs.benches.accounting.names import MONTHS, Row, Values, rows_of

HEADINGS = ("序号", "排放源", "项目", "单位", *(f"{month}月" for month in MONTHS))
NUMBER, NAME, ITEM, UNIT = HEADINGS[:4]


@dataclass(frozen=True)
class Finding:
    """What is wrong with a line: ``code``: ``no_row``, ``no_item``, ``unit``, ``number``, ``missing``."""

    line: int
    code: str
    column: str = ""
    given: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class Change:
    """A line of the sheet taken over: twelve figures of one field of one row."""

    line: int
    row: int
    item: str
    unit: str
    months: tuple[str, ...]
    replaces: bool


@dataclass
class Look:
    """A dry run: what would be taken over and what not."""

    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def values(self) -> dict[str, str]:
        """The values of a work that taking over writes."""
        found: dict[str, str] = {}
        for one in self.changes:
            at = f"s.{one.row}.{one.item}"
            found |= {f"{at}.by": "months", f"{at}.unit": one.unit}
            found |= {f"{at}.m.{month}": text for month, text in zip(MONTHS, one.months, strict=True)}
        return found


def label(asked: Field) -> str:
    """The Chinese name of a figure, as sheets have it for everybody."""
    return str(said(asked.label, "zh"))


def _quantities(row: Row) -> Iterator[Field]:
    kind = KINDS.get(row.text("kind"))
    return (asked for asked in (kind.fields if kind else ()) if asked.what == "quantity")


def template(values: Values) -> list[list[str]]:
    """A line for every figure of every row that has one or is usually given by month, filled with what is there."""
    lines = []
    for row in rows_of(values, "s"):
        for asked in _quantities(row):
            if not (asked.required or asked.name == "amount" or row.given(asked.name)):
                continue
            months = [str(one) for one in row.months(asked.name)] if row.monthly(asked.name) else [""] * 12
            at = row.text(f"{asked.name}.unit") or asked.units[0]
            lines.append([str(row.number), row.text("name"), label(asked), at, *months])
    return lines


def look(lines: Sequence[tuple[int, Mapping[str, str]]], values: Values) -> Look:
    """A filled sheet against the workbook: lines are (number on the sheet, cells by heading)."""
    found = Look()
    rows = {row.number: row for row in rows_of(values, "s")}
    by_name = {row.text("name"): row for row in rows.values() if row.text("name")}
    for line, cells in lines:
        row = _row(cells, rows, by_name)
        if row is None:
            given = cells.get(NUMBER, "") or cells.get(NAME, "")
            found.findings.append(Finding(line, "no_row", NUMBER, given))
            continue
        _line(found, line, cells, row)
    return found


def _row(cells: Mapping[str, str], rows: Mapping[int, Row], by_name: Mapping[str, Row]) -> Row | None:
    given = cells.get(NUMBER, "").strip()
    name = cells.get(NAME, "").strip()
    if given.isdecimal() and int(given) in rows:
        return rows[int(given)]
    return by_name.get(name)


def _line(found: Look, line: int, cells: Mapping[str, str], row: Row) -> None:
    given = cells.get(ITEM, "").strip()
    asked = next((one for one in _quantities(row) if given in (one.name, label(one))), None)
    if asked is None:
        found.findings.append(Finding(line, "no_item", ITEM, given))
        return
    months = tuple(cells.get(f"{month}月", "").strip() for month in MONTHS)
    if not any(months):
        return
    at = cells.get(UNIT, "").strip()
    faults = list(_faults(line, at, asked.units, months))
    if faults:
        found.findings += faults
        return
    found.changes.append(Change(line, row.number, asked.name, at, months, row.given(asked.name)))


def _faults(line: int, at: str, units: Sequence[str], months: Sequence[str]) -> Iterator[Finding]:
    try:
        fits = any(unit(at).fits(unit(one)) for one in units) if at else False
    except UnitError:
        fits = False
    if not fits:
        yield Finding(line, "unit", UNIT, at, "、".join(units))
    for month, text in zip(MONTHS, months, strict=True):
        if not text:
            yield Finding(line, "missing", f"{month}月")
            continue
        try:
            if number(text) < 0:
                yield Finding(line, "number", f"{month}月", text)
        except BadNumber:
            yield Finding(line, "number", f"{month}月", text)
