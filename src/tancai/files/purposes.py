"""Purposes of files, named by the rooms that use them."""

from __future__ import annotations

from collections.abc import Iterable

from tancai.files.rules import DEFAULT, Purpose

_known: dict[str, Purpose] = {}


def register_purpose(
    name: str, *, most: int = DEFAULT.most, mimes: Iterable[str] = (), keep_days: int | None = None
) -> None:
    """Set the limits of a purpose (bytes, accepted types, days to keep); called from a room's ``ready``."""
    _known[name] = Purpose(most=most, mimes=frozenset(mimes), keep_days=keep_days)


def purpose_of(name: str) -> Purpose:
    """The limits of a purpose; 10 MB and any type where nobody registered it."""
    return _known.get(name, DEFAULT)
