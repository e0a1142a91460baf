"""Gathers from the rooms below what the rules about tickets and entry need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from tancai.exams import rules
from tancai.exams.models import Admission, AdmissionEvent, Session, SessionEvent, Sitting, SittingEvent
from tancai.fees import api as fees
from tancai.learning import api as learning
from tancai.lib.prepared import Prepared
from tancai.programmes import api as programmes

ENROLMENT, RESIT = "enrolment", "resit"


def definition_of(session: Session) -> Any:
    return programmes.definition_of(session.edition_id)


def resit_reference(application_id: int, exam_day: str) -> str:
    """The order reference of one resit: ``12:cem-2026-12-26``."""
    return f"{application_id}:{exam_day}"


def resit_of(reference: str) -> tuple[int, str]:
    """Application and exam day of an order reference of a resit."""
    application, _colon, exam_day = reference.partition(":")
    return int(application), exam_day


def booking_called_off(application_id: int, exam_day: str) -> bool:
    """Whether the newest order of a booked resit was cancelled or paid back: the booking counts no more."""
    order = fees.order_for(RESIT, resit_reference(application_id, exam_day))
    return order is not None and rules.called_off(order.state)


def settled(kind: str, application_id: int, exam_day: str, definition: Any) -> bool:
    """Whether the fee of this attempt is paid, waived or nil."""
    if kind == Admission.RESIT:
        return fees.settled(RESIT, resit_reference(application_id, exam_day))
    found = fees.settled_if_any(ENROLMENT, application_id)
    return definition.fees.enrolment == 0 if found is None else found


def sitting_of(admission: Admission) -> Sitting | None:
    """The sitting with form and sheet; what ``queries.admission_for_page`` brought along is not asked for again."""
    if "is_withdrawn" in admission.__dict__ and hasattr(admission, "sitting"):
        return admission.sitting
    found = (
        Sitting.objects.select_related("form", "sheet").defer("sheet__answers").filter(admission=admission)
    )
    sitting = found.first()
    if sitting is not None:
        sitting.session = admission.session
    return sitting


def events_of(sitting: Sitting) -> list[SittingEvent]:
    """What happened in a sitting, oldest first."""
    if "events" in getattr(sitting, "_prefetched_objects_cache", {}):
        return list(sitting.events.all())
    return _events(sitting.pk)


_events = Prepared(lambda sitting_id: SittingEvent.objects.filter(sitting=sitting_id).order_by("id"), int)


def started(events: list[SittingEvent]) -> SittingEvent | None:
    return next((event for event in events if event.kind == "started"), None)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def has_begun(admission: Admission) -> bool:
    return SittingEvent.objects.filter(sitting__admission=admission, kind="started").exists()


def is_annulled(admission: Admission) -> bool:
    """Whether the end of this sitting was found to be a mistake."""
    return SittingEvent.objects.filter(sitting__admission=admission, kind="annulled").exists()


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


def called_off(admission: Admission) -> tuple[bool, bool, datetime | None]:
    """Whether the admission has been withdrawn and its session cancelled, and when a late entry was last allowed."""
    known = admission.__dict__
    if "is_withdrawn" in known:  # looked up with the admission
        off = known["is_called_off"] or programmes.is_cancelled(admission.session.exam_day)
        return known["is_withdrawn"], off, known["let_in_at"]
    withdrawn = AdmissionEvent.objects.filter(admission=OuterRef("pk"), kind="withdrawn")
    cancelled = SessionEvent.objects.filter(session=OuterRef("session"), kind="cancelled")
    let_in = AdmissionEvent.objects.filter(admission=OuterRef("pk"), kind="let_in").order_by("-id")
    asked = Admission.objects.filter(pk=admission.pk)
    found = asked.values_list(Exists(withdrawn), Exists(cancelled), Subquery(let_in.values("at")[:1])).get()
    return found[0], found[1] or programmes.is_cancelled(admission.session.exam_day), found[2]


def _hours(admission: Admission, definition: Any) -> tuple[float, float]:
    """The share of hours studied and the share required; not counted where none is required, nor in a test run."""
    if definition.learning.min_share == 0 or admission.session.kind == Session.REHEARSAL:
        return 0.0, 0.0
    progress = learning.progress(
        admission.person_id,
        admission.session.programme,
        admission.level,
        admission.speciality,
        definition=definition,
    )
    return progress.share, progress.required_share


def facts(
    admission: Admission, *, sitting: Sitting | None, events: list[SittingEvent] | None = None
) -> rules.EntryFacts:
    """Everything that decides about this admission's entry; ``events`` of the sitting if they are at hand."""
    session, application = admission.session, admission.application
    definition = definition_of(session)
    same = application.edition_id == session.edition_id
    share, required = _hours(
        admission, definition if same else programmes.definition_of(application.edition_id)
    )
    withdrawn, cancelled, let_in = called_off(admission)
    if events is None:
        events = events_of(sitting) if sitting else []
    start = started(events)
    return rules.EntryFacts(
        starts_at=session.starts_at,
        entry_until=session.entry_until,
        approved=application.state == "approved",
        settled=settled(admission.kind, admission.application_id, session.exam_day, definition),
        hours_share=share,
        hours_required=required,
        withdrawn=withdrawn,
        cancelled=cancelled,
        has_paper=sitting is not None,
        began_at=start.at if start else None,
        ends_at=ends_at(events),
        finished=sitting is not None and hasattr(sitting, "sheet"),
        let_in_until=let_in + rules.LET_IN if let_in else None,
    )
