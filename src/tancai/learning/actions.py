"""Writes: beats of study, and the warning to late candidates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from tancai.audit import api as audit
from tancai.enrolment import api as enrolment
from tancai.learning import queries, rules
from tancai.learning.courses import Course
from tancai.learning.models import LateWarning, LessonDone, LessonVisit, StudyClock
from tancai.learning.rules import Timing
from tancai.lib import clock
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes

if TYPE_CHECKING:
    from tancai.people.api import Person

LEARNING_PAGE = "/me/learning/"


@transaction.atomic
def beat(
    person: Person, course: Course, lesson: str, *, at: datetime, active: bool = True
) -> queries.LessonState:
    """Account for one beat of a lesson page and return the lesson's state; raises ``UnknownLesson``.

    The server's clock counts: ``at`` is the moment the beat arrived. Beats leave no audit line, visits are the record.
    """
    taught = course.lesson(lesson)
    watch, visit, timing = _timing(person, course, lesson)
    result = rules.beat(timing, at=at, active=active)
    _keep(person, course, lesson, visit, result, at=at)
    _set_watch(watch, result.timing.person_until)
    done = _mark_done(person, course, lesson, result.timing, at=at)
    return queries.LessonState(taught, result.timing.credited, done)


@transaction.atomic
def study(person: Person, course: Course, readings: Sequence[tuple[str, datetime, datetime]]) -> None:
    """Account for lessons ``(code, start, until)`` read one after the other: the rule of ``beat``.

    For rehearsals, where people read in simulated time; written at once. Raises ``UnknownLesson``.
    """
    StudyClock.objects.get_or_create(person=person)
    watch = StudyClock.objects.select_for_update().get(person=person)
    credited = queries.credited(person.pk, course)
    accounted = watch.until
    visits: list[LessonVisit] = []
    done: dict[str, datetime] = {}
    for code, start, until in readings:
        before, whole = credited.get(code, 0), course.lesson(code).milliseconds
        timing = rules.steady(Timing(None, accounted, before, whole), start=start, until=until)
        credited[code], accounted = timing.credited, timing.person_until
        visits.append(
            LessonVisit(
                person=person,
                course=course.code,
                lesson=code,
                started_at=start,
                last_at=until,
                milliseconds=timing.credited - before,
                ended=True,
            )
        )
        if timing.credited >= whole:
            done.setdefault(code, until)
    LessonVisit.objects.bulk_create(visits)
    _set_watch(watch, accounted)
    already = LessonDone.objects.filter(person=person, course=course.code).values_list("lesson", flat=True)
    fresh = {code: at for code, at in done.items() if code not in set(already)}
    LessonDone.objects.bulk_create(
        LessonDone(person=person, course=course.code, lesson=code, at=at) for code, at in fresh.items()
    )
    for code, at in fresh.items():
        _record_done(person, course, code, at=at)


def _timing(person: Person, course: Course, lesson: str) -> tuple[StudyClock, LessonVisit | None, Timing]:
    # The person's row is the lock: beats of two windows are accounted for one after the other.
    StudyClock.objects.get_or_create(person=person)
    watch = StudyClock.objects.select_for_update().get(person=person)
    visits = list(LessonVisit.objects.filter(person=person, course=course.code, lesson=lesson).order_by("id"))
    newest = visits[-1] if visits and not visits[-1].ended else None
    credited = sum(visit.milliseconds for visit in visits)
    whole = course.lesson(lesson).milliseconds
    return watch, newest, Timing(newest.last_at if newest else None, watch.until, credited, whole)


def _keep(
    person: Person,
    course: Course,
    lesson: str,
    visit: LessonVisit | None,
    result: rules.Beat,
    *,
    at: datetime,
) -> None:
    if visit is not None and result.goes_on:
        visit.last_at = max(visit.last_at, at)
        visit.milliseconds += result.credit
        visit.save(update_fields=["last_at", "milliseconds"])
        return
    if visit is not None:
        visit.ended = True
        visit.save(update_fields=["ended"])
    if result.timing.last_at is not None:
        LessonVisit.objects.create(
            person=person, course=course.code, lesson=lesson, started_at=at, last_at=at
        )


def _set_watch(watch: StudyClock, until: datetime | None) -> None:
    if watch.until != until:
        watch.until = until
        watch.save(update_fields=["until"])


def _mark_done(person: Person, course: Course, lesson: str, timing: Timing, *, at: datetime) -> bool:
    if timing.credited < timing.whole:
        return False
    _, fresh = LessonDone.objects.get_or_create(
        person=person, course=course.code, lesson=lesson, defaults={"at": at}
    )
    if fresh:
        _record_done(person, course, lesson, at=at)
    return True


def _record_done(person: Person, course: Course, lesson: str, *, at: datetime) -> None:
    detail = {"course": course.code, "lesson": lesson}
    audit.record("learning.lesson_done", by=person.user, at=at, target=("person", person.pk), detail=detail)


def warn_late(*, at: datetime) -> int:
    """Tell approved candidates whose hours are short that the exam is near; once an application and day.

    Returns how many were told.
    """
    told = 0
    for programme in programmes.programmes(on=clock.local_date(at)):
        for day in programmes.upcoming_days(programme.code, at=at, horizon=timedelta(days=60)):
            for application in enrolment.approved_for(day.key):
                told += _warn(application, day, at=at)
    return told


@transaction.atomic
def _warn(application: enrolment.ApplicationView, day: programmes.ExamDay, *, at: datetime) -> bool:
    definition = programmes.definition_of(application.edition_id)
    near = day.date - clock.local_date(at) <= timedelta(days=definition.learning.warn_days)
    if not near or not definition.learning.min_share:
        return False
    if LateWarning.objects.filter(application_id=application.id, exam_day=day.key).exists():
        return False
    found = queries.progress(
        application.person_id,
        application.programme,
        application.level,
        application.speciality,
        definition=definition,
    )
    if found.reached:
        return False
    LateWarning.objects.create(application_id=application.id, exam_day=day.key, at=at)
    messages.send(
        person=people.person(application.person_id),
        kind="late_study",
        params={
            "programme": {"zh-hans": definition.name, "en": definition.name_en},
            "exam_at": day.starts_at,
            "share": found.share,
            "required": found.required_share,
        },
        link=LEARNING_PAGE,
        at=at,
    )
    audit.record("learning.warn_late", by=None, at=at, target=("application", application.id))
    return True
