"""Which files may go with a question, decided from their bytes. Pure.

Data sheets (CSV, XLSX) and PDF; macros, scripts, bombs and what is not what its name says are refused.
"""

from __future__ import annotations

import csv
import io
import zipfile

from tancai.items.errors import BadAttachment

MOST_BYTES = 1024 * 1024
"""A paper carries its files in itself, so they stay small."""
MOST_UNPACKED = 20 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 500
MIMES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_ACTIVE = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile", b"/RichMedia")


def judged(name: str, data: bytes) -> tuple[str, bytes]:
    """The ending of a file and the bytes to keep (tables as UTF-8).

    Raises BadAttachment: ``empty``, ``too_large``, ``type`` (none of these kinds), ``not_what_it_says``, ``macros``,
    ``active`` (a PDF that runs something), ``bomb``, ``broken``.
    """
    ending = name.rpartition(".")[2].lower()
    if not data:
        raise BadAttachment("empty")
    if len(data) > MOST_BYTES:
        raise BadAttachment("too_large", most=MOST_BYTES)
    if ending not in MIMES:
        raise BadAttachment("type")
    if ending == "pdf":
        _pdf(data)
    elif ending == "xlsx":
        _workbook(data)
    else:
        data = _table(data)
    return ending, data


def _pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise BadAttachment("not_what_it_says")
    if b"%%EOF" not in data[-2048:]:
        raise BadAttachment("broken")
    if any(mark in data for mark in _ACTIVE):
        raise BadAttachment("active")


def _workbook(data: bytes) -> None:
    if not data.startswith(b"PK\x03\x04"):
        raise BadAttachment("not_what_it_says")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BadAttachment("bomb")
            if any(part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts):
                raise BadAttachment("bomb")
            if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
                raise BadAttachment("not_what_it_says")
            if any(one.endswith("vbaproject.bin") for one in names):
                raise BadAttachment("macros")
            for part in parts:  # sizes in the directory may lie: what is unpacked counts
                with archive.open(part) as stream:
                    if len(stream.read(part.file_size + 1)) > part.file_size:
                        raise BadAttachment("bomb")
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise BadAttachment("broken") from error


def _table(data: bytes) -> bytes:
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise BadAttachment("not_what_it_says")
    if "\x00" in text or data.startswith((b"PK\x03\x04", b"%PDF-")):
        raise BadAttachment("not_what_it_says")
    try:
        rows = sum(1 for row in csv.reader(io.StringIO(text)) if row)
    except csv.Error as error:
        raise BadAttachment("broken") from error
    if not rows:
        raise BadAttachment("empty")
    return text.encode("utf-8-sig")  # spreadsheets take it for UTF-8 only with the mark
