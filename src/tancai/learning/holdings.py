"""What the export of one's own data, and the closing of an account, mean for study records.

Exported: visits with the time credited, and lessons done. At once: everything of a person whom no approved
application needs it for. Kept: hours that opened an exam, for the years of assessment records. Then all rows go.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.enrolment import api as enrolment
from tancai.learning.models import LateWarning, LessonDone, LessonVisit, StudyClock
from tancai.lib import clock
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Held, Person, User


def exported(person: Person) -> dict[str, Any]:
    visits = LessonVisit.objects.filter(person=person).order_by("id")
    done = LessonDone.objects.filter(person=person).order_by("id")
    return {
        "visits": list(visits.values("course", "lesson", "started_at", "last_at", "milliseconds")),
        "lessons_done": list(done.values("course", "lesson", "at")),
    }


def kept(person: Person, at: datetime) -> list[Held]:
    last = LessonVisit.objects.filter(person=person).order_by("-last_at").first()
    if last is None or not _needed(person):
        return []
    return [people.Held("learning", "records", people.record_until(clock.local_date(last.last_at)))]


def _needed(person: Person) -> bool:
    return any(each.state == "approved" for each in enrolment.applications_of(person))


def leave(user: User, person: Person | None, at: datetime) -> None:
    if person is not None and not _needed(person):
        erase(person, at)


def erase(person: Person, at: datetime) -> None:
    LateWarning.objects.filter(application__person=person).delete()
    for rows in (LessonVisit, LessonDone, StudyClock):
        rows.objects.filter(person=person).delete()


def register() -> None:
    people.register_export("learning", exported)
    people.register_holdings("learning", kept=kept, at_once=leave, erase=erase)
