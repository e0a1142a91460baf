"""Words for faults of definitions: what is wrong and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tancai.programmes.errors import BadChange, Fault

_FAULTS: dict[str, str | Promise] = {
    "not_toml": _("这里不是合法的 TOML（%(said)s）。请检查引号、方括号和等号。"),
    "unknown_key": _("没有“%(key)s”这一项。请删除或改正拼写。"),
    "unknown_key_near": _("没有“%(key)s”这一项。是否应为“%(near)s”？请改正或删除。"),
    "other_part": _("这里只能写“%(part)s”，不能写“%(key)s”。请删除，或到那一部分修改。"),
    "missing_key": _("缺少“%(key)s”。请补写这一项。"),
    "not_allowed": _("不能写“%(given)s”。可以写：%(allowed)s。"),
    "unknown_predicate": _("没有“%(given)s”这种条件。可以用：%(allowed)s。"),
    "empty_alternative": _("这一条里有一组空的条件，任何人都会符合。请至少写一个条件，或删除这一组。"),
    "bad_rrule": _("考试日规则“%(given)s”不能解析。请按 RFC 5545 书写，例如 FREQ=MONTHLY;BYDAY=-1SA。"),
    "no_rrule": _("没有考试日规则。请写 rrule，或把 kind 改为 on_demand。"),
    "test_run_order": _("考前测试的两个天数应从大到小，例如 [3, 2]。"),
    "snapshots_too_rare": _("全程人脸识别时，拍照间隔不能超过 30 秒。请改小 snapshot_seconds。"),
    "pass_mark_above_total": _("合格分高于满分。请改小 pass_mark 或改大 out_of。"),
    "mix_not_whole": _("易、中、难三个比例之和应为 1。"),
    "weights_not_hundred": _("三个维度的权重之和应为 100。"),
    "thresholds_order": _("分数线应与等级数一样多，并从小到大。"),
    "below": _("“%(given)s”太小，最小为 %(bound)s。"),
    "above": _("“%(given)s”太大，最大为 %(bound)s。"),
    "too_long": _("“%(given)s”太长，最多 %(bound)s。"),
    "bad_pattern": _("“%(given)s”的写法不对，应符合 %(pattern)s。"),
    "empty": _("“%(key)s”不能为空。请填写内容，或删除这一项。"),
    "wrong_type": _("“%(given)s”的类型不对，应为 %(wanted)s。"),
    "double": _("“%(given)s”重复。请改名或删除其中一处。"),
    "unknown_organisation": _("没有登记机构“%(given)s”。已有：%(known)s。请在 organisations 中补写。"),
    "no_organiser": _("考试由组织单位实施，却没有写组织单位。请写 organiser，或把 exam_operator 改为 body。"),
    "unknown_level": _("没有级别“%(given)s”。已有：%(known)s。"),
    "no_conditions": _("级别“%(level)s”没有报考条件。请至少写一条。"),
    "unknown_occupation": _("没有岗位“%(given)s”。已有：%(known)s。请在 occupations 中补写。"),
    "no_related_majors": _("条件要求相关专业，却没有写相关专业名单。请写 related_majors。"),
    "no_field": _("条件要求本领域证书，却没有写领域。请写 certificate.field。"),
    "no_material": _("材料清单缺少“%(kind)s”。请补写。"),
    "unknown_speciality": _("没有专业“%(given)s”。已有：%(known)s。"),
    "marks_differ": _("试卷各题共 %(paper)s 分，考试满分却是 %(exam)s 分。请改成一致。"),
    "unknown_kind": _("考试没有“%(given)s”题型。已有：%(known)s。请改正，或补写到 exam.kinds。"),
    "unknown_topic": _("没有专题“%(given)s”。请改正，或在 topics 中补写。"),
    "no_topics": _("按“%(given)s”抽题，却没有可用的专题。请在 topics 中补写。"),
    "level_without_topics": _("按级别抽题，级别“%(level)s”却没有专题。请在 topics 中补写。"),
    "speciality_without_topics": _("按专业抽题，专业“%(speciality)s”却没有专题。请在 topics 中补写。"),
    "unknown_post": _("能力框架中没有岗位“%(given)s”。已有：%(known)s。"),
    "statement_elsewhere": _("要求“%(given)s”不在岗位的条款 %(clause)s 之下。请改正编号。"),
    "wrong_file_name": _("文件名应为 %(wanted)s。请改文件名或改正 code。"),
}

_CHANGES: dict[str, str | Promise] = {
    "no_note": _("请写明修改原因：它会显示给所有工作人员。"),
    "no_change": _("没有改动任何内容，不需要新的版本。"),
    "unknown_part": _("没有“%(part)s”这一部分。"),
    "code_fixed": _("项目代码不能修改。"),
    "before_latest": _("生效日期不能早于现行版本的生效日期 %(date)s。"),
    "day_exists": _("这一天这个时间已经有考试日。"),
    "not_a_line": _(
        "第 %(line)s 行“%(given)s”不能解析。请每行写：日期 休或班 名称，例如 2027-01-01 休 元旦。"
    ),
    "empty_year": _("请至少写一天。"),
    "other_year": _("第 %(line)s 行的日期不在 %(year)s 年。"),
    "day_past": _("不能安排已经过去的时间。"),
    "closes_after_start": _("报名截止必须早于开考。"),
    "not_cancelled": _("这个考试日没有取消，不需要恢复。"),
    "already_cancelled": _("这个考试日已经取消。"),
    "draft_gone": _("这份文件改动已不存在：文件又变了，或已被采用。请刷新后再看。"),
}


_LIST, _GROUP = _("方括号中的清单"), _("一组带名称的项")
_TYPES = {
    "string": _("加引号的文字"),
    "int": _("整数"),
    "int_from_float": _("整数"),
    "float": _("数字"),
    "bool": _("true 或 false"),
    "list": _LIST,
    "tuple": _LIST,
    "dict": _GROUP,
    "model": _GROUP,
    "model_attributes": _GROUP,
    "date": _("一个日期"),
    "date_from_datetime": _("一个日期"),
    "time": _("一个时刻"),
}


def describe(fault: Fault) -> str:
    """One sentence: what is wrong at the place and how to mend it."""
    code = "unknown_key_near" if fault.code == "unknown_key" and fault.params.get("near") else fault.code
    params = {"code": code, **fault.params}
    if code == "wrong_type":
        params["wanted"] = _TYPES.get(str(params["wanted"]), params["wanted"])
    words = str(_FAULTS.get(code, _("这里的内容不能使用（%(code)s）。"))) % params
    return f"{fault.path}{_('：')}{words}" if fault.path else words


def explain(error: BadChange) -> str:
    """One sentence for a change that was refused."""
    return str(_CHANGES.get(error.code, _("这个改动不能保存（%(code)s）。"))) % {
        "code": error.code,
        **error.params,
    }
