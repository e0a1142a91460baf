"""What the invigilator notes beside the orders: who comes in late, what was looked into, what happened in the room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from tancai.audit import api as audit
from tancai.exams import rules, standing
from tancai.exams.actions.orders import check_reason
from tancai.exams.errors import ExamError, MayNot
from tancai.exams.models import Admission, AdmissionEvent, Session, SessionEvent, Sitting, SittingEvent

KNOCK_EVERY = timedelta(minutes=2)
LONGEST = 500


def may_let_in(admission: Admission, at: datetime) -> rules.Verdict:
    """Whether the invigilator may let this late candidate in now; the minutes come from ``TANCAI_LATE_MINUTES``."""
    session, sitting = admission.session, standing.sitting_of(admission)
    over = session.starts_at + timedelta(minutes=session.minutes + admission.extra_minutes)
    if session.own_time:
        over = session.entry_until + timedelta(minutes=settings.TANCAI_LATE_MINUTES)
    withdrawn, cancelled, _let_in = standing.called_off(admission)
    facts = rules.LateFacts(
        entry_until=session.entry_until,
        over_at=over,
        minutes_allowed=settings.TANCAI_LATE_MINUTES,
        begun=sitting is not None and standing.started(standing.events_of(sitting)) is not None,
        withdrawn=withdrawn,
        cancelled=cancelled,
        has_paper=sitting is not None,
    )
    return rules.may_let_in(facts, at)


@transaction.atomic
def let_in(
    admission: Admission, *, reason: str, seen: bool, by: Any, at: datetime, text: str = ""
) -> AdmissionEvent:
    """Let a late candidate enter within the next minutes; ``seen``: identity and person were compared by eye.

    Raises MayNot with every reason, or ExamError ``no_reason``, ``no_text``, ``long_text``, ``not_seen``.
    """
    check_reason(reason, text)
    if not seen:
        raise ExamError("not_seen")
    verdict = may_let_in(admission, at)
    if not verdict.ok:
        raise MayNot(verdict.reasons)
    detail = {"reason": reason, "text": text.strip(), "identity": "eyes"}
    return _admission_event(admission, "let_in", detail, by=by, at=at)


def knock(admission: Admission, *, at: datetime) -> bool:
    """Note that a late candidate stands at the door, at most every two minutes; whether it was noted."""
    since = at - KNOCK_EVERY
    if admission.events.filter(kind="knocked", at__gt=since).exists() or not may_let_in(admission, at).ok:
        return False
    AdmissionEvent.objects.create(admission=admission, kind="knocked", at=at)
    return True


@transaction.atomic
def look_into(admission: Admission, *, text: str, by: Any, at: datetime) -> AdmissionEvent:
    """Note that somebody looked into what happened so far and found ``text``; raises ``no_text``, ``long_text``."""
    return _admission_event(admission, "looked", {"text": _words(text)}, by=by, at=at)


def _admission_event(
    admission: Admission, kind: str, detail: dict[str, Any], *, by: Any, at: datetime
) -> AdmissionEvent:
    event = AdmissionEvent.objects.create(admission=admission, kind=kind, at=at, by=by, detail=detail)
    audit.record(
        f"exams.admission_{kind}",
        by=by,
        at=at,
        target=("admission", admission.pk),
        detail={"reason": detail.get("reason", "")},
    )
    return event


@transaction.atomic
def note(
    session: Session, text: str, *, by: Any, at: datetime, happened_at: datetime | None = None
) -> SessionEvent:
    """A free entry in the journal of the room. Raises ExamError ``no_text``, ``long_text``, ``bad_moment``
    (later than now, or more than a day before the start)."""
    happened = happened_at or at
    if happened > at or happened < session.starts_at - timedelta(days=1):
        raise ExamError("bad_moment")
    detail = {"text": _words(text), "happened": happened.isoformat()}
    return _session_event(session, "noted", detail, by=by, at=at)


@transaction.atomic
def report_for_duty(session: Session, *, by: Any, at: datetime) -> None:
    """Note that this invigilator is in the room; again while on duty changes nothing."""
    if on_duty(session, by) != "on_duty":
        _session_event(session, "on_duty", {}, by=by, at=at)


@transaction.atomic
def leave_duty(session: Session, *, by: Any, at: datetime) -> None:
    if on_duty(session, by) == "on_duty":
        _session_event(session, "off_duty", {}, by=by, at=at)


def on_duty(session: Session, user: Any) -> str:
    """``on_duty``, ``off_duty`` or an empty text when this user never reported."""
    newest = session.events.filter(kind__in=("on_duty", "off_duty"), by=user).order_by("-id").first()
    return newest.kind if newest is not None else ""


@transaction.atomic
def annul_end(sitting: Sitting, *, reason: str, text: str, by: Any, at: datetime) -> SittingEvent:
    """Note that a forced end was wrong. Somebody else than who ended decides; what was written stays as it is.

    The sitting itself stays closed (its receipt is given); the office grants another attempt on the strength of this.
    Raises ExamError ``no_reason``, ``no_text``, ``not_ended``, ``same_person``, ``annulled``.
    """
    check_reason(reason, text)
    if not text.strip():
        raise ExamError("no_text")
    ended = sitting.events.filter(kind="end").order_by("-id").first()
    if ended is None:
        raise ExamError("not_ended")
    if ended.by_id is not None and ended.by_id == getattr(by, "pk", None):
        raise ExamError("same_person")
    if sitting.events.filter(kind="annulled").exists():
        raise ExamError("annulled")
    event = SittingEvent.objects.create(
        sitting=sitting, kind="annulled", at=at, by=by, reason=reason, detail={"text": text.strip()}
    )
    audit.record(
        "exams.end_annulled", by=by, at=at, target=("sitting", sitting.pk), detail={"reason": reason}
    )
    return event


def _session_event(
    session: Session, kind: str, detail: dict[str, Any], *, by: Any, at: datetime
) -> SessionEvent:
    event = SessionEvent.objects.create(session=session, kind=kind, at=at, by=by, detail=detail)
    audit.record(f"exams.session_{kind}", by=by, at=at, target=("session", session.pk))
    return event


def _words(text: str) -> str:
    plain = text.strip()
    if not plain:
        raise ExamError("no_text")
    if len(plain) > LONGEST:
        raise ExamError("long_text")
    return plain
