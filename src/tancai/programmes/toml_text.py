"""Plain values as TOML text that people can read and change."""

from __future__ import annotations

import json
import re
from typing import Any

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def part_text(part: str, value: Any) -> str:
    """One top-level part of a definition as TOML."""
    lines: list[str] = []
    if isinstance(value, dict):
        _table((part,), value, lines)
    elif _is_tables(value):
        _tables((part,), value, lines)
    else:
        lines.append(f"{_key(part)} = {_value(value)}")
    return "\n".join(lines).strip() + "\n"


def _table(path: tuple[str, ...], table: dict[str, Any], lines: list[str]) -> None:
    plain = {
        key: value for key, value in table.items() if not isinstance(value, dict) and not _is_tables(value)
    }
    if plain or not table:
        lines += ["", f"[{_dotted(path)}]", *_pairs(plain)]
    _inside(path, table, lines)


def _tables(path: tuple[str, ...], tables: list[dict[str, Any]], lines: list[str]) -> None:
    for table in tables:
        plain = {k: v for k, v in table.items() if not isinstance(v, dict) and not _is_tables(v)}
        lines += ["", f"[[{_dotted(path)}]]", *_pairs(plain)]
        _inside(path, table, lines)


def _inside(path: tuple[str, ...], table: dict[str, Any], lines: list[str]) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _table((*path, key), value, lines)
        elif _is_tables(value):
            _tables((*path, key), value, lines)


def _pairs(table: dict[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return _array(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(_pairs(value)) + " }"
    return repr(value)


def _array(value: list[Any]) -> str:
    whole = "[" + ", ".join(_value(each) for each in value) + "]"
    nested = any(isinstance(each, list | dict) for each in value)
    if not nested and len(whole) <= 80:
        return whole
    return "[\n" + "".join(f"  {_value_flat(each)},\n" for each in value) + "]"


def _value_flat(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value_flat(each) for each in value) + "]"
    return _value(value)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, except that TOML also forbids a bare DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(key: str) -> str:
    return key if _BARE.match(key) else _text(key)


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(_key(key) for key in path)
