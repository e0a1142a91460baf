from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Length

from tancai.audit import api as audit
from tancai.enrolment import api as enrolment
from tancai.exams import queries, rules, standing
from tancai.exams.actions.sessions import kinds_of, record
from tancai.exams.errors import ExamError, MayNot
from tancai.exams.models import Admission, AdmissionEvent, EntryCode, ResitBooking, Session
from tancai.fees import api as fees
from tancai.lib.prepared import Prepared
from tancai.people import api as people
from tancai.programmes import api as programmes

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody approved or booked who is not admitted yet, and why (``fee``)."""

    application_id: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class AdmitReport:
    admitted: tuple[Admission, ...]
    waiting: tuple[Waiting, ...]


def admit(session: Session, *, by: Any, at: datetime) -> AdmitReport:
    """Admit everybody approved for the day, and everybody booked for a resit, whose fee is settled; repeatable.

    Raises ExamError ``already_over`` when the session is cancelled or closed, ``rehearsal`` for a test run, to which
    candidates are admitted one by one as they begin it.
    """
    if session.kind == Session.REHEARSAL:
        raise ExamError("rehearsal")
    if kinds_of(session) & {"cancelled", "closed"}:
        raise ExamError("already_over")
    ready, waiting = _sorted_out(session, _expected(session))
    made: list[Admission] = []
    for start in range(0, len(ready), CHUNK):
        made += _admit(session, ready[start : start + CHUNK], by=by, at=at)
    return AdmitReport(tuple(made), tuple(waiting))


def _expected(session: Session) -> list[tuple[str, enrolment.ApplicationView]]:
    """Applications not yet admitted to this session: first attempts, then resits."""
    booked = ResitBooking.objects.filter(exam_day=session.exam_day).values_list("application_id", flat=True)
    resits = enrolment.applications_by_id(booked)
    expected = [(Admission.FIRST, view) for view in enrolment.approved_for(session.exam_day)]
    expected += [(Admission.RESIT, resits[pk]) for pk in booked if resits[pk].state == "approved"]
    there = set(session.admissions.values_list("application_id", flat=True))
    return [(kind, view) for kind, view in expected if view.id not in there]


def _sorted_out(
    session: Session, expected: list[tuple[str, enrolment.ApplicationView]]
) -> tuple[list[tuple[str, enrolment.ApplicationView]], list[Waiting]]:
    free = standing.definition_of(session).fees.enrolment == 0
    firsts = [str(view.id) for kind, view in expected if kind == Admission.FIRST]
    resits = {
        view.id: standing.resit_reference(view.id, session.exam_day)
        for kind, view in expected
        if kind == Admission.RESIT
    }
    paid = fees.settled_references(standing.ENROLMENT, firsts)
    paid_resits = fees.settled_references(standing.RESIT, resits.values())
    ready, waiting = [], []
    for kind, view in expected:
        if kind == Admission.RESIT:
            fine = resits[view.id] in paid_resits
        else:
            owed = not free or fees.order_for(standing.ENROLMENT, view.id) is not None
            fine = str(view.id) in paid or not owed
        if fine:
            ready.append((kind, view))
        else:
            waiting.append(Waiting(view.id, kind, "fee"))
    return ready, waiting


@transaction.atomic
def _admit(
    session: Session, expected: list[tuple[str, enrolment.ApplicationView]], *, by: Any, at: datetime
) -> list[Admission]:
    prefix, serial = _last_serial(session)
    made = Admission.objects.bulk_create(
        Admission(
            application_id=view.id,
            session=session,
            person_id=view.person_id,
            kind=kind,
            level=view.level,
            speciality=view.speciality,
            ticket_number=rules.ticket_number(prefix, serial + number),
            admitted_at=at,
        )
        for number, (kind, view) in enumerate(expected, start=1)
    )
    _issue_codes(made, by=by, at=at)
    if made:
        record(session, "admitted", by=by, at=at, detail={"count": len(made)})
    return made


def _last_serial(session: Session) -> tuple[str, int]:
    """The prefix of the day and the highest number given out; sessions of one day take turns."""
    same_day = Session.objects.filter(programme=session.programme, date=session.date)
    list(same_day.select_for_update().order_by("pk").values_list("pk"))
    prefix = rules.ticket_prefix(session.programme, session.date)
    numbered = Admission.objects.filter(ticket_number__startswith=prefix)
    last = numbered.order_by(Length("ticket_number").desc(), "-ticket_number").first()
    return prefix, int(last.ticket_number.removeprefix(prefix)) if last else 0


def _new_code() -> str:
    return rules.entry_code([secrets.randbelow(len(rules.ALPHABET)) for _ in range(rules.CODE_LENGTH)])


def _issue_codes(admissions: Iterable[Admission], *, by: Any, at: datetime) -> list[EntryCode]:
    codes = [(admission, _new_code()) for admission in admissions]
    return EntryCode.objects.bulk_create(
        EntryCode(admission=admission, code=code, index=queries.code_index(code), issued_at=at, issued_by=by)
        for admission, code in codes
    )


@transaction.atomic
def issue_entry_code(admission: Admission, *, by: Any, at: datetime) -> str:
    """A new one-time entry code; earlier ones no longer open anything. Returned to be shown once."""
    admission.entry_codes.filter(used_at=None).update(used_at=at)
    code = _issue_codes([admission], by=by, at=at)[0].code
    audit.record("exams.issue_entry_code", by=by, at=at, target=("admission", admission.pk))
    return code


@transaction.atomic
def use_entry_code(ticket_number: str, code: str, *, at: datetime) -> Admission:
    """The admission that ticket number and code open together; the code is then used up.

    Raises ExamError ``bad_code`` whatever was wrong.
    """
    found = _unused_code.first(queries.code_index(code))
    admission = queries.admission_by_ticket(ticket_number)
    if found is None or admission is None or found.admission_id != admission.pk:
        raise ExamError("bad_code")
    found.used_at = at
    found.save(update_fields=["used_at"])
    audit.record("exams.use_entry_code", by=None, at=at, target=("admission", admission.pk))
    return admission


def _locked_code(index: str) -> QuerySet[EntryCode]:
    found = EntryCode.objects.select_for_update().filter(index=index, used_at=None)
    return found.only("admission_id", "used_at").order_by()


_unused_code = Prepared(_locked_code, str)


@transaction.atomic
def withdraw_admission(admission: Admission, *, reason: str, by: Any, at: datetime) -> None:
    """Take the admission back. Raises ExamError ``no_reason`` or, once the candidate has begun, ``has_begun``."""
    if not reason.strip():
        raise ExamError("no_reason")
    sitting = standing.sitting_of(admission)
    if sitting is not None and standing.started(standing.events_of(sitting)):
        raise ExamError("has_begun")
    _event(admission, "withdrawn", by=by, at=at, detail={"reason": reason.strip()})


@transaction.atomic
def accommodate(admission: Admission, minutes: int, *, reason: str, by: Any, at: datetime) -> None:
    """Grant extra working time before the exam. Raises ExamError ``no_reason``, ``bad_minutes``, ``has_begun``."""
    if not reason.strip():
        raise ExamError("no_reason")
    if not 0 <= minutes <= 240:
        raise ExamError("bad_minutes")
    sitting = standing.sitting_of(admission)
    if sitting is not None and standing.started(standing.events_of(sitting)):
        raise ExamError("has_begun")
    Admission.objects.filter(pk=admission.pk).update(extra_minutes=minutes)
    admission.extra_minutes = minutes
    _event(admission, "accommodated", by=by, at=at, detail={"minutes": minutes, "reason": reason.strip()})


def _event(admission: Admission, kind: str, *, by: Any, at: datetime, detail: dict[str, Any]) -> None:
    AdmissionEvent.objects.create(admission=admission, kind=kind, at=at, by=by, detail=detail)
    audit.record(
        f"exams.admission_{kind}", by=by, at=at, target=("admission", admission.pk), detail={"kind": kind}
    )


@transaction.atomic
def book_resit(application_id: int, exam_day: str, *, by: Any, at: datetime) -> fees.OrderView:
    """Book another attempt; the fee order has to be settled before the next ``admit`` admits it.

    Whether the first attempt was failed is the caller's to know. Raises MayNot with reasons
    ``not_approved``, ``no_attempt``, ``attempt_open``, ``day_over``, ``limit``, ``other_programme``; the same day
    again returns its order, or opens another when that was called off.
    """
    application = enrolment.application(application_id)
    reference = standing.resit_reference(application_id, exam_day)
    booked = ResitBooking.objects.filter(application_id=application_id, exam_day=exam_day).exists()
    if booked and not standing.booking_called_off(application_id, exam_day):
        order = fees.order_for(standing.RESIT, reference)
        if order is not None:
            return order
    definition = programmes.definition_of(application.edition_id)
    verdict = may_book_resit(application_id, exam_day, at)
    if not verdict.ok:
        raise MayNot(verdict.reasons)
    try:
        with transaction.atomic():
            if not booked:
                ResitBooking.objects.create(
                    application_id=application_id, exam_day=exam_day, booked_at=at, by=by
                )
    except IntegrityError:
        raise ExamError("already_booked") from None
    organisation = application.institution_id and people.organisation_by_id(application.institution_id)
    person = people.person(application.person_id)
    assert person is not None
    audit.record(
        "exams.book_resit", by=by, at=at, target=("application", application_id), detail={"day": exam_day}
    )
    return fees.open_order(
        purpose=standing.RESIT,
        reference=reference,
        person=person,
        amount=definition.fees.resit,
        programme=application.programme,
        organisation=organisation or None,
        by=by,
        at=at,
    )


@transaction.atomic
def grant_attempt(admission: Admission, exam_day: str, *, by: Any, at: datetime) -> fees.OrderView:
    """Another attempt without a fee for somebody whose exam was ended by mistake; granted once.

    Raises ExamError ``not_annulled`` or ``granted_already``, and what ``book_resit`` raises.
    """
    if not standing.is_annulled(admission):
        raise ExamError("not_annulled")
    if admission.events.filter(kind="granted").exists():
        raise ExamError("granted_already")
    order = book_resit(admission.application_id, exam_day, by=by, at=at)
    if not order.settled:
        order = fees.waive(order, reason="ended_wrongly", by=by, at=at)
    _event(admission, "granted", by=by, at=at, detail={"day": exam_day})
    return order


@transaction.atomic
def cancel_resit(application_id: int, exam_day: str, *, by: Any, at: datetime) -> fees.OrderView:
    """Call a booked resit off while nothing was paid; another day, or the same, may be booked then.

    Raises ExamError with the code of ``may_cancel_resit``.
    """
    order = fees.order_for(standing.RESIT, standing.resit_reference(application_id, exam_day))
    verdict = may_cancel_resit(application_id, exam_day)
    if order is None or not verdict.ok:
        raise ExamError(verdict.reasons[0].code)
    audit.record(
        "exams.cancel_resit", by=by, at=at, target=("application", application_id), detail={"day": exam_day}
    )
    return fees.cancel(order, reason="booking cancelled", by=by, at=at)


def may_cancel_resit(application_id: int, exam_day: str) -> rules.Verdict:
    """Whether the booking for that day can be given up by its candidate: ``not_booked``, ``admitted``, ``paid``."""
    order = fees.order_for(standing.RESIT, standing.resit_reference(application_id, exam_day))
    admitted = Admission.objects.filter(application_id=application_id, session__exam_day=exam_day).exists()
    return rules.may_cancel_resit(order.state if order else None, admitted=admitted)


def may_book_resit(application_id: int, exam_day: str, at: datetime) -> rules.Verdict:
    """Whether another attempt can be booked for that day, as far as this room knows."""
    application = enrolment.application(application_id)
    definition = programmes.definition_of(application.edition_id)
    facts = _resit_facts(application, definition, programmes.exam_day(exam_day), at)
    return rules.may_book_resit(facts, at)


def _is_past(exam_day: str, at: datetime) -> bool:
    return at >= programmes.exam_day(exam_day).starts_at or programmes.is_cancelled(exam_day)


def _resit_facts(application: Any, definition: Any, day: Any, at: datetime) -> rules.ResitFacts:
    attempts = queries.admissions_of_application(application.id)
    waiting = ResitBooking.objects.filter(application_id=application.id).exclude(
        exam_day__in=[attempt.session.exam_day for attempt in attempts]
    )
    return rules.ResitFacts(
        approved=application.state == "approved",
        same_programme=application.programme == day.programme,
        attempts=tuple(
            rules.Attempt(
                attempt.session.entry_until,
                standing.has_begun(attempt),
                standing.has_sheet(attempt),
                standing.is_annulled(attempt),
            )
            for attempt in attempts
        ),
        starts_at=day.starts_at,
        cancelled=programmes.is_cancelled(day.key),
        limit=definition.exam.resit_limit,
        other_booking=any(
            not _is_past(booking.exam_day, at)
            and not standing.booking_called_off(application.id, booking.exam_day)
            for booking in waiting
        ),
    )
