"""How complete a workbook is as a collection form: what is asked of every source, and what is missing. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tancai.engines.carbon.accounting.kinds import KINDS, Field
from tancai.labs.benches.accounting.names import AMOUNTS, MONTHS, Row, Values, rows_of

GENERAL = (
    "enterprise.name",
    "enterprise.code",
    "enterprise.province",
    "enterprise.contact",
    "enterprise.reporter",
    "method.guide",
    "period.year",
    "boundary.entity",
    "boundary.main",
)
"""What is asked of the enterprise itself."""


@dataclass(frozen=True)
class Ask:
    """``what``: ``field`` (a text or choice), ``figure``, ``how``, ``evidence``, ``who`` or ``seen``.

    ``done`` goes from 0 to 1; ``months`` are those that are missing; ``wrong`` when what was entered was refused.
    """

    name: str
    what: str
    done: float
    months: tuple[int, ...] = ()
    wrong: bool = False

    @property
    def open(self) -> bool:
        return self.done < 1


@dataclass(frozen=True)
class Sheet:
    """The form of one source (by its row), or of the enterprise (number 0)."""

    number: int
    asks: tuple[Ask, ...]

    @property
    def percent(self) -> int:
        """Whole per cent, 100 only when nothing is missing."""
        return _percent(self.asks)

    @property
    def missing(self) -> tuple[Ask, ...]:
        return tuple(one for one in self.asks if one.open)


@dataclass(frozen=True)
class Collected:
    general: Sheet
    sheets: tuple[Sheet, ...]

    @property
    def percent(self) -> int:
        return _percent([ask for sheet in (self.general, *self.sheets) for ask in sheet.asks])

    @property
    def missing(self) -> int:
        return sum(len(sheet.missing) for sheet in (self.general, *self.sheets))

    def sheet(self, number: int) -> Sheet | None:
        return next((one for one in self.sheets if one.number == number), None)


def _percent(asks: Collection[Ask]) -> int:
    """Rounded down, so that what is not complete is never called so."""
    return math.floor(100 * math.fsum(one.done for one in asks) / len(asks) + 1e-9) if asks else 0


def collected(values: Values, refused: Collection[str] = ()) -> Collected:
    """``refused`` are names of values the engine could not use: given, but not done."""
    general = tuple(_text(values, name, refused) for name in GENERAL)
    sheets = tuple(Sheet(row.number, tuple(_asks(row, refused))) for row in rows_of(values, "s"))
    return Collected(Sheet(0, general), sheets)


def _text(values: Values, name: str, refused: Collection[str]) -> Ask:
    given = bool(str(values.get(name) or "").strip())
    wrong = given and name in refused
    return Ask(name, "field", float(given and not wrong), wrong=wrong)


def main_figure(row: Row) -> str:
    """The figure that says how much of this source there was; "" for a kind nobody knows."""
    kind = KINDS.get(row.text("kind"))
    names = [one.name for one in (kind.fields if kind else ()) if one.what == "quantity"]
    given = [one for one in AMOUNTS if one in names and row.given(one)]
    return next(iter([*given, *(one for one in AMOUNTS if one in names), *names]), "")


def figures_asked(row: Row) -> list[Field]:
    """Figures of a row that the form asks for: how much, what its kind requires, and what was filled in."""
    kind = KINDS.get(row.text("kind"))
    first = main_figure(row)
    return [
        one
        for one in (kind.fields if kind else ())
        if one.what == "quantity" and (one.name == first or one.required or row.given(one.name))
    ]


def _asks(row: Row, refused: Collection[str]) -> Iterator[Ask]:
    at = f"s.{row.number}"
    kind = KINDS.get(row.text("kind"))
    yield _given(row, "name", "field", refused)
    for asked in kind.fields if kind else ():
        if asked.required and asked.what != "quantity":
            yield _given(row, asked.name, "field", refused)
    for asked in figures_asked(row):
        yield _figure(row, asked, refused)
        how = row.text(f"{asked.name}.how")
        yield Ask(f"{at}.{asked.name}.how", "how", float(bool(how)))
        proof = row.text(f"{asked.name}.evidence") or row.text(f"{asked.name}.source")
        yield Ask(f"{at}.{asked.name}.evidence", "evidence", float(bool(proof)))
    yield _given(row, "who", "who", refused)
    yield Ask(f"{at}.seen", "seen", float(row.fields.get("seen") is True))


def _given(row: Row, name: str, what: str, refused: Collection[str]) -> Ask:
    at = f"s.{row.number}.{name}"
    wrong = bool(row.text(name)) and at in refused
    return Ask(at, what, float(bool(row.text(name)) and not wrong), wrong=wrong)


def _figure(row: Row, asked: Field, refused: Collection[str]) -> Ask:
    at = f"s.{row.number}.{asked.name}"
    if not row.by_months(asked.name):
        given = row.given(asked.name)
        wrong = given and at in refused
        return Ask(at, "figure", float(given and not wrong), wrong=wrong)
    given_months = row.months(asked.name)
    wrong_months = {month for month in MONTHS if f"{at}.m.{month}" in refused}
    missing = tuple(
        month for month in MONTHS if not str(given_months[month - 1]).strip() or month in wrong_months
    )
    wrong = bool(wrong_months) or (not missing and at in refused)
    done = 0.0 if wrong and not missing else 1 - len(missing) / 12
    return Ask(at, "figure", done, missing, wrong)
