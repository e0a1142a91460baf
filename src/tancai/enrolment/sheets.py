"""The 报名申报表: its columns, the template an institution downloads, and a row read into plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from tancai.enrolment.claims import CERTIFICATE_LEVELS, DEGREES, EDUCATION
from tancai.lib import identity, spreadsheets

NAME, KIND, NUMBER, PHONE, EMAIL = "姓名", "证件类型", "证件号码", "手机号码", "电子邮箱"
SEX, BIRTH = "性别", "出生日期"
EDUCATION_COLUMN, DEGREE, MAJOR, SCHOOL = "学历", "学位", "专业", "在读院校"
UNIT, POST, SINCE, UNTIL, YEARS = (
    "工作单位",
    "岗位",
    "从事本领域起始年月",
    "从事本领域截止年月",
    "累计从事年限",
)
OCCUPATION, CERTIFICATE, CERTIFICATE_LEVEL = "职业类别", "已取得证书", "证书级别"
CERTIFICATE_FIELD, CERTIFICATE_DATE = "证书所属领域", "证书取得日期"
REASONS = "退回原因"

COLUMNS = (
    NAME,
    KIND,
    NUMBER,
    SEX,
    BIRTH,
    PHONE,
    EMAIL,
    EDUCATION_COLUMN,
    DEGREE,
    MAJOR,
    SCHOOL,
    UNIT,
    POST,
    SINCE,
    UNTIL,
    YEARS,
    OCCUPATION,
    CERTIFICATE,
    CERTIFICATE_LEVEL,
    CERTIFICATE_FIELD,
    CERTIFICATE_DATE,
)
NEEDED = (NAME, NUMBER)
TEXT_COLUMNS = (NUMBER, PHONE, SINCE, UNTIL, CERTIFICATE_DATE, BIRTH)

_ALIASES = {
    "考生姓名": NAME,
    "学员姓名": NAME,
    "身份证": NUMBER,
    "身份证号": NUMBER,
    "身份证号码": NUMBER,
    "身份证件号码": NUMBER,
    "公民身份号码": NUMBER,
    "证件号": NUMBER,
    "证件种类": KIND,
    "手机": PHONE,
    "手机号": PHONE,
    "联系电话": PHONE,
    "联系方式": PHONE,
    "电话": PHONE,
    "邮箱": EMAIL,
    "出生年月日": BIRTH,
    "单位": UNIT,
    "职务": POST,
    "所学专业": MAJOR,
    "最高学历": EDUCATION_COLUMN,
    "最高学位": DEGREE,
}

EDUCATION_WORDS = dict(zip(("高中", "中专", "大专", "本科", "研究生"), EDUCATION, strict=True))
DEGREE_WORDS = dict(zip(("学士", "双学士", "硕士", "博士"), DEGREES, strict=True))
LEVEL_WORDS = dict(zip(("初级", "中级", "高级"), CERTIFICATE_LEVELS, strict=True))
SEX_WORDS = {"男": "male", "女": "female"}
KIND_WORDS = {
    "居民身份证": "resident_id",
    "身份证": "resident_id",
    "港澳台居民居住证": "hmt_residence",
    "港澳居民来往内地通行证": "hmt_permit",
    "台湾居民来往大陆通行证": "taiwan_permit",
    "护照": "passport",
    "外国人永久居留身份证": "foreign_residence",
}
# columns of people's own that nobody expects to be read
_OWN_COLUMNS = frozenset(("序号", "编号", "备注", REASONS))
_YEARS = range(1940, 2101)
_MORE_EDUCATION = {
    "硕士研究生": "postgraduate",
    "博士研究生": "postgraduate",
    "专科": "junior_college",
    "大学本科": "bachelor",
    "大学专科": "junior_college",
}


def template(definition: Any) -> bytes:
    """The XLSX an institution fills in: text columns for numbers, lists for choices, notes on the headings."""
    return spreadsheets.write(
        "报名申报表",
        COLUMNS,
        [],
        text_columns=TEXT_COLUMNS,
        choices=choices(definition),
        notes=_notes(definition),
    )


def choices(definition: Any) -> dict[str, list[str]]:
    """The lists offered in the cells of a column."""
    found = {
        KIND: [word for word in KIND_WORDS if word != "身份证"],
        SEX: list(SEX_WORDS),
        EDUCATION_COLUMN: list(EDUCATION_WORDS),
        DEGREE: list(DEGREE_WORDS),
        CERTIFICATE_LEVEL: list(LEVEL_WORDS),
    }
    # a list in a cell holds at most 255 characters
    occupations = [occupation.name for occupation in definition.occupations]
    if occupations and len(",".join(occupations)) < 250 and not any("," in name for name in occupations):
        found[OCCUPATION] = occupations
    return found


def _notes(definition: Any) -> dict[str, str]:
    related = "、".join(definition.related_majors)
    field = definition.certificate.field
    return {
        NAME: "必填，与证件一致；照片和资料的文件名也用这个姓名。",
        NUMBER: "必填，按文本填写。18 位号码填成数字时末几位会丢失，系统会退回该行。",
        PHONE: "用于通知考生本人。",
        MAJOR: f"按毕业证书填写。相关专业：{related}等。" if related else "按毕业证书填写。",
        SCHOOL: "在校学生填写就读院校。",
        SINCE: "格式 2021-03。连续工作至今的，截止年月留空。",
        YEARS: "整年数；已填起止年月的可不填。",
        CERTIFICATE_DATE: "格式 2024-05-20。",
        CERTIFICATE_FIELD: f"属于“{field}”的写明，其他留空。" if field else "选填。",
    }


def read(data: bytes) -> spreadsheets.Sheet:
    """The sheet with canonical headings; raises NotASpreadsheet (``unreadable``, ``no_headings``, ``no_columns``)."""
    sheet = spreadsheets.read(data)
    if not _has_needed(sheet.headings):
        try:
            sheet = spreadsheets.read(data, wanted=(NAME, NUMBER, PHONE))
        except spreadsheets.NotASpreadsheet as error:
            # there are headings, only not these
            raise spreadsheets.NotASpreadsheet("no_columns") from error
    if not _has_needed(sheet.headings):
        raise spreadsheets.NotASpreadsheet("no_columns")
    return spreadsheets.Sheet(
        headings=[_canonical(name) for name in sheet.headings],
        rows=[
            spreadsheets.Row(
                row.number,
                {_canonical(name): value for name, value in row.cells.items()},
                frozenset(_canonical(name) for name in row.numeric),
            )
            for row in sheet.rows
        ],
        columns={_canonical(name): column for name, column in sheet.columns.items()},
    )


def unread_columns(sheet: spreadsheets.Sheet) -> list[str]:
    """Headings that no column of the template stands for; their cells are not used."""
    return [name for name in sheet.headings if name not in COLUMNS and name not in _OWN_COLUMNS]


def _has_needed(headings: Iterable[str]) -> bool:
    found = {_canonical(name) for name in headings}
    return all(name in found for name in NEEDED)


def _canonical(heading: str) -> str:
    plain = re.sub(r"[（(].*?[）)]", "", heading)
    return _ALIASES.get(plain, plain)


def document_kind(cells: dict[str, str]) -> str:
    """The document kind of a row; resident ID where nothing is given, ``""`` where the word is unknown."""
    word = cells.get(KIND, "").strip()
    return KIND_WORDS.get(word, "") if word else identity.RESIDENT_ID


def _plain(text: str) -> str:
    """Digits as ASCII, no blanks, no time of day."""
    text = unicodedata.normalize("NFKC", text).strip()
    return re.sub(r"\s", "", re.sub(r"\s+\d{1,2}:\d{2}(:\d{2})?$", "", text))


def read_date(text: str) -> date | None:
    """``2024-05-20``, ``2024/5/20``, ``2024年5月20日``, ``20240520``; None when it is none of these."""
    match = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", _plain(text))
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def read_month(text: str) -> str | None:
    """A month as ``2021-03`` (a day is dropped); None when it is none."""
    match = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月](\d{1,2})?日?)?", _plain(text))
    if not match or int(match[1]) not in _YEARS or not 1 <= int(match[2]) <= 12:
        return None
    return f"{match[1]}-{int(match[2]):02d}"


def claims_of(
    cells: dict[str, str], definition: Any, *, numeric: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Claims as JSON and findings on cells that cannot be read; what cannot be read is left out, not guessed.

    ``numeric``: the columns whose cell held a number: there 2021.1 may have been 2021.10.
    """
    findings: list[dict[str, Any]] = []
    for column in (SINCE, UNTIL):
        if column in numeric and re.fullmatch(r"\d{4}\.1", cells.get(column, "")):
            cells = {**cells, column: f"{cells[column]}?"}
    claims = {
        "education": _word(cells, EDUCATION_COLUMN, {**EDUCATION_WORDS, **_MORE_EDUCATION}, findings),
        "major": cells.get(MAJOR, ""),
        "school": cells.get(SCHOOL, ""),
        "unit": cells.get(UNIT, ""),
        "occupation": _word(cells, OCCUPATION, {o.name: o.code for o in definition.occupations}, findings),
        "work": _work(cells, findings),
        "years": _years(cells, findings),
        "certificates": _certificates(cells, definition, findings),
    }
    degree = _word(cells, DEGREE, DEGREE_WORDS, findings)
    claims["degrees"] = [degree] if degree else []
    return {name: value for name, value in claims.items() if value}, findings


def _word(cells: dict[str, str], column: str, words: dict[str, str], findings: list[dict[str, Any]]) -> str:
    text = cells.get(column, "").strip().removesuffix("学历").removesuffix("学位")
    if text in words:
        return words[text]
    if text in ("", "无", "-"):
        return ""
    findings.append(_unread(column))
    return ""


def _unread(column: str, form: str = "") -> dict[str, Any]:
    if form:
        return {"code": "date_unreadable", "level": "warning", "params": {"column": column, "form": form}}
    return {"code": "cell_unreadable", "level": "warning", "params": {"column": column}}


def _work(cells: dict[str, str], findings: list[dict[str, Any]]) -> list[dict[str, str]]:
    since, until = cells.get(SINCE, "").strip(), cells.get(UNTIL, "").strip()
    if not since:
        return []
    start, end = read_month(since), read_month(until) if until not in ("", "至今") else ""
    for value, column in ((start, SINCE), (end, UNTIL)):
        if value is None:
            findings.append(_unread(column, "2021-03"))
    if not start or end is None or (end and end < start):
        if start and end:
            findings.append(_unread(UNTIL))
        return []
    return [{"start": start, "end": end, "unit": cells.get(UNIT, ""), "post": cells.get(POST, "")}]


def _years(cells: dict[str, str], findings: list[dict[str, Any]]) -> int:
    text = _plain(cells.get(YEARS, "")).removesuffix("年")
    if not text:
        return 0
    if text.isdecimal() and int(text) <= 60:
        return int(text)
    findings.append(_unread(YEARS))
    return 0


def _certificates(
    cells: dict[str, str], definition: Any, findings: list[dict[str, Any]]
) -> list[dict[str, str]]:
    name = cells.get(CERTIFICATE, "").strip()
    if name in ("", "无"):
        return []
    held = cells.get(CERTIFICATE_DATE, "").strip()
    since = read_date(held) if held else None
    if held and since is None:
        findings.append(_unread(CERTIFICATE_DATE, "2024-05-20"))
    named = cells.get(CERTIFICATE_FIELD, "").strip()
    own = name in (definition.certificate.title, definition.name, definition.certificate.post)
    return [
        {
            "name": name,
            "level": _word(cells, CERTIFICATE_LEVEL, LEVEL_WORDS, findings),
            "programme": definition.code if own else "",
            "field": named,
            "held_since": since.isoformat() if since else "",
        }
    ]
