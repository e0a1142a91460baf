"""What one line of the log is. Times are milliseconds since 1970, UTC."""

from __future__ import annotations

from typing import NamedTuple

ANSWER, FLAG, HAND_IN, NOTE = 1, 2, 3, 4
CLAIM, EXTRA, PAUSE, RESUME, MESSAGE, END, GRACE, SEAL, PURGE = 10, 11, 12, 13, 14, 15, 16, 17, 18

CLIENT_KINDS = {"answer": ANSWER, "flag": FLAG, "hand_in": HAND_IN, "note": NOTE}
ORDER_KINDS = {
    "extra": EXTRA,
    "pause": PAUSE,
    "resume": RESUME,
    "message": MESSAGE,
    "end": END,
    "grace": GRACE,
    "seal": SEAL,
    "purge": PURGE,
}
ORDER_NAMES = {number: name for name, number in ORDER_KINDS.items()}

OK, LATE, PAUSED = 0, 1, 2
SUPERSEDED, EARLY, EXPIRED, CLOSED = 10, 11, 12, 13
WORDS = {
    OK: "ok",
    LATE: "late",
    PAUSED: "paused",
    SUPERSEDED: "superseded",
    EARLY: "early",
    EXPIRED: "expired",
    CLOSED: "closed",
}


def counts(verdict: int) -> bool:
    """Whether an event with this verdict is part of the answer sheet."""
    return verdict < SUPERSEDED


class Row(NamedTuple):
    """One event. ``epoch`` 0 holds claims and orders; ``item`` and ``value`` (JSON text) depend on the kind."""

    sitting: int
    epoch: int
    seq: int
    kind: int
    verdict: int
    at: int
    received: int
    item: str
    value: str


class Raw(NamedTuple):
    """Input kept although it could not be taken: why, and the bytes as they came."""

    sitting: int
    received: int
    why: str
    body: bytes
