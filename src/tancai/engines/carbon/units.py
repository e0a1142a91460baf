"""Units, exact: a unit is a rational factor and whole powers of base dimensions.

Beside the physical ones, what carbon accounting must not mix is a dimension of its own: mass of carbon (tC), of CO2, of
CO2 equivalent and of each gas, and gas volume at standard state (Nm3) against actual volume (m3). 44/12 then carries
tCO2/tC and a global warming potential tCO2e/tGas, so that a forgotten factor is a unit error. Energy is a base
dimension (J): 1 kgce = 29 307.6 kJ, 1 kcal = 4.1868 kJ (steel guide, table A.1 note 1; confidence V1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

GASES = (
    "CO2 CO2e CH4 N2O CF4 C2F6 SF6 NF3 HFC-23 HFC-32 HFC-125 HFC-134a HFC-143a HFC-152a HFC-227ea HFC-245fa"
).split()
_MASSES = {
    "t": Fraction(1),
    "kg": Fraction(1, 1000),
    "g": Fraction(1, 10**6),
    "kt": Fraction(1000),
    "Mt": Fraction(10**6),
}

Dims = tuple[tuple[str, int], ...]


class UnitError(ValueError):
    """Text that is no unit, or units that do not fit together."""


@dataclass(frozen=True)
class Unit:
    """``factor`` base units; ``text`` as it is shown."""

    text: str
    factor: Fraction
    dims: Dims

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash((self.text, self.dims))

    def fits(self, other: Unit) -> bool:
        return self.dims == other.dims


def _symbols() -> dict[str, tuple[Fraction, Dims]]:
    found: dict[str, tuple[Fraction, Dims]] = {}

    def put(dim: str, **factors: Fraction | int | str) -> None:
        for name, factor in factors.items():
            found[name] = (Fraction(factor), ((dim, 1),))

    for prefix, factor in _MASSES.items():
        put("mass", **{prefix: factor})
        for tag in ("C", *GASES):
            found[prefix + tag] = (factor, ((tag, 1),))
    put("mass", mg=Fraction(1, 10**9), 吨=1, 万t=10**4, 万吨=10**4)
    put("standard volume", Nm3=1, 标准立方米=1, 标立方米=1, 万Nm3=10**4, 万标准立方米=10**4, 万标立方米=10**4)
    put("volume", m3=1, L=Fraction(1, 1000), mL=Fraction(1, 10**6), 立方米=1)
    put("energy", J=1, kJ=1000, MJ=10**6, GJ=10**9, TJ=10**12, PJ=10**15)
    put("energy", Wh=3600, kWh=3600 * 1000, MWh=3600 * 10**6, GWh=3600 * 10**9, 万kWh=36 * 10**9)
    put("energy", cal="4.1868", kcal="4186.8", Mcal="4186800", Gcal="4186800000")
    put("energy", gce="29307.6", kgce="29307600", tce="29307600000", 万tce="293076000000000")
    put("length", m=1, km=1000, mm=Fraction(1, 1000), cm=Fraction(1, 100))
    put("area", m2=1, ha=10**4, km2=10**6, 亩=Fraction(10**4, 15))
    put("amount", mol=1, kmol=1000)
    put("pressure", Pa=1, kPa=1000, MPa=10**6, bar=10**5)
    put("temperature", **{"℃": 1, "°C": 1, "degC": 1, "K": 1})
    put("time", s=1, min=60, h=3600, d=86400, a=31536000)
    put("money", CNY=1, 元=1, 万元=10**4)
    put("piece", piece=1, pieces=1, item=1, 件=1, 台=1, 辆=1, 次=1, vehicle=1, connection=1)
    put("person", person=1, 人=1)
    for name, parts in (("1", 1), ("%", 100), ("‰", 1000), ("ppm", 10**6)):
        found[name] = (Fraction(1, parts), ())
    found["tkm"] = (Fraction(1000), (("length", 1), ("mass", 1)))
    found["CODt"] = found["tCOD"] = (Fraction(1), (("COD", 1),))
    found["kgCOD"] = (Fraction(1, 1000), (("COD", 1),))
    return found


SYMBOLS = _symbols()
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ATOM = re.compile(
    r"(?P<number>\d+(?:\.\d+)?(?:\^\d+)?(?=[^\d^.]))?(?P<symbol>[^\d^].*?)(?:\^(?P<power>-?\d+))?"
)


@lru_cache(maxsize=4096)
def unit(text: str) -> Unit:
    """The unit that ``text`` names: ``GJ/10^4Nm3``, ``kgCO2e/(t·km)``, ``万Nm3``, ``%``, ``1``.

    Raises UnitError for what is no known unit.
    """
    plain = _plain(text)
    if not plain:
        raise UnitError("no unit")
    factor, dims, rest = _expression(plain)
    if rest:
        raise UnitError(f"{text}: cannot read {rest}")
    return Unit(text.strip(), factor, _ordered(dims))


def _plain(text: str) -> str:
    text = text.strip().translate(_SUBSCRIPTS).replace("（", "(").replace("）", ")").replace("％", "%")
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda found: "^" + found.group().translate(_SUPERSCRIPTS), text)
    text = re.sub(r"m\^([23])", r"m\1", text)
    text = text.replace("×", "·").replace("*", "·").replace("⋅", "·").replace("10^4 ", "10^4")
    return re.sub(r"\s*([·/()])\s*", r"\1", text).replace(" ", "·")


def _expression(text: str) -> tuple[Fraction, dict[str, int], str]:
    factor, dims = Fraction(1), dict[str, int]()
    sign = 1
    while text:
        part_factor, part_dims, text = _part(text)
        factor *= part_factor**sign
        for name, power in part_dims.items():
            dims[name] = dims.get(name, 0) + sign * power
        if not text or text[0] not in "·/":
            break
        sign, text = (-1 if text[0] == "/" else 1), text[1:]
        if not text:
            raise UnitError("a unit ends in an operator")
    return factor, dims, text


def _part(text: str) -> tuple[Fraction, dict[str, int], str]:
    if text.startswith("("):
        factor, dims, rest = _expression(text[1:])
        if not rest.startswith(")"):
            raise UnitError("a bracket stays open")
        return factor, dims, rest[1:]
    end = next((k for k, c in enumerate(text) if c in "·/()"), len(text))
    return *_atom(text[:end]), text[end:]


def _atom(text: str) -> tuple[Fraction, dict[str, int]]:
    if text in SYMBOLS:
        factor, dims = SYMBOLS[text]
        return factor, dict(dims)
    found = _ATOM.fullmatch(text)
    if not found or found["symbol"] not in SYMBOLS:
        raise UnitError(f"{text or 'nothing'} is no unit")
    factor, dims = SYMBOLS[found["symbol"]]
    power = int(found["power"] or 1)
    lead = Fraction(1)
    if found["number"]:
        base, _, exponent = found["number"].partition("^")
        lead = Fraction(base) ** int(exponent or 1)
    return lead * factor**power, {name: p * power for name, p in dims}


def _ordered(dims: dict[str, int]) -> Dims:
    return tuple(sorted((name, power) for name, power in dims.items() if power))


@lru_cache(maxsize=16384)
def ratio(source: Unit, target: Unit) -> Fraction:
    """What one ``source`` is in ``target``; CO2 counts as CO2 equivalent one to one (its potential is 1 by definition).

    Raises UnitError when the two measure different things.
    """
    if source.dims == target.dims or _equivalent(source.dims) == target.dims:
        return source.factor / target.factor
    raise UnitError(f"{source} is no {target}")


def scale(source: Unit, target: Unit) -> float:
    """``ratio`` as a float, at no cost for one and the same unit."""
    return 1.0 if source is target else _scale(source, target)


@lru_cache(maxsize=16384)
def _scale(source: Unit, target: Unit) -> float:
    return float(ratio(source, target))


def _equivalent(dims: Dims) -> Dims:
    return tuple(sorted(("CO2e", power) if name == "CO2" else (name, power) for name, power in dims))


@lru_cache(maxsize=16384)
def multiplied(units: tuple[Unit, ...], powers: tuple[int, ...], target: Unit) -> float:
    """What brings the product of ``units`` to their ``powers`` into ``target``; UnitError if it does not fit."""
    factor, dims = Fraction(1), dict[str, int]()
    for one, power in zip(units, powers, strict=True):
        factor *= one.factor**power
        for name, p in one.dims:
            dims[name] = dims.get(name, 0) + p * power
    product = Unit("·".join(f"{u}^{p}" for u, p in zip(units, powers, strict=True)), factor, _ordered(dims))
    return float(ratio(product, target))


ONE = unit("1")
