"""The allowance beside an inventory (a tree) and the allocation of the market (decimal) are one rule: they agree."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tancai.engines.carbon.accounting.allowance import Request, estimate
from tancai.engines.carbon.errors import Place
from tancai.engines.carbon.reading import Given
from tancai.engines.carbon.tree import leaf
from tancai.engines.carbon.units import unit
from tancai.engines.trading import allocation

pytestmark = pytest.mark.anydatabase


def figure(value: float, at: str) -> Given:
    return Given((value,), unit(at), Place())


@given(load=some.integers(100, 1000), electricity=some.integers(1, 10**7), heat=some.integers(0, 10**7))
def test_power(load: int, electricity: int, heat: int) -> None:
    one = allocation.PowerUnit("1", "II", Decimal(electricity), Decimal(heat), Decimal(load) / 1000)
    wanted = allocation.power_unit(2023, one)
    request = Request(
        "power-2023-2024",
        {"electricity": "e", "heat": "h"},
        {
            "load_factor": figure(load / 1000, "1"),
            "electricity_benchmark": figure(float(wanted.benchmark.electricity), "tCO2/MWh"),
            "heat_benchmark": figure(float(wanted.benchmark.heat), "tCO2/GJ"),
        },
    )
    amounts = {"e": leaf("e", float(electricity), "MWh"), "h": leaf("h", float(heat), "GJ")}
    made, _ = estimate(request, leaf("total", 1.0, "tCO2e"), amounts)
    # a product that is a whole number of tonnes to the last digit may be cut one lower in binary
    assert abs(made.value - wanted.initial) <= 1


@given(
    balance=some.integers(500, 2500), emissions=some.integers(1000, 10**7), output=some.integers(1000, 10**7)
)
def test_industry(balance: int, emissions: int, output: int) -> None:
    intensity = Decimal(emissions) / Decimal(output)
    wanted = allocation.industry(2025, Decimal(emissions), intensity, Decimal(balance) / 1000)
    request = Request("industry-2025", {"production": "p"}, {"balance": figure(balance / 1000, "tCO2/t")})
    made, _ = estimate(
        request, leaf("total", float(emissions), "tCO2e"), {"p": leaf("p", float(output), "t")}
    )
    assert abs(made.value - wanted) <= 1
