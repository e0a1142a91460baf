"""A calculation as a tree: leaves are figures with a source, knots are sums and products of what lies beneath.

Two operations suffice for every formula of the guides: a signed sum and a product of whole powers. Both check units
when made, can be differentiated, and can be evaluated over arrays of draws, so that the printed calculation, error
propagation and Monte Carlo are the same object.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.bilingual import said
from tancai.engines.carbon.numbers import floor, half_up, shown
from tancai.engines.carbon.units import ONE, Unit, UnitError, multiplied, unit
from tancai.engines.carbon.units import scale as scale_of
from tancai.engines.carbon.words import formula as formula_words

Floats = NDArray[np.float64]
DISTRIBUTIONS = ("normal", "lognormal", "uniform", "triangular")
Z = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How uncertain a leaf is: ``half`` is relative (0.02 = ±2 %), the 95 % half width, or the whole half range for
    uniform and triangular."""

    half: float
    distribution: str = "normal"

    def sd(self) -> float:
        """Relative standard deviation."""
        return self.half / {"uniform": math.sqrt(3.0), "triangular": math.sqrt(6.0)}.get(self.distribution, Z)

    def draw(self, value: float, count: int, chance: np.random.Generator) -> Floats:
        """``count`` draws with mean ``value``."""
        if self.distribution == "uniform":
            return value * (1.0 + self.half * chance.uniform(-1.0, 1.0, count))
        if self.distribution == "triangular":
            return value * (1.0 + self.half * chance.triangular(-1.0, 0.0, 1.0, count))
        draws = chance.standard_normal(count)
        if self.distribution == "lognormal":
            width = math.sqrt(math.log1p(self.sd() ** 2))
            return value * np.exp(width * draws - width * width / 2)
        draws *= value * self.sd()
        draws += value
        return draws


@dataclass(frozen=True, slots=True)
class Node:
    """``label`` is ``中文|English`` or a name from the input. ``digits``: decimals for display, or None.

    ``weights`` are the signs of a sum or the powers of a product; ``scale`` brings a product into ``unit``.
    """

    key: str
    value: float
    unit: Unit
    label: str = ""
    op: str = "leaf"
    parts: tuple[Node, ...] = ()
    weights: tuple[int, ...] = ()
    scale: tuple[float, ...] | float = 1.0
    formula: str = ""
    source: str = ""
    confidence: str = ""
    digits: int | None = None
    spread: Spread | None = None

    def rounded(self) -> float:
        return self.value if self.digits is None else half_up(self.value, self.digits)


def leaf(
    key: str,
    value: float,
    in_unit: Unit | str = ONE,
    label: str = "",
    *,
    source: str = "",
    confidence: str = "",
    digits: int | None = None,
    spread: Spread | None = None,
) -> Node:
    """A figure that was given. Leaves of one key are one quantity: uncertain together."""
    at = unit(in_unit) if isinstance(in_unit, str) else in_unit
    return Node(key, value, at, label, source=source, confidence=confidence, digits=digits, spread=spread)


CARBON_TO_CO2 = leaf("44/12", 44 / 12, "tCO2/tC", "CO2与碳的分子量比|CO2 to carbon", source="44/12")


def total(
    key: str,
    parts: Sequence[Node],
    in_unit: Unit | str,
    label: str = "",
    *,
    signs: Sequence[int] | None = None,
    formula: str = "",
    source: str = "",
    confidence: str = "",
    digits: int | None = None,
) -> Node:
    """The signed sum of ``parts`` in ``in_unit``. Exact to the last digit whatever the order (``math.fsum``).

    Raises UnitError when a part measures something else.
    """
    target = unit(in_unit) if isinstance(in_unit, str) else in_unit
    weights = tuple(signs) if signs is not None else (1,) * len(parts)
    scales = tuple([scale_of(part.unit, target) for part in parts])
    value = math.fsum(
        [sign * scale * part.value for sign, scale, part in zip(weights, scales, parts, strict=True)]
    )
    return Node(
        key, value, target, label, "sum", tuple(parts), weights, scales, formula, source, confidence, digits
    )


def product(
    key: str,
    parts: Sequence[Node],
    in_unit: Unit | str,
    label: str = "",
    *,
    powers: Sequence[int] | None = None,
    formula: str = "",
    source: str = "",
    confidence: str = "",
    digits: int | None = None,
) -> Node:
    """The product of ``parts`` to whole ``powers`` in ``in_unit``; a division by zero gives nan.

    Raises UnitError when the units do not come out as ``in_unit``.
    """
    target = unit(in_unit) if isinstance(in_unit, str) else in_unit
    weights = tuple(powers) if powers is not None else (1,) * len(parts)
    scale = multiplied(tuple(part.unit for part in parts), weights, target)
    value = scale
    for part, power in zip(parts, weights, strict=True):
        if power < 0 and part.value == 0:
            value = math.nan
            break
        value *= part.value if power == 1 else part.value**power
    return Node(
        key,
        value,
        target,
        label,
        "product",
        tuple(parts),
        weights,
        scale,
        formula,
        source,
        confidence,
        digits,
    )


def rounded(part: Node, digits: int, *, down: bool = False) -> Node:
    """A figure that the rules themselves round before going on: half up, or cut off (``down``)."""
    value = floor(part.value, digits) if down else half_up(part.value, digits)
    words = "向下取整" if down else "四舍五入"
    formula = f"{words}（{digits} 位小数）"
    return Node(
        f"{part.key}.rounded",
        value,
        part.unit,
        part.label,
        "rounded",
        (part,),
        (1,),
        (1.0,),
        formula,
        digits=digits,
    )


def mean_weighted(key: str, values: Sequence[Node], weights: Sequence[Node], label: str, source: str) -> Node:
    """``Σ w x / Σ w``: monthly heating values and carbon contents weigh by the month's consumption.

    With all weights zero it is the plain mean, so that an idle source has a factor all the same.
    """
    at = values[0].unit
    if not any(weight.value for weight in weights):
        count = leaf(f"{key}.n", float(len(values)), ONE, "月数|months")
        return product(
            key,
            [total(f"{key}.sum", values, at), count],
            at,
            label,
            powers=(1, -1),
            formula="Σx / n",
            source=source,
        )
    carried = _carried(weights[0].unit, at)
    tops = [
        product(f"{key}.{k:02d}", [w, x], carried)
        for k, (w, x) in enumerate(zip(weights, values, strict=True), 1)
    ]
    return product(
        key,
        [
            total(f"{key}.top", tops, carried, "加权和|weighted sum"),
            total(f"{key}.weight", weights, weights[0].unit, "权重合计|sum of weights"),
        ],
        at,
        label,
        powers=(1, -1),
        formula="Σ(w × x) / Σw",
        source=source,
    )


def _carried(weight: Unit, value: Unit) -> Unit:
    """The unit of weight times value, by its usual name where it has one."""
    if value.text == "1":
        return weight
    plain = unit(f"({weight})·({value})")
    return next((unit(name) for name in ("GJ", "tC", "t", "tCO2") if unit(name).fits(plain)), plain)


def walk(node: Node) -> Iterator[Node]:
    """The node and all beneath, top down."""
    yield node
    for part in node.parts:
        yield from walk(part)


def uncertain(node: Node) -> dict[str, Node]:
    """Leaves with a spread, by key, in the order of the keys."""
    found = {one.key: one for one in walk(node) if one.spread is not None and one.spread.half > 0}
    return dict(sorted(found.items()))


def evaluate(node: Node, draws: Mapping[str, Floats]) -> Floats | float:
    """The node over arrays of draws by leaf key; parts without draws stay plain figures.

    Parts of a sum are taken in the order of their keys, so that the order of the input changes no bit.
    """
    if node.op == "leaf":
        return draws.get(node.key, node.value)
    values = [evaluate(part, draws) for part in node.parts]
    if not any(isinstance(value, np.ndarray) for value in values):
        return node.value
    if node.op == "product":
        assert isinstance(node.scale, float)
        found: Floats | float = node.scale
        for value, power in zip(values, node.weights, strict=True):
            found = found * (value if power == 1 else np.power(value, float(power)))
        return found
    assert isinstance(node.scale, tuple)
    terms = sorted(zip(node.parts, values, node.weights, node.scale, strict=True), key=lambda one: one[0].key)
    fixed = math.fsum(sign * scale * v for _, v, sign, scale in terms if not isinstance(v, np.ndarray))
    moving = [(v, sign * scale) for _, v, sign, scale in terms if isinstance(v, np.ndarray)]
    sums = np.full(moving[0][0].shape, fixed)
    for value, weight in moving:
        sums += value if weight == 1 else weight * value
    return sums


def gradient(node: Node) -> dict[str, float]:
    """The derivative of the node by every leaf, by leaf key, in the units of both."""
    found: dict[str, list[float]] = {}
    _down(node, 1.0, found)
    return {key: math.fsum(parts) for key, parts in sorted(found.items())}


def _down(node: Node, slope: float, found: dict[str, list[float]]) -> None:
    if node.op == "leaf":
        found.setdefault(node.key, []).append(slope)
    elif node.op != "product":
        assert isinstance(node.scale, tuple)
        for part, sign, scale in zip(node.parts, node.weights, node.scale, strict=True):
            _down(part, slope * sign * scale, found)
    else:
        for k, (part, power) in enumerate(zip(node.parts, node.weights, strict=True)):
            own = math.nan if part.value == 0 and power < 1 else part.value ** (power - 1)
            _down(part, slope * _others(node, k) * power * own, found)


def _others(node: Node, without: int) -> float:
    assert isinstance(node.scale, float)
    found = node.scale
    for k, (part, power) in enumerate(zip(node.parts, node.weights, strict=True)):
        if k != without:
            found *= math.nan if part.value == 0 and power < 0 else part.value**power
    return found


def expression(node: Node) -> str:
    """The knot with figures put in: ``185.6 10^4Nm3 × 389.31 GJ/10^4Nm3 × …``."""
    if node.op == "leaf":
        return ""
    terms = []
    for part, weight in zip(node.parts, node.weights, strict=True):
        figure = _figure(part)
        if node.op != "product":
            terms.append(("− " if weight < 0 else "+ ") + figure)
        else:
            raised = figure if abs(weight) == 1 else f"({figure})^{abs(weight)}"
            terms.append(("÷ " if weight < 0 else "× ") + raised)
    text = " ".join(terms)
    if node.op == "product" and node.scale != 1.0:
        assert isinstance(node.scale, float)
        text += f" × {shown(node.scale)}"
    return text.removeprefix("+ ").removeprefix("× ")


def _figure(part: Node) -> str:
    if part.op == "leaf" and part.key.startswith("44/"):
        return part.key
    return shown(part.value) + ("" if part.unit.text == "1" else f" {part.unit}")


def lines(node: Node, language: str = "zh", *, months: bool = False, _lead: str = "") -> Iterator[str]:
    """The tree as text, a knot a line; twelve or more like parts are folded unless ``months``."""
    yield _lead + _line(node, language)
    lead = _lead.replace("├", "│").replace("└", " ")
    parts = node.parts if months or not _long(node) else ()
    for k, part in enumerate(parts):
        yield from lines(part, language, months=months, _lead=lead + ("└ " if k == len(parts) - 1 else "├ "))


def _long(node: Node) -> bool:
    return node.op == "sum" and len(node.parts) == 12


def _line(node: Node, language: str) -> str:
    name = said(node.label, language) or node.key
    at = "" if node.unit.text == "1" else f" {node.unit}"
    text = f"{name} = {shown(node.value)}{at}"
    if node.digits is not None:
        text += f" → {shown(node.value, node.digits)}"
    if node.op != "leaf":
        text += f"  [{formula_words(node.formula, language)}]" if node.formula else ""
        text += f"  = {expression(node)}" if not _long(node) else ""
    if node.source:
        text += f"  ({said(node.source, language)}{' ' + node.confidence if node.confidence else ''})"
    return text


def record(node: Node, language: str = "en") -> dict[str, Any]:
    """The tree as plain values for JSON."""
    found: dict[str, Any] = {
        "key": node.key,
        "label": said(node.label, language),
        "value": node.value if math.isfinite(node.value) else None,
        "unit": node.unit.text,
    }
    if node.digits is not None:
        found["rounded"] = node.rounded() if math.isfinite(node.value) else None
        found["digits"] = node.digits
        found["rounding"] = "half_up"
    for name, value in (
        ("formula", formula_words(node.formula, language)),
        ("source", said(node.source, language)),
        ("confidence", node.confidence),
    ):
        if value:
            found[name] = value
    if node.spread is not None:
        found["uncertainty"] = {"relative": node.spread.half, "distribution": node.spread.distribution}
    if node.parts:
        found["op"] = node.op
        found["weights"] = list(node.weights)
        found["parts"] = [record(part, language) for part in node.parts]
    return found


__all__ = [
    "CARBON_TO_CO2",
    "DISTRIBUTIONS",
    "Node",
    "Spread",
    "UnitError",
    "evaluate",
    "expression",
    "gradient",
    "leaf",
    "lines",
    "mean_weighted",
    "product",
    "record",
    "rounded",
    "total",
    "uncertain",
    "walk",
]
