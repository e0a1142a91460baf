"""Words for the codes of this room, in the language of the moment; desks and messages say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tancai.enrolment.rules import Reason

Words = str | Promise

EDUCATION_WORDS: dict[str, Words] = {
    "senior_high": gettext_lazy("高中"),
    "secondary_vocational": gettext_lazy("中专"),
    "junior_college": gettext_lazy("大专"),
    "bachelor": gettext_lazy("本科"),
    "postgraduate": gettext_lazy("研究生"),
}
DEGREE_WORDS: dict[str, Words] = {
    "bachelor": gettext_lazy("学士"),
    "double_bachelor": gettext_lazy("双学士"),
    "master": gettext_lazy("硕士"),
    "doctor": gettext_lazy("博士"),
}
LEVEL_WORDS: dict[str, Words] = {
    "beginner": gettext_lazy("初级"),
    "intermediate": gettext_lazy("中级"),
    "advanced": gettext_lazy("高级"),
}
FAMILIES: dict[str, Words] = {
    "programme": gettext_lazy("本项目证书"),
    "field": gettext_lazy("本领域证书"),
    "other": gettext_lazy("其他职业、技能或职称证书"),
    "any": gettext_lazy("职业、技能或职称证书"),
}

RETURN_CODES: dict[str, dict[str, Words]] = {
    "": {
        "condition": gettext_lazy("所选条件与材料不符"),
        "claims": gettext_lazy("填写内容与材料不一致"),
        "other": gettext_lazy("其他"),
    },
    "portrait": {
        "blurred": gettext_lazy("不清晰"),
        "background": gettext_lazy("背景不符合要求"),
        "pose": gettext_lazy("坐姿、表情或视线不符合要求"),
        "covered": gettext_lazy("头发、饰品或眼镜遮挡"),
        "retouched": gettext_lazy("美颜、滤镜或修图"),
        "clothes": gettext_lazy("衣着不符合要求"),
        "not_the_person": gettext_lazy("与身份证件不是同一人"),
        "other": gettext_lazy("其他"),
    },
    "material": {
        "blurred": gettext_lazy("不清晰"),
        "incomplete": gettext_lazy("不完整"),
        "wrong_document": gettext_lazy("不是所要求的材料"),
        "differs": gettext_lazy("与填写内容不一致"),
        "expired": gettext_lazy("已过有效期"),
        "no_seal": gettext_lazy("缺少公章或签字"),
        "other": gettext_lazy("其他"),
    },
}


def in_language(chinese: str, english: str) -> str:
    """The one of two names that the reader can read."""
    return chinese if (get_language() or "zh-hans").startswith("zh") or not english else english


def return_codes(kind: str) -> dict[str, Words]:
    """The reasons offered for returning a material of this kind (``""``: the whole application)."""
    return RETURN_CODES.get(kind, RETURN_CODES["material"])


def say_return(reason: Mapping[str, str], names: Mapping[str, str]) -> str:
    """``证件照：背景不符合要求。请换用蓝底照片``; ``names`` maps material kinds to names."""
    kind, code, text = (reason.get(name, "") for name in ("material", "code", "text"))
    what = names.get(kind, kind)
    why = str(return_codes(kind).get(code, "")) if code and code != "other" else ""
    body = _("；").join(part for part in (why, text) if part) or str(return_codes(kind).get(code, code))
    return _("%(what)s：%(why)s") % {"what": what, "why": body} if what else body


def say_reason(reason: Reason, definition: Any) -> str:
    """What one unmet predicate needs, in one sentence."""
    make = _MISSING[reason.code]
    return make(reason.params, definition)


def _education_below(p: Mapping[str, Any], definition: Any) -> str:
    return _("需要%(wanted)s及以上学历") % {"wanted": EDUCATION_WORDS[p["wanted"]]}


def _education_above(p: Mapping[str, Any], definition: Any) -> str:
    return _("这一条只适用于%(wanted)s学历，您的学历更高，请看其他条件") % {
        "wanted": EDUCATION_WORDS[p["wanted"]]
    }


def _degree_below(p: Mapping[str, Any], definition: Any) -> str:
    return _("需要%(wanted)s及以上学位") % {"wanted": DEGREE_WORDS[p["wanted"]]}


def _major_unrelated(p: Mapping[str, Any], definition: Any) -> str:
    listed = _("、").join(definition.related_majors)
    return _("需要相关专业（%(listed)s等）；名单之外的专业由审核人员认定") % {"listed": listed}


def _major_not_other(p: Mapping[str, Any], definition: Any) -> str:
    return _("这一条只适用于非相关专业")


def _years(p: Mapping[str, Any], definition: Any) -> str:
    return _("需要累计从业至少 %(wanted)d 年，现有 %(has)d 年") % dict(p)


def _continuous_years(p: Mapping[str, Any], definition: Any) -> str:
    return _("需要连续从业至少 %(wanted)d 年，现有 %(has)d 年") % dict(p)


def _certificate(p: Mapping[str, Any], definition: Any) -> str:
    family = _family(p["family"], definition)
    level = LEVEL_WORDS.get(p["level"], "")
    return _("需要已取得的%(level)s证书：%(family)s") % {"level": level, "family": family}


def _family(family: str, definition: Any) -> Words:
    if family == "field" and definition.certificate.field:
        return _("%(field)s的证书") % {"field": definition.certificate.field}
    if family == "programme":
        return in_language(definition.certificate.title, definition.certificate.title_en)
    return FAMILIES[family]


def _certificate_too_recent(p: Mapping[str, Any], definition: Any) -> str:
    return _("证书取得至少需满 %(held_years)d 年") % dict(p)


def _certificate_date(p: Mapping[str, Any], definition: Any) -> str:
    return _("请填写证书取得日期")


def _student(p: Mapping[str, Any], definition: Any) -> str:
    return _("需要是大学或职业院校在校学生")


def _occupation(p: Mapping[str, Any], definition: Any) -> str:
    names = {o.code: in_language(o.name, o.name_en) for o in definition.occupations}
    return _("需要属于以下职业：%(listed)s") % {"listed": _("、").join(names.get(c, c) for c in p["any_of"])}


_MISSING = {
    "education_below": _education_below,
    "education_above": _education_above,
    "degree_below": _degree_below,
    "major_unrelated": _major_unrelated,
    "major_not_other": _major_not_other,
    "years_short": _years,
    "continuous_years_short": _continuous_years,
    "certificate_missing": _certificate,
    "certificate_too_recent": _certificate_too_recent,
    "certificate_date_missing": _certificate_date,
    "not_a_student": _student,
    "occupation_other": _occupation,
}

COLOURS: dict[str, Words] = {
    "white": gettext_lazy("白色"),
    "blue": gettext_lazy("蓝色"),
    "red": gettext_lazy("红色"),
    "other": gettext_lazy("其他颜色"),
}

_FINDINGS: dict[str, Words] = {
    "not_an_image": gettext_lazy("不是可以打开的图片。请上传 JPG 或 PNG 格式的照片"),
    "unopenable": gettext_lazy("这个文件打不开。请上传能正常打开的 JPG、PNG 图片或 PDF"),
    "wrong_size": gettext_lazy(
        "照片只有 %(width)s×%(height)s 像素，需要至少 %(wanted_width)s×%(wanted_height)s 像素。请重新拍摄或用原图上传"
    ),
    "wrong_shape": gettext_lazy(
        "照片为 %(width)s×%(height)s 像素，宽高比例不对，需要 %(wanted_width)s×%(wanted_height)s。请裁剪后上传"
    ),
    "background_colour": gettext_lazy("背景是%(seen)s，需要%(wanted)s。请换用背景合格的照片"),
    "background_uneven": gettext_lazy("背景深浅不匀，可能有阴影或其他物体"),
    "no_face": gettext_lazy("没有找到正面人脸。请上传正面、端正、面部清晰的照片"),
    "several_faces": gettext_lazy("照片上有 %(faces)s 张人脸，只能有本人一人"),
    "too_large": gettext_lazy("文件超过 %(most)s MB。请压缩后上传"),
    "empty": gettext_lazy("文件是空的，请重新选择"),
    "type": gettext_lazy("不接受这种文件。请上传 JPG、PNG 图片或 PDF"),
}


def say_finding(code: str, params: Mapping[str, Any] | None = None) -> str:
    """One finding on a file with its remedy."""
    values = dict(params or {})
    for name in ("seen", "wanted"):
        if name in values:
            values[name] = COLOURS.get(values[name], values[name])
    return str(_FINDINGS.get(code, code)) % values


_REFUSALS: dict[str, Words] = {
    "closed": gettext_lazy("这一考试日的报名已经截止。请选择其他考试日"),
    "channel": gettext_lazy("这个项目不接受这种报名方式"),
    "unknown_choice": gettext_lazy("所选的项目、级别、专业或考试日已不可用，请重新选择"),
    "already_applied": gettext_lazy("您已报名这一考试日（申请号 %(number)s），不能重复报名"),
    "wrong_state": gettext_lazy("申请的状态已经改变，这一步不能进行。请刷新页面"),
    "own_application": gettext_lazy("不能审核本人的申请"),
    "line_not_met": gettext_lazy("所选条件没有满足，请另选一条"),
    "material_rejected": gettext_lazy("有材料标记为退回，不能通过。请先改为通过，或退回申请"),
    "no_reason": gettext_lazy("请写明原因"),
    "no_major": gettext_lazy("申请中没有填写专业"),
    "exam_begun": gettext_lazy("考试已经开始，不能撤回"),
    "material_accepted": gettext_lazy("这份材料已经通过，不需要更换"),
    "no_condition_met": gettext_lazy("还没有满足任何一条报考条件"),
    "materials": gettext_lazy("还有材料没有交齐或没有更换"),
    "portrait": gettext_lazy("照片不符合要求"),
    "unknown_kind": gettext_lazy("没有这种材料"),
    "unreadable": gettext_lazy("填写的内容不能读取，请检查"),
    "unknown_value": gettext_lazy("有一项选择已不可用，请重新选择"),
    "not_a_number": gettext_lazy("请填写整数"),
    "out_of_range": gettext_lazy("年数应在 0 到 60 之间"),
    "not_a_date": gettext_lazy("日期格式不对"),
    "missing": gettext_lazy("请填写起始年月"),
    "ends_before_start": gettext_lazy("结束年月早于起始年月"),
    "one_page": gettext_lazy("这种材料只能上传一个文件"),
    "other_channel": gettext_lazy("这个人已通过其他渠道报名这一考试日"),
    "not_declared": gettext_lazy("请先确认声明"),
    "nothing_to_take": gettext_lazy("没有可以导入的行。请按说明更正后重新上传"),
}


def say_refusal(code: str, params: Mapping[str, Any] | None = None) -> str:
    """Why a step was refused and what to do."""
    values = {"number": "", **(params or {})}
    return str(_REFUSALS.get(code) or _FINDINGS.get(code) or code) % values


_ARCHIVE: dict[str, Words] = {
    "not_a_zip": gettext_lazy(
        "不是可以打开的 ZIP 压缩包。RAR、7Z 等请先解压，再用系统自带的“压缩”功能打包成 ZIP"
    ),
    "too_large": gettext_lazy("压缩包超过 %(most)s MB。请分批上传"),
    "too_many_files": gettext_lazy("压缩包内文件超过 %(most)s 个。请分批上传"),
    "too_large_unpacked": gettext_lazy("解压后超过 %(most)s MB。请压缩图片或分批上传"),
    "encrypted": gettext_lazy("“%(file)s”设了密码。请去掉密码重新打包"),
    "unsafe_path": gettext_lazy("“%(file)s”的路径不安全，整个压缩包没有读取。请重新打包"),
    "ratio": gettext_lazy("“%(file)s”的压缩比例异常，整个压缩包没有读取"),
    "member_too_large": gettext_lazy("“%(file)s”超过 %(most)s MB，没有读取"),
    "damaged": gettext_lazy("“%(file)s”已损坏，没有读取。请重新打包"),
    "no_spreadsheet": gettext_lazy("压缩包第一层没有报名申报表（XLSX）。请放入申报表后重新打包"),
    "several_spreadsheets": gettext_lazy("压缩包第一层有多个表格，分不清哪个是报名申报表。请只留一个"),
    "no_headings": gettext_lazy("申报表没有标题行。请使用下载的模板"),
    "no_columns": gettext_lazy("申报表缺少“姓名”或“证件号码”列。请使用下载的模板"),
    "sheet_unreadable": gettext_lazy("申报表打不开。请另存为 XLSX 后重新打包"),
    "no_rows": gettext_lazy("申报表里没有考生"),
    "too_many_rows": gettext_lazy("申报表超过 %(most)s 行。请分批上传"),
    "count_differs": gettext_lazy("文件夹“%(folder)s”写的是 %(said)s 人，里面有 %(found)s 张照片"),
    "no_portrait_folder": gettext_lazy("没有找到“照片N”文件夹"),
    "extra_portrait": gettext_lazy("照片“%(file)s”在申报表中没有对应的考生。请补填申报表或删除照片"),
    "extra_materials": gettext_lazy("资料文件夹“%(file)s”在申报表中没有对应的考生"),
    "misnamed": gettext_lazy("“%(file)s”的文件名不是“姓名_证件号”，没有读取"),
    "portrait_format": gettext_lazy("照片“%(file)s”不是 JPG 或 PNG 格式，没有读取。请转换格式后重新打包"),
    "columns_unread": gettext_lazy("模板中没有的列没有采用：%(names)s"),
    "stray": gettext_lazy("“%(file)s”不在“照片N”或“资料”文件夹中，没有读取"),
    "number_in_numeric_cell": gettext_lazy(
        "单元格 %(cell)s 的证件号码是数字格式，末几位可能已经丢失。请设为文本后重新填写"
    ),
    "document_empty": gettext_lazy("单元格 %(cell)s 没有证件号码"),
    "document_length": gettext_lazy("单元格 %(cell)s 的证件号码位数不对"),
    "document_characters": gettext_lazy("单元格 %(cell)s 的证件号码含有不该有的字符"),
    "document_birth_date": gettext_lazy("单元格 %(cell)s 的证件号码中出生日期不存在"),
    "document_check_digit": gettext_lazy("单元格 %(cell)s 的身份证号校验位不对。请对照证件核实"),
    "document_region": gettext_lazy("单元格 %(cell)s 的证件号码地区代码不对"),
    "document_form": gettext_lazy("单元格 %(cell)s 的证件号码格式不对"),
    "document_unknown_kind": gettext_lazy("单元格 %(cell)s 的证件类型不能识别。请从列表中选择"),
    "name": gettext_lazy("单元格 %(cell)s 的姓名不能使用。请与证件核对"),
    "sex": gettext_lazy("请填写性别"),
    "sex_differs": gettext_lazy("性别与身份证号不一致"),
    "birth": gettext_lazy("请填写出生日期，格式 1998-05-20"),
    "birth_differs": gettext_lazy("出生日期与身份证号不一致"),
    "phone": gettext_lazy("单元格 %(cell)s 的手机号码格式不对"),
    "email": gettext_lazy("单元格 %(cell)s 的电子邮箱格式不对"),
    "duplicate_row": gettext_lazy("与第 %(row)s 行是同一证件号码"),
    "portrait_missing": gettext_lazy("没有对应的照片。请放入“照片N”文件夹，文件名“姓名_证件号.jpg”"),
    "portrait_duplicate": gettext_lazy("有 %(count)s 张照片对应这一行，只能有一张"),
    "name_mismatch": gettext_lazy("申报表姓名与文件名“%(file)s”不一致"),
    "name_mismatch_known": gettext_lazy("这个证件号码在系统中登记的是另一个姓名。请核对，或联系考务人员"),
    "already_applied": gettext_lazy("已报名这一考试日（申请号 %(number)s），不再重复"),
    "other_channel": gettext_lazy("这个人已通过其他渠道报名这一考试日"),
    "cell_unreadable": gettext_lazy("“%(column)s”的内容不能识别，没有采用"),
    "date_unreadable": gettext_lazy("“%(column)s”的日期不能识别，没有采用。请按 %(form)s 的格式填写"),
    "no_condition_met": gettext_lazy("按填写内容还没有满足任何一条报考条件"),
    "material_missing": gettext_lazy("缺少材料：%(names)s"),
    "material_unread": gettext_lazy("材料“%(file)s”没有采用：%(why)s"),
    "portrait_fault": gettext_lazy("照片不合格：%(why)s"),
    "portrait_remark": gettext_lazy("照片请核对：%(why)s"),
    "closed": gettext_lazy("这一考试日的报名已经截止"),
    "not_done": gettext_lazy("这一行没有完成（%(why)s）。请稍后重新上传"),
}


def say_import(finding: Mapping[str, Any]) -> str:
    """One finding of a dry run, with the place and the remedy."""
    values = dict(finding.get("params") or {})
    if "inner" in values:
        inner = values.pop("inner")
        values["why"] = say_finding(inner["code"], inner.get("params"))
    if "names" in values and isinstance(values["names"], list):
        values["names"] = _("、").join(values["names"])
    code = finding["code"]
    return str(_ARCHIVE.get(code) or _REFUSALS.get(code) or code) % values
