"""Purchased and exported electricity and heat.

E = MWh × EF and GJ × EF. Heat of steam Ma × (En − 83.74) × 10⁻³, of hot water Ma × (T − 20) × 4.1868 × 10⁻³ GJ (steel
guide annex E; V1). The electricity factor comes from one of several series that answer different questions and must not
be mixed in one report; life-cycle factors (series ``footprint``) and those of 2012 are refused here.
"""

from __future__ import annotations

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.building import Builder
from tancai.engines.carbon.accounting.kinds import Field as KindField
from tancai.engines.carbon.accounting.kinds import kind, quantity, text
from tancai.engines.carbon.tables import Row
from tancai.engines.carbon.tree import Node, leaf, product, total
from tancai.engines.carbon.units import ratio, unit

SERIES = ("average", "average-residual", "fossil", "ets-reporting")
POWER = (
    quantity("amount", "电量|electricity", "MWh", required=True),
    quantity("factor", "排放因子|emission factor", "tCO2/MWh", "tCO2e/MWh", bounds={"tCO2/MWh": (0.1, 0.9)}),
    text("series", "因子口径|series of the factor"),
    text("area", "地区|area"),
    KindField("year", "因子年份|year of the factor", what="whole"),
)


@kind("electricity", "购入电力|purchased electricity", "electricity", *POWER)
def electricity(b: Builder) -> Node:
    amount = b.amount("amount", "购入电量|electricity bought", "MWh", conservative=1)
    return b.emission([amount, electricity_factor(b)], "AD × EF")


@kind("electricity_export", "输出电力|exported electricity", "exported_electricity", *POWER)
def electricity_export(b: Builder) -> Node:
    amount = b.amount("amount", "输出电量|electricity sent out", "MWh", conservative=-1)
    return b.emission([amount, electricity_factor(b)], "AD × EF")


@kind("line_loss", "电网线损|line loss of a grid company", "process", *POWER)
def line_loss(b: Builder) -> Node:
    amount = b.amount("amount", "线损电量|electricity lost", "MWh", conservative=1)
    return b.emission([amount, electricity_factor(b)], "AD × EF")


def electricity_factor(b: Builder) -> Node:
    label = "电力排放因子|electricity factor"
    given = b.given("factor")
    if given is not None:
        plain = given.values[0] * float(ratio(given.unit, unit("tCO2e/MWh")))
        _suspicious(b, plain, given.unit.dims == unit("tCO2e/MWh").dims)
        return b.factor("factor", label, "tCO2/MWh")
    row = electricity_row(b)
    node = b.default(row, label, "tCO2/MWh", name=f"{row['series']}/{row['year']}/{row['area']}")
    if row.confidence == "V2":
        words = f"{row['zh']}{row['year']} {row['value']}|{row['en']} {row['year']} {row['value']}"
        b.say("factor_secondary", "noted", value=words, source=row.source)
    return node


def _suspicious(b: Builder, value: float, equivalent: bool) -> None:
    """A given factor that is, to the digit, one that must not be used here."""
    for row in tables.rows("electricity"):
        if row["use"] == "inventory" or abs(row.number() - value) > 5e-7:
            continue
        code = "electricity_footprint" if row["use"] == "footprint" else "electricity_withdrawn"
        raise b.refuse(code, "factor", value=row["value"])
    if equivalent:
        raise b.refuse("electricity_footprint", "factor", value=f"{value:g} tCO2e/MWh")


def electricity_row(b: Builder) -> Row:
    """The row of the named series, year (the newest when none is named) and area."""
    series = b.text("series", b.method.series)
    area = b.text("area", b.method.area)
    year = b.text("year", b.method.electricity_year)
    if series == "footprint":
        raise b.refuse("electricity_footprint", "series", value="footprint")
    if series == "regional-2012":
        raise b.refuse("electricity_withdrawn", "series", value=series)
    found = [
        row
        for row in tables.find_all("electricity", series=series)
        if area in (row["area"], row["zh"], row["en"]) and year in ("", row["year"])
    ]
    if not found:
        wanted = " ".join(part for part in (series, year, area) if part)
        raise b.refuse("factor_unknown", "area", value=wanted, table=f"electricity ({', '.join(SERIES)})")
    return max(found, key=lambda row: row["year"])


HEAT = (
    quantity("amount", "热量|heat", "GJ"),
    quantity("steam", "蒸汽量|steam", "t"),
    quantity("enthalpy", "蒸汽焓值|enthalpy of the steam", "kJ/kg", bounds={"kJ/kg": (2500.0, 3700.0)}),
    quantity("pressure", "蒸汽压力（绝对）|absolute pressure", "MPa", bounds={"MPa": (0.01, 22.0)}),
    quantity("hot_water", "热水量|hot water", "t"),
    quantity("temperature", "温度|temperature", "℃", bounds={"℃": (20.0, 650.0)}),
    quantity("factor", "供热排放因子|heat factor", "tCO2/GJ", bounds={"tCO2/GJ": (0.02, 0.2)}),
)


@kind("heat", "购入热力|purchased heat", "heat", *HEAT)
def heat(b: Builder) -> Node:
    return b.emission([heat_amount(b, 1), _heat_factor(b)], "AD × EF")


@kind("heat_export", "输出热力|exported heat", "exported_heat", *HEAT)
def heat_export(b: Builder) -> Node:
    return b.emission([heat_amount(b, -1), _heat_factor(b)], "AD × EF")


def _heat_factor(b: Builder) -> Node:
    if b.given("factor") is not None:
        return b.factor("factor", "供热排放因子|heat factor", "tCO2/GJ")
    return b.default(tables.constant("heat"), "供热排放因子|heat factor", "tCO2/GJ", name="heat")


def heat_amount(b: Builder, conservative: int) -> Node:
    """GJ as given, or from steam or hot water above water of 20 °C."""
    if b.given("amount") is not None:
        return b.amount("amount", "热量|heat", "GJ", conservative=conservative)
    if b.given("steam") is not None:
        amount = b.amount("steam", "蒸汽量|steam", "t", conservative=conservative)
        cold = b.default(tables.constant("water20"), "20℃水焓|water at 20 °C", "kJ/kg", name="water20")
        gain = total(b.key("gain"), [_enthalpy(b, amount), cold], "kJ/kg", "焓差|gain", signs=[1, -1])
        return product(
            b.key("heat"),
            [amount, gain],
            "GJ",
            "蒸汽热量|heat of the steam",
            formula="Ma × (En − 83.74) × 10⁻³",
            digits=2,
        )
    if b.given("hot_water") is not None and b.given("temperature") is not None:
        amount = b.amount("hot_water", "热水量|hot water", "t", conservative=conservative)
        warm = b.factor("temperature", "水温|temperature", "℃", amount)
        above = total(
            b.key("above"),
            [warm, leaf("20 ℃", 20.0, "℃", "20℃|20 °C")],
            "℃",
            "温差|above 20 °C",
            signs=[1, -1],
        )
        specific = b.default(
            tables.constant("water_heat"), "水的比热|specific heat", "kJ/(kg·℃)", name="water_heat"
        )
        return product(
            b.key("heat"),
            [amount, above, specific],
            "GJ",
            "热水热量|heat of the water",
            formula="Ma × (T − 20) × 4.1868 × 10⁻³",
            digits=2,
        )
    raise b.refuse("heat_none")


def _enthalpy(b: Builder, amount: Node) -> Node:
    label = "蒸汽焓值|enthalpy of the steam"
    if b.given("enthalpy") is not None:
        return b.factor("enthalpy", label, "kJ/kg", amount)
    pressure = b.given("pressure")
    if pressure is None:
        raise b.refuse("steam_state")
    bar = pressure.values[0] * float(ratio(pressure.unit, unit("MPa")))
    warm = b.given("temperature")
    if warm is not None:
        return _superheated(b, bar, warm.values[0], label)
    points = sorted(tables.find_all("steam", state="saturated"), key=lambda row: row.number("pressure_mpa"))
    below = [row for row in points if row.number("pressure_mpa") <= bar + 1e-9]
    above = [row for row in points if row.number("pressure_mpa") >= bar - 1e-9]
    if not below or not above:
        raise b.refuse("steam_state")
    first, second = below[-1], above[0]
    low, high = first.number("pressure_mpa"), second.number("pressure_mpa")
    share = 0.0 if first is second else (bar - low) / (high - low)
    value = first.number("enthalpy_kj_kg") * (1 - share) + second.number("enthalpy_kj_kg") * share
    if share:
        b.say("steam_interpolated")
    return leaf(b.key("enthalpy"), value, "kJ/kg", label, source=first.source, confidence=first.confidence)


def _superheated(b: Builder, pressure: float, temperature: float, label: str) -> Node:
    for row in tables.find_all("steam", state="superheated"):
        if (
            abs(row.number("pressure_mpa") - pressure) < 1e-6
            and abs(row.number("temperature_c") - temperature) < 1e-6
        ):
            value = row.number("enthalpy_kj_kg")
            return leaf(
                b.key("enthalpy"), value, "kJ/kg", label, source=row.source, confidence=row.confidence
            )
    raise b.refuse("steam_state")
