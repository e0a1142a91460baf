"""Calculation items with numbers of their own: every formula written a second time, compared over drawn variants.

The second writing is by hand from the documents the items name, with factors where the item prints them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from math import floor, hypot

import pytest

from tancai.items.kinds import kinds, resolved, vary
from tests.items import shipped

pytestmark = pytest.mark.anydatabase

ITEMS = {item.code: item for item in shipped.ITEMS if item.kind == "parameterised"}
CO2 = 44 / 12
N2O = 44 / 28
VARIANTS = 25


def _blend(share: float) -> float:
    """Mass share of CO2 in a mixture with argon, from its share of volume."""
    return share * 44 / (share * 44 + (1 - share) * 39.948)


def _steel_allowance(e: float, i: float, b: float) -> float:
    distance = (b - i) / b
    if distance >= 0.2:
        return e * 1.03
    return e * 0.97 if distance <= -0.2 else e + e * 0.15 * distance


AGAIN: dict[str, Callable[..., float]] = {
    "base-2-p01": lambda v: v * 389.310 * 15.32e-3 * 0.99 * CO2,
    "base-2-p02": lambda m: m * 42.652 * 20.20e-3 * 0.98 * CO2,
    "base-2-p03": lambda e, f: 1000 * e * f / 1000,
    "base-2-p04": lambda m, h: 0.11 * m * (h - 83.74) * 1e-3,
    "base-2-p05": lambda m, t: m * 4.1868 * (t - 20) * 1e-3,
    "base-2-p06": lambda a, b: 29.8 * a + 273 * b,
    "base-2-p07": lambda a, p, e, q: a + p + 0.5306 * e - 0.11 * q,
    "base-2-p08": lambda c, s: 0.535 * c - 0.480 * s,
    "cmc-1-p01": lambda k, h: k * h * 0.5306e-3,
    "cmc-1-p02": lambda q, a, b: 100 * q * (26.18e-3 / a - 15.32e-3 / b) * 0.99 * CO2,
    "cmc-2-p01": lambda m, c, w: m * (c / 100) * (1 - w / 100) * 0.99 * CO2,
    "cmc-2-p02": lambda a, b, c, x, y, z: (a * x + b * y + c * z) / sum((a, b, c)),
    "cmc-2-p03": lambda m, c: 0.99 * m * c * CO2,
    "cmc-2-p04": lambda r, p, c: (r + r * p / 100) * c * 0.99 * CO2,
    "cmc-2-p05": lambda m, p, k: 0.43971 * m * p * k / 1e4,
    "cmc-2-p06": lambda a, b, c, x: (a + b - c) * _blend(x / 100),
    "cmc-2-p07": lambda q, n, s, z: q * n * (100 - s - z) / 100 * CO2,
    "cmc-3-p01": lambda a, f, e, g: a * f + 0.5777 * e + 2.79 * g,
    "cmc-3-p02": lambda e: e * 0.0471,
    "cmc-4-p01": lambda e, i, b: _steel_allowance(e, i, b),
    "cmc-4-p02": lambda e, i, b: floor(_steel_allowance(e, i, b) + 1e-7),
    "cmc-5-p01": lambda a, b, c, x, y, z: (a * x + b * y + c * z) / sum((a, b, c)),
    "cmc-5-p02": lambda m, r, t: 0.074 * m * r + 0.01 * m * t,
    "cmc-6-p01": lambda k, **_: 1300 * k,
    "cmc-6-p02": lambda e, k: 100 * k * e * 0.5777 / 1000,
    "cmc-7-p01": lambda c, t: c * 26.344 * 25.41e-3 * CO2 - 2.699 * t,
    "cmc-7-p02": lambda a, b, c: 0.440 * a + 0.476 * b + 3.663 * c,
    "cmc-7-p03": lambda s, p, l, d, g, **_: 0.037 * (s - g) + 0.172 * p + 0.440 * l + 3.663 * d,  # noqa: E741
    "cmc-7-p04": lambda c, k, g, **_: (
        (c * 26.344 * 25.41e-3 - k * 28.435 * 29.42e-3 - g * 173.854 * 12.10e-3) * CO2
    ),
    "cmc-8-p01": lambda e, n, s: 0.5306 * (e - e * n / 100 + s),
    "cmc-8-p02": lambda d, p, v, n: d * (p - 100 * v / n),
    "cmc-9-p01": lambda n: n * 0.0111 * N2O * 273,
    "cmc-9-p02": lambda a, h, d, k, **_: a * d * k * h * CO2 / 10,
    "cmc-1-p03": lambda e, x, y: e - e * x / 100 * (y - 2020) / 10,
    "cmc-3-p03": lambda a, b, e, o: (0.5777 * e + o) / (a + b),
    "cmc-4-p03": lambda a, b, c, x, y, z, **_: a * x + b * y + z * c * 0.5,
    "cmc-5-p03": lambda m, d, x: m * d * x * 0.064e-5,
    "cmc-6-p03": lambda a, b, x, y: 100 * (a - b) / (y - x),
    "cmc-8-p03": lambda f, n, d, **_: 1e5 * f / (n * d),
    "cmc-9-p03": lambda h, f: 0.027 * h * f,
    "dcne-1-p01": lambda c, q, h: c * q * h * 1e-6,
    "dcne-2-p01": lambda a, b, c, x, y, z: hypot(a * x, b * y, c * z) / (a + b + c),
    "dcne-2-p02": lambda e, a, b: 0.5306 * (e * a - e * b),
    "dcne-3-p01": lambda c, n, g, e, k: c * (1 + g / 100) ** n * (1 - e / 100) ** n * (1 - k / 100) ** n,
}


@pytest.mark.parametrize("code", AGAIN)
def test_the_key_of_every_variant_is_what_the_formula_gives(code: str) -> None:
    item = ITEMS[code]
    generator = random.Random(code)
    answers = set()
    for _ in range(VARIANTS):
        _kind, content, key = resolved(
            item.kind, item.content, item.key, vary(item.kind, item.content, generator)
        )
        values = {name: float(value) for name, value in key["values"].items()}
        expected = AGAIN[code](**values)
        assert float(key["exact"]) == pytest.approx(expected, rel=1e-9), values
        printed = Decimal(key["value"])
        assert printed == Decimal(key["exact"]).quantize(printed, ROUND_HALF_UP)
        assert printed > 0
        assert "{" not in content["stem"]
        answers.add(printed)
    assert len(answers) >= 8


@pytest.mark.parametrize("code", AGAIN)
def test_explanations_show_the_numbers_of_the_candidate(code: str) -> None:
    item = ITEMS[code]
    kind = kinds()[item.kind]
    variant = vary(item.kind, item.content, random.Random(1))
    _kind, content, key = resolved(item.kind, item.content, item.key, variant)
    told = kind.explained(item.explanation, content, key)  # type: ignore[attr-defined]
    assert "{" not in told
    assert key["value"] in told
