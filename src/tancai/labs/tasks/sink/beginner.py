"""Beginner: a plot tallied by diameter, a stand by volume, an event made neutral."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.engines.forest import biomass, tables
from tancai.engines.forest.neutrality import neutrality_from
from tancai.labs.tasks.accounting.common import lettered, steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.plant import q, total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, grid, number, table
from tancai.labs.tasks.sink.common import CO2, FARM, PAPERS

SPECIES, SET = "杉木", "LY/T 2264"


class TallyOfPlot(Task):
    """A plot of Chinese fir by diameter class: mass of a tree by organ, of the plot, carbon a hectare."""

    code = "sink-plot-tally"
    family = "sink"
    level = "beginner"
    title = "样地每木检尺与生物量计算|A plot tallied: biomass by allometry"
    minutes = 35
    clauses = FARM
    papers = PAPERS["monitoring"]
    steps = steps(
        ("trees", "单木生物量|Biomass of a tree", 40),
        ("plot", "样地生物量|Biomass of the plot", 30),
        ("carbon", "碳储量（监测报告）|Carbon stock (monitoring report)", 30),
    )

    def draw(self, chance: Chance) -> Drawn:
        classes = [
            (d, chance.near(h, 0.08, 1), chance.randrange(6, 40))
            for d, h in zip(
                chance.choice(((6, 9, 12, 16), (8, 10, 14, 18), (7, 11, 13, 17))),
                (5.5, 7.6, 9.5, 11.5),
                strict=True,
            )
        ]
        facts: dict[str, Any] = {
            "classes": classes,
            "plot": chance.choice((0.06, 0.0667, 0.04)),
            "cf": 0.52,
            "area": chance.figure(30, 120, 1),
        }
        rows = tables.find_all("allometry", species=SPECIES, equations=SET)
        documents = (
            table(
                "样地调查表（杉木）",
                ("径阶 D（cm）", "平均树高 H（m）", "株数"),
                classes,
                f"样地面积 {facts['plot']} ha，样地所在小班面积 {facts['area']} ha。杉木含碳率 0.52 tC/t。",
            ),
            table(
                "单木生物量方程 B＝a·D^b·H^c（kg，LY/T 2264-2014）",
                ("器官", "胸径范围（cm）", "a", "b", "c"),
                [
                    (
                        {"above": "地上", "below": "地下"}[r["organ"]],
                        f"{r['d_from'] or 0}～{r['d_below'] or '∞'}",
                        r["a"],
                        r["b"],
                        r["c"],
                    )
                    for r in rows
                ],
            ),
        )
        fields = (
            *grid(
                "mass",
                "trees",
                "单木生物量|Mass of a tree",
                {f"d{k}": f"{d} cm 径阶|{d} cm class" for k, (d, _, _) in enumerate(classes)},
                [("above", "地上|Above", "kg", 3), ("below", "地下|Below", "kg", 3)],
                within=0.002,
            ),
            number("above", "plot", "样地地上生物量|Plot, above ground", "kg", 1, within=0.002),
            number("below", "plot", "样地地下生物量|Plot, below ground", "kg", 1, within=0.002),
            number(
                "density",
                "carbon",
                "林分生物量|Biomass a hectare",
                "t/ha",
                2,
                within=0.003,
                units=("t/ha", "kg/ha"),
            ),
            number("carbon", "carbon", "碳密度|Carbon a hectare", "tC/ha", 2, within=0.003),
            number("stock", "carbon", "小班碳储量|Stock of the compartment", "tCO2", 0, within=0.003),
        )
        return Drawn(("按方程计算样地生物量和小班碳储量。D≥5 cm用相应方程。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        sums = {"above": 0.0, "below": 0.0}
        for k, (d, h, count) in enumerate(f["classes"]):
            for organ in sums:
                sums[organ] += count * way(f"d{k}.{organ}", biomass.allometric(SPECIES, SET, organ, d, h))
        above, below = way("above", sums["above"]), way("below", sums["below"])
        density = way("density", (above + below) / 1000 / f["plot"])
        carbon = way("carbon", density * f["cf"])
        way("stock", carbon * CO2 * f["area"])


class StandByVolume(Task):
    """Three compartments by growing stock: expansion factor, root ratio, carbon; the project area weighted."""

    code = "sink-stand-volume"
    family = "sink"
    level = "beginner"
    title = "蓄积量—生物量扩展因子法碳储量|Stocks by volume and expansion factors"
    minutes = 30
    clauses = FARM
    papers = PAPERS["design"]
    steps = steps(
        ("biomass", "生物量|Biomass", 42),
        ("carbon", "碳密度|Carbon density", 30),
        ("stock", "项目设计文件：初始碳储量|Design document: initial stock", 28),
    )

    def draw(self, chance: Chance) -> Drawn:
        names = chance.sample(("杉木", "马尾松", "桉树", "杨树", "木荷", "落叶松"), 3)
        facts: dict[str, Any] = {
            "stands": [(n, chance.figure(40, 160, 1), chance.figure(20, 150, 1)) for n in names]
        }
        rows = [tables.the("species", species=n) for n in sorted({*names, "柏木", "樟树"})]
        documents = (
            table(
                "小班因子",
                ("小班", "树种", "蓄积（m³/ha）", "面积（ha）"),
                [(k, *one) for k, one in enumerate(facts["stands"], 1)],
            ),
            table(
                "附表 树种参数",
                ("树种", "木材密度 WD（t/m³）", "BEF", "根茎比 R", "含碳率 CF（tC/t）"),
                [(r["species"], r["wd"], r["bef"], r["r"], r["cf"]) for r in rows],
                "地上＝V·WD·BEF；地下＝地上·R；碳＝(地上＋地下)·CF。",
            ),
        )
        labels = {
            f"s{k}": f"{k}号小班（{n}）|Compartment {k}" for k, (n, _, _) in enumerate(facts["stands"], 1)
        }
        fields = (
            *grid(
                "b",
                "biomass",
                "生物量|Biomass",
                labels,
                [("above", "地上|Above", "t/ha", 2), ("below", "地下|Below", "t/ha", 2)],
                within=0.002,
            ),
            *grid(
                "c",
                "carbon",
                "碳密度|Carbon density",
                labels,
                [("carbon", "碳密度|Carbon", "tC/ha", 2)],
                within=0.002,
            ),
            number("stock", "stock", "项目区碳储量|Stock of the project area", "tCO2", 0, within=0.002),
            number(
                "mean", "stock", "面积加权平均碳密度|Area-weighted carbon density", "tC/ha", 2, within=0.002
            ),
        )
        return Drawn(("计算各小班碳密度和项目区初始碳储量。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        weighted = 0.0
        for k, (name, volume, area) in enumerate(f["stands"], 1):
            above, _, _ = biomass.from_volume(name, volume)
            row = tables.the("species", species=name)
            up = way(f"s{k}.above", above)
            down = way(f"s{k}.below", up * row.number("r"))
            weighted += area * way(f"s{k}.carbon", (up + down) * row.number("cf"))
        area = total(one[2] for one in f["stands"])
        way("stock", weighted * CO2)
        way("mean", weighted / area)


class NeutralEvent(Task):
    """A forum: sources by stage, reductions that count, what remains in whole tonnes, which units may offset it."""

    code = "sink-neutral-event"
    family = "sink"
    level = "beginner"
    title = "大型活动碳中和评估|Carbon neutrality of an event"
    minutes = 35
    clauses = ("5.1.1-b2", "5.1.1-b3", *FARM)
    papers = PAPERS["neutrality"]
    steps = steps(
        ("gross", "核算|Emissions", 50),
        ("reduced", "减排|Reductions", 20),
        ("offset", "抵消|Offsetting", 15),
        ("conclusion", "碳中和评估文件：结论|Assessment: conclusion", 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "power": chance.figure(20000, 50000),
            "air": chance.figure(90000, 190000),
            "rail": chance.figure(200000, 480000),
            "hotel": chance.randrange(300, 800),
            "meals": chance.randrange(1500, 3800),
            "green": chance.figure(6000, 15000),
            "fewer": chance.randrange(100, 280),
            "f_air": chance.figure(0.11, 0.13, 3),
            "f_rail": chance.figure(0.024, 0.03, 4),
            "f_hotel": chance.figure(9, 13, 1),
            "f_meals": chance.figure(1.5, 2.0, 2),
        }
        facts["units"] = ()
        left = _event(facts).residual.value
        units = [
            ("CCER-A", "ccer", int(left * chance.uniform(0.4, 0.7)), True),
            ("CCER-B", "ccer", chance.randrange(15, 30), False),
            ("VCS-C", "vcs", chance.randrange(30, 60), True),
            ("FOREST-D", "forest", int(left * chance.uniform(0.08, 0.2)) + 1, True),
        ]
        facts["units"] = units
        words = {"ccer": "国家核证自愿减排量", "vcs": "国际VCS信用", "forest": "新建林业碳汇"}
        documents = (
            table(
                "活动数据",
                ("项目", "数量", "单位", "因子", "单位"),
                [
                    ("会场用电", text(facts["power"]), "kWh", "0.5306", "kgCO2/kWh（2023年全国平均）"),
                    ("航空", text(facts["air"]), "人·km", facts["f_air"], "kgCO2e/(人·km)"),
                    ("铁路", text(facts["rail"]), "人·km", facts["f_rail"], "kgCO2e/(人·km)"),
                    ("住宿", facts["hotel"], "间夜", facts["f_hotel"], "kgCO2e/间夜"),
                    ("餐饮", facts["meals"], "人次", facts["f_meals"], "kgCO2e/人次"),
                ],
                "除电力外，因子由案例给定。",
            ),
            table(
                "减排措施",
                ("措施", "减少的活动数据"),
                [
                    ("会场采购绿色电力", f"{text(facts['green'])} kWh"),
                    ("取消纸杯餐盒后减少用餐浪费，折算", f"{facts['fewer']} 人次"),
                ],
            ),
            table(
                "拟用于抵消的减排量",
                ("编号", "类型", "数量（tCO2e）", "已注销"),
                [(n, words[k], t, "是" if done else "否") for n, k, t, done in units],
                "依据《大型活动碳中和实施指南（试行）》，配额、国家核证自愿减排量、碳普惠、新建林业碳汇等可用于抵消，须已注销。",
            ),
        )
        options, facts["duty"] = lettered(
            chance,
            "仍有缺口，须补足并注销后方可声明碳中和|There is a gap: units must be retired before the claim",
            [
                "已抵消，可声明碳中和|Offset: may claim",
                "减排率达到一半即可声明|May claim at half the reductions",
                "未注销的减排量也可计入|Units not retired count too",
                "国际信用可以直接替代|International credits may take their place",
            ],
        )
        fields = (
            *(
                number(
                    f"e_{n}",
                    "gross",
                    label,
                    "tCO2e",
                    2,
                    within=0.003,
                    table="排放|Emissions",
                    row=label,
                    column="tCO2e",
                )
                for n, label in (
                    ("power", "用电|Electricity"),
                    ("air", "航空|Air"),
                    ("rail", "铁路|Rail"),
                    ("hotel", "住宿|Hotel"),
                    ("meals", "餐饮|Meals"),
                )
            ),
            number("reduced", "reduced", "减排量合计|Reductions", "tCO2e", 2, within=0.005),
            number("residual", "reduced", "剩余排放|Residual emissions", "tCO2e", 2, within=0.003),
            number("needed", "offset", "应抵消量（向上取整）|To offset, rounded up", "tCO2e", 0, within=0.0),
            choices(
                "accepted",
                "offset",
                "可以使用的减排量|Units that may be used",
                {n: n for n, *_ in units},
                weight=0.6,
            ),
            number("gap", "conclusion", "尚缺的减排量|Still missing", "tCO2e", 0, within=0.0, weight=2),
            choice("duty", "conclusion", "评估结论|Conclusion", options),
        )
        return Drawn(("核算论坛的排放，确定减排和抵消，给出评估结论。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        found = _event(f)
        printed = {
            "power": 0.5306,
            "air": f["f_air"],
            "rail": f["f_rail"],
            "hotel": f["f_hotel"],
            "meals": f["f_meals"],
        }
        gross = total(way(f"e_{n}", f[n] * factor / 1000) for n, factor in printed.items())
        reduced = way("reduced", found.reduced)
        residual = way("residual", max(0.0, gross - reduced))
        needed = way("needed", float(-(-round(residual, 6) // 1)))
        able = {n for n, kind, _, done in f["units"] if kind in ("ccer", "forest") and done}
        used = way("accepted", able)
        way("gap", max(0.0, needed - sum(t for n, _, t, _ in f["units"] if n in used)))
        way("duty", f["duty"])


def _event(f: Mapping[str, Any]) -> Any:
    """The event by the engine."""
    sources = [{"id": "power", "amount": q(f["power"], "kWh"), "electricity": "national"}]
    for name, at in (("air", "person·km"), ("rail", "person·km"), ("hotel", "item"), ("meals", "item")):
        per = f"({at})"
        sources.append(
            {
                "id": name,
                "amount": q(f[name], at),
                "factor": q(f[f"f_{name}"], f"kgCO2e/{per}"),
                "factor_source": "case",
            }
        )
    return neutrality_from(
        {
            "schema": "tancai-forest-neutrality/1",
            "subject": {"name": "event", "standard": "mee-2019", "year": 2026},
            "source": sources,
            "reduction": [
                {"source": "power", "amount": q(f["green"], "kWh")},
                {"source": "meals", "amount": q(f["fewer"], "item")},
            ],
            "unit": [
                {"kind": kind, "serial": n, "tonnes": q(t, "tCO2e"), "vintage": 2024, "retired": done}
                for n, kind, t, done in f["units"]
            ],
        }
    )


class DesignApplicability(Task):
    """A design document's first chapter: may the methodology be used, from when to when, on which land."""

    code = "sink-design-applicability"
    family = "sink"
    level = "beginner"
    title = "造林项目适用条件与边界|Applicability and boundary of a planting project"
    minutes = 30
    clauses = FARM
    papers = PAPERS["design"]
    steps = steps(
        ("land", "地块筛选|Land", 18),
        ("area", "项目边界|Project boundary", 44),
        ("period", "计入期与监测期|Crediting and monitoring periods", 38),
    )

    def draw(self, chance: Chance) -> Drawn:
        kinds = [
            ("fit", "荒山荒地，2013年起为非森林，权属至2062年"),
            ("small", "荒地，连片面积380 m²"),
            ("wet", "湖滨湿地"),
            ("forest", "2021年皆伐后的林地"),
            ("tenure", "荒地，权属2035年到期"),
            ("fit", "退化草坡，2010年起为非森林，权属至2070年"),
            ("fit", "石漠化坡地，历史影像均为非森林，权属至2065年"),
        ]
        drawn = chance.mixed(kinds)
        plots = [
            (
                f"P{k}",
                kind,
                about,
                0.038 if kind == "small" else chance.figure(8, 60, 2),
                chance.randrange(3, 12),
            )
            for k, (kind, about) in enumerate(drawn, 1)
        ]
        facts: dict[str, Any] = {
            "plots": plots,
            "density": chance.choice((1650, 2500, 1667)),
            "survival": chance.figure(88, 97, 1),
            "start": chance.choice((2021, 2022, 2023)),
            "years": chance.choice((20, 25, 30, 40)),
        }
        documents = (
            table(
                "地块调查",
                ("地块", "情况", "面积（ha）", "地块内道路水面（%）"),
                [(n, about, area, road) for n, _, about, area, road in plots],
                f"拟{facts['start']}年3月开工造林，计入期{facts['years']}年。初植密度 "
                f"{facts['density']} 株/ha，当年成活率 {facts['survival']} %。",
            ),
            Document(
                "适用条件（CCER-14-001-V01 摘要）",
                (
                    "开工前至少3年为非森林且为规划造林地；连片面积不小于400 m²；不是湿地；"
                    "权属覆盖整个计入期；计入期20至40年。道路和水面不计入项目面积。",
                ),
            ),
        )
        labels = {n: n for n, *_ in plots}
        fields = (
            choices("fit", "land", "可以纳入项目的地块|Plots that may be in the project", labels),
            number("gross", "area", "纳入地块毛面积|Gross area", "ha", 2, within=1e-4),
            number(
                "net",
                "area",
                "扣除道路水面后的项目面积|Area without roads and water",
                "ha",
                2,
                within=0.001,
                weight=1.5,
            ),
            number("trees", "area", "成活株数|Trees alive", "株", 0, within=0.001),
            number(
                "end", "period", "计入期截止年份（含）|Last year of the crediting period", "年", 0, within=0.0
            ),
            number(
                "reports",
                "period",
                "按每5年核查一次的次数|Verifications, one in five years",
                "次",
                0,
                within=0.0,
            ),
            number(
                "stems",
                "period",
                "首个监测期末（第5年末）单株平均占地|Ground a living tree",
                "m2",
                3,
                within=0.002,
            ),
        )
        return Drawn(("按适用条件筛选地块，确定项目边界和计入期。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        own = way("fit", {n for n, kind, *_ in f["plots"] if kind == "fit"})
        gross = way("gross", total(area for n, _, _, area, _ in f["plots"] if n in own))
        share = total(area * (1 - road / 100) for n, _, _, area, road in f["plots"] if n in own) / max(
            1e-9, total(area for n, _, _, area, _ in f["plots"] if n in own)
        )
        net = way("net", gross * share)
        trees = way("trees", net * f["density"] * f["survival"] / 100)
        way("end", float(f["start"] + f["years"] - 1))
        way("reports", float(-(-f["years"] // 5)))
        way("stems", net * 10000 / trees)
