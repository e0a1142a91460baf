"""Short answer, marked by people: ``key`` {reference, points [{text, marks}]}.

The points are written for the marks printed in the bank; on a paper that gives other marks they are scaled by the
marking desk. No answer scores 0 without a human.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import BadResponse, Fault
from tancai.items.kinds.score import Score

LONGEST = 10_000
_BESIDE_THE_POINT = "与本题有关的一些看法，未能分点说明。"


class Short:
    code = "short"
    name = gettext_lazy("简答题")
    letter = "t"
    shape = "points"

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = [] if str(content.get("stem", "")).strip() else [Fault("stem", "empty")]
        points = key.get("points", [])
        if not points:
            found.append(Fault("points", "empty"))
        for number, point in enumerate(points, start=1):
            if not str(point.get("text", "")).strip():
                found.append(Fault(f"points.{number}", "empty"))
            if not isinstance(point.get("marks"), int) or point["marks"] < 1:
                found.append(Fault(f"points.{number}", "marks"))
        if marks is not None and not found and sum(point["marks"] for point in points) != marks:
            found.append(Fault("points", "marks_do_not_add_up", (("marks", marks),)))
        return found

    def points_and_room(self, content: dict[str, Any], key: dict[str, Any], marks: int) -> tuple[int, int]:
        """How many marking points there are, and how many half marks a paper of ``marks`` has for them."""
        return len(key.get("points", [])), 2 * marks

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        return {"stem": content["stem"]}

    def response(self, raw: Any) -> str | None:
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise BadResponse("a short answer is text")
        return raw[:LONGEST] if raw.strip() else None

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        if response is None:
            return Score(Decimal(0), marks, {"empty": True})
        return Score(None, marks)

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> str:
        """The reference; or a sentence that names no marking point."""
        return str(key.get("reference", "")) if right else _BESIDE_THE_POINT

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {"reference": key.get("reference", ""), "points": [dict(point) for point in key["points"]]}


KIND = Short()
