"""Comparing with a printed figure: to its last printed digit."""

from __future__ import annotations

from decimal import Decimal


def agrees(value: float, printed: str) -> None:
    """``value`` rounds to ``printed``: within half a unit of its last digit (and a hair for the rounding itself)."""
    last = Decimal(1).scaleb(Decimal(printed).as_tuple().exponent)  # type: ignore[arg-type]
    assert abs(Decimal(repr(float(value))) - Decimal(printed)) <= last * Decimal("0.5001"), (value, printed)
