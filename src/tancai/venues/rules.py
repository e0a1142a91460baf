"""What makes an application for an exam site complete, and what its events make of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_ROOMS, MOST_SEATS = 50, 500
LIMITS = {"name": 120, "region": 60, "address": 200, "contact_name": 60, "equipment": 2_000}
NEEDED = ("name", "region", "address", "contact_name")

_number = re.compile(r"(?<![0-9])[1-9][0-9](?:[\s\-]?[0-9]){15}[\s\-]?[0-9Xx](?![0-9])")
_after = {
    "submitted": frozenset({"accepted", "refused"}),
    "accepted": frozenset({"closed"}),
    "refused": frozenset[str](),
    "closed": frozenset({"accepted"}),
}


@dataclass(frozen=True)
class RoomFacts:
    """One room: seats for candidates, each with a computer, and cameras that watch it."""

    name: str
    seats: int
    cameras: int = 0


@dataclass(frozen=True)
class Fault:
    """A field that cannot be kept, with a stable code."""

    field: str
    code: str


def judge(texts: dict[str, str], rooms: Sequence[RoomFacts]) -> list[Fault]:
    """Every fault of an application in the order of its fields; empty when it may be submitted."""
    faults = []
    for field, most in LIMITS.items():
        text = texts.get(field, "").strip()
        if not text and field in NEEDED:
            faults.append(Fault(field, "empty"))
        elif len(text) > most:
            faults.append(Fault(field, "too_long"))
        elif _number.search(text):
            faults.append(Fault(field, "personal_number"))
    return faults + _judge_rooms(rooms)


def _judge_rooms(rooms: Sequence[RoomFacts]) -> list[Fault]:
    if not rooms or len(rooms) > MOST_ROOMS:
        return [Fault("rooms", "no_rooms" if not rooms else "too_many_rooms")]
    names = [room.name.strip() for room in rooms]
    faults = [Fault("rooms", "room_name")] if any(not n or len(n) > 60 for n in names) else []
    if len(set(names)) < len(names):
        faults.append(Fault("rooms", "room_twice"))
    if any(not 1 <= room.seats <= MOST_SEATS for room in rooms):
        faults.append(Fault("rooms", "seats"))
    if any(not 0 <= room.cameras <= 100 for room in rooms):
        faults.append(Fault("rooms", "cameras"))
    return faults


def state(kinds: Iterable[str]) -> str:
    """``submitted``, ``accepted``, ``refused`` or ``closed``: the newest event."""
    return list(kinds)[-1]


def may(present: str, kind: str) -> bool:
    """Whether this decision may follow."""
    return kind in _after.get(present, frozenset())


def needs_reason(kind: str) -> bool:
    return kind in ("refused", "closed")
