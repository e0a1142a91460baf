"""Answers as candidates write them: figures in any usual hand, codes, sets of codes."""

from __future__ import annotations

import contextlib
import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tancai.engines.carbon.numbers import BadNumber
from tancai.engines.carbon.numbers import number as plain
from tancai.labs.tasks.protocol import Case, Field

LONGEST = 60
MOST = 200
GROUPS = re.compile(r"[+-]?\d{1,3}(?:[,  ]\d{3})+(?:\.\d+)?")


@dataclass(frozen=True)
class Figure:
    """``decimals`` as written; None with an exponent. ``unit`` is the one chosen, "" for the field's own."""

    value: float
    decimals: int | None
    unit: str = ""


@dataclass(frozen=True)
class Unreadable:
    """``code``: no_number, comma_decimal, …"""

    text: str
    code: str


def figure(text: str, unit: str = "") -> Figure | Unreadable:
    """A figure; full-width digits, a Chinese minus and thousands groups are read as they were meant.

    A comma that is no thousands comma is unreadable: nobody can tell whether 12,5 is twelve and a half.
    """
    clean = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").strip()
    if GROUPS.fullmatch(clean):
        clean = re.sub(r"[,  ]", "", clean)
    try:
        value = plain(clean)
    except BadNumber as bad:
        return Unreadable(text, bad.code)
    if "e" in clean.lower():
        return Figure(value, None, unit)
    return Figure(value, len(clean.partition(".")[2]), unit)


def normal(raw: Any, names: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """A response in its stored form: ``{field: text | code | [codes], "field@": unit}``; None for no answer.

    Raises ValueError when it is no such thing. Unknown fields are dropped when ``names`` are known.
    """
    if raw in (None, "", {}):
        return None
    if not isinstance(raw, dict) or len(raw) > MOST:
        raise ValueError("work is a mapping of fields to answers")
    found: dict[str, Any] = {}
    for name, value in raw.items():
        if names is not None and name.removesuffix("@") not in names:
            continue
        if isinstance(value, str) and len(value) <= LONGEST:
            if value.strip():
                found[name] = value.strip()
        elif isinstance(value, list) and len(value) <= MOST and all(isinstance(v, str) for v in value):
            if value:
                found[name] = sorted({v[:LONGEST] for v in value})
        elif value is not None:
            raise ValueError(f"{name}: an answer is a short text or a list of codes")
    return found or None


def tidy(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Of the values of a piece of work the answers to fields of ``names``, in their normal form.

    The rest is passed over.
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name.removesuffix("@") in names:
            with contextlib.suppress(ValueError):
                found |= normal({name: value}) or {}
    return found


def read(case: Case, work: Mapping[str, Any]) -> dict[str, Any]:
    """By field: Figure, code, frozenset of codes, Unreadable, or nothing where nothing was given."""
    found = {}
    for one in case.fields:
        value = _one(one, work)
        if value is not None:
            found[one.name] = value
    return found


def _one(one: Field, work: Mapping[str, Any]) -> Any:
    given = work.get(one.name)
    if given is None or given == "" or given == []:
        return None
    if one.kind == "number":
        unit = work.get(f"{one.name}@", "")
        return figure(given, unit if unit in one.units else "") if isinstance(given, str) else None
    codes = {code for code, _ in one.options}
    if one.kind == "choice":
        return given if isinstance(given, str) and given in codes else None
    chosen = [given] if isinstance(given, str) else given
    return frozenset(code for code in chosen if code in codes) or None


def own_values(
    case: Case, given: Mapping[str, Any], in_own_unit: Mapping[str, float | None]
) -> dict[str, Any]:
    """Answers as plain values for the way: figures in the unit of the field."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Figure):
            converted = in_own_unit.get(name, value.value)
            if converted is not None and math.isfinite(converted):
                found[name] = converted
        elif not isinstance(value, Unreadable):
            found[name] = value
    return found
