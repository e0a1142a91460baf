"""From the values of a work to a project of the engine and its plot files, with the name of the value behind each."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon import numbers
from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Source
from tancai.engines.forest import checks, neutrality, project
from tancai.labs.benches.sink.ground import central_of, outlines, place_of
from tancai.labs.benches.sink.names import (
    CELLS,
    ROWS,
    SURVEYS,
    TABLES,
    Row,
    Values,
    group,
    plot_name,
    rows_of,
    scalar,
    stratum_name,
    tally,
    written,
)
from tancai.labs.benches.toml import as_toml

FILES = {survey: f"plots-{survey}.csv" for survey in SURVEYS}
Steps = tuple[str | int, ...]


@dataclass
class Read:
    """``model`` is the project file as values, ``files`` its plot files; ``problems`` what the engine cannot see.

    ``names`` and ``cells`` lead back: from a line of the model, from a line of a plot file.
    """

    model: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    lines: dict[Steps, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: [""])
    cells: dict[tuple[str, int], str] = field(default_factory=dict)
    problems: list[tuple[str, Problem]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The project file."""
        return as_toml(self.model)

    def source(self) -> Source:
        text = self.text
        found = Source("", self.model, dict(self.lines), hashlib.sha256(text.encode()).hexdigest())
        found.files = dict(self.files)
        return found

    def name_of(self, problem: Problem) -> str:
        """The name of the value a problem of the engine is about; "" for the whole."""
        at = problem.place
        if at.file in self.files:
            name = self.cells.get((at.file, at.line), "")
            column = next((key for key, one in CELLS.items() if one == at.field), "")
            return f"{name}.{column}" if name and column else name.rpartition(".")[0]
        return self.names[at.line] if at.line < len(self.names) else ""

    def mark(self, steps: Steps, name: str) -> None:
        self.names.append(name)
        self.lines[steps] = len(self.names) - 1


def read(values: Values) -> Read:
    """The sink project in a work; what cannot be told is left out and said, never raised."""
    found = Read({"schema": project.SCHEMA})
    model = found.model
    accepted = values.get("accept")
    if isinstance(accepted, list) and accepted:
        model["accept_uncertain"] = [str(one) for one in accepted]
    for table, fields in TABLES.items():
        _table(found, values, table, fields)
    for kind, (table, fields) in ROWS.items():
        _rows(found, values, kind, table, fields)
    _soil(model)
    _curves(found, values)
    _plots(found, values)
    about = group(values, "about")
    if about:
        model["about"] = {key: str(value) for key, value in sorted(about.items())}
    _map(model, values)
    return found


def _table(found: Read, values: Values, table: str, fields: Mapping[str, str]) -> None:
    given: dict[str, Any] = {}
    for key, unit in fields.items():
        name = f"{table}.{key}"
        value = values.get(name)
        found.mark((table, key), name)
        if unit == "list":
            if isinstance(value, list):
                given[key] = [str(one) for one in value]
        elif value not in (None, "") and scalar(value):
            given[key] = written(value, unit)
            _doubt_percent(found, name, value, unit)
    if given or table in ("project", "biomass", "plots"):
        found.model[table] = given


def _rows(found: Read, values: Values, kind: str, table: str, fields: Mapping[str, str]) -> None:
    rows: list[dict[str, Any]] = []
    for row in rows_of(values, kind):
        one: dict[str, Any] = {"id": stratum_name(row)} if kind == "s" else {}
        found.mark((table, len(rows)), f"{kind}.{row.number}.{next(iter(fields))}")
        for key, unit in fields.items():
            value, name = row.fields.get(key), f"{kind}.{row.number}.{key}"
            found.mark((table, len(rows), key), name)
            if value in (None, "") or key == "id":
                continue
            one[key] = _year(found, name, value) if unit == "year" else written(value, unit)
            _doubt_percent(found, name, value, unit)
        rows.append({key: value for key, value in one.items() if value is not None})
    if rows:
        found.model[table] = rows


def _year(found: Read, name: str, value: Any) -> int | None:
    text = str(value).strip()
    if text.isascii() and text.isdigit() and 1900 <= int(text) <= 2200:
        return int(text)
    found.problems.append((name, Problem("no_year", "doubtful", params={"value": text})))
    return None


def _doubt_percent(found: Read, name: str, value: Any, unit: str) -> None:
    """``0.16`` in a field of percent is most likely 16 %: computed as written, and said."""
    if unit != "%" or "%" in str(value):
        return
    try:
        figure = numbers.number(str(value))
    except numbers.BadNumber:
        return
    if 0 < figure < 1:
        params = {"value": f"{figure:g}", "percent": f"{100 * figure:g}"}
        found.problems.append((name, Problem("percent_meant", "doubtful", params=params)))


def _soil(model: dict[str, Any]) -> None:
    """A reference given as a figure goes before climate and soil."""
    soil = model.get("soil", {})
    if "reference" in soil:
        soil.pop("climate", None)
        soil.pop("soil", None)


def _curves(found: Read, values: Values) -> None:
    curves: list[dict[str, Any]] = []
    species = str(values.get("biomass.species") or "")
    for row in rows_of(values, "s"):
        if not row.text("site"):
            continue
        number = len(curves)
        for key in ("stratum", "species", "site"):
            found.mark(("ex_ante", number, key), f"s.{row.number}.site")
        found.mark(("ex_ante", number, "age"), f"s.{row.number}.age")
        one = {
            "stratum": stratum_name(row),
            "species": row.text("species") or species,
            "site": row.text("site"),
        }
        if row.text("age"):
            one["age"] = written(row.fields["age"], "a")
        curves.append(one)
    if curves:
        found.model["ex_ante"] = curves


def _plots(found: Read, values: Values) -> None:
    strata = {str(row.number): stratum_name(row) for row in rows_of(values, "s")}
    kept: dict[str, Row] = {}
    for row in rows_of(values, "p"):
        name = plot_name(row)
        if name in kept:
            params = {"value": name}
            found.problems.append((f"p.{row.number}.id", Problem("repeated", params=params)))
        elif row.text("stratum") not in strata:
            params = {"value": row.text("stratum") or "–", "choices": ", ".join(strata.values())}
            found.problems.append((f"p.{row.number}.stratum", Problem("stratum_unknown", params=params)))
        else:
            kept[name] = row
    for survey in SURVEYS:
        _plot_file(found, kept, strata, survey)


def _plot_file(found: Read, plots: Mapping[str, Row], strata: Mapping[str, str], survey: str) -> None:
    rows = [
        (name, row, k, cells)
        for name, row in plots.items()
        for k, cells in enumerate(tally(row, survey))
        if cells
    ]
    if not rows:
        return
    used = [key for key in CELLS if any(key in cells for *_, cells in rows)]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["plot", "stratum", *(CELLS[key] for key in used)])
    file = FILES[survey]
    for line, (name, row, k, cells) in enumerate(rows, 2):
        found.cells[file, line] = f"p.{row.number}.{survey}.{k}"
        plain = [" ".join(cells.get(key, "").split()) for key in used]
        write.writerow([" ".join(name.split()), strata[row.text("stratum")], *plain])
    found.files[file] = out.getvalue().encode()
    found.model["plots"][survey] = file


def _map(model: dict[str, Any], values: Values) -> None:
    strata = {str(row.number): stratum_name(row) for row in rows_of(values, "s")}
    given = {str(one.number): one for one in outlines(values) if one.given}
    corners = {
        strata[number]: [list(point) for point in one.corners]
        for number, one in given.items()
        if number in strata
    }
    central = central_of(values)
    places = {
        plot_name(row): [*at, strata.get(row.text("stratum"), "")]
        for row in rows_of(values, "p")
        if (at := place_of(row, central)) is not None
    }
    sites = {stratum_name(row): row.text("site") for row in rows_of(values, "s") if row.text("site")}
    seed = values.get("map.seed")
    found = {
        "outline": corners,
        "plot": places,
        "site": sites,
        "seed": seed if isinstance(seed, int) else None,
    }
    if kept := {key: value for key, value in found.items() if value not in ({}, None, "")}:
        model["map"] = kept


ANSWERS = {"v": "validation", "w": "verification"}
_FACTS = {
    "validation": {
        "start": "date",
        "notice_working_days": "whole",
        "not_forest": "a",
        "tenure_end": "date",
        "crediting_end": "date",
        "smallest_patch": "m2",
        "cleared": "%",
    },
    "verification": {
        "validator": "",
        "verifier": "",
        "notice_working_days": "whole",
        "period_start": "date",
        "period_end": "date",
        "application": "date",
        "crediting_start": "date",
        "crediting_end": "date",
        "plots_measured_again": "whole",
        "strata_measured_again": "whole",
    },
}


def read_check(values: Values, kind: str) -> tuple[dict[str, Any], list[tuple[str, Problem]]]:
    """The checklist of ``kind`` in a work as a check file, and what could not be used, by name."""
    from datetime import date

    problems: list[tuple[str, Problem]] = []
    facts: dict[str, Any] = {}
    about = group(values, "about")
    notice = "notice_validation" if kind == "validation" else "notice_verification"
    for key, form in _FACTS[kind].items():
        name = notice if key == "notice_working_days" else key
        text = str(about.get(name, "")).strip()
        if not text:
            continue
        if form == "date":
            try:
                facts[key] = date.fromisoformat(text)
            except ValueError:
                problems.append((f"about.{name}", Problem("no_date", params={"value": text})))
        elif form == "whole":
            if text.isascii() and text.isdigit():
                facts[key] = int(text)
            else:
                problems.append((f"about.{name}", Problem("no_whole", params={"value": text})))
        else:
            facts[key] = written(text, form)
    if kind == "verification":
        measured = [row for row in rows_of(values, "p") if tally(row, "now")]
        facts |= {"plots": len(measured), "strata": len({row.text("stratum") for row in measured})}
    letter = next(key for key, one in ANSWERS.items() if one == kind)
    answers = []
    for row in rows_of(values, letter):
        if not row.text("result"):
            continue
        one: dict[str, Any] = {"item": row.number, "result": row.text("result")}
        if row.text("note"):
            one["note"] = row.text("note")
        if row.fields.get("closed"):
            one["closed"] = True
        answers.append(one)
    return {"schema": checks.SCHEMA, "kind": kind, "facts": facts, "answer": answers}, problems


_ACTIVITY = "kgCO2e/({})"


def read_event(values: Values) -> tuple[dict[str, Any], list[tuple[str, Problem]], dict[Steps, str]]:
    """The event or organisation in a work as a neutrality file; problems; names by steps of the file."""
    names: dict[Steps, str] = {}
    problems: list[tuple[str, Problem]] = []
    subject: dict[str, Any] = {key: value for key, value in group(values, "event").items() if key != "year"}
    if (year := str(values.get("event.year") or "").strip()) and year.isascii() and year.isdigit():
        subject["year"] = int(year)
    elif year:
        problems.append(("event.year", Problem("no_whole", params={"value": year})))
    names["subject", "year"], names["subject", "name"] = "event.year", "event.name"
    found: dict[str, Any] = {"schema": neutrality.SCHEMA, "subject": subject}
    units: dict[str, str] = {}
    sources: list[dict[str, Any]] = []
    for row in rows_of(values, "e"):
        unit = row.text("unit") or "kWh"
        units[str(row.number)] = unit
        one = {"id": str(row.number), "name": row.text("name") or str(row.number)}
        if row.text("stage"):
            one["stage"] = row.text("stage")
        if row.text("amount"):
            one["amount"] = written(row.text("amount"), unit)
        if row.text("electricity"):
            one["electricity"] = row.text("electricity")
        elif row.text("factor"):
            per = f"({unit})" if "·" in unit else unit
            one["factor"] = written(row.text("factor"), f"kgCO2e/{per}")
            one["factor_source"] = row.text("source") or "–"
        for key in (*one, "amount", "factor"):
            names["source", len(sources), key] = f"e.{row.number}.{key}"
        sources.append(one)
    reductions: list[dict[str, Any]] = []
    for row in rows_of(values, "r"):
        of = row.text("source")
        one = {
            "source": of,
            "name": row.text("name"),
            "amount": written(row.text("amount"), units.get(of, "kWh")),
        }
        for key in one:
            names["reduction", len(reductions), key] = f"r.{row.number}.{key}"
        reductions.append({key: value for key, value in one.items() if value})
    retired: list[dict[str, Any]] = []
    for row in rows_of(values, "u"):
        unit_row: dict[str, Any] = {
            "serial": row.text("serial"),
            "kind": row.text("kind"),
            "tonnes": written(row.text("tonnes"), "tCO2e"),
            "retired": bool(row.fields.get("retired")),
        }
        if (vintage := row.text("vintage")).isascii() and vintage.isdigit():
            unit_row["vintage"] = int(vintage)
        for key in unit_row:
            names["unit", len(retired), key] = f"u.{row.number}.{key}"
        retired.append({key: value for key, value in unit_row.items() if value != ""})
    found |= {"source": sources, "reduction": reductions, "unit": retired}
    return found, problems, names
