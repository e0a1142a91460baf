"""Content and key from what files say, the same for all formats. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tancai.items.exchange.model import NotThis
from tancai.items.kinds import matching, pairs
from tancai.items.kinds.choices import LETTERS

Made = tuple[str, dict[str, Any], dict[str, Any]]
"""Kind, content, key."""


def choice(stem: str, options: Sequence[tuple[str, Decimal]], *, several: bool, whole: bool = False) -> Made:
    """A choice of options with their shares of the marks (1 for right, 0 or less for wrong).

    ``whole``: of several only the exact key counts, so that shares need not be kept.
    """
    if not 2 <= len(options) <= len(LETTERS):
        raise NotThis("too_many_options" if len(options) > 2 else "too_few_options", str(len(options)))
    texts = [text.strip() for text, _share in options]
    if len(set(texts)) != len(texts):
        raise NotThis("same_options")
    content = {"stem": stem, "options": pairs.lettered(texts, LETTERS)}
    shares = dict(zip(LETTERS, (share for _text, share in options), strict=False))
    best = max(shares.values())
    if best <= 0:
        raise NotThis("no_key")
    if not several:
        right = [letter for letter, share in shares.items() if share == best]
        return "single", content, _single_key(shares, right, best)
    right = [letter for letter, share in shares.items() if share > 0]
    key: dict[str, Any] = {"letters": right}
    if len(right) < 2 or len(right) == len(options):
        key["any_count"] = True
    if not whole:
        key["shares"] = {letter: _text(share) for letter, share in shares.items() if share}
    return "multiple", content, key


def _single_key(shares: dict[str, Decimal], right: list[str], best: Decimal) -> dict[str, Any]:
    plain = len(right) == 1 and all(share <= 0 for letter, share in shares.items() if letter not in right)
    if plain:
        return {"letters": right}
    return {
        "letters": right[:1],
        "shares": {a: _text(share / best) for a, share in shares.items() if share > 0},
    }


def _text(share: Decimal) -> str:
    return format(share.quantize(Decimal("0.0000001")).normalize(), "f")


def matched(stem: str, couples: Sequence[tuple[str, str]]) -> Made:
    """Pairs of what is given and what belongs to it; without a left side the right one belongs to nothing."""
    rows = [[left, right] for left, right in couples if left]
    if len({left for left, _right in rows}) != len(rows):
        raise NotThis("same_options")
    return "matching", *matching.make(stem, rows, [right for left, right in couples if not left])


def essay(stem: str, marks: Any, *, reference: str = "") -> Made:
    """An answer marked by people, with one marking point for the whole."""
    try:
        worth = max(1, min(100, int(Decimal(str(marks or 1)).to_integral_value())))
    except ArithmeticError:
        worth = 1
    return (
        "short",
        {"stem": stem},
        {"reference": reference, "points": [{"text": "按题意作答", "marks": worth}]},
    )


def case(stem: str, questions: Sequence[tuple[str, int, dict[str, Any], dict[str, Any]]]) -> Made:
    """Questions (kind, marks, content, key) about one text; the points of an essay give way to its marks."""
    shown, wanted = [], []
    for kind, marks, content, key in questions:
        if kind == "short" and len(key["points"]) == 1:
            key = {**key, "points": [{**key["points"][0], "marks": marks}]}
        shown.append({"kind": kind, "marks": marks, "content": content})
        wanted.append(key)
    if len(shown) < 2:
        raise NotThis("no_question")
    content = {"stem": stem, "variables": [], "derived": [], "questions": shown}
    return "case", content, {"questions": wanted}


def share_of(percent: Any) -> Decimal:
    """A share from per cent of a file, thirds and sixths and so on made exact to seven places."""
    try:
        value = Decimal(str(percent).strip() or "0") / 100
    except ArithmeticError:
        raise NotThis("fraction", str(percent)[:20]) from None
    if not value.is_finite() or abs(value) > 1:
        raise NotThis("fraction", str(percent)[:20])
    return value
