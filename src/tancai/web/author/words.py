"""Names and words of the item bank for authors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.author.access import SHARED, programme_codes


def named(thing: Any) -> str:
    """The name in the language of the reader."""
    chinese = (get_language() or "zh-hans").startswith("zh")
    return thing.name if chinese or not thing.name_en else thing.name_en


def line(kind: str, name: str) -> tuple[str, str]:
    """Label and help of a field of the answer side."""
    words = {
        "right": (_("正确答案"), ""),
        "value": (_("答案"), _("一个数，不带单位。")),
        "tolerance": (_("允许误差"), _("0.5 为绝对误差，1% 为相对误差；不填按保留位数或完全相等。")),
        "unit": (pgettext("measure", "单位"), _("显示在答题框后面，不填就没有单位。")),
        "variables": (
            _("变量"),
            _(
                "一行一个：E = 100~200 / 5 表示从 100 到 200、步长 5；F = 0.5, 0.6, 0.8 表示任取一个。题干中写 {E}。"
            ),
        ),
        "derived": (_("中间量"), _("一行一个：A = E * 12 / 1000；可以在题干、解析和算式中使用。")),
        "expression": (
            _("算式"),
            _(
                "用 + - * / ** 和括号，以及 min max sqrt exp ln round(x, n) ceil floor abs。解析中 {answer} 为答案。"
            ),
        ),
        "pairs": (_("配对"), _("一行一对：左项 = 右项。右项按文字排序显示，不透露对应关系。")),
        "extra": (_("多余的右项"), _("一行一个，不与任何左项对应；可以不填。")),
        "order": (_("正确顺序"), _("一行一条，从上到下就是正确顺序；考生看到的顺序另排。")),
        "blanks": (
            _("各空的答案"),
            _(
                "一行一空；几种写法用 | 隔开，数值写 12.5 ± 0.1，下拉写 答案 << 甲 | 乙。题干中用 [[1]] 标出位置。"
            ),
        ),
        "round": (_("保留小数位数"), _("四舍五入到几位小数；不填不取整。")),
        "questions": (_("小题"), ""),
        "task": (_("实验任务"), _("任务代号，如 accounting-equipment-maker；案例按考生分别生成。")),
    }
    return words.get(name, (name, ""))


def line_choice(code: str) -> str:
    return {"T": pgettext("judgement", "正确"), "F": pgettext("judgement", "错误")}.get(code, code)


def difficulty(code: str) -> str:
    return {
        "easy": pgettext("difficulty", "易"),
        "medium": pgettext("difficulty", "中"),
        "hard": pgettext("difficulty", "难"),
    }.get(code, code)


def state(code: str) -> tuple[str, str]:
    """Word and tone of a version's state."""
    words = {
        items.ItemState.DRAFT: (_("草稿"), "idle"),
        items.ItemState.REVIEW: (_("待审"), "wait"),
        items.ItemState.PILOT: (_("试测"), "info"),
        items.ItemState.ACTIVE: (_("在用"), "good"),
        items.ItemState.RETIRED: (_("停用"), "idle"),
    }
    return words.get(code, (code, "idle"))


def collection_names(codes: list[str]) -> dict[str, str]:
    """Names of collections by code, in the given order."""
    return {
        code: _("公共基础题库") if code == SHARED else named(programmes.definition(code)) for code in codes
    }


def topics(codes: list[str]) -> dict[str, programmes.Topic]:
    """The own topics of these programmes by code, and every shared topic."""
    definitions = [programmes.definition(code) for code in programmes.programme_codes()]
    return {
        topic.code: topic
        for definition in definitions
        for topic in definition.topics
        if topic.shared or definition.code in codes
    }


def topic_title(topic: programmes.Topic | None, code: str) -> str:
    """The code with the title in the reader's language."""
    if topic is None:
        return _("待归类") if code == items.UNSORTED else code
    chinese = (get_language() or "zh-hans").startswith("zh")
    return f"{code} {topic.title if chinese or not topic.title_en else topic.title_en}"


def refusal(code: str) -> str:
    words = {
        "no_such_step": _("这个版本的状态已经改变，不能再这样操作。"),
        "second_person_needed": _("自己写的版本须由另一位命题员审核。"),
        "superseded": _("依据的文件已失效，不能作为答案的依据；请改写后再送审。"),
        "threads_open": _("还有未处理的意见；逐条处理或标为“已处理”后才能通过。"),
    }
    return words.get(code, _("现在不能这样操作。"))


def fault(found: items.Fault) -> str:
    """What is wrong with an item as typed: place, reason, remedy."""
    place, params = place_of(found.place), dict(found.params)
    words = {
        "empty": _("%(place)s：不能为空。"),
        "count": _("%(place)s：须有 %(least)s 到 %(most)s 个。"),
        "repeated": _("%(place)s：有重复的内容。"),
        "no_such_task": _("没有实验任务“%(code)s”；相近的有：%(near)s。"),
        "other_version": _("实验任务已有第 %(version)s 版，请重新保存试题。"),
        "no_such_option": _("%(place)s：没有 %(letter)s 这个选项。"),
        "exactly_one": _("%(place)s：单项选择题须有且只有一个正确选项。"),
        "at_least_two": _("%(place)s：多项选择题至少有两个正确选项。"),
        "one_must_be_wrong": _("%(place)s：至少有一个选项是错误的。"),
        "true_or_false": _("%(place)s：须选“正确”或“错误”。"),
        "number": _("%(place)s：“%(text)s”不是数字。"),
        "tolerance": _("%(place)s：“%(text)s”不是允许误差；写 0.5（绝对）或 1%%（相对）。"),
        "relative_to_nought": _("%(place)s：答案为 0 时不能用相对误差，请写绝对误差。"),
        "share": _("%(place)s：得分比例须大于 0、不大于 1。"),
        "name": _("%(place)s：“%(name)s”不能作变量名；用字母开头的字母、数字和下划线，且不与函数同名。"),
        "name_twice": _("%(place)s：变量 %(name)s 写了两次。"),
        "range": _("%(place)s：取值范围不对；写 最小值~最大值 / 步长，最大值须大于最小值，步长须大于 0。"),
        "places": _("%(place)s：保留小数位数须为 -6 到 10 的整数。"),
        "expression_empty": _("%(place)s：算式不能为空。"),
        "expression_too_long": _("%(place)s：算式太长。"),
        "expression_syntax": _("%(place)s：算式写法不对：%(piece)s"),
        "expression_not_allowed": _("%(place)s：算式中不能用 %(piece)s；只用 + - * / ** 括号和给定的函数。"),
        "expression_unknown_name": _("%(place)s：算式中的 %(piece)s 没有定义。"),
        "expression_wrong_arguments": _("%(place)s：函数 %(piece)s 的参数个数或取值不对。"),
        "expression_not_computable": _("%(place)s：有的取值算不出结果（%(piece)s），请调整范围。"),
        "unknown_placeholder": _("%(place)s：{%(name)s} 不是变量。"),
        "no_placeholder": _("%(place)s：没有用到任何变量；用 {变量名} 写在题干里。"),
        "unmatched": _("%(place)s：每一条都须有且只有一个对应。"),
        "blanks_do_not_match": _("%(place)s：题干中的 [[1]]、[[2]]… 须与 %(blanks)s 个空一一对应。"),
        "not_among_options": _("%(place)s：答案须在可选项之中。"),
        "marks": _("%(place)s：分值须为大于 0 的整数。"),
        "marks_do_not_add_up": _("%(place)s：分值之和须为 %(marks)s 分。"),
        "more_points_than_marks": _(
            "%(place)s：有 %(points)s 个，太多。试卷上这类题 %(marks)s 分，按半分计只够分给 %(room)s 个要点；"
            "请合并要点，或先在试卷结构中提高这类题的分值。"
        ),
        "unknown_kind": _("%(place)s：没有“%(kind)s”这种题型。"),
        "no_calculation": _("%(place)s：有变量，但没有一道小题是计算题。"),
        "no_heading": _("%(place)s：每道小题须以【题型 N 分】开头。"),
        "point_without_marks": _("%(place)s：要点“%(text)s”后面须写分值，如（3）。"),
        "formula": _("%(place)s：公式 %(formula)s 无法显示，请检查 %(piece)s。"),
        "image_without_words": _("%(place)s：图片须有文字说明，看不见图的考生靠它作答。"),
        "file_without_words": _("%(place)s：附件须有名称。"),
    }
    return words.get(found.code, _("%(place)s：内容不对，请检查。")) % {"place": place, **params}


def place_of(place: str) -> str:
    """A place in an item in words: 题干, 选项 B, 评分要点 2."""
    head, _dot, tail = place.partition(".")
    if head == "questions":
        number, _dot, inner = tail.partition(".")
        inner = inner.removeprefix("content.")
        whole = _("第 %(n)s 小题") % {"n": number} if number else _("小题")
        return f"{whole} {place_of(inner)}".strip() if inner and inner != "kind" else whole
    names = {
        "marks": _("分值"),
        "basis": _("依据"),
        "stem": _("题干"),
        "options": _("选项"),
        "key": _("答案"),
        "points": _("评分要点"),
        "tolerance": _("允许误差"),
        "variables": _("变量"),
        "derived": _("中间量"),
        "expression": _("算式"),
        "round": _("保留位数"),
        "also": _("其他答案"),
        "pairs": _("配对"),
        "extra": _("多余项"),
        "order": _("顺序"),
        "blanks": _("空"),
        "explanation": _("解析"),
        "reference": _("参考答案"),
    }
    return f"{names.get(head, head)} {tail}".strip()


def standing(basis: Mapping[str, Any]) -> str:
    """What is known of a basis besides its name: its year and whether it holds; ``""`` when nothing is."""
    parts = (str(basis.get("year") or ""), str(holds().get(str(basis.get("status")), "")))
    return " · ".join(part for part in parts if part)


def holds() -> dict[str, str]:
    """What may be known of a document's standing."""
    return {
        "in_force": _("有效"),
        "reference": _("方法来源"),
        "ended": _("适用年度已过"),
        "superseded": _("已失效"),
    }


def written_by(version: Any) -> str:
    """Who wrote a version; without an author, where it came from."""
    if version.made_by:
        return people.staff_name(version.made_by)
    return _("命令行导入") if version.origins.exists() else _("随附题库")


def bad_comment(code: str) -> str:
    return {
        "empty": _("请写下意见再提交。"),
        "too_long": _("意见太长，请控制在 2000 字以内。"),
        "elsewhere": _("这条意见属于别的版本，请在它所在的版本下回复。"),
    }[code]


def bad_change(code: str) -> str:
    return {
        "bad_tag": _("标签须有 1 到 30 个字。"),
        "bad_value": _("请选择要改成什么。"),
        "unknown_kind": _("请选择要改什么。"),
        "too_many": _("一次选的题太多，请缩小范围。"),
        "nothing_fits": _("没有可以这样修改的题。"),
        "undone_already": _("这次修改已经撤回过。"),
        "is_undoing": _("撤回本身不能再撤回。"),
    }.get(code, _("现在不能这样操作。"))


def planned(code: str) -> str:
    """What a change means for one item, in words."""
    words = {
        "": _("将修改"),
        "same": _("已是如此"),
        "other_collection": _("知识点不属于这道题的题库"),
        "changed_since": _("之后又有改动，不撤回"),
        "final": _("审核通过不能撤回，需要时停用"),
    }
    return words.get(code) or refusal(code)


def topic_homes(user: Any) -> dict[str, str]:
    """The collection each topic belongs to, for the topics this user works on."""
    codes = programme_codes(user)
    homes = {topic: SHARED for topic, each in topics(codes).items() if each.shared}
    for code in codes:
        homes |= {topic.code: code for topic in programmes.definition(code).topics if not topic.shared}
    return homes


def level_names() -> dict[str, str]:
    """Names of the levels of every programme."""
    definitions = [programmes.definition(code) for code in programmes.programme_codes()]
    return {level.code: named(level) for definition in definitions for level in definition.levels}


def programme_name(code: str) -> str:
    """The name of a programme in the reader's language, its code when it is not installed."""
    return named(programmes.definition(code)) if code in programmes.programme_codes() else code


def shortage(found: items.Shortage, names: dict[str, programmes.Topic]) -> str:
    """What the bank lacks for a section of the paper."""
    titles = _("、").join(topic_title(names.get(code), code) for code in found.topics[:3])
    if len(found.topics) > 3:
        titles += "…"
    missing = found.wanted - found.found
    which = items.kind_name(found.kind) if found.kind != "any" else _("试题")
    return ngettext(
        "%(kind)s缺 %(missing)d 题（%(topics)s；需要 %(wanted)d，可用 %(found)d）",
        "%(kind)s缺 %(missing)d 题（%(topics)s；需要 %(wanted)d，可用 %(found)d）",
        missing,
    ) % {
        "kind": which,
        "missing": missing,
        "topics": titles,
        "wanted": found.wanted,
        "found": found.found,
    }


def attachment_refused(code: str) -> str:
    """Why a file is not taken in, and what to do."""
    refused = {
        "empty": _("请选择有内容的文件。"),
        "too_large": _("文件太大，请控制在 1 MB 以内；可以只留题目用到的部分。"),
        "type": _("只能附 xlsx、csv 和 pdf 文件。"),
        "not_what_it_says": _("文件内容与扩展名不符，请用原来的软件另存后再附。"),
        "macros": _("工作簿里有宏，请另存为不带宏的 xlsx。"),
        "active": _("PDF 里有脚本或内嵌文件，请重新打印成 PDF 后再附。"),
        "bomb": _("工作簿展开后太大，请只留题目用到的部分。"),
        "broken": _("文件已损坏，打不开。请用原来的软件另存后再附。"),
    }
    return refused.get(code, _("这个文件不能附。"))
