"""Hours through the actions: beats, lessons done, shares, the gate, the warning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from tancai.audit import api as audit
from tancai.enrolment import api as enrolment
from tancai.learning import api as learning
from tancai.learning.models import LateWarning, LessonDone, LessonVisit, StudyClock
from tancai.lib.clock import SHANGHAI
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.enrolment.conftest import AT, resident_number

pytestmark = pytest.mark.django_db


def cem() -> learning.Course:
    return learning.course("cem", "intermediate")


def read(
    person: Any, course: learning.Course, lesson: str, seconds: int, *, start: datetime = AT
) -> datetime:
    at = start
    while at <= start + timedelta(seconds=seconds):
        learning.beat(person, course, lesson, at=at)
        at += timedelta(seconds=learning.BEAT)
    return at


def test_beats_add_up_to_real_time_in_one_visit(person: Any) -> None:
    read(person, cem(), "cem-1-1", 300)
    (visit,) = LessonVisit.objects.all()
    assert visit.milliseconds == 300_000
    state = learning.lesson_states(person.pk, cem())[0]
    assert (state.minutes, state.done, state.state) == (5, False, "begun")


def test_an_idle_beat_ends_the_visit_and_credits_nothing(person: Any) -> None:
    course = cem()
    learning.beat(person, course, "cem-1-1", at=AT)
    learning.beat(person, course, "cem-1-1", at=AT + timedelta(seconds=20), active=False)
    learning.beat(person, course, "cem-1-1", at=AT + timedelta(seconds=30))
    state = learning.beat(person, course, "cem-1-1", at=AT + timedelta(seconds=40))
    assert state.milliseconds == 10_000
    assert LessonVisit.objects.count() == 2


def test_two_windows_share_one_clock(person: Any) -> None:
    course = cem()
    for second in range(0, 120, 5):
        lesson = "cem-1-1" if second % 10 == 0 else "cem-1-2"
        learning.beat(person, course, lesson, at=AT + timedelta(seconds=second))
    states = learning.lesson_states(person.pk, course)
    assert states[0].milliseconds + states[1].milliseconds <= 115_000
    assert min(states[0].milliseconds, states[1].milliseconds) > 40_000


def test_a_lesson_is_done_when_its_minutes_are_full_and_takes_no_more(person: Any) -> None:
    course = cem()
    lesson = course.lessons[0]
    read(person, course, lesson.code, lesson.minutes * 60 + 600)
    state = learning.lesson_states(person.pk, course)[0]
    assert state.done
    assert state.milliseconds == lesson.milliseconds
    assert LessonDone.objects.count() == 1


def test_simulated_reading_follows_the_same_rule(person: Any) -> None:
    course = cem()
    lesson = course.lessons[0]
    half = timedelta(minutes=lesson.minutes / 2)

    def states() -> list[learning.LessonState]:
        return learning.lesson_states(person.pk, course)

    learning.study(person, course, [(lesson.code, AT, AT + half)])
    assert states()[0].milliseconds == lesson.milliseconds // 2
    # the same minutes a second time are already accounted for
    learning.study(person, course, [(course.lessons[1].code, AT, AT + half)])
    assert states()[1].milliseconds == 0
    learning.study(person, course, [(lesson.code, AT + half, AT + 3 * half)])
    assert states()[0].done


def test_many_lessons_at_once_are_accounted_for_as_one_by_one(person: Any) -> None:
    course = cem()
    first, second, third = course.lessons[:3]
    minute = timedelta(minutes=1)
    readings = [
        (first.code, AT, AT + first.minutes * minute),
        (second.code, AT + minute, AT + 2 * minute),  # accounted for already
        (third.code, AT + 300 * minute, AT + 305 * minute),
        (third.code, AT + 400 * minute, AT + (400 + third.minutes) * minute),
        (first.code, AT + 500 * minute, AT + 505 * minute),
    ]

    def facts() -> list[Any]:
        visits = LessonVisit.objects.order_by("id").values_list("lesson", "milliseconds", "last_at", "ended")
        done = LessonDone.objects.order_by("id").values_list("lesson", "at")
        clocks = StudyClock.objects.values_list("until", flat=True)
        return [list(visits), list(done), list(clocks), audit.entries(action="learning.lesson_done").count()]

    with transaction.atomic():
        for reading in readings:
            learning.study(person, course, [reading])
        one_by_one = facts()
        transaction.set_rollback(True)
    learning.study(person, course, readings)
    assert facts() == one_by_one
    assert [code for code, _at in one_by_one[1]] == [first.code, third.code]


def test_an_unknown_lesson_is_refused(person: Any) -> None:
    with pytest.raises(learning.UnknownLesson):
        learning.beat(person, cem(), "crp-1-1", at=AT)


def study_share(person: Any, course: learning.Course, share: float, *, start: datetime = AT) -> None:
    """Study that share of the course's minutes, lesson after lesson."""
    left = course.milliseconds * share
    at = start
    for lesson in course.lessons:
        part = min(left, lesson.milliseconds)
        if part <= 0:
            return
        until = at + timedelta(milliseconds=part)
        learning.study(person, course, [(lesson.code, at, until)])
        left, at = left - part, until


def test_nine_tenths_of_the_hours_open_the_exam_and_less_does_not(person: Any, application: Any) -> None:
    course = cem()
    study_share(person, course, 0.899)
    found = learning.progress(person.pk, "cem", "intermediate")
    assert (found.required_share, found.reached) == (0.9, False)
    assert found.missing_minutes >= 1
    study_share(person, course, 1.0, start=AT + timedelta(days=1))
    found = learning.progress(person.pk, "cem", "intermediate")
    assert found.reached and found.share == 1.0
    assert found.done_lessons == found.lessons == len(course.lessons)
    assert found.missing_minutes == 0


def test_nothing_studied_is_a_share_of_nothing(person: Any) -> None:
    found = learning.progress(person.pk, "cem", "beginner")
    assert (found.share, found.minutes, found.done_lessons, found.reached) == (0.0, 0, 0, False)
    assert found.total_minutes == learning.course("cem", "beginner").minutes


def test_dcne_asks_for_no_hours_and_the_standard_has_no_course(person: Any) -> None:
    assert learning.progress(person.pk, "dcne", "beginner").reached
    assert learning.progress(person.pk, "cmc", "grade-1").reached


def test_counting_lessons_instead_of_minutes_is_a_setting(person: Any) -> None:
    course = cem()
    definition = programmes.definition("cem")
    by_lessons = definition.model_copy(
        update={"learning": definition.learning.model_copy(update={"measure": "lessons"})}
    )
    study_share(person, course, course.lessons[0].minutes / course.minutes + 0.001)
    found = learning.progress(person.pk, "cem", "intermediate", definition=by_lessons)
    assert found.share == 1 / len(course.lessons)
    assert found.measure == "lessons"


def test_an_application_keeps_the_share_of_its_edition(person: Any, application: Any) -> None:
    learning_rule = {"min_share": 0.5, "measure": "minutes", "warn_days": 7}
    programmes.revise(
        "cem",
        changes={"learning": learning_rule},
        note="试行",
        effective_from=date(2026, 11, 20),
        by=None,
        at=AT,
    )
    assert programmes.definition("cem").learning.min_share == 0.5
    assert learning.progress(person.pk, "cem", "intermediate").required_share == 0.9
    assert learning.progress(person.pk, "cem", "beginner").required_share == 0.5


def test_many_people_at_once_give_what_each_gives(person: Any, application: Any) -> None:
    study_share(person, cem(), 0.3)
    other = people.enter_person(
        name="苏明", document_kind="resident_id", document=resident_number(2), by=None, at=AT
    )
    many = learning.progress_of_many([person.pk, other.pk], "cem", "intermediate")
    assert many[person.pk] == learning.progress(person.pk, "cem", "intermediate")
    assert many[other.pk].share == 0.0


def test_a_crp_course_leaves_out_other_specialities(world: None) -> None:
    course = learning.course("crp", "", "trading")
    assert [topic.code for topic in course.topics] == [*(f"base-{n}" for n in range(1, 7)), "crp-7"]
    assert len(learning.course("crp").topics) == 15


def test_a_course_is_open_only_after_approval_and_only_to_its_candidate(
    person: Any, application: Any
) -> None:
    (opened,) = learning.courses_for(person.pk)
    assert (opened.course.code, opened.course.level) == ("cem", "intermediate")
    assert opened.next_lesson == opened.course.lessons[0]
    assert learning.open_course(person.pk, application.pk) == opened
    assert learning.open_course(person.pk + 1, application.pk) is None
    assert learning.open_course(person.pk, application.pk + 1) is None


def test_a_late_candidate_is_warned_once_when_the_exam_is_near(person: Any, application: Any) -> None:
    exam = datetime(2026, 12, 26, 9, 0, tzinfo=SHANGHAI)
    assert learning.warn_late(at=exam - timedelta(days=8)) == 0
    assert learning.warn_late(at=exam - timedelta(days=6)) == 1
    assert learning.warn_late(at=exam - timedelta(days=5)) == 0
    assert LateWarning.objects.get().exam_day == enrolment.application(application.pk).exam_day
    assert "late_study" in {message.kind for message in messages.messages_of(person)}


def test_nobody_is_warned_who_has_the_hours(person: Any, application: Any) -> None:
    study_share(person, cem(), 0.95)
    assert learning.warn_late(at=datetime(2026, 12, 22, 9, 0, tzinfo=SHANGHAI)) == 0


def test_states_do_not_leak_between_lessons(person: Any) -> None:
    course = cem()
    read(person, course, "cem-1-2", 60)
    states = {each.lesson.code: each for each in learning.lesson_states(person.pk, course)}
    assert states["cem-1-2"].state == "begun"
    assert states["cem-1-1"].state == "new"
    assert replace(states["cem-1-1"], milliseconds=1).state == "begun"
