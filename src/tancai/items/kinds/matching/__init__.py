"""Matching: for every left entry the one right entry that goes with it; each pair counts the same.

``content`` {stem, left [{letter "1"…, text}], right [{letter "A"…, text}]}, ``key`` {pairs {"1": "A"}}; a right entry
may serve several left ones or none. A response is a list of pairs ``["1A", "2C"]``.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import Fault
from tancai.items.kinds import lines, pairs
from tancai.items.kinds.choices import LETTERS
from tancai.items.kinds.score import Score


class Matching:
    code = "matching"
    name = gettext_lazy("匹配题")
    letter = "x"
    shape = "lines"
    lines = (lines.Line("pairs", rows=6), lines.Line("extra", rows=2, needed=False))
    bodies = ("pairs", "extra")
    key_lines = ("pairs",)

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = lines.stem_faults(content)
        left, right = content.get("left", []), content.get("right", [])
        if not 2 <= len(left) <= len(pairs.NUMBERS):
            found.append(Fault("pairs", "count", (("least", 2), ("most", len(pairs.NUMBERS)))))
        if not 2 <= len(right) <= len(LETTERS):
            found.append(Fault("extra", "count", (("least", 2), ("most", len(LETTERS)))))
        for side in (left, right):
            texts = [entry["text"].strip() for entry in side]
            if not all(texts):
                found.append(Fault("pairs", "empty"))
            if len(set(texts)) != len(texts):
                found.append(Fault("pairs", "repeated"))
        letters = {entry["letter"] for entry in right}
        given = key.get("pairs", {})
        if set(given) != {entry["letter"] for entry in left} or not set(given.values()) <= letters:
            found.append(Fault("pairs", "unmatched"))
        return found

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        return {name: content[name] for name in ("stem", "left", "right")}

    def response(self, raw: Any) -> list[str] | None:
        return pairs.response(raw)

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        wanted = {left + right for left, right in key["pairs"].items()}
        lefts = set(key["pairs"])
        given = response or []
        doubled = {left for left in lefts if sum(pair[:-1] == left for pair in given) > 1}
        right = sum(pair in wanted and pair[:-1] not in doubled for pair in given)
        return Score(marks * right / len(wanted), marks, {"right": right == len(wanted), "parts": right})

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> list[str]:
        """The pairs of the key; or every left entry with a right one of another."""
        letters = [entry["letter"] for entry in content["right"]]
        given = {
            left: wanted if right else chance.choice([letter for letter in letters if letter != wanted])
            for left, wanted in key["pairs"].items()
        }
        return sorted(left + letter for left, letter in given.items())

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        left = {entry["letter"]: entry["text"] for entry in content["left"]}
        right = {entry["letter"]: entry["text"] for entry in content["right"]}
        rows = [
            [f"{a}. {left[a]}", f"{b}. {right[b]}"] for a, b in sorted(key["pairs"].items(), key=_by_number)
        ]
        return {"pairs": rows}

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        return make(
            raw["stem"], [list(map(str, pair)) for pair in raw.get("pairs", [])], raw.get("extra", [])
        )

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        right = {entry["letter"]: entry["text"] for entry in content["right"]}
        rows = [f"{entry['text']} = {right[key['pairs'][entry['letter']]]}" for entry in content["left"]]
        used = set(key["pairs"].values())
        extra = [entry["text"] for entry in content["right"] if entry["letter"] not in used]
        return {"pairs": "\n".join(rows), "extra": "\n".join(extra)}

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        return make(stem, _pairs(given["pairs"]), lines.rows(given.get("extra", "")))

    def rekeyed(
        self, content: dict[str, Any], key: dict[str, Any], given: dict[str, str]
    ) -> dict[str, Any] | None:
        """Other pairs of the same entries, each left one once."""
        if "pairs" not in given:
            return key
        left = {entry["text"].strip(): entry["letter"] for entry in content["left"]}
        right = {entry["text"].strip(): entry["letter"] for entry in content["right"]}
        rows = _pairs(given["pairs"])
        if sorted(a for a, _b in rows) != sorted(left) or not {b for _a, b in rows} <= set(right):
            return None
        found = {left[a]: right[b] for a, b in rows}
        return {**key, "pairs": {letter: found[letter] for letter in key["pairs"]}}


def make(stem: str, rows: list[list[str]], extra: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Content and key of these pairs; right entries stand in the order of their text, so that they tell nothing."""
    rights = sorted({row[1] for row in rows if len(row) == 2} | set(extra))
    right = pairs.lettered(rights, LETTERS)
    letter = {entry["text"]: entry["letter"] for entry in right}
    left = pairs.lettered([row[0] for row in rows], pairs.NUMBERS)
    wanted = {
        entry["letter"]: letter.get(row[1] if len(row) == 2 else "", "")
        for entry, row in zip(left, rows, strict=False)
    }
    return {"stem": stem, "left": left, "right": right}, {"pairs": wanted}


def _pairs(text: str) -> list[list[str]]:
    split = [row.partition(" = ") if " = " in row else row.partition("=") for row in lines.rows(text)]
    return [[left.strip(), right.strip()] for left, _is, right in split]


def _by_number(pair: tuple[str, str]) -> int:
    return int(pair[0])


KIND = Matching()
