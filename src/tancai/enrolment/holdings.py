"""What the export of one's own data, and the closing of an account, mean for applications.

Exported: every application with claims, story, materials and verdicts (the files themselves come from ``files``).
At once: applications not decided are withdrawn, unless an institution handed them in, which answers for them;
what was never handed in is emptied. Kept: approved applications for the years of assessment records, counted from
the exam; others that a reviewer has seen for one year, for disputes. Then claims, reasons and words go.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tancai.enrolment import queries, record, states
from tancai.enrolment.models import (
    Application,
    ApplicationEvent,
    ImportRow,
    MajorAcceptance,
    Material,
    MaterialVerdict,
)
from tancai.fees import api as fees
from tancai.files import api as files
from tancai.lib import clock
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Held, Person, User

DISPUTE_YEARS = 1


def exported(person: Person) -> dict[str, Any]:
    rows = Application.objects.filter(person=person).select_related("institution").order_by("id")
    return {"applications": [_application(row) for row in rows]}


def _application(row: Application) -> dict[str, Any]:
    return {
        "number": row.number,
        "programme": row.programme,
        "level": row.level,
        "speciality": row.speciality,
        "exam_day": row.exam_day,
        "channel": row.channel,
        "institution": row.institution.name if row.institution else None,
        "state": row.state,
        "condition_line": row.line,
        "started_at": row.started_at,
        "submitted_at": row.submitted_at,
        "decided_at": row.decided_at,
        "claims": row.claims,
        "events": [
            {"kind": event.kind, "at": event.at, "detail": event.detail}
            for event in row.events.order_by("id")
        ],
        "materials": [_material(material) for material in row.materials.prefetch_related("verdicts")],
        "major_accepted": [
            {"major": each.major, "reason": each.reason, "at": each.at}
            for each in row.major_acceptances.order_by("id")
        ],
        "rows_of_imports": [
            {"line": each.number, "data": each.data, "findings": each.findings}
            for each in row.import_rows.order_by("id")
        ],
    }


def _material(material: Material) -> dict[str, Any]:
    return {
        "kind": material.kind,
        "page": material.page,
        "file": material.file_id,
        "handed_in_at": material.attached_at,
        "findings": material.findings,
        "verdicts": [
            {"accepted": each.accepted, "code": each.code, "text": each.text, "at": each.at}
            for each in material.verdicts.all()
        ],
    }


def kept(person: Person, at: datetime) -> list[Held]:
    found = [_held(row) for row in Application.objects.filter(person=person).prefetch_related("events")]
    return [item for item in found if item is not None]


def _held(row: Application) -> Held | None:
    events = list(row.events.all())
    kinds = {event.kind for event in events}
    last = clock.local_date(max((event.at for event in events), default=row.started_at))
    if "approved" in kinds:
        return people.Held("applications", "records", people.record_until(max(last, _exam_date(row) or last)))
    if "submitted" in kinds:
        return people.Held("applications", "dispute", people.record_until(last, DISPUTE_YEARS))
    return None


def _exam_date(row: Application) -> date | None:
    day = queries.exam_day_or_none(row.exam_day)
    return day.date if day else None


def leave(user: User, person: Person | None, at: datetime) -> None:
    if person is None:
        return
    undecided = (states.DRAFT, states.SUBMITTED, states.RETURNED)
    for row in Application.objects.filter(person=person, institution=None, state__in=undecided):
        # no message: nobody is there to read it
        record.append(row, "withdrawn", by=user, at=at, columns={"decided_at": at})
        order = fees.order_for("enrolment", row.pk)
        if order is not None and "cancelled" in order.next:
            fees.cancel(order, reason="account_closed", by=user, at=at)
        if not row.events.filter(kind="submitted").exists():
            for material in row.materials.exclude(file=None).select_related("file"):
                files.discard(material.stored, reason="account closed", by=user, at=at)
            _empty([row.pk])


def erase(person: Person, at: datetime) -> None:
    _empty(Application.objects.filter(person=person).values_list("pk", flat=True))


def _empty(ids: Any) -> None:
    """Take the words out of applications; dates, kinds and codes stay for statistics."""
    ids = list(ids)
    Application.objects.filter(pk__in=ids).update(claims={})
    ApplicationEvent.objects.filter(application_id__in=ids).update(detail={})
    Material.objects.filter(application_id__in=ids).update(findings=[])
    MaterialVerdict.objects.filter(material__application_id__in=ids).update(text="")
    MajorAcceptance.objects.filter(application_id__in=ids).update(major="", reason="")
    ImportRow.objects.filter(application_id__in=ids).update(data={}, findings=[])


def register() -> None:
    people.register_export("enrolment", exported)
    people.register_holdings("enrolment", kept=kept, at_once=leave, erase=erase)
