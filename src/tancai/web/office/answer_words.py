"""What a candidate answered and what is right, in lines of text, for every kind of question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tancai.labs import api as labs


def answered(kind: str, response: Any, public: dict[str, Any]) -> list[str]:
    """A response as it was given; no lines when there is none."""
    if not response:
        return []
    if "questions" in public:
        return [line for question in public["questions"] for line in _of_question(question, response)]
    if isinstance(response, dict):
        return [f"{label}{_('：')}{value}" for label, value in _worked(response, public)]
    if kind == "truefalse":
        return [_judgement(str(response))]
    if kind == "fill":
        return _numbered(response)
    if kind == "ordering":
        placed = sorted(response, key=lambda pair: (len(pair), pair[1:], pair))
        return [" · ".join(f"{pair[1:]} {pair[0]}" for pair in placed)]
    if kind == "matching":
        return [" · ".join(f"{pair[:-1]} → {pair[-1]}" for pair in response)]
    return [_("、").join(response) if isinstance(response, list) else str(response)]


def _of_question(question: dict[str, Any], response: Any) -> list[str]:
    """What was given to one question of a case, under its number."""
    given = response.get(str(question["number"])) if isinstance(response, dict) else None
    told = answered(question["kind"], given, question["public"]) or ["—"]
    return _under(question["number"], told)


def _under(number: int, told: list[str]) -> list[str]:
    return [f"({number}) {told[0]}", *told[1:]] if told else []


def right(solution: dict[str, Any]) -> list[str]:
    """The key; no lines for what only marking points decide."""
    if "questions" in solution:
        return [
            line
            for question in solution["questions"]
            for line in _under(
                question["number"], right(question["solution"]) or [question["solution"].get("reference", "")]
            )
        ]
    found = (
        [_("、").join(_judgement(letter) for letter in solution["letters"])] if "letters" in solution else []
    )
    if "value" in solution:
        found.append(_figure(solution))
    found += [" → ".join(pair) for pair in solution.get("pairs", [])]
    found += [f"{place} {text}" for place, text in enumerate(solution.get("order", []), start=1)]
    found += _numbered([" / ".join(answers) for answers in solution.get("blanks", [])])
    for step in solution.get("work", []):
        found += [f"{_said(one['label'])}{_('：')}{one['value']}" for one in step["answers"]]
    return found


def _figure(solution: dict[str, Any]) -> str:
    room = "" if solution.get("tolerance") in (None, "", "0") else f"± {solution['tolerance']}"
    return " ".join(part for part in (solution["value"], solution.get("unit", ""), room) if part)


def _numbered(texts: list[str]) -> list[str]:
    return [f"{number}. {text or '—'}" for number, text in enumerate(texts, start=1)]


def _judgement(letter: str) -> str:
    return {"T": "√", "F": "×"}.get(letter, letter)


def _said(text: str) -> str:
    return labs.said(text, "en" if get_language() == "en" else "zh")


def _worked(response: dict[str, Any], public: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields of a practical task that were answered, by their labels, in the order of the page."""
    for field in _fields(public):
        given = response.get(field["name"])
        if not given:
            continue
        names: dict[Any, str] = {code: _said(label) for code, label in field.get("options") or []}
        texts = [names.get(one, str(one)) for one in (given if isinstance(given, list) else [given])]
        unit = response.get(f"{field['name']}@") or field.get("unit") or ""
        yield _said(field["label"]), f"{_('、').join(texts)} {unit}".strip()


def _fields(public: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in public.get("steps", []):
        for group in step["groups"]:
            if "field" in group:
                yield group["field"]
            else:
                yield from (cell for row in group["rows"] for cell in row["cells"] if cell)
