"""Questions of a case as one text, for tables and comparisons, and from the files of the bank.

【单项选择题 4 分】
下列哪一项属于直接排放？
〔A〕外购电力
〔B〕锅炉燃煤
〔答案〕B
【简答题 6 分】
说明核算边界。
〔参考答案〕……
〔评分要点〕说清法人边界（3）
列出排放设施（3）
"""

from __future__ import annotations

import re
from typing import Any

from tancai.items.errors import BadItem, Fault
from tancai.items.kinds.case.parts import CALCULATION, KINDS
from tancai.items.kinds.choices import LETTERS
from tancai.items.kinds.truefalse import truth

Made = tuple[str, int, dict[str, Any], dict[str, Any]]
"""Kind, marks, content, key."""

NAMES = {
    "single": "单项选择题",
    "multiple": "多项选择题",
    "truefalse": "判断题",
    "numeric": "数值题",
    "parameterised": "计算题",
    "fill": "填空题",
    "matching": "匹配题",
    "ordering": "排序题",
    "short": "简答题",
}
_FIELDS = {
    "right": "答案",
    "value": "答案",
    "tolerance": "允许误差",
    "unit": "单位",
    "expression": "算式",
    "round": "保留小数",
    "blanks": "各空答案",
    "pairs": "配对",
    "extra": "多余项",
    "order": "正确顺序",
}
_HEAD = re.compile(r"【\s*(?P<name>[^】\d]+?)\s*(?P<marks>\d{1,3})\s*分\s*】\s*")
_FIELD = re.compile(r"〔(?P<name>[^〕]{1,6})〕")
_POINT = re.compile(r"(.+?)\s*[（(]\s*(\d{1,3})\s*分?\s*[）)]", re.S)


def written(questions: list[dict[str, Any]], keys: list[dict[str, Any]]) -> str:
    return "\n".join(_question(question, key) for question, key in zip(questions, keys, strict=True))


def _question(question: dict[str, Any], key: dict[str, Any]) -> str:
    code, content = question["kind"], question["content"]
    rows = [f"【{NAMES[code]} {question['marks']} 分】", content["stem"]]
    return "\n".join([*rows, *(f"〔{name}〕{text}" for name, text in _fields(code, content, key) if text)])


def _fields(code: str, content: dict[str, Any], key: dict[str, Any]) -> list[tuple[str, str]]:
    kind = KINDS[code]
    if kind.shape == "choices":
        options = [(option["letter"], option["text"]) for option in content["options"]]
        return [*options, ("答案", "".join(key["letters"]))]
    if kind.shape == "points":
        points = "\n".join(f"{point['text']}（{point['marks']}）" for point in key["points"])
        return [("参考答案", key.get("reference", "")), ("评分要点", points)]
    if code == CALCULATION:
        content = {**content, "variables": [], "derived": []}
    found = kind.written(content, key)
    if code == "truefalse":
        found = {"right": "对" if key["right"] else "错"}
    return [(_FIELDS[name], text) for name, text in found.items() if name in _FIELDS]


def read(text: str) -> list[Made]:
    """The questions of a text; raises BadItem naming the one that cannot be read."""
    heads = list(_HEAD.finditer(text))
    heads = [head for head in heads if head.start() == 0 or text[head.start() - 1] == "\n"]
    if text.strip() and (not heads or text[: heads[0].start()].strip()):
        raise BadItem([Fault("questions", "no_heading")])
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return [
        _read(number, head["name"], int(head["marks"]), text[head.end() : end].strip())
        for number, (head, end) in enumerate(zip(heads, ends, strict=True), start=1)
    ]


def _read(number: int, name: str, marks: int, text: str) -> Made:
    code = next((code for code, word in NAMES.items() if word == name or code == name), "")
    if not code:
        raise BadItem([Fault(f"questions.{number}.kind", "unknown_kind", (("kind", name),))])
    stem, given = _split(text)
    kind = KINDS[code]
    if kind.shape == "choices":
        options = [{"letter": a, "text": given[a]} for a in LETTERS if given.get(a)]
        letters = sorted({a for a in given.get("答案", "").upper() if a in LETTERS})
        return code, marks, {"stem": stem, "options": options}, {"letters": letters}
    if kind.shape == "points":
        points = [_point(number, row) for row in given.get("评分要点", "").splitlines() if row.strip()]
        return code, marks, {"stem": stem}, {"reference": given.get("参考答案", ""), "points": points}
    content, key = kind.read(
        stem, {line.name: given.get(_FIELDS.get(line.name, ""), "") for line in kind.lines}
    )
    if code == "truefalse":
        key = {"right": truth(given.get("答案", ""))}
    return code, marks, _own(code, content), key


def _split(text: str) -> tuple[str, dict[str, str]]:
    """The question itself, and its fields by name."""
    marks = [one for one in _FIELD.finditer(text) if one.start() == 0 or text[one.start() - 1] == "\n"]
    ends = [*(one.start() for one in marks[1:]), len(text)]
    fields = {one["name"]: text[one.end() : end].strip() for one, end in zip(marks, ends, strict=True)}
    return text[: marks[0].start() if marks else len(text)].strip(), fields


def _point(number: int, row: str) -> dict[str, Any]:
    told = _POINT.fullmatch(row.strip())
    if told is None:
        raise BadItem(
            [Fault(f"questions.{number}.points", "point_without_marks", (("text", row.strip()[:40]),))]
        )
    return {"text": told[1].strip(), "marks": int(told[2])}


def _own(code: str, content: dict[str, Any]) -> dict[str, Any]:
    """Without what a calculation takes from its case."""
    if code != CALCULATION:
        return content
    return {name: value for name, value in content.items() if name not in ("variables", "derived")}


def from_table(raw: dict[str, Any]) -> Made:
    """A question of a file of the bank: kind, marks and the fields an item of that kind has there."""
    code = str(raw.get("kind", ""))
    kind = KINDS.get(code)
    marks, stem = raw.get("marks", 1), str(raw.get("stem", ""))
    if kind is None:
        return code, marks, {"stem": stem}, {}
    if kind.shape == "choices":
        options = [
            {"letter": a, "text": text} for a, text in zip(LETTERS, raw.get("options", []), strict=False)
        ]
        return code, marks, {"stem": stem, "options": options}, {"letters": list(raw.get("key", []))}
    if kind.shape == "points":
        return (
            code,
            marks,
            {"stem": stem},
            {"reference": raw.get("reference", ""), "points": raw.get("points", [])},
        )
    content, key = kind.from_file({**raw, "stem": stem})
    return code, marks, _own(code, content), key
