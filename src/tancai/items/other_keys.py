"""How answers would have been scored by another key: for the dry run of a changed key. Nothing here is kept.

A key is given in letters, a judgement as T or F. Of a case they name a question first: ``2B`` is B of question 2.
Where a key is no letters it is given in the lines its author writes: ``value=12.5``, of a case ``3.value=12.5``.
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
_LINE = re.compile(r"(?:(?P<number>\d{1,2})\.)?(?P<name>[a-z]{1,20})=(?P<text>.*)", re.DOTALL)
_LONGEST = 6000
_ORDER = ("value", "expression", "round", "tolerance", "unit")
_SIGNS = {"T": "√", "F": "×"}


def other_keys(version_id: int, letters: Sequence[str]) -> list[dict[str, Any]]:
    """The keys that these letters or lines stand for: for a single choice each letter is right on its own.

    Empty when they are no key for this item, or when people mark it. Of a case one question at a time has another key,
    the others keep theirs.
    """
    version = ItemVersion.objects.select_related("item").get(pk=version_id)
    kind = kinds()[version.item.kind]
    if kind.shape == "questions":
        found = _of_case(version.content, version.key, letters)
    else:
        found = _of_one(kind, version.content, version.key, letters, "")
    if not any(map(_LINE.fullmatch, letters)):
        return found
    # a line may say anything: what the item had to bear before does not count against it
    known = kind.faults(version.content, version.key, None)
    return [key for key in found if all(fault in known for fault in kind.faults(version.content, key, None))]


def key_lines(kind: Any, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
    """The lines by which the key of an item of this kind, or of such a question of a case, may be changed."""
    if not getattr(kind, "key_lines", ()):
        return {}
    written = kind.written({"variables": [], "derived": [], **content}, key)
    return {name: written[name] for name in kind.key_lines}


def _of_one(
    kind: Any, content: dict[str, Any], key: dict[str, Any], told: Sequence[str], number: str
) -> list[dict[str, Any]]:
    """Keys of an item, or of the question of a case with this number, of letters or of lines but not of both."""
    if not getattr(kind, "key_lines", ()):
        return _of_letters(kind, content, [one.removeprefix(number) for one in told])
    read = [_LINE.fullmatch(one) for one in told]
    given = {one["name"]: one["text"] for one in read if one and (one["number"] or "") == number}
    if not given or len(given) != len(told) or not set(given) <= set(kind.key_lines):
        return []
    if any(len(text) > _LONGEST for text in given.values()):
        return []
    found = kind.rekeyed(content, key, given)
    return [] if found is None else [found]


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
    told = list(letters)
    numbers = {_number(one) for one in told}
    if len(numbers) != 1 or not (number := numbers.pop()):
        return []
    place = int(number) - 1
    questions, keys = content["questions"], key["questions"]
    if not 0 <= place < len(questions):
        return []
    kind = PARTS[questions[place]["kind"]]
    found = _of_one(kind, questions[place]["content"], keys[place], told, number)
    return [
        {**key, "questions": [*keys[:place], _joined(keys[place], one, kind), *keys[place + 1 :]]}
        for one in found
    ]


def _joined(old: dict[str, Any], new: dict[str, Any], kind: Any) -> dict[str, Any]:
    return new if getattr(kind, "key_lines", ()) else {**old, **new}


def _number(told: str) -> str:
    """The question of a case that a letter or line belongs to."""
    found = _OF_QUESTION.fullmatch(told) or _LINE.fullmatch(told)
    return (found["number"] or "") if found else ""


def own_letters(version: ItemVersion, like: Iterable[str] = ()) -> list[str]:
    """The letters or lines of the key as it is; of a case those of the question that ``like`` names, else none."""
    like = list(like)
    kind: Any = kinds()[version.item.kind]
    if kind.shape != "questions" and (own := key_lines(kind, version.content, version.key)):
        return [f"{name}={text}" for name, text in own.items()]
    lined = next((found for one in like if (found := _LINE.fullmatch(one)) and found["number"]), None)
    if lined is not None and kind.shape == "questions":
        place = int(lined["number"]) - 1
        question = version.content["questions"][place]
        own = key_lines(PARTS[question["kind"]], question["content"], version.key["questions"][place])
        return [f"{place + 1}.{name}={text}" for name, text in own.items()]
    solution = kinds()[version.item.kind].solution(version.content, version.key)
    told = next((found for one in like if (found := _OF_QUESTION.fullmatch(one))), None)
    if told is None or "questions" not in solution:
        return list(solution.get("letters", []))
    letters = solution["questions"][int(told["number"]) - 1]["solution"].get("letters", [])
    return [told["number"] + letter for letter in letters]


def told_letters(version: ItemVersion, letters: Iterable[str]) -> list[str]:
    """Letters of a key in words: those of a case with the question they belong to, judgements as signs; lines too."""
    found = []
    for one in sorted(letters, key=_rank):
        if line := _LINE.fullmatch(one):
            found += _told_line(line)
            continue
        told = _OF_QUESTION.fullmatch(one)
        if told is None:
            found.append(_SIGNS.get(one, one) if version.item.kind == JUDGEMENT else one)
            continue
        question = version.content["questions"][int(told["number"]) - 1]
        letter = told["letter"]
        letter = _SIGNS.get(letter, letter) if question["kind"] == JUDGEMENT else letter
        found.append(_("第 %(n)s 小题 %(letter)s") % {"n": told["number"], "letter": letter})
    return found


def _rank(told: str) -> int:
    """The figure before its room and unit; letters stay as they are."""
    line = _LINE.fullmatch(told)
    return _ORDER.index(line["name"]) if line and line["name"] in _ORDER else -1


def _told_line(line: re.Match[str]) -> list[str]:
    rows = [row.strip() for row in line["text"].splitlines() if row.strip()]
    if not rows or (line["name"] == "tolerance" and rows == ["0"]):
        return []
    text = _("；").join(rows)
    if line["name"] == "tolerance":
        text = f"± {text}"
    elif line["name"] == "unit":
        text = _("单位 %(unit)s") % {"unit": text}
    elif line["name"] == "round":
        text = _("保留 %(n)s 位小数") % {"n": text}
    elif line["name"] == "order":
        text = " → ".join(rows)
    return [_("第 %(n)s 小题 %(letter)s") % {"n": line["number"], "letter": text} if line["number"] else text]


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
