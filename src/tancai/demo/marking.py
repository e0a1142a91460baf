"""How the markers mark: what answers the question in substance gets most points, what does not gets few."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.marking import api as marking

_HALF = Decimal("0.5")
_SHEAF = 100
"""Answers a marker deals with before the marks are written."""


def mark_session(session: Any, markers: list[Any], *, at: datetime) -> int:
    """Score the choices, then let the markers take turns until nothing is left; how many marks were given."""
    marking.score_session(session, by=None, at=at)
    given = 0
    while True:
        before = given
        for marker in markers:
            waiting = marking.answers_to_mark(marker, session.pk, at=at)
            for start in range(0, len(waiting), _SHEAF):
                sheaf = [_judge(answer) for answer in waiting[start : start + _SHEAF]]
                given += len(marking.give_marks(sheaf, by=marker, at=at))
        if given == before:
            return given


@lru_cache(maxsize=64)
def _keys(form_id: int) -> dict[int, items.Keyed]:
    return items.keys(form_id)


def _worth(form_id: int, position: int) -> tuple[Decimal, ...]:
    points = items.for_people(_keys(form_id)[position].solution)["points"]
    return tuple(Decimal(point["marks"]) for point in points)


@lru_cache(maxsize=1024)
def _answers(sitting_id: int) -> dict[int, Any]:
    return exams.sheet(sitting_id)


def _words(given: Any) -> str:
    """The longest text of an answer: of a case it is that of its questions."""
    texts = given.values() if isinstance(given, dict) else [given]
    return max((text for text in texts if isinstance(text, str)), key=len, default="")


def _judge(answer: Any) -> marking.Given:
    sitting = answer.script.sitting
    worth = _worth(sitting.form.form_id, answer.position)
    good = len(_words(_answers(sitting.pk).get(answer.position))) > 40
    points = [mark if good else (_HALF if number == 0 else Decimal(0)) for number, mark in enumerate(worth)]
    if good:
        points[-1] -= _HALF
    return marking.Given(answer.pk, tuple(points), seen_as=answer.needs)
