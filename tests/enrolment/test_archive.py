"""An institution hands in an archive: what it is told, what becomes an application, what comes back."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tancai.enrolment import api as enrolment
from tancai.enrolment import archives, imports, sheets
from tancai.files import api as files
from tancai.lib import spreadsheets
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.enrolment import archive_kit as kit
from tests.enrolment.conftest import AT, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(world: None) -> Any:
    return people.found_organisation(
        code="green-school",
        kind="institution",
        name="青禾职业培训学校",
        name_en="Qinghe School",
        by=None,
        at=AT,
    )


def choice() -> dict[str, str]:
    day = programmes.open_days("cem", at=AT)[0]
    return {"programme": "cem", "level": "intermediate", "exam_day": day.key}


def hand_in(school: Any, data: bytes, *, at: Any = AT) -> enrolment.ImportBatch:
    return enrolment.inspect_archive(school, **choice(), data=data, by=None, at=at)


def take_in(school: Any, data: bytes, *, at: Any = AT) -> enrolment.ImportBatch:
    batch = hand_in(school, data, at=at)
    enrolment.confirm_batch(batch, by=None, at=at)
    return enrolment.run_batch(batch, by=None, at=at)


def codes(batch: enrolment.ImportBatch) -> list[str]:
    return sorted(
        finding["code"] for row in batch.rows.filter(verdict="bad") for finding in row.findings
    ) + sorted(finding["code"] for finding in batch.findings)


def test_sixty_people_with_six_faults_and_the_corrected_archive(school: Any) -> None:
    cast = kit.people(60)
    batch = hand_in(school, kit.build(kit.plant(cast)))
    assert enrolment.counts(batch) == {"good": 54, "incomplete": 0, "already": 0, "bad": 5, "done": 0}
    assert codes(batch) == [
        "document_check_digit",
        "duplicate_row",
        "name_mismatch",
        "number_in_numeric_cell",
        "portrait_missing",
        "extra_portrait",
    ]
    assert enrolment.Application.objects.count() == 0, "a dry run changes nothing"

    enrolment.confirm_batch(batch, by=None, at=AT)
    enrolment.run_batch(batch, by=None, at=AT)
    assert enrolment.counts_by_state("cem")["submitted"] == 54
    returned = spreadsheets.read(enrolment.bad_rows_workbook(batch))
    assert len(returned.rows) == 6
    assert all(row.cells[sheets.REASONS] for row in returned.rows)
    assert any("C5" in row.cells[sheets.REASONS] for row in returned.rows), "the cell is named"

    again = take_in(school, kit.build(cast))
    assert enrolment.counts(again) == {"good": 6, "incomplete": 0, "already": 54, "bad": 0, "done": 6}
    assert enrolment.counts_by_state("cem")["submitted"] == 60
    assert enrolment.Application.objects.values("person").distinct().count() == 60


def test_only_the_corrected_rows_may_be_sent_again(school: Any) -> None:
    cast = kit.people(12)
    take_in(school, kit.build(kit.plant(cast)))
    take_in(school, kit.build(cast[:6]))
    assert enrolment.counts_by_state("cem")["submitted"] == 12


def test_missing_materials_make_a_row_incomplete_and_a_later_archive_completes_it(school: Any) -> None:
    cast = kit.people(2)
    lacking = [cast[0], replace(cast[1], materials=("身份证正面.jpg", "身份证反面.jpg"))]
    batch = hand_in(school, kit.build(lacking))
    assert enrolment.counts(batch)["incomplete"] == 1
    enrolment.confirm_batch(batch, by=None, at=AT)
    enrolment.run_batch(batch, by=None, at=AT)
    assert enrolment.counts_by_state("cem")["draft"] == 1

    take_in(school, kit.build(cast))
    counted = enrolment.counts_by_state("cem")
    assert (counted["draft"], counted["submitted"]) == (0, 2)


def test_a_faulty_portrait_keeps_the_row_and_says_what_to_do(school: Any) -> None:
    batch = hand_in(school, kit.build(kit.people(1), background="white"))
    row = batch.rows.get()
    assert row.verdict == "incomplete"
    fault = next(finding for finding in row.findings if finding["code"] == "portrait_fault")
    assert fault["params"]["inner"]["code"] == "background_colour"


def test_names_written_in_gbk_and_one_folder_around_everything(school: Any) -> None:
    data = kit.build(kit.people(2), encoding="gbk", wrapper="青禾学校报名/")
    assert enrolment.counts(hand_in(school, data))["good"] == 2


@pytest.mark.parametrize("folder", ["照片2", "照片+2", "照片2人", "照片"])
def test_portrait_folder_spellings(school: Any, folder: str) -> None:
    batch = hand_in(school, kit.build(kit.people(2), folder=folder))
    assert enrolment.counts(batch)["good"] == 2
    assert batch.findings == []


def test_a_differing_count_is_a_warning_only(school: Any) -> None:
    batch = hand_in(school, kit.build(kit.people(2), folder="照片5"))
    assert [(f["code"], f["level"]) for f in batch.findings] == [("count_differs", "warning")]
    assert enrolment.counts(batch)["good"] == 2


def test_more_than_name_and_number_in_a_portrait_name_is_reported(school: Any) -> None:
    cast = kit.people(1)
    cast = [replace(cast[0], portrait_name=cast[0].name, number=cast[0].number + "_新")]
    batch = hand_in(school, kit.build([replace(cast[0], row_number=kit.people(1)[0].number)]))
    assert "misnamed" in [finding["code"] for finding in batch.findings]
    assert batch.rows.get().verdict == "bad"


def _zip(entries: dict[str, bytes], **flags: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a zip at all", "not_a_zip"),
        (_zip({"../evil.xlsx": b"x"}), "unsafe_path"),
        (_zip({"/etc/evil.xlsx": b"x"}), "unsafe_path"),
        (_zip({"bomb.xlsx": b"\0" * 20_000_000}), "ratio"),
    ],
)
def test_dangerous_archives_are_refused_whole(school: Any, data: bytes, code: str) -> None:
    with pytest.raises(enrolment.BadArchive) as refused:
        hand_in(school, data)
    assert refused.value.code == code
    assert not enrolment.ImportBatch.objects.exists()


def test_encrypted_archives_are_refused(school: Any) -> None:
    data = bytearray(_zip({"报名申报表.xlsx": b"secret"}))
    # the encryption flag in the local header and in the central directory
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    with pytest.raises(enrolment.BadArchive) as refused:
        hand_in(school, bytes(data))
    assert refused.value.code == "encrypted"


def test_an_archive_without_a_spreadsheet_is_explained_and_given_up(school: Any) -> None:
    batch = hand_in(school, _zip({"照片1/某人.jpg": picture()}))
    assert enrolment.stage(batch) == "refused"
    assert batch.findings[0]["code"] == "no_spreadsheet"
    with pytest.raises(files.FileGone):
        files.read(batch.archive)


def test_the_archive_is_deleted_after_the_import_and_good_rows_are_forgotten(school: Any) -> None:
    batch = take_in(school, kit.build(kit.people(1)))
    with pytest.raises(files.FileGone):
        files.read(batch.archive)
    assert batch.rows.get().data == {"cells": {sheets.NAME: kit.people(1)[0].name}}


def test_what_nobody_confirms_expires_after_three_days(school: Any) -> None:
    batch = hand_in(school, kit.build(kit.people(1)))
    assert imports.expire(AT + timedelta(hours=71)) == 0
    assert imports.expire(AT + timedelta(hours=73)) == 1
    assert enrolment.stage(batch) == "expired"
    assert not batch.rows.exists()
    with pytest.raises(files.FileGone):
        files.read(batch.archive)


def test_an_import_stopped_half_way_is_taken_up_again(school: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = hand_in(school, kit.build(kit.people(3)))
    enrolment.confirm_batch(batch, by=None, at=AT)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrolment.run_batch(batch, by=None, at=AT, progress=stop)
    assert enrolment.counts(batch)["done"] == 2
    seen: list[tuple[int, int]] = []
    enrolment.run_batch(batch, by=None, at=AT, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (2, 3)
    assert enrolment.counts_by_state("cem")["submitted"] == 3
    assert enrolment.stage(batch) == "finished"


def test_somebody_who_applied_elsewhere_is_not_taken_over(school: Any) -> None:
    one = kit.people(1)[0]
    person = people.enter_person(
        name=one.name, document_kind="resident_id", document=one.number, by=None, at=AT
    )
    enrolment.start_application(person, **choice(), by=None, at=AT)
    batch = hand_in(school, kit.build([one]))
    assert codes(batch) == ["other_channel"]


def test_a_number_known_under_another_name_is_not_taken(school: Any) -> None:
    one = kit.people(1)[0]
    people.enter_person(name="另外一人", document_kind="resident_id", document=one.number, by=None, at=AT)
    assert codes(hand_in(school, kit.build([one]))) == ["name_mismatch_known"]


def test_nothing_readable_of_a_number_is_kept_in_the_database(school: Any, django_db_blocker: Any) -> None:
    from django.db import connection

    cast = kit.people(7)
    batch = hand_in(school, kit.build(kit.plant(kit.people(12))))
    enrolment.confirm_batch(batch, by=None, at=AT)
    enrolment.run_batch(batch, by=None, at=AT)
    numbers = [each.number for each in cast]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            content = repr(
                [tuple(bytes(v) if isinstance(v, memoryview) else v for v in r) for r in cursor.fetchall()]
            )
            assert not [number for number in numbers if number in content], table


def test_the_template_reads_back_with_its_own_columns(world: None) -> None:
    data = enrolment.template_workbook(programmes.definition("cem"))
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [cell.value for cell in sheet[1]] == list(sheets.COLUMNS)
    column = list(sheets.COLUMNS).index(sheets.NUMBER) + 1
    assert sheet.cell(2, column).number_format == "@"
    assert sheet.cell(1, column).comment is not None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("李清源_11019919900307001X", ("李清源", "11019919900307001X")),
        ("阿依古丽·买买提＿E12345678", ("阿依古丽·买买提", "E12345678")),
        ("李清源-110199199003070010", None),
        ("李清源_110199199003070010_新", ("李清源_110199199003070010", None)),
        ("李清源", None),
    ],
)
def test_person_in_a_file_name(text: str, wanted: Any) -> None:
    found = archives.read_person(text)
    assert found == wanted if wanted is None or wanted[1] else found is None


@pytest.mark.anydatabase
def test_headings_dates_and_numbers_are_read_as_people_write_them() -> None:
    headings = ["序号", "*学员\n姓　名", "身份证号码（必填）", sheets.SINCE, sheets.YEARS, "班级"]
    rows = [
        [1, "李清源", "110101199003070011", "２０２１年０３月", "３ 年", "一班"],
        [2, "王远山", "x", 2021.1, "", ""],
    ]
    sheet = sheets.read(spreadsheets.write("表", headings, rows))
    assert sheets.unread_columns(sheet) == ["班级"]
    first, second = sheet.rows
    assert (first.cells[sheets.NAME], first.cells[sheets.NUMBER]) == ("李清源", "110101199003070011")
    definition = programmes.shipped_definition("cem")
    claims, findings = sheets.claims_of(first.cells, definition, numeric=first.numeric)
    assert (claims["work"][0]["start"], claims["years"], findings) == ("2021-03", 3, [])
    claims, findings = sheets.claims_of(second.cells, definition, numeric=second.numeric)
    assert "work" not in claims, "a number 2021.1 may have been written as 2021.10"
    assert [finding["code"] for finding in findings] == ["date_unreadable"]
    assert "2021-03" in enrolment.say_import(findings[0])


@pytest.mark.anydatabase
def test_numbers_in_paths_are_masked_however_they_are_written() -> None:
    for number in ("11019919900307001X", "１１０１９９１９９００３０７００１Ｘ"):
        assert number not in archives.mask_path(f"照片2/李清源_{number}.jpg")


@pytest.mark.anydatabase
@pytest.mark.parametrize("text", ["44256", "2021年", "21-03", "2021-13"])
def test_what_is_no_month_is_not_guessed(text: str) -> None:
    assert sheets.read_month(text) is None


def test_an_empty_photo_and_one_of_a_telephone_are_told_apart_from_a_bad_name(school: Any) -> None:
    first, second = kit.people(2)
    data = io.BytesIO(
        kit.build([replace(first, portrait=False), replace(second, portrait=False)], folder="照片2")
    )
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(f"照片2/{first.name}_{first.number}.jpg", b"")
        archive.writestr(f"照片2/{second.name}_{second.number}.heic", b"ftypheic")
        archive.writestr(f"资料/{first.name}_{first.number}/其他证明.jpg", b"")
        archive.writestr(f"资料/{first.name}_{first.number}/补充说明.jpg", picture()[:-200])
    batch = hand_in(school, data.getvalue())
    said = [enrolment.say_import(f) for f in batch.findings]
    assert len(said) == 2 and any("JPG" in each and first.number not in each for each in said)
    told = [enrolment.say_import(f) for f in batch.rows.order_by("number")[0].findings]
    assert sum("文件是空的" in each for each in told) == 2
    assert sum("打不开" in each and "补充说明" in each for each in told) == 1, (
        "half a picture is found at once"
    )
