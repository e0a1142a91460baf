"""Files that mean harm or are broken: refused by name, the rest still read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tancai.items.exchange import files
from tancai.items.exchange.model import Found, Refused

pytestmark = pytest.mark.anydatabase

ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="t" adaptive="false">
<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value>
</correctResponse></responseDeclaration><itemBody><choiceInteraction responseIdentifier="R" maxChoices="1">
<prompt>%s</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice>
</choiceInteraction></itemBody></assessmentItem>"""
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def _read(tmp_path: Path, data: bytes, name: str = "x.xml") -> list[Found | Refused]:
    path = tmp_path / name
    path.write_bytes(data)
    return list(files.read(path))


def _zip(tmp_path: Path, entries: dict[str, bytes]) -> list[Found | Refused]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return _read(tmp_path, out.getvalue(), "x.zip")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        ((BOMB + ITEM % "&b;").encode(), "entities"),
        (('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + ITEM % "&x;").encode(), "entities"),
        (b"<quiz><question type='essay'><questiontext>", "not_well_formed"),
        (b"<quiz>" + b"<a>" * 500, "too_deep"),
        (b"<quiz></quiz>", "no_items"),
        (b"\x00\x01\x02\x03 nothing of use", "unknown_format"),
        (b"<html><body>hello</body></html>", "not_items"),
        (b'<?xml version="1.0" encoding="klingon"?><quiz/>', "encoding"),
    ],
)
def test_a_file_is_refused_with_its_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    found = _read(tmp_path, data)
    assert len(found) == 1 and isinstance(found[0], Refused)
    assert found[0].reason in (reason, "not_well_formed", "not_items" if reason == "encoding" else reason)


def test_what_came_before_the_fault_is_kept_and_the_line_is_named(tmp_path: Path) -> None:
    good = '<question type="truefalse"><name><text>n</text></name><questiontext><text>q</text></questiontext>'
    good += '<answer fraction="100"><text>true</text></answer>'
    good += '<answer fraction="0"><text>false</text></answer></question>'
    found = _read(tmp_path, f"<quiz>\n{good}\n{good}\n<question type=</quiz>".encode())
    assert [type(one) for one in found] == [Found, Found, Refused]
    assert found[2].reason == "not_well_formed" and found[2].line == 4


@pytest.mark.parametrize("name", ["../out.xml", "/etc/out.xml", "a/../../out.xml", "..\\out.xml"])
def test_names_that_leave_the_package(tmp_path: Path, name: str) -> None:
    found = _zip(tmp_path, {name: b"<a/>", "item.xml": (ITEM % "q").encode()})
    assert [one.reason for one in found if isinstance(one, Refused)] == ["outside"]
    assert not (tmp_path.parent / "out.xml").exists()


def test_a_zip_bomb(tmp_path: Path) -> None:
    found = _zip(tmp_path, {"big.xml": b" " * 60_000_000})
    assert [one.reason for one in found if isinstance(one, Refused)] == ["bomb"]


def test_a_broken_file_leaves_the_rest_of_the_package(tmp_path: Path) -> None:
    entries = {
        "a.xml": (ITEM % "q").encode(),
        "b.xml": b"<assessmentItem",
        "c.xml": (BOMB + ITEM % "&b;").encode(),
    }
    found = _zip(tmp_path, {**entries, "d.xml": (ITEM % "r").encode()})
    assert sum(isinstance(one, Found) for one in found) == 2
    assert {one.place for one in found if isinstance(one, Refused)} == {"b.xml", "c.xml"}


def test_pictures_are_found_within_the_package_only(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    found = list(files.read(_written(inside / "x.xml", ITEM % '<img src="../secret.png" alt="s"/>')))
    assert isinstance(found[0], Found) and not found[0].pictures
    assert [loss.code for loss in found[0].losses] == ["picture_missing"]


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_with_wrong_rows(tmp_path: Path) -> None:
    rows = "编号,题型,题干,选项A,选项B,答案\n1,单选题,问,甲,乙,A\n2,单选题,问,甲,乙,C\n"
    rows += "3,画图题,问,,,\n4,单选题,,甲,乙,A\n"
    found = _read(tmp_path, rows.encode("gb18030"), "x.csv")
    assert [(one.line, getattr(one, "reason", "")) for one in found] == [
        (2, ""),
        (3, "no_key"),
        (4, "type"),
        (5, "no_stem"),
    ]
    assert _read(tmp_path, "甲,乙\n1,2\n".encode(), "y.csv")[0].reason == "headings"


def test_aiken_and_gift_name_the_line(tmp_path: Path) -> None:
    text = "问一\nA. 甲\nB. 乙\nANSWER: A\n\n问二\nA. 甲\nB. 乙\nANSWER: D\n\n问三\nA. 甲\nB. 乙\n"
    found = _read(tmp_path, text.encode(), "x.txt")
    assert [(one.line, getattr(one, "reason", "")) for one in found] == [
        (1, ""),
        (6, "no_key"),
        (11, "no_answer_line"),
    ]
    found = _read(tmp_path, "::a::问{=甲 ~乙}\n\n::b::问{=甲 ~乙\n\n".encode(), "x.gift")
    assert [(one.line, getattr(one, "reason", "")) for one in found] == [(1, ""), (3, "not_closed")]
    found = _read(tmp_path, "::a::问{=甲 ~乙\n\n::b::问{=甲\n\n~乙}\n\n::c::问{T}\n".encode(), "y.gift")
    assert [(one.line, getattr(one, "reason", "")) for one in found] == [(1, "not_closed"), (3, ""), (7, "")]
