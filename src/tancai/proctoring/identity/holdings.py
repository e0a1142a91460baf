"""What the export of one's own data, and the closing of an account, mean for identity.

Exported: ways chosen, check-ins, scores, flags, reviews and statements; pictures come from the files room. At once:
every picture, as when agreement is taken back. Kept: nothing longer than the exam itself; notes and statements go
with the rest.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.people import api as people
from tancai.proctoring.identity.actions import keeping
from tancai.proctoring.models import (
    CheckDecision,
    CheckIn,
    Flag,
    FlagReview,
    FlagStatement,
    HumanCheck,
    Picture,
    Watch,
    WayChoice,
)

if TYPE_CHECKING:
    from tancai.people.api import Person, User


def exported(person: Person) -> dict[str, Any]:
    """Everything about identity; the statement also in the words the candidate used."""
    check_ins = CheckIn.objects.filter(admission__person=person).prefetch_related("decisions")
    flags = Flag.objects.filter(admission__person=person).prefetch_related("signs", "reviews", "statements")
    pictures = Picture.objects.filter(admission__person=person).prefetch_related("readings")
    return {
        "ways": list(
            WayChoice.objects.filter(admission__person=person).values(
                "admission__ticket_number", "way", "text_version", "text_hash", "withdrawn", "at"
            )
        ),
        "check_ins": [
            {
                "at": row.at,
                "compared_at": row.compared_at,
                "decisions": [
                    {"outcome": each.outcome, "note": each.note, "automatic": each.automatic, "at": each.at}
                    for each in row.decisions.all()
                ],
            }
            for row in check_ins
        ],
        "checked_by_staff": [
            {"at": row.at, "note": row.note} for row in HumanCheck.objects.filter(admission__person=person)
        ],
        "watched": [
            {"at": row.at, "note": row.note} for row in Watch.objects.filter(admission__person=person)
        ],
        "pictures": [_picture(row) for row in pictures],
        "flags": [_flag(row) for row in flags],
    }


def _picture(row: Picture) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "taken_at": row.taken_at,
        "received_at": row.received_at,
        "file": row.file_id,
        "readings": [
            {
                "against": each.against,
                "state": each.state,
                "adapter": each.adapter,
                "model": each.model,
                "score": each.score,
                "threshold": each.threshold,
                "faces": each.faces,
            }
            for each in row.readings.all()
        ],
    }


def _flag(row: Flag) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "opened_at": row.opened_at,
        "signs": [sign.at for sign in row.signs.all()],
        "reviews": [
            {
                "stage": each.stage,
                "outcome": each.outcome,
                "reason": each.reason,
                "note": each.note,
                "at": each.at,
            }
            for each in row.reviews.all()
        ],
        "statements": [{"text": each.text, "at": each.at} for each in row.statements.all()],
    }


def leave(user: User, person: Person | None, at: datetime) -> None:
    if person is not None:
        keeping.let_go(person, at=at)


def erase(person: Person, at: datetime) -> None:
    keeping.let_go(person, at=at)
    for rows in (
        HumanCheck.objects.filter(admission__person=person),
        Watch.objects.filter(admission__person=person),
        CheckDecision.objects.filter(check_in__admission__person=person),
        FlagReview.objects.filter(flag__admission__person=person),
    ):
        rows.update(note="")
    FlagStatement.objects.filter(flag__admission__person=person).update(text="")


def register() -> None:
    people.register_export("proctoring", exported)
    people.register_holdings("proctoring", at_once=leave, erase=erase)
