"""Figures as people write them, and rounding as the forms want it."""

from __future__ import annotations

import math
import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}( \d{3})+(\.\d+)?")
COMMA_DECIMAL = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")
COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
FULL_WIDTH = re.compile("[０-９．，－＋％]")


class BadNumber(ValueError):
    """``code`` is a problem code, ``remedy`` the figure as it should be written ("" when that cannot be told)."""

    def __init__(self, code: str, remedy: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.remedy = remedy


def number(text: str) -> float:
    """A figure with a point for decimals; thin groups of three parted by spaces are allowed.

    Raises BadNumber for full-width digits, decimal commas, commas between groups (``12,480`` may be either and is not
    guessed at), and what is no figure.
    """
    text = text.strip()
    if FULL_WIDTH.search(text):
        raise BadNumber("full_width", _half_width(text))
    if COMMA_GROUPS.fullmatch(text) and not COMMA_DECIMAL.fullmatch(text):
        raise BadNumber("comma_groups", text.replace(",", ""))
    if COMMA_GROUPS.fullmatch(text):
        raise BadNumber("comma_either", f"{text.replace(',', '')} / {text.replace(',', '.')}")
    if COMMA_DECIMAL.fullmatch(text):
        raise BadNumber("comma_decimal", text.replace(",", "."))
    if GROUPED.fullmatch(text):
        text = text.replace(" ", "")
    if not PLAIN.fullmatch(text):
        raise BadNumber("no_number")
    value = float(text)
    if not abs(value) <= 1e18:
        raise BadNumber("no_number")
    return value


def _half_width(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


def _quantised(value: float) -> bool:
    """Within what has decimals at all; nan and figures beyond 10¹⁷ stay as they are."""
    return abs(value) < 1e17


def decimal(value: float) -> Decimal:
    """The figure a person would write: noise of binary arithmetic beyond 15 digits is dropped."""
    return Decimal(format(value, ".15g"))


def half_up(value: float, digits: int) -> float:
    """Rounded to ``digits`` decimals, half away from zero (四舍五入), as the reporting forms ask."""
    return (
        float(decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
        if _quantised(value)
        else value
    )


def floor(value: float, digits: int = 0) -> float:
    """Cut off after ``digits`` decimals, towards zero."""
    return (
        float(decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)) if _quantised(value) else value
    )


def shown(value: float, digits: int | None = None) -> str:
    """With thousands separated by thin groups; without ``digits`` up to ten significant figures."""
    if not math.isfinite(value):
        return "–"
    if digits is None:
        text = format(decimal(float(format(value, ".10g"))), "f")
        whole, _, rest = text.partition(".")
        rest = rest.rstrip("0")
    elif not _quantised(value):
        return format(value, ".6e")
    else:
        text = format(decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), "f")
        whole, _, rest = text.partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    groups = f"{int(whole):,}".replace(",", " ")
    return sign + groups + (f".{rest}" if rest else "")
