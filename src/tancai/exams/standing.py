"""Gathers from the rooms below what the rules about tickets and entry need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tancai.exams import rules
from tancai.exams.models import Admission, Session, Sitting, SittingEvent
from tancai.fees import api as fees
from tancai.learning import api as learning
from tancai.programmes import api as programmes

ENROLMENT, RESIT = "enrolment", "resit"


def definition_of(session: Session) -> Any:
    return programmes.definition_of(session.edition_id)


def resit_reference(application_id: int, exam_day: str) -> str:
    """The order reference of one resit: ``12:cem-2026-12-26``."""
    return f"{application_id}:{exam_day}"


def settled(kind: str, application_id: int, exam_day: str, definition: Any) -> bool:
    """Whether the fee of this attempt is paid, waived or nil."""
    if kind == Admission.RESIT:
        return fees.settled(RESIT, resit_reference(application_id, exam_day))
    order = fees.order_for(ENROLMENT, str(application_id))
    return definition.fees.enrolment == 0 if order is None else order.settled


def is_withdrawn(admission: Admission) -> bool:
    return admission.events.filter(kind="withdrawn").exists()


def is_cancelled(session: Session) -> bool:
    return session.events.filter(kind="cancelled").exists() or programmes.is_cancelled(session.exam_day)


def sitting_of(admission: Admission) -> Sitting | None:
    return Sitting.objects.filter(admission=admission).select_related("form", "session", "sheet").first()


def events_of(sitting: Sitting) -> list[SittingEvent]:
    return list(sitting.events.all())


def started(events: list[SittingEvent]) -> SittingEvent | None:
    return next((event for event in events if event.kind == "started"), None)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def has_begun(admission: Admission) -> bool:
    return SittingEvent.objects.filter(sitting__admission=admission, kind="started").exists()


def has_sheet(admission: Admission) -> bool:
    return Sitting.objects.filter(admission=admission, sheet__isnull=False).exists()


def ends_at(events: list[SittingEvent]) -> datetime | None:
    """When working time is over by what Django knows; None before the start and while paused."""
    start = started(events)
    if start is None:
        return None
    orders = [
        rules.Order(event.kind, event.at, int(event.detail.get("seconds", 0)))
        for event in events
        if event.kind in ("extra", "pause", "resume", "end")
    ]
    begins, ends = moment(start.detail["begins"]), moment(start.detail["ends"])
    return rules.ends_after(begins, ends, orders)


def ticket_from(session: Session) -> datetime:
    """From when tickets of the session may be printed."""
    return min(programmes.exam_day(session.exam_day).ticket_from, session.starts_at)


def facts(admission: Admission, *, sitting: Sitting | None) -> rules.EntryFacts:
    """Everything that decides about this admission's entry."""
    session, application = admission.session, admission.application
    definition = definition_of(session)
    own = definition if application.edition_id == session.edition_id else None
    progress = learning.progress(
        admission.person_id,
        session.programme,
        admission.level,
        admission.speciality,
        definition=own or programmes.definition_of(application.edition_id),
    )
    events = events_of(sitting) if sitting else []
    start = started(events)
    return rules.EntryFacts(
        starts_at=session.starts_at,
        entry_until=session.entry_until,
        approved=application.state == "approved",
        settled=settled(admission.kind, admission.application_id, session.exam_day, definition),
        hours_share=progress.share,
        hours_required=progress.required_share,
        withdrawn=is_withdrawn(admission),
        cancelled=is_cancelled(session),
        has_paper=sitting is not None,
        began_at=start.at if start else None,
        ends_at=ends_at(events),
        finished=sitting is not None and hasattr(sitting, "sheet"),
    )
