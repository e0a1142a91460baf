"""What an order's events make of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

PURPOSES: tuple[str, ...] = ("enrolment", "resit", "replacement")

STATES: tuple[str, ...] = (
    "open",
    "voucher",
    "refused",
    "confirmed",
    "waived",
    "free",
    "cancelled",
    "refunded",
)
SETTLED: frozenset[str] = frozenset({"confirmed", "waived", "free"})
OVER: frozenset[str] = frozenset({"cancelled", "refunded"})

KINDS: tuple[str, ...] = ("opened", "voucher", "confirmed", "refused", "waived", "cancelled", "refunded")
_AFTER = {
    "opened": "open",
    "voucher": "voucher",
    "confirmed": "confirmed",
    "refused": "refused",
    "waived": "waived",
    "cancelled": "cancelled",
    "refunded": "refunded",
}
_ALLOWED: dict[str, frozenset[str]] = {
    "open": frozenset({"voucher", "confirmed", "waived", "cancelled"}),
    "voucher": frozenset({"voucher", "confirmed", "refused", "waived", "cancelled"}),
    "refused": frozenset({"voucher", "confirmed", "waived", "cancelled"}),
    "confirmed": frozenset({"refunded"}),
    "waived": frozenset({"cancelled"}),
    "free": frozenset({"cancelled"}),
    "cancelled": frozenset(),
    "refunded": frozenset(),
}
NEEDS_REASON: frozenset[str] = frozenset({"refused", "waived", "cancelled", "refunded"})


def state_after(kind: str, amount: int) -> str:
    """The state that the newest event leaves; an order over nothing is ``free`` from the start."""
    return "free" if kind == "opened" and amount == 0 else _AFTER[kind]


def fold(amount: int, kinds: Iterable[str]) -> str:
    """The state after events in order; an event that was not allowed then changes nothing."""
    state = ""
    for kind in kinds:
        if (kind == "opened" and not state) or (state and may(state, kind)):
            state = state_after(kind, amount)
    return state


def may(state: str, kind: str) -> bool:
    """Whether an event of this kind may follow in this state."""
    return kind in _ALLOWED.get(state, frozenset())


def may_now(state: str) -> frozenset[str]:
    """All kinds of events that may follow."""
    return _ALLOWED.get(state, frozenset())


def settled(state: str) -> bool:
    """Whether nothing is owed."""
    return state in SETTLED
