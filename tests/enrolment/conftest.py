"""Fictional applicants and pictures that need no file beside them."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from PIL import Image, ImageDraw

from tancai.lib.clock import SHANGHAI
from tancai.lib.identity import check_character
from tests.installed import install

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


def resident_number(serial: int, *, birth: str = "19900307") -> str:
    """A well-formed resident number that belongs to nobody: a region code that was never given out."""
    first = f"110199{birth}{serial:03d}"
    return first + check_character(first)


def picture(colour: tuple[int, int, int] = (240, 240, 235), size: tuple[int, int] = (600, 400)) -> bytes:
    """A plain JPEG standing for a photographed document."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).rectangle((40, 40, size[0] - 40, size[1] - 40), outline=(90, 90, 90), width=4)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def world(db: None) -> None:
    """The programme definitions, as installed."""

    install(AT)
