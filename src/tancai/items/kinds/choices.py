"""What single and multiple choice share: lettered options and a key of letters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tancai.items.errors import BadResponse, Fault
from tancai.items.kinds import numbers
from tancai.items.kinds.score import Score

LETTERS = "ABCDEFGHIJKLMNOPQRST"


def option_letters(content: dict[str, Any]) -> list[str]:
    return [option["letter"] for option in content["options"]]


def public(content: dict[str, Any]) -> dict[str, Any]:
    return {"stem": content["stem"], "options": [dict(option) for option in content["options"]]}


def faults(content: dict[str, Any], key: dict[str, Any]) -> list[Fault]:
    found = [] if str(content.get("stem", "")).strip() else [Fault("stem", "empty")]
    options = content.get("options", [])
    if not 2 <= len(options) <= len(LETTERS):
        found.append(Fault("options", "count", (("least", 2), ("most", len(LETTERS)))))
    texts = [str(option.get("text", "")).strip() for option in options]
    found += [Fault(f"options.{LETTERS[i]}", "empty") for i, text in enumerate(texts) if not text]
    if len(set(texts)) != len(texts):
        found.append(Fault("options", "repeated"))
    wrong = [letter for letter in key.get("letters", []) if letter not in LETTERS[: len(options)]]
    found += [Fault("key", "no_such_option", (("letter", letter),)) for letter in wrong]

    for letter, share in key.get("shares", {}).items():
        value = numbers.number(share)
        if letter not in LETTERS[: len(options)] or value is None or not -1 <= value <= 1:
            found.append(Fault("key", "share"))
    return found


def wrong_letters(content: dict[str, Any], key: dict[str, Any]) -> list[str]:
    """Letters of options that are not in the key."""
    return [letter for letter in option_letters(content) if letter not in key["letters"]]


def shared(key: dict[str, Any], given: list[str], marks: Decimal) -> Score:
    """Marks by ``shares`` {letter: share of the marks, negative for wrong ones}, never below nought."""
    shares = (Decimal(str(key["shares"].get(letter, 0))) for letter in given)
    share = min(max(sum(shares, Decimal(0)), Decimal(0)), Decimal(1))
    share = Decimal(1) if share > Decimal("0.9999") else share  # three thirds of a file with five digits
    return Score(marks * share, marks, {"right": share == 1})


def letters(raw: Any) -> list[str]:
    """The chosen letters of a response, sorted, each once; raises BadResponse."""
    if raw is None or raw == "" or raw == []:
        return []
    values = [raw] if isinstance(raw, str) else raw
    if not isinstance(values, list) or not all(
        isinstance(v, str) and len(v) == 1 and v in LETTERS for v in values
    ):
        raise BadResponse("a choice is a letter or a list of letters")
    return sorted(set(values))
