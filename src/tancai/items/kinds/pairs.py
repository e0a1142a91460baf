"""What matching and ordering share: a response is a list of pairs ``["1A", "2C"]``, left part then right part."""

from __future__ import annotations

from typing import Any

from tancai.items.errors import BadResponse

NUMBERS = [str(number) for number in range(1, 21)]


def response(raw: Any) -> list[str] | None:
    if raw in (None, "", []):
        return None
    if (
        not isinstance(raw, list)
        or len(raw) > 40
        or not all(isinstance(p, str) and 2 <= len(p) <= 4 for p in raw)
    ):
        raise BadResponse("pairs are a list like 1A, 2C")
    return sorted(set(raw)) or None


def lettered(texts: list[str], letters: str | list[str]) -> list[dict[str, str]]:
    return [{"letter": letter, "text": text} for letter, text in zip(letters, texts, strict=False)]
