"""Gases of machinery, vehicles and electrical equipment: welding gas, fluorinated gases, leaks, switchgear.

Shielding gas: W × P_CO2 × 44 / Σ(P × M). Filling: (opening + bought − closing − sold) × GWP. All V2.
"""

from __future__ import annotations

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.building import Builder
from tancai.engines.carbon.accounting.kinds import Field, kind, percent, quantity, text
from tancai.engines.carbon.reading import Given
from tancai.engines.carbon.tree import Node, leaf, product, total

MOLAR = {"CO2": "molar_co2", "Ar": "molar_argon", "O2": "molar_oxygen", "N2": "molar_nitrogen"}
STOCK = ("opening", "bought", "closing", "sold")
LABELS = {
    "opening": "期初库存|opening stock",
    "bought": "购入量|bought",
    "closing": "期末库存|closing stock",
    "sold": "售出量|sold",
}


def _stock(b: Builder) -> Node:
    named = [name for name in STOCK if b.given(name) is not None]
    parts = [b.amount(name, LABELS[name], "t") for name in named]
    signs = [1 if name in ("opening", "bought") else -1 for name in named]
    net = total(
        b.key("net"),
        parts,
        "t",
        "净使用量|net use",
        signs=signs,
        formula="期初 + 购入 − 期末 − 售出",
        digits=2,
    )
    if net.value < 0:
        raise b.refuse("mass_balance", "closing", value=net.value)
    return net


def _fields(required: bool = True) -> tuple[Field, ...]:
    return tuple(
        quantity(name, LABELS[name], "t", "kg", required=required and name == "bought") for name in STOCK
    )


@kind(
    "shielding_gas",
    "二氧化碳保护焊|CO2 shielding gas",
    "process",
    *_fields(),
    Field(
        "mixture",
        "混合气组分（体积分数）|mixture by volume",
        ("1",),
        what="parts",
        bounds={"1": (0.0, 1.0)},
    ),
)
def shielding_gas(b: Builder) -> Node:
    mixture = b.stream.values.get("mixture")
    if not isinstance(mixture, tuple):
        return b.emission([_stock(b), leaf("co2", 1.0, "tCO2/t", "纯CO2|pure CO2")], "W")
    whole = sum(share.values[0] * float(share.unit.factor) for _, share in mixture)
    if abs(whole - 1) > 0.001:
        raise b.refuse("composition", "mixture", total=f"{100 * whole:g} %")
    shares = {gas: _share(b, gas, given) for gas, given in mixture}
    masses = []
    for gas, share in shares.items():
        if gas not in MOLAR:
            raise b.refuse("factor_unknown", "mixture", value=gas, table=", ".join(MOLAR))
        masses.append(product(b.key(f"{gas}.mass"), [share, _molar(b, gas)], "g/mol", gas, formula="P × M"))
    if "CO2" not in shares:
        raise b.refuse("factor_unknown", "mixture", value="CO2", table=", ".join(MOLAR))
    whole_mass = total(
        b.key("molar"), masses, "g/mol", "混合气平均摩尔质量|mean molar mass", formula="Σ P × M"
    )
    factor = product(
        b.key("mass_share"),
        [shares["CO2"], _molar(b, "CO2"), whole_mass, leaf("co2", 1.0, "tCO2/t")],
        "tCO2/t",
        "CO2质量分数|mass share of CO2",
        powers=[1, 1, -1, 1],
        formula="P_CO2 × 44 / Σ(P × M)",
    )
    return b.emission([_stock(b), factor], "W × P_CO2 × 44 / Σ(P × M)")


def _share(b: Builder, gas: str, given: Given) -> Node:
    value = given.values[0] * float(given.unit.factor)
    return leaf(b.key(f"mixture.{gas}"), value, label=f"{gas}体积分数|{gas} by volume", spread=given.spread)


def _molar(b: Builder, gas: str) -> Node:
    row = tables.constant(MOLAR[gas])
    return b.default(row, f"{gas}摩尔质量|molar mass of {gas}", "g/mol", name=MOLAR[gas])


@kind(
    "gas_filling",
    "温室气体充注|gas filled into products",
    "process",
    text("gas", "气体|gas", required=True),
    *_fields(),
)
def gas_filling(b: Builder) -> Node:
    """What was bought and is neither in stock nor sold in products was lost."""
    gas = b.text("gas")
    tagged = leaf(f"gas/{gas}", 1.0, f"t{gas}/t") if _known(b, gas) else leaf("", 1.0)
    return b.emission([_stock(b), tagged, b.gas(gas)], "(期初 + 购入 − 期末 − 售出) × GWP", at="tCO2e")


def _known(b: Builder, gas: str) -> bool:
    b.gas(gas)
    return True


@kind(
    "gas_leak",
    "充注管路泄漏|leakage at filling connections",
    "process",
    text("gas", "气体|gas", required=True),
    quantity("fillings", "充注次数|number of fillings", "connection", "piece", "1", required=True),
    quantity("leak", "每次泄漏|leakage a filling", "mol/connection", "mol/piece"),
    quantity("molar_mass", "摩尔质量|molar mass", "g/mol"),
)
def gas_leak(b: Builder) -> Node:
    gas = b.text("gas")
    potential = b.gas(gas)
    given = b.given("fillings")
    assert given is not None
    count = leaf(
        b.key("fillings"), sum(given.values) * float(given.unit.factor), "connection", "充注次数|fillings"
    )
    if b.given("leak") is not None:
        value = b.given("leak")
        assert value is not None
        leak = leaf(b.key("leak"), value.values[0], "mol/connection", "每次泄漏|leakage a filling")
    else:
        leak = b.default(tables.constant("leak"), "每次泄漏|leakage a filling", "mol/connection", name="leak")
    if b.given("molar_mass") is not None:
        molar = b.factor("molar_mass", "摩尔质量|molar mass", "g/mol")
    elif gas == "SF6":
        molar = b.default(tables.constant("molar_sf6"), "摩尔质量|molar mass", "g/mol", name="molar_sf6")
    else:
        raise b.refuse("no_default", what="摩尔质量 molar_mass|the molar mass")
    tagged = leaf(f"gas/{gas}", 1.0, f"t{gas}/t")
    return b.emission([count, leak, molar, tagged, potential], "N × 0.342 mol × M × GWP", at="tCO2e")


@kind(
    "gas_equipment",
    "含氟设备检修退役|gas-insulated equipment repaired or retired",
    "process",
    text("gas", "气体|gas", required=True),
    quantity("capacity", "铭牌容量|nameplate capacity", "kg", "t", required=True),
    quantity("recovered", "回收量|recovered", "kg", "t"),
)
def gas_equipment(b: Builder) -> Node:
    gas = b.text("gas")
    potential = b.gas(gas)
    parts = [b.amount("capacity", "铭牌容量|nameplate capacity", "kg")]
    if b.given("recovered") is not None:
        parts.append(b.amount("recovered", "回收量|recovered", "kg"))
    lost = total(
        b.key("lost"), parts, "kg", "泄漏量|lost", signs=[1, -1][: len(parts)], formula="容量 − 回收"
    )
    if lost.value < 0:
        raise b.refuse("mass_balance", "recovered", value=lost.value)
    return b.emission(
        [lost, leaf(f"gas/{gas}", 1.0, f"t{gas}/t"), potential], "Σ(容量 − 回收) × GWP", at="tCO2e"
    )


@kind(
    "gas_loss",
    "气体直接排放|gas set free",
    "process",
    text("gas", "气体|gas", required=True),
    quantity("amount", "排放量|amount", "t", "kg", required=True),
    percent("destroyed", "销毁率|destroyed"),
)
def gas_loss(b: Builder) -> Node:
    """A known amount of a gas set free, times its potential."""
    gas = b.text("gas")
    potential = b.gas(gas)
    amount = b.amount("amount", "排放量|amount", "t", conservative=1)
    parts = [amount, leaf(f"gas/{gas}", 1.0, f"t{gas}/t"), potential]
    if b.given("destroyed") is not None:
        done = b.factor("destroyed", "销毁率|destroyed", "1", amount)
        parts.append(
            total(b.key("left"), [leaf("1", 1.0), done], "1", "1 − 销毁率|1 − destroyed", signs=[1, -1])
        )
    return b.emission(parts, "Q × GWP", at="tCO2e")
