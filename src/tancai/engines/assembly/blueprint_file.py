"""A blueprint from a TOML file (schema 1). Every fault is told at once, with its line, its field and what is wanted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tancai.engines.assembly.blueprint import (
    Aim,
    Blueprint,
    Enemies,
    Exposure,
    Fixed,
    Forbidden,
    Limit,
    Measure,
    Objective,
    Overlap,
    Requirement,
    Rested,
    Stimuli,
    Unseen,
    Uses,
)
from tancai.engines.assembly.conditions import Condition, Test
from tancai.engines.assembly.errors import AssemblyError
from tancai.engines.bilingual import counted

SCHEMA = 1

Scalar = str | int | float | bool
Count = Annotated[int, Field(ge=0)]
Several = list[float]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Range(_Table):
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> _Range:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class _Cell(_Table):
    min: float | None = None
    max: float | None = None
    given: bool | None = None
    no: Scalar | list[Scalar] | None = Field(None, alias="not")
    has: str | list[str] | None = None


Where = dict[str, Scalar | list[Scalar] | _Cell]
Bound = float | Several


class _Measured(_Table):
    where: Where = {}
    count: Literal[True] | None = None
    share: Literal[True] | None = None
    sum: str | None = None
    mean: str | None = None
    information: float | Several | None = None
    score: float | Several | None = None

    def measures(self) -> list[Measure]:
        where = _condition(self.where)
        given = [
            name for name in ("count", "share", "sum", "mean", "information", "score") if getattr(self, name)
        ]
        given += [name for name in ("information", "score") if getattr(self, name) == 0]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)}: one measure each; write another table for the other")
        kind = given[0] if given else "count"
        if kind in ("information", "score"):
            points = getattr(self, kind)
            return [
                Measure(kind, theta=theta, where=where)
                for theta in (points if isinstance(points, list) else [points])
            ]
        return [Measure(kind, getattr(self, kind) if kind in ("sum", "mean") else "", where=where)]


class _Require(_Measured):
    name: str = ""
    min: Bound | None = None
    max: Bound | None = None
    exactly: Bound | None = None

    @model_validator(mode="after")
    def _complete(self) -> _Require:
        if self.exactly is None and self.min is None and self.max is None:
            raise ValueError("give min, max or exactly")
        if self.exactly is not None and (self.min is not None or self.max is not None):
            raise ValueError("exactly goes without min and max")
        for low, high in zip(*self.bounds(), strict=True):
            if low is not None and high is not None and low > high:
                raise ValueError(f"min {low:g} is above max {high:g}")
        return self

    def bounds(self) -> tuple[list[float | None], list[float | None]]:
        many = len(self.measures())
        low = self.exactly if self.exactly is not None else self.min
        high = self.exactly if self.exactly is not None else self.max
        return _spread("min", low, many), _spread("max", high, many)


class _Split(_Measured):
    """A measure by the values of a column: each value with its number or range."""

    by: str
    name: str = ""
    cells: dict[str, float | _Range] = Field(min_length=1)


class _Enemies(_Table):
    name: str = ""
    items: list[str] = []
    same: str = ""
    listed: str = ""
    most: Count = 1

    @model_validator(mode="after")
    def _one_way(self) -> _Enemies:
        if sum(map(bool, (self.items, self.same, self.listed))) != 1:
            raise ValueError("give one of items, same (a column) and listed (a column of ids)")
        return self


class _Stimuli(_Table):
    name: str = ""
    column: str = "stimulus"
    whole: bool = False
    items: int | _Range | None = None
    count: int | _Range | None = None


class _Unseen(_Table):
    name: str = ""
    column: str = "seen_by"
    groups: list[str] = Field(min_length=1)


class _Rested(_Table):
    name: str = ""
    column: str = "sessions"
    last: Annotated[int, Field(ge=1)]
    sessions: list[str] = []


class _Exposure(_Table):
    name: str = ""
    column: str = "shown"
    most: Count
    per_form: Annotated[int, Field(ge=1)] = 1


class _Forms(_Table):
    overlap: Count | None = None
    overlap_share: Annotated[float, Field(ge=0, le=1)] | None = None
    uses: Annotated[int, Field(ge=1)] | None = None


class _Aim(_Measured):
    target: Bound | None = None
    unit: Bound = 1.0


class _Objective(_Table):
    goal: Literal["closest", "most", "least"]
    gap: Annotated[float, Field(ge=0)] = 0.05
    aim: list[_Aim] = Field(min_length=1)


class _File(_Table):
    schema_: Literal[1] = Field(alias="schema")
    title: str = ""
    id: str = "id"
    items: int | _Range | None = None
    fixed: list[str] = []
    forbidden: list[str] = []
    order: list[str] = []
    require: list[_Require] = []
    split: list[_Split] = []
    enemies: list[_Enemies] = []
    stimuli: list[_Stimuli] = []
    unseen: list[_Unseen] = []
    rested: list[_Rested] = []
    exposure: list[_Exposure] = []
    forms: _Forms = _Forms()
    objective: _Objective | None = None

    @model_validator(mode="before")
    @classmethod
    def _single_tables(cls, raw: Any) -> Any:
        """[stimuli] counts as one [[stimuli]]; likewise unseen, rested and exposure."""
        if not isinstance(raw, dict):
            return raw
        single = ("stimuli", "unseen", "rested", "exposure", "enemies")
        return {
            key: [value] if key in single and isinstance(value, dict) else value for key, value in raw.items()
        }


def read_blueprint(path: Path) -> tuple[Blueprint, str]:
    """The blueprint of a file and the name of its column of ids.

    Raises AssemblyError with one line for each fault: file, line, field, what is wanted.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AssemblyError("unreadable", f"{path} cannot be opened: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise AssemblyError("encoding", f"{path.name} is not UTF-8: save it as UTF-8.") from error
    return parse_blueprint(text, path.name)


def parse_blueprint(text: str, name: str = "the blueprint") -> tuple[Blueprint, str]:
    """As ``read_blueprint``, from the text."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AssemblyError("not_toml", f"{name} is no TOML: {error}.") from error
    lines = _Lines(text)
    try:
        file = _File.model_validate(raw)
        return Blueprint(
            tuple(_requirements(file, lines)), _objective(file), file.title, tuple(file.order)
        ), file.id
    except ValidationError as error:
        raise _faults(error, lines, name) from error
    except ValueError as error:
        raise AssemblyError("blueprint", f"{name}: {error}") from error


class _Lines:
    """Where tables and fields stand in the text."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def of(self, table: str, k: int = 0, field: str = "") -> int:
        """The line of the ``k``-th table of a name, or of a field in it or above all tables; 0 when not found."""
        heads = [
            n for n, line in enumerate(self.lines) if re.match(rf"\s*\[+\s*{re.escape(table)}\s*\]+", line)
        ]
        if not table or k >= len(heads):
            return self._field(table or field, 0) or self._field(field, 0)
        return self._field(field, heads[k] + 1) or heads[k] + 1 if field else heads[k] + 1

    def _field(self, field: str, start: int) -> int:
        for n, line in enumerate(self.lines[start:], start):
            if line.lstrip().startswith("[") and re.match(r"\s*\[+[\w. \"-]+\]+\s*(#.*)?$", line):
                break
            if field and re.match(rf"\s*[\"']?{re.escape(field)}[\"']?\s*[.=]", line):
                return n + 1
        return 0


def _faults(error: ValidationError, lines: _Lines, name: str) -> AssemblyError:
    said: dict[str, list[str]] = {}
    for fault in error.errors():
        words = [str(part) for part in fault["loc"] if not _internal(part)]
        table = words[0] if words else ""
        k = next((part for part in fault["loc"] if isinstance(part, int)), 0)
        names = [word for word in words[1:] if not word.isdigit()]
        line = lines.of(table, int(k), names[0] if names else "")
        if table == "objective" and "aim" in words:
            line = lines.of("objective.aim", int(k), names[1] if len(names) > 1 else "") or line
        where = f"{name}, line {line}" if line else name
        field = ".".join([table, *names]) if table else "file"
        said.setdefault(f"{where}, {field}", []).append(_remedy(fault))
    told = [f"{place}: {' or '.join(dict.fromkeys(remedies))}." for place, remedies in said.items()]
    return AssemblyError("blueprint", "\n".join(told), faults=told)


def _internal(part: Any) -> bool:
    """Names that pydantic gives to alternatives of a type, which no author wrote."""
    return isinstance(part, str) and bool(
        re.fullmatch(r"(str|int|float|bool|_[A-Z]\w+|(list|literal|function|constrained)\W.*|schema_)", part)
    )


def _remedy(fault: Any) -> str:
    wanted = {
        "extra_forbidden": "no such field; remove it or correct its name",
        "missing": "missing; add it",
        "string_type": "write a text in quotation marks",
        "int_type": "write a whole number",
        "float_type": "write a number",
        "bool_type": "write true or false",
        "list_type": "write a list in square brackets",
        "model_type": "write a table such as { min = 1, max = 2 }",
        "dict_type": 'write a table such as { topic = "market" }',
    }
    if fault["type"] in wanted:
        return wanted[fault["type"]]
    message = str(fault["msg"])
    return message.removeprefix("Value error, ").removeprefix("Input should be ").replace("Input", "this")


def _requirements(file: _File, lines: _Lines) -> Iterator[Requirement]:
    if file.items is not None:
        low, high = _ends(file.items)
        yield Limit("", lines.of("", field="items"), Measure(), low, high)
    for k, wanted in enumerate(file.require):
        line = lines.of("require", k)
        measures = wanted.measures()
        for measure, low, high in zip(measures, *wanted.bounds(), strict=True):
            name = f"{wanted.name} at {measure.theta:g}" if wanted.name and len(measures) > 1 else wanted.name
            yield Limit(name, line, measure, low, high)
    for k, table in enumerate(file.split):
        yield from _split(table, lines, k)
    for k, enemy in enumerate(file.enemies):
        line = lines.of("enemies", k)
        yield Enemies(enemy.name, line, tuple(enemy.items), enemy.same, enemy.listed, enemy.most)
    for k, text in enumerate(file.stimuli):
        (low, high), (fewest, most) = _ends(text.items), _ends(text.count)
        line = lines.of("stimuli", k)
        yield Stimuli(text.name, line, text.column, text.whole, *map(_whole, (low, high, fewest, most)))
    for k, unseen in enumerate(file.unseen):
        yield Unseen(unseen.name, lines.of("unseen", k), tuple(unseen.groups), unseen.column)
    for k, rested in enumerate(file.rested):
        yield Rested(rested.name, lines.of("rested", k), rested.last, rested.column, tuple(rested.sessions))
    for k, shown in enumerate(file.exposure):
        yield Exposure(shown.name, lines.of("exposure", k), shown.most, shown.column, shown.per_form)
    if file.fixed:
        yield Fixed("", lines.of("", field="fixed"), tuple(file.fixed))
    if file.forbidden:
        yield Forbidden("", lines.of("", field="forbidden"), tuple(file.forbidden))
    yield from _between_forms(file, lines)


def _split(table: _Split, lines: _Lines, k: int) -> Iterator[Limit]:
    first = lines.of("split", k)
    for value, bound in table.cells.items():
        low, high = _ends(bound)
        where = Condition((*_condition(table.where).tests, Test(table.by, any_of=(value,))))
        for measure in table.measures():
            own = Measure(measure.kind, measure.column, measure.theta, where)
            line = lines.of("split.cells", k, value) or lines.of("split", k, "cells") or first
            yield Limit(f"{table.name}: {value}" if table.name else "", line, own, low, high)


def _between_forms(file: _File, lines: _Lines) -> Iterator[Requirement]:
    forms = file.forms
    if forms.overlap is not None and forms.overlap_share is not None:
        raise ValueError("[forms]: give overlap (items) or overlap_share (of a form), not both.")
    if forms.overlap is not None:
        yield Overlap("", lines.of("forms", 0, "overlap"), forms.overlap)
    if forms.overlap_share is not None:
        low, high = _ends(file.items)
        if low is None or low != high:
            raise ValueError(
                "[forms] overlap_share needs a fixed number of items (items = 45); or give overlap."
            )
        yield Overlap("", lines.of("forms", 0, "overlap_share"), int(low * forms.overlap_share + 1e-9))
    if forms.uses is not None:
        yield Uses("", lines.of("forms", 0, "uses"), forms.uses)


def _objective(file: _File) -> Objective:
    if file.objective is None:
        return Objective()
    goal, aims = file.objective.goal, []
    for wanted in file.objective.aim:
        measures = wanted.measures()
        if (goal == "closest") != (wanted.target is not None):
            raise ValueError(
                f"[[objective.aim]]: goal {goal} {'needs a' if goal == 'closest' else 'has no'} target."
            )
        targets = _spread("target", wanted.target, len(measures))
        units = _spread("unit", wanted.unit, len(measures))
        for measure, target, unit in zip(measures, targets, units, strict=True):
            aims.append(Aim(measure, target or 0.0, unit or 1.0))
    return Objective(goal, tuple(aims), file.objective.gap)


def _condition(where: Where) -> Condition:
    return Condition(tuple(_test(column, wanted) for column, wanted in where.items()))


def _test(column: str, wanted: Scalar | list[Scalar] | _Cell) -> Test:
    if not isinstance(wanted, _Cell):
        return Test(column, any_of=_listed(wanted))
    return Test(
        column,
        none_of=_listed(wanted.no),
        low=wanted.min,
        high=wanted.max,
        given=wanted.given,
        has=tuple(str(word) for word in _listed(wanted.has)),
    )


def _listed(value: Any) -> tuple[Any, ...]:
    return () if value is None else tuple(value) if isinstance(value, list) else (value,)


def _spread(field: str, value: Bound | None, many: int) -> list[float | None]:
    if not isinstance(value, list):
        return [value] * many
    if len(value) != many:
        raise ValueError(
            f"{field} has {counted(len(value), 'value', 'values')} for {counted(many, 'point', 'points')}"
        )
    return list(value)


def _ends(value: float | _Range | None) -> tuple[float | None, float | None]:
    if isinstance(value, _Range):
        return value.min, value.max
    return (None, None) if value is None else (float(value), float(value))


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
