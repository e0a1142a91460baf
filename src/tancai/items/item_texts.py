"""Every text of an item with its place, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tancai.items import texts
from tancai.items.errors import Fault


def labelled(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """(place, text) of all texts in a content or key: ``stem``, ``options.A``, ``points.2``."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict) and isinstance(value.get("text"), str):
        yield place, value["text"]
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "kind":  # of a question of a case
                continue
            yield from labelled(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            letter = inner.get("letter", number) if isinstance(inner, dict) else number
            yield from labelled(inner, f"{place}.{letter}")


def text_faults(content: dict[str, Any], key: dict[str, Any], explanation: str) -> list[Fault]:
    """Formulas that cannot be shown and pictures without words, wherever they stand."""
    found = [*labelled(content), *labelled(key), ("explanation", explanation)]
    return [fault for place, text in found for fault in texts.faults(place, text)]


def pictures_of(content: dict[str, Any], key: dict[str, Any], explanation: str) -> list[str]:
    """Tokens of the pictures of an item, each once, in order."""
    found = [*labelled(content), *labelled(key), ("explanation", explanation)]
    return list(dict.fromkeys(token for _place, text in found for token in texts.tokens(text)))
