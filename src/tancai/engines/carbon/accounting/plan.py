"""The data-quality control plan (数据质量控制方案): drafted from the streams of a case, and held against it.

Content and rules: steel guide ch. 9 (V1): how each parameter is obtained, meter, accuracy, calibration every 12 months
or oftener, recording, treatment of missing data, department; methods may not be downgraded within a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tancai.engines.carbon.accounting.case import Case
from tancai.engines.carbon.accounting.inventory import Inventory
from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Given

FIELDS = (
    "stream",
    "parameter",
    "how",
    "meter",
    "accuracy",
    "calibration_months",
    "frequency",
    "missing",
    "department",
)
NEEDED = ("how", "frequency", "missing", "department")
METERED = ("meter", "accuracy", "calibration_months")
RANK = {"measured": 3, "calculated": 2, "design": 1, "default": 0}
PRODUCTION = "production"


@dataclass(frozen=True)
class Parameter:
    """One figure of the case the plan must cover."""

    stream: str
    name: str
    label: str
    unit: str
    how: str


def parameters(inventory: Inventory) -> list[Parameter]:
    """Every figure that was given or taken from a table, by stream."""
    found = []
    for line in inventory.lines:
        labels = {one.name: one.label for one in line.stream.kind.fields}
        for name, value in line.stream.values.items():
            if isinstance(value, Given):
                how = value.how or ("measured" if name in ("amount", "bought", "steam") else "")
                found.append(Parameter(line.stream.id, name, labels[name], value.unit.text, how))
    for output in inventory.case.products:
        how = output.amount.how or "measured"
        found.append(Parameter(output.id, PRODUCTION, "产量|output", output.amount.unit.text, how))
    return found


def draft(inventory: Inventory) -> list[dict[str, Any]]:
    """A plan to complete: one line a parameter, empty where only the enterprise knows."""
    return [
        {
            "stream": one.stream,
            "parameter": one.name,
            "how": one.how or "default",
            "meter": "",
            "accuracy": "",
            "calibration_months": 12 if one.how == "measured" else "",
            "frequency": "",
            "missing": "",
            "department": "",
        }
        for one in parameters(inventory)
    ]


def check(inventory: Inventory) -> list[Problem]:
    """What the plan of a case lacks, and where the case departs from it."""
    case = inventory.case
    found: list[Problem] = []
    planned = {}
    for line, place in zip(case.plan, case.plan_places, strict=True):
        planned[(line.get("stream", ""), line.get("parameter", ""))] = line
        needed = NEEDED + (METERED if line.get("how") == "measured" else ())
        missing = [name for name in needed if not line.get(name)]
        if missing:
            found.append(Problem("plan_field", "doubtful", place, {"missing": ", ".join(missing)}))
        months = line.get("calibration_months", "")
        if months.isdigit() and int(months) > 12:
            found.append(Problem("plan_calibration", "doubtful", place, {"months": months}))
    for one in parameters(inventory):
        line_found = planned.get((one.stream, one.name))
        place = _place(case, one.stream)
        if line_found is None:
            if case.plan:
                name = f"{one.stream}, {one.name}"
                found.append(Problem("plan_missing", "doubtful", place, {"parameter": name}))
        elif one.how and RANK.get(one.how, 9) < RANK.get(line_found.get("how", ""), -1):
            params = {"planned": line_found["how"], "used": one.how}
            found.append(Problem("plan_downgrade", "doubtful", place, params))
    return found


def _place(case: Case, stream: str) -> Any:
    from tancai.engines.carbon.errors import Place

    return next((one.place for one in case.streams if one.id == stream), Place(case.name, 0, stream))


def as_toml(lines: list[dict[str, Any]]) -> str:
    """The draft as it goes into the case file."""
    blocks = []
    for line in lines:
        rows = [
            f"{name} = {value}" if isinstance(value, int) else f'{name} = "{value}"'
            for name, value in line.items()
        ]
        blocks.append("[[plan]]\n" + "\n".join(rows))
    return "\n\n".join(blocks) + "\n"
