"""Words of the bench: stages, kinds of node, fields, and where a fault is."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tancai.engines.carbon.footprint import report
from tancai.labs import api as labs
from tancai.web.workshop.speaking import spoken, unit_said

bench = labs.footprint_bench


def stage(code: str) -> str:
    return _("上游数据") if code == "upstream" else capfirst(spoken(report.STAGES.get(code, code)))


def origin(code: str) -> str:
    return capfirst(spoken(report.ORIGINS.get(code, code)))


def boundary(code: str) -> str:
    return spoken(report.BOUNDARIES.get(code, code))


def data(code: str) -> str:
    return spoken(report.DATA.get(code, code))


def kind(code: str) -> str:
    return {
        "process": _("单元过程"),
        "factor": _("背景数据"),
        "electricity": _("电力"),
        "unit": _("功能单位"),
    }[code]


def allocation(code: str) -> str:
    return {
        "none": _("不分配（只有一种产品）"),
        "mass": _("按质量"),
        "energy": _("按热值"),
        "economic": _("按经济价值"),
        "shares": _("按给定比例"),
        "substitution": _("系统扩展（替代）"),
    }[code]


def role(code: str) -> str:
    return {"product": _("产品或共生产品"), "waste": _("废物（不参与分配）"), "avoided": _("替代别处的产品")}[
        code
    ]


def rule(code: str) -> str:
    return {
        "own": _("自发自用"),
        "direct": _("直供专线"),
        "supplier": _("供应商电力（有凭证）"),
        "grid": _("电网平均"),
    }[code]


def unit(code: str) -> str:
    """A unit as people write it, to be chosen from a list."""
    return _("次（无量纲）") if code == "1" else unit_said(code)


def quality(code: str) -> str:
    return {
        "time": _("时间代表性"),
        "geography": _("地域代表性"),
        "technology": _("技术代表性"),
        "reliability": _("可靠性"),
        "completeness": _("完整性"),
    }[code]


def field(code: str) -> str:
    """The label of a field; an unknown one stays as it is."""
    return {
        "text": _("单位的说明"),
        "flow": _("来自"),
        "amount": _("用量"),
        "unit": pgettext("measure", "单位"),
        "name": _("名称"),
        "kind": _("类型"),
        "stage": _("生命周期阶段"),
        "data": _("数据类型"),
        "period": _("数据时间"),
        "geography": _("地域"),
        "technology": _("技术"),
        "remark": _("备注"),
        "allocation": _("分配方法"),
        "allocation_reason": _("采用经济分配的理由"),
        "price": _("价格"),
        "energy": _("热值"),
        "share": _("分配比例（%）"),
        "biogenic_carbon": _("生物碳含量（kgC/kg）"),
        "role": _("性质"),
        "mass": _("运输质量（kg）"),
        "distance": _("运输距离（km）"),
        "cut": _("舍去此项"),
        "hazardous": _("高潜势或有害，不得舍去"),
        "gas": _("气体"),
        "fuel": _("燃料"),
        "fuels": _("燃料参数表"),
        "origin": _("碳的来源"),
        "removal": _("是清除，不是排放"),
        "value": _("因子"),
        "biogenic": _("其中单列：生物成因"),
        "land-use": _("其中单列：土地利用变化"),
        "aircraft": _("其中单列：航空运输"),
        "source": _("因子来源"),
        "illustrative": _("教学虚构的数值"),
        "gwp": _("全球变暖潜势"),
        "rule": _("电力来源"),
        "year": _("数据年份"),
        "area": _("电源类型"),
        "instrument": _("合同或凭证"),
        "accept": _("采用未经原文核实的数值"),
        "cut_single": _("单项取舍阈值（%）"),
        "cut_total": _("合计取舍阈值（%）"),
        "product": _("产品"),
        "purpose": _("研究目的"),
        "audience": _("报告读者"),
        "pcr": _("产品种类规则"),
        "review": _("鉴定性评审"),
    }.get(code, code)


def node_name(node: Any) -> str:
    """Its name, else what it is; electricity needs none."""
    if node.name:
        return spoken(node.name)
    return kind(node.kind) if node.kind == "electricity" else f"{kind(node.kind)} {node.number}"


def place(values: dict[str, Any], name: str) -> str:
    """Where the value of a name stands, as a person would say it."""
    steps = name.split(".")
    if steps[0] == "n" and len(steps) > 1 and steps[1].isdecimal():
        node = next((one for one in bench.nodes_of(values) if str(one.number) == steps[1]), None)
        parts = [node_name(node) if node else ""]
        if len(steps) > 3 and steps[2] in ("in", "out", "em"):
            row = {"in": _("投入"), "out": _("产出"), "em": _("直接排放")}[steps[2]]
            parts.append(f"{row} {steps[3]}")
            steps = steps[2:]
        if len(steps) > 2:
            parts.append(quality(steps[3]) if steps[2] == "quality" and len(steps) > 3 else field(steps[2]))
        return " · ".join(part for part in parts if part)
    if steps[0] == "s":
        return _("情景 %(number)s") % {"number": steps[1] if len(steps) > 1 else ""}
    groups = {"unit": _("功能单位"), "method": _("方法"), "goal": _("目的"), "boundary": _("系统边界")}
    if steps[0] in groups:
        last = {"unit.flow": _("来自"), "unit.amount": _("数量"), "unit.text": _("单位的说明")}.get(
            name, field(steps[-1])
        )
        return groups[steps[0]] if len(steps) == 1 else f"{groups[steps[0]]} · {last}"
    return ""


def label_lack(code: str) -> str:
    return {
        "incomplete": _("有数据未能采用，结果不完整。"),
        "no_product": _("没有写明产品名称。"),
        "no_period": _("没有写明结果代表的时间范围。"),
        "doubtful": _("有待确认的数据或规则（见“需要处理”）。"),
        "no_review": _("没有注明是否经过鉴定性评审。"),
    }[code]
