"""Ordering: entries to be put in their order.

``content`` {stem, options [{letter, text}]} as they are shown, ``key`` {letters [in the right order], whole?}. A
response is a list of pairs of letter and place ``["A2", "B1"]``. Each neighbouring pair in the right order counts
the same; with ``whole`` only the complete order does.
"""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import Fault
from tancai.items.kinds import choices, lines, pairs
from tancai.items.kinds.score import Score


class Ordering:
    code = "ordering"
    name = gettext_lazy("排序题")
    letter = "o"
    shape = "lines"
    lines = (lines.Line("order", rows=6),)
    bodies = ("order", "whole")
    key_lines = ("order",)

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = choices.faults(content, {})
        if sorted(key.get("letters", [])) != choices.option_letters(content):
            found.append(Fault("order", "unmatched"))
        return found

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        places = pairs.NUMBERS[: len(content["options"])]
        return {**choices.public(content), "places": places}

    def response(self, raw: Any) -> list[str] | None:
        return pairs.response(raw)

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        places = {
            pair[0]: int(pair[1:]) for pair in response or [] if pair[1:].isascii() and pair[1:].isdigit()
        }
        wanted = key["letters"]
        exact = all(places.get(letter) == place for place, letter in enumerate(wanted, start=1))
        if exact or key.get("whole"):
            return Score(marks if exact else Decimal(0), marks, {"right": exact})
        whole = len(places) == len(wanted) == len(set(places.values()))
        right = sum(places[a] + 1 == places[b] for a, b in pairwise(wanted)) if whole else 0
        return Score(marks * right / (len(wanted) - 1), marks, {"right": False, "parts": right})

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> list[str]:
        """The order of the key; or the same the other way round."""
        letters = key["letters"] if right else key["letters"][::-1]
        return sorted(f"{letter}{place}" for place, letter in enumerate(letters, start=1))

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        texts = {option["letter"]: option["text"] for option in content["options"]}
        return {"order": [f"{letter}. {texts[letter]}" for letter in key["letters"]]}

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        content, key = make(raw["stem"], [str(text) for text in raw.get("order", [])])
        return content, {**key, "whole": True} if raw.get("whole") else key

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        texts = {option["letter"]: option["text"] for option in content["options"]}
        return {"order": "\n".join(texts[letter] for letter in key["letters"])}

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        return make(stem, lines.rows(given["order"]))

    def rekeyed(
        self, content: dict[str, Any], key: dict[str, Any], given: dict[str, str]
    ) -> dict[str, Any] | None:
        """The same entries in another order."""
        if "order" not in given:
            return key
        letter = {option["text"].strip(): option["letter"] for option in content["options"]}
        rows = lines.rows(given["order"])
        return {**key, "letters": [letter[row] for row in rows]} if sorted(rows) == sorted(letter) else None


def make(stem: str, texts: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Content and key of entries given in the right order; they are shown in the order of their text."""
    options = pairs.lettered(sorted(texts), choices.LETTERS)
    letter = {option["text"]: option["letter"] for option in options}
    return {"stem": stem, "options": options}, {"letters": [letter[text] for text in texts if text in letter]}


KIND = Ordering()
