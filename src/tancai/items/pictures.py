"""Pictures in items: taken in re-encoded, and handed to a page inside the page.

A paper carries its pictures in itself (``data:``), so that a candidate who has the question has the picture too, with
or without a network, and no address has to be guarded.
"""

from __future__ import annotations

import base64
from datetime import datetime
from functools import lru_cache
from typing import Any

from tancai.files import api as files
from tancai.items.errors import BadPicture
from tancai.lib import images

PURPOSE = "item-image"
MOST_BYTES = 8 * 1024 * 1024
"""Of the upload; what is kept is much smaller."""
MOST_KEPT = 400 * 1024
SIDE = 1400


def add_picture(data: bytes, *, name: str, words: str, by: Any, at: datetime) -> str:
    """Keep a picture and give the text that stands for it in an item: ``![words](image:token)``.

    ``words`` say what is in it to those who do not see it. Call it outside a transaction. Raises BadPicture
    (``empty``, ``too_large``, ``not_an_image``, ``no_words``).
    """
    words = " ".join(words.replace("[", "（").replace("]", "）").split())[:200]
    if not words:
        raise BadPicture("no_words")
    if not data:
        raise BadPicture("empty")
    if len(data) > MOST_BYTES:
        raise BadPicture("too_large", most=MOST_BYTES)
    try:
        picture = images.reencode_drawing(data, max_side=SIDE, most=MOST_KEPT)
    except images.NotAnImage as error:
        raise BadPicture("not_an_image") from error
    stem = name.rpartition(".")[0] or name
    stored = files.store(
        picture.data,
        purpose=PURPOSE,
        name=f"{stem}.{picture.mime.removeprefix('image/')}",
        mime=picture.mime,
        by=by,
        at=at,
    )
    return f"![{words}](image:{stored.token})"


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
