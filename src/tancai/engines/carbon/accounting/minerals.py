"""Minerals: carbonates, clinker, glass batch carbon, desulphurisation.

E = Σ M × purity × EF × F (carbonates). Cement, ETS: clinker × base EF − Σ substitutes × deduction (CETS-AG-02.01, V2).
Cement, oxides: Q × [(CaO − CaO') × 44/56 + (MgO − MgO') × 44/40] + Q × FR0 × 44/12 (GB/T 32151.8, M).
"""

from __future__ import annotations

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.building import Builder
from tancai.engines.carbon.accounting.kinds import kind, percent, quantity, text
from tancai.engines.carbon.tree import CARBON_TO_CO2, Node, leaf, product, total

TONNES = quantity("amount", "数量|amount", "t", required=True)
FACTOR = quantity("factor", "排放因子|emission factor", "tCO2/t", bounds={"tCO2/t": (0.0, 4.0)})


@kind(
    "carbonate",
    "碳酸盐|carbonate",
    "process",
    text("carbonate", "碳酸盐|carbonate", required=True),
    TONNES,
    percent("purity", "纯度|purity"),
    percent("calcined", "煅烧比例|calcination fraction"),
    FACTOR,
)
def carbonate(b: Builder) -> Node:
    amount = b.amount("amount", "消耗量|consumption", "t", conservative=1)
    parts, formula = [amount], "M"
    if b.given("purity") is not None:
        parts.append(b.factor("purity", "纯度|purity", "1", amount))
        formula += " × 纯度"
    parts.append(_carbonate_factor(b))
    formula += " × EF"
    if b.given("calcined") is not None:
        parts.append(b.factor("calcined", "煅烧比例|calcination fraction", "1", amount))
        formula += " × F"
    return b.emission(parts, formula)


def _carbonate_factor(b: Builder) -> Node:
    if b.given("factor") is not None:
        return b.factor("factor", "排放因子|emission factor", "tCO2/t")
    name = b.text("carbonate")
    if b.method.guide == "cets-steel-2024":
        row = b.process_row("carbonate", name, sets=("cets-steel-2024",))
        return b.default(row, "排放因子|emission factor", "tCO2/t", name=row["item"])
    found = tables.named("carbonates", name, "carbonate") or _by_part(name)
    if found is None:
        raise b.refuse(
            "factor_unknown", value=name, table="、".join(r["carbonate"] for r in tables.rows("carbonates"))
        )
    return b.default(found, "排放因子|emission factor", "tCO2/t", name=found["carbonate"])


def _by_part(name: str) -> tables.Row | None:
    for row in tables.rows("carbonates"):
        if name in (*row["zh"].split("/"), *row["en"].split(", ")):
            return row
    return None


@kind(
    "clinker",
    "水泥熟料|cement clinker",
    "process",
    text("clinker", "熟料品种|kind of clinker"),
    TONNES,
    FACTOR,
)
def clinker(b: Builder) -> Node:
    amount = b.amount("amount", "熟料产量|clinker output", "t", conservative=1)
    if b.given("factor") is not None:
        return b.emission([amount, b.factor("factor", "过程排放因子|process factor", "tCO2/t")], "Q × EF")
    row = b.process_row("clinker", b.text("clinker", "portland"), sets=("cets-cement-2024",))
    return b.emission(
        [amount, b.default(row, "过程排放因子|process factor", "tCO2/t", name=row["item"])], "Q × EF"
    )


@kind(
    "substitute",
    "替代原料扣减|substitute raw material",
    "process",
    text("material", "替代原料|material", required=True),
    TONNES,
    FACTOR,
    sign=-1,
)
def substitute(b: Builder) -> Node:
    amount = b.amount("amount", "消耗量|consumption", "t", conservative=-1)
    if b.given("factor") is not None:
        return b.emission([amount, b.factor("factor", "扣减系数|deduction factor", "tCO2/t")], "M × 扣减系数")
    row = b.process_row("substitute", b.text("material"), sets=("cets-cement-2024",))
    factor = b.default(row, "扣减系数|deduction factor", "tCO2/t", name=row["item"])
    return b.emission([amount, factor], "M × 扣减系数")


@kind(
    "clinker_oxides",
    "水泥熟料（氧化物法）|cement clinker by oxides",
    "process",
    TONNES,
    percent("cao", "CaO含量|CaO content", required=True),
    percent("mgo", "MgO含量|MgO content", required=True),
    percent("cao_other", "非碳酸盐来源CaO|CaO not from carbonates"),
    percent("mgo_other", "非碳酸盐来源MgO|MgO not from carbonates"),
    percent("raw_meal_carbon", "生料非燃料碳|non-fuel carbon of raw meal", 0.0, 0.02),
    quantity("raw_meal", "生料消耗量|raw meal", "t"),
)
def clinker_oxides(b: Builder) -> Node:
    amount = b.amount("amount", "熟料产量|clinker output", "t", conservative=1)
    parts = []
    for oxide, molar in (("cao", 56), ("mgo", 40)):
        name = {"cao": "CaO", "mgo": "MgO"}[oxide]
        share = [b.factor(oxide, f"{name}含量|{name} content", "1", amount)]
        if b.given(f"{oxide}_other") is not None:
            share.append(
                b.factor(f"{oxide}_other", f"非碳酸盐{name}|{name} not from carbonates", "1", amount)
            )
        net = total(b.key(f"{oxide}.net"), share, "1", f"净{name}|net {name}", signs=[1, -1][: len(share)])
        ratio = leaf(f"44/{molar}", 44 / molar, "tCO2/t", f"44/{molar}")
        formula = f"Q × ({name} − {name}') × 44/{molar}"
        parts.append(product(b.key(oxide), [amount, net, ratio], "tCO2", name, formula=formula))
    if b.given("raw_meal_carbon") is not None:
        if b.given("raw_meal") is None:
            raise b.refuse("no_default", what="生料消耗量 raw_meal|the raw meal")
        meal = b.amount("raw_meal", "生料消耗量|raw meal", "t")
        carbon = b.factor("raw_meal_carbon", "生料非燃料碳|non-fuel carbon", "1", meal)
        tagged = leaf("carbon", 1.0, "tC/t")
        parts.append(
            product(
                b.key("meal"),
                [meal, carbon, tagged, CARBON_TO_CO2],
                "tCO2",
                "生料碳|raw meal",
                formula="M × FR0 × 44/12",
            )
        )
    return total(
        b.key("emission"),
        parts,
        "tCO2",
        b.stream.name,
        formula="Σ",
        source="GB/T 32151.8-2015",
        confidence="M",
        digits=2,
    )


@kind(
    "carbon_powder",
    "碳粉|carbon powder of the glass batch",
    "process",
    TONNES,
    percent("carbon", "含碳量|carbon content", 0.5, 1.0),
)
def carbon_powder(b: Builder) -> Node:
    """Q × C × 44/12, carbon 100 % unless given (GB/T 32151.7; V2)."""
    amount = b.amount("amount", "碳粉用量|carbon powder", "t", conservative=1)
    if b.given("carbon") is not None:
        share = b.factor("carbon", "含碳量|carbon content", "1", amount)
    else:
        share = leaf(
            "glass/carbon", 1.0, label="含碳量|carbon content", source="GB/T 32151.7", confidence="V2"
        )
    return b.emission([amount, share, leaf("carbon", 1.0, "tC/t"), CARBON_TO_CO2], "Q × C × 44/12")


@kind(
    "desulphurisation",
    "脱硫剂|desulphurisation sorbent",
    "process",
    TONNES,
    percent("content", "碳酸盐含量|carbonate content"),
    percent("converted", "转化率|conversion"),
    FACTOR,
)
def desulphurisation(b: Builder) -> Node:
    """CAL × content × EF × TR; the defaults of the power guide are unverified and must be accepted by name."""
    amount = b.amount("amount", "脱硫剂消耗量|sorbent", "t", conservative=1)
    parts = [amount]
    for name, row, label, at in (
        ("content", "sorbent_content", "碳酸盐含量|carbonate content", "1"),
        ("factor", "desulphurisation", "排放因子|emission factor", "tCO2/t"),
        ("converted", "desulphurisation_rate", "转化率|conversion", "1"),
    ):
        if b.given(name) is not None:
            parts.append(b.factor(name, label, at, amount))
        else:
            parts.append(b.default(tables.constant(row), label, at, name=row))
    return b.emission(parts, "CAL × 含量 × EF × TR")
