from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tancai.exams import logbook, standing
from tancai.exams.models import (
    Admission,
    AdmissionEvent,
    AnswerSheet,
    EntryCode,
    ResitBooking,
    Session,
    SessionEvent,
    SessionForm,
    Sitting,
    SittingEvent,
)
from tancai.items import api as items
from tancai.lib import crypto
from tancai.lib.prepared import Prepared
from tancai.programmes import api as programmes


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
        admitted=_counted(Admission.objects.filter(session=OuterRef("pk"))),
        sat=_counted(AnswerSheet.objects.filter(sitting__session=OuterRef("pk")), "sitting__session"),
        papers=_counted(SessionForm.objects.filter(session=OuterRef("pk"))),
    ).order_by("-starts_at", "-id")
    if programmes is not None:
        found = found.filter(programme__in=list(programmes))
    if since is not None:
        found = found.filter(starts_at__gte=since)
    if until is not None:
        found = found.filter(starts_at__lt=until)
    return found


def _counted(rows: QuerySet[Any], by: str = "session") -> Coalesce:
    """How many rows a session has, counted apart: joined counts would multiply the rows of a large session."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def sessions_around(at: datetime, *, programmes: Iterable[str] | None = None) -> QuerySet[Any]:
    """Sessions that concern the invigilator now: from two hours before until a day after."""
    found = sessions(programmes=programmes)
    return found.filter(
        starts_at__lte=at + timedelta(hours=12), entry_until__gte=at - timedelta(hours=12)
    ).order_by("starts_at", "id")


def forms_of(session: Session) -> list[SessionForm]:
    return list(session.forms.select_related("form"))


@dataclass(frozen=True)
class FormUse:
    """A session that sat a paper: ``seats`` were given it, ``seen`` of them opened it."""

    session: Session
    form_id: int
    seats: int
    seen: int


def uses_of_forms(form_ids: Iterable[int]) -> list[FormUse]:
    """Sessions that sat these papers, newest first; what was opened counts as seen, finished or not."""
    entered = SittingEvent.objects.filter(sitting=OuterRef("pk"), kind__in=("entered", "started"))
    rows = SessionForm.objects.filter(form__in=list(form_ids)).select_related("session")
    found = []
    for row in rows.order_by("-session__starts_at", "-pk"):
        sat = Sitting.objects.filter(form=row)
        found.append(FormUse(row.session, row.form_id, sat.count(), sat.filter(Exists(entered)).count()))
    return found


def admission(admission_id: int) -> Admission | None:
    return (
        Admission.objects.select_related("session", "person", "application").filter(pk=admission_id).first()
    )


def admission_for_page(admission_id: int) -> Admission | None:
    """An admission with what the entry needs, in one query that decrypts nothing; the rest comes if asked.

    Its sitting comes with form and sheet; what ``standing.called_off`` tells is looked up with it.
    """
    found = _for_entry.first(admission_id)
    if found is not None and hasattr(found, "sitting"):
        found.sitting.admission, found.sitting.session = found, found.session
    return found


def _entry_query(admission_id: int) -> QuerySet[Admission]:
    joined = Admission.objects.select_related(
        "session", "person", "application", "sitting__form__form", "sitting__sheet"
    )
    withdrawn = AdmissionEvent.objects.filter(admission=OuterRef("pk"), kind="withdrawn")
    called_off = SessionEvent.objects.filter(session=OuterRef("session"), kind="cancelled")
    let_in = AdmissionEvent.objects.filter(admission=OuterRef("pk"), kind="let_in").order_by("-id")
    return (
        joined.only(*_ENTRY_FIELDS)
        .filter(pk=admission_id)
        .order_by()
        .annotate(
            is_withdrawn=Exists(withdrawn),
            is_called_off=Exists(called_off),
            let_in_at=Subquery(let_in.values("at")[:1]),
        )
    )


_for_entry = Prepared(_entry_query, int)

_SEALED = ("person__document", "application__claims")
_SESSION_FIELDS = (
    "exam_day",
    "programme",
    "edition_id",
    "kind",
    "date",
    "starts_at",
    "minutes",
    "entry_until",
    "own_time",
)
_PERSON_FIELDS = ("user_id", "name", "document_masked")
_ADMISSION_FIELDS = (
    "application_id",
    "session_id",
    "person_id",
    "kind",
    "level",
    "speciality",
    "ticket_number",
    "extra_minutes",
    "admitted_at",
)
_ENTRY_FIELDS = (
    *_ADMISSION_FIELDS,
    *(f"session__{name}" for name in _SESSION_FIELDS),
    *(f"person__{name}" for name in _PERSON_FIELDS),
    "application__state",
    "application__edition_id",
    "application__exam_day",
    "sitting__session_id",
    "sitting__seed",
    "sitting__variants",
    "sitting__made_at",
    "sitting__form__session_id",
    "sitting__form__form__made_at",
    "sitting__sheet__how",
)


def admission_by_ticket(ticket_number: str) -> Admission | None:
    """With session, person and application; what is encrypted comes if asked."""
    return _with_ticket.first(ticket_number.strip().upper())


def _ticket_query(ticket_number: str) -> QuerySet[Admission]:
    found = Admission.objects.select_related("session", "person", "application").defer(*_SEALED)
    return found.filter(ticket_number=ticket_number).order_by()


_with_ticket = Prepared(_ticket_query, str)


def admissions(session: Session) -> QuerySet[Admission]:
    return session.admissions.select_related("person", "application", "sitting").order_by("ticket_number")


def admissions_of(person: Any) -> list[Admission]:
    """All admissions of a person, next exam first; test runs left out."""
    found = _exams().filter(person_id=person.pk).select_related("session", "sitting", "application")
    return list(found.order_by("-session__starts_at", "-id"))


def admissions_of_application(application_id: int) -> list[Admission]:
    """First attempt first, then every resit; test runs left out."""
    found = _exams().filter(application_id=application_id).select_related("session", "sitting")
    return list(found.order_by("session__starts_at", "id"))


def _exams() -> QuerySet[Admission]:
    return Admission.objects.exclude(session__kind=Session.REHEARSAL)


def rehearsal_of(admission: Admission) -> Admission | None:
    """The test run of an exam, once the candidate has begun one."""
    return next(iter(rehearsals_of([admission]).values()), None)


def rehearsals_of(admissions: Iterable[Admission]) -> dict[int, Admission]:
    """Admission id → its test run, for those who have begun one; all of one exam day."""
    wanted = {admission.application_id: admission for admission in admissions}
    days = {admission.session.exam_day for admission in wanted.values()}
    found = Admission.objects.filter(
        application_id__in=list(wanted), session__exam_day__in=days, session__kind=Session.REHEARSAL
    ).select_related("session", "person", "application", "sitting__sheet")
    return {
        wanted[row.application_id].pk: row
        for row in found
        if row.session.exam_day == wanted[row.application_id].session.exam_day
    }


def exam_of_rehearsal(rehearsal: Admission) -> Admission | None:
    """The exam that a test run is for."""
    found = _exams().filter(
        application_id=rehearsal.application_id, session__exam_day=rehearsal.session.exam_day
    )
    return found.select_related("session", "person", "application").first()


@dataclass(frozen=True, slots=True)
class ResitView:
    """A booked resit that has not become an admission yet."""

    application_id: int
    exam_day: str
    booked_at: datetime


def resit_bookings(application_ids: Iterable[int]) -> list[ResitView]:
    """Bookings of these applications that wait to be admitted, oldest first, without those called off."""
    rows = ResitBooking.objects.filter(application_id__in=list(application_ids)).exclude(
        application__admissions__session__exam_day=F("exam_day")
    )
    return [
        ResitView(row.application_id, row.exam_day, row.booked_at)
        for row in rows
        if not standing.booking_called_off(row.application_id, row.exam_day)
    ]


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
    "variants",
    "made_at",
    *(f"admission__{name}" for name in _ADMISSION_FIELDS),
    *(f"admission__person__{name}" for name in _PERSON_FIELDS),
    *(f"session__{name}" for name in _SESSION_FIELDS),
    "form__session_id",
    "form__form__made_at",
    "sheet__how",
)


def _page_query(sitting_id: int) -> QuerySet[Sitting]:
    joined = Sitting.objects.select_related("admission__person", "session", "form__form", "sheet")
    return joined.only(*_PAGE_FIELDS).filter(pk=sitting_id).order_by()


_for_page = Prepared(_page_query, int)


def sitting_for_page(sitting_id: int) -> Sitting | None:
    """A sitting with what a page of the exam room shows, in one query that decrypts nothing; the rest if asked."""
    found = _for_page.first(sitting_id)
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
    return _sheet_of.first(sitting_id)


_sheet_of = Prepared(lambda sitting_id: AnswerSheet.objects.filter(sitting_id=sitting_id).order_by(), int)


def sheet(sitting_id: int) -> dict[int, Any]:
    """Position → response value of a finished sitting; empty when there is no answer sheet."""
    found = answer_sheet(sitting_id)
    return {int(position): value for position, value in found.answers.items()} if found else {}


def started_at(sittings: Iterable[Sitting]) -> dict[int, datetime]:
    """When sittings were begun, by sitting id; without those that were not."""
    ids = [sitting.pk for sitting in sittings]
    started = SittingEvent.objects.filter(sitting__in=ids, kind="started")
    return dict(started.values_list("sitting", "at"))


def answer_times(sittings: Iterable[Sitting]) -> dict[int, dict[int, float]]:
    """Seconds from the start to the last change of each answer, by sitting id and position, as far as the log knows."""
    begins = {sitting_id: logbook.milliseconds(at) for sitting_id, at in started_at(sittings).items()}
    return {
        sitting_id: {position: max(0, at - begins[sitting_id]) / 1000 for position, at in changes.items()}
        for sitting_id, changes in logbook.last_changes(begins).items()
    }


def recent_items(programme: str, *, level: str, speciality: str, last: int) -> frozenset[int]:
    """Items on the papers of the last ``last`` sessions of a level and speciality, rehearsals left out."""
    of_these = SessionForm.objects.filter(
        session__programme=programme, level=level, speciality=speciality
    ).exclude(session__kind=Session.REHEARSAL)
    newest = of_these.order_by("-session__starts_at").values_list("session", flat=True)
    sessions = list(dict.fromkeys(newest))[:last]
    return items.seen_items(list(of_these.filter(session__in=sessions).values_list("form", flat=True)))


def resit_items(programme: str, *, level: str, speciality: str, today: date) -> tuple[frozenset[int], int]:
    """Items that somebody who waits for a resit of a level and speciality has seen, and how many people wait.

    They wait who have a booking not yet turned into an admission, or a resit admission without a paper, of today or
    later.
    """
    mine = {
        "application__programme": programme,
        "application__level": level,
        "application__speciality": speciality,
    }
    booked = ResitBooking.objects.filter(**mine)
    days = [
        key for key in booked.order_by().values_list("exam_day", flat=True).distinct() if _to_come(key, today)
    ]
    people = set(booked.filter(exam_day__in=days).values_list("application__person", flat=True))
    waiting = Admission.objects.filter(**mine, kind=Admission.RESIT, sitting=None, session__date__gte=today)
    people |= set(waiting.exclude(events__kind="withdrawn").values_list("person", flat=True))
    forms = Sitting.objects.filter(
        admission__person__in=people, session__programme=programme, events__kind="started"
    ).exclude(session__kind=Session.REHEARSAL)
    return items.seen_items(list(forms.values_list("form__form_id", flat=True).distinct())), len(people)


def _to_come(exam_day: str, today: date) -> bool:
    try:
        return programmes.exam_day(exam_day).date >= today
    except programmes.UnknownExamDay:
        return False
