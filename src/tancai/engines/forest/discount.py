"""What uncertainty costs: three selectable rules. None of them is "the" rule; a pack or the case chooses."""

from __future__ import annotations

import math

RULES = ("A", "B", "C", "none")
TIERS_A = ((0.10, 0.0), (0.15, 0.25), (0.20, 0.50), (0.30, 0.75), (math.inf, 1.0))
TIERS_B = ((0.10, 0.0), (0.20, 0.06), (0.30, 0.11))
WORDS = {
    "A": "A：扣减不确定半宽的一定比例（AR-TOOL14）|A: a share of the half-width (AR-TOOL14)",
    "B": "B：按值扣减（AR-CM 既有方法学）|B: a share of the value (legacy AR-CM)",
    "C": "C：扣减超过10 %的部分（VM0047）|C: what exceeds 10 % (VM0047)",
    "none": "不扣减|no discount",
}
CONFIDENCE = {"A": "V2", "B": "M+", "C": "V2", "none": ""}
_ROUNDING = 1e-12


class NoClaim(ValueError):
    """The rule allows no claim at this uncertainty: lay out more plots."""


def share_a(u: float) -> float:
    """Share of the half-width taken off (tool 14); the upper limits belong to their tier: 10 % costs nothing."""
    return next(share for limit, share in TIERS_A if u <= limit + _ROUNDING)


def factor(rule: str, u: float) -> float:
    """What part of the value is taken off, as a fraction of the value; ``u`` ≥ 0 is half-width / value.

    A: ``f(u) · u``; B: tiers on the value, NoClaim from 30 %; C: ``min(1, max(0, u − 0.1))``, NoClaim above 100 %.
    Never more than the value itself.
    """
    if math.isnan(u) or u < 0:
        raise ValueError("an uncertainty is not negative")
    if rule == "none":
        return 0.0
    if rule == "A":
        return min(1.0, share_a(u) * u)
    if rule == "B":
        if u >= 0.30 - _ROUNDING:
            raise NoClaim("B")
        return next(share for limit, share in TIERS_B if u <= limit + _ROUNDING)
    if u > 1 + _ROUNDING:
        raise NoClaim("C")
    return min(1.0, max(0.0, u - 0.10))


def discounted(rule: str, value: float, u: float, *, project: bool = True) -> float:
    """Conservative value: a removal of the project shrinks, a loss grows; a baseline or leakage goes the other way."""
    down = factor(rule, u) * abs(value)
    return value - down if project else value + down


def of_change(
    first: float, u_first: float, second: float, u_second: float, *, correlation: float = 0.0
) -> float:
    """Relative uncertainty of ``second − first``: ``√(a² + b² − 2ρab)/|second − first|``, a and b half-widths."""
    a, b = u_first * first, u_second * second
    inner = max(0.0, a * a + b * b - 2 * correlation * a * b)
    return math.sqrt(inner) / abs(second - first) if second != first else math.inf


def updated(first: float, u_first: float, change: float, u_change: float) -> float:
    """Relative uncertainty of ``first + change``."""
    return math.hypot(u_first * first, u_change * change) / abs(first + change)
