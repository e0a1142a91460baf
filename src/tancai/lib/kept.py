"""Objects kept for a moment in this process, as they are: for what the next requests of the same visitor only read.

Unlike the cache it makes no copies. Threads share what they get and must not change it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from time import monotonic
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """At most ``most`` objects, each for ``seconds``; the oldest goes first."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._found: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()
        self._lock = threading.Lock()
        _every.append(self)

    def get(self, key: Hashable) -> Value | None:
        found = self._found.get(key)
        return found[1] if found is not None and monotonic() < found[0] else None

    def put(self, key: Hashable, value: Value) -> None:
        with self._lock:
            self._found.pop(key, None)
            self._found[key] = (monotonic() + self._seconds, value)
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._found.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


_every: list[Kept[Any]] = []


def clear() -> None:
    """Forget everything that is kept anywhere in this process."""
    for each in _every:
        each.clear()
