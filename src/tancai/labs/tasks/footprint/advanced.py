"""Advanced: a loop solved as a matrix, a vehicle through its life, a label with uncertainty and a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon.uncertainty import propagate
from tancai.labs.tasks.accounting.common import coded, lettered, steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.footprint.common import (
    GOAL,
    IMPACT,
    INVENTORY,
    PAPERS,
    REPORT,
    computed,
)
from tancai.labs.tasks.plant import q
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, number, table


class Loop(Task):
    """Steel needs power and power needs steel: scale of both processes, what each product carries."""

    code = "footprint-loop"
    family = "footprint"
    level = "advanced"
    title = "含循环的产品系统求解|Solving a product system with a loop"
    minutes = 45
    clauses = ("5.2.2-b2", "5.5.2-b2", "5.4.1-b1", "5.1.1-b2")
    papers = PAPERS
    steps = steps(
        ("matrix", "建立方程|Equations", 16),
        ("scale", INVENTORY, 40),
        ("impact", IMPACT, 30),
        ("report", REPORT, 14),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "need": chance.figure(800, 1500),
            "power_per_steel": chance.figure(0.5, 0.9, 3),
            "steel_per_power": chance.figure(0.02, 0.06, 4),
            "scrap": chance.figure(0.08, 0.16, 3),
            "e_steel": chance.figure(1.3, 1.9, 3),
            "e_power": chance.figure(0.6, 0.9, 3),
        }
        documents = (
            Document(
                "产品系统", ("三个单元过程相互供应，功能单位为 {} kg 构件。".format(text(facts["need"])),)
            ),
            table(
                "单元过程（每单位产出）",
                ("过程", "产出", "投入：钢", "投入：电", "投入：构件边角", "直接排放"),
                [
                    (
                        "炼钢",
                        "1 kg 钢",
                        "—",
                        f"{facts['power_per_steel']} kWh",
                        f"{facts['scrap']} kg（回炉）",
                        f"{facts['e_steel']} kgCO2e",
                    ),
                    (
                        "发电",
                        "1 kWh",
                        f"{facts['steel_per_power']} kg",
                        "—",
                        "—",
                        f"{facts['e_power']} kgCO2e",
                    ),
                    ("成形", "1 kg 构件", "1.12 kg", "0.2 kWh", "—", "0"),
                ],
            ),
        )
        fields = (
            number(
                "det",
                "matrix",
                "钢、电两方程消去电后钢的系数（1－电耗×钢耗）|Coefficient of steel after eliminating power",
                "1",
                5,
                within=0.0005,
                weight=1,
            ),
            number("s_steel", "scale", "炼钢过程规模|Scale of steel-making", "kg", 2, within=0.001),
            number("s_power", "scale", "发电过程规模|Scale of power", "kWh", 2, within=0.001),
            number("s_part", "scale", "成形过程规模|Scale of forming", "kg", 2, within=0.001),
            number("i_steel", "impact", "炼钢直接排放|Emission of steel-making", "kgCO2e", 2, within=0.001),
            number("i_power", "impact", "发电直接排放|Emission of power", "kgCO2e", 2, within=0.001),
            number("total", "report", "功能单位碳足迹|Footprint", "kgCO2e", 2, within=0.001),
            number("per", "report", "每千克构件碳足迹|Footprint a kilogram", "kgCO2e/kg", 4, within=0.001),
        )
        return Drawn(
            ("列出平衡方程并求解各过程规模。构件边角回炉视为对构件的需求。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("det", 1 - f["power_per_steel"] * f["steel_per_power"])
        found = computed(
            ("part", f["need"], "kg"),
            [
                {
                    "id": "steel",
                    "output": [{"flow": "steel", "amount": "1 kg"}],
                    "input": [
                        {"flow": "power", "amount": q(f["power_per_steel"], "kWh")},
                        {"flow": "part", "amount": q(f["scrap"], "kg")},
                    ],
                    "emission": [{"gas": "CO2", "amount": q(f["e_steel"], "kgCO2")}],
                },
                {
                    "id": "power",
                    "output": [{"flow": "power", "amount": "1 kWh"}],
                    "input": [{"flow": "steel", "amount": q(f["steel_per_power"], "kg")}],
                    "emission": [{"gas": "CO2", "amount": q(f["e_power"], "kgCO2")}],
                },
                {
                    "id": "part",
                    "output": [{"flow": "part", "amount": "1 kg"}],
                    "input": [{"flow": "steel", "amount": "1.12 kg"}, {"flow": "power", "amount": "0.2 kWh"}],
                },
            ],
            {},
        )
        steel, power = (
            way("s_steel", found.scaling["steel:steel"]),
            way("s_power", found.scaling["power:power"]),
        )
        way("s_part", found.scaling["part:part"])
        whole = way("i_steel", steel * f["e_steel"]) + way("i_power", power * f["e_power"])
        whole = way("total", whole)
        way("per", whole / f["need"])


class Vehicle(Task):
    """Two cars through their lives by kilometre: making, using, scrapping; when the one overtakes the other."""

    code = "footprint-vehicle-life"
    family = "footprint"
    level = "advanced"
    title = "汽车全生命周期碳足迹与盈亏里程|Vehicles through their lives"
    minutes = 50
    clauses = ("5.5.1-b1", "5.5.1-b2", "5.2.2-b2")
    papers = PAPERS
    steps = steps(
        ("goal", GOAL, 8), ("making", INVENTORY, 30), ("use", "使用阶段|Use", 26), ("report", REPORT, 36)
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "km": 150000.0,
            "body": chance.figure(1000, 1250),
            "light": chance.figure(150, 230),
            "plastic": chance.figure(160, 220),
            "battery": chance.figure(50, 85, 1),
            "f_steel": chance.figure(2.0, 2.6, 2),
            "f_light": chance.figure(12, 17, 1),
            "f_plastic": chance.figure(2.8, 3.8, 2),
            "f_battery": chance.figure(75, 105, 1),
            "engine": chance.figure(900, 1300),
            "use_e": chance.figure(13, 17, 1),
            "loss": chance.figure(8, 14, 1),
            "use_p": chance.figure(5.6, 7.4, 1),
            "f_petrol": chance.figure(2.75, 2.95, 3),
            "end": chance.figure(250, 500),
        }
        unit, facts["unit"] = lettered(
            chance,
            "行驶1 km（寿命内）|1 km driven in its life",
            [
                "一辆汽车|One car",
                "一年行驶|A year of driving",
                "1 kg整备质量|1 kg of kerb weight",
                "一次充电|One charge",
            ],
        )
        documents = (
            table(
                "材料与部件（kg或kWh）",
                ("项目", "电动车", "燃油车", "因子（教学虚构）"),
                [
                    ("钢铁件", text(facts["body"]), text(facts["body"]), f"{facts['f_steel']} kgCO2e/kg"),
                    ("铝合金件", text(facts["light"]), "80", f"{facts['f_light']} kgCO2e/kg"),
                    (
                        "塑料件",
                        text(facts["plastic"]),
                        text(facts["plastic"]),
                        f"{facts['f_plastic']} kgCO2e/kg",
                    ),
                    ("动力电池", f"{facts['battery']} kWh", "—", f"{facts['f_battery']} kgCO2e/kWh"),
                    ("发动机与变速器", "—", "1套", f"{text(facts['engine'])} kgCO2e/套"),
                ],
                f"报废处理两车均为 {text(facts['end'])} kgCO2e。寿命里程 150 000 km。",
            ),
            table(
                "使用",
                ("项目", "数值"),
                [
                    ("电动车百公里电耗（车端）", f"{facts['use_e']} kWh"),
                    ("充电损失（占充电量）", f"{facts['loss']} %"),
                    ("电力碳足迹因子（2024年全国）", "0.5777 kgCO2e/kWh"),
                    ("燃油车百公里油耗", f"{facts['use_p']} L"),
                    ("汽油全生命周期因子", f"{facts['f_petrol']} kgCO2e/L"),
                ],
            ),
        )
        fields = (
            choice("unit", "goal", "合适的功能单位|A fitting functional unit", unit),
            number("make_e", "making", "电动车制造|Making the electric car", "kgCO2e", 0, within=0.001),
            number("make_p", "making", "燃油车制造|Making the petrol car", "kgCO2e", 0, within=0.001),
            number(
                "battery",
                "making",
                "动力电池占电动车制造的比例|Battery's share of making",
                "%",
                1,
                within=0.005,
            ),
            number(
                "use_e",
                "use",
                "电动车每公里使用排放|Electric car, use a kilometre",
                "gCO2e/km",
                2,
                within=0.002,
            ),
            number(
                "use_p",
                "use",
                "燃油车每公里使用排放|Petrol car, use a kilometre",
                "gCO2e/km",
                2,
                within=0.002,
            ),
            number(
                "km_e", "report", "电动车全生命周期|Electric car, whole life", "gCO2e/km", 1, within=0.002
            ),
            number("km_p", "report", "燃油车全生命周期|Petrol car, whole life", "gCO2e/km", 1, within=0.002),
            number(
                "even",
                "report",
                "电动车开始占优的里程|Distance from which the electric car is better",
                "km",
                0,
                within=0.005,
                weight=1.5,
            ),
            number(
                "clean",
                "report",
                "电力因子降低30 %时电动车全生命周期|Electric car with a grid 30 % cleaner",
                "gCO2e/km",
                1,
                within=0.002,
            ),
        )
        return Drawn(("比较两款车的全生命周期碳足迹，给出盈亏里程。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("unit", f["unit"])
        electric = _car(f, battery=True)
        make_e = way("make_e", electric.total)
        make_p = way("make_p", _car(f, battery=False).total)
        way("battery", 100 * electric.by("flow")["battery"] / make_e)
        use_e = way("use_e", f["use_e"] / 100 / (1 - f["loss"] / 100) * 577.7)
        use_p = way("use_p", f["use_p"] / 100 * f["f_petrol"] * 1000)
        fixed = 1000 / f["km"]
        way("km_e", (make_e + f["end"]) * fixed + use_e)
        way("km_p", (make_p + f["end"]) * fixed + use_p)
        way("even", (make_e - make_p) * 1000 / (use_p - use_e))
        way("clean", (make_e + f["end"]) * fixed + 0.7 * use_e)


def _car(f: Mapping[str, Any], *, battery: bool) -> Any:
    parts = {
        "steel": (f["body"], "kg"),
        "light": (f["light"] if battery else 80.0, "kg"),
        "plastic": (f["plastic"], "kg"),
    }
    parts |= {"battery": (f["battery"], "kWh")} if battery else {"engine": (1.0, "piece")}
    factors = {
        "steel": (f["f_steel"], "kgCO2e/kg"),
        "light": (f["f_light"], "kgCO2e/kg"),
        "plastic": (f["f_plastic"], "kgCO2e/kg"),
        "battery": (f["f_battery"], "kgCO2e/kWh"),
        "engine": (f["engine"], "kgCO2e/piece"),
    }
    return computed(
        ("car", 1, "piece"),
        [
            {
                "id": "car",
                "output": [{"flow": "car", "amount": "1 piece"}],
                "input": [{"flow": name, "amount": q(*given)} for name, given in parts.items()],
            }
        ],
        {name: factors[name] for name in parts},
    )


class Label(Task):
    """A claim for a label: total with uncertainty, threshold, comparison of two designs, what may be said."""

    code = "footprint-label"
    family = "footprint"
    level = "advanced"
    title = "碳标签评价：结果、不确定度与声明|A carbon label: result, uncertainty, claim"
    minutes = 45
    clauses = ("5.2.2-b2", "5.2.2-b3", "5.1.1-b3", "5.4.1-b3")
    papers = PAPERS
    steps = steps(
        ("impact", IMPACT, 30),
        ("uncertainty", "不确定度|Uncertainty", 36),
        ("level", "标签等级|Level of the label", 16),
        ("claim", "声明|Claim", 18),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "resin": chance.figure(1.6, 2.4, 3),
            "metal": chance.figure(2.2, 3.6, 3),
            "power": chance.figure(3, 6, 3),
            "f_resin": chance.figure(2.4, 3.4, 2),
            "f_metal": chance.figure(2.0, 2.8, 2),
            "u_resin": chance.figure(8, 15, 0),
            "u_metal": chance.figure(5, 12, 0),
            "before": chance.figure(18, 24, 2),
            "steps": (8.0, 10.5, 13.0, 16.0),
        }
        claims, facts["claims"] = coded(
            chance,
            [
                "声明单位、系统边界和评价依据|Declared unit, boundary and basis",
                "数据年份和碳足迹数值|Year of the data and the figure",
                "第三方核查机构名称|Name of the verifier",
            ],
            [
                "“零排放产品”|“Zero-emission product”",
                "“优于所有同类产品”|“Better than all others”",
                "购买碳信用后的数值代替碳足迹|The figure after buying credits in place of the footprint",
                "未经评价的使用阶段节能承诺|Savings in use that were not assessed",
            ],
        )
        documents = (
            table(
                "每件产品",
                ("项目", "用量", "因子（教学虚构）", "因子不确定度（%，95 %半宽）"),
                [
                    (
                        "改性树脂",
                        f"{facts['resin']} kg",
                        f"{facts['f_resin']} kgCO2e/kg",
                        text(facts["u_resin"]),
                    ),
                    (
                        "金属件",
                        f"{facts['metal']} kg",
                        f"{facts['f_metal']} kgCO2e/kg",
                        text(facts["u_metal"]),
                    ),
                    ("电力", f"{facts['power']} kWh", "0.5777 kgCO2e/kWh", "0"),
                ],
            ),
            table(
                "标签等级（kgCO2e/件，以上限判定）",
                ("等级", "上限值不高于"),
                [(f"{k}级", text(v, 1)) for k, v in enumerate(facts["steps"], 1)],
                "判定用碳足迹加95 %半宽（保守值）；超过4级上限不予发放（填5级）。",
            ),
            Document("改进前", (f"改进前型号碳足迹为 {facts['before']} kgCO2e/件，同一方法评价。",)),
        )
        levels = {str(k): f"{k}级|Level {k}" for k in range(1, 6)}
        fields = (
            number("materials", "impact", "材料合计|Materials", "kgCO2e", 3, within=0.001),
            number("total", "impact", "碳足迹|Footprint", "kgCO2e", 3, within=0.001),
            number("half", "uncertainty", "95 %半宽|Half-width, 95 %", "kgCO2e", 3, within=0.005),
            number("relative", "uncertainty", "相对不确定度|Relative uncertainty", "%", 2, within=0.005),
            number("upper", "uncertainty", "保守值|Conservative value", "kgCO2e", 3, within=0.002),
            choice("level", "level", "可授予的等级|Level to be given", levels),
            number("less", "level", "较改进前降低|Less than before", "%", 1, within=0.003, weight=1.5),
            choices("claims", "claim", "标签上允许的内容|What the label may say", claims),
        )
        return Drawn(("评价产品碳标签等级，确定允许的声明内容。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        materials = way("materials", f["resin"] * f["f_resin"] + f["metal"] * f["f_metal"])
        whole = way("total", materials + f["power"] * 0.5777)
        half = way("half", propagate(_labelled(f).total).half)
        way("relative", 100 * half / whole)
        upper = way("upper", whole + half)
        way("level", str(next((k for k, limit in enumerate(f["steps"], 1) if upper <= limit), 5)))
        way("less", 100 * (1 - whole / f["before"]))
        way("claims", f["claims"])


def _labelled(f: Mapping[str, Any]) -> Any:
    """The product by the engine, factors with their uncertainty."""
    return computed(
        ("product", 1, "piece"),
        [
            {
                "id": "making",
                "output": [{"flow": "product", "amount": "1 piece"}],
                "input": [
                    {"flow": "resin", "amount": q(f["resin"], "kg")},
                    {"flow": "metal", "amount": q(f["metal"], "kg")},
                    {"flow": "electricity", "amount": q(f["power"], "kWh")},
                ],
            }
        ],
        {
            "resin": (f["f_resin"], f"kgCO2e/kg ± {f['u_resin']} %"),
            "metal": (f["f_metal"], f"kgCO2e/kg ± {f['u_metal']} %"),
        },
        electricity=[{"flow": "electricity", "rule": "grid", "year": 2024}],
    )
