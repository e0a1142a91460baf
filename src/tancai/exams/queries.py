from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from tancai.exams.models import Admission, AnswerSheet, EntryCode, ResitBooking, Session, SessionForm, Sitting
from tancai.lib import crypto


def session(session_id: int) -> Session | None:
    return Session.objects.filter(pk=session_id).first()


def session_of_day(exam_day: str, kind: str = Session.REGULAR) -> Session | None:
    """The session of an exam day key; a special day's session is found with kind ``special``."""
    return Session.objects.filter(exam_day=exam_day, kind=kind).first()


def sessions(
    *,
    programmes: Iterable[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Any]:
    """Sessions, newest start first, with ``admitted``, ``sat`` and ``papers`` counted."""
    found = Session.objects.annotate(
        admitted=Count("admissions", distinct=True),
        sat=Count("sittings__sheet", distinct=True),
        papers=Count("forms", distinct=True),
    ).order_by("-starts_at", "-id")
    if programmes is not None:
        found = found.filter(programme__in=list(programmes))
    if since is not None:
        found = found.filter(starts_at__gte=since)
    if until is not None:
        found = found.filter(starts_at__lt=until)
    return found


def sessions_around(at: datetime, *, programmes: Iterable[str] | None = None) -> QuerySet[Any]:
    """Sessions that concern the invigilator now: from two hours before until a day after."""
    found = sessions(programmes=programmes)
    return found.filter(
        starts_at__lte=at + timedelta(hours=12), entry_until__gte=at - timedelta(hours=12)
    ).order_by("starts_at", "id")


def forms_of(session: Session) -> list[SessionForm]:
    return list(session.forms.select_related("form"))


def admission(admission_id: int) -> Admission | None:
    return (
        Admission.objects.select_related("session", "person", "application").filter(pk=admission_id).first()
    )


def admission_for_page(admission_id: int) -> Admission | None:
    """An admission with what the entry needs and nothing that has to be decrypted; the rest comes if asked."""
    joined = Admission.objects.select_related("session", "person", "application")
    return joined.defer(*_SEALED).filter(pk=admission_id).first()


_SEALED = ("person__document", "application__claims")


def admission_by_ticket(ticket_number: str) -> Admission | None:
    found = Admission.objects.select_related("session", "person", "application").defer(*_SEALED)
    return found.filter(ticket_number=ticket_number.strip().upper()).first()


def admissions(session: Session) -> QuerySet[Admission]:
    return session.admissions.select_related("person", "application", "sitting").order_by("ticket_number")


def admissions_of(person: Any) -> list[Admission]:
    """All admissions of a person, next exam first."""
    found = Admission.objects.filter(person_id=person.pk).select_related("session", "sitting", "application")
    return list(found.order_by("-session__starts_at", "-id"))


def admissions_of_application(application_id: int) -> list[Admission]:
    """First attempt first, then every resit."""
    found = Admission.objects.filter(application_id=application_id).select_related("session", "sitting")
    return list(found.order_by("session__starts_at", "id"))


@dataclass(frozen=True, slots=True)
class ResitView:
    """A booked resit that has not become an admission yet."""

    application_id: int
    exam_day: str
    booked_at: datetime


def resit_bookings(application_ids: Iterable[int]) -> list[ResitView]:
    """Bookings of these applications that wait to be admitted, oldest first."""
    rows = ResitBooking.objects.filter(application_id__in=list(application_ids)).exclude(
        application__admissions__session__exam_day=F("exam_day")
    )
    return [ResitView(row.application_id, row.exam_day, row.booked_at) for row in rows]


def live_code(admission: Admission) -> EntryCode | None:
    """The newest entry code not yet used."""
    newest = admission.entry_codes.order_by("-id").first()
    return newest if newest is not None and newest.used_at is None else None


def code_index(code: str) -> str:
    return crypto.blind_index("".join(code.split()).upper(), "exam-entry-code")


def sitting(sitting_id: int) -> Sitting | None:
    return _sittings().filter(pk=sitting_id).first()


_PAGE_FIELDS = (
    "seed",
    "made_at",
    "admission__application_id",
    "admission__session_id",
    "admission__kind",
    "admission__level",
    "admission__speciality",
    "admission__ticket_number",
    "admission__extra_minutes",
    "admission__admitted_at",
    "admission__person__user_id",
    "admission__person__name",
    "admission__person__document_masked",
    "session__exam_day",
    "session__programme",
    "session__edition_id",
    "session__kind",
    "session__date",
    "session__starts_at",
    "session__minutes",
    "session__entry_until",
    "session__own_time",
    "form__session_id",
    "form__form__made_at",
    "sheet__how",
)


def sitting_for_page(sitting_id: int) -> Sitting | None:
    """A sitting with what a page of the exam room shows, in one query that decrypts nothing; the rest if asked."""
    joined = Sitting.objects.select_related("admission__person", "session", "form__form", "sheet")
    found = joined.only(*_PAGE_FIELDS).filter(pk=sitting_id).first()
    if found is not None:
        found.admission.session = found.session
        found.admission.sitting = found
    return found


def sittings(session: Session) -> QuerySet[Sitting]:
    """Sittings of a session in ticket order, each with admission, person and form."""
    return _sittings().filter(session=session).order_by("admission__ticket_number")


def _sittings() -> QuerySet[Sitting]:
    return Sitting.objects.select_related(
        "admission__person", "admission__application", "session", "form", "sheet"
    )


def finished_sittings(session: Session) -> QuerySet[Sitting]:
    """Sittings with an answer sheet: these can be marked."""
    return sittings(session).filter(sheet__isnull=False)


def absent(session: Session) -> QuerySet[Admission]:
    """Admitted candidates who never began and were not withdrawn."""
    began = Q(sitting__events__kind="started")
    return admissions(session).exclude(began).exclude(events__kind="withdrawn").distinct()


def answer_sheet(sitting_id: int) -> AnswerSheet | None:
    return AnswerSheet.objects.filter(sitting_id=sitting_id).first()


def sheet(sitting_id: int) -> dict[int, Any]:
    """Position → response value of a finished sitting; empty when there is no answer sheet."""
    found = answer_sheet(sitting_id)
    return {int(position): value for position, value in found.answers.items()} if found else {}
