"""Intermediate: a clinker line, a glass furnace by months, a coal unit with tests on two bases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon import tables
from tancai.labs.tasks.accounting.common import (
    ACTIVITY,
    ANALYSE,
    BOUNDARY,
    FACTORS,
    PAPERS,
    REPORT,
    RESULT,
    coded,
    steps,
)
from tancai.labs.tasks.chance import MONTHS, Chance, text
from tancai.labs.tasks.plant import emission, fuel, fuels_paper, q, total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choices, number, table

CEMENT = "cets-cement-2024"
GLASS = "gbt-32151-7-glass"
POWER = "cets-power-2022"


class ClinkerLine(Task):
    """A clinker line of the national market: coal of several batches, process by clinker, slag deducted."""

    code = "accounting-clinker-line"
    family = "accounting"
    level = "intermediate"
    title = "水泥熟料生产线排放核算|Emissions of a clinker line"
    minutes = 40
    clauses = ("5.1.1-b2", "5.2.1-b2", *ANALYSE)
    papers = PAPERS
    steps = steps(
        ("boundary", BOUNDARY, 8),
        ("activity", ACTIVITY, 20),
        ("factors", FACTORS, 22),
        ("result", RESULT, 35),
        ("report", REPORT, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        amounts = [chance.figure(30000, 60000, 2) for _ in range(4)]
        heats = [chance.figure(20.2, 24.6, 3) for _ in range(4)]
        facts: dict[str, Any] = {
            "amounts": amounts,
            "heats": heats,
            "opening": chance.figure(8000, 15000, 2),
            "closing": chance.figure(6000, 12000, 2),
            "domestic": chance.figure(200, 700, 2),
            "clinker": chance.figure(1.0e6, 1.8e6, 2),
            "slag": chance.figure(30000, 70000, 2),
        }
        options, facts["inside"] = coded(
            chance,
            [
                "生料制备与预热分解|Raw meal, preheating, calcining",
                "熟料煅烧和冷却|Burning and cooling of clinker",
                "余热利用的供料设施|Feeding of waste-heat recovery",
            ],
            [
                "水泥粉磨（另一法人）|Cement grinding (another company)",
                "厂区职工宿舍锅炉|Boiler of the staff dormitory",
                "矿山运输外包车队|Contractor's quarry lorries",
                "自备电厂（已纳入发电行业）|Own power station (counted under power)",
            ],
        )
        documents = (
            Document(
                "情况",
                (
                    "一条硅酸盐水泥熟料生产线，纳入全国碳市场。烟煤分季度采购并逐批检测收到基低位发热量；生活区用煤单独领用，应扣除。电石渣替代部分石灰石，按指南因子扣减。",
                ),
            ),
            table(
                "烟煤采购与检测",
                ("季度", "购入量（t）", "收到基低位发热量（GJ/t）"),
                [
                    (f"第{k}季度", text(a), text(h, 3))
                    for k, (a, h) in enumerate(zip(amounts, heats, strict=True), 1)
                ],
            ),
            table(
                "烟煤库存与领用（t）",
                ("年初库存", "年末库存", "生活区领用"),
                [(facts["opening"], facts["closing"], facts["domestic"])],
            ),
            table(
                "生产",
                ("项目", "数量（t）"),
                [("熟料产量", text(facts["clinker"])), ("电石渣消耗量（干基）", text(facts["slag"]))],
            ),
            fuels_paper("cets-industry-2024", ("bituminous_coal", "anthracite")),
            table(
                "附表 过程因子（tCO2/t）",
                ("项目", "因子"),
                [
                    (row["zh"], row["value"])
                    for row in tables.find_all("process", set=CEMENT)
                    if row["item"] in ("portland", "white", "carbide_slag", "steel_slag", "slaked_lime")
                ],
            ),
        )
        fields = (
            choices(
                "inside", "boundary", "属于熟料生产核算边界的设施|Facilities inside the boundary", options
            ),
            number(
                "coal",
                "activity",
                "入窑烟煤消耗量|Coal burnt in the kiln",
                "t",
                2,
                within=1e-4,
                how="期初＋购入－期末－生活区|opening + bought − closing − domestic",
            ),
            number(
                "heat",
                "factors",
                "烟煤加权平均低位发热量|Weighted heating value",
                "GJ/t",
                3,
                within=0.0,
                how="Σ(FC×NCV)/ΣFC",
            ),
            number(
                "carbon", "factors", "单位热值含碳量|Carbon content", "tC/GJ", 5, within=0.001, weight=0.5
            ),
            number("e_coal", "result", "燃料燃烧排放|Fuel combustion", "tCO2", 2),
            number("e_process", "result", "熟料过程排放|Clinker process", "tCO2", 2),
            number("e_slag", "result", "电石渣扣减量|Deduction for carbide slag", "tCO2", 2),
            number("total", "report", "排放总量（取整）|Total, whole tonnes", "tCO2", 0),
            number("intensity", "report", "熟料排放强度|Intensity of clinker", "tCO2/t", 4, within=0.002),
            number("slag_rate", "report", "电石渣替代率|Substitution rate", "%", 2),
        )
        return Drawn(
            ("按全国碳市场水泥行业核算指南核算年度排放。购入电力单列，本题不计。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("inside", f["inside"])
        bought = total(f["amounts"])
        coal = way("coal", f["opening"] + bought - f["closing"] - f["domestic"])
        heat = way("heat", total(a * h for a, h in zip(f["amounts"], f["heats"], strict=True)) / bought)
        row = tables.named("fuels", "bituminous_coal", "fuel", set="cets-industry-2024")
        assert row is not None
        carbon = way("carbon", row.number("carbon") / 1000)
        e_coal = way(
            "e_coal",
            fuel(CEMENT, "bituminous_coal", coal, "t", ncv=q(heat, "GJ/t"), carbon=q(carbon, "tC/GJ")),
        )
        e_process = way(
            "e_process",
            emission(CEMENT, "clinker", year=2025, clinker="portland", amount=q(f["clinker"], "t")),
        )
        e_slag = way(
            "e_slag",
            emission(CEMENT, "substitute", year=2025, material="carbide_slag", amount=q(f["slag"], "t")),
        )
        whole = way("total", e_coal + e_process - e_slag)
        way("intensity", whole / f["clinker"])
        way("slag_rate", 100 * e_slag / e_process)


class GlassByMonths(Task):
    """A float line: a month without metering filled by the rule, carbonates by purity, the year from its months."""

    code = "accounting-glass-months"
    family = "accounting"
    level = "intermediate"
    title = "平板玻璃企业按月核算与缺失数据处理|A glass works by months, with a month to fill"
    minutes = 40
    clauses = ("5.2.1-b1", "5.2.1-b2", *ANALYSE)
    papers = PAPERS
    steps = steps(
        ("missing", "监测数据处理|Monitoring data", 20),
        ("activity", ACTIVITY, 20),
        ("result", RESULT, 40),
        ("report", REPORT, 20),
    )

    def draw(self, chance: Chance) -> Drawn:
        gas = [chance.near(470, 0.05, 2) for _ in range(12)]
        heat = [chance.near(389.31, 0.01, 2) for _ in range(12)]
        hole = chance.randrange(2, 10)
        facts: dict[str, Any] = {
            "gas": gas,
            "heat": heat,
            "hole": hole,
            "invoice": chance.near(gas[hole], 0.01, 2),
            "soda": chance.figure(50000, 68000, 2),
            "soda_pure": chance.figure(98.6, 99.5, 1),
            "dolomite": chance.figure(38000, 52000, 2),
            "dolomite_pure": chance.figure(95.5, 98.0, 1),
            "lime": chance.figure(8000, 15000, 2),
            "lime_pure": chance.figure(95.0, 97.5, 1),
            "powder": chance.figure(120, 320, 2),
            "glass": chance.figure(260000, 340000, 2),
        }
        rows = [
            (m, "（流量计故障，无读数）" if k == hole else text(g, 2), text(h, 2))
            for k, (m, g, h) in enumerate(zip(MONTHS, gas, heat, strict=True))
        ]
        documents = (
            table(
                "天然气台账",
                ("月份", "用量（10⁴Nm³）", "低位发热量（GJ/10⁴Nm³）"),
                rows,
                "数据质量控制方案规定：流量计故障月份用燃气公司结算量代替。",
            ),
            table(
                "燃气公司结算单（节选，10⁴Nm³）",
                ("月份", "结算量"),
                [
                    (MONTHS[hole - 1], text(chance.near(gas[hole - 1], 0.01, 2), 2)),
                    (MONTHS[hole], text(facts["invoice"], 2)),
                    (MONTHS[hole + 1], text(chance.near(gas[hole + 1], 0.01, 2), 2)),
                ],
            ),
            table(
                "原料",
                ("原料", "用量（t）", "纯度（%）"),
                [
                    ("纯碱 Na2CO3", text(facts["soda"]), facts["soda_pure"]),
                    ("白云石 CaMg(CO3)2", text(facts["dolomite"]), facts["dolomite_pure"]),
                    ("石灰石 CaCO3", text(facts["lime"]), facts["lime_pure"]),
                    ("碳粉（含碳100 %）", text(facts["powder"]), "—"),
                ],
            ),
            table(
                "附表 碳酸盐排放因子（tCO2/t）",
                ("碳酸盐", "因子"),
                [
                    (f"{row['zh']} {row['carbonate']}", row["value"])
                    for row in tables.rows("carbonates")
                    if row["carbonate"] in ("CaCO3", "MgCO3", "CaMg(CO3)2", "Na2CO3")
                ],
                "煅烧比例按100 %计；碳粉按完全氧化计。",
            ),
            fuels_paper(
                "ndrc-2015", ("natural_gas",), "附表 天然气缺省值（含碳量和氧化率用缺省值，热值用实测值）"
            ),
            table("产量", ("产品", "产量（t）"), [("平板玻璃", text(facts["glass"]))]),
        )
        fields = (
            number(
                "filled",
                "missing",
                f"{MONTHS[hole]}采用的用量|Figure used for the month without reading",
                "10^4Nm3",
                2,
                within=0.0,
            ),
            number(
                "gap", "missing", "前后两月实测均值与采用值相差|Neighbouring months' mean against it", "%", 2
            ),
            number("gas", "activity", "全年天然气消耗量|Gas of the year", "10^4Nm3", 2, within=2e-4),
            number(
                "heat", "activity", "按用量加权的热值|Weighted heating value", "GJ/10^4Nm3", 2, within=0.0
            ),
            number("e_gas", "result", "天然气燃烧排放|Gas", "tCO2", 2, within=0.002),
            number("e_soda", "result", "纯碱分解排放|Soda ash", "tCO2", 2, within=0.002),
            number("e_dolomite", "result", "白云石分解排放|Dolomite", "tCO2", 2, within=0.002),
            number("e_lime", "result", "石灰石分解排放|Limestone", "tCO2", 2, within=0.002),
            number("e_powder", "result", "碳粉氧化排放|Carbon powder", "tCO2", 2, within=0.002),
            number("process", "report", "过程排放合计|Process emissions", "tCO2", 2, within=0.002),
            number(
                "total",
                "report",
                "燃烧与过程排放合计（取整）|Combustion and process, whole tonnes",
                "tCO2",
                0,
                within=0.002,
            ),
            number(
                "intensity", "report", "单位产品排放|Emission a tonne of glass", "tCO2/t", 4, within=0.003
            ),
        )
        return Drawn(
            ("核算平板玻璃生产线2025年度燃烧和过程排放。先处理缺失月份，再汇总。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        gas, k = list(f["gas"]), f["hole"]
        gas[k] = way("filled", f["invoice"])
        way("gap", 100 * ((gas[k - 1] + gas[k + 1]) / 2 / gas[k] - 1))
        used = way("gas", total(gas))
        heat = way("heat", total(g * h for g, h in zip(gas, f["heat"], strict=True)) / total(gas))
        e_gas = way("e_gas", fuel(GLASS, "natural_gas", used, "10^4Nm3", ncv=q(heat, "GJ/10^4Nm3")))
        process = 0.0
        for name, carbonate in (("soda", "Na2CO3"), ("dolomite", "CaMg(CO3)2"), ("lime", "CaCO3")):
            node = emission(
                GLASS,
                "carbonate",
                carbonate=carbonate,
                amount=q(f[name], "t"),
                purity=q(f[f"{name}_pure"], "%"),
            )
            process += way(f"e_{name}", node)
        process += way("e_powder", emission(GLASS, "carbon_powder", amount=q(f["powder"], "t")))
        process = way("process", process)
        whole = way("total", e_gas + process)
        way("intensity", whole / f["glass"])


class CoalUnit(Task):
    """A coal unit: carbon tested air-dried, brought to as received, an untested month by the default, weighted."""

    code = "accounting-coal-unit"
    family = "accounting"
    level = "intermediate"
    title = "燃煤机组元素碳实测核算|A coal unit by measured carbon"
    minutes = 45
    clauses = ("5.2.1-b1", "5.2.1-b2", *ANALYSE)
    papers = PAPERS
    steps = steps(
        ("factors", "元素碳换算|Carbon as received", 36),
        ("activity", ACTIVITY, 14),
        ("result", RESULT, 30),
        ("report", REPORT, 20),
    )

    def draw(self, chance: Chance) -> Drawn:
        amounts = [chance.figure(52000, 90000, 2) for _ in range(6)]
        hole = chance.randrange(6)
        tests = []
        for _ in range(6):
            wet, dry = chance.figure(8, 15, 1), chance.figure(1.5, 4, 2)
            tests.append((wet, dry, chance.figure(56, 66, 2), chance.figure(19.5, 23.5, 3)))
        facts: dict[str, Any] = {
            "amounts": amounts,
            "tests": tests,
            "hole": hole,
            "default": tables.constant("coal_carbon_conventional").number(),
            "diesel": chance.figure(90, 260, 2),
            "power": chance.figure(700000, 900000, 3),
            "supplied": chance.figure(4.5, 6.5, 2),
        }
        at = tables.constant("coal_carbon_conventional")["unit"]
        documents = (
            table(
                "入炉煤（上半年）",
                (
                    "月份",
                    "消耗量（t）",
                    "收到基水分 Mar（%）",
                    "空干基水分 Mad（%）",
                    "空干基元素碳 Cad（%）",
                    "收到基热值（GJ/t）",
                ),
                [
                    (m, text(a, 2), wet, dry, "未检测" if k == hole else text(c, 2), text(n, 3))
                    for k, (m, a, (wet, dry, c, n)) in enumerate(zip(MONTHS, amounts, tests, strict=False))
                ],
                "换算：Car = Cad × (100 − Mar)/(100 − Mad)。",
                f"未开展元素碳实测的月份，单位热值含碳量按缺省值 {text(facts['default'])} {at} 计，"
                "Car＝热值×单位热值含碳量。煤的碳氧化率 99 %。",
            ),
            table("点火柴油", ("消耗量（t）",), [(text(facts["diesel"]),)], "热值、含碳量、氧化率用缺省值。"),
            fuels_paper("cets-industry-2024", ("diesel",)),
            table("发电", ("发电量（MWh）", "厂用电率（%）"), [(text(facts["power"]), facts["supplied"])]),
        )
        months = [
            number(
                f"c{k}",
                "factors",
                f"{MONTHS[k]}收到基元素碳|Carbon as received, month {k + 1}",
                "tC/t",
                4,
                within=0.001,
                table="逐月元素碳|By month",
                row=f"{MONTHS[k]}|Month {k + 1}",
                column="Car（tC/t）|Car (tC/t)",
            )
            for k in range(6)
        ]
        fields = (
            *months,
            number("coal", "activity", "入炉煤合计|Coal", "t", 2, within=1e-4),
            number("carbon", "activity", "加权平均收到基元素碳|Weighted carbon", "tC/t", 4, within=0.001),
            number("e_coal", "result", "燃煤排放|Emission of coal", "tCO2", 2, within=0.002),
            number("e_diesel", "result", "柴油排放|Emission of diesel", "tCO2", 2, weight=0.5),
            number("total", "report", "机组排放量（取整）|Unit, whole tonnes", "tCO2", 0, within=0.002),
            number(
                "per_power", "report", "供电排放强度|Emission a MWh supplied", "tCO2/MWh", 4, within=0.003
            ),
        )
        return Drawn(("按发电设施核算指南（2022年版）核算机组上半年排放。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        carbons = []
        for k, (wet, dry, carbon, heat) in enumerate(f["tests"]):
            tested = carbon / 100 * (100 - wet) / (100 - dry)
            carbons.append(way(f"c{k}", heat * f["default"] if k == f["hole"] else tested))
        coal = way("coal", total(f["amounts"]))
        mean = way(
            "carbon", total(a * c for a, c in zip(f["amounts"], carbons, strict=True)) / total(f["amounts"])
        )
        e_coal = way(
            "e_coal",
            fuel(
                POWER,
                "bituminous_coal",
                coal,
                "t",
                carbon=q(mean, "tC/t"),
                carbon_basis="ar",
                oxidation="99 %",
            ),
        )
        e_diesel = way("e_diesel", fuel(POWER, "diesel", f["diesel"], "t"))
        whole = way("total", e_coal + e_diesel)
        way("per_power", whole / (f["power"] * (1 - f["supplied"] / 100)))
