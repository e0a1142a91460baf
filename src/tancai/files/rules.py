"""What may be stored, decided on plain values."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

MEGABYTE = 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/bmp"})
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})


@dataclass(frozen=True)
class Purpose:
    """Limits of one use of files: ``most`` bytes, accepted types (empty = any), days to keep (None = open)."""

    most: int = 10 * MEGABYTE
    mimes: frozenset[str] = frozenset()
    keep_days: int | None = None


DEFAULT = Purpose()


def sniff(data: bytes) -> str:
    """The type that the first bytes show, or ``""``."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"BM") and len(data) > 54:
        return "image/bmp"
    if b"%PDF-" in data[:1024]:
        return "application/pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "application/zip"
    return ""


_ZIPPED = ("application/vnd.openxmlformats-officedocument", "application/zip", "application/x-zip-compressed")


def true_type(data: bytes, declared: str) -> str:
    """The type to store: what the bytes show, refined by the declared type where both can be true."""
    seen = sniff(data)
    declared = declared.split(";")[0].strip().lower()
    if seen == "application/zip" and declared.startswith(_ZIPPED[0]):
        return declared
    if seen:
        return seen
    return (
        declared if declared in {"text/plain", "text/csv", "application/json"} else "application/octet-stream"
    )


def judge(size: int, mime: str, purpose: Purpose) -> str:
    """``""`` when the bytes may be stored, else ``empty``, ``too_large`` or ``type``."""
    if size == 0:
        return "empty"
    if size > purpose.most:
        return "too_large"
    if purpose.mimes and mime not in purpose.mimes:
        return "type"
    return ""


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, at most 150 characters; never empty."""
    text = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C").strip(" .")
    if len(text) > 150:
        stem, dot, ending = text.rpartition(".")
        text = stem[: 149 - len(ending)] + dot + ending if dot and len(ending) <= 8 else text[:150]
    return text or "file"


def keep_until(purpose: Purpose, today: date) -> date | None:
    return None if purpose.keep_days is None else today + timedelta(days=purpose.keep_days)
