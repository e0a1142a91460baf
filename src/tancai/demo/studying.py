"""How a character studies: lesson after lesson in simulated evenings, until the hours are reached or just not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tancai.demo.cast import Actor
from tancai.learning import api as learning


def study(actor: Actor, person: Any, *, one_lesson_short: bool, at: datetime) -> bool:
    """Read lessons from ``at`` on; whether the programme's hours are reached in the end.

    Where none are required nobody reads. ``one_lesson_short`` leaves off before the lesson that would reach them.
    """
    before = learning.progress(person.pk, actor.programme, actor.level, actor.speciality)
    if not before.required_share:
        return before.reached
    course = learning.course(actor.programme, actor.level, actor.speciality)
    with transaction.atomic():
        _read(person, course, required=before.required_share, one_lesson_short=one_lesson_short, at=at)
    return learning.progress(person.pk, actor.programme, actor.level, actor.speciality).reached


def _read(person: Any, course: Any, *, required: float, one_lesson_short: bool, at: datetime) -> None:
    whole = sum(lesson.milliseconds for lesson in course.lessons)
    moment, done = at, 0
    for lesson in course.lessons:
        reached = done >= required * whole
        last = done + lesson.milliseconds >= required * whole
        if reached or (one_lesson_short and last):
            break
        until = moment + timedelta(milliseconds=lesson.milliseconds)
        learning.study(person, course, lesson.code, start=moment, until=until)
        done += lesson.milliseconds
        moment = until + timedelta(minutes=1)
