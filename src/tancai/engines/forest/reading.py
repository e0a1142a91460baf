"""What the readers of this engine share: the schema line, figures in one unit, plot files, and facts by confidence."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tancai.engines.carbon import numbers
from tancai.engines.carbon.errors import CarbonError, Place, Problem
from tancai.engines.carbon.reading import Source, Table
from tancai.engines.carbon.units import ratio, unit
from tancai.engines.forest import tables, words
from tancai.engines.forest.tables import Row
from tancai.engines.forest.tree import Node, leaf

ForestError = CarbonError
"""Input from which nothing can be computed; the common reader raises it, ``problems`` say why."""

FRACTION = {"1": (0.0, 1.0)}
assert words.FOREST


def opened(source: Source, schema: str) -> Table:
    """The top table of a file whose schema is ``schema``; raises ForestError otherwise."""
    top = source.top()
    found = top.text("schema")
    if found != schema:
        place = top.place("schema")
        raise ForestError(Problem("schema", place=place, params={"wanted": schema, "found": found}))
    return top


def figure(
    table: Table,
    key: str,
    at: str,
    *,
    required: bool = False,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    positive: bool = False,
) -> float | None:
    """A figure in ``at``, or None with a problem. Negative figures are refused, and zero when ``positive``."""
    if bounds is None and at == "1":
        bounds = FRACTION
    given = table.quantity(key, [at, "%"] if at == "1" else [at], required=required, bounds=bounds)
    if given is None:
        return None
    if positive and given.values[0] <= 0:
        table.problem("not_positive", key, value=numbers.shown(given.values[0]))
        return None
    return given.values[0] * float(ratio(given.unit, unit(at)))


def given(table: Table, key: str, at: str, label: str = "", **options: Any) -> Node | None:
    """The same as a node that says where it was given."""
    value = figure(table, key, at, **options)
    return None if value is None else leaf(key, value, at, label, source=str(table.place(key)))


class Facts:
    """Facts of the tables by confidence: M− wants to be accepted by name, M+ and M− are said beside the result."""

    def __init__(self, accepted: Sequence[str]) -> None:
        self.accepted = frozenset(accepted)
        self.said: set[str] = set()

    def allows(self, table: Table, key: str, name: str, value: str, confidence: str, source: str) -> bool:
        """Whether the fact may be used; says why not, or that it was."""
        if confidence == "M-" and name not in self.accepted:
            table.problem("uncertain_fact", key, value=value, name=name, confidence="M−")
            return False
        if confidence in ("M-", "M+") and (value + source) not in self.said:
            self.said.add(value + source)
            code = "uncertain_used" if confidence == "M-" else "teaching_used"
            level = "doubtful" if confidence == "M-" else "noted"
            table.problem(
                code, key, level, value=value, source=source, confidence=confidence.replace("-", "−")
            )
        return True

    def row(self, table: Table, key: str, name: str, file: str, /, **wanted: str) -> Row | None:
        """A row of a data table; None with a problem when it is not there or may not be used."""
        found = tables.find(file, **wanted)
        if found is None:
            column = list(wanted)[-1]
            others = {one: wanted[one] for one in list(wanted)[:-1]}
            choices = dict.fromkeys(row[column] for row in tables.find_all(file, **others))
            table.problem("row_unknown", key, value=wanted[column], table=file, choices=", ".join(choices))
            return None
        value = " ".join(wanted.values())
        return found if self.allows(table, key, name, value, found.confidence, found.source) else None


@dataclass
class Lines:
    """The lines of a CSV file that could be read: line number and cells by column."""

    name: str
    digest: str = ""
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def csv_lines(table: Table, key: str, wanted: Sequence[str], optional: Sequence[str] = ()) -> Lines | None:
    """The CSV file named by ``key`` beside the case; None with a problem when it cannot be used at all."""
    name = table.text(key)
    if not name:
        return None
    path = Path(table.source.folder or Path(), name)
    try:
        data = table.source.files[name] if name in table.source.files else path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        table.problem("unreadable", key, why=f"{name}: {error.strerror or error}")
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        table.source.problems.append(Problem("not_utf8", place=Place(name, line)))
        table.failed = True
        return None
    reader = csv.reader(io.StringIO(text))
    header = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in wanted if column not in header]
    if missing:
        place = Place(name, 1)
        params = {"wanted": ", ".join(wanted), "missing": ", ".join(missing)}
        table.source.problems.append(Problem("csv_header", place=place, params=params))
        table.failed = True
        return None
    for column in header:
        if column and column not in (*wanted, *optional):
            table.source.problems.append(Problem("csv_extra", "doubtful", Place(name, 1), {"value": column}))
    found = Lines(name, hashlib.sha256(data).hexdigest())
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            table.source.problems.append(Problem("csv_cells", place=Place(name, reader.line_num)))
            found.rows.append(
                (reader.line_num, dict(zip(header, [c.strip() for c in cells], strict=False)) | {"": "bad"})
            )
            continue
        found.rows.append((reader.line_num, dict(zip(header, (c.strip() for c in cells), strict=True))))
    return found


def cell(
    source: Source,
    lines: Lines,
    line: int,
    cells: Mapping[str, str],
    column: str,
    inside: Callable[[float], bool],
    code: str,
) -> float | None:
    """One figure of a CSV line, or None with a problem that names file, line and column."""
    place = Place(lines.name, line, column)
    text = cells.get(column, "")
    try:
        value = numbers.number(text)
    except numbers.BadNumber as bad:
        code_ = bad.code if text else "missing"
        source.problems.append(Problem(code_, place=place, params={"value": text, "remedy": bad.remedy}))
        return None
    if value < 0:
        source.problems.append(Problem("negative", place=place, params={"value": text}))
        return None
    if not inside(value):
        source.problems.append(Problem(code, place=place, params={"value": text}))
        return None
    return value
