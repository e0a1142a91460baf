"""Beginner: a part to the factory gate, transport and packaging, the rule for electricity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon import tables
from tancai.labs.tasks.accounting.common import coded, lettered, steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.footprint.common import (
    FACTORS,
    GOAL,
    IMPACT,
    INVENTORY,
    PAPERS,
    REPORT,
    computed,
    factor_paper,
)
from tancai.labs.tasks.plant import fuel, fuels_paper, q
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, number, table


class PartToGate(Task):
    """A coated steel part to the gate: what belongs to the unit, five rows, their sum and their shares."""

    code = "footprint-part-to-gate"
    family = "footprint"
    level = "beginner"
    title = "零部件从摇篮到大门的碳足迹|A part, cradle to gate"
    minutes = 35
    clauses = ("5.2.2-b2", "5.5.1-b1", "5.5.1-b2", "5.4.1-b1")
    papers = PAPERS
    steps = steps(
        ("goal", GOAL, 10), ("inventory", INVENTORY, 30), ("impact", IMPACT, 40), ("report", REPORT, 20)
    )

    def draw(self, chance: Chance) -> Drawn:
        made = chance.randrange(8000, 20000)
        mass = chance.figure(1.2, 3.4, 2)
        facts: dict[str, Any] = {
            "made": made,
            "mass": mass,
            "steel": round(made * mass * chance.figure(1.06, 1.14, 3) / 1000, 2),
            "zinc": round(made * mass * chance.figure(0.02, 0.04, 4) / 1000, 3),
            "gas": chance.figure(900, 2600),
            "power": chance.figure(4000, 12000),
            "paper": round(made * chance.figure(0.06, 0.12, 3) / 1000, 3),
            "f_steel": chance.figure(1.9, 2.4, 2),
            "f_zinc": chance.figure(2.8, 3.6, 2),
            "f_paper": chance.figure(0.8, 1.1, 2),
            "f_gas": chance.figure(0.5, 0.7, 2),
        }
        inside, facts["inside"] = coded(
            chance,
            [
                "钢材生产|Making of steel",
                "锌锭生产|Making of zinc",
                "成形与镀锌的能源|Energy of forming and galvanising",
                "出厂包装|Packaging at the gate",
            ],
            [
                "用户安装后的使用|Use after installation",
                "报废回收|Scrapping and recycling",
                "销售人员差旅|Travel of sales staff",
                "产品运输到用户|Transport to the customer",
            ],
        )
        documents = (
            Document(
                "任务",
                (
                    f"{chance.name('金属制品')}生产镀锌支架，单件净重 {mass} kg。声明单位为1件出厂支架，"
                    "系统边界从摇篮到大门。",
                    "分配：边角料作废料处理，不分担环境负荷。",
                ),
            ),
            table(
                "2024年生产台账",
                ("项目", "数量", "单位"),
                [
                    ("支架产量", made, "件"),
                    ("冷轧钢卷", text(facts["steel"]), "t"),
                    ("锌锭", text(facts["zinc"]), "t"),
                    ("天然气", text(facts["gas"]), "Nm3"),
                    ("电力", text(facts["power"]), "kWh"),
                    ("瓦楞纸包装", text(facts["paper"]), "t"),
                ],
            ),
            factor_paper(
                [
                    ("冷轧钢卷", facts["f_steel"], "kgCO2e/kg"),
                    ("锌锭", facts["f_zinc"], "kgCO2e/kg"),
                    ("瓦楞纸", facts["f_paper"], "kgCO2e/kg"),
                    ("天然气上游", facts["f_gas"], "kgCO2e/Nm3"),
                ]
            ),
            table(
                "全国电力碳足迹因子",
                ("数据年份", "数值", "单位"),
                [
                    (row["year"], row["value"], row["unit"])
                    for row in tables.find_all("electricity", series="footprint", area="national")
                ],
                "采用2024年数据。",
            ),
            fuels_paper("ndrc-2015", ("natural_gas",), "附表 天然气燃烧"),
        )
        fields = (
            choices("inside", "goal", "系统边界内的过程|Inside the boundary", inside),
            number("steel", "inventory", "单件钢材用量|Steel a piece", "kg", 4, within=0.001),
            number("zinc", "inventory", "单件锌用量|Zinc a piece", "kg", 5, within=0.001),
            number("power", "inventory", "单件用电|Electricity a piece", "kWh", 4, within=0.001),
            number("gas", "inventory", "单件天然气用量|Gas a piece", "Nm3", 4, within=0.001),
            number(
                "i_materials",
                "impact",
                "单件原材料（钢、锌、包装）|Materials a piece",
                "kgCO2e",
                4,
                within=0.002,
                units=("kgCO2e", "gCO2e"),
            ),
            number(
                "i_gas",
                "impact",
                "单件天然气（燃烧和上游）|Gas, burnt and upstream",
                "kgCO2e",
                4,
                within=0.003,
            ),
            number("i_power", "impact", "单件电力|Electricity", "kgCO2e", 4, within=0.002),
            number("total", "report", "单件碳足迹|Footprint of a piece", "kgCO2e", 3, within=0.002),
            number("share", "report", "原材料占比|Share of materials", "%", 1, within=0.005),
        )
        return Drawn(("按声明单位计算单件支架的碳足迹。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("inside", f["inside"])
        steel = way("steel", 1000 * f["steel"] / f["made"])
        zinc = way("zinc", 1000 * f["zinc"] / f["made"])
        power = way("power", f["power"] / f["made"])
        gas = way("gas", f["gas"] / f["made"])
        paper = 1000 * f["paper"] / f["made"]
        burnt = fuel("gbt-32150", "natural_gas", gas / 1e4, "10^4Nm3").value * 1000
        found = computed(
            ("part", 1, "piece"),
            [
                {
                    "id": "making",
                    "output": [{"flow": "part", "amount": "1 piece"}],
                    "input": [
                        {"flow": "steel", "amount": q(steel, "kg"), "name": "materials"},
                        {"flow": "zinc", "amount": q(zinc, "kg"), "name": "materials"},
                        {"flow": "paper", "amount": q(paper, "kg"), "name": "materials"},
                        {"flow": "gas", "amount": q(gas, "Nm3"), "name": "gas"},
                        {"flow": "electricity", "amount": q(power, "kWh"), "name": "power"},
                    ],
                    "emission": [{"gas": "CO2", "amount": q(burnt, "kgCO2"), "name": "gas"}],
                }
            ],
            {
                "steel": (f["f_steel"], "kgCO2e/kg"),
                "zinc": (f["f_zinc"], "kgCO2e/kg"),
                "paper": (f["f_paper"], "kgCO2e/kg"),
                "gas": (f["f_gas"], "kgCO2e/Nm3"),
            },
            electricity=[{"flow": "electricity", "rule": "grid", "year": 2024}],
        )
        sums = found.by("name")
        materials = way("i_materials", sums["materials"])
        i_gas, i_power = way("i_gas", sums["gas"]), way("i_power", sums["power"])
        whole = way("total", materials + i_gas + i_power)
        way("share", 100 * materials / whole)


class TransportAndPackaging(Task):
    """Transport work of three legs with empty returns and packaging that is used again, by functional unit."""

    code = "footprint-transport-and-packaging"
    family = "footprint"
    level = "beginner"
    title = "运输与包装的碳足迹|Footprint of transport and packaging"
    minutes = 30
    clauses = ("5.4.1-b1", "5.2.2-b2", "5.5.4-b1")
    papers = PAPERS
    steps = steps(
        ("goal", GOAL, 16), ("inventory", INVENTORY, 34), ("impact", IMPACT, 30), ("report", REPORT, 20)
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "boxes": chance.randrange(400, 900),
            "net": chance.figure(10, 18, 1),
            "tare": chance.figure(0.9, 2.2, 2),
            "uses": chance.choice((1, 20, 30, 40)),
            "truck": chance.figure(180, 900),
            "rail": chance.figure(600, 1900),
            "van": chance.figure(15, 60),
            "f_truck": chance.figure(0.06, 0.11, 3),
            "f_rail": chance.figure(0.008, 0.02, 4),
            "f_van": chance.figure(0.25, 0.45, 3),
            "f_box": chance.figure(1.6, 2.6, 2),
        }
        documents = (
            Document(
                "任务",
                (
                    f"{chance.name('果业')}每批发运 {facts['boxes']} 箱苹果，每箱净重 {facts['net']} "
                    f"kg，周转箱自重 {facts['tare']} kg，平均使用 {facts['uses']} 次。",
                    "功能单位：销售点1 000 kg苹果。运输按毛重计，铁路、公路因子已含返程空驶。",
                ),
            ),
            table(
                "运输",
                ("区段", "方式", "距离（km）"),
                [
                    ("产地—铁路货场", "重型货车", text(facts["truck"])),
                    ("铁路干线", "铁路", text(facts["rail"])),
                    ("配送中心—门店", "轻型货车", text(facts["van"])),
                ],
            ),
            factor_paper(
                [
                    ("重型货车", facts["f_truck"], "kgCO2e/(t·km)"),
                    ("铁路", facts["f_rail"], "kgCO2e/(t·km)"),
                    ("轻型货车", facts["f_van"], "kgCO2e/(t·km)"),
                    ("塑料周转箱", facts["f_box"], "kgCO2e/kg"),
                ]
            ),
        )
        fields = (
            number("boxes", "goal", "每功能单位箱数|Boxes a functional unit", "箱", 2, within=0.001),
            number("gross", "goal", "每功能单位毛重|Gross mass a functional unit", "kg", 2, within=0.001),
            number("w_truck", "inventory", "公路干线周转量|Work of the lorry", "t·km", 2, within=0.002),
            number("w_rail", "inventory", "铁路周转量|Work of the train", "t·km", 2, within=0.002),
            number("w_van", "inventory", "配送周转量|Work of the van", "t·km", 2, within=0.002),
            number("box", "inventory", "分摊的包装质量|Packaging by its uses", "kg", 3, within=0.002),
            number("i_transport", "impact", "运输|Transport", "kgCO2e", 2, within=0.003),
            number("i_box", "impact", "包装|Packaging", "kgCO2e", 3, within=0.003),
            number("total", "report", "每功能单位合计|Total a functional unit", "kgCO2e", 2, within=0.003),
            number(
                "saving",
                "report",
                "铁路改为重型货车会增加|By lorry instead of rail, more by",
                "kgCO2e",
                2,
                within=0.003,
            ),
        )
        return Drawn(("计算每功能单位的运输和包装碳足迹。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        boxes = way("boxes", 1000 / f["net"])
        gross = way("gross", 1000 + boxes * f["tare"])
        works = {name: way(f"w_{name}", gross / 1000 * f[name]) for name in ("truck", "rail", "van")}
        box = way("box", boxes * f["tare"] / f["uses"])
        found = computed(
            ("apples", 1000, "kg"),
            [
                {
                    "id": "way",
                    "output": [{"flow": "apples", "amount": "1000 kg"}],
                    "input": [
                        *(
                            {"flow": name, "name": "transport", "amount": q(work, "t·km")}
                            for name, work in works.items()
                        ),
                        {"flow": "box", "name": "packaging", "amount": q(box, "kg")},
                    ],
                }
            ],
            {**{name: (f[f"f_{name}"], "kgCO2e/(t·km)") for name in works}, "box": (f["f_box"], "kgCO2e/kg")},
        ).by("name")
        transport, packaging = way("i_transport", found["transport"]), way("i_box", found["packaging"])
        way("total", transport + packaging)
        way("saving", works["rail"] * (f["f_truck"] - f["f_rail"]))


class ElectricityRule(Task):
    """Own solar power, a supplier's contract with certificates, the grid: the rule, the factors, the mix."""

    code = "footprint-electricity-rule"
    family = "footprint"
    level = "beginner"
    title = "产品碳足迹的电力建模|Electricity in a product footprint"
    minutes = 30
    clauses = ("5.2.2-b1", "5.2.2-b2", "5.5.3-b1", "5.4.1-b1")
    papers = PAPERS
    steps = steps(
        ("rule", "电力规则|The rule", 8),
        ("inventory", INVENTORY, 34),
        ("factors", FACTORS, 6),
        ("impact", IMPACT, 30),
        ("report", REPORT, 22),
    )

    def draw(self, chance: Chance) -> Drawn:
        used = chance.figure(600000, 1500000)
        facts: dict[str, Any] = {
            "used": used,
            "solar": chance.figure(0.10, 0.2, 3) * used // 1,
            "sold": chance.figure(5000, 30000),
            "contract": chance.figure(0.15, 0.3, 3) * used // 1,
            "certified": chance.figure(0.55, 0.9, 2),
            "output": chance.figure(40000, 90000),
            "f_solar": chance.figure(0.03, 0.06, 4),
            "f_wind": chance.figure(0.015, 0.03, 4),
        }
        facts["contract"] = int(facts["contract"])
        options, facts["rule"] = lettered(
            chance,
            "自发自用优先，其次有凭证的供应商电力，其余用电网因子|Own power first, then the "
            "supplier's with certificates, the grid for the rest",
            [
                "全部用电网平均因子|The grid average for everything",
                "绿电合同无须凭证即可计零|Green contracts count as nought without certificates",
                "用省级电网排放因子（组织核算口径）|The provincial factor for organisations",
                "按价格高低确定|By price",
            ],
        )
        certified = int(facts["contract"] * facts["certified"])
        facts["covered"] = certified
        documents = (
            Document(
                "情况",
                (
                    f"{chance.name('电池')}全年用电 {text(used)} kWh。屋顶光伏发电 "
                    f"{text(facts['solar'])} kWh，其中 {text(facts['sold'])} kWh "
                    "上网出售且绿证一并出售。",
                    f"与风电企业签订 {facts['contract']} kWh 直购合同，本年取得并注销绿证 {certified} "
                    "kWh，其余未取得凭证。",
                ),
            ),
            table(
                "因子",
                ("电力", "数值", "单位", "口径"),
                [
                    ("屋顶光伏", facts["f_solar"], "kgCO2e/kWh", "生命周期（教学虚构）"),
                    ("合同风电", facts["f_wind"], "kgCO2e/kWh", "生命周期（教学虚构）"),
                    ("全国电网", "0.5777", "kgCO2e/kWh", "2024年电力碳足迹因子"),
                    ("全国电网", "0.5306", "kgCO2/kWh", "2023年平均二氧化碳因子（组织核算）"),
                ],
            ),
            table("产量", ("产品", "产量（件）"), [("电池模组", text(facts["output"]))]),
        )
        fields = (
            choice("rule", "rule", "产品碳足迹的电力规则|Rule for electricity in a footprint", options),
            number("own", "inventory", "计为自发自用的电量|Counted as own", "kWh", 0, within=1e-5),
            number(
                "supplier",
                "inventory",
                "计为供应商特定电力的电量|Counted as the supplier's",
                "kWh",
                0,
                within=1e-5,
            ),
            number("grid", "inventory", "按电网计的电量|Counted as grid", "kWh", 0, within=1e-5),
            number(
                "factor", "factors", "电网部分采用的因子|Factor of the grid part", "kgCO2e/kWh", 4, within=0.0
            ),
            number(
                "emission",
                "impact",
                "全年用电碳足迹|Footprint of the electricity",
                "kgCO2e",
                0,
                within=0.001,
                units=("kgCO2e", "tCO2e"),
            ),
            number("mean", "impact", "加权平均因子|Weighted factor", "kgCO2e/kWh", 4, within=0.002),
            number("unit", "report", "单件产品电力碳足迹|Electricity a piece", "kgCO2e", 3, within=0.002),
            number("more", "report", "若全部按电网计将高出|All by grid: more by", "%", 1, within=0.01),
        )
        return Drawn(("按产品碳足迹的电力规则建模，计算单件产品的电力碳足迹。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("rule", f["rule"])
        own = way("own", f["solar"] - f["sold"])
        supplier = way("supplier", f["covered"])
        grid = way("grid", f["used"] - own - supplier)
        factor = way("factor", 0.5777)
        found = computed(
            ("year", 1, "piece"),
            [
                {
                    "id": "plant",
                    "output": [{"flow": "year", "amount": "1 piece"}],
                    "input": [
                        {"flow": name, "amount": q(amount, "kWh")}
                        for name, amount in (("solar", own), ("wind", supplier), ("grid", grid))
                    ],
                }
            ],
            {},
            electricity=[
                {"flow": "solar", "rule": "own", "value": q(f["f_solar"], "kgCO2e/kWh")},
                {
                    "flow": "wind",
                    "rule": "supplier",
                    "value": q(f["f_wind"], "kgCO2e/kWh"),
                    "instrument": "certificates",
                },
                {"flow": "grid", "rule": "grid", "year": 2024},
            ],
        )
        engine = found.by("flow")
        emission = way("emission", engine["solar"] + engine["wind"] + engine["grid"] * factor / 0.5777)
        way("mean", emission / f["used"])
        way("unit", emission / f["output"])
        way("more", 100 * (f["used"] * factor / emission - 1))
