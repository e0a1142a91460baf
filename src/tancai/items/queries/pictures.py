"""Pictures of items, handed to a page inside the page.

A paper carries its pictures in itself (``data:``), so that a candidate who has the question has the picture too, with
or without a network, and no address has to be guarded.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from tancai.files import api as files

PURPOSE = "item-image"


def picture_bytes(token: str) -> tuple[bytes, str] | None:
    """The bytes and type of an item's picture; None when it is gone or is no item's picture."""
    stored = files.file(token)
    if stored is None or stored.purpose != PURPOSE:
        return None
    try:
        return files.read(stored), stored.mime
    except files.FileGone:
        return None


@lru_cache(maxsize=256)
def _address(token: str) -> str:
    found = picture_bytes(token)
    if found is None:
        raise LookupError(token)  # not remembered: it may come back with a restored storage
    return f"data:{found[1]};base64,{base64.b64encode(found[0]).decode()}"


def picture_address(token: str) -> str:
    """The picture itself as an address, ``""`` when it is gone."""
    try:
        return _address(token)
    except LookupError:
        return ""
