"""How an edition becomes the next one, and what differs between two. Pure, on plain JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tancai.programmes.definition import Definition
from tancai.programmes.errors import BadChange

_KEPT_OUT = {"edition_id", "edition_number"}
PARTS: tuple[str, ...] = tuple(name for name in Definition.model_fields if name not in _KEPT_OUT)


@dataclass(frozen=True)
class Difference:
    """One place where two definitions differ; ``before`` or ``after`` is ``None`` where the key is absent."""

    part: str
    path: str
    before: Any
    after: Any


def changed(plain: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The plain definition with parts replaced; raises ``BadChange`` (``unknown_part``, ``code_fixed``)."""
    for part in changes:
        if part not in PARTS:
            raise BadChange("unknown_part", part=part)
    if changes.get("code", plain["code"]) != plain["code"]:
        raise BadChange("code_fixed")
    return {**plain, **changes}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Every leaf that differs, in the order of the schema; list elements are matched by code, kind or line."""
    out: list[Difference] = []
    for part in PARTS:
        _compare(part, part, before.get(part), after.get(part), out)
    return out


def _compare(part: str, path: str, a: Any, b: Any, out: list[Difference]) -> None:
    if a == b:
        return
    if isinstance(a, dict) and isinstance(b, dict):
        for key in dict.fromkeys((*a, *b)):
            _compare(part, f"{path}.{key}" if key else path, a.get(key), b.get(key), out)
        return
    named_a, named_b = _named(a), _named(b)
    if named_a is not None and named_b is not None:
        for name in dict.fromkeys((*named_a, *named_b)):
            _compare(part, f"{path}[{name}]", named_a.get(name), named_b.get(name), out)
        return
    out.append(Difference(part, path, a, b))


def _named(value: Any) -> dict[str, Any] | None:
    """A list of tables by the key that names each of them, or ``None`` when it is not such a list."""
    if not isinstance(value, list) or not value:
        return None
    for key in ("code", "kind", "line"):
        if all(isinstance(each, dict) and key in each for each in value):
            named = {str(each[key]): each for each in value}
            return named if len(named) == len(value) else None
    return None
