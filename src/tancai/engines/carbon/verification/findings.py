"""A finding and its words. Severities: nonconformity (不符合项), clarification (澄清项), observation (观察项)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tancai.engines.bilingual import LANGUAGES, filled
from tancai.engines.carbon.errors import Place

SEVERITIES = {
    "nonconformity": "不符合项|nonconformity",
    "clarification": "澄清项|clarification",
    "observation": "观察项|observation",
}
REVIEW = {
    "basic": "重点排放单位基本情况|basic information",
    "boundary": "核算边界|boundary",
    "method": "核算方法|method",
    "activity": "活动数据|activity data",
    "factors": "排放因子|emission factors",
    "emissions": "排放量|emissions",
    "production": "生产数据|production data",
    "quality": "质量保证和文件存档|quality assurance and archiving",
    "plan": "数据质量控制方案及执行|data-quality plan and its execution",
    "other": "其他内容|other",
}
"""Contents of a review (CETS-VG-01.01-V02-2026 ch. 3; V1)."""

WORDS: dict[str, tuple[str, str, str, str]] = {
    "cannot_recompute": (
        "数据无法采用：{why}",
        "Data cannot be used: {why}",
        "补充或更正该项数据及其原始记录",
        "the corrected figure with its original record",
    ),
    "doubtful_input": ("存疑：{why}", "Doubtful: {why}", "说明及证明材料", "an explanation with proof"),
    "reported_emission": (
        "报告值 {reported} 与重算值 {computed} 不符（差 {gap}）{slip}",
        "Reported {reported}, recomputed {computed} (difference {gap}){slip}",
        "计算表及所用因子来源",
        "the calculation sheet and the sources of the factors",
    ),
    "reported_sum": (
        "合计报告值 {reported} 与重算值 {computed} 不符（差 {gap}）{slip}",
        "Reported total {reported}, recomputed {computed} (difference {gap}){slip}",
        "汇总表",
        "the summary sheet",
    ),
    "month_against_year": (
        "年度值 {year} 与12个月合计 {months} 不符",
        "The year's figure {year} is not the sum of its months {months}",
        "月度台账和年度汇总",
        "monthly ledgers and the yearly summary",
    ),
    "meter_against_invoice": (
        "全年计量值 {meter} 与{evidence} {other} 相差 {gap}，超过允许的 {limit}",
        "Metered {meter}, {evidence} {other}: {gap} apart, above {limit}",
        "抄表记录、结算单原件、发票，逐月核对",
        "meter readings, settlement sheets and invoices, month by month",
    ),
    "month_against_invoice": (
        "第{months}月计量值与{evidence}相差超过 {limit}（最大 {gap}）",
        "Months {months}: meter and {evidence} differ by more than {limit} (up to {gap})",
        "相应月份的抄表记录和结算单，说明结算周期差异",
        "readings and settlement sheets of these months, and the settlement periods",
    ),
    "single_source": (
        "只有一个数据源，无法交叉核对（须在报告中说明）",
        "There is only one source: no cross-check (the report must say so)",
        "第二数据源，或没有第二数据源的说明",
        "a second source, or a statement that there is none",
    ),
    "month_outlier": (
        "第{months}月的数值明显偏离其他月份（为中位数的 {ratio} 倍）",
        "Month {months} stands out (times the median: {ratio})",
        "该月生产记录、检修记录、计量原始数据",
        "production and repair records and raw meter data of the month",
    ),
    "unit_slip": (
        "第{months}月约为其他月份的 {ratio} 倍，疑为单位错位",
        "Month {months} is about {ratio} times the others: a slip of units",
        "该月原始记录及单位",
        "the original record of the month and its unit",
    ),
    "repeated_months": (
        "第{months}月数值完全相同，疑为复制或估算",
        "Months {months} have the very same figure: copied or estimated",
        "各月原始抄表记录",
        "original readings of each month",
    ),
    "year_on_year": (
        "排放强度较上年变化 {gap}（上年 {before}，本年 {now}），超过 {limit}",
        "Intensity changed by {gap} on the year before ({before} to {now}), above {limit}",
        "产品结构、设备、燃料变化的说明",
        "an explanation by products, equipment or fuels",
    ),
    "stream_year_on_year": (
        "较上年变化 {gap}（上年 {before}，本年 {now}），产量变化 {output}",
        "Changed by {gap} on the year before ({before} to {now}) while output changed by {output}",
        "用量变化的原因及证明",
        "the cause of the change, with proof",
    ),
    "benchmark": (
        "排放强度 {now} 超出行业合理区间 {low}–{high}",
        "Intensity {now} lies outside the usual range {low}–{high}",
        "生产记录、燃料和原料台账",
        "production records, ledgers of fuels and raw materials",
    ),
    "energy_balance": (
        "能量平衡：投入 {inside}，产出 {outside}，效率 {ratio} 超出 {low}–{high}",
        "Energy balance: {inside} in, {outside} out, efficiency {ratio} outside {low}–{high}",
        "入炉燃料量、热值检测报告、发电量和供热量记录",
        "fuel into the boiler, tests of heating value, records of power and heat",
    ),
    "electricity_balance": (
        "电量平衡：供入 {inside}，分表合计 {outside}，差 {ratio} 超过 {high}",
        "Electricity balance: {inside} supplied, submeters sum to {outside}, {ratio} apart, above {high}",
        "各分表抄表记录、线损和变损说明",
        "readings of the submeters, losses of lines and transformers",
    ),
    "stock_balance": (
        "库存平衡：期初＋购入−期末−售出＝{computed}，报告消耗 {reported}，差 {gap}",
        "Stock: opening + bought − closing − sold = {computed}, reported use {reported}, difference {gap}",
        "盘存表、采购和销售凭证",
        "stock lists, purchase and sales vouchers",
    ),
    "coal_range": (
        "干燥无灰基碳 {value} 超出{fuel}的合理区间 {low}–{high}",
        "Dry-ash-free carbon {value} lies outside {low}–{high} for {fuel}",
        "采制化记录、留样复测",
        "records of sampling and analysis, a test of the kept sample",
    ),
    "factor_far": (
        "{parameter}实测值 {value} 与缺省值 {default} 相差 {gap}",
        "{parameter}: measured {value}, default {default}, {gap} apart",
        "检测报告（CMA/CNAS）及采样记录",
        "test reports of an accredited laboratory and sampling records",
    ),
    "calibration": (
        "{meter}在第{months}月无有效检定，未作保守处理",
        "{meter} had no valid calibration in months {months}, without conservative treatment",
        "检定证书；未检定期间按精度保守修正",
        "calibration certificates; conservative correction of the period",
    ),
    "evidence_late": (
        "{month}月度存证于{days}天后提交，超过{limit}天",
        "Evidence of month {month} was submitted after {days:day/days}, later than {limit}",
        "逾期说明",
        "an explanation of the delay",
    ),
    "source_missing": (
        "现场设备“{name}”没有对应的源流，也未列为不纳入",
        "Equipment {name} has no source stream and is not listed as left out",
        "设备清单、燃料领用记录",
        "equipment list, fuel records",
    ),
    "plan": (
        "{why}",
        "{why}",
        "修订后的数据质量控制方案及执行记录",
        "the revised plan and records of its execution",
    ),
    "independence": (
        "{body}既编制又核查同一地区的报告，不具独立性",
        "{body} both prepares and verifies reports of the region: not independent",
        "更换核查机构",
        "another verification body",
    ),
    "team": (
        "核查组人数为 {count}，现场核查至少 {needed} 人",
        "The team has {count:member/members}, on site at least {needed} are needed",
        "核查组任命",
        "the appointment of the team",
    ),
}


@dataclass(frozen=True)
class Finding:
    """``effect``: what correcting it adds to the emissions, tCO2e (None: unknown). ``low``: conservative addition."""

    code: str
    severity: str
    review: str
    subject: str
    params: dict[str, Any] = field(default_factory=dict, compare=False)
    effect: float | None = None
    place: Place = field(default_factory=Place)

    @property
    def id(self) -> str:
        return f"{self.code}:{self.subject}"

    def text(self, language: str = "zh") -> str:
        words = WORDS[self.code][LANGUAGES.index(language)]
        return filled(words, self.params, language)

    def evidence(self, language: str = "zh") -> str:
        return WORDS[self.code][2 + LANGUAGES.index(language)]

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "code": self.code,
            "severity": self.severity,
            "review": self.review,
            "subject": self.subject,
            "text": self.text("en"),
            "text_zh": self.text("zh"),
            "evidence": self.evidence("en"),
            "evidence_zh": self.evidence("zh"),
            "effect": self.effect,
            "file": self.place.file,
            "line": self.place.line or None,
        }
