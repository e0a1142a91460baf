"""How the markers mark: what answers the question in substance gets most points, what does not gets few."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.marking import api as marking

_HALF = Decimal("0.5")


def mark_session(session: Any, markers: list[Any], *, at: datetime) -> int:
    """Score the choices, then let the markers take turns until nothing is left; how many marks were given."""
    marking.score_session(session, by=None, at=at)
    given = 0
    while True:
        before = given
        for marker in markers:
            while (answer := marking.claim_next(marker, session.pk, at=at)) is not None:
                marking.give_marks([_judge(answer)], by=marker, at=at)
                given += 1
        if given == before:
            return given


def _judge(answer: Any) -> marking.Given:
    script = answer.script
    sitting = script.sitting
    text = exams.sheet(sitting.pk).get(answer.position) or ""
    key = items.keys(sitting.form.form_id)[answer.position].solution
    worth = [Decimal(point["marks"]) for point in key["points"]]
    good = len(text) > 40
    points = [mark if good else (_HALF if number == 0 else Decimal(0)) for number, mark in enumerate(worth)]
    if good and points:
        points[-1] -= _HALF
    return marking.Given(answer.pk, tuple(points), seen_as=answer.needs)
