"""Where a message goes and when a failed delivery is tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

# After the first, second, … failure; then the delivery is given up.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))


def channel_for(reach: Sequence[str], addresses: Mapping[str, str]) -> str:
    """The first channel of ``reach`` for which an address is known, or ``""``."""
    return next((channel for channel in reach if addresses.get(channel)), "")


def next_attempt(failures: int, at: datetime) -> datetime | None:
    """When to try again after so many failures; None = given up."""
    return at + PAUSES[failures - 1] if 1 <= failures <= len(PAUSES) else None


def state(attempts: Sequence[bool], due: bool) -> str:
    """``waiting`` before the first attempt, ``delivered``, ``retrying``, or ``failed`` once given up."""
    if not attempts:
        return "waiting"
    if attempts[-1]:
        return "delivered"
    return "retrying" if due else "failed"
