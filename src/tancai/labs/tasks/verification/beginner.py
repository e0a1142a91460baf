"""Beginner: recompute a report, hold a meter against invoices, put a team and its evidence in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tancai.labs.tasks.accounting.common import coded, lettered, steps
from tancai.labs.tasks.chance import MONTHS, Chance, text
from tancai.labs.tasks.plant import electricity_paper, electricity_row, emission, fuel, fuels_paper, q, total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, grid, number, table
from tancai.labs.tasks.verification.common import (
    CONCLUSION,
    NOTICE,
    PAPERS,
    REVIEW,
    SITE,
    SITE_TEAM,
    SKILLS,
    TEAM,
    effect_of,
    months_of,
    verified,
)

GUIDE = "gbt-32150"
STREAMS = {
    "coal": "烟煤|Coal",
    "gas": "天然气|Natural gas",
    "diesel": "柴油|Diesel",
    "lime": "石灰石分解|Limestone",
    "power": "购入电力|Electricity",
}
SLIPS = {
    "carbon": "漏乘44/12|44/12 left out",
    "oxidation": "漏乘碳氧化率|Oxidation rate left out",
    "year": "误用其他年份电力因子|Electricity factor of another year",
    "double": "重复乘以44/12|44/12 applied twice",
    "thousand": "单位放大一千倍|A thousand times too much",
    "none": "无差错|No slip",
}


class Recompute(Task):
    """Five printed emissions, two of them wrong in usual ways: recompute, name, correct."""

    code = "verification-recompute"
    family = "verification"
    level = "beginner"
    title = "文件评审：排放量重算|Document review: recomputing a report"
    minutes = 35
    clauses = SKILLS
    papers = PAPERS
    steps = steps(
        ("recompute", REVIEW, 25),
        ("findings", "不符合项|Nonconformities", 15),
        ("effect", SITE, 10),
        ("conclusion", CONCLUSION, 50),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "coal": chance.figure(4000, 12000, 2),
            "gas": chance.figure(80, 260, 2),
            "diesel": chance.figure(40, 160, 2),
            "lime": chance.figure(2000, 9000, 2),
            "power": chance.figure(9000, 30000, 3),
            "area": chance.choice(("江苏", "浙江", "广东")),
        }
        facts["factor"] = electricity_row(facts["area"]).number()
        right = {name: node.value for name, node in _emissions(facts).items()}
        burnt = chance.choice(("coal", "gas", "diesel"))
        slip, ratio = chance.choice(
            (
                ("carbon", 12 / 44),
                ("oxidation", 1 / (0.93 if burnt == "coal" else 0.99 if burnt == "gas" else 0.98)),
            )
        )
        printed = {name: round(value, 2) for name, value in right.items()}
        printed[burnt] = round(right[burnt] * ratio, 2)
        printed["power"] = round(facts["power"] * electricity_row(facts["area"], 2022).number(), 2)
        facts |= {"printed": printed, "burnt": burnt, "slip": slip}
        facts["total"] = round(sum(printed.values()))
        documents = (
            Document(
                "任务",
                (
                    f"{chance.name('食品')}位于{facts['area']}，2024年度排放报告按GB/T 32150编制，"
                    "电力应采用2023年省级平均因子。",
                ),
            ),
            table(
                "报告：活动数据与排放量",
                ("源流", "活动数据", "单位", "报告排放量（tCO2）"),
                [
                    (label.partition("|")[0], text(facts[name]), unit, text(printed[name], 2))
                    for (name, label), unit in zip(
                        STREAMS.items(), ("t", "10^4Nm3", "t", "t", "MWh"), strict=True
                    )
                ],
                f"报告排放总量 {text(facts['total'])} tCO2。石灰石碳酸钙纯度按100 %，因子0.43971 tCO2/t。",
            ),
            fuels_paper("ndrc-2015", ("bituminous_coal", "natural_gas", "diesel")),
            electricity_paper(facts["area"]),
        )
        fields = (
            *(
                number(
                    f"e_{name}",
                    "recompute",
                    label,
                    "tCO2",
                    2,
                    within=0.001,
                    table="重算排放量|Recomputed",
                    row=label,
                    column="重算值（tCO2）|Recomputed (tCO2)",
                )
                for name, label in STREAMS.items()
            ),
            choices("wrong", "findings", "与重算不符的源流|Streams that do not agree", STREAMS),
            choice("slip", "findings", "燃料源流差错的原因|Cause of the slip in the fuel", SLIPS),
            number(
                "gap",
                "effect",
                "更正使排放总量增加（减少为负）|Correction adds (less: negative)",
                "tCO2",
                2,
                within=0.005,
            ),
            number(
                "total",
                "conclusion",
                "核定排放总量（取整）|Verified total, whole tonnes",
                "tCO2",
                0,
                within=0.001,
            ),
            number(
                "share",
                "conclusion",
                "更正量占核定总量的比例|Correction as a share of it",
                "%",
                2,
                within=0.01,
            ),
        )
        return Drawn(("逐项重算，指出不符之处，给出核定排放量。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        own = {name: way(f"e_{name}", node) for name, node in _emissions(f).items()}
        far = {
            name for name, value in own.items() if abs(value - f["printed"][name]) > max(0.02, 1e-5 * value)
        }
        way("wrong", far)
        way("slip", f["slip"])
        gap = way("gap", total(own.values()) - sum(f["printed"].values()))
        whole = way("total", total(own.values()))
        way("share", 100 * gap / whole)


def _emissions(f: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "coal": fuel(GUIDE, "bituminous_coal", f["coal"], "t"),
        "gas": fuel(GUIDE, "natural_gas", f["gas"], "10^4Nm3"),
        "diesel": fuel(GUIDE, "diesel", f["diesel"], "t"),
        "lime": emission(GUIDE, "carbonate", carbonate="CaCO3", amount=q(f["lime"], "t")),
        "power": emission(
            GUIDE, "electricity", amount=q(f["power"], "MWh"), factor=q(f["factor"], "tCO2/MWh")
        ),
    }


class MeterAndInvoice(Task):
    """Meter against invoice month by month and for the year; what is used when they differ."""

    code = "verification-meter-and-invoice"
    family = "verification"
    level = "beginner"
    title = "活动数据交叉核对：计量与结算|Cross-checking meter and invoices"
    minutes = 30
    clauses = SKILLS
    papers = PAPERS
    steps = steps(
        ("compare", REVIEW, 40),
        ("months", SITE, 18),
        ("value", "数据采信|Figure to be used", 22),
        ("conclusion", CONCLUSION, 20),
    )

    def draw(self, chance: Chance) -> Drawn:
        meter = chance.months(chance.figure(24000, 60000, 3), 0.1, 3)
        invoice = [chance.near(value, 0.004, 3) for value in meter]
        for k in chance.sample(range(12), chance.choice((3, 4))):
            invoice[k] = chance.figure(1.04, 1.11, 4) * meter[k]
            invoice[k] = round(invoice[k], 3)
        area = chance.choice(("江苏", "浙江", "山东", "河北"))
        facts = {"meter": meter, "invoice": invoice, "factor": electricity_row(area).number()}
        documents = (
            table(
                "购入电力（MWh）",
                ("月份", "企业抄表", "供电公司结算"),
                [(m, text(a, 3), text(b, 3)) for m, a, b in zip(MONTHS, meter, invoice, strict=True)],
                "报告采用企业抄表合计。单月相差超过2 %须要求说明，全年相差超过0.5 %为不符合项。",
                f"电力因子 {facts['factor']} tCO2/MWh。",
            ),
        )
        options = {str(k): f"{k}月|Month {k}" for k in range(1, 13)}
        fields = (
            number("meter", "compare", "抄表全年合计|Meter, year", "MWh", 3, within=1e-6),
            number("invoice", "compare", "结算全年合计|Invoices, year", "MWh", 3, within=1e-6),
            number("gap", "compare", "结算较抄表高|Invoices above meter", "%", 2, within=0.005),
            number("worst", "compare", "相差最大月份的差异|Largest monthly difference", "%", 2, within=0.005),
            choices("months", "months", "相差超过2 %的月份|Months more than 2 % apart", options),
            number(
                "used",
                "value",
                "按保守原则采信的全年电量|Figure of the year to be used",
                "MWh",
                3,
                within=1e-6,
            ),
            number("effect", "conclusion", "更正增加的排放|Correction adds", "tCO2", 2, within=0.01),
            number(
                "emission",
                "conclusion",
                "核定购入电力排放|Verified emission of electricity",
                "tCO2",
                2,
                within=0.002,
            ),
        )
        return Drawn(("核对电力活动数据，判断差异并确定采信数值。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        meter, invoice = way("meter", total(f["meter"])), way("invoice", total(f["invoice"]))
        way("gap", 100 * (invoice / meter - 1))
        gaps = [abs(b / a - 1) for a, b in zip(f["meter"], f["invoice"], strict=True)]
        way("worst", 100 * max(gaps))
        stream = {
            "id": "power",
            "name": "power",
            "kind": "electricity",
            "amount": {"unit": "MWh", "monthly": f["meter"]},
            "factor": q(f["factor"], "tCO2/MWh"),
        }
        evidence = {"stream": "power", "name": "invoice", "value": {"unit": "MWh", "monthly": f["invoice"]}}
        way(
            "months",
            months_of(verified(GUIDE, [stream], evidence=[evidence]), "month_against_invoice", "power"),
        )
        used = way("used", max(meter, invoice))
        way("effect", (used - meter) * f["factor"])
        way(
            "emission",
            emission(GUIDE, "electricity", amount=q(used, "MWh"), factor=q(f["factor"], "tCO2/MWh")),
        )


class TeamAndEvidence(Task):
    """Who may verify, which evidence came late, which months a meter was out of calibration and what that costs."""

    code = "verification-team-and-evidence"
    family = "verification"
    level = "beginner"
    title = "核查组组建、存证时限与计量器具检定|Team, evidence in time, calibration"
    minutes = 30
    clauses = ("5.2.1-b4", "5.2.2-b3", "5.5.1-b3", "5.5.2-b4", "5.5.3-b4", "5.5.4-b4")
    papers = PAPERS
    steps = steps(
        ("team", TEAM, 6),
        ("site", SITE_TEAM, 6),
        ("late", REVIEW, 36),
        ("meter", SITE, 48),
        ("notice", NOTICE, 4),
    )

    def draw(self, chance: Chance) -> Drawn:
        people = [
            ("甲", "本机构专职核查员，能源专业", True),
            ("乙", "本机构专职核查员，热工专业", True),
            ("丙", "本机构员工，上年为该企业编制了排放报告", False),
            ("丁", "该企业能源科借调人员", False),
            ("戊", "本机构核查员，其配偶为该企业财务负责人", False),
            ("己", "本机构专职核查员，建材专业", True),
        ]
        shown = chance.mixed(people)
        facts: dict[str, Any] = {"able": frozenset(name for name, _, fit in people if fit)}
        late = []
        for month in sorted(chance.sample(range(1, 11), 4)):
            end = date(2025 + (month == 12), month % 12 + 1, 1) - timedelta(days=1)
            late.append((month, end + timedelta(days=chance.choice((22, 31, 38, 44, 52, 63)))))
        facts["submitted"] = late
        facts["gas"] = chance.months(chance.figure(500, 900, 2), 0.06, 2)
        facts["accuracy"] = chance.choice((1.0, 1.5, 2.0))
        facts["calibrated"] = date(2024, chance.randrange(3, 10), chance.randrange(5, 25))
        duties, facts["duty"] = lettered(
            chance,
            "至少5年|At least 5 years",
            ["1年|1 year", "6个月|6 months", "至次年清缴结束|Until the next surrender ends", "2年|2 years"],
        )
        sites, facts["site"] = coded(
            chance,
            [
                "现场核查组至少2人|At least two on site",
                "现场查阅原始记录并留存影像|Original records seen on site, pictures kept",
            ],
            [
                "可由1人完成现场核查|One person may do the visit",
                "由企业代填核查记录|The enterprise fills in the records",
                "现场核查可在告知结论之后进行|The visit may follow the conclusion",
            ],
        )
        day = facts["calibrated"]
        documents = (
            table("拟派人员", ("人员", "情况"), [(name, about) for name, about, _ in shown]),
            table(
                "月度存证提交日期（2025年）",
                ("月份", "提交日期"),
                [(f"{m}月", on.isoformat()) for m, on in late],
                "存证应在每月结束后40个自然日内提交。",
            ),
            table(
                "天然气流量计",
                ("项目", "内容"),
                [
                    ("最近检定日期", day.isoformat()),
                    ("检定周期", "12个月"),
                    ("准确度", f"{facts['accuracy']} %"),
                    ("2025年内再次检定", "无"),
                ],
                "超期月份（整月均须在有效期内方为有效）按准确度保守修正：排放增加该比例。",
            ),
            table(
                "2025年天然气用量（10⁴Nm³）",
                ("月份", "用量"),
                [(m, text(v, 2)) for m, v in zip(MONTHS, facts["gas"], strict=True)],
            ),
            fuels_paper("ndrc-2015", ("natural_gas",)),
        )
        fields = (
            choices(
                "able",
                "team",
                "可以进入核查组的人员|Who may join the team",
                {name: f"{name}" for name, _, _ in shown},
            ),
            choices("site_rules", "site", "关于现场核查的正确要求|Right demands on the visit", sites),
            *grid(
                "days",
                "late",
                "存证天数|Days to evidence",
                {f"m{m}": f"{m}月|Month {m}" for m, _ in late},
                [("days", "月末至提交天数|Days after the month", "天", 0)],
                within=0.0,
            ),
            number("late", "late", "逾期的月份数|Months late", "个", 0, within=0.0, weight=0.5),
            number(
                "uncovered",
                "meter",
                "检定失效的月份数|Months without valid calibration",
                "个",
                0,
                within=0.0,
                weight=0.5,
            ),
            number("amount", "meter", "失效月份用量合计|Gas of these months", "10^4Nm3", 2, within=1e-4),
            number("added", "meter", "保守修正增加的排放|Conservative addition", "tCO2", 2, within=0.005),
            choice("keep", "notice", "核查原始记录的保存期限|How long records are kept", duties),
        )
        return Drawn(("组建核查组，检查存证时限和计量器具检定，计算保守修正。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("able", f["able"])
        way("site_rules", f["site"])
        days = []
        for month, on in f["submitted"]:
            end = date(2025 + (month == 12), month % 12 + 1, 1) - timedelta(days=1)
            days.append(way(f"m{month}.days", float((on - end).days)))
        way("late", float(sum(one > 40 for one in days)))
        stream = {
            "id": "gas",
            "name": "gas",
            "kind": "fuel",
            "fuel": "natural_gas",
            "amount": {"unit": "10^4Nm3", "monthly": f["gas"]},
        }
        calibration = {
            "stream": "gas",
            "meter": "FT",
            "on": f["calibrated"],
            "months": 12,
            "accuracy": f"{f['accuracy']} %",
        }
        found = verified(GUIDE, [stream], year=2025, calibration=[calibration])
        months = sorted(int(m) for m in months_of(found, "calibration", "gas"))
        count = int(way("uncovered", float(len(months))))
        own = months if count == len(months) else list(range(13 - max(0, min(12, count)), 13))
        amount = way("amount", total(f["gas"][m - 1] for m in own))
        whole = total(f["gas"][m - 1] for m in months)
        way("added", effect_of(found, "calibration", "gas") * amount / whole)
        way("keep", f["duty"])
