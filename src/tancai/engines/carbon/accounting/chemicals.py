"""Other processes: nitric and adipic acid, oxalic acid, anaerobic wastewater (V2)."""

from __future__ import annotations

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.building import Builder
from tancai.engines.carbon.accounting.kinds import kind, percent, quantity, text
from tancai.engines.carbon.accounting.minerals import TONNES
from tancai.engines.carbon.tree import Node, leaf, product, total

ABATEMENT = (
    percent("abatement", "去除率|abatement"),
    percent("utilisation", "设备利用率|utilisation of the abatement"),
)
N2O_FACTOR = quantity("factor", "N2O生成因子|N2O factor", "tN2O/t", bounds={"tN2O/t": (0.0, 0.5)})


def _nitrous(b: Builder, role: str, item: str) -> Node:
    amount = b.amount("amount", "产量|output", "t", conservative=1)
    if b.given("factor") is not None:
        factor = b.factor("factor", "N2O生成因子|N2O factor", "tN2O/t")
    else:
        row = b.process_row(role, item, sets=("chemical",))
        factor = b.default(row, "N2O生成因子|N2O factor", "tN2O/t", name=row["item"])
    parts = [amount, factor]
    if b.given("abatement") is not None:
        caught = [b.factor("abatement", "去除率|abatement", "1", amount)]
        if b.given("utilisation") is not None:
            caught.append(b.factor("utilisation", "利用率|utilisation", "1", amount))
        share = product(b.key("caught"), caught, "1", "去除份额|share abated", formula="η × μ")
        parts.append(
            total(
                b.key("left"), [leaf("1", 1.0), share], "1", "1 − η × μ", signs=[1, -1], formula="1 − η × μ"
            )
        )
    return b.emission([*parts, b.gas("N2O")], "AD × EF × (1 − η × μ) × GWP_N2O", at="tCO2e")


@kind(
    "nitric_acid",
    "硝酸生产N2O|nitric acid N2O",
    "process",
    TONNES,
    text("technology", "生产技术|technology", required=True),
    N2O_FACTOR,
    *ABATEMENT,
)
def nitric_acid(b: Builder) -> Node:
    return _nitrous(b, "nitric_acid", b.text("technology"))


@kind("adipic_acid", "己二酸生产N2O|adipic acid N2O", "process", TONNES, N2O_FACTOR, *ABATEMENT)
def adipic_acid(b: Builder) -> Node:
    return _nitrous(b, "adipic_acid", "nitric_oxidation")


@kind(
    "oxalic_acid",
    "草酸消耗|oxalic acid use",
    "process",
    TONNES,
    percent("concentration", "浓度|concentration"),
)
def oxalic_acid(b: Builder) -> Node:
    amount = b.amount("amount", "消耗量|consumption", "t", conservative=1)
    row = b.process_row("oxalic_acid", "oxalic_acid", sets=("nonferrous",))
    factor = b.default(row, "排放因子|emission factor", "tCO2/t", name="oxalic_acid")
    if b.given("concentration") is not None:
        strength = b.factor("concentration", "浓度|concentration", "1", amount)
    else:
        strength = b.default(
            tables.constant("oxalic_concentration"), "浓度|concentration", "1", name="oxalic_concentration"
        )
    return b.emission([amount, factor, strength], "AD × 0.349 × 浓度")


@kind(
    "wastewater",
    "废水厌氧处理CH4|anaerobic wastewater CH4",
    "process",
    quantity("cod_removed", "去除的COD|COD removed", "tCOD", required=True),
    quantity("cod_sludge", "污泥带走的COD|COD in sludge", "tCOD"),
    percent("mcf", "甲烷修正因子|methane correction factor", required=True),
    quantity("recovered", "回收的甲烷|methane recovered", "tCH4"),
)
def wastewater(b: Builder) -> Node:
    parts = [b.amount("cod_removed", "去除的COD|COD removed", "tCOD")]
    if b.given("cod_sludge") is not None:
        parts.append(b.amount("cod_sludge", "污泥COD|COD in sludge", "tCOD"))
    net = total(b.key("cod"), parts, "tCOD", "净去除COD|net COD", signs=[1, -1][: len(parts)])
    capacity = b.default(
        tables.constant("cod_methane"), "甲烷生成能力|methane capacity", "tCH4/tCOD", name="cod_methane"
    )
    made = product(
        b.key("methane"),
        [net, capacity, b.factor("mcf", "MCF", "1")],
        "tCH4",
        "甲烷产生量|methane made",
        formula="COD × 0.25 × MCF",
    )
    if b.given("recovered") is not None:
        caught = b.amount("recovered", "回收的甲烷|methane recovered", "tCH4")
        made = total(b.key("lost"), [made, caught], "tCH4", "排放的甲烷|methane lost", signs=[1, -1])
    return b.emission([made, b.gas("CH4")], "CH4 × GWP", at="tCO2e")
