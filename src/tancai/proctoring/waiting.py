"""Which candidates of a room wait for a decision about identity, client or pictures; cheap enough for every look."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery

from tancai.exams import api as exams
from tancai.proctoring.lockdown.queries import refused
from tancai.proctoring.models import CheckIn, Flag, LockdownFailure, WayChoice
from tancai.programmes import api as programmes

WAITING = ("check", "client", "flag")
"""Identity to be checked, client not confirmed, a flag nobody has looked at; most urgent first."""


def waiting_in(session: Any) -> dict[int, tuple[str, ...]]:
    """What each admission of the session waits for, those that wait for nothing left out; at most six queries."""
    exam = programmes.definition_of(session.edition_id).exam
    found: dict[str, set[int]] = {}
    if exam.checks_identity and session.kind != exams.Session.REHEARSAL:
        found["check"] = _to_check(session)
        flags = Flag.objects.filter(admission__session=session, reviews=None)
        found["flag"] = set(flags.values_list("admission_id", flat=True))
    if exam.client_required and LockdownFailure.objects.filter(admission__session=session).exists():
        found["client"] = {row.admission.pk for row in refused(session.pk)}
    return {
        admission: tuple(code for code in WAITING if admission in found.get(code, ()))
        for admission in set().union(*found.values())
    }


def _to_check(session: Any) -> set[int]:
    """Pictures handed in and not decided, and candidates who asked for a person and have not been seen."""
    pictures = CheckIn.objects.filter(
        admission__session=session, decisions=None, admission__human_checks=None
    )
    newest = WayChoice.objects.filter(admission=OuterRef("admission")).order_by("-id").values("pk")[:1]
    asked = WayChoice.objects.filter(
        admission__session=session,
        pk=Subquery(newest),
        way=WayChoice.HUMAN,
        admission__human_checks=None,
    )
    return set(pictures.values_list("admission_id", flat=True)) | set(
        asked.values_list("admission_id", flat=True)
    )
