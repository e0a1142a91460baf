"""Spreadsheets, pictures, documents, Markdown, dates, limits."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from django.utils import translation
from PIL import Image

from tancai.demo.portraits import empty_ground, portrait
from tancai.lib import chinese_dates, clock, documents, images, limits, markdown, masking, spreadsheets

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_sheet_written_is_read_back_as_text() -> None:
    data = spreadsheets.write(
        "名单", ["姓名", "身份证号"], [["张示例", "11010519491231002X"]], text_columns=["身份证号"]
    )
    sheet = spreadsheets.read(data, wanted=["姓名", "身份证号"])
    assert sheet.rows[0].cells == {"姓名": "张示例", "身份证号": "11010519491231002X"}
    assert sheet.rows[0].numeric == frozenset()
    assert sheet.address("身份证号", sheet.rows[0]) == "B2"


def test_a_numeric_identity_cell_is_told_apart() -> None:
    book = openpyxl.Workbook()
    book.active.append(["报名申报表"])
    book.active.append(["姓名*", "身份证号"])
    book.active.append(["张示例", 110105194912310021])
    out = io.BytesIO()
    book.save(out)
    sheet = spreadsheets.read(out.getvalue(), wanted=["姓名", "身份证号"])
    assert sheet.rows[0].number == 3
    assert sheet.rows[0].numeric == {"身份证号"}


@pytest.mark.parametrize(("data", "code"), [(b"no workbook", "unreadable"), (b"", "unreadable")])
def test_what_is_no_workbook_is_named(data: bytes, code: str) -> None:
    with pytest.raises(spreadsheets.NotASpreadsheet) as caught:
        spreadsheets.read(data)
    assert caught.value.code == code


def test_an_empty_workbook_has_no_headings() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(spreadsheets.NotASpreadsheet) as caught:
        spreadsheets.read(out.getvalue(), wanted=["姓名"])
    assert caught.value.code == "no_headings"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_text_is_never_written_as_a_formula(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(spreadsheets.write("x", ["a", "b"], [[text, "y"]])))
    assert book.active["A2"].data_type == "s"
    assert book.active["A2"].value == "'" + text


def test_pictures_lose_their_metadata_and_are_bounded() -> None:
    exif = Image.Exif()
    exif[0x010E] = "written on the photograph"
    out = io.BytesIO()
    Image.new("RGB", (3000, 1000), "green").save(out, "JPEG", exif=exif)
    again = images.reencode(out.getvalue(), max_side=1500)
    assert (again.width, again.height, again.mime) == (1500, 500, "image/jpeg")
    assert b"written on the photograph" not in again.data


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"GIF89a", b"\xff\xd8\xff\xe0 broken"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(images.NotAnImage):
        images.reencode(data)


@pytest.mark.parametrize("background", ["white", "blue"])
@pytest.mark.parametrize("number", range(6))
def test_a_good_portrait_has_no_findings(background: str, number: int) -> None:
    data = portrait(
        number, width=295, height=413, background=background, sex="female" if number % 2 else "male"
    )
    assert images.inspect_portrait(data, width=295, height=413, background=background) == []


def _two_faces() -> bytes:
    one = Image.open(io.BytesIO(portrait(1, width=480, height=640, background="blue")))
    both = Image.new("RGB", (960, 640))
    both.paste(one, (0, 0))
    both.paste(one, (480, 0))
    out = io.BytesIO()
    both.save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (portrait(1, width=295, height=413, background="white"), {"background_colour"}),
        (portrait(1, width=200, height=280, background="blue"), {"wrong_size"}),
        (empty_ground(width=295, height=413, background="blue"), {"no_face"}),
        (_two_faces(), {"wrong_shape", "several_faces"}),
        (b"nothing", {"not_an_image"}),
    ],
    ids=["white ground", "too small", "nobody", "two people", "no picture"],
)
def test_a_bad_portrait_says_why(data: bytes, codes: set[str]) -> None:
    assert {f.code for f in images.inspect_portrait(data, width=295, height=413, background="blue")} == codes


def test_a_document_embeds_its_text_and_is_repeatable(tmp_path: Path) -> None:
    template = tmp_path / "letter.typ"
    template.write_text(
        '#import "/house.typ": *\n#let d = json("data.json")\n#show: paper.with(title: d.title)\n#d.name'
    )
    data = {"title": "函", "name": "张𬭚龑"}
    first, again = (documents.render(template, data, at=NOON) for _ in range(2))
    assert first == again
    text = pypdfium2.PdfDocument(first)[0].get_textpage().get_text_range()
    assert "张𬭚龑" in text


def test_a_character_without_a_glyph_stops_the_document(tmp_path: Path) -> None:
    template = tmp_path / "letter.typ"
    template.write_text("x")
    with pytest.raises(documents.MissingGlyph) as caught:
        documents.render(template, {"name": "王\U0002ffff"})
    assert caught.value.characters == "\U0002ffff"


def test_markdown_is_cleaned() -> None:
    html = markdown.render(
        "## 题\n\n<script>alert(1)</script> [a](javascript:alert(1)) **b**\n\n|x|y|\n|-|-|\n|1|2|"
    )
    assert "<h2>题</h2>" in html
    assert "<strong>b</strong>" in html
    assert "<td>1</td>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html


def test_dates_speak_both_languages() -> None:
    day = date(2026, 11, 20)
    assert chinese_dates.long_date(day) == "2026年11月20日（周五）"
    with translation.override("en"):
        assert chinese_dates.long_date(day) == "Friday, 20 November 2026"
        assert chinese_dates.long_moment(NOON) == "Friday, 20 November 2026, 12:00"


def test_the_calendar_day_is_that_of_shanghai() -> None:
    assert clock.local_date(datetime(2026, 11, 20, 16, 30, tzinfo=UTC)) == date(2026, 11, 21)


def test_the_clock_moves_only_inside_the_block() -> None:
    before = clock.now()
    with clock.moved(NOON - timedelta(days=400)):
        assert abs(clock.now() - (NOON - timedelta(days=400))) < timedelta(seconds=5)
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=5)


def test_limits_count_in_windows() -> None:
    assert [limits.allow("k", limit=2, seconds=60, at=NOON) for _ in range(3)] == [True, True, False]
    assert limits.allow("k", limit=2, seconds=60, at=NOON + timedelta(minutes=1))
    assert limits.allow("other", limit=2, seconds=60, at=NOON)


def test_log_lines_are_masked() -> None:
    import logging

    record = logging.LogRecord("x", logging.INFO, "f", 1, "got %s", ("11010519491231002X",), None)
    masking.MaskNumbers().filter(record)
    assert record.getMessage() == "got 110105********002X"
