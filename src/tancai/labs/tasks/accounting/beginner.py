"""Beginner: a form to fill, an equipment maker's energy, bought steam, gases of switchgear and cooling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tancai.engines.carbon import tables
from tancai.engines.carbon.units import ratio, unit
from tancai.labs.tasks.accounting.common import (
    ACTIVITY,
    BOUNDARY,
    COLLECT,
    COLLECT_KNOWN,
    FACTORS,
    PAPERS,
    REPORT,
    RESULT,
    SOURCES,
    SUBMIT,
    coded,
    lettered,
    steps,
)
from tancai.labs.tasks.chance import MONTHS, Chance, text
from tancai.labs.tasks.plant import (
    areas,
    electricity_paper,
    electricity_row,
    emission,
    fuel,
    fuels_paper,
    q,
    total,
)
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, choices, number, table

MACHINERY = "ndrc-machinery"


class CollectionForm(Task):
    """The collection form of a platform: figures of many hands brought into the units and periods of the form."""

    code = "accounting-collection-form"
    family = "accounting"
    level = "beginner"
    title = "企业碳数据采集表的填报|Filling in the data collection form of an enterprise"
    minutes = 25
    clauses = (*COLLECT_KNOWN, *COLLECT)
    papers = PAPERS
    steps = steps(
        ("activity", ACTIVITY, 60), ("check", "填报校验|Checks of the form", 25), ("submit", SUBMIT, 15)
    )

    def draw(self, chance: Chance) -> Drawn:
        name = chance.name("汽车零部件")
        power = chance.months(chance.figure(9e6, 16e6), 0.08, 0)
        gas = chance.months(chance.figure(7e5, 12e5), 0.15, 0)
        density = chance.choice((0.83, 0.84, 0.85))
        facts: dict[str, Any] = {
            "power": power,
            "submeter": chance.near(sum(power) * 0.985, 0.004, 0),
            "gas": gas,
            "litres": chance.figure(18000, 42000),
            "density": density,
            "steam": chance.figure(2600, 5200, 1),
            "calories": chance.figure(0.64, 0.67, 3),
            "coal": chance.figure(120, 460, 1),
            "heat": chance.figure(5100, 5600),
        }
        options, right = coded(
            chance,
            [
                "燃气用量以实际体积（m³）而非标准体积填写|Gas in actual cubic metres instead of standard ones",
                "某月留空未填|A month left empty",
                "电量单位误选为kWh而数值按MWh填写|kWh chosen as unit while the figure is in MWh",
            ],
            [
                "柴油按质量填写并附密度|Diesel by mass, with its density",
                "用量保留两位小数|Amounts with two decimals",
                "蒸汽热量附有焓值来源|Heat of steam with the source of its enthalpy",
                "附件为加盖公章的结算单|Sealed settlement sheets attached",
            ],
        )
        facts["faults"] = right
        documents = (
            table(
                f"{name} 2024年能源台账（能源科）",
                ("月份", "关口表电量（kWh）", "天然气（Nm³）"),
                [(m, text(p), text(g)) for m, p, g in zip(MONTHS, power, gas, strict=True)],
            ),
            table(
                "其他台账",
                ("项目", "数值", "单位", "备注"),
                [
                    ("叉车柴油", text(facts["litres"]), "L", f"密度 {density} kg/L"),
                    (
                        "外购蒸汽",
                        text(facts["steam"]),
                        "t",
                        f"供方给出热量 {facts['calories']} Gcal/t（1 cal = 4.1868 J）",
                    ),
                    ("食堂用煤", text(facts["coal"]), "t", f"检测热值 {text(facts['heat'])} kcal/kg"),
                    ("各车间电表合计", text(facts["submeter"]), "kWh", "全年"),
                ],
            ),
        )
        fields = (
            *(
                number(
                    f"{name}.amount",
                    "activity",
                    label,
                    unit,
                    table="采集表|Collection form",
                    row=label,
                    column="全年数量|Year",
                )
                for name, label, unit in (
                    ("power", "外购电力|Electricity", "MWh"),
                    ("gas", "天然气|Natural gas", "10^4Nm3"),
                    ("diesel", "柴油|Diesel", "t"),
                    ("steam", "外购蒸汽热量|Heat of steam", "GJ"),
                    ("coal", "食堂用煤热量|Heat of coal", "GJ"),
                )
            ),
            number("gap", "check", "关口表与分表相差的比例|Gap between main meter and submeters", "%", 2),
            choices("faults", "check", "下列情形中平台应退回的是|What the platform must send back", options),
            number(
                "year_on_year",
                "submit",
                "全年综合能耗中电力折标煤（等价值按 0.1229 kgce/kWh 当量）|Electricity in coal "
                "equivalent at 0.1229 kgce/kWh",
                "tce",
                2,
            ),
        )
        brief = (f"您是{name}的填报人员。请根据台账填写2024年碳数据采集表，单位以表内为准。",)
        return Drawn(brief, documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        power = way("power.amount", total(f["power"]) * float(ratio(unit("kWh"), unit("MWh"))))
        way("gas.amount", total(f["gas"]) * float(ratio(unit("Nm3"), unit("10^4Nm3"))))
        way("diesel.amount", f["litres"] * f["density"] * float(ratio(unit("kg"), unit("t"))))
        way("steam.amount", f["steam"] * f["calories"] * 4.1868)
        way("coal.amount", f["coal"] * f["heat"] * 4.1868 / 1000)
        way("gap", 100 * (power - f["submeter"] / 1000) / power)
        way("faults", f["faults"])
        way("year_on_year", power * 0.1229)


class EquipmentMaker(Task):
    """An equipment maker: fuel by meter and by stock, power less what is passed on, emissions and an intensity."""

    code = "accounting-equipment-maker"
    family = "accounting"
    level = "beginner"
    title = "装备制造企业能源排放核算|Energy emissions of an equipment maker"
    minutes = 35
    clauses = (*COLLECT_KNOWN, *COLLECT)
    papers = PAPERS
    steps = steps(
        ("boundary", BOUNDARY, 10),
        ("activity", ACTIVITY, 30),
        ("factors", FACTORS, 10),
        ("result", RESULT, 35),
        ("report", REPORT, 15),
    )

    def draw(self, chance: Chance) -> Drawn:
        area, other = chance.sample(areas(), 2)
        name = chance.name("装备制造")
        gas = chance.months(chance.figure(1.2e6, 2.4e6), 0.2, 0)
        facts: dict[str, Any] = {
            "gas": gas,
            "opening": chance.figure(1, 6, 2),
            "bought": chance.figure(30, 70, 2),
            "closing": chance.figure(1, 6, 2),
            "grid": chance.figure(8000, 16000, 3),
            "passed": chance.figure(300, 900, 3),
            "area": area,
            "factor": electricity_row(area).number(),
            "output": chance.figure(600, 1500),
        }
        inside = [
            "铸造车间熔炼炉用天然气|Gas of the melting furnaces",
            "厂内叉车用柴油|Diesel of forklifts on site",
            "空压站用电|Electricity of the compressors",
            "办公楼用电|Electricity of the offices",
        ]
        outside = [
            "职工私家车通勤用油|Fuel of staff commuting by car",
            "外包物流公司干线运输用油|Fuel of the contracted hauliers",
            "转供给邻厂的电量|Electricity passed on to the neighbour",
            "产品售出后使用的电力|Electricity used by products after sale",
        ]
        options, facts["inside"] = coded(chance, inside, outside)
        documents = (
            Document(
                "企业情况",
                (
                    f"{name}位于{area}省，独立法人。生产系统有铸造、机加工、装配车间，辅助系统有空压站、厂内运输，附属系统有办公楼和食堂。",
                    "变电站有一路电力转供给邻厂，单独装表结算，不属于本企业消费。",
                ),
            ),
            table(
                "天然气结算单（2024年）",
                ("月份", "用量（Nm³）"),
                [(m, text(v)) for m, v in zip(MONTHS, gas, strict=True)],
            ),
            table(
                "柴油库存台账（t）",
                ("期初库存", "购入", "期末库存"),
                [(facts["opening"], facts["bought"], facts["closing"])],
            ),
            table(
                "电力",
                ("项目", "电量（MWh）"),
                [("供电公司结算单", text(facts["grid"])), ("转供邻厂电表", text(facts["passed"]))],
            ),
            fuels_paper("ndrc-2015", ("natural_gas", "diesel", "gasoline", "lpg")),
            electricity_paper(area, other),
            table("生产", ("产品", "产量"), [("纺织机械", f"{text(facts['output'])} 台")]),
        )
        how = "E = FC × NCV × CC × OF × 44/12"
        fields = (
            choices("inside", "boundary", "应计入本企业核算边界的项目|Items inside the boundary", options),
            number("gas", "activity", "天然气消耗量|Natural gas used", "10^4Nm3", 2),
            number(
                "diesel",
                "activity",
                "柴油消耗量|Diesel used",
                "t",
                2,
                how="期初＋购入－期末|opening + bought − closing",
            ),
            number("power", "activity", "购入电力消费量|Electricity used", "MWh", 3),
            number("factor", "factors", "电力排放因子|Electricity factor", "tCO2/MWh", 4, within=0.0),
            number("e_gas", "result", "天然气燃烧排放|Emission of natural gas", "tCO2", 2, how=how),
            number("e_diesel", "result", "柴油燃烧排放|Emission of diesel", "tCO2", 2, how=how),
            number("e_power", "result", "购入电力排放|Emission of electricity", "tCO2", 2, how="AD × EF"),
            number("total", "report", "排放总量（取整）|Total, whole tonnes", "tCO2", 0),
            number("intensity", "report", "单位产品排放|Emission a machine", "tCO2/台", 3),
        )
        brief = (
            "按机械设备制造企业核算指南核算2024年度排放。电力因子取生态环境部公布的2023年省级电力平均二氧化碳排放因子。",
        )
        return Drawn(brief, documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("inside", f["inside"])
        gas = way("gas", total(f["gas"]) / 1e4)
        diesel = way("diesel", f["opening"] + f["bought"] - f["closing"])
        power = way("power", f["grid"] - f["passed"])
        factor = way("factor", f["factor"])
        e_gas = way("e_gas", fuel(MACHINERY, "natural_gas", gas, "10^4Nm3"))
        e_diesel = way("e_diesel", fuel(MACHINERY, "diesel", diesel, "t"))
        e_power = way("e_power", _power(power, factor))
        whole = way("total", e_gas + e_diesel + e_power)
        way("intensity", whole / f["output"])


def _power(amount: float, factor: float) -> Any:
    """By the engine where it accepts the factor; a factor it refuses is still a figure a candidate may go on from."""
    if 0.1 <= factor <= 0.9:
        try:
            return emission(MACHINERY, "electricity", amount=q(amount, "MWh"), factor=q(factor, "tCO2/MWh"))
        except ValueError:
            pass
    return amount * factor


class BoughtHeat(Task):
    """Steam and hot water bought, steam passed on: enthalpy from a table, heat above 20 °C, emission of heat."""

    code = "accounting-bought-heat"
    family = "accounting"
    level = "beginner"
    title = "购入与输出热力排放核算|Emissions of heat bought and passed on"
    minutes = 30
    clauses = (*COLLECT_KNOWN, *COLLECT)
    papers = PAPERS
    steps = steps(
        ("factors", FACTORS, 12), ("activity", ACTIVITY, 44), ("result", RESULT, 30), ("report", REPORT, 14)
    )

    def draw(self, chance: Chance) -> Drawn:
        points = [row for row in tables.rows("steam") if row["state"] == "saturated"]
        k = chance.randrange(1, len(points) - 2)
        facts: dict[str, Any] = {
            "pressure": points[k].number("pressure_mpa"),
            "enthalpy": points[k].number("enthalpy_kj_kg"),
            "steam": chance.figure(4000, 16000, 2),
            "passed": chance.figure(400, 1500, 2),
            "water": chance.figure(20000, 60000, 2),
            "warm": chance.figure(62, 88, 1),
            "factor": tables.constant("heat").number(),
        }
        documents = (
            Document(
                "情况",
                (
                    f"{chance.name('印染')}外购饱和蒸汽（绝对压力 {facts['pressure']:g} MPa）和热水，"
                    "其中一部分蒸汽输出给邻厂。",
                    "热量以20 ℃水为基准：蒸汽 Ma×(En−83.74)×10⁻³，热水 Ma×(Tw−20)×4.1868×10⁻³，单位GJ。"
                    "供热排放因子缺省值 0.11 tCO2/GJ。",
                ),
            ),
            table(
                "计量",
                ("项目", "数量（t）", "备注"),
                [
                    ("购入饱和蒸汽", text(facts["steam"]), f"{facts['pressure']:g} MPa（绝对）"),
                    ("购入热水", text(facts["water"]), f"平均水温 {facts['warm']} ℃"),
                    ("输出饱和蒸汽", text(facts["passed"]), "同一管网，压力相同"),
                ],
            ),
            table(
                "饱和蒸汽焓值表（节选）",
                ("绝对压力（MPa）", "温度（℃）", "焓（kJ/kg）"),
                [
                    (row["pressure_mpa"], row["temperature_c"], row["enthalpy_kj_kg"])
                    for row in points[max(0, k - 3) : k + 4]
                ],
            ),
        )
        fields = (
            number("enthalpy", "factors", "蒸汽焓值|Enthalpy of the steam", "kJ/kg", 1, within=0.0),
            number("steam", "activity", "购入蒸汽热量|Heat of steam bought", "GJ", 2, within=0.001),
            number("water", "activity", "购入热水热量|Heat of hot water bought", "GJ", 2, within=0.001),
            number("passed", "activity", "输出蒸汽热量|Heat of steam passed on", "GJ", 2, within=0.001),
            number(
                "e_in",
                "result",
                "购入热力排放|Emission of heat bought",
                "tCO2",
                2,
                units=("tCO2", "kgCO2"),
                within=0.001,
            ),
            number(
                "e_out",
                "result",
                "输出热力排放（扣减）|Emission of heat passed on (deducted)",
                "tCO2",
                2,
                units=("tCO2", "kgCO2"),
                within=0.001,
            ),
            number(
                "net", "report", "计入排放总量的热力排放|Heat emission in the total", "tCO2", 2, within=0.001
            ),
        )
        return Drawn(("核算2024年度购入与输出热力的热量和排放。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        enthalpy = way("enthalpy", f["enthalpy"])
        steam = way("steam", f["steam"] * (enthalpy - 83.74) / 1000)
        water = way("water", f["water"] * (f["warm"] - 20) * 4.1868 / 1000)
        passed = way("passed", f["passed"] * (enthalpy - 83.74) / 1000)
        e_in = way("e_in", emission("gbt-32150", "heat", amount=q(steam + water, "GJ")))
        e_out = way("e_out", emission("gbt-32150", "heat_export", amount=q(passed, "GJ")))
        way("net", e_in - e_out)


class GasesOfEquipment(Task):
    """Switchgear filled and retired, refrigerant refilled, welding gas: losses by mass and warming potentials."""

    code = "accounting-fluorinated-gases"
    family = "accounting"
    level = "beginner"
    title = "含氟气体和保护气排放核算|Fluorinated gases and welding gas"
    minutes = 30
    clauses = (*COLLECT_KNOWN, *COLLECT)
    papers = PAPERS
    steps = steps(
        ("sources", SOURCES, 15),
        ("activity", ACTIVITY, 35),
        ("factors", "全球变暖潜势|Warming potentials", 15),
        ("result", RESULT, 25),
        ("report", REPORT, 10),
    )

    def draw(self, chance: Chance) -> Drawn:
        cool = chance.choice(("HFC-134a", "HFC-32", "HFC-125"))
        gwp = {
            gas: row.number() for gas in ("SF6", cool) for row in tables.find_all("gwp", set="AR5", gas=gas)
        }
        facts: dict[str, Any] = {
            "cool": cool,
            "gwp_sf6": gwp["SF6"],
            "gwp_cool": gwp[cool],
            "opening": chance.figure(80, 160, 1),
            "bought": chance.figure(900, 1800, 1),
            "closing": chance.figure(60, 150, 1),
            "sold": chance.figure(700, 860, 1),
            "capacity": chance.figure(60, 140, 1),
            "recovered": chance.figure(40, 58, 1),
            "refill": chance.figure(12, 60, 1),
            "weld": chance.figure(6, 18, 2),
        }
        options, facts["gases"] = coded(
            chance,
            [
                "二氧化碳 CO2|Carbon dioxide CO2",
                "六氟化硫 SF6|Sulphur hexafluoride SF6",
                f"氢氟碳化物 {cool}|Hydrofluorocarbon {cool}",
            ],
            [
                "三氟化氮 NF3|Nitrogen trifluoride NF3",
                "氩气 Ar|Argon Ar",
                "氮气 N2|Nitrogen N2",
                "氧气 O2|Oxygen O2",
                "水蒸气 H2O|Water vapour H2O",
            ],
        )
        sets = ("SAR", "AR4", "AR5", "AR6")
        documents = (
            Document(
                "情况",
                (
                    f"{chance.name('电气开关')}生产充气开关，焊接用纯二氧化碳保护气，空调机组补充制冷剂{cool}（补充量视为逸散量）。",
                    "全球变暖潜势采用IPCC第五次评估报告（AR5）百年值。",
                ),
            ),
            table(
                "SF6 台账（kg）",
                ("期初库存", "购入", "期末库存", "随产品售出"),
                [(facts["opening"], facts["bought"], facts["closing"], facts["sold"])],
            ),
            table("退役开关（kg）", ("铭牌容量", "回收量"), [(facts["capacity"], facts["recovered"])]),
            table(
                "其他",
                ("项目", "数量"),
                [("制冷剂补充", f"{facts['refill']} kg"), ("CO2保护气用量", f"{facts['weld']} t")],
            ),
            table(
                "全球变暖潜势（百年，tCO2e/t）",
                ("气体", *sets),
                [
                    (
                        gas,
                        *(row["value"] if (row := tables.find("gwp", set=s, gas=gas)) else "—" for s in sets),
                    )
                    for gas in ("CH4", "N2O", "SF6", "HFC-32", "HFC-125", "HFC-134a")
                ],
            ),
        )
        fields = (
            choices("gases", "sources", "本企业应识别的温室气体|Gases to be identified", options),
            number("filled", "activity", "SF6充注损失|SF6 lost in filling", "kg", 1),
            number("retired", "activity", "SF6退役设备损失|SF6 lost in retiring", "kg", 1),
            number("sf6", "factors", "SF6的GWP|GWP of SF6", "tCO2e/t", 0, within=0.0),
            number("hfc", "factors", f"{cool}的GWP|GWP of {cool}", "tCO2e/t", 0, within=0.0),
            number("e_sf6", "result", "SF6排放|Emission of SF6", "tCO2e", 2, units=("tCO2e", "kgCO2e")),
            number(
                "e_hfc", "result", f"{cool}排放|Emission of {cool}", "tCO2e", 2, units=("tCO2e", "kgCO2e")
            ),
            number("e_weld", "result", "保护气排放|Emission of welding gas", "tCO2e", 2),
            number("total", "report", "过程排放合计|Process emissions", "tCO2e", 2),
        )
        return Drawn(("识别气体种类，核算2024年度过程排放。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        way("gases", f["gases"])
        filled = way("filled", f["opening"] + f["bought"] - f["closing"] - f["sold"])
        retired = way("retired", f["capacity"] - f["recovered"])
        sf6, hfc = way("sf6", f["gwp_sf6"]), way("hfc", f["gwp_cool"])
        e_sf6 = way("e_sf6", _gas("SF6", filled + retired, sf6, f["gwp_sf6"]))
        e_hfc = way("e_hfc", _gas(f["cool"], f["refill"], hfc, f["gwp_cool"]))
        e_weld = way("e_weld", emission(MACHINERY, "shielding_gas", bought=q(f["weld"], "t")))
        way("total", e_sf6 + e_hfc + e_weld)


def _gas(gas: str, amount: float, own: float, printed: float) -> Any:
    """tCO2e of kilograms set free; with another potential than the printed one the result goes with it."""
    node = emission("gbt-32150", "gas_loss", gas=gas, amount=q(amount, "kg"))
    return node if own == printed else node.value * own / printed


class Submission(Task):
    """From streams to a report: what is printed how, and what goes where by when."""

    code = "accounting-report-and-submission"
    family = "accounting"
    level = "beginner"
    title = "核算报告编制与报送|Writing and submitting the emission report"
    minutes = 25
    clauses = ("5.1.1-b3", *COLLECT_KNOWN, *COLLECT)
    papers = PAPERS
    steps = steps(("result", RESULT, 40), ("report", REPORT, 45), ("submit", SUBMIT, 15))

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "coal": chance.figure(2000, 9000, 2),
            "coke": chance.figure(300, 900, 2),
            "power": chance.figure(20000, 60000, 3),
            "area": chance.choice(areas()),
            "recovered": chance.figure(500, 1500, 2),
            "output": chance.figure(20000, 60000, 2),
        }
        facts["factor"] = electricity_row(facts["area"]).number()
        facts["before"] = chance.figure(0.5, 1.6, 4)
        missing, facts["missing"] = coded(
            chance,
            [
                "活动数据和排放因子的来源|Sources of activity data and factors",
                "核算边界及变化说明|Boundary and its changes",
                "真实性责任声明（签章）|Signed statement of truthfulness",
            ],
            [
                "竞争对手的排放数据|Emissions of competitors",
                "下一年度的排放预测|A forecast for the next year",
                "职工个人信息|Personal data of staff",
                "产品销售价格表|Price list of the products",
            ],
        )
        due, facts["due"] = lettered(
            chance,
            "次年3月31日前|By 31 March of the next year",
            [
                "当年12月31日前|By 31 December of the year",
                "次年1月31日前|By 31 January of the next year",
                "次年6月30日前|By 30 June of the next year",
                "次年9月30日前|By 30 September of the next year",
            ],
        )
        documents = (
            Document(
                "情况",
                (
                    f"{chance.name('化工')}位于{facts['area']}，按GB/T 32150核算。回收的CO2外供用于食品级产品。",
                ),
            ),
            table(
                "2024年源流汇总",
                ("源流", "数量", "单位"),
                [
                    ("烟煤", text(facts["coal"]), "t"),
                    ("焦炭", text(facts["coke"]), "t"),
                    ("购入电力", text(facts["power"]), "MWh"),
                    ("CO2回收外供", text(facts["recovered"]), "tCO2"),
                    ("主产品产量", text(facts["output"]), "t"),
                ],
            ),
            fuels_paper("ndrc-2015", ("anthracite", "bituminous_coal", "lignite", "coke")),
            electricity_paper(facts["area"]),
            Document("上年度", (f"上年度单位产品排放为 {text(facts['before'], 4)} tCO2/t。",)),
        )
        fields = (
            number("burnt", "result", "化石燃料燃烧排放|Fuel combustion", "tCO2", 2),
            number("power", "result", "购入电力排放|Electricity", "tCO2", 2),
            number("total", "report", "排放总量（取整）|Total, whole tonnes", "tCO2", 0, weight=2),
            number("share", "report", "购入电力占总量的比例|Share of electricity in the total", "%", 1),
            number("intensity", "report", "单位产品排放|Emission a tonne", "tCO2/t", 4),
            number("change", "report", "单位产品排放较上年变化|Change on the year before", "%", 2),
            choices("missing", "submit", "报告中不可缺少的内容|What the report must contain", missing),
            choice(
                "due",
                "submit",
                "向省级生态环境主管部门提交年度排放报告的期限|When the yearly report is due",
                due,
            ),
        )
        return Drawn(
            ("汇总2024年度排放，编制报告摘要并确认报送要求。电力用2023年省级平均因子。",),
            documents,
            fields,
            facts,
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        guide = "gbt-32150"
        coal = fuel(guide, "bituminous_coal", f["coal"], "t").value
        burnt = way("burnt", coal + fuel(guide, "coke", f["coke"], "t").value)
        power = way(
            "power",
            emission(guide, "electricity", amount=q(f["power"], "MWh"), factor=q(f["factor"], "tCO2/MWh")),
        )
        whole = way("total", burnt + power - f["recovered"])
        way("share", 100 * power / whole)
        intensity = way("intensity", whole / f["output"])
        way("change", 100 * (intensity / f["before"] - 1))
        way("missing", f["missing"])
        way("due", f["due"])
