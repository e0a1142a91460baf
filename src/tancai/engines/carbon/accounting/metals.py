"""Metals: electrodes, carbon-bearing materials and products of steel works; anodes and anode effect of aluminium.

Steel guide eq. (1): materials and electrodes × EF − products × EF (V1). Aluminium: anode Q × NC × (1 − S − A) × 44/12,
anode effect Q × (EF_CF4 × GWP + EF_C2F6 × GWP); slope method EF_CF4 = 0.143 × AEM (V2).
"""

from __future__ import annotations

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.building import Builder
from tancai.engines.carbon.accounting.kinds import kind, percent, quantity, text
from tancai.engines.carbon.accounting.minerals import FACTOR, TONNES
from tancai.engines.carbon.tables import Row
from tancai.engines.carbon.tree import CARBON_TO_CO2, Node, leaf, product, total

STEEL = ("cets-steel-2024",)
ITEM = text("item", "品种|item", required=True)


def _steel(b: Builder, role: str, item: str, way: int) -> Node:
    amount = b.amount("amount", "数量|amount", "t", conservative=way)
    if b.given("factor") is not None:
        return b.emission([amount, b.factor("factor", "排放因子|emission factor", "tCO2/t")], "M × EF")
    row = b.process_row(role, item, sets=STEEL)
    return b.emission(
        [amount, b.default(row, "排放因子|emission factor", "tCO2/t", name=row["item"])], "M × EF"
    )


@kind("electrode", "电极|electrode", "process", TONNES, FACTOR)
def electrode(b: Builder) -> Node:
    return _steel(b, "electrode", "electrode", 1)


@kind("material", "外购含碳原料|carbon-bearing material bought", "process", ITEM, TONNES, FACTOR)
def material(b: Builder) -> Node:
    return _steel(b, "material", b.text("item"), 1)


@kind("product", "外售含碳产品（扣减）|carbon-bearing product", "process", ITEM, TONNES, FACTOR, sign=-1)
def steel_product(b: Builder) -> Node:
    return _steel(b, "product", b.text("item"), -1)


ALUMINIUM = quantity("amount", "铝产量|aluminium output", "t", required=True)
SET = text(
    "set", "参数组|parameter set", "ndrc-2013", "cets-variant-a", "cets-variant-b", "slope", "slope-ipcc"
)


def _parameters(b: Builder, needed: bool) -> str:
    chosen = b.text("set")
    if not chosen and b.method.guide == "gbt-32151-4-aluminium":
        chosen = "ndrc-2013"
    if not chosen and needed:
        raise b.refuse("set_needed", choices="ndrc-2013, cets-variant-a, cets-variant-b")
    return chosen


def _parameter(b: Builder, chosen: str, name: str, label: str, at: str) -> Node:
    row: Row | None = tables.find("aluminium", set=chosen, parameter=name)
    if row is None:
        raise b.refuse("no_default", what=label)
    return b.default(row, label, at, name=f"{chosen}/{name}")


@kind(
    "anode",
    "炭阳极消耗|anode consumption",
    "process",
    ALUMINIUM,
    SET,
    quantity("net_use", "阳极净耗|net anode use", "t/t", "kg/t", bounds={"t/t": (0.3, 0.6)}),
    quantity("gross_use", "阳极毛耗|gross anode use", "t/t", "kg/t", bounds={"t/t": (0.3, 0.7)}),
    percent("loss", "残极率|stub and loss rate", 0.0, 0.4),
    percent("sulphur", "硫分|sulphur", 0.0, 0.1),
    percent("ash", "灰分|ash", 0.0, 0.1),
)
def anode(b: Builder) -> Node:
    amount = b.amount("amount", "铝产量|aluminium output", "t", conservative=1)
    own = all(b.given(name) for name in ("sulphur", "ash")) and (b.given("net_use") or b.given("gross_use"))
    chosen = _parameters(b, not own)

    def share(name: str, label: str) -> Node:
        return (
            b.factor(name, label, "1", amount) if b.given(name) else _parameter(b, chosen, name, label, "1")
        )

    one = leaf("1", 1.0)
    pure = total(
        b.key("pure"),
        [one, share("sulphur", "硫分|sulphur"), share("ash", "灰分|ash")],
        "1",
        "1 − S − A",
        signs=[1, -1, -1],
        formula="1 − S − A",
    )
    return b.emission(
        [amount, _net_use(b, chosen, amount), pure, leaf("carbon", 1.0, "tC/t"), CARBON_TO_CO2],
        "Q × NC × (1 − S − A) × 44/12",
    )


def _net_use(b: Builder, chosen: str, amount: Node) -> Node:
    label = "阳极净耗|net anode use"
    if b.given("net_use") is not None:
        return b.factor("net_use", label, "t/t", amount)
    if b.given("gross_use") is not None:
        gross = b.factor("gross_use", "阳极毛耗|gross anode use", "t/t", amount)
        loss = (
            b.factor("loss", "残极率|loss rate", "1", amount)
            if b.given("loss")
            else _parameter(b, chosen, "anode_loss", "残极率|loss rate", "1")
        )
        left = total(b.key("left"), [leaf("1", 1.0), loss], "1", "1 − 残极率|1 − loss", signs=[1, -1])
        return product(b.key("net_use"), [gross, left], "t/t", label, formula="毛耗 × (1 − 残极率)")
    if tables.find("aluminium", set=chosen, parameter="anode_net") is None:
        raise b.refuse("anode_needed")
    return _parameter(b, chosen, "anode_net", label, "t/t")


@kind(
    "anode_effect",
    "阳极效应|anode effect",
    "process",
    ALUMINIUM,
    SET,
    quantity("cf4", "CF4排放因子|CF4 factor", "kgCF4/t", bounds={"kgCF4/t": (0.0, 2.0)}),
    quantity("c2f6", "C2F6排放因子|C2F6 factor", "kgC2F6/t", bounds={"kgC2F6/t": (0.0, 0.5)}),
    quantity("minutes", "每日阳极效应时间（分钟/槽·日）|anode-effect minutes per cell-day", "min", "1"),
)
def anode_effect(b: Builder) -> Node:
    amount = b.amount("amount", "铝产量|aluminium output", "t", conservative=1)
    cf4, c2f6 = _effect_factors(b, amount)
    parts = []
    for gas, factor in (("CF4", cf4), ("C2F6", c2f6)):
        parts.append(
            product(
                b.key(gas.lower() + ".emission"),
                [amount, factor, b.gas(gas)],
                "tCO2e",
                gas,
                formula=f"Q × EF_{gas} × GWP_{gas}",
                digits=2,
            )
        )
    return total(b.key("emission"), parts, "tCO2e", b.stream.name, formula="CF4 + C2F6", digits=2)


def _effect_factors(b: Builder, amount: Node) -> tuple[Node, Node]:
    labels = {"cf4": "CF4排放因子|CF4 factor", "c2f6": "C2F6排放因子|C2F6 factor"}
    minutes = b.given("minutes")
    if minutes is not None:
        chosen = b.text("set", "slope")
        chosen = chosen if chosen.startswith("slope") else "slope"
        slope = _parameter(b, chosen, "cf4_slope", "斜率|slope", "kgCF4/(t·min)")
        time = b.factor("minutes", "阳极效应时间|anode-effect minutes", "min", amount)
        cf4 = product(b.key("cf4"), [slope, time], "kgCF4/t", labels["cf4"], formula="0.143 × AEM")
        share = _parameter(b, chosen, "c2f6_ratio", "C2F6与CF4之比|C2F6 to CF4", "kgC2F6/kgCF4")
        return cf4, product(b.key("c2f6"), [share, cf4], "kgC2F6/t", labels["c2f6"], formula="比 × EF_CF4")
    chosen = _parameters(b, not (b.given("cf4") and b.given("c2f6")))
    found = []
    for name, at in (("cf4", "kgCF4/t"), ("c2f6", "kgC2F6/t")):
        if b.given(name) is not None:
            found.append(b.factor(name, labels[name], at, amount))
        else:
            found.append(_parameter(b, chosen, name, labels[name], at))
    return found[0], found[1]
