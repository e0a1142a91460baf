"""Advanced: the whole chain of deductions, a verification with plots measured again, land by price, grassland."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from tancai.engines.forest import casa, pools, tables
from tancai.engines.forest.checks import check_from
from tancai.engines.forest.growth import Curve
from tancai.engines.forest.supply import Economics, Land, flows
from tancai.engines.forest.tree import leaf
from tancai.labs.tasks.accounting.common import steps
from tancai.labs.tasks.chance import MONTHS, Chance, text
from tancai.labs.tasks.plant import total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, grid, number, table
from tancai.labs.tasks.sink.common import CO2, FARM, PAPERS


class NetRemoval(Task):
    """Trees, shrubs, soil, fire, baseline, leakage, risk: from stocks to what a project may claim."""

    code = "sink-net-removal"
    family = "sink"
    level = "advanced"
    title = "项目净清除量与减排量计算|Net removal and what may be claimed"
    minutes = 55
    clauses = FARM
    papers = PAPERS["monitoring"]
    steps = steps(
        ("pools", "碳库变化|Pools", 40),
        ("sources", "排放和泄漏|Emissions and leakage", 26),
        ("net", "净清除量|Net removal", 20),
        ("claim", "项目监测报告：减排量|Monitoring report: reductions", 14),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "area": chance.figure(120, 320, 1),
            "before": chance.figure(30, 60, 2),
            "now": chance.figure(95, 150, 2),
            "years": 5,
            "forest": chance.figure(90, 120, 1),
            "cover": (chance.figure(10, 18, 1), chance.figure(6, 9, 1)),
            "reference": chance.choice((63.0, 88.0, 51.0)),
            "state": chance.figure(0.7, 0.85, 3),
            "burnt": chance.figure(6, 18, 1),
            "fuel": chance.figure(14, 22, 1),
            "combusted": 0.45,
            "baseline": chance.figure(0.02, 0.04, 3),
            "growth": 3.0,
            "moved": chance.figure(1.5, 4, 1),
            "leaves": chance.figure(30, 60, 1),
            "risk": 10.0,
        }
        gases = {
            gas: tables.the("fire", name=f"ef_{gas.lower()}", zone="other").number() for gas in ("CH4", "N2O")
        }
        gwp = {gas: tables.the("gwp", set="AR6", gas=gas).number() for gas in ("CH4", "N2O")}
        at = {gas: tables.the("fire", name=f"ef_{gas.lower()}", zone="other")["unit"] for gas in gases}
        facts |= {"ef": gases, "gwp": gwp}
        documents = (
            table(
                "监测数据",
                ("项目", "期初", "期末", "单位"),
                [
                    ("林木碳储量（扣减不确定度后）", facts["before"], facts["now"], "tCO2/ha"),
                    ("灌木盖度", facts["cover"][0], facts["cover"][1], "%"),
                ],
                f"项目面积 {facts['area']} ha，监测期 {facts['years']} 年。",
            ),
            Document(
                "公式与参数",
                (
                    f"灌木：CO2＝44/12·0.47·(1＋0.4)·A·0.1·b·盖度，区域森林地上生物量 b＝{facts['forest']} t/ha。",
                    f"土壤：参考 {facts['reference']:g} tC/ha，项目前系数 {facts['state']}；"
                    "年增速＝(参考−初始)/20，上限0.8 tC/(ha·a)；扰动面积不足10 %，无扰动损失。",
                    f"火烧：烧毁 {facts['burnt']} ha，燃烧前生物量 {facts['fuel']} t/ha，燃烧系数 "
                    f"{facts['combusted']}；CH4因子 {gases['CH4']} {at['CH4']}、GWP {gwp['CH4']:g}，"
                    f"N2O因子 {gases['N2O']} {at['N2O']}、GWP {gwp['N2O']:g}；CO2已计入储量变化。",
                    f"基准线：散生木盖度 {facts['baseline']}，生长量 3.0 t/(ha·a)，含碳率0.47，"
                    "根茎比0.25，全监测期累计。",
                    f"泄漏：农业活动转移 {facts['moved']} ha，清除生物质碳损失 {facts['leaves']} tC/ha。",
                    f"非持久性风险扣减率 {facts['risk']:g} %，减排量向下取整。",
                ),
            ),
        )
        fields = (
            number("trees", "pools", "林木碳储量变化|Trees", "tCO2", 1, within=0.001),
            number("shrubs", "pools", "灌木碳储量变化|Shrubs", "tCO2", 1, within=0.003),
            number("rate", "pools", "土壤碳年增速（受上限约束）|Soil, a year", "tC/(ha·a)", 3, within=0.002),
            number("soil", "pools", "土壤碳变化|Soil", "tCO2", 1, within=0.003),
            number("fire", "sources", "火烧的非CO2排放|Fire, other gases", "tCO2e", 2, within=0.005),
            number("leakage", "sources", "泄漏|Leakage", "tCO2", 1, within=0.003),
            number("baseline", "net", "基准线清除|Baseline removal", "tCO2", 1, within=0.003),
            number("net", "net", "项目净清除量|Net removal", "tCO2", 0, within=0.003),
            number(
                "claim", "claim", "可申请的减排量（取整）|Reductions, whole tonnes", "tCO2", 0, within=0.003
            ),
            number("yearly", "claim", "年均减排量|Reductions a year", "tCO2/a", 0, within=0.003),
        )
        return Drawn(("按造林碳汇方法学计算监测期净清除量和可申请的减排量。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        area, years = f["area"], f["years"]
        trees = way("trees", area * (f["now"] - f["before"]))
        forest = leaf("forest", f["forest"], "t/ha")
        cover = [pools.shrubs("s", forest, {"A": (area, one / 100)}, "").value for one in f["cover"]]
        shrubs = way("shrubs", cover[1] - cover[0])
        reference, state = leaf("ref", f["reference"], "tC/ha"), leaf("state", f["state"])
        rate = way("rate", max(0.0, min(0.8, (f["reference"] - f["reference"] * f["state"]) / 20)))
        full = pools.soil("soil", area, reference, state, disturbed=False, years=years).value
        engine_rate = max(1e-12, min(0.8, f["reference"] * (1 - f["state"]) / 20))
        soil = way("soil", full * rate / engine_rate)
        fire = way(
            "fire",
            pools.fire(
                "fire",
                leaf("a", f["burnt"], "ha"),
                leaf("b", f["fuel"], "t/ha"),
                leaf("c", f["combusted"]),
                "other",
                "AR6",
            ),
        )
        leakage = way("leakage", CO2 * f["moved"] * f["leaves"])
        yearly = pools.crown_cover(
            "bl",
            leaf("A", area, "ha"),
            leaf("g", f["growth"], "t/(ha·a)"),
            leaf("cc", f["baseline"]),
            leaf("cf", 0.47, "tC/t"),
            leaf("r", 0.25),
        )
        baseline = way("baseline", yearly.value * years)
        net = way("net", trees + shrubs + soil - fire - leakage - baseline)
        claim = way("claim", float(net * (1 - f["risk"] / 100) // 1))
        way("yearly", claim / years)


class VerificationOfReductions(Task):
    """Plots measured again by the verifier: relative errors, corrected mean, what the report claims too much."""

    code = "sink-verification"
    family = "sink"
    level = "advanced"
    title = "碳汇项目核证：样地复测与减排量核定|Verifying a sink: plots measured again"
    minutes = 50
    clauses = FARM
    papers = PAPERS["verification"]
    steps = steps(
        ("facts", "程序核对|Procedure", 14),
        ("again", "样地复测|Plots measured again", 36),
        ("claim", "减排量核定|Reductions verified", 36),
        ("conclusion", "核证报告：结论|Verification report: conclusion", 14),
    )

    def draw(self, chance: Chance) -> Drawn:
        count = chance.randrange(16, 28)
        again = chance.choice((1, 2, 3))
        wrong = chance.random() < 0.6
        facts: dict[str, Any] = {
            "plots": count,
            "again": again,
            "same": wrong,
            "notice": chance.choice((12, 18, 20, 22)),
            "start": date(2021, 1, 1),
            "end": date(2025, 12, 31),
            "applied": chance.choice((date(2025, 12, 31), date(2027, 2, 10))),
            "pairs": [(d, chance.near(d, 0.06, 1)) for d in (chance.figure(9, 22, 1) for _ in range(6))],
            "reported": chance.figure(80, 130, 2),
            "area": chance.figure(150, 400, 1),
            "exponent": 2.5,
            "before": chance.figure(30, 55, 2),
            "risk": 10.0,
        }
        documents = (
            table(
                "程序",
                ("项目", "内容"),
                [
                    ("审定机构", "示例审定机构甲"),
                    ("核查机构", "示例审定机构甲" if wrong else "示例核查机构乙"),
                    ("核算报告公示", f"{facts['notice']} 个工作日"),
                    ("监测期", "2021-01-01 至 2025-12-31"),
                    ("申请登记日", facts["applied"].isoformat()),
                    ("样地总数/复测样地", f"{count} / {again}"),
                ],
                "规定：核查机构不得为审定机构；公示不少于20个工作日；减排量应产生于申请前5年内；"
                "复测不少于样地数的10 %（向上取整）。",
            ),
            table(
                "复测样木（胸径 cm）",
                ("样木", "报告值", "复测值"),
                [(k, *pair) for k, pair in enumerate(facts["pairs"], 1)],
                f"生物量与胸径的{facts['exponent']}次方成正比。以复测与报告的生物量之比（按样木合计）更正碳密度。",
            ),
            Document(
                "报告",
                (
                    f"期末碳密度 {facts['reported']} tCO2/ha，期初 {facts['before']} tCO2/ha，面积 "
                    f"{facts['area']} ha，非持久性风险扣减 {facts['risk']:g} %，减排量向下取整。"
                    "比值大于1时按保守原则不上调。",
                ),
            ),
        )
        items = {int(row["item"]): row for row in tables.find_all("checklists", kind="verification")}
        shown = (1, 2, 3, 7, 9, 10, 11, 14)
        fields = (
            choices(
                "wrong",
                "facts",
                "不符合的核证要点（没有时选“无”）|Items that fail (else: none)",
                {
                    **{str(k): f"{k}. {items[k]['zh']}|{k}. {items[k]['en']}" for k in shown},
                    "none": "无|None",
                },
            ),
            number(
                "mean",
                "again",
                "胸径平均相对误差（复测减报告）|Mean relative error of diameters",
                "%",
                2,
                within=0.01,
            ),
            number("ratio", "again", "复测与报告的生物量之比|Ratio of biomass", "1", 4, within=0.002),
            number("density", "claim", "核定期末碳密度|Verified density", "tCO2/ha", 2, within=0.002),
            number("claimed", "claim", "按报告计算的减排量|Reductions as reported", "tCO2", 0, within=0.001),
            number("verified", "claim", "核定减排量|Reductions verified", "tCO2", 0, within=0.003),
            number("less", "conclusion", "核减比例|Share taken off", "%", 2, within=0.01),
            choice(
                "conclusion",
                "conclusion",
                "核证结论|Conclusion",
                {
                    "positive": "符合，出具核证报告|Positive",
                    "negative": "有未关闭的不符合项|Negative",
                    "far": "仅列待后续跟踪项|Follow-up only",
                    "none": "无法评价|No opinion",
                },
                weight=0.4,
            ),
        )
        return Drawn(
            ("核对程序，按复测结果核定减排量。除程序事项外，其余要点均已符合。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        found = _verification(f)
        wrong = {str(one.item) for one in found.findings}
        way("wrong", wrong or {"none"})
        way("mean", 100 * total(b / a - 1 for a, b in f["pairs"]) / len(f["pairs"]))
        power = f["exponent"]
        ratio = way("ratio", total(b**power for _, b in f["pairs"]) / total(a**power for a, _ in f["pairs"]))
        density = way("density", f["reported"] * min(1.0, ratio))
        keep = 1 - f["risk"] / 100
        claimed = way("claimed", float((f["reported"] - f["before"]) * f["area"] * keep // 1))
        verified = way("verified", float((density - f["before"]) * f["area"] * keep // 1))
        way("less", 100 * (1 - verified / claimed))
        way("conclusion", "negative" if wrong else "positive")


def _verification(f: Mapping[str, Any]) -> Any:
    facts = {
        "validator": "甲",
        "verifier": "甲" if f["same"] else "乙",
        "notice_working_days": f["notice"],
        "period_start": f["start"],
        "period_end": f["end"],
        "application": f["applied"],
        "crediting_start": f["start"],
        "crediting_end": date(2040, 12, 31),
        "plots": f["plots"],
        "plots_measured_again": f["again"],
    }
    return check_from({"schema": "tancai-forest-check/1", "kind": "verification", "facts": facts})


class SupplyOfCarbon(Task):
    """Chinese fir on one site: land value by rotation, the best one, break-even price of carbon, supply at a price."""

    code = "sink-supply"
    family = "sink"
    level = "advanced"
    title = "碳汇供给：轮伐期、土地期望值与盈亏平衡碳价|Supply: rotation, land value, break-even price"
    minutes = 55
    clauses = ("5.3.1-b3", *FARM)
    papers = ("004 碳汇供给潜力", *PAPERS["design"])
    steps = steps(
        ("growth", "生长与碳|Growth and carbon", 26),
        ("value", "土地期望值|Land value", 36),
        ("price", "碳价|Price of carbon", 30),
        ("supply", "供给|Supply", 8),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "A": chance.figure(280, 420),
            "k": chance.figure(0.055, 0.075, 4),
            "c": chance.figure(2.1, 2.4, 2),
            "ages": tuple(sorted(chance.sample((20, 24, 28, 32, 36), 3))),
            "planting": chance.figure(11000, 16000),
            "yearly": chance.figure(100, 200),
            "stumpage": chance.figure(420, 560),
            "recovery": 0.7,
            "rate": chance.choice((4.0, 5.0, 6.0)),
            "risk": 10.0,
            "lasting": 0.35,
            "land": chance.figure(6000, 30000),
            "area": chance.figure(4000, 15000),
            "price": chance.choice((60.0, 80.0, 100.0)),
            "factor": chance.figure(1.1, 1.4, 3),
        }
        documents = (
            table(
                "经济参数",
                ("项目", "数值", "单位"),
                [
                    ("造林成本（第0年）", text(facts["planting"]), "元/ha"),
                    ("年管护费（各年末）", text(facts["yearly"]), "元/(ha·a)"),
                    ("立木价", text(facts["stumpage"]), "元/m³"),
                    ("出材率", facts["recovery"], ""),
                    ("贴现率", facts["rate"], "%"),
                    ("土地机会成本", text(facts["land"]), "元/ha"),
                    ("面积", text(facts["area"]), "ha"),
                    ("碳价", facts["price"], "元/tCO2"),
                ],
            ),
            Document(
                "模型",
                (
                    f"生长：V(t)＝{text(facts['A'])}·(1−e^(−{facts['k']}t))^{facts['c']}（m³/ha，"
                    f"教学参数）；碳 C＝{facts['factor']}·V（tCO2/ha）。",
                    "木材LEV(T)＝[立木价·出材率·V(T)·v^T − 造林成本 − Σ管护费·v^t]/(1−v^T)，v＝1/(1+r)。",
                    "碳：单位碳价的LEV(T)＝(1−10 %)·[Σ(C_t−C_{t−1})v^t − (1−35 %)·C_T·v^T]/(1−v^T)。",
                    "盈亏平衡碳价＝(土地机会成本−木材LEV)/单位碳价LEV，取候选轮伐期中最低者。",
                    f"候选轮伐期：{'、'.join(map(str, facts['ages']))} 年。",
                ),
            ),
        )
        labels = {f"t{a}": f"{a}年|{a} years" for a in facts["ages"]}
        fields = (
            *grid(
                "g",
                "growth",
                "蓄积与碳|Volume and carbon",
                labels,
                [("volume", "蓄积|Volume", "m3/ha", 2), ("carbon", "碳|Carbon", "tCO2/ha", 2)],
                within=0.002,
            ),
            *grid(
                "v",
                "value",
                "木材LEV与单位碳价LEV|Land value",
                labels,
                [
                    ("lev", "木材LEV|Timber", "元/ha", 0),
                    ("slope", "单位碳价LEV|Per CNY of price", "tCO2/ha", 3),
                ],
                within=0.005,
            ),
            number(
                "even",
                "price",
                "盈亏平衡碳价（负值表示无碳价也会造林）|Break-even price (negative: planted anyway)",
                "元/tCO2",
                2,
                within=0.01,
            ),
            choice(
                "best",
                "price",
                "给定碳价下的最优轮伐期|Best rotation at the price",
                {str(a): f"{a}年|{a} years" for a in facts["ages"]},
                weight=0.3,
            ),
            number(
                "land", "price", "给定碳价下的土地期望值|Land value at the price", "元/ha", 0, within=0.005
            ),
            number(
                "supply",
                "supply",
                "给定碳价下的轮伐期末碳储量供给（不造林填0）|Supply at the end of the rotation (0 if not planted)",
                "tCO2",
                0,
                within=0.005,
            ),
        )
        return Drawn(("比较候选轮伐期，求盈亏平衡碳价和给定碳价下的供给。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        curve = Curve("richards", f["A"], f["k"], f["c"])
        base, slope, carbon = {}, {}, {}
        for age in f["ages"]:
            economy = Economics(
                f["planting"],
                (),
                f["yearly"],
                f["rate"] / 100,
                f["recovery"],
                f["stumpage"],
                f["risk"] / 100,
                f["lasting"],
                (age, age),
            )
            found = flows(Land("site", "杉木", curve, f["factor"], f["area"], f["land"]), economy)
            volume = way(f"t{age}.volume", float(found["volume"][0]))
            carbon[age] = way(f"t{age}.carbon", volume * f["factor"])
            base[age] = way(f"t{age}.lev", float(found["base"][0]))
            slope[age] = way(f"t{age}.slope", float(found["slope"][0]))
        way("even", min((f["land"] - base[age]) / slope[age] for age in f["ages"]))
        values = {age: base[age] + f["price"] * slope[age] for age in f["ages"]}
        best = int(way("best", str(max(f["ages"], key=lambda age: values[age]))))
        land = way("land", values[best])
        way("supply", carbon[best] * f["area"] if land >= f["land"] else 0.0)


class GrasslandByNdvi(Task):
    """Three growing months by CASA: light taken up, stress, productivity; the standing stock of a restored pasture."""

    code = "sink-grassland-ndvi"
    family = "sink"
    level = "advanced"
    title = "基于NDVI的草地净初级生产力与碳储量|Grassland by NDVI: productivity and stock"
    minutes = 50
    clauses = ("5.5.4-b2", "5.5.4-b3")
    papers = PAPERS["monitoring"]
    steps = steps(
        ("light", "光能吸收比例|Light taken up", 36),
        ("npp", "净初级生产力|Productivity", 34),
        ("stock", "监测报告：碳储量变化|Monitoring report: change of stock", 30),
    )

    def draw(self, chance: Chance) -> Drawn:
        low, high, most = 0.023, 0.634, tables.the("light_use", vegetation="草地").number()
        ndvi = [0.08] * 12
        for k, value in zip(
            (5, 6, 7),
            (chance.figure(0.28, 0.38, 3), chance.figure(0.40, 0.50, 3), chance.figure(0.34, 0.44, 3)),
            strict=True,
        ):
            ndvi[k] = value
        facts: dict[str, Any] = {
            "low": low,
            "high": high,
            "most": most,
            "ndvi": ndvi,
            "temperature": [
                -15,
                -10,
                -4,
                4,
                11,
                chance.figure(15, 17, 1),
                chance.figure(18, 20, 1),
                chance.figure(16, 18, 1),
                10,
                2,
                -6,
                -13,
            ],
            "radiation": [
                250,
                300,
                430,
                540,
                630,
                chance.figure(620, 690),
                chance.figure(610, 670),
                chance.figure(540, 600),
                450,
                350,
                250,
                210,
            ],
            "water": [
                0.55,
                0.55,
                0.6,
                0.62,
                0.65,
                *(chance.figure(0.7, 0.92, 2) for _ in range(3)),
                0.7,
                0.6,
                0.55,
                0.55,
            ],
            "before": chance.figure(60, 100, 1),
            "turnover": 0.5,
            "area": chance.figure(1500, 6000),
        }
        months = (5, 6, 7)
        documents = (
            table(
                "生长季数据",
                ("月份", "NDVI", "温度（℃）", "太阳总辐射（MJ/m²）", "水分胁迫系数Wε"),
                [
                    (
                        MONTHS[k],
                        ndvi[k],
                        facts["temperature"][k],
                        text(facts["radiation"][k]),
                        facts["water"][k],
                    )
                    for k in months
                ],
                "最适温度取NDVI最高月的温度。",
            ),
            Document(
                "CASA模型",
                (
                    f"FPAR为两式均值：FPAR1＝(NDVI−{low})·0.949/({high}−{low})＋0.001；FPAR2＝(SR−SRmin)·0.949/(SRmax−SRmin)＋0.001，SR＝(1＋NDVI)/(1−NDVI)，SRmin、SRmax由NDVI上下限计算；结果限于0.001～0.95。",
                    "Tε1＝0.8＋0.02·Topt−0.0005·Topt²；Tε2＝1.1814/(1＋e^(0.2(Topt−10−T)))/(1＋e^(0.3(T−Topt−10)))。",
                    f"NPP＝FPAR·SOL·0.5·Tε1·Tε2·Wε·εmax，εmax＝{most} gC/MJ。",
                    f"恢复前同三个月NPP合计 {facts['before']} gC/m²；"
                    f"地上下现存碳＝NPP/周转率（{facts['turnover']} /a）；面积 {text(facts['area'])} "
                    "ha。",
                ),
            ),
        )
        labels = {f"m{k}": f"{MONTHS[k]}|Month {k + 1}" for k in months}
        fields = (
            *grid("f", "light", "FPAR", labels, [("fpar", "FPAR", "1", 4)], within=0.003),
            *grid("n", "npp", "NPP", labels, [("npp", "NPP", "gC/m2", 2)], within=0.01),
            number("sum", "npp", "三个月合计|Three months", "gC/m2", 1, within=0.01),
            number("gain", "stock", "现存碳增加|Gain of standing carbon", "gC/m2", 1, within=0.02),
            number("total", "stock", "项目区碳储量增加|Gain of the project", "tCO2", 0, within=0.02),
        )
        return Drawn(("用CASA模型估算恢复后草地生长季NPP，计算现存碳储量变化。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        kind = casa.Vegetation(f["most"], f["low"], f["high"])
        ndvi = np.asarray(f["ndvi"], float)
        shares = casa.fpar(ndvi, kind)
        temperature = np.asarray(f["temperature"], float)
        best = temperature[int(np.argmax(ndvi))]
        first, second = casa.stress(temperature, np.full(12, best))
        sums = 0.0
        for k in (5, 6, 7):
            share = way(f"m{k}.fpar", float(shares[k]))
            sums += way(
                f"m{k}.npp",
                share * f["radiation"][k] * 0.5 * float(first[k] * second[k]) * f["water"][k] * f["most"],
            )
        whole = way("sum", sums)
        gain = way("gain", (whole - f["before"]) / f["turnover"])
        way("total", gain / 100 * CO2 * f["area"])
