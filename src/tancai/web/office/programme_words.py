"""Words for the parts of a programme definition and for what stands in them."""

from __future__ import annotations

import json
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Text = str | Promise

PARTS: dict[str, Text] = {
    "code": _("代码"),
    "name": _("名称"),
    "name_en": _("英文名称"),
    "source": _("来源文件"),
    "effective_from": _("生效日期"),
    "order": _("排列次序"),
    "body": _("发证机构"),
    "organiser": _("组织单位"),
    "organisations": _("机构介绍"),
    "levels": _("级别"),
    "specialities": _("专业方向"),
    "occupations": _("可依据的岗位"),
    "related_majors": _("相关专业"),
    "course_opens_on": _("开课方式"),
    "channels": _("报名途径"),
    "declarations": _("本人声明"),
    "readings": _("选定的读法"),
    "conditions": _("报考条件"),
    "materials": _("报名材料"),
    "portrait": _("照片"),
    "calendar": _("考试日与日程"),
    "promises": _("服务承诺"),
    "fees": _("费用"),
    "learning": _("学时"),
    "exam": _("考试"),
    "paper": _("试卷结构"),
    "topics": _("大纲专题"),
    "certificate": _("证书"),
    "catalogue": _("目录页文字"),
    "framework": _("能力框架"),
    "notes": _("读法与出入说明"),
}

VALUES: dict[str, dict[str, Text]] = {
    "course_opens_on": {"approval": _("审核通过后开课"), "enrolment": _("报名即可学习")},
    "channels": {"individual": _("个人报名"), "institution": _("机构报名")},
    "other_major": {"any": _("任何专业都可以"), "unrelated_only": _("只限非相关专业")},
    "certificate_year": {
        "any_time": _("取得证书之前的工作也计入"),
        "after_certificate": _("只计取得证书之后的工作"),
    },
    "years_as_of": {"application": _("报名之日"), "exam_day": _("考试日")},
    "exam_operator": {"body": _("发证机构"), "organiser": _("组织单位")},
    "kind": {"rule": _("按规则"), "on_demand": _("按需安排")},
    "enrolment": {"closing": _("考前截止"), "rolling": _("随报随学")},
    "measure": {"minutes": _("按分钟"), "lessons": _("按课数")},
    "multiple_policy": {
        "all_or_nothing": _("全部选对才得分"),
        "half_for_subset": _("选对一部分且没有选错，得一半分"),
    },
    "mode": {"online": _("线上"), "site": _("考点"), "either": _("线上或考点")},
    "identity_check": {
        "none": _("不核验"),
        "face_local": _("全程人脸识别（可改由监考人员看考）"),
        "human": _("监考人员全程看考"),
    },
    "background": {"white": _("白色"), "blue": _("蓝色")},
    "note_kind": {"reading": _("选定的读法"), "gap": _("文件未写"), "contradiction": _("文件矛盾")},
    "origin": {"file": _("定义文件"), "staff": _("工作人员")},
    "draw": {
        "all": _("全部专题"),
        "base": _("共用基础专题"),
        "own": _("本项目专题"),
        "level": _("本级专题，不足时从较低级别补充"),
        "speciality": _("本专业专题，不足时从其他专业补充"),
        "listed": _("指定专题"),
    },
    "query": {"number": _("证书编号"), "document": _("证件号码"), "name": _("姓名")},
    "education": {
        "senior_high": _("高中"),
        "secondary_vocational": _("中专"),
        "junior_college": _("大专"),
        "bachelor": _("本科"),
        "postgraduate": _("研究生"),
    },
    "degree": {
        "bachelor": _("学士"),
        "double_bachelor": _("双学士"),
        "master": _("硕士"),
        "doctor": _("博士"),
    },
    "level": {"beginner": _("初级"), "intermediate": _("中级"), "advanced": _("高级")},
    "family": {
        "programme": _("本项目证书"),
        "field": _("本领域证书"),
        "other": _("其他职业、技能或职称证书"),
        "any": _("任何证书"),
    },
}


def value(kind: str, code: str) -> str:
    """The word for a code; an unknown one as it is."""
    return str(VALUES.get(kind, {}).get(code, code))


def part(name: str) -> str:
    return str(PARTS.get(name, name))


def choices(kind: str) -> list[tuple[str, Text]]:
    return list(VALUES[kind].items())


def predicate(each: Any) -> str:
    """One predicate in words: what the software will ask for."""
    return _PREDICATES[each.kind](each)


def _education(each: Any) -> str:
    step = value("education", each.at_least)
    return step if each.only else gettext("%(step)s及以上") % {"step": step}


def _major(each: Any) -> str:
    if each.related:
        return gettext("相关专业")
    return gettext("非相关专业") if each.strict else gettext("专业不限")


def _years(each: Any) -> str:
    words = gettext("连续工作满 %(n)s 年") if each.continuous else gettext("累计工作满 %(n)s 年")
    text = words % {"n": each.at_least}
    return text + gettext("（取得证书之后）") if each.after_certificate else text


def _certificate(each: Any) -> str:
    parts = [value("level", each.level) if each.level else "", value("family", each.family)]
    text = " ".join(part for part in parts if part)
    return text + gettext("，满 %(n)s 年") % {"n": each.held_years} if each.held_years else text


_PREDICATES = {
    "education": _education,
    "degree": lambda each: gettext("%(step)s学位及以上") % {"step": value("degree", each.at_least)},
    "major": _major,
    "years": _years,
    "certificate": _certificate,
    "student": lambda each: gettext("在校学生"),
    "occupation": lambda each: gettext("岗位：%(codes)s") % {"codes": gettext("、").join(each.any_of)},
}


def shown(anything: Any) -> str:
    """A plain value of a definition as people read it."""
    if anything is None:
        return "—"
    if isinstance(anything, bool):
        return gettext("是") if anything else gettext("否")
    if isinstance(anything, str | int | float):
        return str(anything)
    if isinstance(anything, list) and all(isinstance(each, str | int | float) for each in anything):
        return "\n".join(str(each) for each in anything) or "—"
    return json.dumps(anything, ensure_ascii=False, indent=1)
