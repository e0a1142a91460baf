"""A workbook looked at as a verifier does: what was entered beside the figures against the figures. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.reading import Source
from tancai.engines.carbon.verification.conclusion import verify
from tancai.engines.carbon.verification.findings import Finding
from tancai.engines.carbon.verification.reading import SCHEMA, report_of
from tancai.labs.benches.accounting.computing import Computed
from tancai.labs.benches.accounting.names import (
    Row,
    Values,
    figures_of,
    product_id,
    rows_of,
    stream_id,
)
from tancai.labs.benches.accounting.reading import Read
from tancai.labs.benches.faults import Fault

TOLD = ("cannot_recompute", "doubtful_input", "plan")
"""Findings that the workbook says in its own place."""
BALANCE_UNITS = ("GJ", "MWh", "tce")


@dataclass(frozen=True)
class Check:
    """A finding and the value it concerns."""

    name: str
    finding: Finding

    @property
    def row(self) -> str:
        """``s.3`` or ``p.1`` when it concerns a row."""
        letter, _, rest = self.name.partition(".")
        return f"{letter}.{rest.partition('.')[0]}" if letter in ("s", "p") else ""


@dataclass
class Checked:
    """``faults`` are figures of the second sources that cannot be read."""

    checks: list[Check] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check(values: Values, done: Computed) -> Checked:
    """Everything the verification engine finds in a workbook that can be computed; nothing for one that cannot."""
    if done.found is None:
        return Checked()
    plan = done.read
    table, lines = _report(values, plan)
    source = Source("", table, lines, done.found.case.digest)
    try:
        report = report_of(source, done.found)
    except CarbonError:
        return Checked()
    known = _known(values)
    found = [
        Check(plan.name_at(one.place.line) or known.get(one.subject.partition(".")[0], ""), one)
        for one in verify(report).findings
        if one.code not in TOLD
    ]
    faults = [Fault(plan.name_at(one.place.line), one) for one in report.problems]
    # a row that was refused is missing here: that it is missing was said where it was refused
    return Checked(
        found, [one for one in faults if one.problem.code != "evidence_stream" or one.name[:2] == "b."]
    )


def _known(values: Values) -> dict[str, str]:
    """The row of every stream and output by the id findings name it by."""
    outputs = {product_id(row): f"p.{row.number}.before" for row in rows_of(values, "p")}
    return outputs | {stream_id(row): f"s.{row.number}.kind" for row in rows_of(values, "s")}


def _report(values: Values, plan: Read) -> tuple[dict[str, Any], dict[Any, int]]:
    """The report to verify, and the line of each of its places."""
    lines = {("account", *steps): line for steps, line in plan.lines.items()}
    table: dict[str, Any] = {"schema": SCHEMA, "account": plan.case}

    def add(key: str, name: str, entry: dict[str, Any]) -> None:
        rows = table.setdefault(key, [])
        plan.mark((key, len(rows)), name)
        for one in entry:
            plan.mark((key, len(rows), one), name)
        rows.append(entry)

    for row in rows_of(values, "s"):
        for name in _amounts(row):
            _beside(row, f"s.{row.number}", name, stream_id(row), add)
    for row in rows_of(values, "p"):
        if row.given("amount"):
            _beside(row, f"p.{row.number}", "amount", product_id(row), add)
            _usual(row, add)
    previous = _previous(values)
    if previous:
        table["previous"] = previous
    _balances(values, add)
    lines |= {
        steps: line for steps, line in plan.lines.items() if steps[0] in table and steps[0] != "account"
    }
    return table, lines


def _amounts(row: Row) -> list[str]:
    kind = KINDS.get(row.text("kind"))
    return [
        one.name for one in (kind.fields if kind else ()) if one.what == "quantity" and row.given(one.name)
    ]


def _beside(row: Row, at: str, name: str, stream: str, add: Any) -> None:
    """The second source of a figure, the ledger's figure of the year, and the last calibration of its meter."""
    unit = row.text(f"{name}.unit")
    second = figures_of(row.fields.get(f"{name}.second"))
    if second:
        value = {"unit": unit, **({"monthly": second} if len(second) > 1 else {"value": second[0]})}
        said = row.text(f"{name}.second.name")
        add(
            "evidence",
            f"{at}.{name}.second",
            {"stream": stream, "field": name, "value": value} | ({"name": said} if said else {}),
        )
    if row.text(f"{name}.yearly") and row.monthly(name):
        value = {"unit": unit, "value": row.text(f"{name}.yearly")}
        add("yearly", f"{at}.{name}.yearly", {"stream": stream, "field": name, "value": value})
    if row.text(f"{name}.plan.on") and row.text(f"{name}.plan.accuracy"):
        months = row.text(f"{name}.plan.calibration_months")
        add(
            "calibration",
            f"{at}.{name}.plan",
            {
                "stream": stream,
                "meter": row.text(f"{name}.plan.meter") or stream,
                "on": row.text(f"{name}.plan.on"),
                "months": int(months) if months.isdecimal() else 12,
                "accuracy": row.text(f"{name}.plan.accuracy"),
            },
        )


def _usual(row: Row, add: Any) -> None:
    """The usual range of the intensity, as the trade knows it."""
    low, high, unit = row.text("low"), row.text("high"), row.text("amount.unit")
    if low and high:
        per = f"tCO2e/{unit}"
        entry = {"production": product_id(row), "low": f"{low} {per}", "high": f"{high} {per}"}
        add("benchmark", f"p.{row.number}.low", entry)


def _previous(values: Values) -> dict[str, Any]:
    emissions = [
        {"id": stream_id(row), "value": f"{row.text('before')} tCO2e"}
        for row in rows_of(values, "s")
        if row.text("before")
    ]
    total = str(values.get("before.total") or "").strip()
    if total:
        emissions.append({"id": "total", "value": f"{total} tCO2e"})
    outputs = [
        {"id": product_id(row), "value": f"{row.text('before')} {row.text('amount.unit')}"}
        for row in rows_of(values, "p")
        if row.text("before")
    ]
    found = {"emission": emissions, "production": outputs}
    return {key: rows for key, rows in found.items() if rows}


def _balances(values: Values, add: Any) -> None:
    """Energy in by rows of the workbook against energy out."""
    ids = {str(row.number): stream_id(row) for row in rows_of(values, "s")}
    for row in rows_of(values, "b"):
        numbers = row.text("streams").replace("，", " ").replace(",", " ").replace("、", " ").split()
        if not numbers or not row.text("out"):
            continue
        entry: dict[str, Any] = {
            "name": row.text("name") or f"{row.number}",
            "kind": row.text("kind") or "thermal",
            "streams": [ids.get(one, one) for one in numbers],
            "output": [{"value": f"{row.text('out')} {row.text('out.unit') or BALANCE_UNITS[0]}"}],
        }
        entry |= {one: row.text(one) for one in ("low", "high") if row.text(one)}
        add("balance", f"b.{row.number}.out", entry)
