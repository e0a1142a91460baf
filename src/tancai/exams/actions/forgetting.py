"""How long the log keeps what a page sent: events and raw input go, the answer sheet and its receipt stay.

The log process is the only writer of the log, so this is a signed order to it, one a sitting. It carries the receipt;
the log computes it again and refuses to delete rows that give another one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from tancai.audit import api as audit
from tancai.exams import logbook
from tancai.exams.errors import LogUnreachable
from tancai.exams.models import Session, Sitting, SittingEvent
from tancai.lib import clock
from tancai.people import api as people

log = logging.getLogger("tancai.exams")

CHUNK = 10
"""Sittings deleted in one request: a save that comes meanwhile must not wait noticeably."""

MOST = 500
"""Sittings deleted in one run."""


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """Sittings whose events are gone now; those whose rows do not give their receipt; those that could not be asked."""

    deleted: int = 0
    differing: int = 0
    waiting: int = 0

    def __add__(self, other: ForgetReport) -> ForgetReport:
        return ForgetReport(
            self.deleted + other.deleted, self.differing + other.differing, self.waiting + other.waiting
        )


def log_days() -> timedelta:
    """How long after the results are final the log keeps a sitting's events (``TANCAI_EXAM_LOG_DAYS``)."""
    return timedelta(days=settings.TANCAI_EXAM_LOG_DAYS)


def remembered(session: Session) -> Any:
    """Sittings of a session with an answer sheet whose events the log still has, and has no quarrel about."""
    done = SittingEvent.objects.filter(kind__in=("log_deleted", "log_differs"))
    found = Sitting.objects.filter(session=session, sheet__isnull=False).exclude(events__in=done)
    return found.select_related("sheet").order_by("pk")


def forget_log(session: Session, *, by: Any, at: datetime) -> ForgetReport:
    """Delete what the log holds of the finished sittings of a session, some hundreds a call; repeat to go on.

    The caller knows that nobody needs it any more. Nothing is deleted while anybody sits an exam.
    """
    report = ForgetReport()
    lately = SittingEvent.objects.filter(kind="started", at__gt=at - timedelta(days=2))
    if lately.filter(sitting__sheet__isnull=True).exists():
        return report
    due = list(remembered(session)[:MOST])
    for start in range(0, len(due), CHUNK):
        part = due[start : start + CHUNK]
        try:
            report += _forget(session, part, by=by, at=at)
        except LogUnreachable:
            return report + ForgetReport(waiting=len(due) - start)
    return report


def _forget(session: Session, sittings: Sequence[Sitting], *, by: Any, at: datetime) -> ForgetReport:
    orders = [
        {"kind": "purge", "sitting": one.pk, "ref": f"purge-{one.pk}", "receipt": one.sheet.receipt}
        for one in sittings
    ]
    results = [answer["result"] for answer in logbook.send(orders)]
    deleted = [one for one, result in zip(sittings, results, strict=True) if result in ("ok", "repeat")]
    differing = [one for one, result in zip(sittings, results, strict=True) if result == "differs"]
    with transaction.atomic():
        for kind, ones in (("log_deleted", deleted), ("log_differs", differing)):
            _note(session, kind, ones, by=by, at=at)
    for one in differing:
        log.error(
            "sitting %d: the log does not give the receipt of the answer sheet; nothing deleted", one.pk
        )
    return ForgetReport(len(deleted), len(differing), len(sittings) - len(deleted) - len(differing))


def _note(session: Session, kind: str, sittings: Sequence[Sitting], *, by: Any, at: datetime) -> None:
    if not sittings:
        return
    SittingEvent.objects.bulk_create(
        SittingEvent(sitting=one, kind=kind, at=at, by=by, detail={"receipt": one.sheet.receipt})
        for one in sittings
    )
    numbers = [one.pk for one in sittings]
    audit.record(f"exams.{kind}", by=by, at=at, target=("session", session.pk), detail={"sittings": numbers})


def forget_by_age(at: datetime) -> ForgetReport:
    """What no result will ever make final: rehearsals after the same time, anything else with the records' years."""
    today = clock.local_date(at)
    report = ForgetReport()
    kept = Session.objects.filter(sittings__sheet__isnull=False, date__lt=today - log_days())
    for session in kept.distinct().order_by("date"):
        rehearsal = session.kind == Session.REHEARSAL
        if (rehearsal or today > people.record_until(session.date)) and remembered(session).exists():
            report += forget_log(session, by=None, at=at)
    return report


def sessions_remembered(before: datetime) -> list[Session]:
    """Examinations before a moment whose events the log still has, oldest first; rehearsals go by themselves."""
    done = SittingEvent.objects.filter(kind__in=("log_deleted", "log_differs"))
    open_ones = Sitting.objects.filter(sheet__isnull=False).exclude(events__in=done)
    found = Session.objects.filter(starts_at__lt=before, sittings__in=open_ones)
    return list(found.exclude(kind=Session.REHEARSAL).distinct().order_by("starts_at"))
