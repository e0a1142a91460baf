"""What the export of one's own data, and the closing of an account, mean for exams.

Exported: admissions, what happened in each sitting, receipts and one's own answers (never the questions: papers stay
secret). At once: nothing. Kept: everything for the years of assessment records, counted from the exam. Then entry
codes and the reasons of accommodations go; answers stay without a name, for the statistics of questions. Every single
event of a sitting in the log (which answer was given and changed when) goes long before that: see ``forgetting``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.exams.models import Admission, AdmissionEvent, EntryCode, ResitBooking, Sitting, SittingEvent
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Held, Person


def exported(person: Person) -> dict[str, Any]:
    admissions = Admission.objects.filter(person=person).select_related("session", "sitting__sheet")
    bookings = ResitBooking.objects.filter(application__person=person)
    return {
        "admissions": [_admission(row) for row in admissions.order_by("id")],
        "resits_booked": list(bookings.values("application__number", "exam_day", "booked_at")),
    }


def _admission(row: Admission) -> dict[str, Any]:
    sitting = getattr(row, "sitting", None)
    return {
        "ticket_number": row.ticket_number,
        "programme": row.session.programme,
        "level": row.level,
        "speciality": row.speciality,
        "kind": row.kind,
        "exam_date": row.session.date,
        "starts_at": row.session.starts_at,
        "admitted_at": row.admitted_at,
        "extra_minutes": row.extra_minutes,
        "events": list(row.events.values("kind", "at", "detail")),
        "entry_codes": list(row.entry_codes.values("issued_at", "used_at")),
        "sitting": _sitting(sitting) if sitting else None,
    }


def _sitting(sitting: Sitting) -> dict[str, Any]:
    sheet = getattr(sitting, "sheet", None)
    return {
        "events": list(sitting.events.values("kind", "at", "reason", "detail")),
        "answers": None
        if sheet is None
        else {
            "how_it_ended": sheet.how,
            "ended_at": sheet.ended_at,
            "receipt": sheet.receipt,
            "changes": sheet.events,
            "late": sheet.late,
            "set_aside": sheet.set_aside,
            "every_change_kept": not sitting.events.filter(kind="log_deleted").exists(),
            "by_position": sheet.answers,
        },
    }


def kept(person: Person, at: datetime) -> list[Held]:
    dates = Admission.objects.filter(person=person).values_list("session__date", flat=True)
    return [people.Held("exams", "records", people.record_until(max(dates)))] if dates else []


def erase(person: Person, at: datetime) -> None:
    EntryCode.objects.filter(admission__person=person).delete()
    AdmissionEvent.objects.filter(admission__person=person).update(detail={})
    said = SittingEvent.objects.filter(sitting__admission__person=person, kind="message")
    said.update(detail={})


def register() -> None:
    people.register_export("exams", exported)
    people.register_holdings("exams", kept=kept, erase=erase)
