"""What needs no model: is anything to be seen, and how many upright faces does a cascade find."""

from __future__ import annotations

import io
from typing import Any

from tancai.lib import images

DARK, FLAT = 22.0, 6.0
"""Mean brightness and spread (0–255) below which a lens counts as covered."""


def pixels(picture: bytes) -> Any:
    """The picture as a BGR array; raises images.NotAnImage."""
    import numpy
    from PIL import Image

    fresh = images.reencode(picture, max_side=1280)
    rgb = numpy.asarray(Image.open(io.BytesIO(fresh.data)).convert("RGB"))
    return numpy.ascontiguousarray(rgb[:, :, ::-1])


def covered(array: Any) -> bool:
    """Whether the picture is nearly black or nearly of one tone, as when a hand or a cap covers the lens."""
    grey = array.mean(axis=2)
    return bool(grey.mean() < DARK or grey.std() < FLAT)


def count(picture: bytes) -> int:
    """Upright faces by the cascade that OpenCV ships (``haarcascade_frontalface_default``)."""
    return images.count_faces(picture)
