"""How answers would have been scored by another key: for the dry run of a changed key. Nothing here is kept.

A key is given in letters. Of a case they name a question first: ``2B`` is letter B of question 2.
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
from tancai.items.models import ItemVersion

Name = TypeVar("Name", bound=Hashable)
_OF_QUESTION = re.compile(r"(?P<number>\d{1,2})(?P<letter>[A-J])")


def other_keys(version_id: int, letters: Sequence[str]) -> list[dict[str, Any]]:
    """The keys that these letters stand for: for a single choice each letter is right on its own.

    Empty when they are no key for this item, or when the item has no key of letters. Of a case one question at a time
    has another key, the others keep theirs.
    """
    version = ItemVersion.objects.select_related("item").get(pk=version_id)
    kind = kinds()[version.item.kind]
    if kind.shape == "questions":
        return _of_case(version.content, version.key, letters)
    return _of_choice(kind, version.content, letters) if kind.shape == "choices" else []


def _of_choice(kind: Any, content: dict[str, Any], letters: Iterable[str]) -> list[dict[str, Any]]:
    wanted = sorted(set(letters))
    if not wanted:
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
    if not 0 <= place < len(questions) or PARTS[questions[place]["kind"]].shape != "choices":
        return []
    found = _of_choice(
        PARTS[questions[place]["kind"]], questions[place]["content"], [one["letter"] for one in told if one]
    )
    keys = key["questions"]
    return [
        {**key, "questions": [*keys[:place], {**keys[place], **one}, *keys[place + 1 :]]} for one in found
    ]


def told_letters(letters: Iterable[str]) -> list[str]:
    """Letters of a key in words: those of a case with the question they belong to."""
    found = []
    for one in letters:
        told = _OF_QUESTION.fullmatch(one)
        found.append(
            _("第 %(n)s 小题 %(letter)s") % {"n": told["number"], "letter": told["letter"]} if told else one
        )
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
