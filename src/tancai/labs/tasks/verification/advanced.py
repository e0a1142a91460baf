"""Advanced: a whole report with planted faults to its conclusion, coal quality, months against the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon import forecast, tables
from tancai.engines.carbon.verification.conclusion import CONCLUSIONS
from tancai.engines.carbon.verification.findings import SEVERITIES
from tancai.labs.tasks.accounting.common import steps
from tancai.labs.tasks.chance import MONTHS, Chance, text
from tancai.labs.tasks.plant import electricity_row, emission, fuels_paper, q, total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, number, table
from tancai.labs.tasks.verification.common import (
    CONCLUSION,
    NOTICE,
    PAPERS,
    REVIEW,
    SITE,
    SKILLS,
    effect_of,
    verified,
)

GLASS = "gbt-32151-7-glass"
POWER = "cets-power-2022"
FAULTS = {
    "meter_against_invoice": "计量与结算年度差异超限|Meter and invoices differ over the year",
    "month_against_year": "年度值与月合计不符|Year is not the sum of months",
    "calibration": "计量器具超期未检定|Meter out of calibration",
    "source_missing": "现场设备无对应源流|Equipment without a stream",
    "reported_emission": "报告排放量与重算不符|Printed emission does not follow",
    "unit_slip": "单月单位错位|Slip of units in a month",
    "repeated_months": "多月数值雷同|Months with the same figure",
    "stock_balance": "库存平衡不符|Stock does not balance",
    "energy_balance": "能量平衡超出区间|Energy balance out of range",
    "coal_range": "煤质超出合理区间|Coal outside its range",
    "independence": "核查机构不独立|Verifier not independent",
}


class WholeReport(Task):
    """A glass works' report with three faults of five kinds: findings, effects, what stays open, conclusion."""

    code = "verification-whole-report"
    family = "verification"
    level = "advanced"
    title = "排放报告综合核查与核查结论|A whole report, to its conclusion"
    minutes = 60
    clauses = (*SKILLS, "5.1.1-b3")
    papers = PAPERS
    steps = steps(
        ("findings", REVIEW, 12),
        ("effects", SITE, 46),
        ("open", "保守核定|Conservative estimate", 34),
        ("conclusion", CONCLUSION, 5),
        ("notice", NOTICE, 3),
    )

    def draw(self, chance: Chance) -> Drawn:
        gas = chance.months(chance.figure(5000, 6200, 2), 0.04, 2)
        power = chance.months(chance.figure(30000, 42000, 3), 0.05, 3)
        soda = chance.figure(52000, 66000, 2)
        facts: dict[str, Any] = {
            "gas": gas,
            "invoice": [chance.near(v, 0.002, 2) for v in gas],
            "power": power,
            "soda": soda,
            "pure": chance.figure(98.8, 99.4, 1),
            "factor": electricity_row("河北").number(),
        }
        planted = chance.sample(("gas", "soda", "power", "source", "calibration"), 3)
        facts["planted"] = planted
        factor = chance.figure(1.03, 1.06, 4)
        if "gas" in planted:
            facts["invoice"] = [round(v * factor, 2) for v in gas]
        facts["soda_bought"] = round(
            soda * (chance.figure(1.015, 1.04, 4) if "soda" in planted else chance.figure(0.999, 1.001, 5)), 2
        )
        wrong = tables.find("electricity", series="footprint", zh="全国", year="2024")
        assert wrong is not None
        facts["printed_power"] = round(
            total(power) * (wrong.number() if "power" in planted else facts["factor"]), 2
        )
        facts["calibrated"] = (
            f"2024-{chance.randrange(3, 9):02d}-15" if "calibration" in planted else "2025-01-01"
        )
        facts["equipment"] = ["浮法熔窑", "叉车（柴油）"] if "source" in planted else ["浮法熔窑"]
        documents = (
            table(
                "天然气（10⁴Nm³）",
                ("月份", "企业计量（报告采用）", "燃气公司结算"),
                [(m, text(a, 2), text(b, 2)) for m, a, b in zip(MONTHS, gas, facts["invoice"], strict=True)],
                "热值、含碳量、氧化率用缺省值。",
            ),
            table(
                "购入电力（MWh）",
                ("月份", "计量（与结算一致）"),
                [(m, text(v, 3)) for m, v in zip(MONTHS, power, strict=True)],
                f"应采用河北2023年平均因子 {facts['factor']} tCO2/MWh。报告填报的电力排放为 "
                f"{text(facts['printed_power'], 2)} tCO2。",
            ),
            table(
                "纯碱",
                ("报告消耗量（t）", "采购发票（扣除库存变化后，t）", "纯度（%）"),
                [(text(soda), text(facts["soda_bought"]), facts["pure"])],
                "因子0.41492 tCO2/t。",
            ),
            table(
                "现场记录",
                ("项目", "内容"),
                [
                    ("流量计检定日期", facts["calibrated"]),
                    ("检定周期/准确度", "12个月 / 0.5 %"),
                    ("现场设备", "、".join(facts["equipment"])),
                    ("报告列出的源流", "天然气（熔窑）、纯碱、购入电力"),
                ],
                "年度活动数据差异超过0.5 %为不符合项；超期月份按准确度保守修正；"
                "无法计算的遗漏源先列为不符合项，不计影响量。",
            ),
            fuels_paper("ndrc-2015", ("natural_gas",)),
        )
        fields = (
            choices("findings", "findings", "成立的不符合项|Nonconformities that hold", FAULTS),
            number(
                "recomputed",
                "effects",
                "按报告活动数据重算的总量|Recomputed from reported activity data",
                "tCO2",
                2,
                within=0.0005,
                weight=4,
            ),
            number(
                "gas",
                "effects",
                "天然气差异的影响（无则填0）|Effect of the gas difference (0 if none)",
                "tCO2",
                2,
                within=0.005,
            ),
            number(
                "soda",
                "effects",
                "纯碱差异的影响（无则填0）|Effect of the soda difference (0 if none)",
                "tCO2",
                2,
                within=0.005,
            ),
            number(
                "meter",
                "effects",
                "检定超期的影响（无则填0）|Effect of the calibration (0 if none)",
                "tCO2",
                2,
                within=0.01,
            ),
            number(
                "power",
                "effects",
                "电力排放更正量（无则填0）|Correction of electricity (0 if none)",
                "tCO2",
                2,
                within=0.005,
            ),
            number("raised", "open", "未关闭事项应增加的排放|What open items add", "tCO2", 2, within=0.005),
            number(
                "conservative",
                "open",
                "保守核定的排放总量（取整）|Conservative total, whole tonnes",
                "tCO2",
                0,
                within=0.0005,
            ),
            choice("conclusion", "conclusion", "核查结论|Conclusion", CONCLUSIONS),
            choice("severity", "notice", "遗漏排放源属于|A source left out is a", SEVERITIES),
        )
        brief = (
            "全面核查报告：列出不符合项，计算影响，给出保守核定值和结论。企业尚未整改。同一源流有多项影响时，保守核定取其中最大的一项；电力排放由重算更正，不再另加。",
        )
        return Drawn(brief, documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        found = self.verification(f)
        way("findings", {one.code for one in found.findings if one.severity == "nonconformity"} & set(FAULTS))
        recomputed = way("recomputed", found.report.inventory.total)
        effects = {
            "gas": way("gas", effect_of(found, "meter_against_invoice", "gas")),
            "soda": way("soda", effect_of(found, "meter_against_invoice", "soda")),
        }
        meter = way("meter", effect_of(found, "calibration", "gas"))
        way("power", effect_of(found, "reported_emission", "power"))
        raised = way("raised", max(effects["gas"], meter, 0.0) + max(effects["soda"], 0.0))
        way("conservative", recomputed + raised)
        way("conclusion", found.conclusion)
        way("severity", "nonconformity")

    def verification(self, f: Mapping[str, Any]) -> Any:
        """The engine on the same papers."""
        streams: list[dict[str, Any]] = [
            {
                "id": "gas",
                "name": "gas",
                "kind": "fuel",
                "fuel": "natural_gas",
                "amount": {"unit": "10^4Nm3", "monthly": f["gas"]},
            },
            {
                "id": "soda",
                "name": "soda",
                "kind": "carbonate",
                "carbonate": "Na2CO3",
                "amount": q(f["soda"], "t"),
                "purity": q(f["pure"], "%"),
            },
            {
                "id": "power",
                "name": "power",
                "kind": "electricity",
                "amount": {"unit": "MWh", "monthly": f["power"]},
                "factor": q(f["factor"], "tCO2/MWh"),
            },
        ]
        return verified(
            GLASS,
            streams,
            year=2025,
            reported=[{"item": "power", "value": q(f["printed_power"], "tCO2")}],
            evidence=[
                {"stream": "gas", "name": "invoice", "value": {"unit": "10^4Nm3", "monthly": f["invoice"]}},
                {"stream": "soda", "name": "invoice", "value": q(f["soda_bought"], "t")},
                {"stream": "power", "name": "invoice", "value": {"unit": "MWh", "monthly": f["power"]}},
            ],
            calibration=[
                {"stream": "gas", "meter": "FT", "on": f["calibrated"], "months": 12, "accuracy": "0.5 %"}
            ],
            equipment=[
                {"name": name, **({"stream": "gas"} if name == "浮法熔窑" else {})} for name in f["equipment"]
            ],
        )


class CoalQuality(Task):
    """Tests of coal: dry-ash-free carbon tells the impossible ones; what the retest changes."""

    code = "verification-coal-quality"
    family = "verification"
    level = "advanced"
    title = "煤质检测数据核查|Verifying tests of coal"
    minutes = 45
    clauses = SKILLS
    papers = PAPERS
    steps = steps(
        ("daf", REVIEW, 36),
        ("doubt", "存疑批次|Doubtful batches", 12),
        ("retest", SITE, 30),
        ("conclusion", CONCLUSION, 22),
    )

    def draw(self, chance: Chance) -> Drawn:
        row = tables.find("coal_ranges", fuel="bituminous_coal")
        assert row is not None
        tests = []
        for _ in range(6):
            ash, dry, wet, daf = (
                chance.figure(14, 30, 2),
                chance.figure(1.5, 4, 2),
                chance.figure(8, 14, 1),
                chance.figure(78, 88, 2),
            )
            tests.append(
                [round(daf * (100 - ash - dry) / 100, 2), ash, dry, wet, chance.figure(40000, 90000, 2)]
            )
        bad = chance.randrange(6)
        retest = tests[bad][0]
        _, ash, dry, _, _ = tests[bad]
        tests[bad][0] = round(chance.figure(66, 71.5, 2) * (100 - ash - dry) / 100, 2)
        facts: dict[str, Any] = {
            "tests": tests,
            "retest": retest,
            "bad": bad,
            "low": row.number("low"),
            "high": row.number("high"),
        }
        documents = (
            table(
                "烟煤批次检测",
                (
                    "批次",
                    "空干基碳 Cad（%）",
                    "空干基灰分 Aad（%）",
                    "空干基水分 Mad（%）",
                    "收到基水分 Mar（%）",
                    "消耗量（t）",
                ),
                [(f"B{k}", *(text(v, 2) for v in one)) for k, one in enumerate(tests, 1)],
                "干燥无灰基碳 Cdaf＝Cad×100/(100−Mad−Aad)，烟煤合理区间 "
                f"{facts['low']:g}～{facts['high']:g} %（CETS-VG-01.01）。",
                "Car＝Cad×(100−Mar)/(100−Mad)；碳氧化率99 %。",
            ),
            Document("留样复测", (f"核查组对存疑批次的留样委托复测，Cad＝{retest} %，其余指标不变。",)),
        )
        labels = {f"b{k}": f"B{k}" for k in range(1, 7)}
        fields = (
            *(
                number(
                    name,
                    "daf",
                    f"{label} 干燥无灰基碳|{label}: dry-ash-free carbon",
                    "%",
                    2,
                    within=0.002,
                    table="干燥无灰基碳|Dry-ash-free carbon",
                    row=label,
                    column="Cdaf（%）|Cdaf (%)",
                )
                for name, label in labels.items()
            ),
            choices("doubt", "doubt", "超出合理区间的批次|Batches out of range", labels),
            number(
                "before",
                "retest",
                "存疑批次报告的收到基碳|Carbon as received, as reported",
                "%",
                2,
                within=0.002,
            ),
            number("after", "retest", "复测后的收到基碳|Carbon as received, retested", "%", 2, within=0.002),
            number("effect", "conclusion", "更正增加的排放|Correction adds", "tCO2", 2, within=0.01),
            number(
                "total",
                "conclusion",
                "六批次核定排放（取整）|Verified, six batches, whole tonnes",
                "tCO2",
                0,
                within=0.002,
            ),
        )
        return Drawn(("用干燥无灰基碳筛查煤质检测数据，按复测结果更正。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        daf = [way(f"b{k}", one[0] * 100 / (100 - one[2] - one[1])) for k, one in enumerate(f["tests"], 1)]
        way(
            "doubt",
            {f"b{k}" for k, value in enumerate(daf, 1) if not f["low"] <= value <= f["high"]} or {"b0"},
        )
        _, _, dry, wet, amount = f["tests"][f["bad"]]
        before = way("before", f["tests"][f["bad"]][0] * (100 - wet) / (100 - dry))
        after = way("after", f["retest"] * (100 - wet) / (100 - dry))
        effect = way("effect", _coal(amount, after) - _coal(amount, before))
        printed = total(_coal(one[4], one[0] * (100 - one[3]) / (100 - one[2])) for one in f["tests"])
        way("total", printed + effect)


def _coal(amount: float, carbon: float) -> float:
    node = emission(
        POWER,
        "fuel",
        fuel="bituminous_coal",
        amount=q(amount, "t"),
        carbon=q(carbon / 100, "tC/t"),
        carbon_basis="ar",
        oxidation="99 %",
    )
    return float(node.value)


class AgainstThePast(Task):
    """Two years of months, a forecast with its interval, intensities: which months of the report stand out."""

    code = "verification-against-the-past"
    family = "verification"
    level = "advanced"
    title = "历史趋势与异常月份核查|Months of a report against the past"
    minutes = 50
    clauses = ("5.1.1-b2", "5.2.1-b1", "5.2.1-b3", "5.2.2-b2", "5.3.1-b1")
    papers = PAPERS
    steps = steps(
        ("trend", REVIEW, 30),
        ("interval", "预测区间|Prediction interval", 30),
        ("months", SITE, 15),
        ("conclusion", CONCLUSION, 25),
    )

    def draw(self, chance: Chance) -> Drawn:
        level, slope = chance.figure(8000, 15000, 0), chance.figure(-40, 60, 1)
        season = [chance.uniform(-900, 900) for _ in range(12)]
        past = [round(level + slope * k + season[k % 12] + chance.gauss(0, 130), 1) for k in range(24)]
        now = [round(level + slope * k + season[k % 12] + chance.gauss(0, 90), 1) for k in range(24, 36)]
        bad = sorted(chance.sample(range(12), 2))
        for k in bad:
            now[k] = round(now[k] * chance.choice((0.62, 0.7, 1.36)), 1)
        output = (chance.figure(90000, 110000, 0), chance.figure(90000, 110000, 0))
        facts: dict[str, Any] = {"past": past, "now": now, "output": output, "first": chance.randrange(12)}
        shown = [(f"{2022 + k // 12}年{k % 12 + 1}月", text(v, 1)) for k, v in enumerate(past)]
        found = forecast.predict(forecast.History(2022, 1, tuple(past)), 12)
        facts["forecast"] = [(one.value, one.low, one.high) for one in found.months]
        documents = (
            table("前两年月度排放（tCO2）", ("月份", "排放"), shown),
            table(
                "2024年报告月度排放（tCO2）与预测",
                ("月份", "报告值", "预测下限（95 %）", "预测上限（95 %）"),
                [
                    (m, text(v, 1), text(low, 1), text(high, 1))
                    for m, v, (_, low, high) in zip(MONTHS, now, facts["forecast"], strict=True)
                ],
                "预测用线性趋势加月份水平，由前两年数据得出。",
            ),
            table(
                "产量（t）",
                ("年份", "产量"),
                [("2023", text(output[0])), ("2024", text(output[1]))],
                "强度变化超过10 %须说明原因。",
            ),
        )
        months = {str(k): f"{k}月|Month {k}" for k in range(1, 13)}
        fields = (
            number("before", "trend", "2023年排放合计|Total of 2023", "tCO2", 1, within=1e-5),
            number("year", "trend", "2024年报告合计|Reported total of 2024", "tCO2", 1, within=1e-5),
            number("change", "trend", "排放强度较上年变化|Change of intensity", "%", 2, within=0.01),
            number(
                "half",
                "interval",
                "1月预测区间半宽|Half-width of the interval for January",
                "tCO2",
                1,
                within=0.005,
            ),
            number(
                "centre",
                "interval",
                "全年预测值合计（区间中值之和）|Forecast of the year",
                "tCO2",
                1,
                within=0.001,
            ),
            choices("months", "months", "落在预测区间之外的月份|Months outside the interval", months),
            number(
                "gap",
                "conclusion",
                "这些月份报告值与预测值之差合计|Reported less forecast in these months",
                "tCO2",
                1,
                within=0.01,
            ),
            number(
                "adjusted",
                "conclusion",
                "以预测值代替后的全年排放|Year with the forecast in their place",
                "tCO2",
                1,
                within=0.001,
            ),
        )
        return Drawn(
            ("用历史数据和预测区间核查2024年月度排放，指出异常月份及其影响。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        before, now = way("before", total(f["past"][12:])), way("year", total(f["now"]))
        way("change", 100 * (now / f["output"][1] / (before / f["output"][0]) - 1))
        way("half", (f["forecast"][0][2] - f["forecast"][0][1]) / 2)
        way("centre", total(one[0] for one in f["forecast"]))
        outside = {
            str(k)
            for k, (v, (_, low, high)) in enumerate(zip(f["now"], f["forecast"], strict=True), 1)
            if not low <= v <= high
        }
        own = way("months", outside)
        gap = way("gap", total(f["now"][int(k) - 1] - f["forecast"][int(k) - 1][0] for k in own))
        way("adjusted", now - gap)
