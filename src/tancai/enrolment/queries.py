"""Reads of enrolment: frozen views for other rooms, querysets for lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from tancai.enrolment import states
from tancai.enrolment.claims import Claims
from tancai.enrolment.errors import NotThere
from tancai.enrolment.models import Application, ApplicationEvent, Material, MaterialVerdict
from tancai.enrolment.rules import (
    Requirement,
    Verdict,
    context_of,
    judge,
    missing_materials,
    required_materials,
)
from tancai.files import api as files
from tancai.lib import clock
from tancai.programmes import api as programmes


@dataclass(frozen=True)
class ApplicationView:
    """What other rooms need to know of an application."""

    id: int
    number: str
    person_id: int
    programme: str
    edition_id: int
    level: str
    speciality: str
    exam_day: str
    channel: str
    institution_id: int | None
    state: str
    line: int | None
    started_at: datetime
    submitted_at: datetime | None
    promised_by: date | None
    decided_at: datetime | None


@dataclass(frozen=True)
class CourseAccess:
    """A person may study the course of this programme and level since a moment."""

    application_id: int
    programme: str
    level: str
    speciality: str
    since: datetime


@dataclass(frozen=True)
class Check:
    """How far an application is from submission."""

    definition: Any
    verdict: Verdict
    requirements: tuple[Requirement, ...]
    present: frozenset[str]
    material_ids: list[int]
    rejected: tuple[str, ...]
    closes_at: datetime | None
    closed: bool

    @property
    def missing(self) -> tuple[str, ...]:
        return missing_materials(self.requirements, self.present)

    @property
    def ready(self) -> bool:
        return not self.closed and self.verdict.met is not None and not self.missing and not self.rejected


def view(application: Application) -> ApplicationView:
    return ApplicationView(
        **{name: getattr(application, name) for name in ApplicationView.__dataclass_fields__}
    )


def record_of(number_or_id: int | str) -> Application:
    """The row itself, for desks that then act on it; raises NotThere."""
    by_id = isinstance(number_or_id, int)
    found = Application.objects.select_related("person", "institution")
    row = found.filter(pk=number_or_id).first() if by_id else found.filter(number=number_or_id).first()
    if row is None:
        raise NotThere()
    return row


def application(number_or_id: int | str) -> ApplicationView:
    """One application by id (int) or number (text); raises NotThere."""
    return view(record_of(number_or_id))


def applications_of(person: Any) -> list[ApplicationView]:
    """A person's applications, newest first."""
    return [view(row) for row in Application.objects.filter(person_id=person.pk).order_by("-id")]


def applications_by_id(ids: Iterable[int]) -> dict[int, ApplicationView]:
    return {row.pk: view(row) for row in Application.objects.filter(pk__in=list(ids))}


def applications_by_institution(organisation_ids: Iterable[int]) -> QuerySet[Application]:
    """Applications handed in by these institutions, newest first."""
    rows = Application.objects.filter(institution_id__in=list(organisation_ids))
    return rows.select_related("person", "institution").order_by("-id")


def review_queue(organisation_ids: Iterable[int] | None) -> QuerySet[Application]:
    """Submitted applications of the programmes of these bodies and organisers (None = all), by promised deadline."""
    rows = Application.objects.filter(state=states.SUBMITTED).select_related("person", "institution")
    return of_organisations(rows, organisation_ids).order_by("promised_by", "submitted_at", "id")


def reviewable(organisation_ids: Iterable[int] | None) -> QuerySet[Application]:
    """All applications of these bodies and organisers that were ever submitted."""
    rows = Application.objects.exclude(state=states.DRAFT).select_related("person", "institution")
    return of_organisations(rows, organisation_ids)


def of_organisations(
    rows: QuerySet[Application], organisation_ids: Iterable[int] | None
) -> QuerySet[Application]:
    if organisation_ids is None:
        return rows
    return rows.filter(programme__in=programmes.codes_of_organisations(organisation_ids))


def approved_for(exam_day: str) -> list[ApplicationView]:
    """Approved applications of an exam day, in order of application."""
    rows = Application.objects.filter(exam_day=exam_day, state=states.APPROVED).order_by("id")
    return [view(row) for row in rows]


def counts_by_state(programme: str | None = None, exam_day: str | None = None) -> dict[str, int]:
    """How many applications stand in each state."""
    rows = Application.objects.all()
    rows = rows.filter(programme=programme) if programme else rows
    rows = rows.filter(exam_day=exam_day) if exam_day else rows
    counted = dict.fromkeys(states.STATES, 0)
    for state in rows.values_list("state", flat=True):
        counted[state] += 1
    return counted


def course_access(person_id: int) -> list[CourseAccess]:
    """Courses open to a person: since approval, or since enrolment where the programme opens them then."""
    rows = Application.objects.filter(person_id=person_id, state__in=states.RUNNING).order_by("id")
    found = []
    for row in rows:
        if programmes.definition_of(row.edition_id).course_opens_on == "enrolment":
            since = row.started_at
        elif row.state == states.APPROVED and row.decided_at is not None:
            since = row.decided_at
        else:
            continue
        found.append(CourseAccess(row.pk, row.programme, row.level, row.speciality, since))
    return found


def newest_materials(application: Application) -> dict[str, list[Material]]:
    """Materials that count, by kind, pages in order; removed ones are left out."""
    newest = (
        Material.objects.filter(application_id=application.pk)
        .values("kind", "page")
        .annotate(newest=Max("id"))
        .values_list("newest", flat=True)
    )
    found: dict[str, list[Material]] = {}
    rows = Material.objects.filter(pk__in=list(newest), file__isnull=False).select_related("file")
    for material in rows.prefetch_related("verdicts").order_by("kind", "page"):
        found.setdefault(material.kind, []).append(material)
    return found


def newest_verdict(material: Material, *, accepted: bool | None = None) -> MaterialVerdict | None:
    """The verdict that counts; with ``accepted``, only when it says so."""
    verdicts = sorted(material.verdicts.all(), key=lambda verdict: verdict.pk)
    newest = verdicts[-1] if verdicts else None
    return newest if newest is None or accepted is None or newest.accepted == accepted else None


def may_replace(application: Application, kind: str) -> bool:
    """In a returned application, only materials not accepted can be replaced."""
    materials = newest_materials(application).get(kind, [])
    return not materials or any(newest_verdict(material, accepted=True) is None for material in materials)


def portrait(application_id: int) -> bytes | None:
    """The portrait that counts, as JPEG bytes; None when there is none."""
    rows = Material.objects.filter(application_id=application_id, kind__in=_portrait_kinds())
    newest = rows.select_related("file").order_by("-id").first()
    return files.read(newest.file) if newest is not None and newest.file is not None else None


def _portrait_kinds() -> list[str]:
    return ["portrait"]


def definition_for(application: Application | ApplicationView) -> Any:
    """The definition of the edition under which the application was made."""
    return programmes.definition_of(application.edition_id)


def exam_day_or_none(key: str) -> programmes.ExamDay | None:
    """The exam day of a key, or None when there is none of it."""
    try:
        return programmes.exam_day(key)
    except programmes.UnknownExamDay:
        return None


def years_until(definition: Any, exam_day: str, applied_on: date) -> date:
    """The day up to which years count: of the application, or of the exam where the programme reads it so."""
    if definition.readings.years_as_of == "exam_day":
        day = exam_day_or_none(exam_day)
        return day.date if day else applied_on
    return applied_on


def judged_on(application: Application, at: datetime) -> date:
    """The day as of which claims are judged; the application's day is its first submission, today before it."""
    submitted = (
        ApplicationEvent.objects.filter(application_id=application.pk, kind="submitted")
        .order_by("id")
        .first()
    )
    applied_on = clock.local_date(submitted.at if submitted else at)
    return years_until(definition_for(application), application.exam_day, applied_on)


def verdict_of(application: Application, *, at: datetime, claims: Claims | None = None) -> Verdict:
    """Judge the application's claims by its own edition."""
    definition = definition_for(application)
    accepted = application.major_acceptances.values_list("major", flat=True)
    return judge(
        definition.conditions_for(application.level),
        claims or Claims.from_json(application.claims),
        judged_on(application, at),
        context_of(definition, accepted),
    )


def check(application: Application, *, at: datetime) -> Check:
    """What stands between this application and its submission."""
    definition = definition_for(application)
    claims = Claims.from_json(application.claims)
    verdict = verdict_of(application, at=at, claims=claims)
    requirements = required_materials(definition, verdict, claims, application.person.document_kind)
    newest = newest_materials(application)
    rejected = [
        kind for kind, rows in newest.items() if any(newest_verdict(row, accepted=False) for row in rows)
    ]
    day = exam_day_or_none(application.exam_day)
    closes_at = getattr(day, "closes_at", None)
    return Check(
        definition=definition,
        verdict=verdict,
        requirements=requirements,
        present=frozenset(newest),
        material_ids=[row.pk for rows in newest.values() for row in rows],
        rejected=tuple(rejected),
        closes_at=closes_at,
        closed=_closed(application, day, at),
    )


def _closed(application: Application, day: Any, at: datetime) -> bool:
    if day is None:
        return True
    if application.state == states.RETURNED:
        # a correction asked for after closing may still be handed in until the exam begins
        return bool(at >= day.starts_at)
    return bool(at >= day.closes_at) or programmes.is_cancelled(day.key)


def events_of(application: Application | ApplicationView) -> list[ApplicationEvent]:
    """What happened to the application, oldest first."""
    pk = application.pk if isinstance(application, Application) else application.id
    return list(ApplicationEvent.objects.filter(application_id=pk).select_related("by").order_by("id"))


def last_reasons(application: Application) -> list[dict[str, str]]:
    """The reasons of the newest return."""
    event = application.events.filter(kind="returned").order_by("-id").first()
    return list(event.detail.get("reasons", [])) if event else []


def search(rows: QuerySet[Application], text: str, person_ids: Iterable[int] = ()) -> QuerySet[Application]:
    """Narrow by application number or person name; ``person_ids`` come from a look-up by document."""
    text = text.strip()
    if not text:
        return rows
    found = Q(number__iexact=text) | Q(person__name__icontains=text)
    ids = list(person_ids)
    return rows.filter(found | Q(person_id__in=ids)) if ids else rows.filter(found)
