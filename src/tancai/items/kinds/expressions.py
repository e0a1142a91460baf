"""Expressions of calculation items: a small language of numbers and names, computed in decimals. Pure, no ``eval``.

``+ - * / **``, parentheses, names, and the functions ``min max sqrt exp ln round(x, n) ceil floor abs``. ``round`` goes
half away from zero. Python's parser reads the text; only the nodes named here are walked, all others are refused.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from functools import lru_cache
from typing import Any

from tancai.items.kinds import numbers

LONGEST = 500
_CONTEXT = Context(prec=28, Emax=9_999, Emin=-9_999, traps=[InvalidOperation, DivisionByZero, Overflow])


class BadExpression(ValueError):
    """``code`` empty, too_long, syntax, not_allowed, unknown_name, wrong_arguments, not_computable; ``piece`` of it."""

    def __init__(self, code: str, piece: str = "") -> None:
        self.code = code
        self.piece = piece
        super().__init__(f"{code}: {piece}")


def _round(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    if places != places.to_integral_value() or abs(places) > 12:
        raise BadExpression("wrong_arguments", "round")
    return numbers.rounded(value, int(places))


_FUNCTIONS: dict[str, tuple[Callable[..., Decimal], int, int]] = {
    "min": (lambda *values: min(values), 1, 20),
    "max": (lambda *values: max(values), 1, 20),
    "sqrt": (_CONTEXT.sqrt, 1, 1),
    "exp": (_CONTEXT.exp, 1, 1),
    "ln": (_CONTEXT.ln, 1, 1),
    "abs": (_CONTEXT.abs, 1, 1),
    "round": (_round, 1, 2),
    "ceil": (lambda value: value.to_integral_value(ROUND_CEILING), 1, 1),
    "floor": (lambda value: value.to_integral_value(ROUND_FLOOR), 1, 1),
}
NAMES = frozenset(_FUNCTIONS)
"""Names that no variable may have."""
_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _CONTEXT.add,
    ast.Sub: _CONTEXT.subtract,
    ast.Mult: _CONTEXT.multiply,
    ast.Div: _CONTEXT.divide,
    ast.Pow: _CONTEXT.power,
}
_UNARY: dict[type[ast.unaryop], Callable[[Decimal], Decimal]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.expr:
    plain = text.translate(str.maketrans("×÷（），－", "*/(),-")).strip()
    if not plain:
        raise BadExpression("empty")
    if len(plain) > LONGEST:
        raise BadExpression("too_long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's parser about numbers run into words
            tree = ast.parse(plain, mode="eval").body
        _check(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, BadExpression):
            raise
        raise BadExpression("syntax", plain[:60]) from None
    return tree


def _check(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        _check(node.left)
        _check(node.right)
    elif isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        _check(node.operand)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        name = node.func.id
        if name not in _FUNCTIONS:
            raise BadExpression("unknown_name", name)
        _function, least, most = _FUNCTIONS[name]
        if not least <= len(node.args) <= most:
            raise BadExpression("wrong_arguments", name)
        for inner in node.args:
            _check(inner)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        pass
    elif not isinstance(node, ast.Name):
        raise BadExpression("not_allowed", ast.unparse(node)[:60])


def names(text: str) -> set[str]:
    """Variables an expression needs; raises BadExpression."""
    tree = _parsed(text)
    calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in calls}


def value(text: str, values: Mapping[str, Decimal]) -> Decimal:
    """The value of an expression; raises BadExpression (``not_computable``: division by nought, root of -1 …)."""
    tree = _parsed(text)
    try:
        found = _walk(tree, values)
    except (DecimalException, RecursionError) as error:
        raise BadExpression("not_computable", type(error).__name__) from None
    if not found.is_finite():
        raise BadExpression("not_computable", str(found))
    return found


def _walk(node: Any, values: Mapping[str, Decimal]) -> Decimal:
    if isinstance(node, ast.Constant):
        return Decimal(repr(node.value))
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise BadExpression("unknown_name", node.id)
        return values[node.id]
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)](_walk(node.operand, values))
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_walk(node.left, values), _walk(node.right, values))
    return _FUNCTIONS[node.func.id][0](*(_walk(inner, values) for inner in node.args))
