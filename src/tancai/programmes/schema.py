"""The schema check: a TOML text becomes a ``Definition`` or a list of faults, each with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import date, time
from typing import Any

from pydantic import BaseModel, ValidationError

from tancai.programmes.definition import Definition
from tancai.programmes.errors import BadDefinition, Fault
from tancai.programmes.toml_lines import Path, key_lines

_NOT_IN_FILES = ("edition_id", "edition_number")
_PREDICATE_TAGS = {"education", "degree", "major", "years", "certificate", "student", "occupation"}


def parse(text: str, name: str) -> tuple[Definition, dict[Path, int]]:
    """The definition and the line of each of its keys; raises ``BadDefinition``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition([_toml_fault(error, text, name)]) from error
    lines = key_lines(text)
    faults = [
        Fault(name, line_of(lines, (key,)), key, "unknown_key", {"key": key, "near": ""})
        for key in _NOT_IN_FILES
        if key in data
    ]
    definition = _validated(data, name, lines, faults)
    return definition, lines


def check_data(data: dict[str, Any], name: str, lines: dict[Path, int] | None = None) -> Definition:
    """Check plain values; ``lines`` are those of the text they were read from. Raises ``BadDefinition``."""
    return _validated(data, name, lines or {}, [])


def parse_part(text: str, part: str) -> tuple[Any, dict[Path, int]]:
    """The value of one top-level part written as TOML, and the lines of its keys; raises ``BadDefinition``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition([_toml_fault(error, text, part)]) from error
    lines = key_lines(text)
    faults = [
        Fault(part, line_of(lines, (key,)), key, "other_part", {"key": key, "part": part})
        for key in data
        if key != part
    ]
    if faults:
        raise BadDefinition(faults)
    if part not in data:
        raise BadDefinition([Fault(part, 1, "", "missing_key", {"key": part})])
    return _plain(data[part]), lines


def _plain(value: Any) -> Any:
    """JSON values: TOML dates and times as ISO text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a key, or of the nearest thing around it that is written in the text; 0 without a text."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def dotted(path: Path) -> str:
    """``conditions.beginner[0].text`` with elements counted from 1, as people count."""
    out = ""
    for step in path:
        out += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def _validated(data: dict[str, Any], name: str, lines: dict[Path, int], faults: list[Fault]) -> Definition:
    try:
        definition = Definition.model_validate(data)
    except ValidationError as error:
        faults.extend(_fault(each, name, lines) for each in _own(error.errors(include_url=False)))
        raise BadDefinition(sorted(faults, key=lambda fault: fault.line)) from error
    if faults:
        raise BadDefinition(faults)
    return definition


def _own(errors: list[Any]) -> list[Any]:
    """Without those of a list that is only too short because its elements are faulty."""
    places = [each["loc"] for each in errors]
    return [
        each
        for each in errors
        if each["type"] != "too_short"
        or not any(len(loc) > len(each["loc"]) and loc[: len(each["loc"])] == each["loc"] for loc in places)
    ]


def _toml_fault(error: tomllib.TOMLDecodeError, text: str, name: str) -> Fault:
    place = re.search(r"at line (\d+), column (\d+)", str(error))
    line = int(place[1]) if place else text.count("\n") + 1
    said = re.sub(r"\s*\(at .*\)$", "", str(error))
    return Fault(name, line, "", "not_toml", {"said": said})


def _fault(error: Any, name: str, lines: dict[Path, int]) -> Fault:
    path = _without_tags(error["loc"])
    kind = error["type"]
    context = error.get("ctx") or {}
    code, params = _code(kind, context, error, path)
    return Fault(name, line_of(lines, path), dotted(path), code, params)


def _without_tags(loc: tuple[Any, ...]) -> Path:
    """pydantic puts the tag of a union behind the element's number; it is no key of the text."""
    return tuple(
        step
        for place, step in enumerate(loc)
        if not (place and step in _PREDICATE_TAGS and isinstance(loc[place - 1], int))
    )


def _code(kind: str, context: dict[str, Any], error: Any, path: Path) -> tuple[str, dict[str, object]]:
    last = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        return "unknown_key", {"key": last, "near": _near(last)}
    if kind == "missing":
        return "missing_key", {"key": last}
    if kind in {"literal_error", "enum"}:
        return "not_allowed", {"given": error["input"], "allowed": context.get("expected", "")}
    if kind == "union_tag_invalid":
        return "unknown_predicate", {
            "given": context.get("tag", ""),
            "allowed": context.get("expected_tags", ""),
        }
    if kind == "union_tag_not_found":
        return "missing_key", {"key": "kind"}
    if kind == "value_error":
        return str(context.get("error", "")), {"given": _short(error["input"])}
    if kind in _BOUNDS:
        return _BOUNDS[kind], {"given": error["input"], "bound": next(iter(context.values()), "")}
    if kind == "string_pattern_mismatch":
        return "bad_pattern", {"given": error["input"], "pattern": context.get("pattern", "")}
    if kind in {"string_too_short", "too_short"}:
        return "empty", {"key": last}
    return "wrong_type", {
        "given": _short(error["input"]),
        "wanted": kind.removesuffix("_type").removesuffix("_parsing"),
    }


_BOUNDS = {
    "greater_than_equal": "below",
    "greater_than": "below",
    "less_than_equal": "above",
    "less_than": "above",
    "string_too_long": "too_long",
    "too_long": "too_long",
}


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _known_keys() -> set[str]:
    keys: set[str] = set()
    todo: list[type[BaseModel]] = [Definition]
    seen: set[type[BaseModel]] = set()
    while todo:
        model = todo.pop()
        if model in seen:
            continue
        seen.add(model)
        keys.update(model.model_fields)
        for field in model.model_fields.values():
            todo.extend(_models_in(field.annotation))
    return keys - set(_NOT_IN_FILES)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _near(key: str) -> str:
    found = difflib.get_close_matches(key, sorted(_known_keys()), n=1)
    return found[0] if found else ""
