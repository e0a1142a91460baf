"""Kinds of source stream: their fields, and where each counts. A new kind is one decorated function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tancai.engines.carbon.tree import Node

if TYPE_CHECKING:
    from tancai.engines.carbon.accounting.building import Builder

CATEGORIES = {
    "combustion": (1, "化石燃料燃烧排放|fossil fuel combustion"),
    "process": (1, "过程排放|process emissions"),
    "electricity": (1, "购入电力产生的排放|purchased electricity"),
    "heat": (1, "购入热力产生的排放|purchased heat"),
    "recovered": (-1, "CO2回收利用量|CO2 recovered"),
    "exported_electricity": (-1, "输出电力产生的排放|exported electricity"),
    "exported_heat": (-1, "输出热力产生的排放|exported heat"),
    "biogenic": (0, "生物质燃烧CO2（单列，不计入合计）|biogenic CO2 (stated apart, not in the total)"),
}
"""Sign in the total, and name. E = burnt + process + electricity + heat − recovered − exported (GB/T 32150 ch. 5)."""

PURCHASED = ("electricity", "heat", "exported_electricity", "exported_heat")

FRACTION = {"1": (0.0, 1.0)}
Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Field:
    """A field of a stream: ``what`` is quantity, text, flag, whole or parts; ``units`` it may be given in."""

    name: str
    label: str
    units: tuple[str, ...] = ()
    what: str = "quantity"
    required: bool = False
    bounds: Bounds = field(default_factory=dict)
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """``build`` makes the emission of a stream, positive; ``category`` says where it counts, ``sign`` how."""

    code: str
    label: str
    category: str
    fields: tuple[Field, ...]
    build: Callable[[Builder], Node]
    sign: int = 1


KINDS: dict[str, Kind] = {}


def kind(
    code: str, label: str, category: str, *fields: Field, sign: int = 1
) -> Callable[[Callable[[Builder], Node]], Callable[[Builder], Node]]:
    """Register the function as what a stream of this kind emits."""

    def keep(build: Callable[[Builder], Node]) -> Callable[[Builder], Node]:
        KINDS[code] = Kind(code, label, category, fields, build, sign)
        return build

    return keep


def quantity(
    name: str, label: str, *units: str, required: bool = False, bounds: Bounds | None = None
) -> Field:
    return Field(name, label, units, required=required, bounds=bounds or {})


def text(name: str, label: str, *choices: str, required: bool = False) -> Field:
    return Field(name, label, what="text", required=required, choices=choices)


def percent(name: str, label: str, low: float = 0.0, high: float = 1.0, *, required: bool = False) -> Field:
    """A share: ``"99 %"`` or ``0.99``."""
    return Field(name, label, ("1",), required=required, bounds={"1": (low, high)})
