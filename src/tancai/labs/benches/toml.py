"""Plain values of an engine's input as the text of a TOML file."""

from __future__ import annotations

import json
import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def as_toml(values: dict[str, Any]) -> str:
    """Top-level values first, then tables, then lists of tables, in the sequence given."""
    out = [f"{key} = {_value(value)}" for key, value in values.items() if not _inner(value)]
    for key, value in values.items():
        if isinstance(value, dict):
            _table(out, key, value)
        elif _inner(value):
            for one in value:
                _table(out, key, one, "[[{}]]")
    return "\n".join(out) + "\n"


def _inner(value: Any) -> bool:
    """A table or a list of tables."""
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _table(out: list[str], name: str, table: dict[str, Any], frame: str = "[{}]") -> None:
    out += ["", frame.format(name)]
    inner = {
        key: value
        for key, value in table.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    out += [f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in inner]
    for key, rows in inner.items():
        for row in rows:
            _table(out, f"{name}.{key}", row, "[[{}]]")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, bool | str) or not isinstance(value, int | float):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
