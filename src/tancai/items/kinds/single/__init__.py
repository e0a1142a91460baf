"""Single choice: one right option. ``content`` {stem, options [{letter, text}]}, ``key`` {letters [one], shares?}.

``shares`` {letter: share} gives other options a part of the marks.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import BadResponse, Fault
from tancai.items.kinds import choices
from tancai.items.kinds.score import Score


class Single:
    code = "single"
    name = gettext_lazy("单项选择题")
    letter = "s"
    shape = "choices"

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = choices.faults(content, key)
        if len(key.get("letters", [])) != 1:
            found.append(Fault("key", "exactly_one"))
        return found

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        return choices.public(content)

    def response(self, raw: Any) -> str | None:
        given = choices.letters(raw)
        if len(given) > 1:
            raise BadResponse("a single choice takes one letter")
        return given[0] if given else None

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        if key.get("shares"):
            return choices.shared(key, [response] if response else [], marks)
        right = response is not None and response == key["letters"][0]
        return Score(marks if right else Decimal(0), marks, {"right": right})

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> str:
        if right:
            return str(key["letters"][0])
        return chance.choice(choices.wrong_letters(content, key))

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {"letters": list(key["letters"])}


KIND = Single()
