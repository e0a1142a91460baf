"""How a sink project lies in a piece of work: one value a field; rows by number, given once and never again.

``s.2.area`` is a field of stratum 2, ``p.7.now`` the tally of plot 7 (rows of cells), ``f`` fires, ``d`` displacements,
``e`` sources of an event, ``r`` its reductions, ``u`` its units; ``v.4.result`` answers item 4 of the validation, ``w``
of the verification. Figures are text as typed; what has a unit of its own may carry it (``150 亩``), else that of the
form counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]

TABLES: dict[str, dict[str, str]] = {
    "project": {
        "name": "",
        "pack": "",
        "kind": "",
        "pools": "list",
        "discount": "",
        "k_risk": "%",
        "gwp": "",
        "years": "a",
    },
    "biomass": {
        "species": "",
        "method": "",
        "equations": "",
        "root_zone": "",
        "plot_area": "ha",
        "root_ratio": "1",
        "carbon_fraction": "tC/t",
    },
    "plots": {"first_stock": "tCO2", "first_uncertainty": "%", "change": ""},
    "shrub": {"forest_biomass": "t/ha"},
    "dead_organic": {"zone": "", "rain": ""},
    "soil": {
        "reference": "tC/ha",
        "climate": "",
        "soil": "",
        "region": "",
        "f_lu": "",
        "f_mg": "",
        "f_in": "",
        "disturbed": "%",
    },
    "baseline": {"growth": "t/(ha·a)", "cover": "%", "root_ratio": "1", "carbon_fraction": "tC/t"},
}
"""Tables of a project file and the unit of every field: "" is text, ``list`` a list of codes."""

ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "s": (
        "stratum",
        {
            "id": "",
            "area": "ha",
            "species": "",
            "equations": "",
            "root_zone": "",
            "planted": "year",
            "shrub_before": "%",
            "shrub_after": "%",
            "pilot_mean": "tC/ha",
            "pilot_sd": "tC/ha",
        },
    ),
    "f": ("fire", {"area": "ha", "biomass": "t/ha", "combusted": "", "zone": ""}),
    "d": (
        "displacement",
        {
            "area": "ha",
            "trees": "t/ha",
            "shrubs": "t/ha",
            "reference": "tC/ha",
            "before": "1",
            "after": "1",
            "root_ratio": "1",
            "carbon_fraction": "tC/t",
        },
    ),
}
CELLS = {
    "d": "dbh_cm",
    "h": "height_m",
    "l": "crown_m",
    "a": "age_du",
    "n": "count",
    "v": "volume_m3_ha",
}
"""Cells of a tally row and the columns of a plot file."""

SURVEYS = ("now", "first")


@dataclass
class Row:
    """A row by its number and its fields."""

    number: int
    fields: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        found = self.fields.get(name)
        return "" if found is None else str(found).strip()


def scalar(value: Any) -> bool:
    """Whether a value is one field's: text, a figure or a tick."""
    return isinstance(value, str | int | float)


def rows_of(values: Values, kind: str) -> list[Row]:
    """The rows of one kind by number; names that are none of ours are passed over."""
    found: dict[int, Row] = {}
    for name, value in values.items():
        steps = name.split(".", 2)
        if (
            len(steps) == 3
            and steps[0] == kind
            and steps[1].isdecimal()
            and (scalar(value) or steps[2] in SURVEYS)
        ):
            found.setdefault(int(steps[1]), Row(int(steps[1]))).fields[steps[2]] = value
    return [found[number] for number in sorted(found)]


def group(values: Values, kind: str) -> dict[str, Any]:
    """The fields ``kind.*`` that are given."""
    return {
        name.removeprefix(f"{kind}."): value
        for name, value in values.items()
        if name.startswith(f"{kind}.") and value not in (None, "") and scalar(value)
    }


def tally(row: Row, survey: str) -> list[dict[str, str]]:
    """The rows of a plot's tally as text by cell; what is no tally counts as none."""
    given = row.fields.get(survey)
    if not isinstance(given, list):
        return []
    return [
        {key: str(one[key]).strip() for key in CELLS if one.get(key) not in (None, "")}
        for one in given
        if isinstance(one, dict)
    ]


def stratum_name(row: Row) -> str:
    """The name of a stratum: its own, else its number."""
    return row.text("id") or str(row.number)


def plot_name(row: Row) -> str:
    return row.text("id") or f"P{row.number}"


def place(row: Row) -> tuple[float, float] | None:
    """Where a plot lies (metres), None for a plot without a place."""
    try:
        return float(row.fields["x"]), float(row.fields["y"])
    except (KeyError, TypeError, ValueError):
        return None


def written(value: Any, unit: str) -> Any:
    """A figure as typed with the unit of its field, unless it carries its own; text as it is."""
    if not isinstance(value, str):
        return (
            f"{value:g} {unit}".strip(" 1")
            if isinstance(value, int | float) and unit not in ("", "1")
            else value
        )
    text = value.strip()
    if unit in ("", "1", "list") or not text:
        return text
    bare = not any(sign.isalpha() or sign in "%％℃°" for sign in text.replace("e", "").replace("E", ""))
    return f"{text} {unit}" if bare else text.replace("％", "%")
