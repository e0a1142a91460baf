"""Intermediate: heat balance of a unit, production of a clinker line by three ways, sources seen on site."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tancai.engines.trading.allocation import industry
from tancai.labs.tasks.accounting.common import coded, steps
from tancai.labs.tasks.chance import MONTHS, Chance, text
from tancai.labs.tasks.plant import emission, fuel, fuels_paper, q, total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, number, table
from tancai.labs.tasks.verification.common import (
    CONCLUSION,
    NOTICE,
    PAPERS,
    REVIEW,
    SITE,
    SKILLS,
    verified,
)

POWER = "cets-power-2022"
GUIDE = "gbt-32150"


class HeatBalance(Task):
    """Fuel heat in against power and heat out: one month is a slip of units, the efficiency tells it."""

    code = "verification-heat-balance"
    family = "verification"
    level = "intermediate"
    title = "热电机组能量平衡核查|Energy balance of a heat and power unit"
    minutes = 40
    clauses = SKILLS
    papers = PAPERS
    steps = steps(
        ("balance", REVIEW, 35),
        ("month", SITE, 25),
        ("corrected", "更正|Correction", 25),
        ("conclusion", CONCLUSION, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        efficiency = chance.figure(0.52, 0.58, 4)
        power = chance.months(chance.figure(900000, 1500000, 3), 0.06, 3)
        heat = chance.months(chance.figure(3.0e6, 4.5e6, 2), 0.1, 2)
        ncv = chance.figure(20.5, 23.0, 3)
        coal = [
            chance.near((p * 3.6 + h) / efficiency / ncv, 0.01, 2) for p, h in zip(power, heat, strict=True)
        ]
        hole = chance.randrange(12)
        printed = list(coal)
        printed[hole] = round(coal[hole] / 10, 2)
        facts: dict[str, Any] = {
            "power": power,
            "heat": heat,
            "ncv": ncv,
            "coal": printed,
            "hole": hole,
            "low": 0.48,
            "high": 0.62,
        }
        documents = (
            table(
                "报告月度数据",
                ("月份", "入炉煤（t）", "发电量（MWh）", "供热量（GJ）"),
                [
                    (m, text(c, 2), text(p, 3), text(h, 2))
                    for m, c, p, h in zip(MONTHS, printed, power, heat, strict=True)
                ],
                f"入炉煤收到基低位发热量全年平均 {ncv} GJ/t。元素碳按 0.0261 tC/GJ、氧化率99 %。",
            ),
            Document(
                "核查要点",
                (
                    "综合热效率＝（发电量×3.6＋供热量）/（煤量×热值）。同类机组合理区间48 %～62 %。",
                    "单月煤耗突变且与发电供热不成比例的，先查单位和小数点。",
                ),
            ),
        )
        months = {str(k): f"{k}月|Month {k}" for k in range(1, 13)}
        fields = (
            number("inside", "balance", "全年燃料热量（报告）|Fuel heat, reported", "GJ", 0, within=1e-4),
            number("outside", "balance", "全年输出能量|Energy out", "GJ", 0, within=1e-4),
            number(
                "efficiency", "balance", "按报告计算的综合热效率|Efficiency as reported", "%", 2, within=0.002
            ),
            choice("month", "month", "数据异常的月份|The month that is wrong", months, weight=0.8),
            number(
                "own",
                "month",
                "该月按报告计算的热效率|Efficiency of that month",
                "%",
                2,
                within=0.005,
                weight=1.2,
            ),
            number("coal", "corrected", "更正后该月煤量|Coal of the month, corrected", "t", 2, within=1e-4),
            number(
                "again",
                "corrected",
                "更正后全年热效率|Efficiency of the year, corrected",
                "%",
                2,
                within=0.002,
            ),
            number("effect", "conclusion", "更正增加的排放|Correction adds", "tCO2", 2, within=0.002),
            number(
                "verified",
                "conclusion",
                "核定燃煤排放（取整）|Verified, whole tonnes",
                "tCO2",
                0,
                within=0.002,
            ),
        )
        return Drawn(("用能量平衡核查入炉煤数据，找出并更正异常月份。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        coal, ncv = list(f["coal"]), f["ncv"]
        inside = way("inside", total(coal) * ncv)
        outside = way("outside", total(f["power"]) * 3.6 + total(f["heat"]))
        way("efficiency", 100 * outside / inside)
        found = verified(POWER, [_coal(f, coal)])
        slips = [one for one in found.findings if one.code == "unit_slip"]
        k = int(way("month", str(slips[0].params["months"]) if slips else str(f["hole"] + 1))) - 1
        way("own", 100 * (f["power"][k] * 3.6 + f["heat"][k]) / (coal[k] * ncv))
        before = coal[k]
        coal[k] = way("coal", coal[k] * 10)
        way("again", 100 * outside / (inside + (coal[k] - before) * ncv))
        effect = way("effect", _burnt(f, coal[k] - before))
        way("verified", _burnt(f, total(f["coal"])) + effect)


def _coal(f: Mapping[str, Any], months: list[float]) -> dict[str, Any]:
    return {
        "id": "coal",
        "name": "coal",
        "kind": "fuel",
        "fuel": "bituminous_coal",
        "amount": {"unit": "t", "monthly": months},
        "ncv": q(f["ncv"], "GJ/t"),
        "carbon": "0.0261 tC/GJ",
        "oxidation": "99 %",
    }


def _burnt(f: Mapping[str, Any], amount: float) -> float:
    if amount <= 0:
        return amount * f["ncv"] * 0.0261 * 0.99 * 44 / 12
    stream = _coal(f, []) | {"amount": q(amount, "t")}
    return float(
        emission(
            POWER, stream.pop("kind"), **{k: v for k, v in stream.items() if k not in ("id", "name")}
        ).value
    )


class ClinkerOutput(Task):
    """Clinker output by kiln feed, by stock and by report; intensity, and what it does to the allowance."""

    code = "verification-clinker-output"
    family = "verification"
    level = "intermediate"
    title = "熟料产量核查及对配额的影响|Verifying clinker output and its effect on allowances"
    minutes = 40
    clauses = (*SKILLS, "5.1.1-b2")
    papers = PAPERS
    steps = steps(
        ("ways", REVIEW, 48),
        ("value", SITE, 12),
        ("allowance", "对配额的影响|Effect on the allowance", 25),
        ("conclusion", CONCLUSION, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        output = chance.figure(1.1e6, 1.7e6, 2)
        ratio = chance.figure(1.52, 1.60, 3)
        sold = chance.near(output * 0.62, 0.02, 2)
        opening, closing = chance.figure(30000, 60000, 2), chance.figure(30000, 60000, 2)
        facts: dict[str, Any] = {
            "feed": chance.near(output * ratio, 0.002, 2),
            "ratio": ratio,
            "sold": sold,
            "opening": opening,
            "closing": closing,
            "own": round(output - sold - closing + opening, 2),
            "reported": round(output * chance.figure(1.02, 1.05, 4), 2),
            "emissions": chance.near(output * 0.845, 0.01, 0),
            "balance": chance.choice((0.83, 0.835, 0.84, 0.845)),
        }
        documents = (
            table(
                "产量证据",
                ("项目", "数量（t）"),
                [
                    ("报告熟料产量", text(facts["reported"])),
                    ("入窑生料量", text(facts["feed"])),
                    ("期初熟料库存", text(opening)),
                    ("期末熟料库存", text(closing)),
                    ("熟料外销", text(sold)),
                    ("自用粉磨消耗", text(facts["own"])),
                ],
                f"料耗比（生料/熟料）年度测定值 {ratio}。",
            ),
            table(
                "配额（2025年度）",
                ("项目", "数值"),
                [
                    ("核查排放量", f"{text(facts['emissions'])} t"),
                    ("行业平衡值", f"{facts['balance']} tCO2/t"),
                ],
                "强度偏差 X＝(平衡值－强度)/平衡值；|X|＜20 % 时 α＝0.15X；配额＝排放量×(1＋α)，向下取整。",
            ),
        )
        fields = (
            number("by_feed", "ways", "按入窑生料推算产量|Output by kiln feed", "t", 2, within=1e-4),
            number("by_stock", "ways", "按库存平衡推算产量|Output by stock balance", "t", 2, within=1e-5),
            number("gap", "ways", "报告值较库存平衡高|Reported above stock balance", "%", 2, within=0.01),
            number("used", "value", "采信的熟料产量|Output to be used", "t", 2, within=1e-5),
            number(
                "reported", "allowance", "按报告产量的配额|Allowance at reported output", "t", 0, within=2e-6
            ),
            number(
                "allowance", "allowance", "按核定产量的配额|Allowance at verified output", "t", 0, within=2e-6
            ),
            number(
                "intensity", "conclusion", "核定熟料排放强度|Verified intensity", "tCO2/t", 4, within=0.0005
            ),
            number(
                "lost", "conclusion", "多报产量多得的配额|Allowance gained by the report", "t", 0, within=0.01
            ),
        )
        return Drawn(
            ("库存平衡由盘点支持，生料推算仅作校核。核定产量并评价其对配额的影响。",),
            documents,
            fields,
            facts,
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("by_feed", f["feed"] / f["ratio"])
        stock = way("by_stock", f["sold"] + f["own"] + f["closing"] - f["opening"])
        way("gap", 100 * (f["reported"] / stock - 1))
        used = way("used", stock)
        reported = way("reported", float(_allowance(f, f["reported"])))
        allowance = way("allowance", float(_allowance(f, used)))
        way("intensity", f["emissions"] / used)
        way("lost", reported - allowance)


def _allowance(f: Mapping[str, Any], output: float) -> int:
    emissions = Decimal(str(f["emissions"]))
    return industry(2025, emissions, emissions / Decimal(str(output)), Decimal(str(f["balance"])))


class SourcesOnSite(Task):
    """What stands in the yard and not in the report: find it, compute it, weigh it."""

    code = "verification-sources-on-site"
    family = "verification"
    level = "intermediate"
    title = "现场核查：排放源完整性|On site: completeness of sources"
    minutes = 40
    clauses = SKILLS
    papers = PAPERS
    steps = steps(
        ("find", SITE, 20),
        ("compute", "漏报排放|What was left out", 45),
        ("weigh", CONCLUSION, 25),
        ("notice", NOTICE, 10),
    )

    def draw(self, chance: Chance) -> Drawn:
        missing = {
            "generator": "柴油发电机（保安电源）|Diesel generator",
            "furnace": "退火炉（液化石油气）|Annealing furnace (LPG)",
            "chiller": "冷水机组（HFC-134a 补充）|Chiller (HFC-134a)",
        }
        covered = {
            "boiler": "燃气锅炉|Gas boiler",
            "forklift": "叉车（柴油）|Forklifts (diesel)",
            "office": "办公楼用电|Office electricity",
            "kiln": "隧道窑（天然气）|Tunnel kiln (gas)",
            "lab": "化验室电炉|Laboratory furnaces (electric)",
            "vehicle": "外包运输车队（外单位）|Contractor's lorries",
        }
        facts: dict[str, Any] = {
            "missing": frozenset(missing),
            "hours": chance.figure(60, 220, 1),
            "rate": chance.figure(80, 160, 1),
            "bottles": chance.randrange(300, 900),
            "bottle": 50,
            "chiller": chance.figure(20, 90, 1),
            "reported": chance.figure(5000, 16000, 0),
        }
        order = chance.mixed([*missing, *covered])
        names = missing | covered
        documents = (
            table(
                "现场设备清单",
                ("设备", "铭牌或记录"),
                [
                    (
                        names[k].partition("|")[0],
                        {
                            "generator": f"额定油耗 {facts['rate']} kg/h，运行 {facts['hours']} h",
                            "furnace": f"领用液化石油气 {facts['bottles']} 瓶（{facts['bottle']} kg/瓶）",
                            "chiller": f"本年补充制冷剂 {facts['chiller']} kg",
                        }.get(k, "见报告"),
                    )
                    for k in order
                ],
            ),
            table(
                "报告列出的排放源",
                ("排放源",),
                [("燃气锅炉",), ("隧道窑",), ("叉车柴油",), ("购入电力（全厂关口表）",)],
                f"报告排放总量 {text(facts['reported'])} tCO2。企业边界内所有源均应纳入；外包车队不在边界内。",
            ),
            fuels_paper("ndrc-2015", ("diesel", "lpg", "natural_gas")),
            Document("潜势", ("HFC-134a 的GWP（AR5）为1300。实质性偏差阈值：总量的5 %。",)),
        )
        asked, facts["asked"] = coded(
            chance,
            [
                "发电机运行日志和柴油领用单|Generator log and diesel slips",
                "液化石油气采购发票|Invoices of LPG",
                "制冷剂充注记录|Records of refrigerant filling",
            ],
            [
                "产品销售合同|Sales contracts",
                "职工考勤表|Attendance sheets",
                "厂区绿化验收单|Acceptance of the greenery",
                "董事会会议纪要|Minutes of the board",
            ],
        )
        fields = (
            choices("missing", "find", "报告遗漏的排放源|Sources left out", {k: names[k] for k in order}),
            number("diesel", "compute", "发电机柴油用量|Diesel of the generator", "t", 2, within=0.002),
            number("e_diesel", "compute", "柴油排放|Emission of diesel", "tCO2", 2, within=0.005),
            number("lpg", "compute", "液化石油气用量|LPG used", "t", 2, within=0.002),
            number("e_lpg", "compute", "液化石油气排放|Emission of LPG", "tCO2", 2, within=0.005),
            number("e_gas", "compute", "制冷剂逸散排放|Emission of refrigerant", "tCO2e", 2, within=0.005),
            number("added", "weigh", "遗漏合计|Left out in all", "tCO2e", 2, within=0.005),
            number(
                "verified",
                "weigh",
                "核定排放总量（取整）|Verified total, whole tonnes",
                "tCO2e",
                0,
                within=0.0005,
            ),
            number("share", "weigh", "遗漏占核定总量|Share left out", "%", 2, within=0.01),
            choices("asked", "notice", "应要求补充的证据|Evidence to ask for", asked),
        )
        return Drawn(("对照现场与报告，找出遗漏的排放源，计算其排放并判断影响。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("missing", f["missing"])
        diesel = way("diesel", f["rate"] * f["hours"] / 1000)
        e_diesel = way("e_diesel", fuel(GUIDE, "diesel", diesel, "t"))
        lpg = way("lpg", f["bottles"] * f["bottle"] / 1000)
        e_lpg = way("e_lpg", fuel(GUIDE, "lpg", lpg, "t"))
        e_gas = way("e_gas", emission(GUIDE, "gas_loss", gas="HFC-134a", amount=q(f["chiller"], "kg")))
        added = way("added", e_diesel + e_lpg + e_gas)
        verified_total = way("verified", f["reported"] + added)
        way("share", 100 * added / verified_total)
        way("asked", f["asked"])
