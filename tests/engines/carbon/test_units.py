"""Units: exact, tagged, and the same as an independent library's where that has them."""

from __future__ import annotations

from fractions import Fraction

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.engines.carbon.units import UnitError, multiplied, ratio, unit

pytestmark = pytest.mark.anydatabase

PEER = pint.UnitRegistry()
PEER.define("tce = 29.3076 gigajoule")
SHARED = [
    ("GJ/t", "kJ/kg", "gigajoule/tonne", "kilojoule/kilogram"),
    ("MWh", "GJ", "megawatt_hour", "gigajoule"),
    ("kWh", "MJ", "kilowatt_hour", "megajoule"),
    ("tce", "GJ", "tce", "gigajoule"),
    ("t·km", "kg·m", "tonne*kilometer", "kilogram*meter"),
    ("MPa", "bar", "megapascal", "bar"),
    ("ha", "m2", "hectare", "meter**2"),
    ("g/mol", "kg/kmol", "gram/mole", "kilogram/kilomole"),
    ("L", "m3", "liter", "meter**3"),
    ("m3/h", "L/s", "meter**3/hour", "liter/second"),
    ("kg/(t·km)", "g/(kg·km)", "kilogram/(tonne*kilometer)", "gram/(kilogram*kilometer)"),
]


@pytest.mark.parametrize(("source", "target", "peer_source", "peer_target"), SHARED)
def test_conversions_agree_with_pint(source: str, target: str, peer_source: str, peer_target: str) -> None:
    peer = PEER.Quantity(1, peer_source).to(peer_target).magnitude
    assert float(ratio(unit(source), unit(target))) == pytest.approx(peer, rel=1e-12)


@given(st.sampled_from(SHARED), st.sampled_from(SHARED))
def test_products_agree_with_pint(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    ours = ratio(unit(f"({one[0]})·({other[0]})"), unit(f"({one[1]})·({other[1]})"))
    peer = (PEER.Quantity(1, one[2]) * PEER.Quantity(1, other[2])).to(PEER.Unit(one[3]) * PEER.Unit(other[3]))
    assert float(ours) == pytest.approx(peer.magnitude, rel=1e-12)


@pytest.mark.parametrize(
    "texts",
    [
        ("10^4Nm3", "10⁴Nm³", "万Nm3", "万标准立方米"),
        ("tCO2/MWh", "tCO₂/MWh"),
        ("kgCO2e/(t·km)", "kgCO2e/(t*km)", "kgCO2e/tkm"),
        ("GJ/10^4Nm3", "GJ/万Nm³"),
    ],
)
def test_spellings_of_one_unit(texts: tuple[str, ...]) -> None:
    first = unit(texts[0])
    for text in texts[1:]:
        assert ratio(unit(text), first) == 1


def test_energy_of_standard_coal_and_calorie() -> None:
    """Section 3: 1 kgce = 29 307.6 kJ = 7000 kcal, 1 kcal = 4.1868 kJ, 1 tC/GJ = 1000 tC/TJ."""
    assert ratio(unit("kgce"), unit("kJ")) == Fraction("29307.6")
    assert ratio(unit("kgce"), unit("kcal")) == 7000
    assert ratio(unit("tC/GJ"), unit("tC/TJ")) == 1000


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("tC", "tCO2"),
        ("tCO2e", "tCO2"),
        ("Nm3", "m3"),
        ("t", "tC"),
        ("tCF4", "tCO2e"),
        ("GJ", "t"),
        ("tCH4", "t"),
    ],
)
def test_what_must_not_be_mixed_does_not_convert(source: str, target: str) -> None:
    with pytest.raises(UnitError):
        ratio(unit(source), unit(target))


def test_carbon_becomes_dioxide_only_by_the_ratio_of_masses() -> None:
    burn = (unit("t"), unit("GJ/t"), unit("tC/TJ"), unit("tCO2/tC"))
    assert multiplied(burn, (1, 1, 1, 1), unit("tCO2")) == pytest.approx(0.001)
    with pytest.raises(UnitError):
        multiplied(burn[:3], (1, 1, 1), unit("tCO2"))


@pytest.mark.parametrize("text", ["", "furlong", "t/", "(t", "t//GJ", "10^4", "GJ t/"])
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        unit(text)
