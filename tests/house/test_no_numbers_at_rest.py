"""No identity number of any demo person lies in clear in any file of an installation, whatever it is wrapped in."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from tancai.demo.cast import REGION

pytestmark = pytest.mark.anydatabase

NUMBER = re.compile(rf"{REGION}\d{{11}}[\dX]")
WIDE = (b"\0".join(bytes([c]) for c in REGION.encode()), "UTF-16")


def _layers(data: bytes, name: str, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes themselves, and what is inside archives, deflated streams and documents."""
    yield name, data
    if depth > 3:
        return
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                yield f"{name}!{entry.filename}", entry.filename.encode()
                yield from _layers(archive.read(entry), f"{name}!{entry.filename}", depth + 1)
    if data[:5] == b"%PDF-":
        document = pypdfium2.PdfDocument(data)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        yield f"{name}!text", text.encode()
    if data[:2] == b"\x1f\x8b":
        yield f"{name}!gzip", zlib.decompress(data, wbits=31)


def _found(folder: Path) -> list[str]:
    told = []
    for path in sorted(folder.rglob("*")):
        told += [f"{path} (name)"] if NUMBER.search(path.name) else []
        if not path.is_file():
            continue
        for name, data in _layers(path.read_bytes(), str(path.relative_to(folder))):
            if NUMBER.search(data.decode("latin-1")):
                told.append(name)
            elif WIDE[0] in data or REGION.encode("utf-16-be") in data:
                told.append(f"{name} (UTF-16)")
    return told


def test_the_search_finds_what_is_planted_in_every_wrapping(tmp_path: Path) -> None:
    number = f"{REGION}197001010012"
    (tmp_path / "plain.json").write_text(json.dumps({"document": number}))
    (tmp_path / "wide.txt").write_bytes(number.encode("utf-16"))
    with zipfile.ZipFile(tmp_path / "box.xlsx", "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("sheet.xml", f"<c>{number}</c>" + "x" * 500)
    (tmp_path / f"甲_{number}.jpg").write_bytes(b"")
    assert len(_found(tmp_path)) == 4


def test_no_number_in_any_file_of_a_rehearsed_world(world) -> None:
    files = [path for path in world.folder.rglob("*") if path.is_file()]
    assert len(files) > 200
    assert _found(world.folder) == []


@pytest.mark.parametrize(
    "station", ["applied", "returned", "withdrawn", "sat", "passed", "resat", "verified"]
)
def test_the_world_searched_is_a_lively_one(world, station: str) -> None:
    assert all(counts[station] > 0 for counts in world.report["programmes"].values())
