from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.exams.errors import ExamError
from tancai.exams.models import Session, SessionEvent
from tancai.lib import clock
from tancai.programmes import api as programmes


@transaction.atomic
def open_session(
    exam_day: str,
    *,
    by: Any,
    at: datetime,
    kind: str | None = None,
    starts_at: datetime | None = None,
    entry_until: datetime | None = None,
    minutes: int | None = None,
    own_time: bool = False,
) -> Session:
    """Open the session of an exam day (its key); the same day again returns the session that is there.

    Start, working time and late entry come from the programme's definition unless given. With ``own_time`` each
    candidate's time runs from his or her entry. Raises ``programmes.UnknownExamDay``, or ExamError
    ``day_cancelled``, ``bad_times``.
    """
    day = programmes.exam_day(exam_day)
    kind = kind or (Session.SPECIAL if day.special else Session.REGULAR)
    found = Session.objects.filter(exam_day=exam_day, kind=kind).first()
    if found is not None:
        return found
    if programmes.is_cancelled(exam_day):
        raise ExamError("day_cancelled")
    definition = programmes.definition(day.programme, on=day.date)
    begins = starts_at or day.starts_at
    until = entry_until or begins + timedelta(minutes=definition.exam.late_minutes)
    if until < begins or (minutes is not None and minutes < 1):
        raise ExamError("bad_times")
    session = Session.objects.create(
        exam_day=exam_day,
        programme=day.programme,
        edition_id=definition.edition_id,
        kind=kind,
        date=clock.local_date(begins),
        starts_at=begins,
        minutes=minutes or definition.exam.minutes,
        entry_until=until,
        own_time=own_time,
    )
    record(session, "opened", by=by, at=at)
    return session


@transaction.atomic
def cancel_session(session: Session, *, reason: str, by: Any, at: datetime) -> None:
    """Call the session off; nobody can enter any more. Raises ExamError ``no_reason``, ``already_over``."""
    _needs_reason(reason)
    if kinds_of(session) & {"cancelled", "closed"}:
        raise ExamError("already_over")
    record(session, "cancelled", by=by, at=at, detail={"reason": reason.strip()})


@transaction.atomic
def close_session(session: Session, *, by: Any, at: datetime) -> None:
    """Nothing more is expected of this session; raises ExamError ``still_sitting`` while somebody writes."""
    if session.sittings.filter(events__kind="started", sheet__isnull=True).exists():
        raise ExamError("still_sitting")
    if not kinds_of(session) & {"cancelled", "closed"}:
        record(session, "closed", by=by, at=at)


def kinds_of(session: Session) -> frozenset[str]:
    return frozenset(session.events.values_list("kind", flat=True))


def record(
    session: Session, kind: str, *, by: Any, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    SessionEvent.objects.create(session=session, kind=kind, at=at, by=by, detail=detail or {})
    audit.record(f"exams.session_{kind}", by=by, at=at, target=("session", session.pk), detail=detail)


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise ExamError("no_reason")
