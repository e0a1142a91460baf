"""Marks in words: by field what was given, what is right, what it is worked out from, and the calculation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tancai.labs import api as labs

GOOD, FAIR = ("right", "follows"), ("rounding", "part")
TONES = {**dict.fromkeys(GOOD, "good"), **dict.fromkeys(FAIR, "near"), "empty": "idle"}


@dataclass(frozen=True)
class FieldWords:
    label: str
    given: str
    right: bool
    code: str
    verdict: str
    tone: str
    expected: str
    unit: str
    earned: float
    points: float
    how: str
    rests_on: tuple[str, ...]
    tree: str
    lean: bool


@dataclass(frozen=True)
class StepWords:
    code: str
    label: str
    earned: float
    points: float
    fields: tuple[FieldWords, ...]
    follows: bool

    @property
    def whole(self) -> bool:
        return self.earned > self.points - 1e-6


def steps(found: labs.Marked, language: str) -> list[StepWords]:
    return [step_of(found, one, language) for one in found.steps]


def step_of(found: labs.Marked, step: labs.StepMark, language: str) -> StepWords:
    """One step; ``follows`` when credit was given for a right method from own earlier figures."""
    lean = labs.leaning(found.case)
    names = {one.name: labs.said(one.label, language) for one in found.case.fields}
    wrong = {
        one.field.name
        for other in found.steps
        for one in other.fields
        if one.verdict not in GOOD and one.verdict != "rounding"
    }
    fields = tuple(_field(one, lean.get(one.field.name, ()), names, wrong, language) for one in step.fields)
    return StepWords(
        step.step.code,
        labs.said(step.step.label, language),
        round(step.earned, 2),
        step.step.points,
        fields,
        any(one.verdict == "follows" for one in step.fields),
    )


def _field(
    one: labs.FieldMark, lean: tuple[str, ...], names: dict[str, str], wrong: set[str], language: str
) -> FieldWords:
    number = one.field.kind == "number"
    expected = one.expected if number else _options(one, language)
    return FieldWords(
        label=labs.said(one.field.label, language),
        given=one.given if number else _given(one, language),
        right=one.verdict in GOOD,
        code=one.verdict,
        verdict=labs.said(labs.VERDICTS[one.verdict], language),
        tone=TONES.get(one.verdict, "bad"),
        expected=expected,
        unit=labs.unit_said(one.field.unit, language) if number else "",
        earned=round(one.earned, 2),
        points=round(one.points, 2),
        how=labs.said(one.field.how, language),
        rests_on=tuple(names[name] for name in lean),
        tree=_tree(one, language),
        lean=bool(wrong & set(lean)),
    )


def _tree(one: labs.FieldMark, language: str) -> str:
    """The calculation as text; its root has the name of the field."""
    if one.tree is None:
        return ""
    root = replace(one.tree, label=one.field.label)
    return "\n".join(labs.lines_of(root, language))


def _options(one: labs.FieldMark, language: str) -> str:
    """The right choice in the language of the page (marks keep it in Chinese)."""
    return _said(one, one.expected, language)


def _given(one: labs.FieldMark, language: str) -> str:
    return _said(one, one.given, language)


def _said(one: labs.FieldMark, text: str, language: str) -> str:
    if language == "zh":
        return text
    words = {labs.said(label): labs.said(label, language) for _, label in one.field.options}
    return "; ".join(words.get(part, part) for part in text.split("；")) if text else text
