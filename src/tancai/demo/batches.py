"""The demo institution enrols its people from archives: one batch taken in, one with planted faults waiting."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import openpyxl
from PIL import Image

from tancai.demo import cast, papers
from tancai.demo.portraits import portrait
from tancai.demo.world import World
from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.programmes import api as programmes

PROGRAMME, LEVEL = "cem", "intermediate"
_MATERIALS = {
    "身份证正面": "identity_front",
    "身份证反面": "identity_back",
    "毕业证书": "education",
    "工作证明": "work_proof",
}


@dataclass(frozen=True)
class Entrant:
    """Somebody as the institution writes one down: in the sheet, and in the names of the files."""

    number: int
    name: str
    document: str
    phone: str
    sheet_document: Any = None
    file_name: str = ""
    in_sheet: bool = True
    has_portrait: bool = True
    materials: tuple[str, ...] = tuple(_MATERIALS)


def tell(world: World, *, seed: int, numbers: Iterator[int], now: datetime) -> None:
    """A batch of four taken in three days ago, and one of twelve inspected an hour ago."""
    day = next(
        d for d in programmes.upcoming_days(PROGRAMME, at=now) if d.closes_at > now + timedelta(days=1)
    )
    before = now - timedelta(days=3)
    taken = [_entrant(seed, next(numbers)) for _ in range(4)]
    taken[3] = replace(taken[3], materials=("身份证正面", "身份证反面"))
    batch = _upload(world, taken, day.key, at=before)
    enrolment.confirm_batch(batch, by=world.institution_manager, at=before + timedelta(minutes=9))
    enrolment.run_batch(batch, by=world.institution_manager, at=before + timedelta(minutes=10))
    waiting = _with_faults([_entrant(seed, next(numbers)) for _ in range(12)])
    _upload(world, waiting, day.key, at=now - timedelta(hours=1))


def _entrant(seed: int, number: int) -> Entrant:
    found = cast.person(seed, number)
    return Entrant(number, found["name"], found["document"], found["phone"])


def _with_faults(people: list[Entrant]) -> list[Entrant]:
    """One fault each for the first six; the row that repeats another comes last."""
    first, second, third, fourth, fifth, sixth, *good = people
    wrong_digit = first.document[:-1] + ("0" if first.document[-1] != "0" else "1")
    return [
        replace(first, sheet_document=wrong_digit),
        replace(second, has_portrait=False),
        replace(third, in_sheet=False),
        replace(fourth, file_name=f"{fourth.name[0]}错字"),
        replace(sixth, sheet_document=int(sixth.document[:17] + "0")),
        *good,
        replace(fifth, sheet_document=good[0].document),
    ]


def _upload(world: World, people: list[Entrant], exam_day: str, *, at: datetime) -> Any:
    return enrolment.inspect_archive(
        world.institution,
        programme=PROGRAMME,
        level=LEVEL,
        exam_day=exam_day,
        data=archive(people, at=at),
        name="报名材料.zip",
        by=world.institution_manager,
        at=at,
    )


def archive(people: list[Entrant], *, at: datetime) -> bytes:
    """The ZIP of an institution: the filled-in sheet, a folder of portraits, a folder of materials a person."""
    definition = programmes.definition(PROGRAMME, on=clock.local_date(at))
    shown = [each for each in people if each.has_portrait]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
        box.writestr("报名申报表.xlsx", _sheet(definition, people, at))
        for each in shown:
            name = f"{each.file_name or each.name}_{each.document}"
            box.writestr(f"照片{len(shown)}/{name}.jpg", _portrait(definition, each))
        for each in people:
            for material in each.materials:
                name = f"{each.file_name or each.name}_{each.document}"
                box.writestr(f"资料/{name}/{material}.jpg", _paper(_MATERIALS[material]))
    return out.getvalue()


def _portrait(definition: Any, somebody: Entrant) -> bytes:
    rule = definition.portrait
    return portrait(somebody.number, width=rule.width, height=rule.height, background=rule.background)


@cache
def _paper(kind: str) -> bytes:
    """A material of the demo at half its size, as scans that an institution packs together."""
    picture = Image.open(io.BytesIO(papers.picture(kind)))
    out = io.BytesIO()
    picture.resize((picture.width // 2, picture.height // 2)).save(out, "JPEG", quality=70)
    return out.getvalue()


def _sheet(definition: Any, people: list[Entrant], at: datetime) -> bytes:
    """The template of the house with a row for everybody; numbers as text, but for a fault that is wanted."""
    book = openpyxl.load_workbook(io.BytesIO(enrolment.template_workbook(definition)))
    sheet: Any = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[1]}
    rows = [each for each in people if each.in_sheet]
    for line, each in enumerate(rows, start=2):
        written = each.document if each.sheet_document is None else each.sheet_document
        cells = {"姓名": each.name, "证件号码": written, "手机号码": each.phone, **_career(each, at)}
        for heading, value in cells.items():
            cell = sheet.cell(line, headings[heading], value)
            cell.number_format = "0" if isinstance(value, int) else "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _career(somebody: Entrant, at: datetime) -> dict[str, str]:
    """A bachelor with enough years in the field for the level applied for."""
    generator = random.Random(f"career {somebody.number}")
    return {
        "证件类型": "居民身份证",
        "学历": "本科",
        "专业": generator.choice(["环境工程", "能源与动力工程", "应用化学"]),
        "工作单位": generator.choice(["演示低碳公司", "演示节能服务公司", "演示能源集团"]),
        "岗位": generator.choice(["碳管理专员", "能源管理员", "环保工程师"]),
        "从事本领域起始年月": f"{at.year - generator.randint(3, 6)}-0{generator.randint(1, 9)}",
    }
