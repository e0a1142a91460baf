"""Pictures during the exam: taken in cheaply, looked at by the worker, and flags where somebody should look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from tancai.exams import api as exams
from tancai.files import api as files
from tancai.jobs import api as jobs
from tancai.lib import limits
from tancai.proctoring.identity import faces, rules, spool, standing
from tancai.proctoring.identity.actions import keeping
from tancai.proctoring.identity.actions.checking import MOST_SIDE, PURPOSES, note_reading, seen_of
from tancai.proctoring.identity.errors import IdentityError
from tancai.proctoring.models import Flag, FlagSign, Picture

ANALYSE = "proctoring.analyse"
A_MINUTE = 14
"""Pictures one candidate may send in a minute: the shortest interval of five seconds, and two that were kept back."""

AGAIN = timedelta(minutes=5)
"""A picture taken up by a worker that says nothing for so long is taken up again."""

LATE = timedelta(minutes=10)
_JPEG = b"\xff\xd8\xff"


def receive(
    admission: Any,
    data: bytes,
    *,
    kind: str = Picture.SNAPSHOT,
    number: int,
    taken_at: datetime,
    at: datetime,
) -> Picture:
    """Take in one picture of the running camera; the same number again is the same picture.

    Nothing is decoded here. Raises IdentityError ``finished``, ``no_consent``, ``too_large``, ``bad_picture``,
    ``too_often``.
    """
    if len(data) > rules.MOST_SNAPSHOT:
        raise IdentityError("too_large", most=rules.MOST_SNAPSHOT)
    if not data.startswith(_JPEG):
        raise IdentityError("bad_picture")
    if not limits.allow(f"snapshot:{admission.pk}", limit=A_MINUTE, seconds=60, at=at):
        raise IdentityError("too_often")
    sitting = getattr(admission, "sitting", None)
    if sitting is not None and hasattr(sitting, "sheet"):
        raise IdentityError("finished")
    if not standing.takes_snapshots(admission):
        raise IdentityError("no_consent")
    known = Picture.objects.filter(admission=admission, kind=kind, number=number).first()
    if known is not None:
        return known
    name = spool.put(data)
    try:
        with transaction.atomic():
            row = Picture.objects.create(
                admission=admission,
                kind=kind,
                number=number,
                how="camera",
                taken_at=min(taken_at, at),
                received_at=at,
                size=len(data),
                spool=name,
                # the try before entry is not looked at for flags
                claimed_at=None if kind == Picture.SNAPSHOT else at,
            )
    except IntegrityError:
        spool.drop(name)
        return Picture.objects.get(admission=admission, kind=kind, number=number)
    return row


def call_analysis(session_id: int, *, at: datetime) -> None:
    """Queue one analysis for the session unless one was queued in the last ten seconds."""
    if limits.allow(f"analyse:{session_id}", limit=1, seconds=10, at=at):
        jobs.start(ANALYSE, params={"session": session_id}, by=None, at=at)


def analyse(
    at: datetime, *, session_id: int | None = None, adapter: faces.Faces | None = None, most: int = 500
) -> int:
    """Look at the pictures that wait, oldest first; returns how many. Several workers may run it at once."""
    adapter = adapter or faces.chosen()
    waiting = Picture.objects.filter(kind=Picture.SNAPSHOT).filter(
        Q(claimed_at=None) | Q(claimed_at__lt=at - AGAIN, claimed_at__gt=at - 3 * AGAIN, readings=None)
    )
    if session_id is not None:
        waiting = waiting.filter(admission__session_id=session_id)
    rows = waiting.select_related("admission__session", "admission__person", "admission__application")
    references: dict[int, bytes | None] = {}
    done = 0
    for row in rows.order_by("id")[:most]:
        claimed = Picture.objects.filter(pk=row.pk, claimed_at=row.claimed_at).update(claimed_at=at)
        if not claimed:
            continue
        if row.admission_id not in references:
            portrait = standing.portrait_of(row.admission) if adapter.recognises else None
            references[row.admission_id] = standing.bytes_of(portrait)
        _look(row, references[row.admission_id], adapter, at)
        done += 1
    return done


def _look(row: Picture, reference: bytes | None, adapter: faces.Faces, at: datetime) -> None:
    data = spool.get(row.spool)
    if data is None:
        return
    seen = adapter.measure(data, reference)
    with transaction.atomic():
        reading = note_reading(row, "portrait" if adapter.recognises else "nobody", seen, at)
        kinds = rules.signs(seen_of(reading))
        for kind in kinds:
            note_sign(row.admission, kind, at=row.taken_at, picture=row)
    if kinds:
        _keep(row, data, at)
    keeping.forget_older(row)


def _keep(row: Picture, data: bytes, at: datetime) -> None:
    """A picture with a flag becomes a stored file with a retention date."""
    try:
        row.file = files.store_image(
            data,
            purpose=PURPOSES[Picture.SNAPSHOT],
            name=f"{row.number}.jpg",
            max_side=MOST_SIDE,
            owner_person=row.admission.person,
            keep_until=keeping.date_for(row.admission),
            by=None,
            at=at,
        )
    except files.BadFile:
        return
    row.save(update_fields=["file"])


def note_sign(
    admission: Any,
    kind: str,
    *,
    at: datetime,
    picture: Picture | None = None,
    detail: dict[str, Any] | None = None,
) -> Flag:
    """Add a sign to the flag of this kind nearby that nobody has reviewed yet, or open a new flag."""
    if kind not in rules.FLAG_KINDS:
        raise IdentityError("bad_reason")
    open_flags = Flag.objects.filter(admission=admission, kind=kind, reviews=None).prefetch_related("signs")
    flag = next(
        (
            each
            for each in open_flags.order_by("-id")[:5]
            if any(rules.same_episode(sign.at, at) for sign in each.signs.all())
        ),
        None,
    )
    if flag is None:
        flag = Flag.objects.create(admission=admission, kind=kind, opened_at=at)
    if picture is None or not FlagSign.objects.filter(flag=flag, picture=picture).exists():
        FlagSign.objects.create(flag=flag, picture=picture, at=at, detail=detail or {})
    return flag


@transaction.atomic
def camera_told(admission: Any, what: str, *, count: int = 0, at: datetime) -> Flag | None:
    """The page says that its camera ``stopped``, or that it had to drop ``count`` pictures (``dropped``)."""
    if what not in ("stopped", "dropped"):
        raise IdentityError("bad_reason")
    if not standing.takes_snapshots(admission):
        return None
    if not limits.allow(f"camera-told:{admission.pk}", limit=20, seconds=60, at=at):
        raise IdentityError("too_often")
    detail = {"count": min(count, 10_000)} if what == "dropped" else {"told": True}
    return note_sign(admission, what, at=at, detail=detail)


def mark_silent(at: datetime) -> int:
    """Open or lengthen a flag ``stopped`` where a running exam's camera has sent nothing for too long."""
    found = 0
    for session in exams.sessions_around(at):
        if exams.session_state(session, at) != "running" or session.kind == exams.Session.REHEARSAL:
            continue
        running = exams.sittings(session).filter(events__kind="started", sheet__isnull=True).distinct()
        newest = dict(
            Picture.objects.filter(admission__session=session, kind=Picture.SNAPSHOT)
            .values_list("admission_id")
            .annotate(last=Max("received_at"))
        )
        for sitting in running.prefetch_related("events"):
            found += _mark_one(sitting, newest.get(sitting.admission_id), at)
    return found


def _mark_one(sitting: Any, last: datetime | None, at: datetime) -> int:
    admission = sitting.admission
    if not standing.takes_snapshots(admission):
        return 0
    began = min(event.at for event in sitting.events.all() if event.kind == "started")
    began = max(began, sitting.session.starts_at)
    if at < began or not rules.silent(last, began, standing.exam_rule(admission).snapshot_seconds, at):
        return 0
    with transaction.atomic():
        note_sign(admission, "stopped", at=at, detail={"silent": True})
    return 1
