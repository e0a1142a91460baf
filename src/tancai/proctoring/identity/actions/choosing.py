"""Which way somebody is identified, taking agreement back, and the way without a camera."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring.identity import consent, rules, standing
from tancai.proctoring.identity.actions import keeping
from tancai.proctoring.identity.errors import IdentityError
from tancai.proctoring.models import HumanCheck, Watch, WayChoice

MOST_NOTE = 500


@transaction.atomic
def choose_way(admission: Any, way: str, *, by: Any, at: datetime) -> WayChoice:
    """``camera`` records the agreement to the text in force, ``human`` asks for a person; both may be chosen again.

    Raises IdentityError ``not_demanded``, ``too_young``, ``bad_outcome``.
    """
    if not standing.demanded(admission):
        raise IdentityError("not_demanded")
    if way not in (WayChoice.CAMERA, WayChoice.HUMAN):
        raise IdentityError("bad_outcome")
    version = text_hash = ""
    if way == WayChoice.CAMERA:
        if not rules.may_agree(admission.person.birth, clock.local_date(at)):
            raise IdentityError("too_young")
        version, text_hash = consent.version(), consent.text_hash()
        people.give_consent(admission.person, consent.KIND, text_version=version, by=by, at=at)
    row = WayChoice.objects.create(
        admission=admission, way=way, text_version=version, text_hash=text_hash, at=at, by=by
    )
    audit.record(f"proctoring.{way}_way", by=by, at=at, target=("admission", admission.pk))
    return row


@transaction.atomic
def withdraw(person: Any, *, by: Any, at: datetime) -> int:
    """Take agreement back: no more pictures, those that are kept go with the next purge; returns how many.

    Exams to come change to the way without a camera. Scores and what people decided stay.
    """
    people.withdraw_consent(person, consent.KIND, by=by, at=at)
    newest: dict[int, WayChoice] = {}
    for row in WayChoice.objects.filter(admission__person=person).order_by("id"):
        newest[row.admission_id] = row
    for row in newest.values():
        if row.way == WayChoice.CAMERA:
            WayChoice.objects.create(
                admission_id=row.admission_id, way=WayChoice.HUMAN, withdrawn=True, at=at, by=by
            )
    gone = keeping.let_go(person, at=at)
    audit.record("proctoring.withdraw", by=by, at=at, target=("person", person.pk), detail={"pictures": gone})
    return gone


@transaction.atomic
def check_by_hand(admission: Any, *, note: str, by: Any, at: datetime) -> HumanCheck:
    """A member of staff has seen document and face and takes over watching; raises IdentityError."""
    text = _note(note)
    if people.access_person(by, admission.person):
        raise IdentityError("own_case")
    if not standing.demanded(admission):
        raise IdentityError("not_demanded")
    row = HumanCheck.objects.create(admission=admission, note=text, at=at, by=by)
    audit.record("proctoring.check_by_hand", by=by, at=at, target=("admission", admission.pk))
    return row


@transaction.atomic
def watch(admission: Any, *, note: str = "", by: Any, at: datetime) -> Watch:
    """Whoever watches has seen the candidate now; raises IdentityError."""
    if people.access_person(by, admission.person):
        raise IdentityError("own_case")
    row = Watch.objects.create(admission=admission, note=_note(note, needed=False), at=at, by=by)
    audit.record("proctoring.watch", by=by, at=at, target=("admission", admission.pk))
    return row


def _note(text: str, *, needed: bool = True) -> str:
    text = text.strip()
    if needed and not text:
        raise IdentityError("no_note")
    if len(text) > MOST_NOTE:
        raise IdentityError("long_text", most=MOST_NOTE)
    return text
