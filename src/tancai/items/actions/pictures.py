"""Pictures taken into items, re-encoded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tancai.files import api as files
from tancai.items.errors import BadPicture
from tancai.items.queries.pictures import PURPOSE
from tancai.lib import images

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
    picture = drawn(data)
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


def drawn(data: bytes) -> images.Image:
    """A picture as it would be kept; raises BadPicture (``empty``, ``too_large``, ``not_an_image``)."""
    if not data:
        raise BadPicture("empty")
    if len(data) > MOST_BYTES:
        raise BadPicture("too_large", most=MOST_BYTES)
    try:
        return images.reencode_drawing(data, max_side=SIDE, most=MOST_KEPT)
    except images.NotAnImage as error:
        raise BadPicture("not_an_image") from error
