"""The bank as a table: XLSX with Chinese headings, or CSV with the same ones."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from tancai.items.errors import BadItem
from tancai.items.exchange import assembled, markup
from tancai.items.exchange.model import Found, Loss, NotThis, Read, Refused, Unusable
from tancai.items.kinds import kinds
from tancai.items.kinds.choices import LETTERS
from tancai.items.rules import DIFFICULTIES
from tancai.lib import spreadsheets

KINDS = {
    "single": "单选题",
    "multiple": "多选题",
    "truefalse": "判断题",
    "numeric": "计算题",
    "parameterised": "参数计算题",
    "fill": "填空题",
    "matching": "匹配题",
    "ordering": "排序题",
    "short": "简答题",
    "case": "案例题",
}
_OTHER_NAMES = {
    "单项选择题": "single",
    "多项选择题": "multiple",
    "不定项选择题": "multiple",
    "问答题": "short",
}
_DIFFICULTY = dict(zip(DIFFICULTIES, ("易", "中", "难"), strict=True))
_OPTIONS = [f"选项{letter}" for letter in LETTERS[:10]]
_LINES = {
    "right": "答案",
    "value": "答案",
    "tolerance": "允许误差",
    "unit": "单位",
    "variables": "变量",
    "derived": "中间量",
    "expression": "算式",
    "round": "保留小数",
    "blanks": "各空答案",
    "pairs": "配对",
    "extra": "多余项",
    "order": "正确顺序",
    "questions": "小题",
}
HEADINGS = [
    "编号",
    "题型",
    "知识点",
    "难度",
    "级别",
    "题干",
    *_OPTIONS,
    "答案",
    "评分要点",
    "参考答案",
    *[name for name in dict.fromkeys(_LINES.values()) if name != "答案"],
    "依据文件",
    "条款",
    "解析",
]
NOTES = {
    "编号": "自己的编号；再次导入时同一编号的试题按新版本处理。可以不填。",
    "题型": "、".join(KINDS.values()),
    "知识点": "知识点代码，如 cem-1。不填则用导入时选择的知识点。",
    "难度": "易、中、难",
    "级别": "级别代码，多个用逗号隔开；不填表示全部级别。",
    "答案": "单选写 A，多选写 AC，判断写 对 或 错，计算写数字。",
    "评分要点": "一行一个要点，行末写分值：说清核算边界（3）",
    "变量": "一行一个：E = 100~200 / 5 或 F = 0.5, 0.6",
    "各空答案": "一行一空；几种写法用 | 隔开",
    "配对": "一行一对：左项 = 右项",
    "正确顺序": "一行一条",
    "小题": (
        "案例题的小题，一道接一道：【单项选择题 3 分】、题干、〔A〕〔B〕…〔答案〕；"
        "简答题用〔参考答案〕和〔评分要点〕，要点一行一条、行末写分值；其他题型用〔各空答案〕等，名称同本表各列"
    ),
}
_POINT = re.compile(r"(.+?)\s*[（(]\s*(\d{1,3})\s*分?\s*[）)]")
_LEAST = ("题型", "题干")


def template() -> bytes:
    """An empty workbook to fill in."""
    return spreadsheets.write("试题", HEADINGS, [], text_columns=HEADINGS, notes=NOTES)


def questions(data: bytes, *, is_csv: bool, place: str = "") -> Iterator[Read]:
    """Every row as an item; a row that is wrong names its line."""
    for number, cells in _rows(data, is_csv):
        if not any(cells.values()):
            continue
        where: dict[str, Any] = {"source": cells.get("编号", ""), "place": place, "line": number}
        try:
            yield _item(cells, where)
        except NotThis as reason:
            yield Refused(reason.reason, reason.piece, asks=cells.get("题型", ""), **where)


def _rows(data: bytes, is_csv: bool) -> Iterator[tuple[int, dict[str, str]]]:
    if is_csv:
        from tancai.items.exchange.files import decoded

        reader = csv.DictReader(io.StringIO(decoded(data)), restkey="")
        _look_at([name.strip() for name in reader.fieldnames or []])
        try:
            for row in reader:
                yield reader.line_num, {k.strip(): str(v or "").strip() for k, v in row.items() if k}
        except csv.Error as error:
            raise Unusable("unreadable", str(error)[:80], reader.line_num) from None
        return
    try:
        sheet = spreadsheets.read(data, wanted=HEADINGS)
    except spreadsheets.NotASpreadsheet as error:
        raise Unusable(error.code) from None
    _look_at(sheet.headings)
    for one in sheet.rows:
        yield one.number, one.cells


def back(row: list[str]) -> Read:
    """A row of HEADINGS read again."""
    try:
        return _item({name: text.strip() for name, text in zip(HEADINGS, row, strict=True)}, {})
    except NotThis as reason:
        return Refused(reason.reason, reason.piece)


def _look_at(headings: list[str]) -> None:
    missing = [name for name in _LEAST if name not in headings]
    if missing:
        raise Unusable("headings", "、".join(missing))


def _item(cells: dict[str, str], where: dict[str, Any]) -> Found:
    texts = markup.Texts()
    name = cells.get("题型", "")
    code = next((code for code, word in KINDS.items() if word == name), _OTHER_NAMES.get(name, ""))
    if not code:
        raise NotThis("type", name)
    stem = cells.get("题干", "")
    if not stem:
        raise NotThis("no_stem")
    kind: Any = kinds()[code]
    if kind.shape == "choices":
        content, key = _choice(code, stem, cells)
    elif kind.shape == "points":
        content, key = {"stem": stem}, {"reference": cells.get("参考答案", ""), "points": _points(cells)}
    else:
        content, key = _read(kind, stem, cells)
    about = {
        "topic": cells.get("知识点", ""),
        "difficulty": next((code for code, word in _DIFFICULTY.items() if word == cells.get("难度")), ""),
        "levels": [
            part.strip() for part in cells.get("级别", "").replace("，", ",").split(",") if part.strip()
        ],
        "document": cells.get("依据文件", ""),
        "clause": cells.get("条款", ""),
    }
    if cells.get("难度") and not about["difficulty"]:
        texts.lose("difficulty", cells["难度"])
    return Found(
        kind=code,
        content=content,
        key=key,
        explanation=cells.get("解析", ""),
        about={name: value for name, value in about.items() if value},
        losses=tuple(texts.losses),
        **where,
    )


def _read(kind: Any, stem: str, cells: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        return kind.read(stem, {line.name: cells.get(_LINES[line.name], "") for line in kind.lines})
    except BadItem as error:
        fault = error.faults[0]
        raise NotThis(
            fault.code, " ".join([fault.place, *(str(value) for _n, value in fault.params)])
        ) from None


def _choice(code: str, stem: str, cells: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    texts = [cells.get(name, "") for name in _OPTIONS]
    while texts and not texts[-1]:
        texts.pop()
    if "" in texts:
        raise NotThis("option_missing", _OPTIONS[texts.index("")])
    letters = sorted({letter for letter in cells.get("答案", "").upper() if letter in LETTERS})
    shown = LETTERS[: len(texts)]
    if not letters or not set(letters) <= set(shown):
        raise NotThis("no_key", cells.get("答案", "")[:20])
    if code == "single" and len(letters) > 1:
        raise NotThis("several_answers", cells.get("答案", "")[:20])
    options = [(text, Decimal(letter in letters)) for letter, text in zip(shown, texts, strict=True)]
    _kind, content, key = assembled.choice(stem, options, several=code == "multiple", whole=True)
    return content, key


def _points(cells: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for row in cells.get("评分要点", "").splitlines():
        if not row.strip():
            continue
        told = _POINT.fullmatch(row.strip())
        if told is None:
            raise NotThis("points", row.strip()[:40])
        found.append({"text": told[1].strip(), "marks": int(told[2])})
    if not found:
        raise NotThis("points")
    return found


def rows(items: Iterable[Found]) -> Iterator[tuple[list[str] | None, tuple[Loss, ...]]]:
    """Every item as a row of HEADINGS, and what the table cannot hold of it; None when it holds nothing of use."""
    for item in items:
        try:
            cells, losses = _cells(item)
        except NotThis as reason:
            yield None, (Loss(reason.reason, reason.piece),)
        else:
            yield [cells.get(name, "") for name in HEADINGS], losses


def _cells(item: Found) -> tuple[dict[str, str], tuple[Loss, ...]]:
    if item.kind not in KINDS:
        raise NotThis("kind", item.kind)
    kind: Any = kinds()[item.kind]
    losses = []
    cells = {
        "编号": item.source,
        "题型": KINDS[item.kind],
        "知识点": item.about.get("topic", ""),
        "难度": _DIFFICULTY.get(item.about.get("difficulty", ""), ""),
        "级别": ",".join(item.about.get("levels", [])),
        "题干": item.content["stem"],
        "依据文件": item.about.get("document", ""),
        "条款": item.about.get("clause", ""),
        "解析": item.explanation,
    }
    if kind.shape == "choices":
        if len(item.content["options"]) > len(_OPTIONS):
            raise NotThis("too_many_options", str(len(item.content["options"])))
        cells |= {f"选项{o['letter']}": o["text"] for o in item.content["options"]}
        cells["答案"] = "".join(item.key["letters"])
        if item.key.get("shares"):
            losses.append(Loss("shares"))
    elif kind.shape == "points":
        cells["参考答案"] = item.key.get("reference", "")
        cells["评分要点"] = "\n".join(f"{point['text']}（{point['marks']}）" for point in item.key["points"])
    else:
        written = kind.written(item.content, item.key)
        cells |= {_LINES[name]: text for name, text in written.items()}
        if item.kind == "truefalse":
            cells["答案"] = "对" if item.key["right"] else "错"
        if kind.read(item.content["stem"], written) != (item.content, item.key):
            losses.append(Loss("shares"))
    return cells, tuple(losses)


def write_xlsx(table: list[list[str]]) -> bytes:
    return spreadsheets.write("试题", HEADINGS, table, text_columns=HEADINGS, notes=NOTES)


def write_csv(table: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *table])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
