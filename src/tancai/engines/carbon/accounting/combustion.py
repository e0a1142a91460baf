"""Combustion: E = FC × NCV × CC × OF × 44/12, or FC × C × OF × 44/12 with measured carbon.

Formulas: power guide and steel guide eq. (3) (V1); carbon on as-received basis from dry or air-dried (power guide, M):
C_ar = C_d × (100 − M_ar)/100, C_ar = C_ad × (100 − M_ar)/(100 − M_ad).
"""

from __future__ import annotations

from dataclasses import replace

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.building import DENSITY, Builder
from tancai.engines.carbon.accounting.kinds import Field as KindField
from tancai.engines.carbon.accounting.kinds import kind, percent, quantity, text
from tancai.engines.carbon.errors import near
from tancai.engines.carbon.tables import Row
from tancai.engines.carbon.tree import CARBON_TO_CO2, Node, leaf, product, total

MASS_OR_GAS = ("t", "10^4Nm3")
STOCK = ("opening", "bought", "closing", "sold")
OXIDATION = "碳氧化率|oxidation rate"
_BYPRODUCTS = ("blast_furnace_gas", "converter_gas", "coke_oven_gas")

AMOUNTS = (
    quantity("amount", "消耗量|consumption", *MASS_OR_GAS),
    quantity("opening", "期初库存|opening stock", *MASS_OR_GAS),
    quantity("bought", "购入量|bought", *MASS_OR_GAS),
    quantity("closing", "期末库存|closing stock", *MASS_OR_GAS),
    quantity("sold", "外销量|sold", *MASS_OR_GAS),
)
FUEL_AMOUNTS = tuple(replace(one, units=(*one.units, "m3")) for one in AMOUNTS)
"""Liquid fuels are often metered in litres; their density makes tonnes of them."""
FACTORS = (
    quantity(
        "ncv",
        "低位发热量|net calorific value",
        "GJ/t",
        "GJ/10^4Nm3",
        bounds={"GJ/t": (5.0, 60.0), "GJ/10^4Nm3": (20.0, 700.0)},
    ),
    quantity(
        "carbon",
        "含碳量|carbon content",
        "tC/GJ",
        "tC/t",
        "tC/10^4Nm3",
        bounds={"tC/GJ": (0.009, 0.075), "tC/t": (0.05, 1.0), "tC/10^4Nm3": (0.5, 20.0)},
    ),
    text("carbon_basis", "含碳量基准|basis of the carbon content", "ar", "ad", "d"),
    percent("moisture_ar", "收到基水分|moisture as received", 0.0, 0.6),
    percent("moisture_ad", "空干基水分|moisture air-dried", 0.0, 0.4),
    percent("oxidation", OXIDATION, 0.80, 1.0),
)


@kind(
    "fuel",
    "化石燃料|fossil fuel",
    "combustion",
    text("fuel", "燃料|fuel", required=True),
    text("factor_set", "缺省值表|table of defaults"),
    *FUEL_AMOUNTS,
    quantity("density", DENSITY, "t/m3", bounds={"t/m3": (0.4, 1.2)}),
    *FACTORS,
    KindField("self_made", "自产副产煤气|by-product gas made on site", what="flag"),
)
def fuel(b: Builder) -> Node:
    row = fuel_row(b)
    code = row["fuel"] if row else b.text("fuel")
    made_here = code in _BYPRODUCTS and b.method.guide == "cets-steel-2024" and not b.stream.stage
    if made_here and not b.flag("self_made") and b.given("bought") is None:
        raise b.refuse("self_made", "fuel", fuel=row.name if row else code)
    amount = consumption(b, row["unit"] if row else None)
    if b.flag("self_made"):
        zero = leaf(b.key("self_made"), 0.0, label="自产自用不重复计算|made on site, not counted twice")
        return b.emission([amount, zero, leaf(b.key("factor"), 0.0, f"tCO2/{amount.unit}")], "0")
    return burnt(b, amount, row)


def burnt(b: Builder, amount: Node, row: Row | None, *, oxidised: bool | None = None) -> Node:
    """The emission of burning ``amount``; by measured carbon when it is given per mass or volume, else by heat."""
    carbon = b.given("carbon")
    parts, formula = [amount], "FC"
    if carbon is not None and not _per_energy(carbon.unit.dims):
        parts.append(_measured_carbon(b, amount))
        formula += " × C_ar"
    else:
        parts += [_heat_value(b, amount, row), _energy_carbon(b, row, amount)]
        formula += " × NCV × CC"
    if b.method.rules["oxidation"] if oxidised is None else oxidised:
        parts.append(_oxidation(b, row))
        formula += " × OF"
    elif b.given("oxidation") is not None:
        b.say("oxidation_ignored", "doubtful", "oxidation", guide=b.method.title)
    return b.emission([*parts, CARBON_TO_CO2], f"{formula} × 44/12")


def fuel_row(b: Builder) -> Row | None:
    """The default row of the fuel in the table of the case's guide; None when everything is given by hand."""
    name, chosen = b.text("fuel"), b.text("factor_set", b.method.fuels)
    if chosen != b.method.fuels:
        title = b.method.title
        raise b.refuse(
            "factor_other_guide", "factor_set", value=name, other=chosen, guide=title, wanted=b.method.fuels
        )
    row = tables.named("fuels", name, "fuel", set=chosen)
    carbon = b.given("carbon")
    complete = carbon is not None and (b.given("ncv") is not None or not _per_energy(carbon.unit.dims))
    if row is None and not (
        complete and (b.given("oxidation") is not None or not b.method.rules["oxidation"])
    ):
        known = [row[each] for row in tables.find_all("fuels", set=chosen) for each in ("zh", "en", "fuel")]
        raise b.refuse("factor_unknown", "fuel", value=name, table=chosen, near=near(name, known))
    return row


def consumption(b: Builder, at: str | None, *, conservative: int = 1) -> Node:
    """Net use: the given amount, or opening + bought − closing − sold."""
    given = b.given("amount")
    if given is not None and _liquid(b, "amount", at):
        return b.mass("amount", "消耗量|consumption", conservative=conservative)
    if given is not None:
        target = at if at and b_fits(given.unit.dims, at) else _base(given.unit.dims)
        return b.amount("amount", "消耗量|consumption", target, conservative=conservative)
    named = [name for name in STOCK if b.given(name) is not None]
    if "bought" not in named:
        raise b.refuse("no_default", what="消耗量|the amount used")
    first = b.given("bought")
    assert first is not None
    target = _base(first.unit.dims)
    labels = {field.name: field.label for field in AMOUNTS}
    parts = [
        b.mass(name, labels[name]) if _liquid(b, name, at) else b.amount(name, labels[name], target)
        for name in named
    ]
    signs = [1 if name in ("opening", "bought") else -1 for name in named]
    net = total(
        b.key("net"),
        parts,
        target,
        "净消耗量|net use",
        signs=signs,
        formula="期初 + 购入 − 期末 − 售出",
        digits=2,
    )
    if net.value < 0 and b.method.rules["oxidation"]:
        raise b.refuse("mass_balance", "closing", value=net.value)
    return net


def _liquid(b: Builder, name: str, at: str | None) -> bool:
    """Whether an amount is a volume to be weighed; refused for a gas (no standard state) and without the density."""
    given = b.given(name)
    if given is None or given.unit.dims != (("volume", 1),):
        return False
    if at == "10^4Nm3":
        raise b.refuse("unit_actual_volume", name, value=given.unit.text)
    if b.given("density") is None:
        raise b.refuse("density_missing", name, value=given.unit.text)
    return True


def b_fits(dims: object, at: str) -> bool:
    from tancai.engines.carbon.units import unit

    return unit(at).dims == dims


def _base(dims: tuple[tuple[str, int], ...]) -> str:
    return "10^4Nm3" if dims == (("standard volume", 1),) else "t"


_COALS = (
    "anthracite",
    "bituminous_coal",
    "lignite",
    "cleaned_coal",
    "other_washed_coal",
    "coal_gangue",
    "coal_slime",
)
_FROM_DATABASE = (
    "燃煤碳氧化率（2026年度起取国家温室气体排放因子数据库的值，请填写）|"
    "the oxidation rate of coal (from 2026 it comes from the national factor database: enter it)"
)


def _coal_of_power(b: Builder, row: Row) -> bool:
    """Coal under a power guide has defaults of its own (no. 485 of 2022, 6.2), not those of the fuel table."""
    return row["fuel"] in _COALS and "coal_oxidation" in b.method.rules


def _per_energy(dims: tuple[tuple[str, int], ...]) -> bool:
    return ("energy", -1) in dims


def _heat_value(b: Builder, amount: Node, row: Row | None) -> Node:
    at = f"GJ/{amount.unit}"
    given = b.given("ncv")
    if given is not None:
        if not b_fits(given.unit.dims, at):
            raise b.refuse(
                "ncv_basis", "ncv", factor=given.unit.text.partition("/")[2], amount=amount.unit.text
            )
        return b.factor("ncv", "低位发热量|net calorific value", at, amount)
    if row is None:
        raise b.refuse("no_default", what="低位发热量|the net calorific value")
    if _coal_of_power(b, row):
        untested = tables.constant("coal_ncv_untested")
        return b.default(untested, "低位发热量|net calorific value", at, name="coal_ncv_untested")
    if not row["ncv_unit"] == at:
        raise b.refuse("ncv_basis", "amount", factor=row["unit"], amount=amount.unit.text)
    return b.default(row, "低位发热量|net calorific value", at, column="ncv", name=row["fuel"], of="ncv_unit")


def _energy_carbon(b: Builder, row: Row | None, amount: Node) -> Node:
    label = "单位热值含碳量|carbon content per energy"
    if b.given("carbon") is not None:
        return b.factor("carbon", label, "tC/GJ", amount)
    if row is None:
        raise b.refuse("no_default", what="含碳量|the carbon content")
    if _coal_of_power(b, row):
        other = "coal_carbon_unconventional"
        name = other if f"constants:{other}" in b.method.accepted else "coal_carbon_conventional"
        return b.default(tables.constant(name), label, "tC/GJ", name=name)
    return b.default(row, label, "tC/GJ", column="carbon", name=row["fuel"], of="carbon_unit")


def _measured_carbon(b: Builder, amount: Node) -> Node:
    at = f"tC/{amount.unit}"
    given = b.given("carbon")
    assert given is not None
    if not b_fits(given.unit.dims, at):
        raise b.refuse(
            "ncv_basis", "carbon", factor=given.unit.text.partition("/")[2], amount=amount.unit.text
        )
    basis = b.text("carbon_basis", "ar")
    measured = b.factor("carbon", "元素碳含量|measured carbon", at, amount)
    if basis == "ar":
        return measured
    wet = b.given("moisture_ar")
    dried = b.given("moisture_ad")
    if wet is None or (basis == "ad" and dried is None):
        raise b.refuse(
            "moisture_missing", basis=basis, needed="moisture_ar" if wet is None else "moisture_ad"
        )
    one = leaf("1", 1.0)
    parts = [measured, _dry(b, "moisture_ar", amount, one)]
    powers = [1, 1]
    if basis == "ad":
        parts.append(_dry(b, "moisture_ad", amount, one))
        powers.append(-1)
    return product(
        b.key("carbon_ar"),
        parts,
        at,
        "收到基元素碳|carbon as received",
        powers=powers,
        formula="C_d × (100 − M_ar)/100" if basis == "d" else "C_ad × (100 − M_ar)/(100 − M_ad)",
        source="发电设施指南|power guide",
        confidence="M",
    )


def _dry(b: Builder, name: str, amount: Node, one: Node) -> Node:
    label = "收到基水分|moisture as received" if name == "moisture_ar" else "空干基水分|moisture air-dried"
    return total(b.key(f"{name}.dry"), [one, b.factor(name, label, "1", amount)], "1", "1 − M", signs=[1, -1])


def _oxidation(b: Builder, row: Row | None) -> Node:
    if b.given("oxidation") is not None:
        return b.factor("oxidation", OXIDATION, "1")
    assert row is not None
    if _coal_of_power(b, row):
        if b.method.rules["coal_oxidation"] == "database":
            raise b.refuse("no_default", "oxidation", what=_FROM_DATABASE)
        return b.default(tables.constant("coal_oxidation"), OXIDATION, "1", name="coal_oxidation")
    return b.default(row, OXIDATION, "1", column="oxidation_percent", name=row["fuel"], of="%")


@kind(
    "biomass",
    "生物质燃料|biomass fuel",
    "biogenic",
    *AMOUNTS[:1],
    *FACTORS,
)
def biomass(b: Builder) -> Node:
    """Biogenic CO2: computed alike, stated apart, never in the total (GB/T 32150)."""
    if b.given("carbon") is None:
        raise b.refuse("no_default", what="含碳量|the carbon content")
    return burnt(b, consumption(b, None), None, oxidised=b.given("oxidation") is not None)


CARBON_CONTENT = quantity("carbon", "含碳量|carbon content", "tC/t", "tC/10^4Nm3", required=True)


@kind(
    "carbon_in", "含碳原料（碳平衡投入）|carbon input of a balance", "process", *AMOUNTS[:1], CARBON_CONTENT
)
def carbon_in(b: Builder) -> Node:
    """Carbon balance: inputs less products, by-products and waste, × 44/12 (chemical-type guides)."""
    amount = consumption(b, None)
    return b.emission([amount, _measured_carbon(b, amount), CARBON_TO_CO2], "M × C × 44/12")


@kind(
    "carbon_out",
    "含碳产出（碳平衡产出）|carbon output of a balance",
    "process",
    *AMOUNTS[:1],
    CARBON_CONTENT,
    sign=-1,
)
def carbon_out(b: Builder) -> Node:
    amount = consumption(b, None, conservative=-1)
    return b.emission([amount, _measured_carbon(b, amount), CARBON_TO_CO2], "M × C × 44/12")


@kind(
    "co2_recovered",
    "CO2回收利用|CO2 recovered",
    "recovered",
    quantity("amount", "回收外供量|amount sent out", "tCO2", "t", "10^4Nm3", required=True),
    percent("purity", "CO2纯度|CO2 purity", 0.3, 1.0),
)
def co2_recovered(b: Builder) -> Node:
    """CO2 caught and sold or used outside: subtracted. Volumes by the density of CO2 at 20 °C, 18.30 t/10⁴Nm³."""
    given = b.given("amount")
    assert given is not None
    dims = given.unit.dims
    if dims == (("CO2", 1),):
        amount, carry = b.amount("amount", "回收量|recovered", "tCO2", conservative=-1), None
    elif dims == (("mass", 1),):
        amount, carry = (
            b.amount("amount", "回收量|recovered", "t", conservative=-1),
            leaf("co2", 1.0, "tCO2/t"),
        )
    else:
        amount = b.amount("amount", "回收量|recovered", "10^4Nm3", conservative=-1)
        carry = leaf(
            "co2/density", 18.3, "tCO2/10^4Nm3", "CO2密度|density of CO2", source="20 °C, 101.325 kPa"
        )
    parts = [amount, *([carry] if carry else [])]
    if b.given("purity") is not None:
        parts.append(b.factor("purity", "CO2纯度|CO2 purity", "1"))
    return b.emission(parts, "Q × 纯度")
