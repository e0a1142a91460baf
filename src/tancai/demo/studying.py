"""How a character studies: lesson after lesson in simulated evenings, until the hours are reached or just not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

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
    readings = _evenings(course, required=before.required_share, one_lesson_short=one_lesson_short, at=at)
    learning.study(person, course, readings)
    return learning.progress(person.pk, actor.programme, actor.level, actor.speciality).reached


def _evenings(
    course: Any, *, required: float, one_lesson_short: bool, at: datetime
) -> list[tuple[str, datetime, datetime]]:
    """Lesson after lesson with its beginning and end."""
    found = []
    whole = sum(lesson.milliseconds for lesson in course.lessons)
    moment, done = at, 0
    for lesson in course.lessons:
        reached = done >= required * whole
        last = done + lesson.milliseconds >= required * whole
        if reached or (one_lesson_short and last):
            break
        until = moment + timedelta(milliseconds=lesson.milliseconds)
        found.append((lesson.code, moment, until))
        done += lesson.milliseconds
        moment = until + timedelta(minutes=1)
    return found
