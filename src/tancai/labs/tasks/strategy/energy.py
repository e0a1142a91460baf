"""Energy: main equipment, abatement cost, monitoring data, capture at a steel works, storage."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon import tables
from tancai.labs.tasks.accounting.common import ANALYSE, COLLECT, lettered, steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.plant import fuel, fuels_paper, total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, grid, number, table

PAPERS = ("001 节能减排策略",)


class MainEquipment(Task):
    """A boiler, a motor, an air compressor: efficiency as found, saving of the measure, emission avoided, payback."""

    code = "strategy-main-equipment"
    family = "strategy"
    level = "beginner"
    title = "主要用能设备节能评估|Energy assessment of main equipment"
    minutes = 35
    clauses = (*COLLECT, *ANALYSE)
    papers = PAPERS
    steps = steps(
        ("boiler", "锅炉|Boiler", 35),
        ("motor", "电机系统|Motor", 30),
        ("air", "空压机|Air compressor", 20),
        ("rank", "评估结论|Conclusion", 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        gas = chance.figure(120, 320, 2)
        facts: dict[str, Any] = {
            "gas": gas,
            "steam": round(gas * 389.31 * chance.figure(0.80, 0.86, 4) / 2.6, 1),
            "gain": 2.6,
            "target": chance.figure(92, 95, 1),
            "power": chance.choice((90, 110, 132, 160)),
            "hours": chance.randrange(5200, 7800),
            "load": chance.figure(0.62, 0.8, 2),
            "old": chance.figure(91, 93, 1),
            "new": chance.figure(95.2, 96.5, 1),
            "air": chance.randrange(30, 60),
            "specific": (chance.figure(0.115, 0.13, 4), chance.figure(0.095, 0.105, 4)),
            "cost": (
                chance.randrange(20, 60) * 10000,
                chance.randrange(4, 12) * 10000,
                chance.randrange(10, 30) * 10000,
            ),
            "p_gas": chance.figure(3.2, 4.0, 2),
            "p_power": chance.figure(0.62, 0.78, 3),
        }
        documents = (
            table(
                "现场测试",
                ("设备", "数据"),
                [
                    (
                        "燃气锅炉",
                        f"年用天然气 {gas}×10⁴Nm³，产汽 {facts['steam']} t（焓增 {facts['gain']} GJ/t）；"
                        f"冷凝改造后热效率 {facts['target']} %",
                    ),
                    (
                        "风机电机",
                        f"{facts['power']} kW，年运行 {facts['hours']} h，平均负载率 {facts['load']}；效率 "
                        f"{facts['old']} % → 更换后 {facts['new']} %",
                    ),
                    (
                        "空压站",
                        f"平均产气 {facts['air']} m³/min，年运行 {facts['hours']} h；比功率 "
                        f"{facts['specific'][0]} → {facts['specific'][1]} kWh/m³",
                    ),
                ],
            ),
            table(
                "经济",
                ("项目", "数值"),
                [
                    ("改造投资（锅炉/电机/空压机，元）", " / ".join(map(str, facts["cost"]))),
                    ("天然气价格", f"{facts['p_gas']} 元/Nm³"),
                    ("电价", f"{facts['p_power']} 元/kWh"),
                ],
                "电力因子取全国2023年平均 0.5306 kgCO2/kWh；天然气用缺省值。",
            ),
            fuels_paper("ndrc-2015", ("natural_gas",)),
        )
        fields = (
            number(
                "efficiency", "boiler", "锅炉热效率（改造前）|Boiler efficiency, before", "%", 2, within=0.002
            ),
            number("gas_saved", "boiler", "年节约天然气|Gas saved a year", "10^4Nm3", 2, within=0.005),
            number("co2_gas", "boiler", "锅炉改造年减排|Avoided by the boiler", "tCO2", 1, within=0.005),
            number("kwh", "motor", "电机年节电|Saved by the motor", "kWh", 0, within=0.005),
            number("co2_motor", "motor", "电机年减排|Avoided by the motor", "tCO2", 2, within=0.005),
            number("kwh_air", "air", "空压机年节电|Saved by the compressor", "kWh", 0, within=0.005),
            number("payback", "rank", "锅炉改造静态回收期|Payback of the boiler", "a", 2, within=0.005),
            choice(
                "first",
                "rank",
                "回收期最短的改造|Shortest payback",
                {"boiler": "锅炉冷凝改造|Boiler", "motor": "更换电机|Motor", "air": "空压机改造|Compressor"},
                weight=0.5,
            ),
        )
        return Drawn(("评估三项设备改造的节能量、减排量和回收期。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        heat = f["gas"] * 389.31
        efficiency = way("efficiency", 100 * f["steam"] * f["gain"] / heat)
        saved = way("gas_saved", f["gas"] * (1 - efficiency / f["target"]))
        way(
            "co2_gas", fuel("gbt-32150", "natural_gas", abs(saved), "10^4Nm3").value * math.copysign(1, saved)
        )
        kwh = way("kwh", f["power"] * f["load"] * f["hours"] * (100 / f["old"] - 100 / f["new"]))
        way("co2_motor", kwh * 0.5306 / 1000)
        air = way("kwh_air", f["air"] * 60 * f["hours"] * (f["specific"][0] - f["specific"][1]))
        boiler = way("payback", f["cost"][0] / (saved * 1e4 * f["p_gas"]))
        years = {
            "boiler": boiler,
            "motor": f["cost"][1] / (kwh * f["p_power"]),
            "air": f["cost"][2] / (air * f["p_power"]),
        }
        way("first", min(years, key=lambda name: years[name]))


class AbatementCost(Task):
    """Five measures: yearly cost, tonnes, cost a tonne, their sequence, what a goal takes: a marginal cost curve."""

    code = "strategy-abatement-cost"
    family = "strategy"
    level = "advanced"
    title = "减排成本曲线与路径|Marginal abatement cost and a path"
    minutes = 50
    clauses = ("5.1.1-b2", "5.1.1-b3", "5.3.1-b2", "5.4.1-b2", *ANALYSE)
    papers = PAPERS
    steps = steps(
        ("annual", "年化成本|Yearly cost", 40),
        ("unit", "单位减排成本|Cost a tonne", 30),
        ("path", "减排路径|Path", 30),
    )

    def draw(self, chance: Chance) -> Drawn:
        names = ("余热发电", "屋顶光伏", "电机变频", "燃煤改气", "绿电采购")
        measures = []
        for name, invest, life, saving, tonnes in zip(
            names,
            (
                chance.randrange(1800, 2600),
                chance.randrange(900, 1500),
                chance.randrange(150, 300),
                chance.randrange(600, 1100),
                0,
            ),
            (15, 20, 10, 15, 1),
            (
                chance.randrange(330, 460),
                chance.randrange(120, 190),
                chance.randrange(60, 110),
                -chance.randrange(300, 520),
                -chance.randrange(40, 90),
            ),
            (
                chance.randrange(5200, 8200),
                chance.randrange(1600, 2600),
                chance.randrange(500, 900),
                chance.randrange(7000, 11000),
                chance.randrange(3500, 6500),
            ),
            strict=True,
        ):
            measures.append((name, invest, life, saving, tonnes))
        facts: dict[str, Any] = {
            "measures": measures,
            "rate": chance.choice((6.0, 8.0)),
            "target": chance.figure(0.5, 0.72, 2),
            "price": chance.figure(70, 95, 1),
        }
        whole = sum(m[4] for m in measures)
        facts["goal"] = int(whole * facts["target"])
        documents = (
            table(
                "备选措施",
                ("措施", "投资（万元）", "寿命（a）", "年净节支（万元，负为增支）", "年减排（tCO2）"),
                measures,
                f"贴现率 {facts['rate']:g} %。年化成本＝投资×资本回收系数−年净节支；"
                "资本回收系数＝r/(1−(1+r)^−n)；寿命1年且无投资的取0。",
            ),
            Document(
                "目标",
                (
                    f"减排目标 {facts['goal']} tCO2/a，按单位成本由低到高整项采用，直至达到目标。"
                    f"配额价格 {facts['price']} 元/t。",
                ),
            ),
        )
        labels = {f"m{k}": f"{m[0]}|Measure {k + 1}" for k, m in enumerate(measures)}
        fields = (
            *grid(
                "y",
                "annual",
                "年化成本|Yearly cost",
                labels,
                [("cost", "年化成本|Yearly cost", "万元", 2)],
                within=0.005,
            ),
            *grid(
                "u",
                "unit",
                "单位减排成本|Cost a tonne",
                labels,
                [("unit", "单位成本|Cost a tonne", "元/t", 1)],
                within=0.01,
            ),
            choices("chosen", "path", "达到目标采用的措施|Measures adopted", labels, weight=0.6),
            number("reached", "path", "合计减排|Avoided in all", "tCO2", 0, within=0.001, weight=0.7),
            number("cost", "path", "采用措施的年化总成本|Their yearly cost", "万元", 2, within=0.01),
            number(
                "marginal",
                "path",
                "边际（最后一项）单位成本|Marginal cost a tonne",
                "元/t",
                1,
                within=0.01,
                weight=0.7,
            ),
        )
        return Drawn(
            ("计算各措施的单位减排成本，排出成本曲线，确定达到目标的组合。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        r = f["rate"] / 100
        units, costs = {}, {}
        for k, (_, invest, life, saving, tonnes) in enumerate(f["measures"]):
            recovery = r / (1 - (1 + r) ** -life) if invest else 0.0
            costs[f"m{k}"] = way(f"m{k}.cost", invest * recovery - saving)
            units[f"m{k}"] = way(f"m{k}.unit", costs[f"m{k}"] * 1e4 / tonnes)
        chosen, reached = [], 0
        for name in sorted(units, key=lambda one: units[one]):
            if reached >= f["goal"]:
                break
            chosen.append(name)
            reached += f["measures"][int(name[1:])][4]
        own = way("chosen", chosen)
        way("reached", float(sum(f["measures"][int(name[1:])][4] for name in own)))
        way("cost", total(costs[name] for name in own))
        way("marginal", max(units[name] for name in own))


class MonitoringData(Task):
    """A day of a flue-gas monitor: invalid hours, substitution, flow and concentration to tonnes, against the fuel."""

    code = "strategy-monitoring-data"
    family = "strategy"
    level = "intermediate"
    title = "碳排放监测数据采集、清洗与校核|Monitoring data: cleaning and checking"
    minutes = 40
    clauses = ("5.2.1-b1", "5.3.1-b2", "5.4.1-b2", *ANALYSE)
    papers = ("003 监测数据",)
    steps = steps(
        ("clean", "数据清洗|Cleaning", 12),
        ("fill", "替代值|Substitution", 34),
        ("sum", "排放量|Emission", 34),
        ("check", "与核算校核|Against accounting", 20),
    )

    def draw(self, chance: Chance) -> Drawn:
        concentration = [chance.near(11.2, 0.05, 2) for _ in range(12)]
        flow = [chance.near(620, 0.06, 1) for _ in range(12)]
        bad = sorted(chance.sample(range(1, 11), 3))
        kinds = chance.mixed([0.0, 25.0, -9.99])
        for k, value in zip(bad, kinds, strict=True):
            concentration[k] = value
        facts: dict[str, Any] = {
            "c": concentration,
            "q": flow,
            "bad": bad,
            "coal": chance.figure(260, 300, 2),
            "carbon": chance.figure(0.50, 0.56, 4),
        }
        documents = (
            table(
                "烟气监测（2小时均值）",
                ("时段", "CO2体积浓度（%）", "标态干烟气流量（10³Nm³/h）"),
                [(f"T{k}", c, q) for k, (c, q) in enumerate(zip(concentration, flow, strict=True), 1)],
                "浓度有效范围 5 %～20 %；无效时段的浓度以全日有效时段均值替代，流量均有效。CO2标态密度 1.977 kg/Nm³。",
            ),
            Document(
                "核算数据",
                (
                    f"当日入炉煤 {facts['coal']} t，收到基元素碳 {facts['carbon']} tC/t，氧化率99 %。"
                    "监测与核算相差超过5 %应查找原因。",
                ),
            ),
        )
        labels = {f"t{k}": f"T{k}" for k in range(1, 13)}
        options, facts["next"] = lettered(
            chance,
            "核对流量计标定和烟道截面，说明差异|Check the flow meter and the duct, explain the gap",
            [
                "以较小者为准|The smaller one counts",
                "删除监测数据|Delete the monitored data",
                "改用下一日数据|Take the next day's data",
                "将两者平均后上报|Report the mean of both",
            ],
        )
        fields = (
            choices("bad", "clean", "无效时段|Invalid periods", labels),
            number("mean", "fill", "有效浓度均值|Mean of valid readings", "%", 3, within=0.001),
            number("share", "fill", "数据有效率|Share of valid data", "%", 1, within=0.002),
            number("volume", "sum", "全日CO2体积|CO2 of the day", "10^4Nm3", 3, within=0.003),
            number(
                "mass",
                "sum",
                "全日CO2排放（监测）|CO2 of the day, monitored",
                "tCO2",
                2,
                within=0.003,
                units=("tCO2", "kgCO2"),
            ),
            number(
                "account", "check", "全日CO2排放（核算）|CO2 of the day, by fuel", "tCO2", 2, within=0.003
            ),
            number("gap", "check", "监测较核算高（低为负）|Monitored above accounted", "%", 2, within=0.02),
            choice("next", "check", "偏差超限时的正确做法|What to do with a large gap", options, weight=0.4),
        )
        return Drawn(("清洗监测数据，计算排放量并与核算结果校核。每个时段2小时。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        bad = way("bad", {f"t{k + 1}" for k in f["bad"]})
        valid = [c for k, c in enumerate(f["c"]) if f"t{k + 1}" not in bad]
        mean = way("mean", total(valid) / len(valid))
        way("share", 100 * len(valid) / 12)
        used = [mean if f"t{k + 1}" in bad else c for k, c in enumerate(f["c"])]
        volume = way("volume", total(c / 100 * q * 1000 * 2 for c, q in zip(used, f["q"], strict=True)) / 1e4)
        mass = way("mass", volume * 1e4 * 1.977 / 1000)
        account = way("account", f["coal"] * f["carbon"] * 0.99 * 44 / 12)
        way("gap", 100 * (mass / account - 1))
        way("next", f["next"])


class CaptureAtSteelWorks(Task):
    """Capture of furnace gas: tonnes caught, energy for it, net avoided, cost a tonne, what the store takes."""

    code = "strategy-capture-at-steel-works"
    family = "strategy"
    level = "advanced"
    title = "钢铁企业碳捕集与封存方案评估|Carbon capture and storage at a steel works"
    minutes = 45
    clauses = ("5.5.2-b3", "5.5.2-b2", "5.1.1-b2")
    papers = ("003 钢铁碳管理工程师",)
    steps = steps(
        ("gas", "捕集量|Caught", 30),
        ("energy", "能耗与净减排|Energy and net effect", 36),
        ("cost", "成本|Cost", 24),
        ("store", "封存|Storage", 10),
    )

    def draw(self, chance: Chance) -> Drawn:
        row = tables.named("fuels", "blast_furnace_gas", "fuel", set="cets-steel-2024")
        assert row is not None
        facts: dict[str, Any] = {
            "gas": chance.figure(180000, 420000, 1),
            "ncv": row.number("ncv"),
            "carbon": row.number("carbon"),
            "rate": chance.figure(85, 92, 1),
            "heat": chance.figure(2.6, 3.4, 2),
            "power": chance.figure(110, 160, 0),
            "f_power": 0.5306,
            "invest": chance.randrange(30, 70) * 1000,
            "running": chance.figure(120, 190, 1),
            "freight": chance.figure(45, 90, 1),
            "life": 20,
            "interest": chance.choice((6.0, 8.0)),
            "store": chance.figure(18, 45, 1),
        }
        documents = (
            Document(
                "方案",
                (
                    f"对年 {text(facts['gas'], 1)}×10⁴Nm³ 高炉煤气燃烧后的烟气捕集CO2，捕集率 {facts['rate']} %。",
                    f"高炉煤气 {facts['ncv']} GJ/10⁴Nm³、{facts['carbon']} tC/TJ（不乘氧化率）。",
                    f"再生热耗 {facts['heat']} GJ/tCO2，由余热锅炉补燃供热，供热因子0.11 tCO2/GJ；"
                    f"压缩电耗 {text(facts['power'])} kWh/tCO2，电力因子0.5306 tCO2/MWh。",
                    f"投资 {facts['invest']} 万元，寿命{facts['life']}年，贴现率 {facts['interest']:g} "
                    f"%；运行费 {facts['running']} 元/t捕集，输送封存 {facts['freight']} 元/t捕集。"
                    f"封存场容量 {facts['store']} Mt。",
                ),
            ),
        )
        fields = (
            number("source", "gas", "煤气燃烧CO2|CO2 of the gas", "tCO2", 0, within=0.001),
            number("caught", "gas", "年捕集量|Caught a year", "tCO2", 0, within=0.001),
            number("heat", "energy", "再生供热排放|Emission of regeneration heat", "tCO2", 0, within=0.002),
            number("power", "energy", "压缩用电排放|Emission of compression", "tCO2", 0, within=0.002),
            number("net", "energy", "年净减排|Net avoided a year", "tCO2", 0, within=0.002),
            number("annuity", "cost", "年化投资|Yearly capital cost", "万元", 1, within=0.003),
            number("unit", "cost", "单位净减排成本|Cost a tonne avoided", "元/t", 1, within=0.005),
            number("years", "store", "封存场可用年限|Years of storage", "a", 1, within=0.005),
        )
        return Drawn(("评估捕集方案的净减排和成本。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        source = way("source", f["gas"] * f["ncv"] * f["carbon"] / 1000 * 44 / 12)
        caught = way("caught", source * f["rate"] / 100)
        heat = way("heat", caught * f["heat"] * 0.11)
        power = way("power", caught * f["power"] / 1000 * f["f_power"])
        net = way("net", caught - heat - power)
        r = f["interest"] / 100
        annuity = way("annuity", f["invest"] * r / (1 - (1 + r) ** -f["life"]))
        way("unit", (annuity * 1e4 + caught * (f["running"] + f["freight"])) / net)
        way("years", f["store"] * 1e6 / caught)
