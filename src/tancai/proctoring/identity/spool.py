"""Snapshots on their way: sealed bytes under random names, until the worker has looked at them.

Whatever is forgotten here is taken away by the sweep of the files room, which knows no living row of the name.
"""

from __future__ import annotations

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tancai.lib import crypto

FOLDER = "snapshots"


def put(data: bytes) -> str:
    """Seal and keep the bytes; the name to find them by."""
    name = secrets.token_urlsafe(24)
    default_storage.save(_path(name), ContentFile(crypto.seal(data, _context(name))))
    return name


def get(name: str) -> bytes | None:
    """The bytes, or None when they are gone."""
    if not name:
        return None
    try:
        with default_storage.open(_path(name)) as stream:
            return crypto.unseal(stream.read(), _context(name))
    except (OSError, crypto.CannotOpen):
        return None


def drop(name: str) -> None:
    if name:
        default_storage.delete(_path(name))


def _path(name: str) -> str:
    return f"{FOLDER}/{name}"


def _context(name: str) -> str:
    return f"snapshot:{name}"
