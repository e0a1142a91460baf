"""Marks by step, with credit for method: the way is walked with the right figures and with the candidate's own."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tancai.engines.carbon.numbers import half_up, shown
from tancai.engines.carbon.units import UnitError, ratio, unit
from tancai.engines.trading.errors import Refused
from tancai.labs.tasks.answers import Figure, Unreadable, own_values, read
from tancai.labs.tasks.protocol import Case, Field, Step, Way, reference, said

FAILURES = (ArithmeticError, LookupError, ValueError, TypeError, Refused)
"""What the engines raise on figures that cannot be computed with: those of a candidate may be anything."""
ROUNDING = 0.8
"""What is left of a right figure that is not written with the decimals asked for."""
VERDICTS = {
    "right": "正确|right",
    "follows": "方法正确（按您前面的数值计算）|right method (from your earlier figures)",
    "rounding": "数值正确，保留的小数位数不符要求|right figure, not with the decimals asked for",
    "part": "部分正确|partly right",
    "unit": "单位不对|wrong unit",
    "wrong": "不正确|wrong",
    "unreadable": "无法识别为数值|not a figure",
    "empty": "未作答|no answer",
}


@dataclass(frozen=True)
class FieldMark:
    """``expected`` is what was right for this candidate: from own figures where the method was right."""

    field: Field
    given: str
    expected: str
    verdict: str
    earned: float
    points: float
    tree: Any = None


@dataclass(frozen=True)
class StepMark:
    step: Step
    fields: tuple[FieldMark, ...]

    @property
    def earned(self) -> float:
        return sum(one.earned for one in self.fields)


@dataclass(frozen=True)
class Marked:
    """``total`` out of 100."""

    case: Case
    steps: tuple[StepMark, ...]

    @property
    def total(self) -> float:
        return round(sum(step.earned for step in self.steps), 6)

    def step(self, code: str) -> StepMark:
        return next(one for one in self.steps if one.step.code == code)


def mark(case: Case, work: Mapping[str, Any] | None) -> Marked:
    """Marks for work in its normal form (``answers.normal``). Never raises on what a candidate wrote."""
    right = reference(case)
    given = read(case, work or {})
    figures = {name: _in_own_unit(case, name, one) for name, one in given.items() if isinstance(one, Figure)}
    follow = Way(case, own_values(case, given, figures))
    with contextlib.suppress(
        *FAILURES
    ):  # what own figures allow stands; the rest is held against the right ones
        case.task.solve(case.facts, follow)
    return Marked(
        case,
        tuple(
            StepMark(
                step,
                tuple(
                    _field(case, one, given.get(one.name), figures.get(one.name), right, follow)
                    for one in case.fields_of(step.code)
                ),
            )
            for step in case.task.steps
        ),
    )


def _in_own_unit(case: Case, name: str, one: Figure) -> float | None:
    """The figure in the unit of its field; None when the unit measures something else."""
    at = next(field.unit for field in case.fields if field.name == name)
    if not one.unit or one.unit == at:
        return one.value
    try:
        return one.value * float(ratio(unit(one.unit), unit(at)))
    except UnitError:
        return None


def _field(case: Case, one: Field, given: Any, value: float | None, right: Way, follow: Way) -> FieldMark:
    points = case.points_of(one)
    wanted = right.expected[one.name]
    own = follow.expected.get(one.name, wanted)
    verdict, share = _verdict(one, given, value, wanted, own)
    expected = own if verdict == "follows" else wanted
    tree = (follow if verdict == "follows" else right).trees.get(one.name)
    return FieldMark(
        one, shown_answer(one, given), shown_value(one, expected), verdict, points * share, points, tree
    )


def _verdict(one: Field, given: Any, value: float | None, wanted: Any, own: Any) -> tuple[str, float]:
    if given is None:
        return "empty", 0.0
    if isinstance(given, Unreadable):
        return "unreadable", 0.0
    if one.kind != "number":
        return max((chosen(given, wanted), chosen(given, own, "follows")), key=lambda pair: pair[1])
    if value is None:
        return "unit", 0.0
    for target, verdict in ((wanted, "right"), (own, "follows")):
        if near(one, value, target):
            written = given.unit in ("", one.unit)
            return (verdict, 1.0) if not written or _as_asked(one, given, target) else ("rounding", ROUNDING)
    return "wrong", 0.0


def near(one: Field, value: float, target: float) -> bool:
    """Within the tolerance and half a step of the last decimal asked for; what rounds to nought must be nought."""
    unit = 10.0**-one.decimals
    if abs(target) < 0.5 * unit:
        return abs(value) <= abs(target) + 0.01 * unit
    return abs(value - target) <= one.within * abs(target) + 0.5 * unit + 1e-9 * abs(target)


def _as_asked(one: Field, given: Figure, target: float) -> bool:
    """Written with the decimals asked for; fewer are fine where only zeros were left out."""
    if given.decimals is None or given.decimals > one.decimals:
        return False
    return given.decimals == one.decimals or given.value == half_up(target, one.decimals)


def chosen(given: Any, wanted: Any, verdict: str = "right") -> tuple[str, float]:
    """One code: all or nothing. A set: all for the very set, else one share less for every code too many or missing."""
    if given == wanted:
        return verdict, 1.0
    if not isinstance(wanted, frozenset):
        return "wrong", 0.0
    share = max(0.0, 1 - len(given ^ wanted) / max(2, len(wanted)))
    return ("part", share) if share else ("wrong", 0.0)


def shown_value(one: Field, value: Any, language: str = "zh") -> str:
    """A right answer in words."""
    if one.kind == "number":
        return shown(float(value), one.decimals).replace(" ", "")
    names = {code: said(label, language) for code, label in one.options}
    if isinstance(value, frozenset):
        return "；".join(names[code] for code, _ in one.options if code in value) or "—"
    return names.get(value, str(value))


def shown_answer(one: Field, given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, Unreadable):
        return given.text
    if isinstance(given, Figure):
        return f"{given.value:.15g}" + (f" {given.unit}" if given.unit else "")
    return shown_value(one, given)
