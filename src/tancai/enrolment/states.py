"""The life of an application as a pure fold over its events."""

from __future__ import annotations

from collections.abc import Iterable

DRAFT, SUBMITTED, RETURNED = "draft", "submitted", "returned"
APPROVED, REFUSED, WITHDRAWN = "approved", "refused", "withdrawn"
STATES = (DRAFT, SUBMITTED, RETURNED, APPROVED, REFUSED, WITHDRAWN)
EDITABLE = frozenset({DRAFT, RETURNED})
RUNNING = frozenset({DRAFT, SUBMITTED, RETURNED, APPROVED})

_STEPS: dict[str, tuple[frozenset[str], str | None]] = {
    "drafted": (frozenset({"", WITHDRAWN, REFUSED}), DRAFT),
    "submitted": (EDITABLE, SUBMITTED),
    "returned": (frozenset({SUBMITTED}), RETURNED),
    "approved": (frozenset({SUBMITTED}), APPROVED),
    "refused": (frozenset({SUBMITTED}), REFUSED),
    "withdrawn": (RUNNING, WITHDRAWN),
    "corrected": (frozenset({APPROVED}), None),
}
EVENTS = tuple(_STEPS)


def may(event: str, current: str) -> bool:
    """Whether this event can happen in this state."""
    return current in _STEPS[event][0]


def after(event: str, current: str) -> str:
    """The state after a possible event."""
    return _STEPS[event][1] or current


def state(events: Iterable[str]) -> str:
    """Fold event kinds, oldest first, into the present state; impossible events change nothing."""
    current = ""
    for event in events:
        if may(event, current):
            current = after(event, current)
    return current or DRAFT
