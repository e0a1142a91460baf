"""Answers and marks as QTI results (2.1, 2.2, 3.0): what was answered by its variables, one document a candidate. Pure.

Element order and types follow the results binding of the standard (``imsqti_result_v2p2``); for what is said here 2.1
and 3.0 differ by their namespaces alone. Variables bear the names that ``qti_write`` declares, so that results and
exported items fit together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Any

from tancai.items.kinds import numbers

SPACES = {
    "qti3": "http://www.imsglobal.org/xsd/imsqti_result_v3p0",
    "qti22": "http://www.imsglobal.org/xsd/imsqti_result_v2p2",
    "qti21": "http://www.imsglobal.org/xsd/imsqti_result_v2p1",
}
RESPONSE = "RESPONSE"
_NAME = re.compile(r"[^\w.\-]")
_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Variable:
    """A variable as the standard sees it; ``values`` are (field, text), the field ``""`` but for records."""

    identifier: str
    cardinality: str
    base: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ItemResult:
    """One question of one candidate. ``score`` None: not marked yet."""

    identifier: str
    sequence: int
    responses: tuple[Variable, ...]
    variant: tuple[tuple[str, str], ...] = ()
    score: Decimal | None = None
    out_of: Decimal = Decimal(0)
    version: int = 1


@dataclass(frozen=True)
class PaperResult:
    """One candidate's paper. ``candidate`` stands for a person; ``identifiers`` are further (URI, text) for it."""

    identifier: str
    candidate: str
    at: datetime
    items: tuple[ItemResult, ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    seconds: float | None = None
    score: Decimal | None = None
    out_of: Decimal = Decimal(0)
    passed: bool | None = None


def variables(kind: str, content: dict[str, Any], response: Any) -> tuple[Variable, ...]:
    """What a normal response is in variables of the standard; none for no answer.

    Kinds that the standard has no interaction for come by the shape of their response: a record for fields, texts else.
    """
    if response is None or response == [] or response == {}:
        return ()
    return _BY_KIND.get(kind, _by_shape)(content, response)


def _by_shape(content: dict[str, Any], response: Any) -> tuple[Variable, ...]:
    if isinstance(response, dict):
        fields = tuple((str(name), _text(value)) for name, value in response.items())
        return (Variable(RESPONSE, "record", "", fields),)
    values = response if isinstance(response, list) else [response]
    cardinality = "multiple" if isinstance(response, list) else "single"
    return (Variable(RESPONSE, cardinality, "string", tuple(("", _text(value)) for value in values)),)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _letters(content: dict[str, Any], response: Any) -> tuple[Variable, ...]:
    several = isinstance(response, list)
    letters = response if several else [response]
    return (
        Variable(
            RESPONSE, "multiple" if several else "single", "identifier", tuple(("", x) for x in letters)
        ),
    )


def _number(content: dict[str, Any], response: str) -> tuple[Variable, ...]:
    value = numbers.answered(response, content.get("unit", ""))
    if value is None:
        return (Variable(RESPONSE, "single", "string", (("", response),)),)
    return (Variable(RESPONSE, "single", "float", (("", format(value, "f")),)),)


def _blanks(content: dict[str, Any], response: list[str]) -> tuple[Variable, ...]:
    return tuple(
        Variable(f"{RESPONSE}{place}", "single", "string", (("", text),) if text.strip() else ())
        for place, text in enumerate(response, start=1)
    )


def _couples(content: dict[str, Any], response: list[str]) -> tuple[Variable, ...]:
    pairs = tuple(("", f"{pair[:-1]} {pair[-1]}") for pair in response)
    return (Variable(RESPONSE, "multiple", "directedPair", pairs),)


def _order(content: dict[str, Any], response: list[str]) -> tuple[Variable, ...]:
    placed = sorted(response, key=lambda pair: (len(pair), pair[1:], pair))
    return (Variable(RESPONSE, "ordered", "identifier", tuple(("", pair[0]) for pair in placed)),)


_BY_KIND: dict[str, Callable[[dict[str, Any], Any], tuple[Variable, ...]]] = {
    "single": _letters,
    "multiple": _letters,
    "truefalse": _letters,
    "numeric": _number,
    "parameterised": _number,
    "fill": _blanks,
    "matching": _couples,
    "ordering": _order,
}


def told(given: Sequence[Variable]) -> str:
    """Variables as one cell: ``A``, ``ABD``, ``1A 2C``; fields and several blanks as JSON; ``""`` for none."""
    if not given:
        return ""
    if len(given) > 1 or given[0].cardinality == "record":
        pairs = [
            (field or one.identifier, value)
            for one in given
            for field, value in one.values or (("", ""),)  # a blank left empty keeps its place
        ]
        return json.dumps(dict(pairs), ensure_ascii=False)
    one = given[0]
    texts = [value for _field, value in one.values]
    if one.cardinality == "single":
        return "".join(texts)
    if one.base == "directedPair":
        return " ".join(text.replace(" ", "") for text in texts)
    return "".join(texts) if all(len(text) == 1 for text in texts) else json.dumps(texts, ensure_ascii=False)


def document(result: PaperResult, form: str = "qti22") -> str:
    """One ``assessmentResult``; ``form`` is one of SPACES."""
    at = result.at.isoformat(timespec="milliseconds")
    written = name if form == "qti3" else _attribute  # 3.0 takes identifiers only
    known = "".join(
        f'<sessionIdentifier sourceID="{_attribute(uri)}" identifier="{written(text)}"/>'
        for uri, text in (("urn:tancai:candidate", result.candidate), *result.identifiers)
    )
    outcomes = [] if result.seconds is None else [_duration(result.seconds)]
    if result.score is not None:
        outcomes.append(_outcome("SCORE", "float", _figure(result.score), most=result.out_of))
    outcomes.append(_outcome("MAXSCORE", "float", _figure(result.out_of)))
    if result.passed is not None:
        outcomes.append(_outcome("PASS", "boolean", "true" if result.passed else "false"))
    items = "".join(_item(one, at) for one in result.items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<assessmentResult xmlns="{SPACES[form]}"><context sourcedId="{name(result.candidate)}">{known}</context>'
        f'<testResult identifier="{_attribute(result.identifier)}" datestamp="{at}">{"".join(outcomes)}</testResult>'
        f"{items}</assessmentResult>\n"
    )


def name(text: str) -> str:
    """A text as an identifier of the standard: letters, digits, ``.-_``, beginning with a letter."""
    found = _NAME.sub("_", text)
    return found if found[:1].isalpha() or found[:1] == "_" else f"_{found}"


def _item(one: ItemResult, at: str) -> str:
    status = "final" if one.score is not None else "pendingResponseProcessing"
    responses = "".join(_response(variable) for variable in one.responses)
    if not one.responses:
        responses = _response(Variable(RESPONSE, "single", "", ()))
    variant = "".join(
        f'<templateVariable identifier="{name(label)}" cardinality="single" baseType="float">'
        f"{_values((('', value),))}</templateVariable>"
        for label, value in one.variant
    )
    outcomes = [] if one.score is None else [_outcome("SCORE", "float", _figure(one.score), most=one.out_of)]
    outcomes.append(_outcome("MAXSCORE", "float", _figure(one.out_of)))
    outcomes.append(_outcome("VERSION", "integer", str(one.version)))
    return (
        f'<itemResult identifier="{name(one.identifier)}" sequenceIndex="{one.sequence}" datestamp="{at}"'
        f' sessionStatus="{status}">{responses}{variant}{"".join(outcomes)}</itemResult>'
    )


def _response(variable: Variable) -> str:
    base = f' baseType="{variable.base}"' if variable.base else ""
    return (
        f'<responseVariable identifier="{name(variable.identifier)}" cardinality="{variable.cardinality}"{base}>'
        f"<candidateResponse>{_values(variable.values)}</candidateResponse></responseVariable>"
    )


def _values(values: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<value fieldIdentifier="{name(field)}" baseType="string">{_inner(text)}</value>'
        if field
        else f"<value>{_inner(text)}</value>"
        for field, text in values
    )


def _outcome(identifier: str, base: str, value: str, *, most: Decimal | None = None) -> str:
    bounds = "" if most is None else f' normalMinimum="0" normalMaximum="{_figure(most)}"'
    return (
        f'<outcomeVariable identifier="{identifier}" cardinality="single" baseType="{base}"{bounds}>'
        f"<value>{value}</value></outcomeVariable>"
    )


def _duration(seconds: float) -> str:
    told = f"{timedelta(seconds=seconds).total_seconds():.3f}"
    return (
        '<responseVariable identifier="duration" cardinality="single" baseType="duration">'
        f"<candidateResponse><value>{told}</value></candidateResponse></responseVariable>"
    )


def _figure(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


def _inner(text: str) -> str:
    return escape(_UNPRINTABLE.sub("�", text), quote=False)


def _attribute(text: str) -> str:
    return escape(_UNPRINTABLE.sub("�", " ".join(text.split())))
