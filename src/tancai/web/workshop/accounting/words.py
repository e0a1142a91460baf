"""Words of the workbook: labels of fields, kinds and places, in the language of the page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tancai.engines.carbon.accounting.kinds import CATEGORIES, KINDS, Field
from tancai.engines.carbon.accounting.report import CONFIDENCE
from tancai.web.workshop.speaking import language, spoken


def kind(code: str) -> str:
    return spoken(KINDS[code].label) if code in KINDS else _("未选类别")


def category(code: str) -> str:
    return spoken(CATEGORIES[code][1])


def label(asked: Field) -> str:
    return spoken(asked.label)


def confidence(code: str) -> str:
    return spoken(CONFIDENCE.get(code, ""))


def enterprise(name: str) -> str:
    return {
        "name": _("单位名称"),
        "code": _("统一社会信用代码"),
        "sector": _("行业"),
        "province": _("地区"),
        "address": _("地址"),
        "contact": _("联系人"),
        "reporter": _("填报人"),
        "remark": _("备注"),
    }[name]


def boundary(name: str) -> str:
    return {
        "entity": _("报告主体"),
        "main": _("主要生产系统"),
        "auxiliary": _("辅助生产系统"),
        "subsidiary": _("附属生产系统"),
        "excluded": _("不纳入的设施和理由"),
        "changes": _("与上年相比的变化"),
    }[name]


def spread(name: str) -> str:
    return {
        "amount": _("活动数据"),
        "ncv": _("低位发热量"),
        "carbon": _("含碳量"),
        "oxidation": _("碳氧化率"),
        "factor": _("排放因子"),
        "purity": _("纯度"),
    }[name]


def about(name: str) -> str:
    return {
        "how": _("数据来源方式"),
        "source": _("来源说明"),
        "meter": _("计量器具编号"),
        "evidence": _("凭证"),
        "uncertainty": _("不确定度（95 %）"),
        "who": _("负责人"),
        "note": _("备注"),
        "seen": _("凭证已核对"),
    }[name]


def plan(name: str) -> str:
    """A field of the data-quality control plan."""
    return {
        "how": _("获取方式"),
        "meter": _("计量器具"),
        "accuracy": _("精度"),
        "calibration_months": _("检定周期（月）"),
        "frequency": _("监测频次"),
        "missing": _("数据缺失时的处理"),
        "department": _("负责部门"),
    }[name]


def how(code: str) -> str:
    return dict(hows()).get(code, code) if code else ""


def planned(problem: Any) -> str:
    """What the plan lacks, with its fields by their names on the page."""
    if problem.code == "plan_field":
        names = str(problem.params["missing"]).split(", ")
        return _("还缺：%(fields)s。") % {"fields": _("、").join(plan(name) for name in names)}
    if problem.code == "plan_missing":
        return _("方案还没有写明这一项，请填写。")
    if problem.code == "plan_downgrade":
        return _("方案规定为“%(planned)s”，本年用的是“%(used)s”；年度内不得改用较低的方法。") % {
            "planned": how(problem.params["planned"]),
            "used": how(problem.params["used"]),
        }
    return str(problem.words(language()))


def severity(code: str) -> str:
    return {"nonconformity": _("不一致"), "clarification": _("需说明"), "observation": _("提示")}[code]


def asked(what: str) -> str:
    """What a missing item of the collection form is called."""
    return {
        "how": _("来源方式"),
        "evidence": _("凭证或来源"),
        "who": _("由谁负责"),
        "seen": _("凭证核对"),
    }[what]


def direction(code: str) -> str:
    return {
        "none": _("没有明显趋势"),
        "rising": _("上升趋势"),
        "falling": _("下降趋势"),
    }[code]


def hows() -> list[tuple[str, str]]:
    return [
        ("", "–"),
        ("measured", _("实测值")),
        ("calculated", _("计算")),
        ("design", _("设计值")),
        ("default", _("缺省值")),
    ]


def series(code: str) -> str:
    return {
        "average": _("平均因子"),
        "average-residual": _("平均因子（不含市场化非化石电量）"),
        "fossil": _("化石能源电力因子"),
        "ets-reporting": _("碳市场填报因子"),
        "footprint": _("足迹因子"),
    }.get(code, code)


def why(code: str) -> str:
    return {
        "": "",
        "other_guide": _("所选指南另有自己的因子表，不能用这一行"),
        "not_inventory": _("产品碳足迹或旧版因子，不用于企业核算"),
    }[code]


def finding(one: Any) -> str:
    """A finding on a monthly sheet, with the remedy."""
    return {
        "no_row": _("工作簿里没有这一排放源，请用模板中的序号"),
        "no_item": _("这一排放源没有这一项，请用模板中的名称"),
        "unit": _("单位不对，可用：%(units)s") % {"units": one.wanted},
        "number": _("不是可用的数：半角数字，小数点用“.”，不能为负"),
        "missing": _("这个月没有数，请补齐；确实没有发生的填 0"),
    }[one.code]
