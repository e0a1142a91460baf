"""How answers would have been scored by another key: for the dry run of a changed key. Nothing here is kept.

A key is given in letters, a judgement as T or F. Of a case they name a question first: ``2B`` is B of question 2.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from tancai.items.errors import BadResponse
from tancai.items.kinds import Score, kinds, resolved
from tancai.items.kinds.case.parts import KINDS as PARTS
from tancai.items.kinds.truefalse import KIND as TRUEFALSE
from tancai.items.models import ItemVersion

JUDGEMENT = TRUEFALSE.code
Name = TypeVar("Name", bound=Hashable)
_OF_QUESTION = re.compile(r"(?P<number>\d{1,2})(?P<letter>[A-JT])")
_SIGNS = {"T": "√", "F": "×"}


def other_keys(version_id: int, letters: Sequence[str]) -> list[dict[str, Any]]:
    """The keys that these letters stand for: for a single choice each letter is right on its own.

    Empty when they are no key for this item, or when the item has no key of letters. Of a case one question at a time
    has another key, the others keep theirs.
    """
    version = ItemVersion.objects.select_related("item").get(pk=version_id)
    kind = kinds()[version.item.kind]
    if kind.shape == "questions":
        return _of_case(version.content, version.key, letters)
    return _of_letters(kind, version.content, letters)


def _of_letters(kind: Any, content: dict[str, Any], letters: Iterable[str]) -> list[dict[str, Any]]:
    wanted = sorted(set(letters))
    if hasattr(kind, "of_letters"):
        return list(kind.of_letters(wanted))
    if not wanted or kind.shape != "choices":
        return []
    if not kind.faults(content, {"letters": wanted}, None):
        return [{"letters": wanted}]
    each = [{"letters": [letter]} for letter in wanted]
    good = all(not kind.faults(content, key, None) for key in each)
    return each if good and len(wanted) < len(content["options"]) else []


def _of_case(content: dict[str, Any], key: dict[str, Any], letters: Iterable[str]) -> list[dict[str, Any]]:
    told = [_OF_QUESTION.fullmatch(one) for one in letters]
    numbers = {int(one["number"]) for one in told if one}
    if None in told or len(numbers) != 1:
        return []
    place = numbers.pop() - 1
    questions = content["questions"]
    if not 0 <= place < len(questions):
        return []
    found = _of_letters(
        PARTS[questions[place]["kind"]], questions[place]["content"], [one["letter"] for one in told if one]
    )
    keys = key["questions"]
    return [
        {**key, "questions": [*keys[:place], {**keys[place], **one}, *keys[place + 1 :]]} for one in found
    ]


def own_letters(version: ItemVersion, like: Iterable[str] = ()) -> list[str]:
    """The letters of the key as it is; of a case those of the question that ``like`` names. Empty where it has none."""
    solution = kinds()[version.item.kind].solution(version.content, version.key)
    told = next((found for one in like if (found := _OF_QUESTION.fullmatch(one))), None)
    if told is None or "questions" not in solution:
        return list(solution.get("letters", []))
    letters = solution["questions"][int(told["number"]) - 1]["solution"].get("letters", [])
    return [told["number"] + letter for letter in letters]


def told_letters(version: ItemVersion, letters: Iterable[str]) -> list[str]:
    """Letters of a key in words: those of a case with the question they belong to, judgements as signs."""
    found = []
    for one in letters:
        told = _OF_QUESTION.fullmatch(one)
        if told is None:
            found.append(_SIGNS.get(one, one) if version.item.kind == JUDGEMENT else one)
            continue
        question = version.content["questions"][int(told["number"]) - 1]
        letter = told["letter"]
        letter = _SIGNS.get(letter, letter) if question["kind"] == JUDGEMENT else letter
        found.append(_("第 %(n)s 小题 %(letter)s") % {"n": told["number"], "letter": letter})
    return found


def score_by_keys(
    version_id: int,
    keys: Sequence[Mapping[str, Any]],
    responses: Mapping[Name, Any],
    marks: Decimal,
    policy: str,
    variants: Mapping[Name, dict[str, str] | None] | None = None,
) -> dict[Name, Score]:
    """Scores of raw responses by the best of these keys, each with the numbers of its own paper where it has some.

    What people mark of a case has no part in it (``Score.sure``).
    """
    version = ItemVersion.objects.select_related("item").get(pk=version_id)
    kind = kinds()[version.item.kind]
    found = {}
    for name, raw in responses.items():
        try:
            response = kind.response(raw)
        except BadResponse:
            response = None
        own = (variants or {}).get(name)
        scores = []
        for key in keys:
            _kind, content, wanted = resolved(version.item.kind, version.content, dict(key), own)
            scores.append(kind.score(content, wanted, response, marks=marks, policy=policy))
        found[name] = max(scores, key=by_machine)
    return found


def by_machine(score: Score) -> Decimal:
    """What is won without people."""
    return score.sure if score.marks is None else score.marks
