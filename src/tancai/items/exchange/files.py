"""Opening what people bring: the format told from the content, packages unpacked one file at a time, with care."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from tancai.items.exchange import aiken, gift, moodle, native, qti2, qti12, sheet, xml
from tancai.items.exchange.model import MOST_BYTES, MOST_FILE, MOST_FOREIGN, Read, Refused, Unusable

FORMATS = ("qti", "qti12", "moodle", "gift", "aiken", "xlsx", "csv", "cloze")
"""Names for ``--format``; ``qti`` is 2.1, 2.2 and 3.0 alike."""
_MOST_FILES = 50_000
_MOST_RATIO = 300
_FETCHED = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".webp",
    ".bmp",
    ".html",
    ".htm",
    ".xml",
    ".pdf",
    ".xlsx",
    ".csv",
)


def read(path: Path, form: str = "") -> Iterator[Read]:
    """Every item of a file, package or folder in order, or why it is refused; never raises for what the file holds."""
    try:
        if path.is_dir():
            yield from _package(_Folder(path), form)
        elif path.stat().st_size == 0:
            raise Unusable("empty")
        elif zipfile.is_zipfile(path) and not _is_workbook(path):
            with zipfile.ZipFile(path) as archive:
                yield from _package(_Zip(archive), form)
        else:
            with path.open("rb") as stream:
                yield from _single(stream, path.name, form, _Folder(path.parent))
    except Unusable as error:
        yield Refused(error.reason, error.piece, place=path.name, line=error.line)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        yield Refused("unreadable", str(error)[:80], place=path.name)


def told(data: bytes, name: str = "") -> str:
    """The format of the beginning of a file, ``""`` when it is none of them."""
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    element, _space = xml.first_name(data)
    if element in ("assessmentItem", "qti-assessment-item"):
        return "qti"
    if element in ("questestinterop", "quiz"):
        return "qti12" if element == "questestinterop" else "moodle"
    if element:
        return "xml"
    if name.lower().endswith(".csv"):
        return "csv"
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        return "xml"
    text = decoded(data)
    rows = [row for row in text.splitlines() if row.strip()]
    if any(row.startswith("ANSWER:") for row in rows) and "{" not in text:
        return "aiken"
    if "{" in text:
        return "cloze" if "{1:" in text and "::" not in text else "gift"
    return ""


def decoded(data: bytes) -> str:
    """Text of a file: UTF-8, with or without mark; else the code page of Chinese or of Western Windows."""
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    try:
        chinese = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    strange = sum(letter > "\u007f" for letter in chinese)
    return chinese if han * 2 > strange else data.decode("cp1252", "replace")


def _single(stream: IO[bytes], name: str, form: str, beside: _Store, place: str = "") -> Iterator[Read]:
    head = stream.read(64 * 1024)
    stream.seek(0)
    form = form or told(head, name)
    folder = posixpath.dirname(place)
    if form == "qti":
        yield from _qti_item(_bounded(stream), beside, folder, place)
    elif form == "qti12":
        yield from _some(qti12.questions(stream, lambda address: beside.fetch(folder, address), place=place))
    elif form == "moodle":
        yield from _some(moodle.questions(stream, place=place))
    elif form == "gift":
        yield from gift.questions(decoded(_bounded(stream)), place=place)
    elif form == "aiken":
        yield from aiken.questions(decoded(_bounded(stream)), place=place)
    elif form == "cloze":
        yield from gift.embedded(decoded(_bounded(stream)), place=place)
    elif form in ("xlsx", "csv"):
        yield from sheet.questions(_bounded(stream), is_csv=form == "csv", place=place)
    elif form == "xml":
        yield from _other_xml(stream, place or name)
    else:
        raise Unusable("unknown_format")


def _some(found: Iterator[Read]) -> Iterator[Read]:
    """What is found, or that there is nothing."""
    any_item = False
    for one in found:
        any_item = True
        yield one
    if not any_item:
        raise Unusable("no_items")


def _other_xml(stream: IO[bytes], place: str) -> Iterator[Read]:
    """XML that holds no items: said with its outermost element, or with the fault that keeps it from being read."""
    head = stream.read(64 * 1024)
    stream.seek(0)
    for _node in xml.elements(stream, {"\0"}):
        pass
    yield Refused("not_items", xml.first_name(head)[0], place=place)


def _bounded(stream: IO[bytes]) -> bytes:
    data = stream.read(MOST_FILE + 1)
    if len(data) > MOST_FILE:
        raise Unusable("too_large")
    return data


def _qti_item(data: bytes, beside: _Store, folder: str, place: str) -> Iterator[Read]:
    found = 0
    raw = data.decode("utf-8", "replace") if len(data) <= MOST_FOREIGN else ""
    for node in xml.elements(io.BytesIO(data), {"assessmentItem", "qti-assessment-item"}):
        found += 1
        yield qti2.item(node, lambda address: beside.fetch(folder, address), place=place, raw=raw)
    if not found:
        raise Unusable("not_items")


class _Store:
    """Files by their path within a package."""

    def names(self) -> list[str]:
        raise NotImplementedError

    def open(self, name: str) -> IO[bytes]:
        raise NotImplementedError

    def has(self, name: str) -> bool:
        raise NotImplementedError

    def fetch(self, folder: str, address: str) -> bytes | None:
        """A picture or passage that a text of a file in ``folder`` names."""
        plain = (
            unquote(address).split("?")[0].replace("$IMS_CC_FILE_BASE$", "").replace("$IMS-CC-FILEBASE$", "")
        )
        if "://" in plain or not plain.lower().endswith(_FETCHED):
            return None
        for base in (folder, "", posixpath.dirname(folder)):
            name = posixpath.normpath(posixpath.join(base, plain.lstrip("/")))
            if not name.startswith("..") and self.has(name):
                with self.open(name) as stream:
                    data = stream.read(MOST_FILE + 1)
                return data if len(data) <= MOST_FILE else None
        return None


class _Folder(_Store):
    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def names(self) -> list[str]:
        return sorted(p.relative_to(self.path).as_posix() for p in self.path.rglob("*") if p.is_file())

    def has(self, name: str) -> bool:
        found = (self.path / name).resolve()
        return found.is_relative_to(self.path) and found.is_file()

    def open(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")


class _Zip(_Store):
    """A zip: nothing is written to disk; names that leave it, links and bombs are refused."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        infos = archive.infolist()
        if len(infos) > _MOST_FILES:
            raise Unusable("too_many_files", str(len(infos)))
        total = sum(info.file_size for info in infos)
        packed = sum(info.compress_size for info in infos)
        if total > MOST_BYTES:
            raise Unusable("too_large", f"{total >> 20} MB")
        if total > 8 * 1024 * 1024 and total > _MOST_RATIO * max(packed, 1):
            raise Unusable("bomb", f"{total // max(packed, 1)}:1")
        self.infos = {}
        for info in infos:
            name = info.filename.replace("\\", "/")
            if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
                raise Unusable("outside", name[:80])
            if (info.external_attr >> 16) & 0o170000 == 0o120000:
                raise Unusable("link", name[:80])
            if info.flag_bits & 1:
                raise Unusable("encrypted", name[:80])
            if not info.is_dir():
                self.infos[name] = info

    def names(self) -> list[str]:
        return list(self.infos)

    def has(self, name: str) -> bool:
        return name in self.infos

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(self.infos[name])


def _package(store: _Store, form: str) -> Iterator[Read]:
    names = store.names()
    manifest = next((name for name in names if posixpath.basename(name) == "imsmanifest.xml"), "")
    base = posixpath.dirname(manifest)
    listed = _listed(store, manifest, base) if manifest else []
    order = list(
        dict.fromkeys(
            [*listed, *(name for name in names if name.lower().endswith((".xml", ".txt", ".gift")))]
        )
    )
    about = _native(store, posixpath.join(base, native.NAME))
    any_item = False
    for name in order:
        if name == manifest:
            continue
        if not store.has(name):
            yield Refused("file_missing", name, place=name)
            continue
        with store.open(name) as stream:
            data = io.BytesIO(_bounded(stream))
        head = data.getvalue()[: 64 * 1024]
        kind = form or told(head, name)
        if kind in ("", "xml", "xlsx", "csv") and name not in listed:
            if kind == "xml" and xml.first_name(head)[0] == "":
                yield Refused("not_well_formed", place=name, line=1)
            continue
        try:
            for found in _single(data, name, kind, store, name):
                any_item = True
                yield native.completed(found, about)
        except Unusable as error:
            any_item = True
            yield Refused(error.reason, error.piece, place=name, line=error.line)
    if not any_item:
        raise Unusable("no_items")


def _listed(store: _Store, manifest: str, base: str) -> list[str]:
    """Files that the manifest calls items, in its order."""
    found = []
    with store.open(manifest) as stream:
        data = io.BytesIO(_bounded(stream))
    for resource in xml.elements(data, {"resource"}):
        kind = resource.get("type", "")
        if "imsqti_item" in kind or "imsqti_xmlv1p" in kind or ("assessment" in kind and "imsqti" in kind):
            href = unquote(
                resource.get("href") or next((f.get("href", "") for f in resource.iter("file")), "")
            )
            name = posixpath.normpath(posixpath.join(base, href))
            if href and not name.startswith(("..", "/")):
                found.append(name)
    return found


def _native(store: _Store, name: str) -> dict[str, Any]:
    if not store.has(name):
        return {}
    with store.open(name) as stream:
        return native.read(_bounded(stream))


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" in archive.namelist()
