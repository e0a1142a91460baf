"""Names and words of the item bank for authors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.programmes import api as programmes
from tancai.web.author.access import SHARED, programme_codes


def named(thing: Any) -> str:
    """The name in the language of the reader."""
    chinese = (get_language() or "zh-hans").startswith("zh")
    return thing.name if chinese or not thing.name_en else thing.name_en


def kind(code: str) -> str:
    return {"single": _("单项选择题"), "multiple": _("多项选择题"), "short": _("简答题")}.get(code, code)


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
        return code
    chinese = (get_language() or "zh-hans").startswith("zh")
    return f"{code} {topic.title if chinese or not topic.title_en else topic.title_en}"


def refusal(code: str) -> str:
    words = {
        "no_such_step": _("这个版本的状态已经改变，不能再这样操作。"),
        "second_person_needed": _("自己写的版本须由另一位命题员审核。"),
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
        "no_such_option": _("%(place)s：没有 %(letter)s 这个选项。"),
        "exactly_one": _("%(place)s：单项选择题须有且只有一个正确选项。"),
        "at_least_two": _("%(place)s：多项选择题至少有两个正确选项。"),
        "one_must_be_wrong": _("%(place)s：至少有一个选项是错误的。"),
        "marks": _("%(place)s：分值须为大于 0 的整数。"),
        "formula": _("%(place)s：公式 %(formula)s 无法显示，请检查 %(piece)s。"),
        "image_without_words": _("%(place)s：图片须有文字说明，看不见图的考生靠它作答。"),
    }
    return words.get(found.code, _("%(place)s：内容不对，请检查。")) % {"place": place, **params}


def place_of(place: str) -> str:
    """A place in an item in words: 题干, 选项 B, 评分要点 2."""
    head, _dot, tail = place.partition(".")
    names = {
        "basis": _("依据"),
        "stem": _("题干"),
        "options": _("选项"),
        "key": _("答案"),
        "points": _("评分要点"),
        "explanation": _("解析"),
        "reference": _("参考答案"),
    }
    return f"{names.get(head, head)} {tail}".strip()


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
    which = kind(found.kind) if found.kind != "any" else _("试题")
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
