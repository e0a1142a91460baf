"""Results: what is released. Everything here is safe to show to the candidate it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from tancai.marking.models import Result
from tancai.programmes import api as programmes


@dataclass(frozen=True)
class ResultView:
    """A released result as it stands now. ``total`` is None when ``outcome`` is ``absent``."""

    id: int
    admission_id: int
    application_id: int
    person_id: int
    session_id: int
    ticket_number: str
    attempt: str
    programme: str
    edition_id: int
    level: str
    speciality: str
    exam_day: str
    exam_date: date
    outcome: str
    total: Decimal | None
    out_of: Decimal
    pass_mark: Decimal
    passed: bool
    corrected: bool
    breakdown: tuple[dict[str, Any], ...]
    released_at: datetime
    at: datetime


def newest_results() -> QuerySet[Result]:
    """The row that counts of every admission that has one."""
    newest = Result.objects.filter(admission=OuterRef("admission")).order_by("-id").values("pk")[:1]
    return Result.objects.filter(pk=Subquery(newest)).select_related("admission__application", "session")


def view(row: Result) -> ResultView:
    admission = row.admission
    return ResultView(
        id=row.pk,
        admission_id=admission.pk,
        application_id=admission.application_id,
        person_id=admission.person_id,
        session_id=row.session_id,
        ticket_number=admission.ticket_number,
        attempt=admission.kind,
        programme=row.session.programme,
        edition_id=admission.application.edition_id,
        level=admission.level,
        speciality=admission.speciality,
        exam_day=row.session.exam_day,
        exam_date=row.session.date,
        outcome=row.outcome,
        total=row.total,
        out_of=row.out_of,
        pass_mark=row.pass_mark,
        passed=row.passed,
        corrected=row.kind == Result.CORRECTED,
        breakdown=tuple(row.breakdown),
        released_at=row.released_at,
        at=row.at,
    )


def result_of(admission_id: int) -> ResultView | None:
    """The released result of an admission as it stands now; None before release."""
    row = newest_results().filter(admission_id=admission_id).first()
    return view(row) if row else None


def result(result_id: int) -> ResultView | None:
    """One row by its id, whether or not a newer one has taken its place."""
    row = Result.objects.select_related("admission__application", "session").filter(pk=result_id).first()
    return view(row) if row else None


def results_of(person: Any) -> list[ResultView]:
    """All released results of a person, newest exam first."""
    rows = newest_results().filter(admission__person_id=person.pk).order_by("-session__starts_at", "-id")
    return [view(row) for row in rows]


def results_of_admissions(admission_ids: Iterable[int]) -> dict[int, ResultView]:
    """Released results by admission id, for lists."""
    rows = newest_results().filter(admission_id__in=list(admission_ids))
    return {row.admission_id: view(row) for row in rows}


def passed(application_id: int) -> ResultView | None:
    """The passing result of an application, first attempt or resit; None while there is none."""
    rows = newest_results().filter(admission__application_id=application_id, passed=True)
    row = rows.order_by("session__starts_at", "id").first()
    return view(row) if row else None


def released_passes(
    *,
    organisation_ids: Iterable[int] | None = None,
    programme: str | None = None,
    since: datetime | None = None,
) -> Iterator[ResultView]:
    """Passing results as they stand now, oldest release first, of the programmes of these organisations (None: all)."""
    rows = newest_results().filter(passed=True)
    if organisation_ids is not None:
        rows = rows.filter(session__programme__in=programmes.codes_of_organisations(organisation_ids))
    if programme is not None:
        rows = rows.filter(session__programme=programme)
    if since is not None:
        rows = rows.filter(at__gte=since)
    return (view(row) for row in rows.order_by("released_at", "id").iterator(chunk_size=500))
