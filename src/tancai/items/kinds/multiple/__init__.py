"""Multiple choice: at least two right options. ``key`` {letters [two or more]}.

``policy`` ``all_or_nothing`` gives full marks for exactly the key; ``half_for_subset`` gives half of them besides
for a non-empty proper subset of the key (no wrong option chosen). ``shares`` {letter: share} in the key goes before
the policy; ``any_count`` is of items from elsewhere, where one right option or all may be right.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import Fault
from tancai.items.kinds import choices
from tancai.items.kinds.score import Score


class Multiple:
    code = "multiple"
    name = gettext_lazy("多项选择题")
    letter = "m"
    shape = "choices"

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = choices.faults(content, key)
        count = len(key.get("letters", []))
        if key.get("any_count"):
            return found if count else [*found, Fault("key", "at_least_two")]
        if count < 2:
            found.append(Fault("key", "at_least_two"))
        elif count == len(content.get("options", [])):
            found.append(Fault("key", "one_must_be_wrong"))
        return found

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        return choices.public(content)

    def response(self, raw: Any) -> list[str] | None:
        return choices.letters(raw) or None

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        if key.get("shares"):
            return choices.shared(key, list(response or ()), marks)
        given, wanted = set(response or ()), set(key["letters"])
        if given == wanted:
            return Score(marks, marks, {"right": True})
        if policy == "half_for_subset" and given and given < wanted:
            return Score(marks / 2, marks, {"right": False, "subset": True})
        return Score(Decimal(0), marks, {"right": False})

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> list[str]:
        """One wrong option alone; where all are right, all but the last."""
        if right:
            return sorted(key["letters"])
        wrong = choices.wrong_letters(content, key)
        return [chance.choice(wrong)] if wrong else sorted(key["letters"])[:-1]

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {"letters": list(key["letters"])}


KIND = Multiple()
