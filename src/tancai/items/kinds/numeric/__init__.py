"""A number with unit and tolerance.

``content`` {stem, unit}, ``key`` {value, tolerance, exact?, also? [{value, tolerance, share}]}: numbers are texts, so
that no digit is lost; ``tolerance`` ``"0.5"`` is absolute, ``"1%"`` relative. ``exact`` is the value before rounding
and counts like ``value``; ``also`` are other answers worth a share of the marks (0 < share ≤ 1). A response is the
text as typed; the unit may be typed after the number: that of the content, and ``unit`` of a key changed after an exam.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import BadResponse, Fault
from tancai.items.kinds import lines, numbers
from tancai.items.kinds.score import Score

_SLIPS = [Decimal(text) for text in ("1.12", "0.88", "1.5", "0.1", "10")]
"""What slips make of a figure: something forgotten or counted twice, a factor, a power of ten."""


class Numeric:
    code = "numeric"
    name = gettext_lazy("数值题")
    letter = "n"
    shape = "lines"
    lines = (lines.Line("value"), lines.Line("tolerance", needed=False), lines.Line("unit", needed=False))
    bodies = ("answer", "tolerance", "unit", "also")
    key_lines = ("value", "tolerance", "unit")

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = lines.stem_faults(content) + _answer_faults("key", key)
        for place, other in enumerate(key.get("also", []), start=1):
            found += _answer_faults(f"also.{place}", other)
            share = numbers.number(other.get("share"))
            if share is None or not 0 < share <= 1:
                found.append(Fault(f"also.{place}", "share"))
        return found

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        return {"stem": content["stem"], "unit": content.get("unit", "")}

    def response(self, raw: Any) -> str | None:
        if raw is None or isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
            if raw in (None, []):
                return None
            raise BadResponse("a number is typed as text")
        return str(raw).strip()[: numbers.LONGEST] or None

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        unit = key.get("unit") or content.get("unit", "")
        given = None if response is None else numbers.answered(response, unit)
        if given is None:
            return Score(Decimal(0), marks, {"right": False, "unreadable": response is not None})
        if _within(given, key):
            return Score(marks, marks, {"right": True})
        shares = [Decimal(str(o["share"])) for o in key.get("also", []) if _within(given, o)]
        share = max(shares, default=Decimal(0))
        return Score(marks * share, marks, {"right": share == 1})

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> str:
        """The value; or one as a slip of calculation makes it, outside every tolerance."""
        if right:
            return str(key["value"])
        value = numbers.number(key["value"]) or Decimal(0)
        tries = [value * factor for factor in chance.sample(_SLIPS, len(_SLIPS))]
        tries += [(abs(value) + 1) * 10**power for power in range(1, numbers.LONGEST)]
        accepted = [key, *key.get("also", [])]
        return next(numbers.shown(one) for one in tries if not any(_within(one, each) for each in accepted))

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {
            "value": key["value"],
            "unit": content.get("unit", ""),
            "tolerance": key.get("tolerance", "0"),
            "also": [dict(other) for other in key.get("also", [])],
        }

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        key: dict[str, Any] = {
            "value": str(raw.get("answer", "")),
            "tolerance": str(raw.get("tolerance", "0")),
        }
        if raw.get("also"):
            key["also"] = [
                {
                    "value": str(other.get("answer", "")),
                    "tolerance": str(other.get("tolerance", "0")),
                    "share": str(other.get("share", "")),
                }
                for other in raw["also"]
            ]
        return {"stem": raw["stem"], "unit": str(raw.get("unit", ""))}, key

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        return {
            "value": key["value"],
            "tolerance": key.get("tolerance", "0"),
            "unit": key.get("unit") or content.get("unit", ""),
        }

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        key = {
            "value": given.get("value", "").strip(),
            "tolerance": given.get("tolerance", "").strip() or "0",
        }
        return {"stem": stem, "unit": given.get("unit", "").strip()}, key

    def rekeyed(
        self, content: dict[str, Any], key: dict[str, Any], given: dict[str, str]
    ) -> dict[str, Any] | None:
        """Another value has no value before rounding; another unit counts in place of the printed one."""
        shown, new = self.read(content["stem"], {**self.written(content, key), **given})
        same = numbers.number(new["value"]) == numbers.number(key["value"])
        kept = {name: key[name] for name in ("also", "exact") if name in key and (same or name == "also")}
        changed = {} if shown["unit"] == content.get("unit", "") else {"unit": shown["unit"]}
        return None if changed == {"unit": ""} else {**new, **kept, **changed}


def _answer_faults(place: str, answer: dict[str, Any]) -> list[Fault]:
    value = numbers.number(answer.get("value"))
    if value is None:
        return [Fault(place, "number", (("text", str(answer.get("value", ""))),))]
    if numbers.tolerance(answer.get("tolerance"), value) is None:
        return [Fault("tolerance", "tolerance", (("text", str(answer.get("tolerance", ""))),))]
    if value == 0 and str(answer.get("tolerance", "")).strip().endswith("%"):
        return [Fault("tolerance", "relative_to_nought")]
    return []


def _within(given: Decimal, answer: dict[str, Any]) -> bool:
    for name in ("value", "exact"):
        value = numbers.number(answer.get(name))
        if value is None:
            continue
        room = numbers.tolerance(answer.get("tolerance"), value)
        if room is not None and abs(given - value) <= room:
            return True
    return False


KIND = Numeric()
