"""Intermediate: how many plots and where, what plots say, bamboo by age, a validation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tancai.engines.forest import biomass, discount, sampling, tables
from tancai.engines.forest.checks import check_from
from tancai.labs.tasks.accounting.common import steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.plant import total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, grid, number, table
from tancai.labs.tasks.sink.common import CO2, FARM, PAPERS


class PlotsToLay(Task):
    """Sample size by two passes of t, optimum and proportional allocation: the monitoring plan of a design document."""

    code = "sink-sample-size"
    family = "sink"
    level = "intermediate"
    title = "监测样地数量与分配|How many plots, and where"
    minutes = 40
    clauses = FARM
    papers = PAPERS["design"]
    steps = steps(
        ("weights", "分层|Strata", 36),
        ("size", "样地数量|Number of plots", 48),
        ("allocation", "监测计划：样地分配|Monitoring plan: allocation", 16),
    )

    def draw(self, chance: Chance) -> Drawn:
        strata = [(chance.figure(60, 220, 1), chance.figure(12, 40, 1)) for _ in range(3)]
        facts: dict[str, Any] = {
            "strata": [(a, m, round(m * chance.uniform(0.18, 0.34), 2)) for a, m in strata],
            "plot": 0.06,
        }
        normal, second = sampling.t_value(float("inf")), {df: sampling.t_value(df) for df in range(4, 41)}
        documents = (
            table(
                "预调查",
                ("分层", "面积（ha）", "平均碳密度（tC/ha）", "标准差（tC/ha）"),
                [(k, *one) for k, one in zip("ABC", facts["strata"], strict=True)],
                "样地面积0.06 ha；允许相对误差10 %，置信水平90 %。",
            ),
            Document(
                "公式（AR-TOOL03）",
                (
                    "n＝N·t²·(Σw·s)²/(N·E²＋t²·Σw·s²)，N＝总面积/样地面积，E＝10 %×Σw·m。",
                    f"先用 t＝{normal:.4f}（正态）；若 n 不足30，再用自由度 ⌈n⌉−1 的t值重算一次，最后向上取整。",
                    "最优分配：n·w·s/Σw·s，各层向上取整，至少1个。",
                ),
            ),
            table(
                "t值表（双侧90 %）", ("自由度", "t"), [(df, f"{value:.4f}") for df, value in second.items()]
            ),
        )
        labels = {f"s{k}": f"{name}层|Stratum {name}" for k, name in enumerate("ABC")}
        fields = (
            *grid(
                "w", "weights", "面积权重|Weights", labels, [("weight", "权重|Weight", "1", 4)], within=0.001
            ),
            number("mean", "weights", "加权平均碳密度|Weighted mean", "tC/ha", 2, within=0.001),
            number("spread", "size", "Σw·s", "tC/ha", 3, within=0.001),
            number("first", "size", "第一次计算的n|n of the first pass", "1", 2, within=0.001, weight=0.7),
            number("n", "size", "样地总数|Plots", "个", 0, within=0.0),
            *grid(
                "a",
                "allocation",
                "最优分配|Optimum allocation",
                labels,
                [("plots", "样地数|Plots", "个", 0)],
                within=0.0,
            ),
        )
        return Drawn(("确定监测样地数量并分配到各层。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        areas, means, spreads = (list(column) for column in zip(*f["strata"], strict=True))
        size = sampling.sample_size(areas, means, spreads, f["plot"])
        own = [way(f"s{k}.weight", area / sum(areas)) for k, area in enumerate(areas)]
        way("mean", total(w * m for w, m in zip(own, means, strict=True)))
        spread = way("spread", total(w * s for w, s in zip(own, spreads, strict=True)))
        way("first", size.passes[0])
        n = way("n", float(size.n))
        for k, (w, s) in enumerate(zip(own, spreads, strict=True)):
            way(f"s{k}.plots", float(max(1, -(-(n * w * s / spread - 1e-9) // 1))))


class WhatPlotsSay(Task):
    """Plot figures of three strata: means, standard error, t, uncertainty, discount, the change that may be claimed."""

    code = "sink-monitoring-estimate"
    family = "sink"
    level = "intermediate"
    title = "分层抽样估计与不确定度扣减|Stratified estimate and its discount"
    minutes = 45
    clauses = FARM
    papers = PAPERS["monitoring"]
    steps = steps(
        ("strata", "分层统计|Strata", 36),
        ("estimate", "总体估计|Estimate", 34),
        ("claim", "项目监测报告：扣减后的碳储量|Monitoring report: stock after the discount", 30),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {"areas": [chance.figure(60, 200, 1) for _ in range(3)]}
        facts["plots"] = [
            [chance.near(mean, 0.32, 1) for _ in range(chance.randrange(4, 7))]
            for mean in (chance.figure(70, 130), chance.figure(40, 70), chance.figure(90, 160))
        ]
        df = sum(map(len, facts["plots"])) - 3
        facts["before"] = chance.figure(4000, 9000)
        documents = (
            table(
                "样地碳储量（tCO2/ha）",
                ("分层", "面积（ha）", "各样地"),
                [
                    (name, area, "，".join(text(v, 1) for v in plots))
                    for name, area, plots in zip("ABC", facts["areas"], facts["plots"], strict=True)
                ],
            ),
            Document(
                "规则",
                (
                    f"90 %置信水平双侧t值（自由度 {df}）＝{sampling.t_value(df):.4f}。不确定度 u＝t·SE/均值。",
                    "扣减（规则A，AR-TOOL14）：u≤10 %不扣；10 %<u≤15 %扣半宽的25 %；15 %<u≤20 %扣50 %；"
                    "20 %<u≤30 %扣75 %；更大扣100 %。",
                    f"监测期初碳储量 {text(facts['before'])} tCO2（确定）。",
                ),
            ),
        )
        labels = {f"s{k}": f"{name}层|Stratum {name}" for k, name in enumerate("ABC")}
        fields = (
            *grid(
                "s",
                "strata",
                "分层均值和标准差|Means and deviations",
                labels,
                [("mean", "均值|Mean", "tCO2/ha", 2), ("sd", "标准差|Deviation", "tCO2/ha", 2)],
                within=0.002,
            ),
            number("mean", "estimate", "加权均值|Weighted mean", "tCO2/ha", 2, within=0.002),
            number("error", "estimate", "标准误|Standard error", "tCO2/ha", 3, within=0.005),
            number("u", "estimate", "相对不确定度|Relative uncertainty", "%", 2, within=0.005),
            number(
                "share", "claim", "扣减占半宽的比例|Share of the half-width taken off", "%", 0, within=0.0
            ),
            number("stock", "claim", "扣减后的碳储量|Stock after the discount", "tCO2", 0, within=0.003),
            number("change", "claim", "监测期碳储量变化|Change in the period", "tCO2", 0, within=0.005),
        )
        return Drawn(("由样地数据估计碳储量，计算不确定度并保守扣减。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        found = sampling.estimate(f["areas"], f["plots"])
        whole = total(f["areas"])
        means, variance = [], 0.0
        for k, (area, plots) in enumerate(zip(f["areas"], f["plots"], strict=True)):
            means.append(way(f"s{k}.mean", found.means[k]))
            sd = way(f"s{k}.sd", found.deviations[k])
            variance += (area / whole) ** 2 * sd**2 / len(plots)
        mean = way("mean", total(a / whole * m for a, m in zip(f["areas"], means, strict=True)))
        error = way("error", variance**0.5)
        u = way("u", 100 * found.t * error / mean)
        share = way("share", 100 * discount.share_a(u / 100))
        stock = way("stock", whole * mean * (1 - share / 100 * u / 100))
        way("change", stock - f["before"])


class BambooByAge(Task):
    """Moso culms by diameter and age: mass of a culm, of a hectare, full stock and the yearly removal until then."""

    code = "sink-bamboo"
    family = "sink"
    level = "intermediate"
    title = "毛竹林碳储量与年固碳量|Moso bamboo: stock and yearly removal"
    minutes = 40
    clauses = FARM
    papers = PAPERS["monitoring"]
    steps = steps(
        ("culms", "单株生物量|Mass of a culm", 34),
        ("stand", "林分|Stand", 30),
        ("claim", "项目监测报告：年清除量|Monitoring report: yearly removal", 36),
    )

    def draw(self, chance: Chance) -> Drawn:
        classes = [(chance.figure(8, 12.5, 1), age, chance.randrange(20, 60)) for age in (1, 2, 3, 4)]
        facts: dict[str, Any] = {
            "classes": classes,
            "plot": 0.06,
            "cf": 0.47,
            "root": 0.387,
            "area": chance.figure(40, 160, 1),
            "years": 4,
        }
        mass = total(n * biomass.bamboo_culm(d, a).value for d, a, n in classes) / 1000 / facts["plot"]
        facts["before"] = round(mass * (1 + facts["root"]) * facts["cf"] * chance.uniform(0.35, 0.65), 2)
        documents = (
            table("样地立竹调查（0.06 ha）", ("胸径（cm）", "年龄（度）", "株数"), classes),
            Document(
                "参数",
                (
                    "单株生物量（kg）：747.787·D^2.771·(0.148·A/(0.028+A))^5.555＋3.772，D（cm）、A（度）。",
                    f"地下按根茎比 {facts['root']} 计；含碳率 {facts['cf']} tC/t；4年前同一样地碳密度 "
                    f"{facts['before']} tC/ha；项目面积 {facts['area']} ha。竹林成熟后碳储量保持稳定。",
                ),
            ),
        )
        labels = {f"c{k}": f"{d} cm，{a}度|{d} cm, age {a}" for k, (d, a, _) in enumerate(classes)}
        fields = (
            *grid(
                "c",
                "culms",
                "单株生物量|Mass of a culm",
                labels,
                [("mass", "生物量|Mass", "kg", 3)],
                within=0.002,
            ),
            number("above", "stand", "每公顷地上生物量|Above ground a hectare", "t/ha", 2, within=0.003),
            number("carbon", "stand", "碳密度（含地下）|Carbon density with roots", "tC/ha", 2, within=0.003),
            number("stock", "claim", "项目区碳储量|Stock of the project", "tCO2", 0, within=0.003),
            number("removal", "claim", "监测期内碳储量增加|Increase in the period", "tCO2", 0, within=0.005),
            number("yearly", "claim", "年均清除量|Yearly removal", "tCO2/a", 0, within=0.005),
        )
        return Drawn(("计算毛竹林碳储量和监测期年均清除量。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        plot = 0.0
        for k, (diameter, age, count) in enumerate(f["classes"]):
            plot += count * way(f"c{k}.mass", biomass.bamboo_culm(diameter, age))
        above = way("above", plot / 1000 / f["plot"])
        carbon = way("carbon", above * (1 + f["root"]) * f["cf"])
        stock = way("stock", carbon * CO2 * f["area"])
        removal = way("removal", stock - f["before"] * CO2 * f["area"])
        way("yearly", removal / f["years"])


class ValidationOfProject(Task):
    """Facts of a project against the conditions: which items fail, what may be cured, areas after the finding."""

    code = "sink-validation"
    family = "sink"
    level = "intermediate"
    title = "造林碳汇项目审定|Validating a planting project"
    minutes = 40
    clauses = FARM
    papers = PAPERS["validation"]
    steps = steps(
        ("facts", "事实核对|Facts", 15),
        ("area", "面积更正|Area corrected", 34),
        ("estimate", "预估复算|Estimate computed again", 47),
        ("conclusion", "审定报告：结论|Validation report: conclusion", 4),
    )

    def draw(self, chance: Chance) -> Drawn:
        wrong = set(chance.sample((2, 3, 5, 6, 8), 3))
        facts: dict[str, Any] = {
            "values": {
                "start": "2012-05-10" if 2 in wrong else "2021-03-12",
                "notice_working_days": 15 if 3 in wrong else 20,
                "not_forest": "9 a",
                "tenure_end": "2035-12-31" if 5 in wrong else "2062-12-31",
                "crediting_end": "2041-03-11",
                "smallest_patch": "350 m2" if 6 in wrong else "900 m2",
                "cleared": "26 %" if 8 in wrong else "12 %",
            },
            "area": chance.figure(180, 420, 2),
            "overlap": chance.figure(4, 18, 2),
            "roads": chance.figure(2, 9, 2),
            "growth": chance.figure(6.2, 9.8, 2),
            "years": 20,
            "claimed": chance.figure(1.06, 1.18, 3),
            "risk": 10.0,
        }
        items = {int(row["item"]): row for row in tables.find_all("checklists", kind="validation")}
        shown = [2, 3, 4, 5, 6, 7, 8, 10, 14]
        claimed = round(facts["area"] * facts["growth"] * facts["years"] * facts["claimed"])
        facts["printed"] = claimed
        values = facts["values"]
        documents = (
            table(
                "项目事实",
                ("项目", "内容"),
                [
                    ("开工日期", values["start"]),
                    ("公示", f"{values['notice_working_days']} 个工作日"),
                    ("开工前为非森林", "9年"),
                    ("林权证到期", values["tenure_end"]),
                    ("计入期截止", values["crediting_end"]),
                    ("最小连片地块", values["smallest_patch"]),
                    ("清除灌木竹类占地表", values["cleared"]),
                ],
            ),
            table(
                "面积（ha）",
                ("项目", "面积"),
                [
                    ("设计文件项目面积", facts["area"]),
                    ("与已登记项目重叠", facts["overlap"]),
                    ("道路、水面（误计入）", facts["roads"]),
                ],
            ),
            Document(
                "预估",
                (
                    f"设计文件预估计入期（{facts['years']}年）清除量 {claimed} tCO2。年均清除 "
                    f"{facts['growth']} tCO2/(ha·a)，非持久性风险扣减率 {facts['risk']:g} %，"
                    "基准线清除为零，无泄漏。",
                    "规定：开工日不早于2012-11-08；公示不少于20个工作日；权属覆盖计入期；"
                    "连片面积不小于400 m²（2019年及以前开工的667 m²）；清除不超过地表20 %。",
                ),
            ),
        )
        fields = (
            choices(
                "wrong",
                "facts",
                "不符合的审定要点|Items that fail",
                {str(k): f"{k}. {items[k]['zh']}|{k}. {items[k]['en']}" for k in shown},
            ),
            number("area", "area", "核定项目面积|Area that stands", "ha", 2, within=1e-4, weight=1.5),
            number("cut", "area", "核减面积比例|Share taken off", "%", 2, within=0.01),
            number(
                "gross",
                "estimate",
                "复算的计入期清除量|Removals of the crediting period, again",
                "tCO2",
                0,
                within=0.002,
            ),
            number(
                "net",
                "estimate",
                "扣减风险后的预估减排量|Estimate after the risk deduction",
                "tCO2",
                0,
                within=0.002,
            ),
            number(
                "over",
                "estimate",
                "设计文件高估（与扣减后相比）|Design document above it",
                "%",
                2,
                within=0.005,
            ),
            choice(
                "conclusion",
                "conclusion",
                "审定结论|Conclusion",
                {
                    "positive": "推荐登记|Positive",
                    "negative": "有未关闭的不符合项，不推荐登记|Negative: findings open",
                    "open": "仅需补充公示记录|Open: records only",
                    "later": "登记后整改|Correct after registration",
                },
            ),
        )
        return Drawn(("核对事实，列出不符合要点，复算预估减排量。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        found = _check(f)
        way("wrong", {str(one.item) for one in found.findings})
        area = way("area", f["area"] - f["overlap"] - f["roads"])
        way("cut", 100 * (1 - area / f["area"]))
        gross = way("gross", area * f["growth"] * f["years"])
        net = way("net", gross * (1 - f["risk"] / 100))
        way("over", 100 * (f["printed"] / net - 1))
        way("conclusion", found.conclusion)


def _check(f: Mapping[str, Any]) -> Any:
    values = {
        key: date.fromisoformat(value) if key in ("start", "tenure_end", "crediting_end") else value
        for key, value in f["values"].items()
    }
    return check_from({"schema": "tancai-forest-check/1", "kind": "validation", "facts": values})
