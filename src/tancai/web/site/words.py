"""Words for what definitions say in codes, and the choice of language where a text has two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tancai.programmes import api as programmes

ITEM_KINDS = {
    "single": lazy("单项选择题"),
    "multiple": lazy("多项选择题"),
    "short": lazy("简答题"),
    "truefalse": lazy("判断题"),
    "numeric": lazy("计算题"),
}
PREDICATES = {
    "education": lazy("学历"),
    "degree": lazy("学位"),
    "major": lazy("专业"),
    "years": lazy("工作年限"),
    "certificate": lazy("已有证书"),
    "student": lazy("在校学习"),
    "occupation": lazy("从事的工作"),
}
QUERY_FIELDS = {"number": lazy("证书编号"), "document": lazy("身份证号"), "name": lazy("姓名")}
EDUCATION = {
    "senior_high": lazy("高中"),
    "secondary_vocational": lazy("中专"),
    "junior_college": lazy("大专"),
    "bachelor": lazy("本科"),
    "postgraduate": lazy("研究生"),
}
DEGREES = {
    "bachelor": lazy("学士"),
    "double_bachelor": lazy("双学士"),
    "master": lazy("硕士"),
    "doctor": lazy("博士"),
}
LEVELS = {"beginner": lazy("初级"), "intermediate": lazy("中级"), "advanced": lazy("高级")}
BACKGROUNDS = {"white": lazy("白底"), "blue": lazy("蓝底")}
CALL_KINDS = {"video_course": lazy("视频课程"), "expert": lazy("专家")}
CRITERIA = {
    "speech": lazy("讲解清晰"),
    "picture": lazy("画面清晰"),
    "landscape": lazy("横向画幅"),
    "content": lazy("内容准确，符合大纲"),
    "qualification": lazy("职称或学历相当"),
    "experience": lazy("有相关项目或教学经历"),
    "speciality": lazy("与所报专业一致"),
}


def english() -> bool:
    return (get_language() or "").startswith("en")


def in_language(thing: Any, field: str = "name") -> str:
    """The field of the reader's language, falling back on the Chinese text when there is no English one."""
    return str((english() and getattr(thing, f"{field}_en", "")) or getattr(thing, field))


def kind_word(kind: str) -> str:
    return str(ITEM_KINDS.get(kind, kind))


def joined(words: Iterable[object]) -> str:
    return _("、").join(str(word) for word in words)


def material_when(rule: programmes.MaterialRule) -> str:
    """When a material has to be handed in, in one phrase."""
    if rule.always:
        return _("必交")
    if rule.for_predicates:
        return _("所依据的条件涉及%(what)s时") % {
            "what": joined(PREDICATES[each] for each in rule.for_predicates)
        }
    if rule.if_held:
        return _("已取得时")
    return _("选交")


def query_ways(rule: programmes.CertificateRule) -> list[str]:
    return [_(" + ").join(str(QUERY_FIELDS[field]) for field in fields) for fields in rule.query]


def body_of(definition: programmes.Definition, code: str = "") -> str:
    """The name of the certifying body (or another organisation of the definition) in the reader's language."""
    found = next((o for o in definition.organisations if o.code == (code or definition.body)), None)
    return in_language(found) if found else code or definition.body


def programme_choices() -> list[tuple[str, str]]:
    return [(view.code, in_language(view)) for view in programmes.programmes()]


def programme_name(code: str) -> str:
    return dict(programme_choices()).get(code, "")
