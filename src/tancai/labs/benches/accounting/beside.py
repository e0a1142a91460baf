"""What stands beside the figures of a workbook: second sources, the year before, balances, marks of the form.

It goes into a case file as ``[checks]`` (tables of a verifier's report) and ``[form]``, and comes back. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.labs.benches.accounting.names import Row, Values, figures_of, product_id, rows_of, stream_id
from tancai.labs.benches.figures import split

BALANCE_UNITS = ("GJ", "MWh", "tce")
HISTORY = "history"
MARKS = ("who", "note", "seen", "before", "low", "high")
ENDS = (".second", ".second.name", ".yearly", ".plan.on")
Mark = Callable[[tuple[str | int, ...], str], None]
Found = dict[str, Any]


def beside(values: Values, mark: Mark) -> Found:
    """``[checks]`` of a case file; ``mark`` is told the value behind each of its places."""
    table: Found = {}

    def add(key: str, name: str, entry: Found) -> None:
        rows = table.setdefault(key, [])
        for one in ((), *((key,) for key in entry)):
            mark(("checks", key, len(rows), *one), name)
        rows.append(entry)

    for row in rows_of(values, "s"):
        for name in _amounts(row):
            _second(row, f"s.{row.number}", name, stream_id(row), add)
    for row in rows_of(values, "p"):
        if row.given("amount"):
            _second(row, f"p.{row.number}", "amount", product_id(row), add)
            _usual(row, add)
    previous = _previous(values)
    if previous:
        table["previous"] = previous
    _balances(values, add)
    return table


def _amounts(row: Row) -> list[str]:
    kind = KINDS.get(row.text("kind"))
    return [
        one.name for one in (kind.fields if kind else ()) if one.what == "quantity" and row.given(one.name)
    ]


def _second(row: Row, at: str, name: str, stream: str, add: Any) -> None:
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


def _previous(values: Values) -> Found:
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
        entry: Found = {
            "name": row.text("name") or f"{row.number}",
            "kind": row.text("kind") or "thermal",
            "streams": [ids.get(one, one) for one in numbers],
            "output": [{"value": f"{row.text('out')} {row.text('out.unit') or BALANCE_UNITS[0]}"}],
        }
        entry |= {one: row.text(one) for one in ("low", "high") if row.text(one)}
        add("balance", f"b.{row.number}.out", entry)


def not_carried(values: Values, case: Found, checks: Found) -> Found:
    """``[form]``: marks of the form, and what was entered beside a figure but makes no check yet."""
    whole = {**case, "checks": checks}
    back, _ = beside_of(whole, units_of(values, case), places_of(whole))
    marks = []
    for letter, key in (("s", "stream"), ("p", "production")):
        known = {str(one.get("id")): k for k, one in enumerate(tables_in(case, key), 1)}
        for row in rows_of(values, letter):
            name = stream_id(row) if letter == "s" else product_id(row)
            for field, value in row.fields.items():
                kept = name in known and _of_form(field) and _said(value)
                if kept and not _same(back.get(f"{letter}.{known[name]}.{field}"), value):
                    marks.append({key: name, "field": field, "value": value})
    found: Found = {"mark": marks} if marks else {}
    history = _said(values.get(HISTORY))
    return ({HISTORY: history} if history else {}) | found


def units_of(values: Values, case: Found) -> Found:
    """Units and plans of the figures under the row numbers that the case gives them."""
    found: Found = {}
    for letter, key in (("s", "stream"), ("p", "production")):
        known = {str(one.get("id")): k for k, one in enumerate(tables_in(case, key), 1)}
        for row in rows_of(values, letter):
            at = known.get(stream_id(row) if letter == "s" else product_id(row))
            fields = row.fields.items() if at else ()
            found |= {f"{letter}.{at}.{one}": value for one, value in fields if not _of_form(one)}
    return found


def _of_form(field: str) -> bool:
    return field in MARKS or field.endswith(ENDS)


def _said(value: Any) -> Any:
    """What a value says, None for nothing: a text, or a tick that is set."""
    if isinstance(value, str):
        return value.strip() or None
    return value if value is True else None


def _same(one: Any, other: Any) -> bool:
    """Alike but for the blanks between figures."""
    return str(one if one is not None else "").split() == str(other).split()


def tables_in(case: Found, key: str) -> list[Found]:
    found = case.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def places_of(case: Found) -> dict[str, str]:
    """The row of every stream and output by its id."""
    return {
        str(one.get("id")): f"{letter}.{k}"
        for letter, key in (("p", "production"), ("s", "stream"))
        for k, one in enumerate(tables_in(case, key), 1)
    }


def beside_of(case: Found, figures: Found, places: dict[str, str]) -> tuple[Found, list[str]]:
    """Values beside the figures from ``[checks]`` and ``[form]``, and the names of parts that have no place here.

    ``figures`` are the values the file's streams and outputs became: a second source in another unit is left.
    """
    checks, form = case.get("checks"), case.get("form")
    taking = _Taking(figures, places)
    if isinstance(checks, dict):
        for key, take in taking.tables.items():
            for entry in tables_in(checks, key):
                if not take(entry):
                    taking.left.append(f"checks.{key}")
        taking.previous(checks.get("previous"))
        taking.left += [f"checks.{key}" for key in checks if key not in (*taking.tables, "previous")]
    if isinstance(form, dict):
        taking.form(case, form)
    return taking.found, list(dict.fromkeys(taking.left))


class _Taking:
    """One file on its way into a workbook."""

    def __init__(self, figures: Found, places: dict[str, str]) -> None:
        self.figures, self.places = figures, places
        self.found: Found = {}
        self.left: list[str] = []
        self.tables: dict[str, Callable[[Found], bool]] = {
            "evidence": lambda entry: self._figure(entry, "second"),
            "yearly": lambda entry: self._figure(entry, "yearly"),
            "calibration": self._calibration,
            "benchmark": self._benchmark,
            "balance": self._balance,
        }

    def _put(self, name: str, value: str) -> bool:
        """Once: a second value for the same place is left."""
        if not value or name in self.found:
            return False
        self.found[name] = value
        return True

    def _figure(self, entry: Found, end: str) -> bool:
        row, field = self.places.get(str(entry.get("stream"))), str(entry.get("field", "amount"))
        if not row:
            return False
        text, unit = _figures(entry.get("value"))
        own = self.figures.get(f"{row}.{field}.unit", unit)
        if unit != own or not self._put(f"{row}.{field}.{end}", text):
            return False
        if entry.get("name") and end == "second":
            self.found[f"{row}.{field}.second.name"] = str(entry["name"])
        return True

    def _calibration(self, entry: Found) -> bool:
        """To the figure whose control names this meter and accuracy."""
        stream = str(entry.get("stream"))
        row, end = self.places.get(stream), ".plan.accuracy"
        for name, accuracy in self.figures.items() if row else ():
            at = name.removesuffix(end)
            if not (name.startswith(f"{row}.") and name.endswith(end)):
                continue
            meter = str(self.figures.get(f"{at}.plan.meter") or stream)
            known = (str(accuracy), meter) == (str(entry.get("accuracy")), str(entry.get("meter", stream)))
            if known and self._put(f"{at}.plan.on", str(entry.get("on", ""))):
                return True
        return False

    def _benchmark(self, entry: Found) -> bool:
        row = self.places.get(str(entry.get("production")), "")
        unit = f"tCO2e/{self.figures.get(f'{row}.amount.unit', '')}"
        ends = {one: split(entry.get(one, "")) for one in ("low", "high")}
        if not row.startswith("p.") or any(found[1] != unit for found in ends.values()):
            return False
        taken = [self._put(f"{row}.{one}", str(found[0])) for one, found in ends.items()]
        return all(taken)

    def _balance(self, entry: Found) -> bool:
        output, streams = tables_in(entry, "output"), entry.get("streams")
        if len(output) != 1 or not isinstance(streams, list):
            return False
        number = len({name.split(".")[1] for name in self.found if name.startswith("b.")}) + 1
        figure, unit = split(output[0].get("value", ""))
        rows = [self.places.get(str(one), "") for one in streams]
        given = {
            "streams": " ".join(
                row.removeprefix("s.") if row.startswith("s.") else str(one)
                for row, one in zip(rows, streams, strict=True)
            ),
            "out": str(figure),
            "out.unit": unit,
            **{one: str(entry[one]) for one in ("name", "kind", "low", "high") if entry.get(one)},
        }
        self.found |= {f"b.{number}.{one}": value for one, value in given.items() if value}
        return True

    def previous(self, given: Any) -> None:
        for key in ("emission", "production"):
            for entry in tables_in(given, key) if isinstance(given, dict) else ():
                name, (figure, unit) = str(entry.get("id")), split(entry.get("value", ""))
                row = self.places.get(name, "")
                if key == "emission":
                    at = f"{row}.before" if row.startswith("s.") else "before.total"
                    taken = bool(row.startswith("s.") or name == "total") and unit == "tCO2e"
                else:
                    at = f"{row}.before"
                    taken = row.startswith("p.") and unit == self.figures.get(f"{row}.amount.unit", unit)
                if not taken or not self._put(at, str(figure)):
                    self.left.append("checks.previous")

    def form(self, case: Found, form: Found) -> None:
        """Marks say what the form alone knows; nothing else can be written through them."""
        if _said(form.get(HISTORY)):
            self.found[HISTORY] = str(form[HISTORY])
        rows = {
            (key, str(one.get("id"))): f"{letter}.{k}"
            for letter, key in (("s", "stream"), ("p", "production"))
            for k, one in enumerate(tables_in(case, key), 1)
        }
        for entry in tables_in(form, "mark"):
            key = "stream" if "stream" in entry else "production"
            row, field = rows.get((key, str(entry.get(key)))), str(entry.get("field"))
            value = _said(entry.get("value"))
            if row and _of_form(field) and value is not None and (value is True) == (field == "seen"):
                self.found[f"{row}.{field}"] = value
            else:
                self.left.append("form.mark")
        self.left += [f"form.{key}" for key in form if key not in (HISTORY, "mark")]


def _figures(value: Any) -> tuple[str, str]:
    """Figures as the form takes them, parted by blanks, and their unit."""
    if not isinstance(value, dict):
        figure, unit = split(value)
        return str(figure), unit
    if isinstance(value.get("monthly"), list):
        return " ".join(map(str, value["monthly"])), str(value.get("unit", ""))
    figure, unit = split(value.get("value", ""))
    return str(figure), str(value.get("unit") or unit)
