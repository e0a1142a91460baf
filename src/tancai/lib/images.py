"""Uploaded pictures: re-encoded, and portraits looked at as far as a program can."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

Pillow.MAX_IMAGE_PIXELS = 60_000_000

BACKGROUNDS = {"white": (255, 255, 255), "blue": (67, 142, 219), "red": (200, 30, 40)}


class NotAnImage(Exception):
    """The bytes are no picture of an accepted format, or too large to open safely."""


@dataclass(frozen=True)
class Image:
    data: bytes
    width: int
    height: int
    mime: str


@dataclass(frozen=True)
class Finding:
    """One remark on a portrait: ``hard`` findings stop it, soft ones go to the reviewer's checklist."""

    code: str
    hard: bool
    params: dict[str, Any] = field(default_factory=dict)


def _open(data: bytes, *, small: bool = False) -> Pillow.Image:
    try:
        picture = Pillow.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "BMP"])
        if small:
            picture.draft("RGB", (1, 1))
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise NotAnImage(str(error)) from error
    return ImageOps.exif_transpose(picture).convert("RGB")


def opens(data: bytes) -> bool:
    """Whether the bytes are a whole picture; a JPEG is read to its end, at an eighth of its size."""
    try:
        _open(data, small=True)
    except NotAnImage:
        return False
    return True


def reencode(data: bytes, *, max_side: int = 2400, quality: int = 88) -> Image:
    """The picture as a fresh JPEG without metadata, turned upright, no side longer than ``max_side`` pixels."""
    picture = _open(data)
    if max(picture.size) > max_side:
        picture.thumbnail((max_side, max_side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return Image(out.getvalue(), *picture.size, "image/jpeg")


def reencode_drawing(data: bytes, *, max_side: int = 1400, most: int = 400 * 1024) -> Image:
    """A drawing or a photograph as a fresh PNG or JPEG, whichever is smaller; clear parts become white paper.

    Sides at most ``max_side`` pixels; made smaller until it fits in ``most`` bytes. Raises NotAnImage.
    """
    try:
        opened = Pillow.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "BMP", "GIF"])
        opened.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise NotAnImage(str(error)) from error
    picture = ImageOps.exif_transpose(opened).convert("RGBA")
    paper = Pillow.new("RGB", picture.size, (255, 255, 255))
    paper.paste(picture, mask=picture.getchannel("A"))
    side = max_side
    while True:
        if max(paper.size) > side:
            paper.thumbnail((side, side))
        found = min((_encoded(paper, kind) for kind in ("PNG", "JPEG")), key=lambda image: len(image.data))
        if len(found.data) <= most or side < 200:
            return found
        side = side * 3 // 4


def _encoded(picture: Pillow.Image, kind: str) -> Image:
    out = io.BytesIO()
    picture.save(out, kind, optimize=True, **({"quality": 85} if kind == "JPEG" else {}))
    return Image(out.getvalue(), *picture.size, f"image/{kind.lower()}")


@functools.cache
def _face_finder() -> Any:
    import cv2
    import cv2.data

    return cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")


def count_faces(data: bytes) -> int:
    """Number of upright frontal faces that a cascade finds; works on the picture scaled to 480 px height."""
    import cv2
    import numpy

    picture = _open(data).convert("L")
    if picture.height > 480:
        picture = picture.resize((max(1, picture.width * 480 // picture.height), 480))
    grey = cv2.equalizeHist(numpy.asarray(picture))
    least = max(40, picture.height // 5)
    return len(_face_finder().detectMultiScale(grey, scaleFactor=1.1, minNeighbors=6, minSize=(least, least)))


def _background(picture: Pillow.Image) -> tuple[tuple[int, int, int], float]:
    """Median colour of the upper corners and side edges, and the mean absolute deviation from it (0–255)."""
    import numpy

    pixels = numpy.asarray(picture.resize((60, 84))).astype(int)
    border = numpy.concatenate(
        [pixels[:6, :].reshape(-1, 3), pixels[6:36, :5].reshape(-1, 3), pixels[6:36, -5:].reshape(-1, 3)]
    )
    middle = numpy.median(border, axis=0)
    spread = float(numpy.abs(border - middle).mean())
    red, green, blue = (int(value) for value in middle)
    return (red, green, blue), spread


def background_name(colour: tuple[int, int, int]) -> str:
    """``white``, ``blue``, ``red`` or ``other`` by hue and lightness, tolerant of lighting."""
    red, green, blue = colour
    if min(colour) >= 205 and max(colour) - min(colour) <= 28:
        return "white"
    if blue >= 110 and blue - red >= 40 and blue - green >= 12:
        return "blue"
    if red >= 120 and red - blue >= 50 and red - green >= 50:
        return "red"
    return "other"


def inspect_portrait(data: bytes, *, width: int, height: int, background: str) -> list[Finding]:
    """Findings on a portrait against the pixel size and background asked for (empty when none).

    Codes: ``not_an_image``, ``wrong_size`` (hard), ``wrong_shape`` (soft: larger, other proportions),
    ``background_colour`` (hard), ``background_uneven``, ``no_face`` (hard), ``several_faces`` (hard).
    A larger picture of the same proportions within 2 % is accepted and scaled by the caller.
    """
    try:
        picture = _open(data)
    except NotAnImage:
        return [Finding("not_an_image", True)]
    findings = []
    size = {"width": picture.width, "height": picture.height, "wanted_width": width, "wanted_height": height}
    if picture.width < width or picture.height < height:
        findings.append(Finding("wrong_size", True, size))
    elif abs(picture.width / picture.height - width / height) > 0.02 * width / height:
        findings.append(Finding("wrong_shape", True, size))
    colour, spread = _background(picture)
    seen = background_name(colour)
    if seen != background:
        findings.append(Finding("background_colour", True, {"seen": seen, "wanted": background}))
    elif spread > 18:
        findings.append(Finding("background_uneven", False, {"spread": round(spread, 1)}))
    faces = count_faces(data)
    if faces == 0:
        findings.append(Finding("no_face", True))
    elif faces > 1:
        findings.append(Finding("several_faces", True, {"faces": faces}))
    return findings


def fit_portrait(data: bytes, *, width: int, height: int) -> Image:
    """The portrait scaled to exactly ``width`` × ``height`` pixels, as a fresh JPEG."""
    picture = ImageOps.fit(_open(data), (width, height), Pillow.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, optimize=True, dpi=(300, 300))
    return Image(out.getvalue(), width, height, "image/jpeg")
