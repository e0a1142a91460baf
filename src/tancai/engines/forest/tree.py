"""A calculation as a tree: the formula that is printed is the one that is computed, on figures and on units.

A formula is text over the symbols of its parts (``k * CF * b * A``). It is evaluated twice: on the figures, and on the
units, so that a forgotten 44/12 or a tonne taken for a kilogram is a UnitError and not a wrong result. Regression
equations, whose coefficients carry units nobody writes down, are marked ``empirical`` and keep the unit they state.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tancai.engines.bilingual import said
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.units import ONE, Unit, UnitError, ratio, unit


def _clean(value: float) -> float:
    """Without the noise of binary arithmetic, which must not cost or grant a tonne."""
    return float(format(value, ".12g"))


FUNCTIONS = {
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "min": min,
    "max": max,
    "abs": abs,
    "floor": lambda value: math.floor(_clean(value)),
    "ceil": lambda value: math.ceil(_clean(value)),
    "sum": lambda *values: math.fsum(values),
}
_KEEP = ("min", "max", "abs", "floor", "ceil", "sum")


@dataclass(frozen=True, slots=True)
class Node:
    """``label`` and ``source`` are ``中文|English`` or plain text; ``parts`` are symbol and node."""

    key: str
    value: float
    unit: Unit
    label: str = ""
    formula: str = ""
    parts: tuple[tuple[str, Node], ...] = ()
    source: str = ""
    confidence: str = ""
    empirical: bool = False


def leaf(
    key: str, value: float, at: str = "1", label: str = "", *, source: str = "", confidence: str = ""
) -> Node:
    """A figure that was given or taken from a table."""
    return Node(key, float(value), unit(at), label, source=source, confidence=confidence)


CARBON_TO_CO2 = leaf("co2_per_c", 44 / 12, "tCO2/tC", "二氧化碳与碳的质量比|CO2 to carbon", source="44/12")


def calc(
    key: str,
    formula: str,
    parts: Mapping[str, Node],
    at: str = "1",
    label: str = "",
    *,
    source: str = "",
    confidence: str = "",
    empirical: bool = False,
) -> Node:
    """``formula`` over ``parts`` in the unit ``at``.

    Raises UnitError when the units of the parts do not come out as ``at`` (never for ``empirical`` formulas), and
    ArithmeticError or ValueError as the arithmetic does: callers check their input first.
    """
    target = unit(at)
    tree = _parsed(formula)
    value = float(_figure(tree, {name: part.value for name, part in parts.items()}))
    if not empirical:
        value *= float(ratio(_dimension(tree, {name: part.unit for name, part in parts.items()}), target))
    return Node(key, value, target, label, formula, tuple(parts.items()), source, confidence, empirical)


def total(key: str, parts: Mapping[str, Node], at: str, label: str = "", *, source: str = "") -> Node:
    """The sum of ``parts``, to the last digit whatever their order."""
    ordered = dict(sorted(parts.items()))
    target = unit(at)
    value = math.fsum(part.value * float(ratio(part.unit, target)) for part in ordered.values())
    formula = f"sum({', '.join(ordered)})" if ordered else "0"
    return Node(key, value, target, label, formula, tuple(ordered.items()), source)


@lru_cache(maxsize=1024)
def _parsed(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


def _figure(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_figure(inner, values)
        case ast.Call(func=ast.Name(id=name), args=given):
            return float(FUNCTIONS[name](*(_figure(one, values) for one in given)))  # type: ignore[operator]
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _figure(left, values), _figure(right, values)
            if isinstance(op, ast.Add):
                return a + b
            if isinstance(op, ast.Sub):
                return a - b
            if isinstance(op, ast.Mult):
                return a * b
            if isinstance(op, ast.Div):
                return a / b
            if isinstance(op, ast.Pow):
                return float(a**b)
    raise ValueError(f"a formula may not hold {ast.dump(node)}")


def _dimension(node: ast.expr, units: Mapping[str, Unit]) -> Unit:
    match node:
        case ast.Constant():
            return ONE
        case ast.Name(id=name):
            return units[name]
        case ast.UnaryOp(operand=inner):
            return _dimension(inner, units)
        case ast.Call(func=ast.Name(id=name), args=given):
            found = [_dimension(one, units) for one in given]
            if name in _KEEP:
                return _same(found)
            if name == "sqrt":
                return _raised(found[0], Fraction(1, 2))
            return _same([*found, ONE])
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return _same([_dimension(left, units), _dimension(right, units)])
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() as power)):
            return _raised(_dimension(left, units), Fraction(power))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _same([_dimension(left, units), _dimension(right, units), ONE])
        case ast.BinOp(left=left, op=op, right=right):
            power = -1 if isinstance(op, ast.Div) else 1
            return _multiplied(_dimension(left, units), _dimension(right, units), power)
    raise ValueError(f"a formula may not hold {ast.dump(node)}")


def _same(units: list[Unit]) -> Unit:
    """Terms of a sum are in one unit exactly: a scale hidden between them would be lost. CO2 counts as CO2e."""
    first = next((one for one in units if "CO2e" in one.text), units[0])
    for one in units:
        if ratio(one, first) != 1:
            raise UnitError(f"{one} and {first} are added without conversion")
    return first


def _multiplied(a: Unit, b: Unit, power: int) -> Unit:
    dims = dict(a.dims)
    for name, own in b.dims:
        dims[name] = dims.get(name, 0) + power * own
    text = a.text if b is ONE else f"{a.text}{'·' if power > 0 else '/'}({b.text})"
    return Unit(text, a.factor * b.factor**power, tuple(sorted((n, p) for n, p in dims.items() if p)))


def _raised(a: Unit, power: Fraction) -> Unit:
    dims = tuple((name, own * power) for name, own in a.dims)
    if any(own.denominator != 1 for _, own in dims):
        raise UnitError(f"({a})^{power} is no unit")
    raised = a.factor**power
    factor = raised if isinstance(raised, Fraction) else Fraction(raised).limit_denominator(10**12)
    return Unit(f"({a.text})^{power}", factor, tuple((name, int(own)) for name, own in dims))


def retold(node: Node, instead: Mapping[str, float]) -> Node:
    """The calculation with other figures under some keys: what would come out of it then."""
    if node.key in instead:
        return replace(node, value=float(instead[node.key]), formula="", parts=())
    parts = tuple((name, retold(part, instead)) for name, part in node.parts)
    if all(new is old for (_, new), (_, old) in zip(parts, node.parts, strict=True)):
        return node
    tree = _parsed(node.formula)
    value = float(_figure(tree, {name: part.value for name, part in parts}))
    if not node.empirical:
        value *= float(ratio(_dimension(tree, {name: part.unit for name, part in parts}), node.unit))
    return replace(node, value=value, parts=parts)


def walk(node: Node) -> Iterator[Node]:
    """The node and all beneath, top down."""
    yield node
    for _, part in node.parts:
        yield from walk(part)


def find(node: Node, key: str) -> Node:
    """The first node of that key; KeyError if there is none."""
    for one in walk(node):
        if one.key == key:
            return one
    raise KeyError(key)


def expression(node: Node) -> str:
    """The formula with the figures put in: ``3.666666667 × 0.47 × …``."""
    figures = {name: shown(part.value) for name, part in node.parts}
    text = re.sub(
        r"[A-Za-z_]\w*", lambda found: figures.get(found.group(), found.group()), _printed(node.formula)
    )
    return text if len(text) < 400 else text[:400] + " …"


def _printed(formula: str) -> str:
    return formula.replace("**", "^").replace("*", "×").replace(" - ", " − ")


def lines(node: Node, language: str = "zh", *, symbol: str = "", lead: str = "") -> Iterator[str]:
    """The tree as text, a node a line: symbol, name, value, formula, figures put in, source and confidence."""
    name = said(node.label, language) or node.key
    text = f"{lead}{symbol + ': ' if symbol else ''}{name} = {shown(node.value)}"
    text += "" if node.unit.text == "1" else f" {node.unit}"
    if node.parts:
        text += f"  [{_printed(node.formula)}]  = {expression(node)}"
    if node.source:
        text += f"  ({said(node.source, language)}{' ' + node.confidence if node.confidence else ''})"
    yield text
    stem = lead.replace("├", "│").replace("└", " ")
    for k, (name, part) in enumerate(node.parts):
        yield from lines(
            part, language, symbol=name, lead=stem + ("└ " if k == len(node.parts) - 1 else "├ ")
        )


def record(node: Node, language: str = "en") -> dict[str, Any]:
    """The tree as plain values for JSON."""
    found: dict[str, Any] = {
        "key": node.key,
        "label": said(node.label, language),
        "value": node.value if math.isfinite(node.value) else None,
        "unit": node.unit.text,
    }
    for name, value in (
        ("formula", node.formula),
        ("source", said(node.source, language)),
        ("confidence", node.confidence),
    ):
        if value:
            found[name] = value
    if node.parts:
        found["parts"] = {name: record(part, language) for name, part in node.parts}
    return found
