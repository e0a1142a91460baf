"""An institution's archive built from fictional people, with faults planted where asked."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import Any

import openpyxl

from tancai.demo import portraits
from tancai.enrolment import sheets
from tests.enrolment.conftest import picture, resident_number

SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = ("清源", "青禾", "远山", "知行", "若水", "怀瑾")


@dataclass(frozen=True)
class Somebody:
    """A candidate as the institution writes one down, and as the files are named."""

    serial: int
    name: str
    number: str
    row_number: Any = None
    row: bool = True
    portrait: bool = True
    portrait_name: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    materials: tuple[str, ...] = ("身份证正面.jpg", "身份证反面.jpg", "毕业证书.jpg", "工作证明.jpg")


def people(count: int, *, start: int = 1) -> list[Somebody]:
    return [
        Somebody(
            serial=serial,
            name=SURNAMES[serial % 10] + GIVEN[serial // 10 % 6],
            number=resident_number(serial),
        )
        for serial in range(start, start + count)
    ]


def build(
    cast: list[Somebody],
    *,
    folder: str | None = None,
    encoding: str = "utf-8",
    wrapper: str = "",
    background: str = "blue",
) -> bytes:
    """The ZIP as bytes; ``encoding="gbk"`` writes names the way an old Windows does."""
    shown = [each for each in cast if each.portrait]
    folder = f"照片{len(shown)}" if folder is None else folder
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, f"{wrapper}报名申报表.xlsx", spreadsheet(cast), encoding)
        for each in shown:
            data = portraits.portrait(each.serial, width=295, height=413, background=background)
            name = each.portrait_name or each.name
            _write(archive, f"{wrapper}{folder}/{name}_{each.number}.jpg", data, encoding)
        for each in cast:
            for material in each.materials:
                path = f"{wrapper}资料/{each.portrait_name or each.name}_{each.number}/{material}"
                _write(archive, path, picture(size=(240, 160)), encoding)
    return out.getvalue()


class _GbkInfo(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def _write(archive: zipfile.ZipFile, path: str, data: bytes, encoding: str) -> None:
    info = (_GbkInfo if encoding == "gbk" else zipfile.ZipInfo)(path)
    archive.writestr(info, data)


def spreadsheet(cast: list[Somebody]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(sheets.COLUMNS))
    for each in cast:
        if each.row:
            number = each.number if each.row_number is None else each.row_number
            cells = {
                sheets.NAME: each.name,
                sheets.KIND: "居民身份证",
                sheets.NUMBER: number,
                sheets.PHONE: f"138001{each.serial:05d}",
                sheets.EDUCATION_COLUMN: "本科",
                sheets.MAJOR: "环境工程",
                sheets.UNIT: "清源环境技术有限公司",
                sheets.POST: "碳核算专员",
                sheets.SINCE: "2022-01",
                **each.cells,
            }
            sheet.append([cells.get(name, "") for name in sheets.COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_bad_check_digit(number: str) -> str:
    wrong = "0" if number[-1] != "0" else "1"
    return number[:-1] + wrong


def plant(cast: list[Somebody]) -> list[Somebody]:
    """The six faults, each on one of the first people: see the names of the tests."""
    planted = list(cast)
    planted[0] = replace(cast[0], row_number=with_bad_check_digit(cast[0].number))
    planted[1] = replace(cast[1], portrait=False)
    planted[2] = replace(cast[2], row=False)
    planted[3] = replace(cast[3], portrait_name=cast[3].name[0] + "错名")
    planted[4] = replace(cast[4], row_number=cast[10].number)
    planted[5] = replace(cast[5], row_number=int(cast[5].number[:17] + "0"))
    # the duplicate must come after the row it repeats
    return planted[:4] + planted[5:] + [planted[4]]
