"""Words for what definitions say in codes, and the choice of language where a text has two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tancai.programmes import api as programmes

PREDICATES = {
    "education": pgettext_lazy("condition", "学历"),
    "degree": pgettext_lazy("condition", "学位"),
    "major": pgettext_lazy("condition", "专业"),
    "years": pgettext_lazy("condition", "工作年限"),
    "certificate": pgettext_lazy("condition", "已有证书"),
    "student": pgettext_lazy("condition", "在校学习"),
    "occupation": pgettext_lazy("condition", "从事的工作"),
}
QUERY_FIELDS = {
    "number": gettext_lazy("证书编号"),
    "document": gettext_lazy("身份证号"),
    "name": gettext_lazy("姓名"),
}
EDUCATION = {
    "senior_high": gettext_lazy("高中"),
    "secondary_vocational": gettext_lazy("中专"),
    "junior_college": gettext_lazy("大专"),
    "bachelor": gettext_lazy("本科"),
    "postgraduate": gettext_lazy("研究生"),
}
DEGREES = {
    "bachelor": gettext_lazy("学士"),
    "double_bachelor": gettext_lazy("双学士"),
    "master": gettext_lazy("硕士"),
    "doctor": gettext_lazy("博士"),
}
LEVELS = {
    "beginner": gettext_lazy("初级"),
    "intermediate": gettext_lazy("中级"),
    "advanced": gettext_lazy("高级"),
}
BACKGROUNDS = {"white": gettext_lazy("白底"), "blue": gettext_lazy("蓝底")}
CALL_KINDS = {"video_course": gettext_lazy("视频课程"), "expert": gettext_lazy("专家")}
CRITERIA = {
    "speech": gettext_lazy("讲解清晰"),
    "picture": gettext_lazy("画面清晰"),
    "landscape": gettext_lazy("横向画幅"),
    "content": gettext_lazy("内容准确，符合大纲"),
    "qualification": gettext_lazy("职称或学历相当"),
    "experience": gettext_lazy("有相关项目或教学经历"),
    "speciality": gettext_lazy("与所报专业一致"),
}


def english() -> bool:
    return (get_language() or "").startswith("en")


def in_language(thing: Any, field: str = "name") -> str:
    """The field of the reader's language, falling back on the Chinese text when there is no English one."""
    translated = getattr(thing, f"{field}_en", "") if english() else ""
    return str(translated or getattr(thing, field))


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
    return [
        _sentence(_(" + ").join(_inside(str(QUERY_FIELDS[field])) for field in fields))
        for fields in rule.query
    ]


def _inside(word: str) -> str:
    """As it is written inside a sentence; "ID number" keeps its capitals."""
    return word if word[:2].isupper() else word[:1].lower() + word[1:]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def body_of(definition: programmes.Definition, code: str = "") -> str:
    """The name of the certifying body (or another organisation of the definition) in the reader's language."""
    found = next((o for o in definition.organisations if o.code == (code or definition.body)), None)
    return in_language(found) if found else code or definition.body


def programme_choices() -> list[tuple[str, str]]:
    return [(view.code, in_language(view)) for view in programmes.programmes()]


def programme_name(code: str) -> str:
    return dict(programme_choices()).get(code, "")
