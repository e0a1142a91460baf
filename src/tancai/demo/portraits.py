"""Drawn portraits of people who do not exist: enough of a face for the checks, nobody's likeness.

Each portrait follows from a number: skin, hair, width of the face, distance of the eyes. Faults can be asked for: a
wrong background, too few pixels, no face.
"""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFilter

BACKGROUNDS = {"white": (250, 250, 250), "blue": (67, 142, 219), "red": (196, 36, 44)}
_SKINS = ((236, 200, 172), (226, 186, 156), (244, 212, 186), (214, 172, 142))
_HAIRS = ((28, 24, 24), (40, 32, 28), (18, 18, 22), (58, 44, 36))
_COATS = ((38, 48, 66), (70, 40, 50), (40, 60, 52), (90, 90, 96))


def portrait(number: int, *, width: int, height: int, background: str, sex: str = "") -> bytes:
    """A JPEG of ``width`` × ``height`` pixels with one upright face on a plain ground."""
    generator = random.Random(f"portrait {number}")
    canvas = _draw(generator, BACKGROUNDS[background], long_hair=sex == "female")
    picture = canvas.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def empty_ground(*, width: int, height: int, background: str) -> bytes:
    """A plain ground without anybody."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), BACKGROUNDS[background]).save(out, "JPEG", quality=90)
    return out.getvalue()


def _shade(colour: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (max(0, min(255, round(part * share))) for part in colour)
    return red, green, blue


def _draw(generator: random.Random, ground: tuple[int, int, int], *, long_hair: bool) -> Image.Image:
    picture = Image.new("RGB", (600, 840), ground)
    pen = ImageDraw.Draw(picture)
    skin, hair = generator.choice(_SKINS), generator.choice(_HAIRS)
    half = generator.randint(126, 140)
    middle, top, chin = 300, 190, 560
    eyes_at, gap = 358, round(half * 0.46)
    _coat(pen, generator.choice(_COATS))
    if long_hair:
        pen.rounded_rectangle((middle - half - 26, 230, middle + half + 26, 640), 90, fill=hair)
    pen.ellipse((middle - half - 22, 140, middle + half + 22, 470), fill=hair)
    pen.rectangle((middle - 62, 520, middle + 62, 660), fill=_shade(skin, 0.86))
    pen.ellipse((middle - half - 16, 350, middle - half + 16, 430), fill=_shade(skin, 0.92))
    pen.ellipse((middle + half - 16, 350, middle + half + 16, 430), fill=_shade(skin, 0.92))
    pen.ellipse((middle - half, top, middle + half, chin), fill=skin)
    pen.pieslice((middle - half - 4, 168, middle + half + 4, 400), 190, 350, fill=hair)
    _eyes(pen, middle, eyes_at, gap, hair, skin)
    _nose_and_mouth(pen, middle, skin)
    small = picture.resize((300, 420), Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(1.2))


def _coat(pen: ImageDraw.ImageDraw, colour: tuple[int, int, int]) -> None:
    pen.polygon([(40, 840), (80, 700), (230, 640), (370, 640), (520, 700), (560, 840)], fill=colour)
    pen.polygon([(230, 640), (300, 740), (370, 640), (340, 620), (260, 620)], fill=(240, 240, 242))


def _eyes(
    pen: ImageDraw.ImageDraw,
    middle: int,
    height: int,
    gap: int,
    hair: tuple[int, int, int],
    skin: tuple[int, int, int],
) -> None:
    for side in (-1, 1):
        x = middle + side * gap
        pen.ellipse((x - 46, height - 34, x + 46, height + 30), fill=_shade(skin, 0.78))
        pen.rounded_rectangle((x - 44, height - 48, x + 44, height - 34), 7, fill=hair)
        pen.ellipse((x - 32, height - 15, x + 32, height + 15), fill=(238, 236, 232))
        pen.ellipse((x - 16, height - 16, x + 16, height + 16), fill=(36, 26, 22))
        pen.arc((x - 34, height - 20, x + 34, height + 16), 190, 350, fill=(30, 24, 22), width=6)


def _nose_and_mouth(pen: ImageDraw.ImageDraw, middle: int, skin: tuple[int, int, int]) -> None:
    pen.polygon(
        [(middle - 14, 350), (middle + 14, 350), (middle + 22, 436), (middle - 22, 436)],
        fill=_shade(skin, 1.06),
    )
    pen.ellipse((middle - 30, 424, middle + 30, 452), fill=_shade(skin, 0.86))
    pen.ellipse((middle - 18, 438, middle - 6, 448), fill=_shade(skin, 0.5))
    pen.ellipse((middle + 6, 438, middle + 18, 448), fill=_shade(skin, 0.5))
    pen.ellipse((middle - 54, 484, middle + 54, 512), fill=(176, 92, 88))
    pen.line((middle - 52, 497, middle + 52, 497), fill=(120, 56, 54), width=5)
    pen.ellipse((middle - 40, 520, middle + 40, 534), fill=_shade(skin, 0.88))
