from __future__ import annotations

import time


class Clock:
    """The clock of the log, milliseconds UTC; it can be set only when it was made movable."""

    def __init__(self, movable: bool = False) -> None:
        self.movable = movable
        self._offset = 0

    def now(self) -> int:
        return int(time.time() * 1000) + self._offset

    def move(self, to: int) -> None:
        """Let the clock run on from ``to``; raises PermissionError for an ordinary clock."""
        if not self.movable:
            raise PermissionError("clock_not_movable")
        self._offset = to - int(time.time() * 1000)
