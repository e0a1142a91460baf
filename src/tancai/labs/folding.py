"""What a piece of work holds, folded from its entries; and which new entries fit. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_ENTRIES = 500
LONGEST_NAME = 200
LARGEST_VALUE = 200_000
"""Signs of one value as JSON: a raster or a long table fits, a film does not."""


@dataclass(frozen=True)
class Entry:
    """A change as a page sends it: ``seq`` counts from 1 within the work, a value of None takes the name out."""

    seq: int
    name: str
    value: Any


@dataclass
class State:
    """A work as it stands: ``values`` by name, ``high`` the last number, whether it is handed in or put away.

    ``title`` is the newest name given to it, "" while it has its first.
    """

    values: dict[str, Any] = field(default_factory=dict)
    high: int = 0
    handed_in: bool = False
    away: bool = False
    title: str = ""


class Misfit(ValueError):
    """Entries that cannot be taken: ``code`` is ``overtaken``, ``gap``, ``many``, ``name`` or ``large``."""

    def __init__(self, code: str, seq: int) -> None:
        self.code, self.seq = code, seq
        super().__init__(f"{code} at {seq}")


def fold(entries: Iterable[Any]) -> State:
    """State of a work from its entries in the sequence of ``seq`` (objects with seq, kind, name, value)."""
    state = State()
    for one in entries:
        state.high = one.seq
        if one.kind == "value":
            if one.value is None:
                state.values.pop(one.name, None)
            else:
                state.values[one.name] = one.value
        elif one.kind == "hand_in":
            state.handed_in = True
        elif one.kind == "rename":
            state.title = one.value
        else:
            state.away = one.kind == "put_away"
    return state


def new_ones(given: Sequence[Entry], *, high: int, known: Mapping[int, tuple[str, Any]]) -> list[Entry]:
    """The entries after ``high``; those up to it must repeat ``known`` {seq: (name, value)} (a page sends again what it
    has no answer for). Raises Misfit: ``overtaken`` when another page wrote under the same number."""
    if len(given) > MOST_ENTRIES:
        raise Misfit("many", given[MOST_ENTRIES].seq)
    fresh: list[Entry] = []
    for one in sorted(given, key=lambda entry: entry.seq):
        if not one.name or len(one.name) > LONGEST_NAME:
            raise Misfit("name", one.seq)
        if len(json.dumps(one.value, ensure_ascii=False)) > LARGEST_VALUE:
            raise Misfit("large", one.seq)
        if one.seq <= high:
            if known.get(one.seq) != (one.name, one.value):
                raise Misfit("overtaken", one.seq)
            continue
        if one.seq != high + len(fresh) + 1:
            raise Misfit("gap", one.seq)
        fresh.append(one)
    return fresh
