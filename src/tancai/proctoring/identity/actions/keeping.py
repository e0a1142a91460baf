"""How long pictures stay: retention dates, agreement taken back, the spool of exams that are over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from tancai.files import api as files
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring.identity import consent, rules, spool
from tancai.proctoring.models import Flag, Picture

SPOOLED = timedelta(hours=3)
"""The newest picture of an exam is forgotten this long after it came."""


def date_for(admission: Any) -> Any:
    """The last day a picture of this admission is kept."""
    return rules.keep_until(admission.session.date, settings.TANCAI_IDENTITY["keep_days"])


def let_go(person: Any, *, at: datetime) -> int:
    """Discard every picture of this person; returns how many. Readings stay."""
    rows = Picture.objects.filter(admission__person=person)
    gone = 0
    for row in rows.filter(file__isnull=False, file__discard=None).select_related("file"):
        if row.file is not None:
            files.discard(row.file, reason="consent withdrawn", by=None, at=at)
            gone += 1
    for row in rows.exclude(spool=""):
        gone += _forget(row)
    return gone


def _forget(row: Picture) -> int:
    """Empty the spool of one picture, the bytes once the transaction is through."""
    name = row.spool
    if not Picture.objects.filter(pk=row.pk, spool=name).update(spool=""):
        return 0
    transaction.on_commit(lambda: spool.drop(name))
    return 1


def forget_older(row: Picture) -> None:
    """Only the newest snapshot of an admission can be looked at live."""
    older = Picture.objects.filter(
        admission_id=row.admission_id, kind=Picture.SNAPSHOT, pk__lt=row.pk, claimed_at__isnull=False
    ).exclude(spool="")
    for each in older:
        _forget(each)


def keep(at: datetime) -> dict[str, int]:
    """The daily round: pictures of people who no longer agree, forgotten spool, longer dates where a doubt is open.

    What is past its date goes with the purge of the files room.
    """
    done = {"withdrawn": 0, "spool": 0, "extended": 0}
    kept = Picture.objects.exclude(spool="") | Picture.objects.filter(file__isnull=False, file__discard=None)
    owners = {
        row.admission.person_id: row.admission.person for row in kept.select_related("admission__person")
    }
    for person in owners.values():
        if not people.has_consent(person, consent.KIND):
            with transaction.atomic():
                done["withdrawn"] += let_go(person, at=at)
    for row in Picture.objects.exclude(spool="").filter(received_at__lt=at - SPOOLED):
        done["spool"] += _forget(row)
    done["extended"] = _extend_disputed(at)
    return done


def _extend_disputed(at: datetime) -> int:
    """Pictures of a flag in doubt stay until a second person has looked: another full term from today."""
    days = timedelta(days=settings.TANCAI_IDENTITY["keep_days"])
    today = clock.local_date(at)
    doubts = Flag.objects.filter(reviews__outcome="doubt").exclude(reviews__stage=rules.SECOND)
    rows = Picture.objects.filter(
        signs__flag__in=doubts, file__discard=None, file__keep_until__lt=today + timedelta(days=2)
    ).select_related("file")
    done = 0
    for row in rows.distinct():
        if row.file is None:
            continue
        row.file.keep_until = today + days
        row.file.save(update_fields=["keep_until"])
        done += 1
    return done
