"""Sectors: a storage station, batteries against other storage, a farm's gases and water, a herd and its manure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.labs.tasks.accounting.common import steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.plant import total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, grid, number, table

N2O, CH4 = 265.0, 28.0
"""Warming potentials of AR5."""


class StorageStation(Task):
    """A battery station for a year: losses, round trip, emission shifted between hours, own intensity."""

    code = "strategy-storage-station"
    family = "strategy"
    level = "intermediate"
    title = "电化学储能电站运行碳核算|A storage station's carbon account"
    minutes = 40
    clauses = ("5.5.3-b1", "5.5.3-b2", "5.5.3-b3")
    papers = ("003 储能碳管理工程师",)
    steps = steps(
        ("run", "运行数据|Operation", 36),
        ("emission", "排放与减排|Emissions and effect", 44),
        ("life", "寿命折算|Over its life", 20),
    )

    def draw(self, chance: Chance) -> Drawn:
        rated = chance.choice((50, 100, 200))
        facts: dict[str, Any] = {
            "rated": rated,
            "cycles": chance.randrange(280, 520),
            "depth": chance.figure(0.85, 0.95, 2),
            "out": chance.figure(0.86, 0.90, 4),
            "aux": chance.figure(1.5, 3.5, 2),
            "night": chance.figure(0.30, 0.48, 4),
            "peak": chance.figure(0.62, 0.82, 4),
            "make": chance.figure(70, 100, 1),
            "life": chance.choice((10, 12, 15)),
        }
        documents = (
            table(
                "运行统计",
                ("项目", "数值"),
                [
                    ("额定容量", f"{rated} MWh"),
                    ("等效满充放次数", facts["cycles"]),
                    ("放电深度", facts["depth"]),
                    ("充放电效率（放电/充电）", facts["out"]),
                    ("站用电率（占充电量）", f"{facts['aux']} %"),
                ],
            ),
            table(
                "边际因子（教学设定）",
                ("时段", "tCO2/MWh"),
                [("充电时段（午间光伏）", facts["night"]), ("放电时段（晚峰）", facts["peak"])],
                f"制造碳足迹 {facts['make']} kgCO2e/kWh（额定容量），寿命 {facts['life']} 年，每年运行相同。",
            ),
        )
        fields = (
            number("out", "run", "年放电量|Discharged", "MWh", 1, within=0.001),
            number("in", "run", "年充电量|Charged", "MWh", 1, within=0.001),
            number("aux", "run", "站用电量|Own use", "MWh", 1, within=0.002),
            number("round", "run", "综合效率（放电/(充电＋站用)）|Overall efficiency", "%", 2, within=0.002),
            number(
                "e_in", "emission", "充电与站用排放|Emission of charging and own use", "tCO2", 1, within=0.002
            ),
            number("e_out", "emission", "放电替代的排放|Emission replaced", "tCO2", 1, within=0.002),
            number("net", "emission", "年净减排|Net avoided", "tCO2", 1, within=0.005),
            number(
                "per",
                "life",
                "每MWh放电分摊的制造排放|Making, a MWh discharged",
                "kgCO2e/MWh",
                2,
                within=0.003,
            ),
            number("back", "life", "制造排放的碳回收期|Carbon payback of making", "a", 2, within=0.01),
        )
        return Drawn(("核算储能电站年度运行的净减排和碳回收期。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        out = way("out", f["rated"] * f["depth"] * f["cycles"])
        charged = way("in", out / f["out"])
        aux = way("aux", charged * f["aux"] / 100)
        way("round", 100 * out / (charged + aux))
        e_in = way("e_in", (charged + aux) * f["night"])
        e_out = way("e_out", out * f["peak"])
        net = way("net", e_out - e_in)
        making = f["rated"] * f["make"]
        way("per", making * 1000 / (out * f["life"]))
        way("back", making / net)


class ChoiceOfStorage(Task):
    """Battery, compressed air, molten salt for one duty: energy, carbon, cost a kilowatt-hour; the fitting one."""

    code = "strategy-choice-of-storage"
    family = "strategy"
    level = "advanced"
    title = "储能技术比选：电池、压缩空气、储热|Choosing storage: battery, compressed air, heat"
    minutes = 45
    clauses = ("5.5.3-b2", "5.5.3-b3", "5.5.3-b4")
    papers = ("003 储能碳管理工程师",)
    steps = steps(
        ("energy", "能量|Energy", 30),
        ("carbon", "碳排放|Carbon", 30),
        ("cost", "度电成本|Levelised cost", 30),
        ("choose", "方案|Choice", 10),
    )

    def draw(self, chance: Chance) -> Drawn:
        kinds = ("锂离子电池", "压缩空气", "熔盐储热")
        facts: dict[str, Any] = {
            "kinds": kinds,
            "duty": chance.randrange(80, 160) * 1000,
            "round": (chance.figure(85, 89, 1), chance.figure(60, 68, 1), chance.figure(36, 42, 1)),
            "invest": (
                chance.randrange(900, 1300),
                chance.randrange(1200, 1700),
                chance.randrange(700, 1000),
            ),
            "life": (12, 30, 25),
            "make": (chance.figure(80, 100, 0), chance.figure(25, 45, 0), chance.figure(20, 35, 0)),
            "fixed": (2.0, 1.5, 1.8),
            "price": chance.figure(0.18, 0.28, 3),
            "factor": chance.figure(0.05, 0.2, 3),
            "rate": 6.0,
            "cycles": 330,
            "limit": chance.figure(0.25, 0.5, 2),
        }
        facts["size"] = facts["duty"] / facts["cycles"]
        documents = (
            table(
                "技术参数",
                (
                    "技术",
                    "往返效率（%）",
                    "投资（元/kWh额定）",
                    "寿命（a）",
                    "制造排放（kgCO2e/kWh额定）",
                    "运维（%投资/a）",
                ),
                [
                    (
                        n,
                        facts["round"][k],
                        facts["invest"][k],
                        facts["life"][k],
                        text(facts["make"][k]),
                        facts["fixed"][k],
                    )
                    for k, n in enumerate(kinds)
                ],
                f"任务：每年放电 {facts['duty']} MWh，每年{facts['cycles']}次满充放。充电电价 "
                f"{facts['price']} 元/kWh，充电因子 {facts['factor']} tCO2/MWh，贴现率6 %。",
            ),
            Document(
                "准则", (f"在每MWh放电碳排放不高于 {facts['limit']} tCO2e 的技术中，选度电成本最低者。",)
            ),
        )
        labels = {
            f"k{k}": f"{n}|{e}"
            for k, (n, e) in enumerate(zip(kinds, ("Battery", "Compressed air", "Molten salt"), strict=True))
        }
        fields = (
            number("size", "energy", "额定容量|Rated capacity", "MWh", 2, within=0.001),
            *grid(
                "e",
                "energy",
                "年充电量|Charged",
                labels,
                [("charged", "充电量|Charged", "MWh", 0)],
                within=0.002,
            ),
            *grid(
                "c",
                "carbon",
                "每MWh放电碳排放|Carbon a MWh discharged",
                labels,
                [("carbon", "碳排放|Carbon", "tCO2e/MWh", 4)],
                within=0.005,
            ),
            *grid(
                "l",
                "cost",
                "度电成本|Levelised cost",
                labels,
                [("cost", "度电成本|Cost", "元/kWh", 4)],
                within=0.005,
            ),
            choice("best", "choose", "应选方案|To be chosen", {**labels, "none": "均不满足|None"}),
        )
        return Drawn(
            ("比较三种储能技术的碳排放和度电成本，选择方案。充电和制造排放均按放电量分摊。",),
            documents,
            fields,
            facts,
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        size = way("size", f["duty"] / f["cycles"])
        carbons, costs = {}, {}
        r = f["rate"] / 100
        for k in range(3):
            charged = way(f"k{k}.charged", f["duty"] / f["round"][k] * 100)
            making = size * 1000 * f["make"][k] / 1000 / f["life"][k]
            carbons[f"k{k}"] = way(f"k{k}.carbon", (charged * f["factor"] + making) / f["duty"])
            invest = size * 1000 * f["invest"][k]
            yearly = (
                invest * (r / (1 - (1 + r) ** -f["life"][k]) + f["fixed"][k] / 100)
                + charged * 1000 * f["price"]
            )
            costs[f"k{k}"] = way(f"k{k}.cost", yearly / (f["duty"] * 1000))
        able = [name for name in costs if carbons[name] <= f["limit"]]
        way("best", min(able, key=lambda name: costs[name]) if able else "none")


class FarmGases(Task):
    """A rice and vegetable farm: nitrous oxide of fertiliser, methane of paddies, pumping; a leaner plan."""

    code = "strategy-farm-gases"
    family = "strategy"
    level = "intermediate"
    title = "农场温室气体核算与水肥优化|A farm's gases, water and fertiliser"
    minutes = 45
    clauses = ("5.5.4-b1", "5.5.4-b2", "5.5.4-b3")
    papers = ("003 农业碳管理工程师",)
    steps = steps(
        ("nitrogen", "施肥N2O|Nitrous oxide", 28),
        ("rice", "稻田CH4|Methane", 18),
        ("water", "灌溉|Irrigation", 28),
        ("plan", "优化方案|Plan", 26),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "area": chance.figure(60, 180, 1),
            "rice": chance.figure(40, 90, 1),
            "n": chance.figure(180, 280, 0),
            "ef": 0.01,
            "vol": 0.11,
            "leach": 0.24,
            "ef5": 0.011,
            "ch4": chance.figure(180, 260, 0),
            "cut": chance.figure(0.45, 0.6, 2),
            "need": chance.figure(620, 760, 0),
            "rain": [chance.figure(20, 130, 0) for _ in range(4)],
            "use": chance.figure(0.6, 0.75, 2),
            "canal": chance.figure(0.55, 0.7, 2),
            "head": chance.figure(18, 40, 1),
            "pump": chance.figure(0.55, 0.68, 2),
            "less": chance.choice((15, 20, 25)),
        }
        documents = (
            table(
                "农场",
                ("项目", "数值"),
                [
                    ("旱作面积", f"{facts['area']} ha"),
                    ("水稻面积", f"{facts['rice']} ha"),
                    ("氮肥用量（纯N，旱作）", f"{text(facts['n'])} kg/ha"),
                    ("水稻CH4因子（持续淹水）", f"{text(facts['ch4'])} kg/(ha·季)，一季"),
                    ("间歇灌溉的换算系数", facts["cut"]),
                ],
            ),
            table(
                "灌溉",
                ("项目", "数值"),
                [
                    ("旱作生育期需水", f"{text(facts['need'])} mm"),
                    ("四个月降水（mm）", "、".join(text(v) for v in facts["rain"])),
                    ("有效降水系数", facts["use"]),
                    ("灌溉水利用系数", facts["canal"]),
                    ("扬程", f"{facts['head']} m"),
                    ("泵站效率", facts["pump"]),
                ],
                "泵电耗（kWh）＝水量（m³）×扬程×9.81/3600/效率；电力0.5306 kgCO2/kWh。",
            ),
            Document(
                "因子",
                (
                    "直接N2O-N＝0.01·N；挥发沉降N2O-N＝0.01·0.11·N；淋溶N2O-N＝0.011·0.24·N；"
                    "N2O＝N2O-N×44/28。GWP（AR5）：N2O 265，CH4 28。",
                    f"优化方案：测土配方减氮 {facts['less']} %，水稻改间歇灌溉，滴灌使利用系数提高到0.90。",
                ),
            ),
        )
        fields = (
            number("nitrogen", "nitrogen", "旱作施氮总量|Nitrogen", "t", 2, within=0.001),
            number("direct", "nitrogen", "直接N2O排放|Direct N2O", "tCO2e", 2, within=0.003),
            number("n2o", "nitrogen", "N2O排放合计|All N2O", "tCO2e", 2, within=0.003),
            number("ch4", "rice", "稻田CH4排放|Paddy methane", "tCO2e", 1, within=0.003),
            number("net", "water", "旱作净灌溉定额|Net irrigation", "mm", 1, within=0.003),
            number("volume", "water", "旱作灌溉取水量|Water taken", "m3", 0, within=0.003),
            number("pump", "water", "灌溉用电排放|Emission of pumping", "tCO2", 2, within=0.005),
            number("saved", "plan", "优化方案年减排|Plan avoids", "tCO2e", 1, within=0.01, weight=1.5),
            number("water", "plan", "优化方案年节水|Plan saves", "m3", 0, within=0.01),
        )
        return Drawn(("核算农场温室气体排放和灌溉用水，评价水肥优化方案。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        nitrogen = way("nitrogen", f["area"] * f["n"] / 1000)
        direct = way("direct", nitrogen * f["ef"] * 44 / 28 * N2O)
        n2o = way("n2o", direct * (1 + f["vol"] + f["ef5"] * f["leach"] / f["ef"]))
        ch4 = way("ch4", f["rice"] * f["ch4"] / 1000 * CH4)
        net = way("net", max(0.0, f["need"] - f["use"] * total(f["rain"])))
        volume = way("volume", net * 10 * f["area"] / f["canal"])
        pump = way("pump", volume * f["head"] * 9.81 / 3600 / f["pump"] * 0.5306 / 1000)
        share = 1 - f["canal"] / 0.90
        way("saved", n2o * f["less"] / 100 + ch4 * (1 - f["cut"]) + pump * share)
        way("water", volume * share)


class HerdAndManure(Task):
    """A dairy herd: enteric methane, manure, a digester that burns gas instead of coal; milk by kilogram."""

    code = "strategy-herd-and-manure"
    family = "strategy"
    level = "advanced"
    title = "养殖场排放与沼气减排|A herd, its manure and a digester"
    minutes = 45
    clauses = ("5.5.4-b1", "5.5.4-b2", "5.5.4-b4")
    papers = ("003 农业碳管理工程师",)
    steps = steps(
        ("enteric", "肠道发酵|Enteric", 24),
        ("manure", "粪便管理|Manure", 30),
        ("digester", "沼气工程|Digester", 30),
        ("milk", "产品强度|Milk", 16),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "cows": chance.randrange(600, 1600),
            "young": chance.randrange(300, 900),
            "ef": (chance.figure(82, 96, 0), chance.figure(48, 60, 0)),
            "vs": (chance.figure(4.2, 5.4, 2), chance.figure(2.0, 2.8, 2)),
            "b0": 0.24,
            "mcf": chance.choice((0.35, 0.42, 0.5)),
            "after": 0.08,
            "yield": chance.figure(7.6, 9.4, 2),
            "used": chance.figure(82, 92, 0),
            "boiler": chance.figure(80, 88, 0),
            "coal": chance.figure(0.094, 0.098, 4),
        }
        documents = (
            table(
                "存栏与参数",
                ("项目", "泌乳牛", "后备牛"),
                [
                    ("年均存栏（头）", facts["cows"], facts["young"]),
                    ("肠道CH4因子（kg/(头·a)）", text(facts["ef"][0]), text(facts["ef"][1])),
                    ("挥发性固体 VS（kg/(头·d)）", *facts["vs"]),
                ],
                f"最大产甲烷潜力 B0＝{facts['b0']} m³/kgVS，甲烷密度0.67 kg/m³，一年365天；"
                f"氧化塘MCF＝{facts['mcf']}，沼气工程剩余MCF＝{facts['after']}。GWP 28（AR5）。",
            ),
            Document(
                "沼气工程",
                (
                    f"沼气收集甲烷＝原氧化塘甲烷与剩余甲烷之差，其中 {text(facts['used'])} % 用于锅炉，"
                    f"其余火炬燃烧；甲烷热值 50 MJ/kg，锅炉效率 {text(facts['boiler'])} %，"
                    f"替代燃煤供热（同效率），燃煤因子 {facts['coal']} tCO2/GJ。",
                    f"泌乳牛年产奶 {facts['yield']} t/头；粪便与肠道排放全部计入牛奶。",
                ),
            ),
        )
        fields = (
            number("enteric", "enteric", "肠道发酵CH4|Enteric methane", "tCH4", 2, within=0.002),
            number("e_enteric", "enteric", "肠道发酵排放|Enteric, as CO2e", "tCO2e", 1, within=0.002),
            number("vs", "manure", "年挥发性固体|Volatile solids", "t", 1, within=0.002),
            number("manure", "manure", "氧化塘CH4|Lagoon methane", "tCH4", 2, within=0.003),
            number("e_manure", "manure", "粪便管理排放|Manure, as CO2e", "tCO2e", 1, within=0.003),
            number("caught", "digester", "沼气工程收集甲烷|Methane caught", "tCH4", 2, within=0.005),
            number("heat", "digester", "替代燃煤的燃料热量|Fuel heat replaced", "GJ", 0, within=0.005),
            number("saved", "digester", "沼气工程年减排|Avoided by the digester", "tCO2e", 1, within=0.005),
            number("before", "milk", "牛奶排放强度（改造前）|Milk, before", "kgCO2e/kg", 3, within=0.003),
            number("after", "milk", "牛奶排放强度（改造后）|Milk, after", "kgCO2e/kg", 3, within=0.005),
        )
        return Drawn(("核算奶牛场排放，评价沼气工程的减排效果。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        herd = (f["cows"], f["young"])
        enteric = way("enteric", total(n * ef for n, ef in zip(herd, f["ef"], strict=True)) / 1000)
        e_enteric = way("e_enteric", enteric * CH4)
        solids = way("vs", total(n * vs for n, vs in zip(herd, f["vs"], strict=True)) * 365 / 1000)
        manure = way("manure", solids * f["b0"] * 0.67 * f["mcf"])
        e_manure = way("e_manure", manure * CH4)
        caught = way("caught", manure * (1 - f["after"] / f["mcf"]))
        heat = way("heat", caught * f["used"] / 100 * 50)
        saved = way("saved", caught * CH4 + heat * f["coal"])
        milk = f["cows"] * f["yield"]
        way("before", (e_enteric + e_manure) / milk)
        way("after", (e_enteric + e_manure - saved) / milk)
