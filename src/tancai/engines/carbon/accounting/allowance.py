"""An estimate of the allowance beside the emissions of a case: which surplus or gap to expect.

Power 2023–2024 (V1): output × benchmark × load factor 1.015^(16 − 20F) below F = 65 %, else 1; heat × benchmark.
Industry 2025 (V1): A = E × (1 + α), X = (BP − I)/BP, α = 0.15 X within ±20 %, else ±0.03. The load factor is rounded to
six decimals and allowances are cut to whole tonnes, as the draft of 2026 prints; for earlier years that is by analogy.
"""

from __future__ import annotations

from dataclasses import dataclass

from tancai.engines.carbon.reading import Given, Table
from tancai.engines.carbon.tree import Node, leaf, product, rounded, total
from tancai.engines.carbon.units import scale

RULES = ("power-2023-2024", "industry-2025")
_POWER_SOURCE = "2023、2024年度发电行业配额方案|power allocation plan 2023–2024"
_INDUSTRY_SOURCE = "国环规气候〔2025〕2号|allocation plan 2025, no. 2"


@dataclass(frozen=True)
class Request:
    """What the ``[allowance]`` table of a case asks for; amounts come from its production."""

    rule: str
    outputs: dict[str, str]
    figures: dict[str, Given]


def read_request(table: Table) -> Request | None:
    rule = table.text("rule", choices=RULES, required=True)
    power = rule == "power-2023-2024"
    names = ("electricity", "heat") if power else ("production",)
    outputs = {name: table.text(name, required=name != "heat") for name in names}
    figures = {
        "load_factor": table.quantity("load_factor", ("1",), required=power, bounds={"1": (0.1, 1.0)}),
        "electricity_benchmark": table.quantity("electricity_benchmark", ("tCO2/MWh",), required=power),
        "heat_benchmark": table.quantity("heat_benchmark", ("tCO2/GJ",), required=bool(outputs.get("heat"))),
        "balance": table.quantity("balance", ("tCO2/t", "tCO2e/t"), required=not power),
    }
    table.leftovers()
    if table.failed or not rule:
        return None
    return Request(rule, outputs, {name: given for name, given in figures.items() if given is not None})


def estimate(request: Request, emissions: Node, amounts: dict[str, Node]) -> list[Node]:
    """Allowance, and what it leaves after the emissions of the case; ``amounts`` are its outputs by id.

    Raises UnitError when an output has the wrong unit.
    """
    made = (
        _power(request, amounts)
        if request.rule == "power-2023-2024"
        else _industry(request, emissions, amounts)
    )
    surplus = total(
        "surplus",
        [made, emissions],
        "tCO2e",
        "配额盈余（负为缺口）|surplus (negative: gap)",
        signs=[1, -1],
        digits=2,
    )
    return [made, surplus]


def _figure(request: Request, name: str, label: str, at: str) -> Node:
    given = request.figures[name]
    one = leaf(f"allowance.{name}", given.values[0], given.unit, label, source=given.source)
    return leaf(
        one.key, one.value * scale(given.unit, leaf("", 0.0, at).unit), at, label, source=given.source
    )


def _power(request: Request, amounts: dict[str, Node]) -> Node:
    load = _figure(request, "load_factor", "负荷（出力）系数|load factor", "1").value
    factor = 1.015 ** (16 - 20 * load) if load < 0.65 else 1.0
    words = f"1.015^(16 − 20 × {load:g})" if load < 0.65 else "F ≥ 65 %"
    exact = leaf(
        "allowance.peak", factor, label=f"调峰修正系数 {words}|load correction {words}", source=_POWER_SOURCE
    )
    peak = rounded(exact, 6)
    benchmark = _figure(request, "electricity_benchmark", "供电基准|electricity benchmark", "tCO2/MWh")
    parts = [
        product(
            "allowance.electricity",
            [amounts[request.outputs["electricity"]], benchmark, peak],
            "tCO2",
            "发电配额|electricity allowance",
            formula="Q × B × F",
            source=_POWER_SOURCE,
            confidence="V1",
        )
    ]
    if request.outputs.get("heat"):
        heat = _figure(request, "heat_benchmark", "供热基准|heat benchmark", "tCO2/GJ")
        parts.append(
            product(
                "allowance.heat",
                [amounts[request.outputs["heat"]], heat],
                "tCO2",
                "供热配额|heat allowance",
                formula="Q × B",
                source=_POWER_SOURCE,
                confidence="V1",
            )
        )
    cut = [rounded(part, 0, down=True) for part in parts]
    return total("allowance", cut, "tCO2e", "配额量|allowance", formula="Σ", digits=0)


def _industry(request: Request, emissions: Node, amounts: dict[str, Node]) -> Node:
    balance = _figure(request, "balance", "行业碳排放强度平衡值|balance value of the trade", "tCO2e/t")
    output = amounts[request.outputs["production"]]
    intensity = product(
        "allowance.intensity", [emissions, output], "tCO2e/t", "排放强度|intensity", powers=[1, -1]
    )
    gap = total("allowance.gap", [balance, intensity], "tCO2e/t", "BP − I", signs=[1, -1])
    deviation = product("allowance.deviation", [gap, balance], "%", "偏离率 X|deviation X", powers=[1, -1])
    if abs(deviation.value) < 20:
        slope = leaf("allowance.slope", 0.15, label="0.15", source=_INDUSTRY_SOURCE, confidence="V1")
        alpha = product(
            "allowance.alpha", [slope, deviation], "1", "调整系数 α|coefficient α", formula="0.15 × X"
        )
    else:
        limit = 0.03 if deviation.value > 0 else -0.03
        alpha = leaf(
            "allowance.alpha",
            limit,
            label="调整系数 α|coefficient α",
            source=_INDUSTRY_SOURCE,
            confidence="V1",
        )
    share = total("allowance.share", [leaf("1", 1.0), alpha], "1", "1 + α")
    exact = product(
        "allowance.exact",
        [emissions, share],
        "tCO2e",
        "配额量|allowance",
        formula="E × (1 + α)",
        source=_INDUSTRY_SOURCE,
        confidence="V1",
    )
    return rounded(exact, 0, down=True)
