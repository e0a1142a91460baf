"""Candidates and sessions for tests: approved applications without the road that leads to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tancai.enrolment.models import Application
from tancai.exams import api as exams
from tancai.lib.clock import SHANGHAI
from tancai.lib.identity import check_character
from tancai.people import api as people
from tancai.programmes import api as programmes

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
DAY = "dcne-2026-11-28"
NAMES = ("林知远", "周明", "沈若兰", "韩亦舟")


def resident_number(serial: int) -> str:
    first = f"11019919900307{serial:03d}"
    return first + check_character(first)


def candidate(serial: int = 1, *, name: str = "林知远", account: bool = True, at: datetime = AT) -> Any:
    """A person, with an account unless told otherwise."""
    details = {"document_kind": "resident_id", "document": resident_number(serial)}
    if not account:
        return people.enter_person(name=name, **details, by=None, at=at)
    user = people.register(
        email=f"candidate{serial}@example.test", password="tancai-demo-2026", by=None, at=at
    )
    return people.identify(user, name=name, sex=None, birth=None, **details, by=user, at=at)


def approved(
    person: Any, exam_day: str = DAY, *, level: str = "beginner", speciality: str = "", at: datetime = AT
) -> Application:
    """An approved application for an exam day."""
    day = programmes.exam_day(exam_day)
    definition = programmes.definition(day.programme, on=day.date)
    return Application.objects.create(
        number=f"T{person.pk:04d}-{exam_day}",
        person=person,
        programme=day.programme,
        edition_id=definition.edition_id,
        level=level,
        speciality=speciality,
        exam_day=exam_day,
        started_at=at,
        submitted_at=at,
        decided_at=at,
        state="approved",
        line=1,
    )


def prepared(*people_: Any, exam_day: str = DAY, at: datetime = AT, **more: Any) -> exams.Session:
    """A session with everybody admitted and papers prepared."""
    for person in people_:
        if not Application.objects.filter(person=person, exam_day=exam_day).exists():
            approved(person, exam_day, at=at)
    session = exams.open_session(exam_day, by=None, at=at, **more)
    exams.admit(session, by=None, at=at)
    exams.prepare_papers(session, by=None, at=at)
    return session


def at_start(session: exams.Session, minutes: float = 0) -> datetime:
    return session.starts_at + timedelta(minutes=minutes)


def admission_of(session: exams.Session, person: Any) -> exams.Admission:
    return exams.admissions(session).get(person=person)
