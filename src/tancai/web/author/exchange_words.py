"""Words for items that come in and go out."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.web.author import words


def import_formats() -> list[tuple[str, str]]:
    return [
        ("", _("自动识别")),
        ("qti", "QTI 2.1 / 2.2 / 3.0"),
        ("qti12", "QTI 1.2"),
        ("moodle", "Moodle XML"),
        ("gift", "GIFT"),
        ("aiken", "Aiken"),
        ("xlsx", _("Excel 表格")),
        ("csv", _("CSV 表格")),
    ]


def export_formats() -> list[tuple[str, str]]:
    names = {
        "qti3": "QTI 3.0",
        "qti22": "QTI 2.2",
        "qti21": "QTI 2.1",
        "moodle": "Moodle XML",
        "gift": "GIFT",
    }
    names |= {"aiken": "Aiken", "xlsx": _("Excel 表格"), "csv": _("CSV 表格")}
    return [(code, names[code]) for code in items.EXPORT_FORMATS]


def status(code: str, *, done: bool) -> tuple[str, str]:
    """Word and tone."""
    words = {
        "imported": (_("已导入") if done else _("可以导入"), "good"),
        "imported_with_loss": (_("已导入，有缺失") if done else _("可以导入，有缺失"), "near"),
        "unchanged": (_("已有，内容相同"), "idle"),
        "refused": (_("未导入") if done else _("不能导入"), "bad"),
    }
    return words.get(code, (code, "idle"))


def written(code: str) -> tuple[str, str]:
    words = {
        "exported": (_("完整导出"), "good"),
        "exported_with_loss": (_("导出，有缺失"), "near"),
        "refused": (_("这种格式放不下"), "bad"),
    }
    return words.get(code, (code, "idle"))


def why(one: items.Outcome) -> str:
    """Why an item is refused, or what of it is lost."""
    if one.status == "refused":
        return reason(one)
    parts = [_loss(loss.code, loss.piece) for loss in one.losses]
    if one.revised and one.status != "unchanged":
        parts.insert(0, _("作为新版本"))
    return _("；").join(parts)


def _loss(code: str, piece: str) -> str:
    texts = {
        "picture_missing": _("文件里没有图片 %(piece)s"),
        "picture_not_an_image": _("%(piece)s 不是图片"),
        "file_type": _("附件 %(piece)s 的格式不能用"),
        "file_empty": _("附件 %(piece)s 是空的"),
        "file_too_large": _("附件 %(piece)s 太大"),
        "file_not_what_it_says": _("附件 %(piece)s 的内容与扩展名不符"),
        "file_macros": _("附件 %(piece)s 带宏"),
        "file_active": _("附件 %(piece)s 带脚本或内嵌文件"),
        "file_bomb": _("附件 %(piece)s 展开后太大"),
        "file_broken": _("附件 %(piece)s 已损坏"),
        "picture_empty": _("图片 %(piece)s 是空的"),
        "picture_too_large": _("图片 %(piece)s 太大"),
        "media": _("音频、视频或嵌入的内容"),
        "drawing": _("页面里画的图"),
        "formula": _("公式 %(piece)s 无法显示，只留文字"),
        "scoring": _("计分规则按标准答案处理"),
        "feedback": _("分情况的反馈"),
        "variable": _("题中自动填写的内容"),
        "adaptive": _("随作答变化的步骤"),
        "stimulus": _("题外的材料"),
        "material": _("附带的材料"),
        "file": _("附件 %(piece)s"),
        "attachments": _("要求考生上传附件"),
        "units": _("多个单位只留一个"),
        "weights": _("各空分值不同，按相同处理"),
        "element": _("看不懂的部分 %(piece)s，原文留存"),
        "foreign": _("导入时看不懂的部分（原格式 %(piece)s）"),
        "content": _("题干或选项"),
        "key": _("答案或评分要点"),
        "explanation": _("解析"),
        "kind": _("题型（%(piece)s）"),
        "shares": _("部分选项的得分比例"),
        "difficulty": _("难度“%(piece)s”不认识"),
    }
    return texts.get(code, _("其他内容 %(piece)s")) % {"piece": piece}


def reason(one: items.Outcome) -> str:
    if one.reason.startswith("fault_"):
        fault = items.Fault(one.piece, one.reason.removeprefix("fault_"))
        try:
            return words.fault(fault)
        except KeyError:  # the fault's own parameters do not travel with an outcome
            return _("%(piece)s 的内容不对") % {"piece": one.piece}
    said = reasons().get(one.reason, _("读不懂 %(piece)s")) % {"piece": one.piece}
    return said if one.piece else _EMPTY.sub("", said)


_EMPTY = re.compile(r"（）|\s*\(\)|[：:]?\s*$")
"""What stands around a piece, where there is none to name."""


def reasons() -> dict[str, str]:
    """Why something cannot be read or written, by code."""
    return {
        "empty": _("文件是空的"),
        "unreadable": _("文件打不开"),
        "unknown_format": _("认不出是什么格式，请在上一步选定"),
        "not_items": _("不是试题（%(piece)s）"),
        "no_items": _("里面没有试题"),
        "not_well_formed": _("文件写得不完整，从这一行起读不下去"),
        "entities": _("文件里有实体声明，出于安全不读"),
        "encoding": _("文字编码不对"),
        "too_deep": _("层次太深"),
        "too_large": _("太大 %(piece)s"),
        "too_many_files": _("文件太多 %(piece)s"),
        "too_many_items": _("一次最多 %(piece)s 题"),
        "bomb": _("压缩比异常（%(piece)s），出于安全不读"),
        "outside": _("包内文件名越界：%(piece)s"),
        "link": _("包内有链接：%(piece)s"),
        "encrypted": _("包有密码：%(piece)s"),
        "file_missing": _("包内没有清单所列的 %(piece)s"),
        "headings": _("表头缺少：%(piece)s"),
        "no_headings": _("找不到表头"),
        "interaction": _("没有这种题型：%(piece)s"),
        "type": _("没有这种题型：%(piece)s"),
        "kind": _("这种格式没有这种题型"),
        "template": _("由程序出题的题目"),
        "no_question": _("只有说明，没有提问"),
        "no_key": _("没有答案 %(piece)s"),
        "no_stem": _("没有题干"),
        "no_body": _("没有题干"),
        "no_answer_line": _("没有 ANSWER 一行"),
        "no_heading": _("小题须以【题型 N 分】开头（%(piece)s）"),
        "point_without_marks": _("小题的要点后面须写分值，如（3）（%(piece)s）"),
        "unknown_kind": _("小题没有这种题型（%(piece)s）"),
        "several_interactions": _("一题里有几种作答：%(piece)s"),
        "several_answers": _("一题里有几处答案"),
        "same_options": _("有相同的选项"),
        "too_many_options": _("选项太多（%(piece)s）"),
        "too_few_options": _("选项太少（%(piece)s）"),
        "option_missing": _("%(piece)s 是空的，后面却有选项"),
        "match_not_one_to_one": _("不是一一对应的配对"),
        "not_closed": _("括号没有配对：%(piece)s"),
        "fraction": _("得分比例不对：%(piece)s"),
        "number": _("不是数字：%(piece)s"),
        "points": _("评分要点要写分值，如“说清边界（3）”：%(piece)s"),
        "picture": _("这种格式放不下图片"),
        "several_blanks": _("这种格式只放得下一个空"),
        "lines": _("这种格式的选项只能有一行"),
        "arrow": _("这种格式用“->”表示配对，文字里不能有"),
        "figure_in_text": _("这种格式会把这个文字答案当作数字"),
        "looks_like_option": _("题干里有一行像选项，这种格式分不清"),
        "match_sets": _("配对题要有两组，这里有 %(piece)s 组"),
        "no_answers": _("没有给出备选答案：%(piece)s"),
        "no_type": _("没有写明题型"),
        "order_of_some": _("只给一部分内容排序，不是全部"),
    }


def left_behind(one: items.Written) -> str:
    if one.status == "refused":
        return reason(items.Outcome("refused", "", one.code, "", 0, reason=one.reason, piece=one.piece))
    return _("；").join(_loss(loss.code, loss.piece) for loss in one.losses)
