"""True or false. ``content`` {stem}, ``key`` {right: bool}; a response is ``"T"`` or ``"F"``."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import BadResponse, Fault
from tancai.items.kinds import lines
from tancai.items.kinds.score import Score

_TRUE = {"t", "true", "对", "正确", "√", "是", "1"}
_FALSE = {"f", "false", "错", "错误", "×", "x", "否", "0"}


def truth(value: Any) -> bool | None:
    """True or false as people write it; None when it is neither."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


class TrueFalse:
    code = "truefalse"
    name = gettext_lazy("判断题")
    letter = "j"
    shape = "lines"
    lines = (lines.Line("right", choices=("T", "F")),)
    bodies = ("right",)

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = lines.stem_faults(content)
        return found if isinstance(key.get("right"), bool) else [*found, Fault("key", "true_or_false")]

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        return {
            "stem": content["stem"],
            "options": [{"letter": "T", "text": "√"}, {"letter": "F", "text": "×"}],
        }

    def response(self, raw: Any) -> str | None:
        if raw in (None, "", []):
            return None
        found = truth(raw[0] if isinstance(raw, list) and len(raw) == 1 else raw)
        if isinstance(raw, (dict, float)) or found is None:
            raise BadResponse("a judgement is T or F")
        return "T" if found else "F"

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        right = response is not None and (response == "T") == key["right"]
        return Score(marks if right else Decimal(0), marks, {"right": right})

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> str:
        return "T" if key["right"] == right else "F"

    def of_letters(self, letters: list[str]) -> list[dict[str, Any]]:
        """The keys that letters stand for: one judgement."""
        return [{"right": letters == ["T"]}] if letters in (["T"], ["F"]) else []

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {"letters": ["T" if key["right"] else "F"]}

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"stem": raw["stem"]}, {"right": raw.get("right")}

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        return {"right": "T" if key["right"] else "F"}

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"stem": stem}, {"right": truth(given.get("right", ""))}


KIND = TrueFalse()
