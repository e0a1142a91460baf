"""Kinds of findings as a verifier names them, and to which the codes of the engine belong."""

from __future__ import annotations

from tancai.engines.carbon.verification.findings import Finding

KINDS = {
    "reported": "报告排放量与重算不符|Reported emission differs from the recomputed one",
    "year": "年度数与各月合计不符|The year's figure is not the sum of its months",
    "invoice": "全年计量与结算不符|Meter and invoices differ over the year",
    "month": "个别月份计量与结算不符|Meter and invoices differ in some months",
    "slip": "单位或小数点错位|A slip of units or of the decimal point",
    "outlier": "月度数据异常|A month stands out",
    "repeated": "几个月数据雷同|Months have the very same figure",
    "stock": "库存平衡不符|Stocks do not balance",
    "balance": "能量或电量平衡不符|Energy or electricity does not balance",
    "factor": "因子或检测值异常|A factor or test is out of range",
    "past": "与上年或行业相比异常|Unlike the year before or the trade",
    "calibration": "计量器具检定超期|Calibration had run out",
    "late": "存证逾期|Evidence came late",
    "source": "遗漏排放源|A source was left out",
    "plan": "数据质量控制方案的问题|The data-quality plan",
    "team": "独立性或人员不符|Independence or staff of the verifier",
    "single": "没有第二数据源|There is no second source",
    "data": "数据无法采用或存疑|Data cannot be used or are doubtful",
    "other": "其他|Something else",
}
KIND_OF = {
    "reported_emission": "reported",
    "reported_sum": "reported",
    "month_against_year": "year",
    "meter_against_invoice": "invoice",
    "month_against_invoice": "month",
    "unit_slip": "slip",
    "month_outlier": "outlier",
    "repeated_months": "repeated",
    "stock_balance": "stock",
    "energy_balance": "balance",
    "electricity_balance": "balance",
    "coal_range": "factor",
    "factor_far": "factor",
    "year_on_year": "past",
    "stream_year_on_year": "past",
    "benchmark": "past",
    "calibration": "calibration",
    "evidence_late": "late",
    "source_missing": "source",
    "plan": "plan",
    "independence": "team",
    "team": "team",
    "single_source": "single",
    "cannot_recompute": "data",
    "doubtful_input": "data",
}
ACTIVITY = frozenset({"year", "invoice", "month", "slip", "outlier", "repeated", "stock"})
"""What is wrong with the activity data of one stream shows in several checks at once."""


def kind_of(one: Finding) -> str:
    return KIND_OF.get(one.code, "other")


def subject_of(one: Finding) -> str:
    """The subject of a finding of the engine as the papers of the bench name it."""
    kind = kind_of(one)
    if kind == "source":
        return f"equipment:{one.subject}"
    if kind == "late":
        return one.subject.replace("month ", "month:")
    if kind == "team":
        return "team"
    if one.code in ("year_on_year", "benchmark"):
        return "intensity"
    if kind == "balance":
        return f"balance:{one.subject}"
    if kind in ("plan",):
        return "plan"
    return one.subject.partition("/")[0].partition(".")[0]
