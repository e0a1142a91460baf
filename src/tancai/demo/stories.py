"""The open ends of a demo world: whoever arrives finds something to do in every role, on any day of the week."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tancai.credentials import api as credentials
from tancai.demo import applying, batches, cast, claims, fates, notices, sitting, studying
from tancai.demo.cast import Actor
from tancai.demo.world import PASSWORD, PROGRAMMES, SignIn, World, body_of
from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.lib import clock
from tancai.marking import api as results
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes

_FIRST_NUMBER = cast.DISTINCT - 500
"""Characters of these stories have the last distinct numbers, apart from those of the rehearsal."""

_SECOND_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0.0.0 Safari/537.36"

OPEN_FOR = timedelta(days=30)
"""How long the open session takes candidates in, so that a demo left standing does not go stale at once."""


@dataclass
class _Teller:
    world: World
    seed: int
    now: datetime
    control: exams.ControlClient
    numbers: Any

    def actor(self, code: str, fate: str) -> Actor:
        today = clock.local_date(self.now)
        definition = programmes.definition(code, on=today)
        number = next(self.numbers)
        levels = claims.levels_for(definition, missed=fate == fates.CONDITION_NOT_MET, on=today)
        level = levels[0] if levels else ""
        return Actor(
            number=number,
            programme=code,
            level=level,
            speciality=definition.specialities[0].code if definition.specialities else "",
            claims={"line": definition.conditions[level][0].line},
            fate=fate,
            skill=0.85,
            **cast.person(self.seed, number),
        )

    def applicant(
        self, code: str, fate: str, day: str, at: datetime, email: str | None = None
    ) -> tuple[Actor, Any, Any]:
        """A character who has submitted an application for the exam day: actor, person, application."""
        actor = self.actor(code, fate)
        person = applying.sign_up(actor, password=PASSWORD, email=email, at=at)
        return actor, person, applying.apply(actor, person, exam_day=day, at=at)


def tell(world: World, *, seed: int, control: exams.ControlClient) -> None:
    """Add the open stories to a rehearsed world, all dated around the present moment."""
    numbers = iter(range(_FIRST_NUMBER, cast.DISTINCT))
    teller = _Teller(world, seed, clock.now(), control, numbers)
    for code in PROGRAMMES:
        _open_session(teller, code)
        _to_mark(teller, code)
        _to_review(teller, code)
    _revoked(world, at=teller.now)
    batches.tell(world, seed=seed, numbers=numbers, now=teller.now)
    notices.publish(world, now=teller.now)
    exams.keep_sessions(teller.now)


def _open_session(teller: _Teller, code: str) -> None:
    """A special session anybody prepared can sit now, each on his or her own time; one candidate lacks a lesson."""
    before, starts = teller.now - timedelta(days=9), teller.now - timedelta(minutes=30)
    day = _special_day(teller, code, starts, before, "随到随考演示场次")
    ready = [(f"candidate@{code}.example", False), (f"candidate2@{code}.example", False)]
    if programmes.definition(code, on=clock.local_date(teller.now)).learning.min_share:
        ready.append((f"almost@{code}.example", True))
    for email, short in ready:
        words = "考生，差一课达到学时" if short else "考生，今天可以考试"
        _approved_and_studied(teller, code, day, before, email=email, short=short)
        teller.world.sign_ins.append(SignIn(f"{code} {words}", email))
    office = teller.world.of(code, "office")
    session = exams.open_session(day, by=office, at=before, entry_until=teller.now + OPEN_FOR, own_time=True)
    exams.admit(session, by=office, at=before)
    exams.prepare_papers(session, by=office, at=before)
    exams.tell_tickets(session, at=teller.now)
    _device_checks(session, at=teller.now)
    if proctoring.is_required(session):
        # visitors of a demo sit with an ordinary browser; the check page says that this was agreed to
        proctoring.grant_exceptions(
            exams.admissions(session), reason="demonstration", by=office, at=teller.now
        )


def _device_checks(session: exams.Session, *, at: datetime) -> None:
    """The second candidate has tried out a device whose browser keeps nothing; the desk sees what to mend."""
    second = list(exams.admissions(session))[1]
    measured = {
        "durable": False,
        "reached": True,
        "delay": 420,
        "upload": 96,
        "clock": 35,
        "camera": "ok",
        "missing": [],
    }
    proctoring.record_check(second, measured, user_agent=_SECOND_BROWSER, client="", at=at)


def _special_day(teller: _Teller, code: str, starts: datetime, at: datetime, note: str) -> str:
    return programmes.add_special_day(
        code,
        starts_at=starts,
        closes_at=starts,
        ticket_from=at,
        note=note,
        by=teller.world.of(code, "office"),
        at=at,
    ).key


def _approved_and_studied(
    teller: _Teller, code: str, day: str, at: datetime, *, email: str | None = None, short: bool = False
) -> tuple[Actor, Any]:
    actor, person, application = teller.applicant(code, fates.PASS, day, at, email)
    enrolment.approve(application, by=teller.world.of(code, "reviewer"), at=at + timedelta(hours=2))
    studying.study(actor, person, one_lesson_short=short, at=at + timedelta(hours=3))
    return actor, application


def _to_mark(teller: _Teller, code: str) -> None:
    """A session of the day before yesterday whose short answers wait for the marking desk."""
    before, starts = teller.now - timedelta(days=12), teller.now - timedelta(days=2)
    day = _special_day(teller, code, starts, before, "补充场次")
    sitters = [_approved_and_studied(teller, code, day, before) for _ in range(2)]
    office = teller.world.of(code, "office")
    session = exams.open_session(day, by=office, at=before)
    exams.admit(session, by=office, at=before)
    exams.prepare_papers(session, by=office, at=before)
    with clock.moved(starts + timedelta(seconds=5)):
        teller.control.move_clock(int(clock.now().timestamp() * 1000))
        for actor, application in sitters:
            entry = sitting.enter_as_candidate(
                application.pk, session, invigilator=teller.world.of(code, "invigilator"), at=clock.now()
            )
            sitting.answer_the_paper(entry, skill=actor.skill, generator=random.Random(actor.number))
        exams.sweep(clock.now())
    results.score_session(session, by=None, at=starts + timedelta(hours=3))


def _to_review(teller: _Teller, code: str) -> None:
    """Applications waiting: one whose promised deadline has passed, one of this morning, one returned, one draft."""
    day = _day_to_apply_for(teller, code)
    reviewer = teller.world.of(code, "reviewer")
    teller.applicant(code, fates.PASS, day.key, teller.now - timedelta(days=8))
    teller.applicant(code, fates.PASS, day.key, teller.now - timedelta(hours=2))
    actor, _person, application = teller.applicant(
        code, fates.RETURNED_AND_SILENT, day.key, teller.now - timedelta(days=3), f"returned@{code}.example"
    )
    applying.review(actor, application, by=reviewer, at=teller.now - timedelta(days=2))
    teller.world.sign_ins.append(SignIn(f"{code} 考生，材料被退回", f"returned@{code}.example"))
    teller.applicant(code, fates.CONDITION_NOT_MET, day.key, teller.now - timedelta(days=1))


def _day_to_apply_for(teller: _Teller, code: str) -> programmes.ExamDay:
    """The next exam day still open tomorrow; where exams are held on demand, the office calls one."""
    soon = teller.now + timedelta(days=1)
    upcoming = programmes.upcoming_days(code, at=teller.now)
    found = next((day for day in upcoming if day.closes_at > soon), None)
    if found is not None:
        return found
    today = clock.local_date(teller.now)
    starts_at = datetime.combine(
        today + timedelta(days=21), programmes.definition(code, on=today).exam.start, clock.SHANGHAI
    )
    before = teller.now - timedelta(days=9)
    return programmes.add_special_day(
        code, starts_at=starts_at, note="统一评价场次", by=teller.world.of(code, "office"), at=before
    )


def _revoked(world: World, *, at: datetime) -> None:
    """One certificate of each programme revoked by two people."""
    for code in PROGRAMMES:
        found = credentials.certificates(None, on=clock.local_date(at), state="valid", programme=code).first()
        if found is None:
            continue
        office = world.of(code, "office")
        proposal = credentials.propose(
            found,
            "revoke",
            reason="经复核，报考材料不实。",
            by=office,
            at=at - timedelta(days=1),
        )
        credentials.confirm(proposal, by=world.seconds[body_of(code)], at=at)
