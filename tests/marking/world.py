"""A small world for marking: one cem session with candidates who sat, markers and an office."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tancai.enrolment.models import Application
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.installed import install

BIRTH = date(1990, 5, 1)
AT = datetime.fromisoformat("2026-11-10T09:00:00+08:00")


@dataclass
class World:
    session: Any
    candidates: list[Any]
    markers: list[Any]
    office: list[Any]
    body: int
    over: datetime
    at: datetime = AT
    form: Any = None
    keys: dict[int, Any] = field(default_factory=dict)
    sittings: list[Any] = field(default_factory=list)

    def admission(self, number: int) -> Any:
        return exams.admissions(self.session).get(person=self.candidates[number])


_serial = 0


def account(role: str = "", organisation: Any = None) -> Any:
    """A user with a fresh phone, perhaps with a role."""
    global _serial
    _serial += 1
    user = people.register(phone=f"139{_serial:08d}", password="Long-enough-1!", at=AT)
    if role:
        people.grant_role(user, role, organisation=organisation, by=None, at=AT)
    return user


def candidate(name: str) -> Any:
    """A person with an account and a passport."""
    global _serial
    _serial += 1
    person = people.enter_person(
        name=name,
        document_kind="passport",
        document=f"E{_serial:08d}",
        sex="female",
        birth=BIRTH,
        by=None,
        at=AT,
    )
    person.user = account()
    person.save(update_fields=["user"])
    return person


def build(candidates: int = 3, programme: str = "cem", markers: int = 3) -> World:
    """Definitions, bank, staff, and a prepared session whose candidates have not begun."""
    install(AT, bank=True)
    programmes.load_working_days(by=None, at=AT)
    definition = programmes.definition(programme)
    body = people.organisation(definition.body)
    day = programmes.upcoming_days(programme, at=AT)[0]
    session = exams.open_session(day.key, by=None, at=AT)
    level = definition.level_codes[-1]
    found = [candidate("考生" + "甲乙丙丁戊己庚辛壬癸"[number % 10]) for number in range(candidates)]
    for person in found:
        Application.objects.create(
            number=f"T{person.pk:06d}",
            person=person,
            programme=programme,
            edition_id=definition.edition_id,
            level=level,
            speciality=definition.speciality_codes[0],
            exam_day=day.key,
            state="approved",
            started_at=AT,
            submitted_at=AT,
            decided_at=AT,
        )
    exams.admit(session, by=None, at=AT)
    exams.prepare_papers(session, by=None, at=AT)
    return World(
        session=session,
        candidates=found,
        markers=[account("marker", body) for _ in range(markers)],
        office=[account("office", body) for _ in range(2)],
        body=body.pk,
        over=session.entry_until + timedelta(hours=3),
        form=(form := items.form(exams.forms_of(session)[0].form_id)),
        keys=items.keys(form.id),
    )


def start(world: World, number: int) -> Any:
    """The candidate's sitting, begun."""
    sitting = exams.sittings(world.session).get(admission__person=world.candidates[number])
    exams.SittingEvent.objects.create(sitting=sitting, kind="started", at=world.session.starts_at)
    return sitting


def sit(world: World, number: int, *, right: int = 45, short: str = "我的答案") -> Any:
    """The candidate sits: the first ``right`` choice questions right, the others wrong, short answers with text."""
    sitting = start(world, number)
    answers: dict[str, Any] = {}
    for entry in world.form.entries:
        if entry.kind == "short":
            if short:
                answers[str(entry.position)] = f"{short}（第{entry.position}题）"
            continue
        letters = world.keys[entry.position].solution["letters"]
        if entry.position > right:
            letters = [next(o["letter"] for o in entry.public["options"] if o["letter"] not in letters)]
        answers[str(entry.position)] = letters if entry.kind == "multiple" else letters[0]
    exams.AnswerSheet.objects.create(
        sitting=sitting,
        how="handed_in",
        answers=answers,
        receipt="0" * 64,
        events=len(answers),
        ended_at=world.session.starts_at + timedelta(minutes=80),
        pulled_at=world.session.starts_at + timedelta(minutes=81),
    )
    return sitting
