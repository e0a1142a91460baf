"""Pictures of candidates side by side, for the desks that may look at them; every look goes on record.

The bytes come from the invigilator's desk, which asks for the page's signed word and for the right to the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tancai.exams import api as exams
from tancai.lib.clock import SHANGHAI
from tancai.proctoring import api as proctoring

MOST_OF_A_FLAG = 8


@dataclass(frozen=True)
class Shown:
    """One picture on a page: address (empty when it is gone), caption, what stands below."""

    url: str
    caption: str
    note: str = ""


def address(row: proctoring.Picture, by: Any, at: datetime) -> str:
    """The address of a picture for ten minutes; empty when its bytes are gone."""
    gone = row.file is None and not row.spool
    if gone or (row.file is not None and hasattr(row.file, "discard")):
        return ""
    ticket = proctoring.ticket_for("picture", row.pk, by=by, at=at)
    return f"{reverse('invigilator:picture', args=[row.pk])}?t={ticket}"


def portrait_address(admission: exams.Admission, by: Any, at: datetime) -> str:
    """The address of the approved portrait; empty when there is none."""
    if proctoring.portrait_of(admission) is None:
        return ""
    ticket = proctoring.ticket_for("portrait", admission.pk, by=by, at=at)
    return f"{reverse('invigilator:portrait', args=[admission.pk])}?t={ticket}"


def side_by_side(
    admission: exams.Admission,
    rows: Sequence[tuple[proctoring.Picture, str]],
    *,
    place: tuple[str, object],
    by: Any,
    at: datetime,
) -> list[Shown]:
    """The approved portrait and these (picture, caption) beside it; the look goes on record."""
    proctoring.look_at(place, [row for row, _caption in rows], by=by, at=at, portraits=1)
    return [
        Shown(portrait_address(admission, by, at), _("报名时审核的证件照")),
        *(Shown(address(row, by, at), caption, reading_note(row)) for row, caption in rows),
    ]


def reading_note(row: proctoring.Picture) -> str:
    """What was measured on a picture, in one line."""
    return _("；").join(_measured(reading) for reading in row.readings.all())


def _measured(reading: proctoring.Reading) -> str:
    against = str(proctoring.AGAINST_WORDS[reading.against])
    if reading.score is None:
        return f"{against}{_('：')}{proctoring.READING_STATES[reading.state]}"
    return _("{against}：相似度 {score}，参考线 {line}").format(
        against=against, score=f"{reading.score:.3f}", line=f"{reading.threshold:.3f}"
    )


def of_flag(flag: proctoring.Flag, *, by: Any, at: datetime) -> list[Shown]:
    """The pictures of a flag, at most eight spread over it, beside the approved portrait."""
    signs = sorted((sign for sign in flag.signs.all() if sign.picture), key=lambda sign: sign.at)
    step = max(1, -(-len(signs) // MOST_OF_A_FLAG))
    rows = [
        (sign.picture, f"{sign.at.astimezone(SHANGHAI):%H:%M:%S}") for sign in signs[::step] if sign.picture
    ]
    return side_by_side(flag.admission, rows, place=("flag", flag.pk), by=by, at=at)
