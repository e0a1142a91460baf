"""What a forest's carbon is worth: the service method of LY/T 1721-2008, and the value of land for ever."""

from __future__ import annotations

CARBON_SHARE = 0.2727
CO2_PER_DRY, O2_PER_DRY = 1.63, 1.19
CNY_PER_CARBON, CNY_PER_OXYGEN = 1200.0, 1000.0


def services(area: float, growth: float, soil: float) -> dict[str, float]:
    """Carbon fixed and oxygen released in a year and their value after LY/T 1721-2008 (the value of a flow).

    ``area`` ha, ``growth`` t dry matter/ha a year, ``soil`` tC/ha a year. Carbon ``S (1.63 · 0.2727 · B + F)`` tC at
    1200 CNY; oxygen ``1.19 · S · B`` t at 1000 CNY.
    """
    carbon = area * (CO2_PER_DRY * CARBON_SHARE * growth + soil)
    oxygen = O2_PER_DRY * area * growth
    return {
        "carbon_t": carbon,
        "carbon_cny": carbon * CNY_PER_CARBON,
        "oxygen_t": oxygen,
        "oxygen_cny": oxygen * CNY_PER_OXYGEN,
    }


def faustmann(value: float, rotation: int, interest: float) -> float:
    """Land value of a rotation repeated for ever: ``PV / (1 − (1+r)^−T)``."""
    return value / (1 - (1 + interest) ** -rotation)
