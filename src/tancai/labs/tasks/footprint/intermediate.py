"""Intermediate: co-products by three rules, cut-off and data quality, biogenic and fossil carbon apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.labs.tasks.accounting.common import lettered, steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.footprint.common import (
    FACTORS,
    IMPACT,
    INVENTORY,
    PAPERS,
    REPORT,
    SKILLS,
    computed,
    factor_paper,
)
from tancai.labs.tasks.plant import q, total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, number, table


class CoProducts(Task):
    """One process, two products: shares by mass, energy and price, and what the choice does to the result."""

    code = "footprint-co-products"
    family = "footprint"
    level = "intermediate"
    title = "共生产品的分配|Allocation between co-products"
    minutes = 40
    clauses = SKILLS
    papers = PAPERS
    steps = steps(
        ("burden", INVENTORY, 25),
        ("shares", "分配份额|Shares", 30),
        ("impact", IMPACT, 30),
        ("report", REPORT, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "oil": chance.figure(180, 220, 1),
            "meal": chance.figure(760, 800, 1),
            "p_oil": chance.figure(6.5, 9.5, 2),
            "p_meal": chance.figure(2.6, 4.0, 2),
            "e_oil": chance.figure(36, 38, 1),
            "e_meal": chance.figure(16, 18.5, 1),
            "beans": 1000.0,
            "f_beans": chance.figure(0.4, 0.9, 2),
            "steam": chance.figure(220, 320),
            "f_steam": chance.figure(0.18, 0.28, 3),
            "power": chance.figure(28, 48, 1),
            "f_power": 0.5777,
            "hexane": chance.figure(0.6, 1.4, 2),
            "f_hexane": chance.figure(2.2, 3.4, 2),
        }
        options, facts["first"] = lettered(
            chance,
            "先尝试细分过程或扩展系统以避免分配|Avoid it first by dividing processes or expanding the system",
            [
                "首选按价格分配|By price first",
                "首选按质量分配|By mass first",
                "全部计入主产品|All to the main product",
                "按产量平均分|Evenly by output",
            ],
        )
        documents = (
            table(
                "压榨与浸出（每1 000 kg大豆）",
                ("项目", "数量", "单位"),
                [
                    ("大豆油", facts["oil"], "kg"),
                    ("豆粕", facts["meal"], "kg"),
                    ("蒸汽", text(facts["steam"]), "kg"),
                    ("电力", facts["power"], "kWh"),
                    ("溶剂", facts["hexane"], "kg"),
                ],
            ),
            table(
                "产品性质",
                ("产品", "价格（元/kg）", "热值（MJ/kg）"),
                [("大豆油", facts["p_oil"], facts["e_oil"]), ("豆粕", facts["p_meal"], facts["e_meal"])],
            ),
            factor_paper(
                [
                    ("大豆", facts["f_beans"], "kgCO2e/kg"),
                    ("蒸汽", facts["f_steam"], "kgCO2e/kg"),
                    ("溶剂", facts["f_hexane"], "kgCO2e/kg"),
                    ("电力（2024年全国碳足迹因子）", "0.5777", "kgCO2e/kWh"),
                ]
            ),
        )
        fields = (
            number(
                "burden",
                "burden",
                "每1 000 kg大豆的总负荷|Burden of 1000 kg of beans",
                "kgCO2e",
                2,
                within=0.002,
            ),
            number("beans", "burden", "其中大豆占比|Share of the beans", "%", 1, within=0.005),
            number("mass", "shares", "大豆油份额：质量|Oil's share by mass", "%", 2, within=0.002),
            number("energy", "shares", "大豆油份额：热值|Oil's share by energy", "%", 2, within=0.002),
            number("price", "shares", "大豆油份额：价格|Oil's share by price", "%", 2, within=0.002),
            number("i_mass", "impact", "大豆油碳足迹：质量分配|Oil by mass", "kgCO2e/kg", 3, within=0.003),
            number(
                "i_energy", "impact", "大豆油碳足迹：热值分配|Oil by energy", "kgCO2e/kg", 3, within=0.003
            ),
            number("i_price", "impact", "大豆油碳足迹：经济分配|Oil by price", "kgCO2e/kg", 3, within=0.003),
            number(
                "spread",
                "report",
                "三种方法最大值与最小值之比|Largest to smallest",
                "1",
                2,
                within=0.005,
                weight=2,
            ),
            choice("first", "report", "分配的首要原则|First rule of allocation", options),
        )
        return Drawn(("计算大豆油在三种分配方法下的碳足迹，并说明分配原则。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        burden = way("burden", _press(f, "mass")["burden"])
        way("beans", 100 * f["beans"] * f["f_beans"] / burden)
        results = []
        names = {"mass": "mass", "energy": "energy", "price": "economic"}
        own = {name: way(name, 100 * _press(f, method)["share"]) for name, method in names.items()}
        for name, share in own.items():
            results.append(way(f"i_{name}", burden * share / 100 / f["oil"]))
        way("spread", max(results) / min(results))
        way("first", f["first"])


def _press(f: Mapping[str, Any], method: str) -> dict[str, float]:
    """Burden and the oil's share by the engine."""
    process = {
        "id": "press",
        "allocation": method,
        "allocation_reason": "teaching",
        "output": [
            {
                "flow": "oil",
                "amount": q(f["oil"], "kg"),
                "price": q(f["p_oil"], "CNY/kg"),
                "energy": q(f["e_oil"], "MJ/kg"),
            },
            {
                "flow": "meal",
                "amount": q(f["meal"], "kg"),
                "price": q(f["p_meal"], "CNY/kg"),
                "energy": q(f["e_meal"], "MJ/kg"),
            },
        ],
        "input": [
            {"flow": "beans", "amount": q(f["beans"], "kg")},
            {"flow": "steam", "amount": q(f["steam"], "kg")},
            {"flow": "hexane", "amount": q(f["hexane"], "kg")},
            {"flow": "electricity", "amount": q(f["power"], "kWh")},
        ],
    }
    found = computed(
        ("oil", f["oil"], "kg"),
        [process],
        {name: (f[f"f_{name}"], "kgCO2e/kg") for name in ("beans", "steam", "hexane")},
        electricity=[{"flow": "electricity", "rule": "grid", "year": 2024}],
    )
    share = dict(found.allocated["press"])["oil"]
    return {"share": share, "burden": found.total.value / share}


class CutOffAndQuality(Task):
    """Which small flows may be left out, what the report must say, and a quality score weighted by contribution."""

    code = "footprint-cut-off-and-quality"
    family = "footprint"
    level = "intermediate"
    title = "取舍准则与数据质量评价|Cut-off and data quality"
    minutes = 40
    clauses = (*SKILLS, "5.4.1-b2")
    papers = PAPERS
    steps = steps(
        ("impact", IMPACT, 30),
        ("cut", "取舍|Cut-off", 15),
        ("quality", "数据质量|Data quality", 40),
        ("report", REPORT, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        names = ["resin", "glass", "copper", "paint", "label", "glue", "tape"]
        zh = dict(zip(names, ("树脂", "玻璃纤维", "铜线", "涂料", "标签", "胶黏剂", "胶带"), strict=True))
        amounts = dict(
            zip(
                names,
                (
                    chance.figure(300, 500, 1),
                    chance.figure(200, 320, 1),
                    chance.figure(40, 90, 1),
                    chance.figure(4, 9, 2),
                    chance.figure(0.3, 1.2, 2),
                    chance.figure(0.6, 2.2, 2),
                    chance.figure(0.3, 1.0, 2),
                ),
                strict=True,
            )
        )
        factors = dict(
            zip(
                names,
                (
                    chance.figure(2, 3.2, 2),
                    chance.figure(1.4, 2.4, 2),
                    chance.figure(3, 4.6, 2),
                    chance.figure(2.4, 3.6, 2),
                    chance.figure(1, 2, 2),
                    chance.figure(2, 3, 2),
                    chance.figure(2, 3, 2),
                ),
                strict=True,
            )
        )
        scores = {name: tuple(chance.choice((1, 2, 2, 3, 4)) for _ in range(5)) for name in names}
        facts: dict[str, Any] = {
            "names": names,
            "amounts": amounts,
            "factors": factors,
            "scores": scores,
            "hazard": "glue",
        }
        documents = (
            table(
                "每1 000 kg复合板清单",
                ("流", "用量（kg）", "因子（kgCO2e/kg，教学虚构）", "备注"),
                [(zh[n], text(amounts[n]), factors[n], "危险化学品" if n == "glue" else "") for n in names],
                "取舍准则：单项贡献小于1 %的非危险流可舍去，舍去总量不超过5 %。危险化学品不得舍去。",
            ),
            table(
                "数据质量（1 最好，5 最差）",
                ("流", "时间", "地域", "技术", "可靠性", "完整性"),
                [(zh[n], *scores[n]) for n in names],
                "流的得分为五项平均；总得分按碳足迹贡献加权，舍去的流不计。",
            ),
        )
        fields = (
            number("all", "impact", "全部流的碳足迹|Footprint of all flows", "kgCO2e", 2, within=0.001),
            number("largest", "impact", "最大贡献占比|Largest share", "%", 2, within=0.003),
            number("small", "impact", "最小一项占比|Smallest share", "%", 3, within=0.01),
            choices(
                "cut", "cut", "可以舍去的流|Flows that may be left out", {n: f"{zh[n]}|{n}" for n in names}
            ),
            number("left", "quality", "舍去部分合计占比|Left out in all", "%", 2, within=0.01),
            number(
                "score_first",
                "quality",
                f"{zh['resin']}的数据质量得分|Score of the resin",
                "1",
                2,
                within=0.001,
            ),
            number("score", "quality", "加权数据质量得分|Weighted score", "1", 2, within=0.003, weight=2),
            number("total", "report", "舍去后的碳足迹|Footprint without them", "kgCO2e", 2, within=0.001),
        )
        return Drawn(("按取舍准则确定可舍去的流，评价数据质量。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        sums = _board(f).by("flow")
        whole = way("all", total(sums.values()))
        way("largest", 100 * max(sums.values()) / whole)
        way("small", 100 * min(sums.values()) / whole)
        small = {name for name, value in sums.items() if value / whole < 0.01 and name != f["hazard"]}
        cut = way("cut", small)
        left = total(sums[name] for name in cut)
        way("left", 100 * left / whole)
        way("score_first", sum(f["scores"]["resin"]) / 5)
        kept = {name: value for name, value in sums.items() if name not in cut}
        way(
            "score",
            total(value * sum(f["scores"][name]) / 5 for name, value in kept.items()) / total(kept.values()),
        )
        way("total", whole - left)


def _board(f: Mapping[str, Any]) -> Any:
    return computed(
        ("board", 1000, "kg"),
        [
            {
                "id": "board",
                "output": [{"flow": "board", "amount": "1000 kg"}],
                "input": [{"flow": name, "amount": q(f["amounts"][name], "kg")} for name in f["names"]],
            }
        ],
        {name: (f["factors"][name], "kgCO2e/kg") for name in f["names"]},
    )


class BiogenicCarbon(Task):
    """Paper with uptake, methane of two origins, carbon that stays in the product: what stands in and what beside."""

    code = "footprint-biogenic-carbon"
    family = "footprint"
    level = "intermediate"
    title = "生物成因碳与化石碳分列|Biogenic and fossil carbon apart"
    minutes = 40
    clauses = (*SKILLS, "5.5.4-b2")
    papers = PAPERS
    steps = steps(
        ("inventory", INVENTORY, 25), ("factors", FACTORS, 15), ("impact", IMPACT, 40), ("report", REPORT, 20)
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "dry": chance.figure(900, 1100, 1),
            "carbon": chance.figure(0.42, 0.48, 3),
            "burnt": chance.figure(500, 900, 1),
            "coal": chance.figure(200, 420, 1),
            "ch4_bio": chance.figure(0.8, 2.4, 2),
            "ch4_fossil": chance.figure(0.3, 1.2, 2),
            "n2o": chance.figure(0.02, 0.09, 3),
            "fossil": chance.figure(120, 260, 1),
        }
        documents = (
            Document(
                "任务",
                (
                    "计算1 000 kg纸板从摇篮到大门的碳足迹，按ISO 14067分列化石与生物成因排放和清除。"
                    "采用AR6潜势：化石甲烷29.8，生物成因甲烷27.0，N2O 273。",
                ),
            ),
            table(
                "每1 000 kg纸板",
                ("项目", "数量", "单位"),
                [
                    ("产品绝干质量", facts["dry"], "kg"),
                    ("产品含碳率（绝干）", facts["carbon"], "kgC/kg"),
                    ("黑液燃烧的生物成因CO2", facts["burnt"], "kgCO2"),
                    ("燃煤CO2", facts["coal"], "kgCO2"),
                    ("废水厌氧甲烷（生物成因）", facts["ch4_bio"], "kgCH4"),
                    ("燃煤及开采甲烷（化石）", facts["ch4_fossil"], "kgCH4"),
                    ("N2O", facts["n2o"], "kgN2O"),
                    ("外购化学品和电力", facts["fossil"], "kgCO2e"),
                ],
                "木材生长吸收的CO2等于产品所含碳与黑液燃烧生物成因CO2之和。",
            ),
        )
        options = {
            "in": "计入化石碳足迹|In the fossil result",
            "beside": "单独列示|Stated apart",
            "minus": "从结果中扣减|Deducted",
            "none": "不必报告|Not reported",
        }
        fields = (
            number(
                "stored",
                "inventory",
                "产品所含生物碳（折CO2）|Carbon in the product, as CO2",
                "kgCO2",
                2,
                within=0.002,
            ),
            number("uptake", "inventory", "生长吸收|Uptake", "kgCO2", 2, within=0.002),
            number(
                "gwp_bio", "factors", "生物成因甲烷的GWP|GWP of biogenic methane", "kgCO2e/kg", 1, within=0.0
            ),
            number(
                "gwp_fossil", "factors", "化石甲烷的GWP|GWP of fossil methane", "kgCO2e/kg", 1, within=0.0
            ),
            number("e_fossil", "impact", "化石排放合计|Fossil emissions", "kgCO2e", 2, within=0.002),
            number("e_bio", "impact", "生物成因排放合计|Biogenic emissions", "kgCO2e", 2, within=0.002),
            number(
                "net_bio",
                "impact",
                "生物成因净值（排放减清除）|Biogenic, net of uptake",
                "kgCO2e",
                2,
                within=0.005,
            ),
            number("total", "report", "碳足迹合计|Footprint", "kgCO2e", 2, within=0.003, weight=2),
            choice("beside", "report", "产品所含生物碳应|The carbon stored in the product is", options),
        )
        return Drawn(("分列计算化石和生物成因部分。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        stored = way("stored", f["dry"] * f["carbon"] * 44 / 12)
        uptake = way("uptake", stored + f["burnt"])
        bio, fossil = way("gwp_bio", 27.0), way("gwp_fossil", 29.8)
        engine = _paper(f, uptake).by("origin")
        e_fossil = way("e_fossil", engine["fossil"] + f["ch4_fossil"] * (fossil - 29.8))
        e_bio = way("e_bio", engine["biogenic"] + uptake + f["ch4_bio"] * (bio - 27.0))
        net = way("net_bio", e_bio - uptake)
        way("total", e_fossil + net)
        way("beside", "beside")


def _paper(f: Mapping[str, Any], uptake: float) -> Any:
    emissions = [
        {"gas": "CO2", "amount": q(f["coal"], "kgCO2")},
        {"gas": "CH4", "amount": q(f["ch4_fossil"], "kgCH4")},
        {"gas": "N2O", "amount": q(f["n2o"], "kgN2O")},
        {"gas": "CO2", "origin": "biogenic", "amount": q(f["burnt"], "kgCO2")},
        {"gas": "CH4", "origin": "biogenic", "amount": q(f["ch4_bio"], "kgCH4")},
        {"gas": "CO2", "origin": "biogenic", "amount": q(uptake, "kgCO2"), "removal": True},
    ]
    return computed(
        ("board", 1000, "kg"),
        [
            {
                "id": "mill",
                "output": [{"flow": "board", "amount": "1000 kg"}],
                "emission": emissions,
                "input": [{"flow": "bought", "amount": q(f["fossil"], "kg")}],
            }
        ],
        {"bought": (1.0, "kgCO2e/kg")},
    )
