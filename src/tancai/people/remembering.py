"""Roles are asked for dozens of times while one page is made; inside ``remembering()`` they are read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tancai.people.rules import Role

_kept: ContextVar[dict[int, tuple[Role, ...]] | None] = ContextVar("roles", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Keep the roles read in this block, for one request; ``forget`` empties it when roles change meanwhile."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def recall(user_id: int, read: Callable[[], tuple[Role, ...]]) -> tuple[Role, ...]:
    kept = _kept.get()
    if kept is None:
        return read()
    if user_id not in kept:
        kept[user_id] = read()
    return kept[user_id]


def forget() -> None:
    """Called by every action that changes who may do what."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
