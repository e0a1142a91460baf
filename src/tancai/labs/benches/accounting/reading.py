"""A workbook as the input of the engine; every line of that input knows the value it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon.accounting.case import SCHEMA, WITH_CHECKS
from tancai.engines.carbon.accounting.kinds import KINDS, Field
from tancai.engines.carbon.accounting.plan import PRODUCTION
from tancai.engines.carbon.numbers import BadNumber, number
from tancai.engines.carbon.reading import Steps
from tancai.labs.benches.accounting.beside import beside, not_carried
from tancai.labs.benches.accounting.names import (
    ABOUT,
    BOUNDARY,
    ENTERPRISE,
    PLAN,
    SPREADS,
    Row,
    Values,
    product_id,
    rows_of,
    stream_id,
)


@dataclass
class Read:
    """``case`` has the shape of a case file; ``lines`` gives every place a number, ``names`` the value behind it."""

    case: dict[str, Any] = field(default_factory=dict)
    lines: dict[Steps, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: [""])

    def mark(self, steps: Steps, name: str) -> None:
        self.lines[steps] = len(self.names)
        self.names.append(name)

    def name_at(self, line: int) -> str:
        return self.names[line] if 0 <= line < len(self.names) else ""


def read(values: Values) -> Read:
    """The case in a work. What is not filled in is left out; what is wrong is left to the engine to name."""
    plan = Read()
    plan.case["schema"] = SCHEMA
    _texts(plan, values, "enterprise", ENTERPRISE)
    _period(plan, values)
    _method(plan, values)
    _boundary(plan, values)
    _spreads(plan, values)
    plan.case["stream"] = [_stream(plan, row, k) for k, row in enumerate(rows_of(values, "s"))]
    outputs = [row for row in rows_of(values, "p") if row.given("amount") or row.text("name")]
    plan.case["production"] = [_product(plan, row, k) for k, row in enumerate(outputs)]
    _quality(plan, values, outputs)
    entered = beside(values, plan.mark)
    marks = not_carried(values, plan.case, entered)
    if entered or marks:
        plan.case |= {"schema": WITH_CHECKS, **({"checks": entered} if entered else {})}
        plan.case |= {"form": marks} if marks else {}
    return plan


def _said(values: Values, name: str) -> str:
    found = values.get(name)
    return found.strip() if isinstance(found, str) else ""


def _texts(plan: Read, values: Values, table: str, fields: tuple[str, ...]) -> None:
    found = {one: _said(values, f"{table}.{one}") for one in fields}
    plan.case[table] = {one: text for one, text in found.items() if text}
    for one in fields:
        plan.mark((table, one), f"{table}.{one}")


def _whole(text: str) -> Any:
    """A whole number where it is one; otherwise the text, which the engine refuses by name."""
    try:
        found = number(text)
    except BadNumber:
        return text
    return int(found) if found == int(found) else text


def _period(plan: Read, values: Values) -> None:
    year = _said(values, "period.year")
    plan.case["period"] = {"year": _whole(year)} if year else {}
    plan.mark(("period", "year"), "period.year")
    plan.mark(("period",), "period.year")


def _method(plan: Read, values: Values) -> None:
    table: dict[str, Any] = {"guide": _said(values, "method.guide")}
    for one in ("gwp", "fuels"):
        if _said(values, f"method.{one}"):
            table[one] = _said(values, f"method.{one}")
    electricity: dict[str, Any] = {
        key: _said(values, f"method.{key}") for key in ("series", "area") if _said(values, f"method.{key}")
    }
    if _said(values, "method.series_year"):
        electricity["year"] = _whole(_said(values, "method.series_year"))
    if electricity:
        table["electricity"] = electricity
    accepted = values.get("method.accept_uncertain")
    if isinstance(accepted, list) and accepted:
        table["accept_uncertain"] = [str(one) for one in accepted]
    plan.case["method"] = table
    for one in ("guide", "gwp", "fuels", "accept_uncertain"):
        plan.mark(("method", one), f"method.{one}")
    for key, name in (("series", "series"), ("area", "area"), ("year", "series_year")):
        plan.mark(("method", "electricity", key), f"method.{name}")


def _boundary(plan: Read, values: Values) -> None:
    table: dict[str, Any] = {}
    for one in BOUNDARY:
        text = _said(values, f"boundary.{one}")
        if text:
            parts = [line.strip() for line in text.splitlines() if line.strip()]
            table[one] = text if one == "entity" else parts
        plan.mark(("boundary", one), f"boundary.{one}")
    if table:
        plan.case["boundary"] = table


def _spreads(plan: Read, values: Values) -> None:
    table = {one: _said(values, f"u.{one}") for one in SPREADS if _said(values, f"u.{one}")}
    if values.get("u.months") is True:
        table["months"] = "independent"
    if table:
        plan.case["uncertainty"] = table
    for one in SPREADS:
        plan.mark(("uncertainty", one), f"u.{one}")


def _stream(plan: Read, row: Row, k: int) -> dict[str, Any]:
    at, steps = f"s.{row.number}", ("stream", k)
    plan.mark(steps, f"{at}.kind")
    table: dict[str, Any] = {"id": stream_id(row), "kind": row.text("kind")}
    for one in ("name", "facility", "estimated_reason"):
        if row.text(one):
            table[one] = row.text(one)
        plan.mark((*steps, one), f"{at}.{one}")
    plan.mark((*steps, "kind"), f"{at}.kind")
    plan.mark((*steps, "id"), f"{at}.kind")
    if row.fields.get("counted") is False:
        table["counted"] = False
    if row.text("estimated"):
        table["estimated"] = [
            _whole(one) for one in row.text("estimated").replace("，", " ").replace(",", " ").split()
        ]
        plan.mark((*steps, "estimated"), f"{at}.estimated")
    meter = row.fields.get("meter")
    if isinstance(meter, dict) and meter:
        table["meter"] = meter
    kind = KINDS.get(row.text("kind"))
    for asked in kind.fields if kind else ():
        found = _field(row, asked)
        if found is not None:
            table[asked.name] = found
        plan.mark((*steps, asked.name), f"{at}.{asked.name}")
    return table


def _field(row: Row, asked: Field) -> Any:
    """A field of a kind as the engine takes it; None when nothing was entered."""
    if asked.what == "quantity":
        return figure(row, asked.name)
    if asked.what == "flag":
        return True if row.fields.get(asked.name) is True else None
    text = row.text(asked.name)
    if not text:
        return None
    if asked.what == "whole":
        return _whole(text)
    return parts(text) if asked.what == "parts" else text


def parts(text: str) -> list[dict[str, str]]:
    """A mixture, one part a line: ``CO2 20 %``."""
    found = []
    for line in text.splitlines():
        gas, _, share = line.strip().partition(" ")
        if gas:
            found.append({"gas": gas, "share": share.strip()})
    return found


def figure(row: Row, name: str) -> Any:
    """A figure with its unit, or twelve of them, and what is said about it."""
    if not row.given(name):
        return None
    about = {key: row.text(f"{name}.{key}") for key in ABOUT if row.text(f"{name}.{key}")}
    unit = row.text(f"{name}.unit")
    if row.monthly(name):
        return {"monthly": [str(one).strip() for one in row.months(name)], "unit": unit, **about}
    head, mark, width = str(row.fields.get(name)).strip().partition("±")
    whole = head.strip() if unit in ("", "1") else f"{head.strip()} {unit}"
    whole += f" ±{width}" if mark else ""
    return {"value": whole, **about} if about else whole


def _product(plan: Read, row: Row, k: int) -> dict[str, Any]:
    at, steps = f"p.{row.number}", ("production", k)
    plan.mark(steps, f"{at}.amount")
    table: dict[str, Any] = {"id": product_id(row)}
    if row.text("name"):
        table["name"] = row.text("name")
    found = figure(row, "amount")
    if found is not None:
        table["amount"] = found
    for one in ("id", "name", "amount"):
        plan.mark((*steps, one), f"{at}.{one}")
    return table


def _quality(plan: Read, values: Values, outputs: list[Row]) -> None:
    """The data-quality plan: a line for every figure of which something was written."""
    for row in rows_of(values, "s"):
        kind = KINDS.get(row.text("kind"))
        for asked in kind.fields if kind else ():
            if asked.what == "quantity":
                _control(plan, row, f"s.{row.number}.{asked.name}", stream_id(row), asked.name)
    for row in outputs:
        _control(plan, row, f"p.{row.number}.amount", product_id(row), PRODUCTION)


def _control(plan: Read, row: Row, at: str, stream: str, parameter: str) -> None:
    field_name = at.split(".", 2)[2]
    found = {one: row.text(f"{field_name}.plan.{one}") for one in PLAN}
    if not any(found.values()):
        return
    lines = plan.case.setdefault("plan", [])
    plan.mark(("plan", len(lines)), f"{at}.plan")
    kept: dict[str, Any] = {one: text for one, text in found.items() if text}
    if "calibration_months" in kept:
        kept["calibration_months"] = _whole(kept["calibration_months"])
    lines.append({"stream": stream, "parameter": parameter, **kept})
