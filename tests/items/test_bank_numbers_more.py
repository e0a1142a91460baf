"""Parameterised items on footprints, sinks, trading, allowances and the cost of abatement, computed again here.

Each formula is written anew, in fractions, from the rule the item names: footprint factors 0.6205 (2023) and 0.5777
(2024) kgCO2e/kWh; GWP of AR6; biomass, roots, uncertainty and its discount by AR-TOOL14; plots by AR-TOOL03; litter by
AR-TOOL12; fire by AR-TOOL08 (4.7 and 0.26 g/kg, 0.45 burnt); leakage by AR-TOOL15; soil by AR-TOOL16 (20 years, at most
0.8 tC/ha a year); N2O by the 2019 Refinement; limits of orders by the exchange's notice of 2021; offsets of 5 % by
order 19, article 29; benchmarks, cap of the gap and carry-over by the plan for 2023 and 2024 of power; 15 % of the
deviation by the plan for 2024 and 2025 of steel, cement and aluminium.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction as F
from types import SimpleNamespace as V

import pytest

from tancai.items.kinds.parameterised import KIND
from tests.items.shipped import ITEMS as SHIPPED

pytestmark = pytest.mark.anydatabase

ITEMS = {item.code: item for item in SHIPPED if item.kind == "parameterised"}
CO2 = F(44, 12)
SEEDS = 20


def cents(value: F) -> F:
    return F(math.floor(value * 100 + F(1, 2)), 100)


def annuity(rate: F, years: F) -> F:
    """Present value of one a year."""
    return sum((1 / (1 + rate) ** k for k in range(1, int(years) + 1)), F(0))


RESULTS: dict[str, Callable[[V], F | float | int]] = {
    "crp-9-p01": lambda v: v.mass * v.km * F("0.074") / 1000,
    "crp-9-p02": lambda v: F("0.5777") * v.kwh,
    "crp-9-p03": lambda v: v.gas * (F("38.931") * F("0.01532") * F("0.99") * CO2 + F("0.63")),
    "crp-9-p04": lambda v: v.total / (1 + v.b * v.pb / (v.a * v.pa)),
    "crp-9-p05": lambda v: v.total * v.a / (v.a + v.b) / v.a,
    "crp-9-p06": lambda v: v.litres / 20 / v.uses * v.make + v.litres / 20 * v.wash,
    "crp-9-p07": lambda v: v.net * 100 / v.rate * v.ef,
    "crp-9-p08": lambda v: (
        F("2.05") * v.steel + F("2.6") * v.plastic + F("0.5777") * v.kwh + F("0.074") * v.tkm
    ),
    "crp-9-p09": lambda v: ((v.total - v.kwh * F("0.5777") + v.kwh * F("0.6205")) / v.total - 1) * 100,
    "crp-9-p10": lambda v: v.ch4 * F("29.8") + v.n2o * 273,
    "crp-9-p11": lambda v: -math.floor(v.cut - v.gross),
    "csa-m2-p01": lambda v: v.area * v.v * F("0.380") * F("1.472") * F("0.460") * CO2 * F("1.187"),
    "csa-m2-p02": lambda v: v.area * (F("0.4652") * v.v + F("19.141")) / 2,
    "csa-m2-p03": lambda v: float(v.b) + math.exp(-1.085) * float(v.b) ** 0.9256,
    "csa-m2-p04": lambda v: (
        v.area * v.gain * F("0.307") * F("1.634") * F("1.246") * F("0.52") * CO2 / v.years
    ),
    "csa-m1-p01": lambda v: v.pv * (1 + v.r / 100) ** int(v.T) / ((1 + v.r / 100) ** int(v.T) - 1),
    "csa-m1-p02": lambda v: v.a / (1 + v.r / 100) ** 5 + v.b / (1 + v.r / 100) ** int(v.T) - v.c0,
    "csa-m1-p03": lambda v: (v.L + v.d) / v.k,
    "csa-m4-p01": lambda v: math.floor(v.net - v.net * v.k / 100) * v.price,
    "csa-h1-p01": lambda v: v.bd * v.oc * (100 - v.g) * v.depth / 1000,
    "csa-h1-p02": lambda v: CO2 * F("0.37") * F("2.5") * v.wet * v.dwr * 2,
    "csa-h2-p01": lambda v: F("1.63") * F("0.2727") * v.A * v.B + v.A * v.F,
    "csa-h2-p02": lambda v: math.floor(v.agb * v.area * 500 / 657),
    "csa-h3-p01": lambda v: math.ceil(
        (F("1.645") * (v.A1 * v.s1 + v.A2 * v.s2) / (F("0.1") * (v.A1 * v.m1 + v.A2 * v.m2))) ** 2
    ),
    "csa-h3-p02": lambda v: math.ceil(v.n / (1 + v.A2 * v.s2 / (v.A1 * v.s1))),
    "csa-h3-p03": lambda v: math.hypot(v.c1 * v.u1, (v.c1 + v.gain) * v.u2) / float(v.gain),
    "csa-h3-p04": lambda v: v.apar * F("0.542") * v.t1 * v.t2 * (1 + v.ratio) / 2,
    "csa-h3-p05": lambda v: v.x - F("0.25") * (v.u / 100 * v.x),
    "csa-h4-p01": lambda v: v.q * v.p - v.q * v.p * v.f / 100 - v.c,
    "csa-h5-p01": lambda v: v.A * v.b * F("0.45") * (F("126.9") + F("70.98")) / 1000,
    "csa-h5-p02": lambda v: CO2 * F("0.47") * v.A * (F("1.375") * v.bt + F("1.4") * v.bs),
    "csa-h5-p03": lambda v: CO2 * v.area * v.years * (v.loss / 20 if v.loss <= 16 else F("0.8")),
    "csa-h5-p04": lambda v: v.N * F("0.0111") * F(11, 7) * F("0.273"),
    "csa-h5-p05": lambda v: math.floor(v.dc - v.fire - v.years * v.bsl - v.lk),
    "crp-7-p01": lambda v: cents(v.close + v.close / 10),
    "crp-7-p02": lambda v: cents(v.close - v.close * 3 / 10),
    "crp-7-p03": lambda v: v.p1 + (v.up * (v.q2 + v.q3) + v.more * v.q3) / (v.q1 + v.q2 + v.q3),
    "crp-7-p04": lambda v: v.p1 * (v.q1 + v.q2 + v.rest) + v.up * (v.q2 + v.rest) + v.more * v.rest,
    "crp-7-p05": lambda v: v.due - min(v.have, v.due * 5 // 100),
    "crp-7-p06": lambda v: (v.open - v.done) - (v.listed - v.done),
    "crp-7-p07": lambda v: v.cash * 10000 - v.p1 * (v.q1 + v.q2) + v.down * v.q2,
    "crp-3-p01": lambda v: math.floor(v.qe * F("0.8049") + v.qh * F("0.1033")),
    "crp-3-p02": lambda v: math.floor(
        v.qe * F("0.791") * F(math.floor(1.015 ** float(16 - v.F / 5) * 10**6 + 0.5), 10**6)
    ),
    "crp-3-p03": lambda v: math.floor(v.E * (F("1.15") - F("0.15") * v.I / v.BP)),
    "crp-3-p04": lambda v: v.E - min(v.E - v.A, v.E / 5),
    "crp-3-p05": lambda v: min(
        v.hold, 10000 + (v.sold - v.bought) * 3 / 2 if v.sold > v.bought else F(10000)
    ),
    "crp-3-p06": lambda v: v.gap * 100 / v.E,
    "crp-3-p07": lambda v: v.gap * v.pa - min(v.gap, v.due * 5 // 100) * v.less,
    "crp-3-p08": lambda v: ((v.p + v.up) / v.p - 1) * 36000 / v.days,
    "cem-7-p01": lambda v: (v.inv / annuity(v.r / 100, v.n) + v.om - v.save) * 10000 / v.cut,
    "cem-7-p02": lambda v: v.inv / (v.save - v.om),
    "cem-7-p03": lambda v: v.cost * 10000 / v.cut,
    "cem-7-p04": lambda v: (v.save + v.cut * v.p / 10000) * annuity(v.r / 100, v.n) - v.inv,
    "cem-7-p05": lambda v: (v.mwh * v.a / 100 + (v.mwh - v.mwh * v.a / 100) * v.b / 100) * F("0.5306"),
    "cem-5-p01": lambda v: (v.cut + v.rest) * (v.ca + v.up) - v.cut * v.ca - v.rest * (v.ca + v.up),
    "cem-5-p02": lambda v: v.base - v.base * v.k / 100 / (2030 - v.year) * (2027 - v.year),
    "cem-5-p03": lambda v: (v.f + v.k * v.q) * (100 - v.less) / 100,
    "cem-6-p01": lambda v: v.p0 * 8760 + v.b * v.b * v.pk * F("0.876"),
    "cem-6-p02": lambda v: v.heat * (100 / v.a - 100 / (v.a + v.up)) * F("0.01532") * F("0.99") * CO2,
}
MAY_BE_NEGATIVE = {"csa-m1-p02", "cem-7-p01", "cem-7-p04"}


@pytest.mark.parametrize("code", RESULTS)
def test_every_variant_is_what_the_rule_gives(code: str) -> None:
    item = ITEMS[code]
    for seed in range(SEEDS):
        variant = KIND.vary(item.content, random.Random(f"{code} {seed}"))
        _content, key = KIND.resolved(item.content, item.key, variant)
        expected = RESULTS[code](V(**{name: F(text) for name, text in variant.items()}))
        assert float(key["exact"]) == pytest.approx(float(expected), rel=1e-9, abs=1e-6), variant
        assert float(key["value"]) > 0 or code in MAY_BE_NEGATIVE, variant


@pytest.mark.parametrize("code", RESULTS)
def test_texts_of_a_variant_are_whole(code: str) -> None:
    """No placeholder is left, the answer stands in the explanation and not in the stem, and variants differ."""
    item = ITEMS[code]
    answers = set()
    for seed in range(SEEDS):
        variant = KIND.vary(item.content, random.Random(f"{code} {seed}"))
        content, key = KIND.resolved(item.content, item.key, variant)
        told = KIND.explained(item.explanation, content, key)
        assert "{" not in content["stem"] + told and "}" not in content["stem"] + told
        assert key["value"] in told
        answers.add(key["value"])
    assert len(answers) > SEEDS // 3


def test_none_of_these_items_is_left_out() -> None:
    written = {code for code, item in ITEMS.items() if item.collection in {"cem", "crp", "csa"}}
    assert written == set(RESULTS)
    assert len(written) >= 35
