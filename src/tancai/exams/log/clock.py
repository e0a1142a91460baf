from __future__ import annotations

import time
from collections.abc import Callable

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Counts through a suspension of the machine too, and nobody can set it."""


def _steady() -> float:
    return time.clock_gettime(_STEADY)


class Clock:
    """The clock of the log, milliseconds UTC.

    It takes the machine's time once, when the process starts, and then runs by a clock that cannot be set: if the
    machine's time is stepped during an exam, no candidate gains or loses working time. ``skew`` tells the
    difference. It can be set only when it was made movable.
    """

    def __init__(
        self,
        movable: bool = False,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = _steady,
    ) -> None:
        self.movable = movable
        self._wall, self._steady = wall, steady
        self._start = wall() - steady()
        self._offset = 0.0

    def now(self) -> int:
        return int((self._steady() + self._start + self._offset) * 1000)

    def skew(self) -> int:
        """By how many milliseconds the machine's time has been stepped ahead of the log's since the start."""
        return int((self._wall() - self._steady() - self._start) * 1000)

    def move(self, to: int) -> None:
        """Let the clock run on from ``to``; raises PermissionError for an ordinary clock."""
        if not self.movable:
            raise PermissionError("clock_not_movable")
        self._offset += (to - self.now()) / 1000
