"""A case file of ``tancai carbon account`` as the values of a work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tancai.engines.carbon.accounting.case import monthly_csv
from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.engines.carbon.accounting.plan import PRODUCTION
from tancai.labs.benches.accounting.beside import beside_of, places_of, tables_in
from tancai.labs.benches.accounting.names import ABOUT, BOUNDARY, ENTERPRISE, PLAN, SPREADS
from tancai.labs.benches.figures import split


def values_of(case: dict[str, Any], months: Sequence[bytes] = ()) -> dict[str, Any]:
    """The values of a work from a case file as read (``reading.Source.values``), with its monthly CSV files.

    Parts that a workbook has no place for (process stages, allowance) are left out; ``left`` names them.
    """
    found = _figures_of(case, months)
    taken, _ = beside_of(case, found, places_of(case))
    return found | taken


def _figures_of(case: dict[str, Any], months: Sequence[bytes]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table, names in (("enterprise", ENTERPRISE), ("boundary", BOUNDARY)):
        given = case.get(table)
        for one in names:
            value = given.get(one) if isinstance(given, dict) else None
            if value:
                found[f"{table}.{one}"] = (
                    "\n".join(map(str, value)) if isinstance(value, list) else str(value)
                )
    found |= _method(case)
    spreads = case.get("uncertainty")
    if isinstance(spreads, dict):
        found |= {f"u.{one}": str(spreads[one]) for one in SPREADS if one in spreads}
        if spreads.get("months") == "independent":
            found["u.months"] = True
    monthly: dict[str, dict[str, Any]] = {}
    for data in months:
        for stream, fields in monthly_csv(data, "", lambda problem: None)[1].items():
            monthly.setdefault(stream, {}).update({name: one["value"] for name, one in fields.items()})
    for k, given in enumerate(tables_in(case, "stream"), 1):
        found |= _stream(f"s.{k}", {**given, **monthly.get(str(given.get("id")), {})})
    for k, product in enumerate(tables_in(case, "production"), 1):
        found |= _product(f"p.{k}", product)
    for line in tables_in(case, "plan"):
        found |= _control(places_of(case), line)
    return found


PLACED = (
    "schema",
    "files",
    "enterprise",
    "period",
    "method",
    "boundary",
    "uncertainty",
    "stream",
    "production",
    "plan",
    "checks",
    "form",
)


def left(case: dict[str, Any]) -> list[str]:
    """Parts of a case file that ``values_of`` leaves out."""
    places = places_of(case)
    strange = [line for line in tables_in(case, "plan") if not _at(places, line)]
    _, beside = beside_of(case, _figures_of(case, ()), places)
    return [key for key in case if key not in PLACED or (key == "plan" and strange)] + beside


def _at(places: dict[str, str], line: dict[str, Any]) -> str:
    """The figure a line of the plan is about; "" when the workbook has none such."""
    row, parameter = places.get(str(line.get("stream")), ""), str(line.get("parameter", ""))
    if row.startswith("p"):
        return f"{row}.amount" if parameter == PRODUCTION else ""
    return f"{row}.{parameter}" if row and parameter else ""


def _control(places: dict[str, str], line: dict[str, Any]) -> dict[str, Any]:
    at = _at(places, line)
    return {f"{at}.plan.{one}": str(line[one]) for one in PLAN if at and line.get(one)}


def _method(case: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    period, method = case.get("period"), case.get("method")
    if isinstance(period, dict) and "year" in period:
        found["period.year"] = str(period["year"])
    if not isinstance(method, dict):
        return found
    found |= {f"method.{one}": str(method[one]) for one in ("guide", "gwp", "fuels") if one in method}
    electricity = method.get("electricity")
    if isinstance(electricity, dict):
        for key, name in (("series", "series"), ("area", "area"), ("year", "series_year")):
            if key in electricity:
                found[f"method.{name}"] = str(electricity[key])
    if isinstance(method.get("accept_uncertain"), list):
        found["method.accept_uncertain"] = [str(one) for one in method["accept_uncertain"]]
    return found


def _stream(at: str, stream: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in ("id", "name", "kind", "facility", "estimated_reason"):
        if stream.get(one):
            found[f"{at}.{one}"] = str(stream[one])
    if stream.get("counted") is False:
        found[f"{at}.counted"] = False
    if isinstance(stream.get("estimated"), list):
        found[f"{at}.estimated"] = " ".join(map(str, stream["estimated"]))
    if isinstance(stream.get("meter"), dict):
        found[f"{at}.meter"] = stream["meter"]
    kind = KINDS.get(str(stream.get("kind")))
    for asked in kind.fields if kind else ():
        if asked.name not in stream:
            continue
        value = stream[asked.name]
        if asked.what == "quantity":
            found |= _figure(f"{at}.{asked.name}", value)
        elif asked.what == "parts":
            found[f"{at}.{asked.name}"] = "\n".join(
                f"{one.get('gas', '')} {one.get('share', '')}" for one in value if isinstance(one, dict)
            )
        else:
            found[f"{at}.{asked.name}"] = value if isinstance(value, bool) else str(value)
    return found


def _product(at: str, product: dict[str, Any]) -> dict[str, Any]:
    found = {f"{at}.{one}": str(product[one]) for one in ("id", "name") if product.get(one)}
    return found | (_figure(f"{at}.amount", product["amount"]) if "amount" in product else {})


def _figure(at: str, value: Any) -> dict[str, Any]:
    """A figure as entered: number and unit apart, months one by one."""
    if not isinstance(value, dict):
        figure, unit = split(value)
        return {at: str(figure), **({f"{at}.unit": unit} if unit else {})}
    found = {f"{at}.{key}": str(value[key]) for key in ABOUT if value.get(key)}
    if isinstance(value.get("monthly"), list):
        found |= {f"{at}.by": "months", f"{at}.unit": str(value.get("unit", ""))}
        for month, one in enumerate(value["monthly"][:12], 1):
            found[f"{at}.m.{month}"] = " ".join(map(str, one)) if isinstance(one, list) else str(one)
        return found
    figure, unit = split(value.get("value", ""))
    unit = str(value.get("unit") or unit)
    return found | {at: str(figure)} | ({f"{at}.unit": unit} if unit else {})
