"""Advanced: a steel works by balance and stages, a smelter with two parameter sets, uncertainty with a quality plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon import tables
from tancai.engines.carbon.tree import walk
from tancai.engines.carbon.uncertainty import propagate
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
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.plant import electricity_row, emission, fuels_paper, plant, q
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choices, number, table

STEEL = "cets-steel-2024"
ALUMINIUM = "gbt-32151-4-aluminium"
GENERAL = "gbt-32150"
PARAMETERS = {
    "anode_net": "阳极净耗",
    "sulphur": "硫分",
    "ash": "灰分",
    "cf4": "CF4排放因子",
    "c2f6": "C2F6排放因子",
}


class SteelBalance(Task):
    """An integrated works at enterprise level: net fuels, carbonates, materials in, products out; the coking stage and
    the remainder."""

    code = "accounting-steel-balance"
    family = "accounting"
    level = "advanced"
    title = "长流程钢铁企业碳平衡核算|Carbon balance of an integrated steel works"
    minutes = 50
    clauses = ("5.5.2-b1", "5.5.2-b2", "5.2.1-b3", "5.2.2-b2")
    papers = PAPERS
    steps = steps(
        ("boundary", BOUNDARY, 8),
        ("activity", ACTIVITY, 17),
        ("result", RESULT, 40),
        ("stage", "工序层级|Process stage", 20),
        ("report", REPORT, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "coal": (
                chance.figure(40000, 90000, 2),
                chance.figure(1.2e6, 1.7e6, 2),
                chance.figure(40000, 90000, 2),
            ),
            "coke_sold": chance.figure(80000, 160000, 2),
            "anthracite": chance.figure(250000, 380000, 2),
            "limestone": chance.figure(200000, 320000, 2),
            "dolomite": chance.figure(60000, 110000, 2),
            "electrode": chance.figure(900, 1600, 2),
            "scrap": chance.figure(300000, 500000, 2),
            "alloy": chance.figure(20000, 36000, 2),
            "steel": chance.figure(2.2e6, 3.0e6, 2),
            "tar": chance.figure(30000, 50000, 2),
        }
        facts["coke_made"] = chance.near(0.73 * facts["coal"][1], 0.02, 2)
        facts["gas_made"] = chance.near(facts["coal"][1] / 48, 0.02, 2)
        options, facts["inside"] = coded(
            chance,
            [
                "焦化、烧结、炼铁、炼钢主要生产系统|Coking, sintering, iron- and steel-making",
                "动力厂、水处理等辅助系统|Auxiliary systems such as power and water",
            ],
            [
                "自备电厂（已纳入发电行业）|Own power station (counted under power)",
                "厂内运输车辆|Vehicles on site",
                "职工食堂和浴室|Canteen and baths",
                "外售焦炭用户的燃烧|Burning of coke by its buyers",
                "自产自用的高炉煤气（重复计入）|Own blast-furnace gas (counted twice)",
            ],
        )
        rows = [
            (row["zh"], row["role"], row["value"])
            for row in tables.find_all("process", set=STEEL)
            if row["item"]
            in (
                "limestone",
                "dolomite",
                "electrode",
                "pig_iron",
                "scrap",
                "silicomanganese",
                "crude_steel",
                "coal_tar",
                "crude_benzol",
            )
        ]
        names = {
            "carbonate": "熔剂",
            "electrode": "电极",
            "material": "外购原料",
            "product": "外售产品（扣减）",
        }
        opening, bought, closing = facts["coal"]
        documents = (
            table("洗精煤（t）", ("期初", "购入", "期末"), [(text(opening), text(bought), text(closing))]),
            table(
                "其他源流（t）",
                ("项目", "数量"),
                [
                    ("焦炭外售（无外购、库存不变）", text(facts["coke_sold"])),
                    ("喷吹无烟煤消耗", text(facts["anthracite"])),
                    ("石灰石", text(facts["limestone"])),
                    ("白云石", text(facts["dolomite"])),
                    ("电极", text(facts["electrode"])),
                    ("外购废钢", text(facts["scrap"])),
                    ("锰硅合金", text(facts["alloy"])),
                    ("粗钢产量", text(facts["steel"])),
                    ("外售焦油", text(facts["tar"])),
                ],
            ),
            table(
                "焦化工序",
                ("项目", "数量", "单位"),
                [
                    ("装炉洗精煤", text(opening + bought - closing), "t"),
                    ("产出焦炭", text(facts["coke_made"]), "t"),
                    ("产出焦炉煤气", text(facts["gas_made"]), "10^4Nm3"),
                ],
            ),
            fuels_paper(
                STEEL,
                ("cleaned_coal", "coke", "anthracite", "coke_oven_gas"),
                "附表 钢铁指南表A.1（企业层级不乘碳氧化率）",
            ),
            table(
                "附表 过程因子（tCO2/t）",
                ("项目", "类别", "因子"),
                [(zh, names[role], value) for zh, role, value in rows],
            ),
        )
        fields = (
            choices("inside", "boundary", "企业层级核算边界内的内容|Inside the enterprise boundary", options),
            number("coal", "activity", "洗精煤净消耗量|Coking coal, net", "t", 2, within=1e-5),
            number(
                "coke", "activity", "焦炭净消耗量（外售为负）|Coke, net (sold: negative)", "t", 2, within=1e-5
            ),
            number("e_coal", "result", "洗精煤排放|Coking coal", "tCO2", 2, within=0.002),
            number("e_coke", "result", "焦炭（负值）|Coke (negative)", "tCO2", 2, within=0.002),
            number("e_blown", "result", "喷吹煤排放|Injected coal", "tCO2", 2, within=0.002),
            number("e_flux", "result", "熔剂排放|Fluxes", "tCO2", 2, within=0.002),
            number(
                "e_materials",
                "result",
                "电极和外购含碳原料|Electrodes and materials",
                "tCO2",
                2,
                within=0.002,
            ),
            number(
                "e_products",
                "result",
                "粗钢和焦油扣减|Crude steel and tar, deducted",
                "tCO2",
                2,
                within=0.002,
            ),
            number(
                "coking", "stage", "焦化工序排放（碳平衡）|Coking stage by balance", "tCO2", 2, within=0.002
            ),
            number(
                "rest", "stage", "其他（企业层级减焦化工序）|Enterprise less coking", "tCO2", 2, within=0.002
            ),
            number(
                "total", "report", "企业排放总量（取整）|Enterprise, whole tonnes", "tCO2", 0, within=0.002
            ),
            number("intensity", "report", "吨钢排放|Emission a tonne of steel", "tCO2/t", 4, within=0.003),
        )
        return Drawn(
            ("按全国碳市场钢铁行业核算指南，核算企业层级和焦化工序的排放。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("inside", f["inside"])
        opening, bought, closing = f["coal"]
        coal = way("coal", opening + bought - closing)
        coke = way("coke", -f["coke_sold"])
        e_coal = way("e_coal", _burnt("cleaned_coal", coal))
        e_coke = way("e_coke", -_burnt("coke", -coke).value)
        e_blown = way("e_blown", _burnt("anthracite", f["anthracite"]))
        e_flux = way("e_flux", _sum("carbonate", "carbonate", f, limestone="limestone", dolomite="dolomite"))
        electrodes = emission(STEEL, "electrode", amount=q(f["electrode"], "t")).value
        e_materials = way(
            "e_materials", electrodes + _sum("material", "item", f, scrap="scrap", alloy="silicomanganese")
        )
        e_products = way("e_products", _sum("product", "item", f, steel="crude_steel", tar="coal_tar"))
        whole = e_coal + e_coke + e_blown + e_flux + e_materials - e_products
        stage = {
            "id": "coking",
            "name": "coking",
            "input": [{"fuel": "cleaned_coal", "amount": q(coal, "t")}],
            "output": [
                {"id": "c", "fuel": "coke", "amount": q(f["coke_made"], "t")},
                {"id": "g", "fuel": "coke_oven_gas", "amount": q(f["gas_made"], "10^4Nm3")},
            ],
        }
        coking = way(
            "coking",
            plant(STEEL, [{"id": "x", "name": "x", "kind": "electrode", "amount": "1 t"}], process=[stage])
            .balances[0]
            .node,
        )
        way("rest", whole - coking)
        total = way("total", whole)
        way("intensity", total / f["steel"])


def _burnt(name: str, amount: float) -> Any:
    return emission(STEEL, "fuel", fuel=name, amount=q(amount, "t"))


def _sum(kind: str, field: str, f: Mapping[str, Any], **items: str) -> float:
    streams: list[dict[str, Any]] = [{field: item, "amount": q(f[name], "t")} for name, item in items.items()]
    return math.fsum(emission(STEEL, kind, **one).value for one in streams)


class Smelter(Task):
    """A smelter: anodes by gross use and stubs, perfluorocarbons by slope, the set of parameters weighed."""

    code = "accounting-aluminium-smelter"
    family = "accounting"
    level = "advanced"
    title = "铝电解企业过程排放核算|Process emissions of an aluminium smelter"
    minutes = 45
    clauses = ("5.2.1-b3", "5.2.2-b2", "5.1.1-b2")
    papers = PAPERS
    steps = steps(
        ("factors", FACTORS, 30),
        ("result", RESULT, 40),
        ("report", REPORT, 15),
        ("compare", "方法比较|Comparing methods", 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        slope = {row["parameter"]: row.number() for row in tables.find_all("aluminium", set="slope")}
        facts: dict[str, Any] = {
            "output": chance.figure(180000, 420000, 2),
            "gross": chance.figure(0.480, 0.520, 4),
            "loss": chance.figure(13, 18, 1),
            "sulphur": chance.figure(1.6, 2.6, 2),
            "ash": chance.figure(0.3, 0.8, 2),
            "minutes": chance.figure(0.05, 0.30, 3),
            "slope": slope["cf4_slope"],
            "ratio": slope["c2f6_ratio"],
            "cf4": tables.find("gwp", set="SAR", gas="CF4").number(),  # type: ignore[union-attr]
            "c2f6": tables.find("gwp", set="SAR", gas="C2F6").number(),  # type: ignore[union-attr]
            "area": chance.choice(("山东", "河北", "四川")),
            "power": chance.figure(13.1, 13.8, 3),
        }
        facts["factor"] = electricity_row(facts["area"]).number()
        default = {row["parameter"]: row for row in tables.find_all("aluminium", set="ndrc-2013")}
        documents = (
            table(
                "生产与检测",
                ("项目", "数值", "单位"),
                [
                    ("原铝产量", text(facts["output"]), "t"),
                    ("阳极毛耗", facts["gross"], "t/t"),
                    ("残极率", facts["loss"], "%"),
                    ("阳极硫分", facts["sulphur"], "%"),
                    ("阳极灰分", facts["ash"], "%"),
                    ("阳极效应时间", facts["minutes"], "分钟/（槽·日）"),
                    ("交流电单耗", facts["power"], "MWh/t"),
                ],
            ),
            Document(
                "方法",
                (
                    "阳极：E＝Q×净耗×(1−S−A)×44/12，净耗＝毛耗×(1−残极率)。",
                    f"斜率法：EF(CF4)＝{facts['slope']}×效应时间（kg/t），EF(C2F6)＝{facts['ratio']}×EF(CF4)。",
                    f"本指南GWP：CF4 {facts['cf4']:g}，C2F6 {facts['c2f6']:g}。",
                    f"{facts['area']}2023年电力平均因子 {facts['factor']} tCO2/MWh。",
                ),
            ),
            table(
                "指南缺省值",
                ("参数", "数值", "单位"),
                [(PARAMETERS.get(name, name), row["value"], row["unit"]) for name, row in default.items()],
            ),
        )
        fields = (
            number("net", "factors", "阳极净耗|Net anode use", "t/t", 4, within=0.0005),
            number("ef_cf4", "factors", "CF4排放因子|CF4 factor", "kg/t", 4, within=0.002),
            number("ef_c2f6", "factors", "C2F6排放因子|C2F6 factor", "kg/t", 5, within=0.002),
            number("e_anode", "result", "阳极消耗排放|Anodes", "tCO2", 2, within=0.002),
            number("e_effect", "result", "阳极效应排放|Anode effect", "tCO2e", 2, within=0.003),
            number("e_power", "result", "购入电力排放|Electricity", "tCO2", 2, within=0.002),
            number("total", "report", "排放总量（取整）|Total, whole tonnes", "tCO2e", 0, within=0.002),
            number("intensity", "report", "吨铝排放|Emission a tonne", "tCO2e/t", 3, within=0.003),
            number(
                "default", "compare", "阳极排放若用缺省值|Anodes by default values", "tCO2", 2, within=0.002
            ),
            number("gap", "compare", "缺省值比实测高（低为负）|Default above measured", "%", 2, within=0.02),
        )
        return Drawn(("按GB/T 32151.4核算原铝生产排放，并比较实测与缺省参数。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        amount = q(f["output"], "t")
        net = way("net", f["gross"] * (1 - f["loss"] / 100))
        cf4 = way("ef_cf4", f["slope"] * f["minutes"])
        c2f6 = way("ef_c2f6", f["ratio"] * cf4)
        own: dict[str, Any] = {"sulphur": q(f["sulphur"], "%"), "ash": q(f["ash"], "%")}
        e_anode = way("e_anode", emission(ALUMINIUM, "anode", amount=amount, net_use=q(net, "t/t"), **own))
        e_effect = way(
            "e_effect",
            emission(
                ALUMINIUM, "anode_effect", amount=amount, cf4=q(cf4, "kgCF4/t"), c2f6=q(c2f6, "kgC2F6/t")
            ),
        )
        e_power = way(
            "e_power",
            emission(
                ALUMINIUM,
                "electricity",
                amount=q(f["power"] * f["output"], "MWh"),
                factor=q(f["factor"], "tCO2/MWh"),
            ),
        )
        whole = way("total", e_anode + e_effect + e_power)
        way("intensity", whole / f["output"])
        default = way("default", emission(ALUMINIUM, "anode", amount=amount))
        way("gap", 100 * (default / e_anode - 1))


class UncertainInventory(Task):
    """Error propagation over four streams, the main contributor, and what a better meter would gain."""

    code = "accounting-uncertainty"
    family = "accounting"
    level = "advanced"
    title = "清单不确定度与数据质量控制|Uncertainty and quality control of an inventory"
    minutes = 45
    clauses = ("5.2.1-b1", "5.1.1-b2", *ANALYSE)
    papers = PAPERS
    steps = steps(
        ("result", RESULT, 20),
        ("uncertainty", "不确定度|Uncertainty", 45),
        ("plan", "数据质量控制方案|Quality-control plan", 20),
        ("report", REPORT, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        area = chance.choice(("江苏", "浙江", "广东", "湖北"))
        facts: dict[str, Any] = {
            "coal": chance.figure(20000, 50000, 2),
            "gas": chance.figure(300, 900, 2),
            "lime": chance.figure(10000, 40000, 2),
            "power": chance.figure(30000, 90000, 3),
            "factor": electricity_row(area).number(),
            "u_coal": chance.figure(2, 5, 1),
            "u_gas": chance.figure(0.8, 2, 1),
            "u_lime": chance.figure(2, 6, 1),
            "u_power": chance.figure(0.3, 1, 1),
            "better": chance.choice((0.5, 1.0)),
        }
        options, facts["conduct"] = coded(
            chance,
            [
                "轨道衡每年检定并留存证书|Rail scale calibrated yearly, certificates kept",
                "煤样留存以备复测|Coal samples kept for retests",
                "台账修改留痕、双人复核|Ledger edits traceable, checked by two",
            ],
            [
                "热值随季节估计即可|Heating values estimated by season",
                "缺失月份按零填报|Missing months reported as nought",
                "检定超期月份照常使用读数|Readings used as they are when calibration is overdue",
                "由销售部门代填消耗量|Consumption filled in by the sales department",
            ],
        )
        documents = (
            table(
                "活动数据与相对不确定度（95 %置信水平，半宽）",
                ("源流", "数量", "单位", "活动数据不确定度（%）", "因子"),
                [
                    ("烟煤", text(facts["coal"]), "t", facts["u_coal"], "缺省值（视为确定）"),
                    ("天然气", text(facts["gas"]), "10^4Nm3", facts["u_gas"], "缺省值（视为确定）"),
                    ("石灰石", text(facts["lime"]), "t", facts["u_lime"], "0.43971 tCO2/t，煅烧100 %"),
                    (
                        "购入电力",
                        text(facts["power"]),
                        "MWh",
                        facts["u_power"],
                        f"{facts['factor']} tCO2/MWh",
                    ),
                ],
            ),
            fuels_paper("ndrc-2015", ("bituminous_coal", "natural_gas")),
            Document(
                "方法",
                (
                    "误差传播：U＝√Σ(Ei·ui)²/ΣEi，各源流活动数据相互独立。",
                    f"拟将煤的计量改为不确定度 {facts['better']} % 的电子皮带秤。",
                ),
            ),
        )
        fields = (
            *(
                number(
                    f"e_{name}",
                    "result",
                    label,
                    "tCO2",
                    2,
                    within=0.002,
                    table="各源流排放|Emissions",
                    row=label,
                    column="排放（tCO2）|Emission (tCO2)",
                )
                for name, label in (
                    ("coal", "烟煤|Coal"),
                    ("gas", "天然气|Gas"),
                    ("lime", "石灰石|Limestone"),
                    ("power", "电力|Electricity"),
                )
            ),
            number(
                "half",
                "uncertainty",
                "总量的不确定度（半宽）|Half-width of the total",
                "tCO2",
                2,
                within=0.01,
            ),
            number("u", "uncertainty", "总量的相对不确定度|Relative uncertainty", "%", 2, within=0.01),
            number(
                "share", "uncertainty", "烟煤对总方差的贡献|Coal's share of the variance", "%", 1, within=0.01
            ),
            number(
                "better",
                "plan",
                "改用皮带秤后的相对不确定度|With the better scale",
                "%",
                2,
                within=0.01,
                weight=3,
            ),
            choices("conduct", "plan", "应写入数据质量控制方案的措施|Measures for the plan", options),
            number("total", "report", "排放总量（取整）|Total, whole tonnes", "tCO2", 0, within=0.002),
        )
        return Drawn(("核算四个源流的排放及总量的不确定度，评价改进计量的效果。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        parts = {
            name: way(f"e_{name}", _node(_whole(f, f["u_coal"]), name))
            for name in ("coal", "gas", "lime", "power")
        }
        spread = {name: parts[name] * f[f"u_{name}"] / 100 for name in parts}
        whole = sum(parts.values())
        half = way("half", sum(one**2 for one in spread.values()) ** 0.5)
        way("u", 100 * half / whole)
        way("share", 100 * (spread["coal"] / half) ** 2)
        better = spread | {"coal": parts["coal"] * f["better"] / 100}
        way("better", 100 * sum(one**2 for one in better.values()) ** 0.5 / whole)
        way("conduct", f["conduct"])
        way("total", whole)


def _whole(f: Mapping[str, Any], coal: float) -> Any:
    streams = [
        {
            "id": "coal",
            "name": "coal",
            "kind": "fuel",
            "fuel": "bituminous_coal",
            "amount": f"{q(f['coal'], 't')} ± {coal} %",
        },
        {
            "id": "gas",
            "name": "gas",
            "kind": "fuel",
            "fuel": "natural_gas",
            "amount": f"{q(f['gas'], '10^4Nm3')} ± {f['u_gas']} %",
        },
        {
            "id": "lime",
            "name": "lime",
            "kind": "carbonate",
            "carbonate": "CaCO3",
            "amount": f"{q(f['lime'], 't')} ± {f['u_lime']} %",
        },
        {
            "id": "power",
            "name": "power",
            "kind": "electricity",
            "amount": f"{q(f['power'], 'MWh')} ± {f['u_power']} %",
            "factor": q(f["factor"], "tCO2/MWh"),
        },
    ]
    return plant(GENERAL, streams)


def _node(inventory: Any, stream: str) -> Any:
    return inventory.line(stream).node


def engine_uncertainty(f: Mapping[str, Any]) -> float:
    """Relative half-width of the total by the engine, for the test that holds the formula of the task against it."""
    found = _whole(f, f["u_coal"]).total
    assert any(one.spread for one in walk(found))
    return 100 * propagate(found).relative
