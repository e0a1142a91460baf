"""What a slip in the chain gives: the claim as it comes out with one step wrong, to tell a person which step it was."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from tancai.engines.forest import discount, sampling
from tancai.engines.forest.sink import Sink
from tancai.engines.forest.tree import Node, find, retold

SLIPS: dict[str, str] = {
    "no_discount": "没有扣减不确定性|the discount for uncertainty was left out",
    "normal_90": "用了正态分位数1.645而不是t值|the normal quantile 1.645 was used instead of t",
    "normal_95": "用了1.960（95 %）而不是90 %的t值|1.960 (95 %) was used instead of t at 90 %",
    "soil_cap": "土壤碳增速没有封顶0.8 tC/(ha·a)|the soil rate was not capped at 0.8 tC/(ha·a)",
    "shrub_small": "盖度不足5 %的灌木没有计0|shrubs covering less than 5 % were not counted as none",
    "dead_undiscounted": "枯死木、枯落物按未扣减的变化量计算|dead wood and litter of the change before discount",
    "no_fire": "漏了火烧排放|the emissions of fire were left out",
    "no_leakage": "漏了泄漏|leakage was left out",
    "no_baseline": "漏了基准线清除量|the baseline removal was left out",
    "no_risk": "没有扣减非持久性风险|the non-permanence deduction was left out",
}


def signatures(found: Sink) -> dict[str, float]:
    """The claim (tCO2e, not rounded) under each slip that would change it by a tonne at least."""
    right = _claim(found, {})
    wrong = {code: _claim(found, instead) for code, instead in _slips(found)}
    wrong["no_risk"] = found.net.value
    return {code: wrong[code] for code in SLIPS if code in wrong and abs(wrong[code] - right) >= 1}


def diagnosed(found: Sink, claimed: float) -> list[str]:
    """The slips that explain a claim within a tonne; [] when it is right or nothing known explains it."""
    if abs(claimed - found.credit.value) <= 1:
        return []
    return [code for code, value in signatures(found).items() if abs(value - claimed) <= 1]


def _claim(found: Sink, instead: Mapping[str, float]) -> float:
    return retold(found.net, instead).value * (1 - found.project.rules.k_risk.value)


def _slips(found: Sink) -> Iterator[tuple[str, dict[str, float]]]:
    nodes = {
        key: node
        for key in ("soil.rate.raw", "dead_wood", "litter", "trees.change")
        if (node := _there(found, key)) is not None
    }
    yield "no_discount", {"discount": 0.0}
    for code, level in (("normal_90", 0.90), ("normal_95", 0.95)):
        if (taken := _discount(found, sampling.t_value(math.inf, level))) is not None:
            yield code, {"discount": taken}
    if "soil.rate.raw" in nodes:
        yield "soil_cap", {"soil.rate": max(0.0, nodes["soil.rate.raw"].value)}
    covers: dict[str, float] = {}
    for name in found.counted:
        before, after = found.project.covers[name]
        covers |= {f"shrub.first.{name}.cover": before, f"shrub.now.{name}.cover": after}
    yield "shrub_small", covers
    dead = {
        key: nodes["trees.change"].value * dict(nodes[key].parts)["DF"].value
        for key in ("dead_wood", "litter")
        if key in nodes
    }
    yield "dead_undiscounted", dead
    yield "no_fire", {"fire": 0.0}
    yield "no_leakage", {"leakage": 0.0}
    yield "no_baseline", {"baseline": 0.0}


def _there(found: Sink, key: str) -> Node | None:
    try:
        return find(found.net, key)
    except KeyError:
        return None


def _discount(found: Sink, quantile: float) -> float | None:
    """What the rule takes off when half-widths are ``quantile`` standard errors."""
    change = dict(find(found.net, "trees.change").parts)
    first, second = change["C1"].value, change["C2"].value
    if "change" in found.estimates:
        u = _relative(found.estimates["change"], quantile)
    else:
        given = found.project.first_stock[1] if found.project.first_stock is not None else 0.0
        before = _relative(found.estimates["first"], quantile) if "first" in found.estimates else given
        u = discount.of_change(first, before, second, _relative(found.estimates["now"], quantile))
    try:
        return discount.factor(found.project.rules.discount, u) if math.isfinite(u) else None
    except discount.NoClaim:
        return None


def _relative(one: sampling.Estimate, quantile: float) -> float:
    return quantile * one.error / abs(one.mean) if one.mean else 0.0
