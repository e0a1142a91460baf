"""How a workbook lies in a piece of work: one value a field, under a name that says whose field it is.

``s.3.kind`` is a field of row 3 (a source stream), ``s.3.amount`` its figure, with ``s.3.amount.unit``, ``.how``,
``.meter``, ``.evidence``, ``.uncertainty``; with ``s.3.amount.by`` = ``months`` the figures are ``s.3.amount.m.1`` …
``s.3.amount.m.12``. ``p.1.amount`` is a figure of output 1. Numbers are given once and never again.

Beside a figure stands what a verifier holds against it (``s.3.amount.second``, one figure or twelve, from
``.second.name``; ``.yearly`` of the ledger; ``s.3.before`` and ``p.1.before`` of the year before), and its control
(``s.3.amount.plan.how`` …). ``b.1.kind`` is a field of an energy balance; ``history`` are months before this year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon.numbers import GROUPED

Values = Mapping[str, Any]

ENTERPRISE = ("name", "code", "sector", "province", "address", "contact", "reporter", "remark")
BOUNDARY = ("entity", "main", "auxiliary", "subsidiary", "excluded", "changes")
SPREADS = ("amount", "ncv", "carbon", "oxidation", "factor", "purity")
ABOUT = ("how", "source", "meter", "evidence", "uncertainty")
"""What is said about a figure beside its value and unit."""
MONTHS = tuple(range(1, 13))
PLAN = ("how", "meter", "accuracy", "calibration_months", "frequency", "missing", "department")
"""Fields of a line of the data-quality control plan."""
AMOUNTS = ("amount", "bought", "steam", "water", "fillings", "capacity", "cod_removed")
"""Figures that say how much, the first that is there; the others of a row are factors."""


@dataclass
class Row:
    """A row of the workbook: its number and its fields by name (``amount.unit`` is one)."""

    number: int
    fields: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        found = self.fields.get(name)
        return found.strip() if isinstance(found, str) else ""

    def by_months(self, name: str) -> bool:
        """Is this figure to be given by month?"""
        return self.fields.get(f"{name}.by") == "months"

    def monthly(self, name: str) -> bool:
        """Has a month been filled in? Until then the figure of the year stands."""
        return self.by_months(name) and any(str(one).strip() for one in self.months(name))

    def months(self, name: str) -> list[Any]:
        """Twelve figures as entered, "" where there is none."""
        return [self.fields.get(f"{name}.m.{month}", "") for month in MONTHS]

    def given(self, name: str) -> bool:
        """Has anything been entered for this figure?"""
        return self.monthly(name) or bool(str(self.fields.get(name, "") or "").strip())


def figures_of(text: Any) -> list[str]:
    """One figure, or several parted by spaces, tabs or lines as a spreadsheet copies them.

    A few groups of three digits are one figure written with thin groups.
    """
    found = str(text if text is not None else "").split()
    whole = " ".join(found)
    return [whole] if 1 < len(found) < 5 and GROUPED.fullmatch(whole) else found


def rows_of(values: Values, letter: str) -> list[Row]:
    """Rows under a letter (``s`` streams, ``p`` outputs) by number. Names that are none of ours are passed over."""
    found: dict[int, Row] = {}
    for name, value in values.items():
        head, _, rest = name.partition(".")
        number, _, key = rest.partition(".")
        if head == letter and number.isdecimal() and key:
            found.setdefault(int(number), Row(int(number))).fields[key] = value
    return [found[number] for number in sorted(found)]


def stream_id(row: Row) -> str:
    """The id of a row in a case file: its own from an import, else made of its number."""
    return row.text("id") or f"s{row.number}"


def product_id(row: Row) -> str:
    return row.text("id") or f"p{row.number}"
