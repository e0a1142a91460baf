"""Documents on paper: typst templates to PDF with an embedded Chinese font, and QR codes.

A template reads its data with ``json("data.json")`` and pictures with ``image("images/<name>")``; shared
pieces come from ``import "/house.typ"``.
"""

from __future__ import annotations

import functools
import io
import json
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.conf import settings

_HOUSE = Path(__file__).with_name("house.typ")
_one_at_a_time = threading.Lock()


class MissingGlyph(Exception):
    """Text holds characters the installed font cannot draw; ``characters`` lists them."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


class BadTemplate(Exception):
    """A template does not compile."""


def font_path() -> Path:
    """The font file that documents are set in."""
    if settings.TANCAI_FONT:
        path = Path(settings.TANCAI_FONT)
        if not path.is_file():
            raise SystemExit(f"Setting TANCAI_FONT={path} names no file; give a TrueType or OpenType font.")
        return path
    import justmytype_intl_cjk

    folder = Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl" / "notosanssc"
    return next(folder.glob("*.ttf"))


@functools.cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(font_path().parent)])


@functools.cache
def _glyphs() -> frozenset[int]:
    """Code points of the font, read once from its character map."""
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(texts: Iterable[str]) -> str:
    """The characters of ``texts`` that the font cannot draw, each once, in order of code."""
    wanted = {character for text in texts for character in text if not character.isspace()}
    return "".join(sorted(c for c in wanted if ord(c) not in _glyphs()))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def render(
    template: Path,
    data: Mapping[str, Any],
    images: Mapping[str, bytes] | None = None,
    *,
    at: datetime | None = None,
) -> bytes:
    """The PDF of a typst template file; ``at`` fixes the document date, so equal input gives equal bytes.

    Raises MissingGlyph when a text cannot be drawn, BadTemplate when the template fails.
    """
    import typst

    missing = missing_glyphs(_texts(data))
    if missing:
        raise MissingGlyph(missing)
    files = {
        # what several templates of a folder share lies beside them and is imported by its name
        **{part.name: part.read_bytes() for part in template.parent.glob("*.typ")},
        "main.typ": template.read_bytes(),
        "house.typ": _HOUSE.read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    # files handed to the compiler must be text, so pictures travel as numbers and house.typ makes images of them
    pictures = {f"images/{name}": list(content) for name, content in (images or {}).items()}
    files["pictures.json"] = json.dumps(pictures).encode()
    with _one_at_a_time:
        try:
            pdf = typst.compile(
                files,
                font_paths=_fonts(),
                format="pdf",
                timestamp=int(at.timestamp()) if at else None,
            )
        except typst.TypstError as error:
            raise BadTemplate(f"{template.name}: {error}") from error
    return bytes(pdf)


def qr_svg(text: str) -> bytes:
    """A QR code (error correction Q) as SVG, for pages and documents."""
    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=2, scale=4, xmldecl=False)
    return out.getvalue()
