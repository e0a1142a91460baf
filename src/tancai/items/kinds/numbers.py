"""Numbers as people write them, and when one counts as right. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from tancai.items.kinds import typed

LONGEST = 60
_POWER = re.compile(r"(?:[x*×·]10\^?|[eE])([+-]?\d{1,3})$")
_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?")
_CONTEXT = Context(prec=40, rounding=ROUND_HALF_UP)


def number(text: Any) -> Decimal | None:
    """The number of a text, None when it is none: ``１２．５``, ``1,234.5``, ``1.2×10^3``, ``−3e-2``, ``12%``."""
    return None if isinstance(text, bool) or text is None else _read(str(text))


@lru_cache(maxsize=8192)
def _read(text: str) -> Decimal | None:
    # checking a bank asks for the same bounds of variables again and again
    plain = unicodedata.normalize("NFKC", text).translate(str.maketrans("−–，", "--,"))
    plain = "".join(plain.split())
    if len(plain) > LONGEST:
        return None
    share = plain.endswith("%")
    power = _POWER.search(plain := plain.removesuffix("%"))
    body = plain[: power.start()] if power else plain
    if not _PLAIN.fullmatch(body) or not any(letter.isdigit() for letter in body):
        return None
    try:
        value = Decimal(body.replace(",", ""))
        value = value.scaleb(int(power[1]), _CONTEXT) if power else value
    except InvalidOperation:
        return None
    return value.scaleb(-2, _CONTEXT) if share else value


def answered(text: str, unit: str = "") -> Decimal | None:
    """The number of an answer; the unit may be written after it, in any of the ways people write it:
    ``tCO₂``, ``t CO2``, ``ｔＣＯ２``, ``tCO$_2$`` are one unit.
    """
    whole = "".join(unicodedata.normalize("NFKC", text[:LONGEST]).split())
    tail = typed.unit(unit)
    if tail and whole:
        for place in range(len(whole) - 1, 0, -1):
            # an answer in per cent is the number before the sign, not a share of one
            if typed.unit(whole[place:]) == tail and (found := number(whole[:place])) is not None:
                return found
    return number(whole)


def tolerance(text: Any, value: Decimal) -> Decimal | None:
    """How far from ``value`` still counts: ``0.5`` is absolute, ``1%`` relative to it; None when it is neither."""
    plain = str(text or "0").strip()
    found = number(plain)
    if found is None or found < 0:
        return None
    return abs(value) * found if plain.endswith(("%", "％")) else found


def absolute(key: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Answers of a numeric key as (value, absolute tolerance, share of the marks): not every format knows per cent."""
    first = {"value": key["value"], "tolerance": key.get("tolerance", "0"), "share": "1"}
    found = []
    for one in (first, *key.get("also", [])):
        room = one["tolerance"]
        if room.endswith("%"):
            room = format(abs(Decimal(one["value"])) * Decimal(room.rstrip("%")) / 100, "f")
        found.append((one["value"], room, one["share"]))
    return found


def rounded(value: Decimal, places: int) -> Decimal:
    """Half away from zero, as clerks round; ``places`` may be negative (to tens, hundreds)."""
    step = Decimal(1).scaleb(-places)
    found = (value / step).quantize(Decimal(1), ROUND_HALF_UP, _CONTEXT) * step
    return found.quantize(step) if places >= 0 else found.quantize(Decimal(1))


def shown(value: Decimal) -> str:
    """Without exponent and at most twelve significant digits; noughts at the end stay where they were rounded to."""
    digits = value.as_tuple().digits
    if len(digits) > 12:
        value = Context(prec=12, rounding=ROUND_HALF_UP).plus(value).normalize()
    text = format(value, "f")
    return "0" if value == 0 and "." not in text else text
