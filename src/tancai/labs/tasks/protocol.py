"""What a laboratory task is: a case from a seed, fields in steps, and one way from the documents to every figure.

Texts are ``中文|English``; documents of a case are papers of a Chinese enterprise and stay Chinese.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from tancai.engines import bilingual
from tancai.labs.tasks.chance import Chance

FAMILIES = {
    "accounting": "核算|accounting",
    "verification": "核查|verification",
    "footprint": "产品碳足迹|product footprint",
    "sink": "碳汇|carbon sinks",
    "trading": "碳交易|trading",
    "strategy": "减排与管理|reduction and management",
}
LEVELS = {"beginner": "初级|beginner", "intermediate": "中级|intermediate", "advanced": "高级|advanced"}
KINDS = ("number", "choice", "choices")
FULL = 100


def said(text: str, language: str = "zh") -> str:
    """One language of ``中文|English``; a text without a bar is the same in both."""
    return str(bilingual.said(text, language))


def unit_said(unit: str, language: str = "zh") -> str:
    """A unit as it is read: Chinese counts and money have English words."""
    if unit == "1":
        return ""
    if language == "zh":
        return unit
    return "/".join(UNITS.get(part, part) for part in unit.split("/"))


UNITS = {
    "元": "CNY",
    "万元": "10^4 CNY",
    "台": "machine",
    "件": "piece",
    "个": "count",
    "天": "d",
    "人天": "person-days",
    "工作日": "working day",
    "箱": "boxes",
    "株": "trees",
    "次": "times",
    "年": "year",
    "分": "points",
}


@dataclass(frozen=True)
class Document:
    """A paper of the case: paragraphs, and a table when ``columns`` are given."""

    title: str
    text: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def public(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "text": list(self.text),
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }


@dataclass(frozen=True)
class Step:
    """A step of the work with its points; the fields of the step share them by weight."""

    code: str
    label: str
    points: float


@dataclass(frozen=True)
class Field:
    """Something to be worked out. ``table``, ``row`` and ``column`` lay like fields out as a table.

    ``decimals`` is how the figure is to be written, ``within`` the relative tolerance; ``units`` the units that may
    be chosen (the first is preset and may be the wrong one). ``how`` is the method, shown in training only.
    """

    name: str
    step: str
    label: str
    kind: str = "number"
    unit: str = ""
    units: tuple[str, ...] = ()
    decimals: int = 2
    within: float = 0.005
    options: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0
    how: str = ""
    table: str = ""
    row: str = ""
    column: str = ""

    def public(self) -> dict[str, Any]:
        """For the work surface: no key, no method, no tolerance."""
        found: dict[str, Any] = {
            "name": self.name,
            "step": self.step,
            "label": self.label,
            "kind": self.kind,
        }
        if self.kind == "number":
            found |= {"unit": self.unit, "units": list(self.units), "decimals": self.decimals}
        else:
            found["options"] = [[code, label] for code, label in self.options]
        if self.table:
            found |= {"table": self.table, "row": self.row, "column": self.column}
        return found


@dataclass(frozen=True, eq=False)
class Case:
    """A task drawn for one candidate. ``facts`` is what the way uses; it never leaves through ``public``."""

    task: Task
    seed: int
    brief: tuple[str, ...]
    documents: tuple[Document, ...]
    fields: tuple[Field, ...]
    facts: Mapping[str, Any] = field(repr=False)

    def __post_init__(self) -> None:
        names = [one.name for one in self.fields]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.task.code}: a field stands twice")
        steps = {step.code for step in self.task.steps}
        if steps != {one.step for one in self.fields}:
            raise ValueError(f"{self.task.code}: steps and fields do not fit")

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields)

    def fields_of(self, step: str) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.step == step)

    def points_of(self, one: Field) -> float:
        """Points of a field out of 100."""
        whole = sum(other.weight for other in self.fields_of(one.step))
        return next(s.points for s in self.task.steps if s.code == one.step) * one.weight / whole

    def public(self) -> dict[str, Any]:
        """All that a candidate may see."""
        return {
            "task": self.task.code,
            "version": self.task.version,
            "seed": self.seed,
            "title": self.task.title,
            "minutes": self.task.minutes,
            "brief": list(self.brief),
            "documents": [one.public() for one in self.documents],
            "steps": [
                {"code": step.code, "label": step.label, "points": step.points} for step in self.task.steps
            ],
            "fields": [one.public() for one in self.fields],
        }


class Way:
    """Collects what every field should hold, in the sequence of the work.

    ``way(name, value)`` records the value and returns what the rest is to be computed from: the value, or the
    candidate's own answer where there is a plausible one. ``value`` is a figure, a code, a set of codes, or a node of
    an engine's tree, whose printed calculation is kept for feedback.
    """

    def __init__(self, case: Case, own: Mapping[str, Any] | None = None) -> None:
        self.case = case
        self.own = own or {}
        self.expected: dict[str, Any] = {}
        self.trees: dict[str, Any] = {}

    def __call__(self, name: str, value: Any) -> Any:
        if name not in self.case.field_names:
            raise LookupError(f"{self.case.task.code}: no field {name}")
        if hasattr(value, "formula"):
            self.trees[name] = value
            value = value.value
        if isinstance(value, (set, frozenset, list, tuple)):
            value = frozenset(value)
        self.expected[name] = value
        return self.own[name] if name in self.own and plausible(self.own[name], value) else value


def plausible(own: Any, expected: Any) -> bool:
    """May later steps be computed from this answer? It must be of the order of the right one, or a clean slip of a
    power of ten; nothing, and figures out of the blue, carry no method."""
    if not isinstance(expected, (int, float)) or isinstance(expected, bool):
        return own is not None and own != "" and type(own) is type(expected)
    if not isinstance(own, (int, float)):
        return False
    if expected == 0 or own == 0:
        return abs(own) <= 1e9 and expected == 0
    ratio = abs(own / expected)
    if 0.2 <= ratio <= 5:
        return True
    power = math.log10(ratio)
    return abs(power) <= 6.1 and abs(power - round(power)) < 0.003


class Task:
    """One laboratory task. A subclass states who and what, draws a case and walks the way through it.

    ``clauses`` are the 技术技能 statements of T/MIITEC 020-2024 that the task examines, ``papers`` the steps or papers
    of the trades it follows. A change of the generator or the way raises ``version``: a stored case stays what it was.
    """

    code: ClassVar[str]
    family: ClassVar[str]
    level: ClassVar[str]
    title: ClassVar[str]
    minutes: ClassVar[int] = 30
    version: ClassVar[int] = 1
    clauses: ClassVar[tuple[str, ...]] = ()
    papers: ClassVar[tuple[str, ...]] = ()
    steps: ClassVar[tuple[Step, ...]]

    def draw(self, chance: Chance) -> Drawn:
        """Documents, fields and facts of a case."""
        raise NotImplementedError

    def solve(self, facts: Mapping[str, Any], way: Way) -> None:
        """Tell ``way`` every field in the sequence of the work, computing on with what it returns."""
        raise NotImplementedError

    def case(self, seed: int) -> Case:
        """The case of a seed: the same seed and version is the same case."""
        drawn = self.draw(Chance(f"{self.code}/{self.version}/{seed}"))
        return Case(self, seed, drawn.brief, drawn.documents, drawn.fields, drawn.facts)


@dataclass(frozen=True)
class Drawn:
    """What ``Task.draw`` gives."""

    brief: tuple[str, ...]
    documents: tuple[Document, ...]
    fields: tuple[Field, ...]
    facts: Mapping[str, Any]


@lru_cache(maxsize=256)
def reference(case: Case) -> Way:
    """The right figures."""
    way = Way(case)
    case.task.solve(case.facts, way)
    missing = set(case.field_names) - set(way.expected)
    if missing:
        raise LookupError(f"{case.task.code}: nothing is expected in {', '.join(sorted(missing))}")
    return way


def number(name: str, step: str, label: str, unit: str = "", decimals: int = 2, **more: Any) -> Field:
    return Field(name, step, label, "number", unit, decimals=decimals, **more)


def choice(name: str, step: str, label: str, options: Mapping[str, str], **more: Any) -> Field:
    return Field(name, step, label, "choice", options=tuple(options.items()), **more)


def choices(name: str, step: str, label: str, options: Mapping[str, str], **more: Any) -> Field:
    return Field(name, step, label, "choices", options=tuple(options.items()), **more)


def grid(
    name: str,
    step: str,
    title: str,
    rows: Mapping[str, str],
    columns: Sequence[tuple[str, str, str, int]],
    **more: Any,
) -> Iterator[Field]:
    """Number fields ``row.column`` laid out as a table; ``columns`` are (code, label, unit, decimals)."""
    for row, row_label in rows.items():
        for column, label, unit, decimals in columns:
            words = f"{said(row_label)}：{said(label)}|{said(row_label, 'en')}: {said(label, 'en')}"
            yield Field(
                f"{row}.{column}",
                step,
                words,
                unit=unit,
                decimals=decimals,
                table=title,
                row=row_label,
                column=f"{said(label)}（{unit}）|{said(label, 'en')} ({unit_said(unit, 'en')})"
                if unit_said(unit)
                else label,
                **more,
            )


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *text: str) -> Document:
    """A document with a table; cells are written as they are."""
    return Document(
        title, tuple(text), tuple(columns), tuple(tuple(str(cell) for cell in row) for row in rows)
    )
