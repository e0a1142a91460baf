"""Management: suppliers, procurement, a project plan, a company's carbon assets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.labs.tasks.accounting.common import coded, steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.plant import total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, grid, number, table

MANAGE = ("5.2.1-b4", "5.2.2-b3", "5.5.1-b3", "5.5.2-b4", "5.5.3-b4", "5.5.4-b4")


class SupplierAssessment(Task):
    """Four suppliers by carbon, data and price: normalised, weighted, ranked; what the chain emits with each."""

    code = "strategy-supplier-assessment"
    family = "strategy"
    level = "beginner"
    title = "低碳供应商评估|Assessing suppliers for carbon"
    minutes = 35
    clauses = ("5.4.1-b1", "5.4.1-b2", "5.5.1-b2")
    papers = ("003 低碳供应链管理工程师",)
    steps = steps(
        ("carbon", "采购碳排放|Carbon bought", 36),
        ("score", "评分|Scores", 44),
        ("choose", "结论|Conclusion", 20),
    )

    def draw(self, chance: Chance) -> Drawn:
        names = ("甲", "乙", "丙", "丁")
        facts: dict[str, Any] = {
            "names": names,
            "need": chance.figure(800, 2400, 0),
            "mass": [chance.figure(1.6, 2.6, 2) for _ in names],
            "km": [chance.randrange(80, 1600) for _ in names],
            "price": [chance.randrange(52, 68) * 100 for _ in names],
            "data": [chance.randrange(50, 98) for _ in names],
            "f": chance.figure(0.06, 0.1, 3),
            "weights": chance.choice(((0.5, 0.2, 0.3), (0.4, 0.3, 0.3), (0.6, 0.1, 0.3))),
        }
        documents = (
            table(
                "供应商",
                ("供应商", "产品碳足迹（tCO2e/t）", "运距（km）", "单价（元/t）", "数据质量（分）"),
                [
                    (n, facts["mass"][k], facts["km"][k], facts["price"][k], facts["data"][k])
                    for k, n in enumerate(names)
                ],
                f"年采购 {text(facts['need'])} t；公路运输 {facts['f']} kgCO2e/(t·km)。",
            ),
            Document(
                "评分",
                (
                    "碳得分＝100×最低单位碳排放/本家单位碳排放；价格得分＝100×最低单价/本家单价；数据得分按表。",
                    "权重：碳 {}，数据 {}，价格 {}。".format(*facts["weights"]),
                ),
            ),
        )
        labels = {f"s{k}": f"{n}|Supplier {k + 1}" for k, n in enumerate(names)}
        fields = (
            *grid(
                "c",
                "carbon",
                "到厂单位碳排放|Delivered, a tonne",
                labels,
                [("carbon", "碳排放|Carbon", "tCO2e/t", 4)],
                within=0.002,
            ),
            *grid(
                "t",
                "score",
                "加权得分|Weighted score",
                labels,
                [("score", "得分|Score", "分", 2)],
                within=0.003,
            ),
            choice("best", "choose", "得分最高的供应商|Best supplier", labels, weight=0.6),
            number(
                "saved",
                "choose",
                "与碳排放最高者相比年减排|Avoided against the worst",
                "tCO2e",
                1,
                within=0.005,
            ),
        )
        return Drawn(("评估四家供应商并给出推荐。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        carbon = [way(f"s{k}.carbon", f["mass"][k] + f["km"][k] * f["f"] / 1000) for k in range(4)]
        a, b, c = f["weights"]
        scores = {}
        for k in range(4):
            value = (
                a * 100 * min(carbon) / carbon[k]
                + b * f["data"][k]
                + c * 100 * min(f["price"]) / f["price"][k]
            )
            scores[f"s{k}"] = way(f"s{k}.score", value)
        best = way("best", max(scores, key=lambda name: scores[name]))
        way("saved", f["need"] * (max(carbon) - carbon[int(best[1:])]))


class ProcurementFile(Task):
    """A tender for low-carbon parts: what the contract must hold, bids put right for carbon, the bonus and the fine."""

    code = "strategy-procurement-file"
    family = "strategy"
    level = "intermediate"
    title = "低碳采购文件与合同条款|A low-carbon tender and its contract"
    minutes = 35
    clauses = ("5.4.1-b3", "5.4.1-b2")
    papers = ("003 低碳供应链管理工程师",)
    steps = steps(
        ("terms", "招标条款|Terms", 14),
        ("bids", "评标价|Evaluated prices", 42),
        ("contract", "合同奖罚|Bonus and fine", 44),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "bids": [
                (n, chance.randrange(420, 520) * 10, chance.figure(320, 620, 1), chance.randrange(94, 101))
                for n in "甲乙丙"
            ],
            "carbon": chance.choice((80, 100, 120, 150)),
            "need": chance.randrange(20, 80),
            "cap": 10,
            "bonus": chance.choice((30, 40, 50)),
            "fine": chance.choice((60, 80, 100)),
        }
        carbons = sorted(c for _, _, c, _ in facts["bids"])
        facts["limit"] = round((carbons[1] + carbons[2]) / 2)  # the dirtiest bid is out
        facts["real"] = [chance.near(c, 0.12, 1) for _, _, c, _ in facts["bids"]]
        options, facts["terms"] = coded(
            chance,
            [
                "碳足迹的功能单位、系统边界和核查要求|Functional unit, boundary and verification",
                "数据更新频次和原始记录的查阅权|Updates of data and access to records",
                "超出承诺值的违约责任和计算方法|Liability above the promise, and how it is computed",
                "碳数据造假的合同解除权|Right to end the contract on forged data",
            ],
            [
                "要求披露供方全部客户名单|Supplier's whole list of customers",
                "以供方注册地限定投标人|Bidders limited by place of registration",
                "碳足迹由供方自行声明即可、不得核查|Supplier's own claim, no verification",
                "承诺零排放方可投标|Only bidders who promise zero emissions",
            ],
        )
        documents = (
            table(
                "投标（元/件、kgCO2e/件）",
                ("投标人", "报价", "承诺碳足迹", "技术得分"),
                facts["bids"],
                f"年采购 {facts['need']} 千件。评标价＝报价＋碳足迹×{facts['carbon']} 元/t。"
                f"碳足迹高于 {facts['limit']} kgCO2e/件的不予评审。",
            ),
            Document(
                "合同",
                (
                    f"按交货批次核算：实际碳足迹每低于承诺值1 kgCO2e/件，奖励 {facts['bonus']} "
                    f"元/tCO2e；每高出，罚 {facts['fine']} 元/tCO2e，罚款以年合同额的 {facts['cap']} % "
                    "为限。",
                    "中标为评标价最低者。",
                ),
            ),
            table(
                "交货核算（年均，kgCO2e/件）",
                ("投标人", "若中标，实际碳足迹"),
                [(n, facts["real"][k]) for k, (n, *_) in enumerate(facts["bids"])],
            ),
        )
        labels = {f"b{k}": f"{n}|Bidder {k + 1}" for k, (n, *_) in enumerate(facts["bids"])}
        fields = (
            choices("terms", "terms", "采购文件应写入的条款|Terms for the tender", options),
            *grid(
                "p",
                "bids",
                "评标价|Evaluated price",
                labels,
                [("price", "评标价|Price", "元/件", 3)],
                within=1e-5,
            ),
            choice("won", "bids", "中标人|Winner", {**labels, "none": "流标|None"}, weight=0.5),
            number("sum", "contract", "年合同额|Contract a year", "元", 0, within=1e-5),
            number(
                "gap",
                "contract",
                "年碳排放与承诺之差（高为正）|Carbon above the promise",
                "tCO2e",
                2,
                within=0.005,
            ),
            number(
                "pay", "contract", "奖励（正）或罚款（负）|Bonus (positive) or fine", "元", 0, within=0.005
            ),
        )
        return Drawn(("选定条款，计算评标价并确定中标人，测算合同奖罚。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("terms", f["terms"])
        prices = {}
        for k, (_, price, carbon, _) in enumerate(f["bids"]):
            own = way(f"b{k}.price", price + carbon / 1000 * f["carbon"])
            if carbon <= f["limit"]:
                prices[f"b{k}"] = own
        won = way("won", min(prices, key=lambda name: prices[name]))
        won = won if won in prices else min(prices, key=lambda name: prices[name])
        k = int(won[1:])
        whole = way("sum", f["bids"][k][1] * f["need"] * 1000.0)
        gap = way("gap", (f["real"][k] - f["bids"][k][2]) * f["need"])
        way("pay", max(-gap * f["fine"], -whole * f["cap"] / 100) if gap > 0 else -gap * f["bonus"])


class ProjectPlan(Task):
    """A consulting project: activities, earliest ends, critical path, days of people, budget, earned value."""

    code = "strategy-project-plan"
    family = "strategy"
    level = "intermediate"
    title = "碳管理咨询项目计划与进度控制|Planning and steering a consulting project"
    minutes = 40
    clauses = MANAGE
    papers = ("003 项目管理和执行能力",)
    steps = steps(
        ("network", "网络计划|Network", 38),
        ("budget", "人天与预算|Days and budget", 28),
        ("earned", "进度控制|Earned value", 34),
    )

    def draw(self, chance: Chance) -> Drawn:
        tasks = [
            ("A", "启动与边界确认", chance.randrange(2, 5), "", 2),
            ("B", "数据收集", chance.randrange(6, 12), "A", 3),
            ("C", "现场调研", chance.randrange(3, 8), "A", 2),
            ("D", "排放核算", chance.randrange(4, 8), "B", 2),
            ("E", "减排潜力分析", chance.randrange(4, 9), "C", 2),
            ("F", "报告编制", chance.randrange(3, 6), "D,E", 2),
            ("G", "评审交付", chance.randrange(2, 4), "F", 3),
        ]
        facts: dict[str, Any] = {
            "tasks": tasks,
            "rate": chance.choice((1200, 1500, 1800)),
            "travel": chance.randrange(8, 20) * 1000,
            "done": (100, chance.choice((60, 70, 80)), chance.choice((50, 100)), 0, 0, 0, 0),
            "spent": 0,
        }
        people = [t[2] * t[4] for t in tasks]
        facts["spent"] = (
            round(
                sum(d * n for d, n in zip(facts["done"], people, strict=True))
                / 100
                * chance.figure(1.02, 1.25, 2)
            )
            * facts["rate"]
        )
        facts["day"] = tasks[0][2] + max(3, tasks[1][2] // 2 + 2)
        documents = (
            table(
                "工作分解",
                ("代号", "工作", "工期（工作日）", "紧前工作", "人数"),
                [(c, n, d, p or "—", m) for c, n, d, p, m in tasks],
                f"人天单价 {facts['rate']} 元；差旅 {facts['travel']} 元，按预算列入总额，不参与挣值。",
            ),
            table(
                f"第{facts['day']}个工作日末进展",
                ("代号", "完成（%）"),
                [(c, done) for (c, *_), done in zip(tasks, facts["done"], strict=True)],
                f"已发生人工费用 {facts['spent']} 元。计划值按最早时间均匀安排。CPI＝EV/AC，SPI＝EV/PV。",
            ),
        )
        labels = {c: f"{c} {n}|Activity {c}" for c, n, *_ in tasks}
        fields = (
            *(
                number(
                    f"end_{c}",
                    "network",
                    f"{c} 最早完成|{c}, earliest end",
                    "工作日",
                    0,
                    within=0.0,
                    table="最早完成时间|Earliest ends",
                    row=labels[c],
                    column="工作日|Working day",
                )
                for c in "BDEG"
            ),
            choices("critical", "network", "关键线路上的工作|Critical activities", labels),
            number("days", "budget", "总人天|Days of people", "人天", 0, within=0.0),
            number("budget", "budget", "项目总预算|Budget", "元", 0, within=1e-6),
            number("pv", "earned", "计划值PV|Planned value", "元", 0, within=0.002),
            number("ev", "earned", "挣值EV|Earned value", "元", 0, within=0.002),
            number("cpi", "earned", "费用绩效CPI|Cost performance", "1", 3, within=0.005),
            number("spi", "earned", "进度绩效SPI|Schedule performance", "1", 3, within=0.005),
        )
        return Drawn(("编制网络计划和预算，评价项目进展。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        ends: dict[str, float] = {}
        starts: dict[str, float] = {}
        for code, _, days, before, _ in f["tasks"]:
            starts[code] = max((ends[one] for one in before.split(",") if one), default=0.0)
            end = starts[code] + days
            ends[code] = way(f"end_{code}", end) if code in "BDEG" else end
        long_side = {"B", "D"} if ends["D"] >= ends["E"] else {"C", "E"}
        way(
            "critical",
            {"A", "F", "G"} | long_side | ({"B", "D", "C", "E"} if ends["D"] == ends["E"] else set()),
        )
        people = {code: days * count for code, _, days, _, count in f["tasks"]}
        days_of_people = way("days", float(sum(people.values())))
        way("budget", days_of_people * f["rate"] + f["travel"])
        planned = total(
            people[code] * min(1.0, max(0.0, (f["day"] - starts[code]) / days))
            for code, _, days, _, _ in f["tasks"]
        )
        pv = way("pv", planned * f["rate"])
        ev = way(
            "ev",
            total(people[code] * done / 100 for (code, *_), done in zip(f["tasks"], f["done"], strict=True))
            * f["rate"],
        )
        way("cpi", ev / f["spent"])
        way("spi", ev / pv)


class CarbonAssets(Task):
    """What a group could develop: allowance surplus, credits of a wind farm and of forest, costs, net present value."""

    code = "strategy-carbon-assets"
    family = "strategy"
    level = "advanced"
    title = "企业碳资产开发潜力评估|A company's carbon assets"
    minutes = 45
    clauses = ("5.3.1-b1", "5.3.1-b2", "5.3.1-b3", "5.1.1-b2", "5.1.1-b3")
    papers = ("003 碳排放交易员",)
    steps = steps(
        ("amount", "开发潜力|Potential", 38), ("value", "价值|Value", 38), ("choose", "开发决策|Decision", 24)
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "wind": chance.randrange(50, 200),
            "hours": chance.randrange(2400, 3600),
            "margin": (chance.figure(0.75, 0.95, 4), chance.figure(0.3, 0.5, 4)),
            "weights": (0.75, 0.25),
            "forest": chance.figure(2000, 9000, 0),
            "growth": chance.figure(5, 9, 2),
            "risk": 10.0,
            "allow": (chance.randrange(1200, 2600) * 1000, chance.randrange(1200, 2600) * 1000),
            "p_ccer": chance.figure(60, 85, 2),
            "p_cea": chance.figure(65, 95, 2),
            "cost": (chance.randrange(30, 80) * 10000, chance.randrange(60, 160) * 10000),
            "yearly": (chance.randrange(8, 20) * 10000, chance.randrange(10, 30) * 10000),
            "rate": chance.choice((6.0, 8.0)),
            "years": 10,
        }
        allowance, emission = facts["allow"]
        documents = (
            table(
                "项目",
                ("项目", "参数"),
                [
                    (
                        "海上风电（已并网，可申请CCER）",
                        f"{facts['wind']} MW，年利用 {facts['hours']} h，电量边际因子OM "
                        f"{facts['margin'][0]}、BM {facts['margin'][1]} tCO2/MWh，权重 0.75/0.25",
                    ),
                    (
                        "造林碳汇",
                        f"{text(facts['forest'])} ha，年均清除 {facts['growth']} tCO2/(ha·a)，"
                        f"非持久性风险扣减 {facts['risk']:g} %",
                    ),
                    ("自有机组", f"本年配额 {allowance} t，核查排放 {emission} t"),
                ],
            ),
            table(
                "经济",
                ("项目", "风电CCER", "造林碳汇"),
                [("开发成本（第0年，元）", *facts["cost"]), ("年监测核查费（元）", *facts["yearly"])],
                f"CCER价格 {facts['p_ccer']} 元/t，配额价格 {facts['p_cea']} 元/t，贴现率 "
                f"{facts['rate']:g} %，按{facts['years']}年、年末收支计算。",
            ),
        )
        options = {
            "both": "两个项目都开发|Both",
            "wind": "只开发风电CCER|Wind only",
            "forest": "只开发造林碳汇|Forest only",
            "none": "都不开发|Neither",
        }
        fields = (
            number("factor", "amount", "组合边际因子|Combined margin", "tCO2/MWh", 4, within=0.0005),
            number("wind", "amount", "风电年减排量|Wind, a year", "tCO2", 0, within=0.001),
            number("forest", "amount", "造林年减排量|Forest, a year", "tCO2", 0, within=0.001),
            number("surplus", "amount", "配额盈余（缺口为负）|Allowance surplus", "t", 0, within=0.0),
            number("npv_wind", "value", "风电CCER净现值|Wind, net present value", "万元", 2, within=0.005),
            number(
                "npv_forest", "value", "造林碳汇净现值|Forest, net present value", "万元", 2, within=0.005
            ),
            choice("choose", "choose", "开发决策（净现值为正即开发）|Decision", options, weight=0.5),
            number(
                "first",
                "choose",
                "首年碳资产净收入（含配额盈余或缺口按市价，不含开发成本，两项目均开发）|First year's net income",
                "万元",
                2,
                within=0.005,
            ),
        )
        return Drawn(("评估企业碳资产开发潜力和价值。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        factor = way("factor", total(w * m for w, m in zip(f["weights"], f["margin"], strict=True)))
        wind = way("wind", f["wind"] * f["hours"] * factor)
        forest = way("forest", f["forest"] * f["growth"] * (1 - f["risk"] / 100))
        surplus = way("surplus", float(f["allow"][0] - f["allow"][1]))
        r = f["rate"] / 100
        annuity = (1 - (1 + r) ** -f["years"]) / r
        values = []
        for k, (name, tonnes) in enumerate((("npv_wind", wind), ("npv_forest", forest))):
            values.append(way(name, ((tonnes * f["p_ccer"] - f["yearly"][k]) * annuity - f["cost"][k]) / 1e4))
        good = [value > 0 for value in values]
        way(
            "choose",
            {(True, True): "both", (True, False): "wind", (False, True): "forest"}.get(
                (good[0], good[1]), "none"
            ),
        )
        way("first", ((wind + forest) * f["p_ccer"] - sum(f["yearly"]) + surplus * f["p_cea"]) / 1e4)
