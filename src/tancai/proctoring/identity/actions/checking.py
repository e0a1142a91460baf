"""Check-in: card and live portrait handed in, measured on the worker, decided by a person or by a high score."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tancai.audit import api as audit
from tancai.files import api as files
from tancai.jobs import api as jobs
from tancai.people import api as people
from tancai.proctoring.identity import faces, rules, standing
from tancai.proctoring.identity.actions import keeping
from tancai.proctoring.identity.errors import IdentityError
from tancai.proctoring.models import CheckDecision, CheckIn, Picture, Reading

PURPOSES = {
    Picture.CARD: "identity_card",
    Picture.LIVE: "identity_live",
    Picture.SNAPSHOT: "identity_snapshot",
}
MOST_SIDE = 1600
COMPARE = "proctoring.compare"
MOST_CHECK_INS = 20


def hand_in(admission: Any, *, card: bytes, live: bytes, how: str, by: Any, at: datetime) -> CheckIn:
    """Store both pictures (re-encoded, sealed, with a date) and queue the comparison.

    ``how`` the live portrait was made: ``camera`` or ``file``. Raises IdentityError ``not_demanded``,
    ``not_camera_way``, ``no_consent``, ``camera_only``, ``too_often``, ``bad_picture`` (``which``), ``too_large``.
    """
    _may_hand_in(admission, how)
    kept: list[Any] = []
    try:
        for kind, data in ((Picture.CARD, card), (Picture.LIVE, live)):
            kept.append(_stored(admission, kind, data, by=by, at=at))
    except IdentityError:
        for file in kept:
            files.discard(file, reason="incomplete", by=None, at=at)
        raise
    with transaction.atomic():
        made = [
            _picture(admission, kind, file, how if kind == Picture.LIVE else "file", at)
            for kind, file in zip((Picture.CARD, Picture.LIVE), kept, strict=True)
        ]
        row = CheckIn.objects.create(admission=admission, card=made[0], live=made[1], at=at, by=by)
        audit.record("proctoring.check_in", by=by, at=at, target=("admission", admission.pk))
        jobs.start(COMPARE, params={"check_in": row.pk}, by=None, at=at)
    return row


def _may_hand_in(admission: Any, how: str) -> None:
    if not standing.demanded(admission):
        raise IdentityError("not_demanded")
    way = standing.way_of(admission)
    if way is None or way.way != way.CAMERA:
        raise IdentityError("not_camera_way")
    if not standing.agreed(admission):
        raise IdentityError("no_consent")
    if how != "camera" and standing.exam_rule(admission).camera_required:
        raise IdentityError("camera_only")
    if standing.check_state(standing.check_in_of(admission)) == "same":
        raise IdentityError("decided")
    if CheckIn.objects.filter(admission=admission).count() >= MOST_CHECK_INS:
        raise IdentityError("too_often")


def _stored(admission: Any, kind: str, data: bytes, *, by: Any, at: datetime) -> Any:
    try:
        return files.store_image(
            data,
            purpose=PURPOSES[kind],
            name=f"{kind}.jpg",
            max_side=MOST_SIDE,
            owner_person=admission.person,
            keep_until=keeping.date_for(admission),
            by=by,
            at=at,
        )
    except files.BadFile as error:
        code = "too_large" if error.code == "too_large" else "bad_picture"
        raise IdentityError(code, which=kind, **error.params) from error


def _picture(admission: Any, kind: str, file: Any, how: str, at: datetime) -> Picture:
    rows = Picture.objects.filter(admission=admission, kind=kind)
    number = (rows.aggregate(most=Max("number"))["most"] or 0) + 1
    return Picture.objects.create(
        admission=admission,
        kind=kind,
        number=number,
        how=how,
        taken_at=at,
        received_at=at,
        size=file.size,
        file=file,
        claimed_at=at,
    )


def compare(check_in: CheckIn, *, at: datetime, adapter: faces.Faces | None = None) -> list[Reading]:
    """Measure the live portrait against the approved one and the card; pass it when every score is high enough.

    Anything less waits for a person. Repeating it changes nothing.
    """
    if check_in.compared_at is not None:
        return list(check_in.live.readings.all())
    adapter = adapter or faces.chosen()
    live = standing.bytes_of(check_in.live.file)
    references = {
        "portrait": standing.bytes_of(standing.portrait_of(check_in.admission)),
        "card": standing.bytes_of(check_in.card.file),
    }
    if live is None:
        return []
    if not adapter.recognises:
        references = {"nobody": None}
    measured = {against: adapter.measure(live, data) for against, data in references.items()}
    with transaction.atomic():
        if not CheckIn.objects.filter(pk=check_in.pk, compared_at=None).update(compared_at=at):
            return list(check_in.live.readings.all())
        readings = [note_reading(check_in.live, against, seen, at) for against, seen in measured.items()]
        passes = adapter.recognises and rules.accepts([seen_of(row) for row in readings])
        if passes and not check_in.decisions.exists():
            CheckDecision.objects.create(
                check_in=check_in, outcome="same", note="", at=at, by=None, automatic=True
            )
        audit.record(
            "proctoring.compare",
            by=None,
            at=at,
            target=("check_in", check_in.pk),
            detail={"adapter": adapter.name, "passed": passes},
        )
    return readings


def note_reading(picture: Picture, against: str, seen: Any, at: datetime) -> Reading:
    """Keep what was measured."""
    row, _fresh = Reading.objects.get_or_create(
        picture=picture,
        against=against,
        defaults={
            "state": "covered" if seen.covered else seen.state,
            "adapter": seen.adapter,
            "model": seen.model,
            "threshold": seen.threshold,
            "score": seen.score,
            "faces": seen.faces,
            "at": at,
        },
    )
    return row


def seen_of(reading: Reading) -> rules.Seen:
    return rules.Seen(reading.faces, reading.state == "covered", reading.score, reading.threshold)


@transaction.atomic
def decide(check_in: CheckIn, outcome: str, *, note: str, by: Any, at: datetime) -> CheckDecision:
    """A person says ``same``, ``other`` or ``again``; anything but ``same`` needs a note. A later decision counts.

    Raises IdentityError ``bad_outcome``, ``own_case``, ``no_note``, ``long_text``.
    """
    if outcome not in rules.CHECK_OUTCOMES:
        raise IdentityError("bad_outcome")
    if people.access_person(by, check_in.admission.person):
        raise IdentityError("own_case")
    note = note.strip()
    if outcome != "same" and not note:
        raise IdentityError("no_note")
    if len(note) > 500:
        raise IdentityError("long_text", most=500)
    row = CheckDecision.objects.create(check_in=check_in, outcome=outcome, note=note, at=at, by=by)
    audit.record(f"proctoring.check_{outcome}", by=by, at=at, target=("admission", check_in.admission_id))
    return row
