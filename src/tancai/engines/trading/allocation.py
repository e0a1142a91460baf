"""Free allocation: benchmarks for power units, intensity control for steel, cement and aluminium.

Power 2019–2022  A = Qe × Be × Fl × Fr × Ff + Qh × Bh  on supplied (net) electricity,
power from 2023  A = Qe × Be × Ff + Qh × Bh            on generated (gross) electricity,
industry 2024    A = E,  from 2025  A = E × (1 + α), X = (BP − I)/BP, α = 0.15 X within ±20 %, else ±0.03.

Quantities MWh, GJ and t; benchmarks tCO2/MWh and tCO2/GJ; factors to six decimals, allowances cut to whole tonnes
(printed in the draft of 2026, for earlier years by analogy). Arithmetic is decimal: no tonne is lost to binary noise.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache
from pathlib import Path

CLASSES = ("I", "II", "III", "IV")
"""I conventional coal above the 300 MW class, II up to it, III unconventional coal, IV gas."""
COOLING = {"water": Decimal(1), "air": Decimal("1.05")}
INDUSTRY = ("steel", "cement", "aluminium")
ONE = Decimal(1)
TABLE = Path(__file__).parent / "data" / "power_benchmarks.csv"
TABLE_VERSION = "2026.1"


@dataclass(frozen=True)
class Benchmark:
    electricity: Decimal
    heat: Decimal
    basis: str
    confidence: str
    source: str


@cache
def benchmarks() -> dict[tuple[int, str], Benchmark]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (int(row["year"]), row["class"]): Benchmark(
                Decimal(row["electricity"]),
                Decimal(row["heat"]),
                row["basis"],
                row["confidence"],
                row["source"],
            )
            for row in csv.DictReader(file)
        }


def years() -> list[int]:
    return sorted({year for year, _ in benchmarks()})


def load_factor(year: int, unit_class: str, load: Decimal) -> Decimal:
    """Ff to six decimals for a load (0 to 1); 1 for gas and unconventional coal.

    2019–2022 (V2, condensing units): ≥ 85 %: 1; 80–85: 1 + 0.0014 (85 − 100F); 75–80: 1.007 + 0.0016 (80 − 100F);
    below: 1.015^(16 − 20F). 2023–2024 (V1): below 65 % 1.015^(16 − 20F). Draft 2025–2026, F in percent, below 50 %:
    7.254 − 0.633 (1 − e^(−F/29.822)) − 5.643 (1 − e^(−F/6.871)).
    """
    if unit_class not in ("I", "II"):
        return ONE
    percent = 100 * load
    if year <= 2022:
        if percent >= 85:
            found = ONE
        elif percent >= 80:
            found = 1 + Decimal("0.0014") * (85 - percent)
        elif percent >= 75:
            found = Decimal("1.007") + Decimal("0.0016") * (80 - percent)
        else:
            found = _power(load)
    elif year <= 2024:
        found = _power(load) if percent < 65 else ONE
    elif percent >= 50:
        found = ONE
    else:
        x = float(percent)
        found = Decimal(7.254 - 0.633 * (1 - math.exp(-x / 29.822)) - 5.643 * (1 - math.exp(-x / 6.871)))
    return found.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _power(load: Decimal) -> Decimal:
    with localcontext(Context(prec=28)):
        return Decimal("1.015") ** (16 - 20 * load)


def heat_factor(unit_class: str, ratio: Decimal) -> Decimal:
    """Fr of 2019–2022: 1 − 0.22 r for coal, 1 − 0.6 r for gas."""
    return 1 - (Decimal("0.6") if unit_class == "IV" else Decimal("0.22")) * ratio


@dataclass(frozen=True)
class PowerUnit:
    """``load`` and ``heat_ratio`` as fractions; ``verified`` t; ``cooling`` counts to 2022 only."""

    id: str
    unit_class: str
    electricity: Decimal
    heat: Decimal = Decimal(0)
    load: Decimal = ONE
    verified: int = 0
    cooling: str = "water"
    heat_ratio: Decimal = Decimal(0)
    condensing: bool = True


@dataclass(frozen=True)
class UnitAllowance:
    """``initial`` by the benchmark, ``final`` after the shortfall of gas units is forgiven."""

    unit: PowerUnit
    benchmark: Benchmark
    load_factor: Decimal
    correction: Decimal
    electricity: int
    heat: int
    final: int

    @property
    def initial(self) -> int:
        return self.electricity + self.heat


def floor(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_DOWN))


def power_unit(year: int, unit: PowerUnit) -> UnitAllowance:
    """The allowance of one unit. Raises KeyError for a year without benchmarks."""
    found = benchmarks()[year, unit.unit_class]
    load = load_factor(year, unit.unit_class, unit.load) if unit.condensing or year > 2022 else ONE
    correction = load
    if year <= 2022:
        correction *= COOLING[unit.cooling] * heat_factor(unit.unit_class, unit.heat_ratio)
    electricity = floor(unit.electricity * found.electricity * correction)
    heat = floor(unit.heat * found.heat)
    final = electricity + heat
    if unit.unit_class == "IV" and year >= 2023:
        final = max(final, unit.verified)
    return UnitAllowance(unit, found, load, correction, electricity, heat, final)


@dataclass(frozen=True)
class EntityAllowance:
    """``final`` is at least 80 % of ``verified`` (2023–2024); ``gap`` above 0 is missing."""

    initial: int
    verified: int
    least: int
    final: int

    @property
    def topped_up(self) -> int:
        return self.final - self.initial

    @property
    def gap(self) -> int:
        return self.verified - self.final


def entity(year: int, initial: int, verified: int) -> EntityAllowance:
    """Limit the gap of a power entity to 20 % of its verified emissions (2023–2024 plan; V1)."""
    least = -(-verified * 4 // 5) if year >= 2023 else 0
    return EntityAllowance(initial, verified, least, max(initial, least))


def borrowing(gap: int, verified: int) -> int:
    """Most that could be borrowed from 2023 for 2021–2022: half of a gap of 10 % or more."""
    return gap // 2 if verified and gap * 10 >= verified else 0


def pre_allocation(year: int, amount: int) -> int:
    """70 % of last year's verified emissions (2023–2024; in 2021–2022 of those of 2021); the draft from 2025 allows up
    to 50 %. For 2019–2020 ``amount`` is the allowance at the output of 2018."""
    return amount * (70 if year <= 2024 else 50) // 100


def slope(intensity: Decimal, balance: Decimal) -> tuple[Decimal, Decimal]:
    """(X, α) of an emission intensity against the balance value of the trade."""
    x = (balance - intensity) / balance
    if abs(x) < Decimal("0.2"):
        return x, Decimal("0.15") * x
    return x, Decimal("0.03").copy_sign(x)


def industry(
    year: int, emissions: Decimal, intensity: Decimal, balance: Decimal, special: bool = False
) -> int:
    """Whole tonnes; ``special`` units and the year 2024 get their verified emissions."""
    if year <= 2024 or special:
        return floor(emissions)
    return floor(emissions * (1 + slope(intensity, balance)[1]))


def balance_value(emissions: Sequence[Decimal], intensities: Sequence[Decimal]) -> Decimal:
    """The balance value at which allowances sum to emissions; ΣE·I/ΣE when nobody is outside ±20 %.

    ΣE·α(BP) jumps nowhere (0.15 × 0.2 = 0.03) and never falls with BP: halving finds the root to 12 decimals.
    """
    if not emissions or len(emissions) != len(intensities) or min(intensities) <= 0 or sum(emissions) <= 0:
        raise ValueError("emissions and intensities above 0 are wanted, one of each a unit")
    mean = sum((e * i for e, i in zip(emissions, intensities, strict=True)), Decimal(0)) / sum(emissions)
    if all(abs(slope(one, mean)[0]) < Decimal("0.2") for one in intensities):
        return mean
    low, high = min(intensities), max(intensities)
    while high - low > Decimal("1e-13"):
        middle = (low + high) / 2
        total = sum(
            (e * slope(i, middle)[1] for e, i in zip(emissions, intensities, strict=True)), Decimal(0)
        )
        low, high = (middle, high) if total < 0 else (low, middle)
    return (low + high) / 2
