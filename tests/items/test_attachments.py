"""Files of questions: what is taken in, what is refused, where they are seen, how they travel."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from tancai.items import api as items
from tancai.items import attached, texts
from tancai.items.models import ItemVersion
from tancai.items.queries.attachments import attachment
from tancai.web.exam_room import printing

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CSV = "月份,用电量\n1,1200\n2,=1+1\n".encode()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in (("月份", "用电量（MWh）"), (1, 1200.5), (2, 980)):
        sheet.append(row)
    book.create_sheet("空")
    hidden = book.create_sheet("答案")
    hidden.append(("秘密",))
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


PARTS = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


@pytest.mark.anydatabase
@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n", "empty"),
        ("a.csv", b"x" * (attached.MOST_BYTES + 1), "too_large"),
        ("a.exe", b"MZ", "type"),
        ("a", CSV, "type"),
        ("a.pdf", CSV, "not_what_it_says"),
        ("a.csv", PDF, "not_what_it_says"),
        ("a.csv", b"a\x00b", "not_what_it_says"),
        ("a.pdf", PDF[:30], "broken"),
        ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "active"),
        ("a.xlsx", PDF, "not_what_it_says"),
        ("a.xlsx", zipped({"word/document.xml": b"x"}), "not_what_it_says"),
        ("a.xlsx", zipped(PARTS | {"xl/vbaProject.bin": b"x"}), "macros"),
        ("a.xlsx", zipped(PARTS | {"xl/worksheets/sheet1.xml": b" " * 5_000_000}), "bomb"),
        ("a.xlsx", zipped(PARTS | {f"xl/{n}": b"" for n in range(600)}), "bomb"),
        ("a.xlsx", zipped(PARTS)[:-30], "broken"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(items.BadAttachment) as caught:
        attached.judged(name, data)
    assert caught.value.code == code


@pytest.mark.anydatabase
def test_tables_are_kept_as_utf_8_whatever_they_were_written_in() -> None:
    ending, kept = attached.judged("台账.CSV", "月份,用电量\n1,2\n".encode("gb18030"))
    assert ending == "csv" and kept.decode("utf-8-sig").startswith("月份,用电量")
    assert attached.judged("a.pdf", PDF) == ("pdf", PDF)


@pytest.mark.anydatabase
def test_files_in_texts() -> None:
    token = "ab" * 20
    text = f"见[台账.xlsx](file:{token})，按 $x$ 计算"
    assert [piece.kind for piece in texts.pieces(text)] == ["text", "file", "text", "formula", "text"]
    assert texts.attached(text) == [(token, "台账.xlsx")] and texts.tokens(text) == [token]
    assert texts.plain(text) == "见[台账.xlsx]，按 x 计算"
    assert "<cite" in texts.html(text, lambda _t: "") and token not in texts.html(text, lambda _t: "")
    assert [fault.code for fault in texts.faults("stem", f"[](file:{token})")] == ["file_without_words"]
    assert "&lt;b&gt;" in texts.html(f"[<b>](file:{token})", lambda _t: "")


@pytest.mark.django_db
def test_the_paper_carries_its_files_and_shows_their_tables() -> None:
    text = items.add_attachment(workbook(), name="台账.xlsx", words="", by=None, at=NOW)
    again = items.add_attachment(workbook_again := workbook(), name="另.xlsx", by=None, at=NOW)
    same = items.add_attachment(workbook_again, name="又.xlsx", by=None, at=NOW)
    assert texts.tokens(again) == texts.tokens(same), "the same bytes are kept once"
    found = attachment(texts.tokens(text)[0])
    assert found is not None and [(t.name, t.head, t.rows) for t in found.tables] == [
        ("台账", ("月份", "用电量（MWh）"), (("1", "1200.5"), ("2", "980")))
    ]
    public = {"stem": f"按{text}计算", "options": [{"letter": "A", "text": "1"}]}
    entry = SimpleNamespace(kind="single", position=1, marks=2, public=public, varies=False)
    page = b"1".join(printing._printed(entry)).decode()
    assert 'href="data:application/vnd.openxmlformats' in page and 'download="台账.xlsx"' in page
    assert "<td>1200.5</td>" in page and "秘密" not in page
    gone = {**public, "stem": f"[数据](file:{'0' * 40})"}
    page = b"".join(printing._printed(SimpleNamespace(**{**vars(entry), "public": gone}))).decode()
    assert "data:" not in page and "item-file-head" in page


@pytest.mark.django_db
def test_a_file_of_another_purpose_is_not_given_out() -> None:
    from tancai.files import api as files

    other = files.store(PDF, purpose="voucher", name="v.pdf", by=None, at=NOW)
    assert attachment(other.token) is None


@pytest.mark.django_db
def test_files_travel_in_packages(tmp_path: Path) -> None:
    kept = [
        items.add_attachment(data, name=name, by=None, at=NOW)
        for name, data in (("台账.csv", CSV), ("说明 1.pdf", PDF), ("表.xlsx", workbook()))
    ]
    version = items.add_item(
        code="base-1-s900",
        collection="shared",
        kind="single",
        topic="base-1",
        difficulty="easy",
        levels=[],
        content={
            "stem": f"看{kept[0]}、{kept[1]}和{kept[2]}，选对的",
            "options": [{"letter": "A", "text": "甲"}, {"letter": "B", "text": "乙"}],
        },
        key={"letters": ["A"]},
        basis={"document": "甲标准", "clause": ""},
        explanation="",
        by=None,
        at=NOW,
    )
    for form in ("qti3", "qti22", "moodle"):
        made = items.export_items([version.item_id], form)
        assert [one.status for one in made.items] == ["exported"], made.items
        path = tmp_path / f"files-{form}{made.ending}"
        path.write_bytes(made.data)
        target = items.Target(collection="cem", bank=f"files-{form}")
        (back,) = items.import_file(path, target, by=None, at=NOW)
        assert (back.status, back.losses) == ("imported", ())
        text = ItemVersion.objects.get(item__code=back.code).content["stem"]
        assert texts.plain(text) == texts.plain(version.content["stem"])
        found = [attachment(token) for token in texts.tokens(text)]
        assert [one.ending if one else "" for one in found] == ["csv", "pdf", "xlsx"]
    assert [one.status for one in items.export_items([version.item_id], "gift").items] == ["refused"]
