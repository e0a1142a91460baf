"""What our own packages carry beside the items: place in the bank, basis, and what the format cannot say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tancai.items.exchange.model import Found, Read
from tancai.items.kinds import kinds

NAME = "tancai.json"
_FIELDS = ("topic", "difficulty", "levels", "document", "clause")


def entry(item: Found, *, whole: bool) -> dict[str, Any]:
    """What is written for one item; ``whole`` with content and key, because the format does not give them back."""
    found = {name: item.about[name] for name in _FIELDS if item.about.get(name)}
    if whole:
        found |= {
            "kind": item.kind,
            "content": item.content,
            "key": item.key,
            "explanation": item.explanation,
        }
    return found


def write(items: dict[str, dict[str, Any]]) -> bytes:
    return json.dumps({"items": items}, ensure_ascii=False, sort_keys=True, indent=1).encode()


def read(data: bytes) -> dict[str, Any]:
    """Entries by the identifier of the item; nothing of a file that is not ours."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, dict):
        return {}
    return {name: one for name, one in items.items() if isinstance(one, dict)}


def completed(item: Read, entries: dict[str, Any]) -> Read:
    """An item with what the package says beside it."""
    given = entries.get(item.source)
    if given is None or not isinstance(item, Found):
        return item
    item = replace(item, about={**item.about, **{name: given[name] for name in _FIELDS if name in given}})
    whole = (
        given.get("kind") in kinds()
        and isinstance(given.get("content"), dict)
        and isinstance(given.get("key"), dict)
    )
    if not whole:
        return item
    notes = tuple(note for note in item.notes if note.code != "marking_point")
    return replace(
        item,
        kind=given["kind"],
        content=given["content"],
        key=given["key"],
        explanation=str(given.get("explanation", "")),
        notes=notes,
    )
