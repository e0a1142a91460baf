"""The data-quality control plan of a workbook: a line for every figure of the case, written or still to write. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tancai.engines.carbon.accounting import plan
from tancai.engines.carbon.accounting.inventory import Inventory
from tancai.labs.benches.accounting.names import PLAN, Row, Values, product_id, rows_of, stream_id


@dataclass(frozen=True)
class Control:
    """``at`` is the name the fields stand under (``s.3.amount.plan``), ``label`` ``中文|English``, ``used`` how the
    figure of this year was obtained, ``written`` the fields that are filled in, ``on`` the last calibration."""

    at: str
    row: str
    label: str
    unit: str
    used: str
    written: dict[str, str]
    on: str = ""

    @property
    def complete(self) -> bool:
        needed = plan.NEEDED + (plan.METERED if self.written.get("how") == "measured" else ())
        return all(self.written.get(name) for name in needed)

    @property
    def missing(self) -> tuple[str, ...]:
        needed = plan.NEEDED + (plan.METERED if self.written.get("how") == "measured" else ())
        return tuple(name for name in needed if not self.written.get(name))


def controls(values: Values, inventory: Inventory) -> list[Control]:
    """The plan of a workbook that can be computed, in the sequence of its rows."""
    streams = {stream_id(row): row for row in rows_of(values, "s")}
    outputs = {product_id(row): row for row in rows_of(values, "p")}
    found = []
    for one in plan.parameters(inventory):
        letter, row = (
            ("p", outputs.get(one.stream)) if one.name == plan.PRODUCTION else ("s", streams.get(one.stream))
        )
        if row is not None:
            name = "amount" if letter == "p" else one.name
            found.append(_control(letter, row, name, one))
    return sorted(found, key=lambda one: (one.row[0] == "p", int(one.row[2:])))


def _control(letter: str, row: Row, name: str, one: plan.Parameter) -> Control:
    written = {key: row.text(f"{name}.plan.{key}") for key in PLAN}
    at = f"{letter}.{row.number}"
    on = row.text(f"{name}.plan.on")
    return Control(f"{at}.{name}.plan", at, one.label, one.unit, one.how, written, on)


def drafted(values: Values, inventory: Inventory) -> dict[str, str]:
    """Values that fill the empty fields of the plan as far as the workbook itself knows them."""
    found: dict[str, str] = {}
    for one in controls(values, inventory):
        for name, text in _known(values, one):
            if text and not one.written[name]:
                found[f"{one.at}.{name}"] = text
    return found


def _known(values: Values, one: Control) -> Iterator[tuple[str, str]]:
    yield "how", one.used
    yield "meter", str(values.get(f"{one.at.removesuffix('.plan')}.meter") or "")
    if (one.written["how"] or one.used) == "measured":
        yield "calibration_months", "12"
    row = str(values.get(f"{one.row}.who") or "")
    yield "department", row
