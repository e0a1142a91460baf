"""Intermediate: the yearly duty with vintages and offsets, carry-over, allocation of a trade by its balance value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tancai.engines.trading.allocation import balance_value, industry
from tancai.engines.trading.compliance import carry_over, penalty, standing
from tancai.labs.tasks.accounting.common import coded, steps
from tancai.labs.tasks.chance import Chance
from tancai.labs.tasks.plant import total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choices, grid, number, table
from tancai.labs.tasks.trading.common import ASSETS, DUTY, MINE, PAPERS, RESULT


class YearlyDuty(Task):
    """Which holdings count for the year, how much may be offset, what is missing, what it costs to buy or not to."""

    code = "trading-yearly-duty"
    family = "trading"
    level = "intermediate"
    title = "年度清缴：年份、抵销与缺口|Surrender of a year: vintages, offsets, gap"
    minutes = 40
    clauses = (*MINE, *ASSETS)
    papers = PAPERS
    steps = steps(
        ("usable", "可用配额|Usable holdings", 28),
        ("offset", "抵销|Offsets", 30),
        ("gap", DUTY, 22),
        ("penalty", "未足额清缴的后果|Cost of a shortfall", 20),
    )

    def draw(self, chance: Chance) -> Drawn:
        due = chance.randrange(900_000, 3_000_000)
        facts: dict[str, Any] = {
            "due": due,
            "CEA22": due * chance.randrange(3, 9) // 1000,
            "CEA23": due * chance.randrange(4, 15) // 1000,
            "CEA24": due * chance.randrange(82, 90) // 100,
            "CEA25": chance.randrange(20_000, 80_000),
            "own": chance.randrange(10_000, 60_000),
            "ccer": due * chance.randrange(5, 9) // 100,
            "price": chance.figure(70, 98, 2),
            "p_ccer": chance.figure(60, 84, 2),
            "average": chance.figure(70, 98, 2),
        }
        documents = (
            Document("情况", (f"某发电企业2024年度应清缴 {due} t，截止日2025-12-31。",)),
            table(
                "登记账户",
                ("品种", "数量（t）", "说明"),
                [
                    ("CEA22", facts["CEA22"], "2022年度配额"),
                    ("CEA23", facts["CEA23"], "2023年度配额"),
                    ("CEA24", facts["CEA24"], "2024年度配额"),
                    ("CEA25", facts["CEA25"], "2025年度预分配"),
                    ("CCER（风电）", facts["ccer"], "非本企业边界内项目"),
                    ("CCER（本企业余热项目）", facts["own"], "纳入配额管理的减排量"),
                ],
            ),
            Document(
                "规则",
                (
                    "可用本年度及以前年度配额清缴，不得预支以后年度配额。CCER抵销不超过应清缴量的5 "
                    "%（向下取整），且不得来自纳入配额管理的减排量。",
                    f"配额市价 {facts['price']} 元/t，CCER市价 {facts['p_ccer']} 元/t；"
                    f"截止日前一月配额均价 {facts['average']} 元/t。未足额清缴按 均价×缺口 "
                    "的5至10倍罚款（条例第二十四条）。",
                ),
            ),
        )
        names = ("CEA22", "CEA23", "CEA24", "CEA25", "ccer", "own")
        labels = {n: n for n in names[:4]} | {
            "ccer": "CCER（风电）|CCER (wind)",
            "own": "CCER（本企业余热）|CCER (own waste heat)",
        }
        fields = (
            choices("usable", "usable", "可用于本年度清缴的品种|What may be surrendered", labels, weight=0.6),
            number("allowances", "usable", "可用配额合计|Usable allowances", "t", 0, within=0.0),
            number("cap", "offset", "抵销上限|Most that may be offset", "t", 0, within=0.0),
            number("offset", "offset", "实际抵销量|Offset used", "t", 0, within=0.0),
            number("saving", "offset", "以CCER代替购买配额节省|Saved by offsets", "元", 0, within=1e-4),
            number("gap", "gap", "配额缺口（盈余为负）|Gap (surplus: negative)", "t", 0, within=0.0),
            number("cost", "gap", "按市价补足缺口的支出|Cost of the gap", "元", 0, within=1e-4),
            number("least", "penalty", "不补足时罚款下限|Least fine", "元", 0, within=1e-4),
            number("most", "penalty", "不补足时罚款上限|Highest fine", "元", 0, within=1e-4),
        )
        return Drawn(
            ("确定可用配额、抵销量和缺口，比较补足与不补足的后果。尽量多用CCER抵销。",),
            documents,
            fields,
            facts,
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        vintages = {n: f[n] for n in ("CEA22", "CEA23", "CEA24", "CEA25")}
        found = standing(2024, f["due"], vintages, f["ccer"])
        usable = {n for n in vintages if n not in found.refused} | {"ccer"}
        own = way("usable", usable)
        allowances = way("allowances", float(sum(vintages[n] for n in own if n in vintages)))
        cap = way("cap", float(found.offset_cap))
        offset = way("offset", float(min(cap, f["ccer"])))
        way("saving", offset * (f["price"] - f["p_ccer"]))
        gap = way("gap", f["due"] - offset - allowances)
        way("cost", max(0.0, gap) * f["price"])
        fine = penalty(2024, max(0, round(gap)), Decimal(str(f["average"])), date(2026, 1, 20))
        way("least", fine.least / 100)
        way("most", fine.most / 100)


class CarryOver(Task):
    """What of the old vintages becomes the new one, what lapses, and what to sell before."""

    code = "trading-carry-over"
    family = "trading"
    level = "intermediate"
    title = "配额结转测算与处置|Carry-over of allowances"
    minutes = 35
    clauses = (*MINE, *ASSETS)
    papers = PAPERS
    steps = steps(
        ("net", "净卖出量|Net sales", 18),
        ("carry", "最大可结转量|Most to carry over", 44),
        ("decide", RESULT, 38),
    )

    def draw(self, chance: Chance) -> Drawn:
        sales = [
            (m, chance.randrange(20, 90) * 100, chance.randrange(0, 45) * 100)
            for m in ("3月", "5月", "7月", "9月", "11月")
        ]
        facts: dict[str, Any] = {
            "trades": sales,
            "price": chance.figure(60, 80, 2),
            "future": chance.figure(70, 95, 2),
            "rate": chance.figure(3, 6, 1),
        }
        net = sum(s - b for _, s, b in sales)
        facts["holding"] = 10_000 + int(net * 1.5) + chance.randrange(6_000, 60_000)
        extra = chance.randrange(2_000, 6_000)
        facts["extra"] = extra
        documents = (
            table("2024及以前年度配额交易（t）", ("月份", "卖出", "买入"), sales),
            Document(
                "规则与市场",
                (
                    f"期末持有2024及以前年度配额 {facts['holding']} t。发电企业最大可结转量＝10 "
                    "000＋净卖出量×1.5（不超过持有量，向下取整），其余在规定日期失效。",
                    f"当前市价 {facts['price']} 元/t；预计一年后结转配额价格 {facts['future']} 元/t，"
                    f"资金成本 {facts['rate']} %。",
                    f"方案：截止前再卖出 {extra} t（会增加净卖出量）。",
                ),
            ),
        )
        fields = (
            number("sold", "net", "卖出合计|Sold", "t", 0, within=0.0),
            number("net", "net", "净卖出量|Net sales", "t", 0, within=0.0),
            number("most", "carry", "最大可结转量|Most to carry over", "t", 0, within=0.0),
            number("carried", "carry", "实际结转量|Carried over", "t", 0, within=0.0, weight=0.6),
            number("lapsed", "carry", "将失效的数量|Lapsing", "t", 0, within=0.0),
            number("lost", "decide", "失效配额的价值|Value lapsing", "元", 0, within=1e-4),
            number("after", "decide", "执行方案后的失效数量|Lapsing after the plan", "t", 0, within=0.0),
            number("gain", "decide", "方案卖出收入|Income of the plan", "元", 0, within=1e-4),
            number(
                "present",
                "decide",
                "一吨结转配额的现值|Present value of a tonne carried",
                "元/t",
                2,
                within=0.001,
            ),
        )
        return Drawn(("测算结转与失效数量，评价截止前再卖出的方案。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        sold = way("sold", float(sum(s for _, s, _ in f["trades"])))
        net = way("net", sold - sum(b for _, _, b in f["trades"]))
        found = carry_over(round(max(net, 0)), 0, f["holding"])
        most = way("most", float(found.most))
        carried = way("carried", min(most, float(f["holding"])))
        lapsed = way("lapsed", f["holding"] - carried)
        way("lost", lapsed * f["price"])
        after = carry_over(round(max(net + f["extra"], 0)), 0, f["holding"] - f["extra"])
        way("after", float(after.lapsed))
        way("gain", f["extra"] * f["price"])
        way("present", f["future"] / (1 + f["rate"] / 100))


class TradeByBalance(Task):
    """A trade of five works: its balance value, each one's slope, who gains and who lacks."""

    code = "trading-balance-value"
    family = "trading"
    level = "intermediate"
    title = "行业平衡值与企业盈缺测算|Balance value of a trade"
    minutes = 40
    clauses = (*MINE, "5.3.1-b2", *ASSETS)
    papers = PAPERS
    steps = steps(
        ("intensity", "排放强度|Intensities", 25),
        ("balance", "平衡值|Balance value", 21),
        ("allowance", "配额与盈缺|Allowances and gaps", 40),
        ("read", RESULT, 14),
    )

    def draw(self, chance: Chance) -> Drawn:
        mean = chance.figure(0.80, 0.88, 3)
        works = []
        for name in "甲乙丙丁戊":
            output = chance.randrange(600, 1800) * 1000
            works.append((f"{name}厂", output, round(output * mean * chance.uniform(0.90, 1.11))))
        facts: dict[str, Any] = {"works": works, "price": chance.figure(66, 92, 2)}
        options, facts["read"] = coded(
            chance,
            [
                "强度低于平衡值的企业获得盈余|Works below the balance value gain a surplus",
                "强度每低1 %，配额约高0.15 %|1 % lower intensity, about 0.15 % more allowance",
            ],
            [
                "产量越大盈余越大|The larger the output, the larger the surplus",
                "平衡值由企业自行申报|Works declare the balance value themselves",
                "强度高于平衡值的企业不发配额|Works above it get no allowance",
                "配额总量一定大于排放总量|Allowances always exceed emissions",
            ],
        )
        documents = (
            table(
                "五家熟料企业",
                ("企业", "产量（t）", "核查排放（t）"),
                works,
                "行业平衡值使五家配额合计等于排放合计；各家强度与平衡值相差均在±20 %以内时，平衡值＝Σ(E·I)/ΣE。",
                "X＝(平衡值−I)/平衡值，α＝0.15X，配额＝E×(1＋α)，向下取整。",
            ),
            Document("市场", (f"配额价格 {facts['price']} 元/t。",)),
        )
        labels = {f"w{k}": f"{n}|Works {k + 1}" for k, (n, _, _) in enumerate(works)}
        fields = (
            *grid(
                "i",
                "intensity",
                "强度|Intensity",
                labels,
                [("intensity", "强度|Intensity", "tCO2/t", 4)],
                within=0.0005,
            ),
            number("balance", "balance", "行业平衡值|Balance value", "tCO2/t", 4, within=0.0005),
            *grid(
                "a",
                "allowance",
                "盈缺（配额减排放）|Surplus (allowance less emissions)",
                labels,
                [("gap", "盈缺|Surplus", "t", 0)],
                within=0.02,
            ),
            number("value", "read", "盈余企业盈余总值|Value of all surpluses", "元", 0, within=0.02),
            choices("read", "read", "正确的判断|What is right", options, weight=0.6),
        )
        return Drawn(("求行业平衡值，测算各企业盈缺。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        own = [way(f"w{k}.intensity", e / output) for k, (_, output, e) in enumerate(f["works"])]
        emissions = [Decimal(e) for _, _, e in f["works"]]
        balance = way("balance", float(balance_value(emissions, [Decimal(str(i)) for i in own])))
        gaps = []
        for k, (e, i) in enumerate(zip(emissions, own, strict=True)):
            gaps.append(
                way(f"w{k}.gap", float(industry(2025, e, Decimal(str(i)), Decimal(str(balance)))) - float(e))
            )
        way("value", total(g for g in gaps if g > 0) * f["price"])
        way("read", f["read"])
