"""Reads: courses open to a person, shares of hours, the state of lessons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from tancai.enrolment import api as enrolment
from tancai.learning import courses, rules
from tancai.learning.courses import Course, Lesson
from tancai.learning.errors import UnknownCourse
from tancai.learning.models import LessonDone, LessonVisit
from tancai.learning.rules import Hours
from tancai.programmes import api as programmes


@dataclass(frozen=True)
class Progress:
    """How far somebody is: ``share`` and ``required_share`` 0–1; ``minutes`` studied of ``total_minutes``.

    ``measure`` says whether the share counts minutes or lessons done; ``missing_minutes`` until it is reached
    (by minutes). ``reached`` gates the exam.
    """

    share: float
    done_lessons: int
    lessons: int
    minutes: int
    total_minutes: int
    required_share: float
    reached: bool
    measure: str
    missing_minutes: int


@dataclass(frozen=True)
class LessonState:
    """A lesson with what one person has of it."""

    lesson: Lesson
    milliseconds: int
    done: bool

    @property
    def minutes(self) -> int:
        return self.milliseconds // 60_000

    @property
    def state(self) -> str:
        """``new``, ``begun`` or ``done``."""
        return "done" if self.done else "begun" if self.milliseconds else "new"


@dataclass(frozen=True)
class OpenCourse:
    """A course open to a person through one application."""

    course: Course
    application_id: int
    since: datetime
    progress: Progress
    next_lesson: Lesson | None


def course(programme: str, level: str = "", speciality: str = "") -> Course:
    """The course of a programme, level and speciality: topics of other specialities are left out.

    Raises ``UnknownCourse``.
    """
    whole = courses.course_file(programme, level)
    if not speciality:
        return whole
    definition = programmes.definition(programme)
    foreign = frozenset(topic.code for topic in definition.topics if topic.speciality not in {"", speciality})
    return courses.narrowed(whole, speciality=speciality, foreign_topics=foreign)


def lesson(programme: str, level: str, code: str, speciality: str = "") -> Lesson:
    """One lesson; raises ``UnknownCourse`` or ``UnknownLesson``."""
    return course(programme, level, speciality).lesson(code)


def courses_for(person_id: int) -> list[OpenCourse]:
    """The courses open to a person, newest application first; two applications to one course count once."""
    out: dict[tuple[str, str], OpenCourse] = {}
    for access in sorted(
        enrolment.course_access(person_id), key=lambda each: each.application_id, reverse=True
    ):
        found = _opened(person_id, access)
        if found is not None:
            out.setdefault((found.course.code, found.course.speciality), found)
    return list(out.values())


def open_course(person_id: int, application_id: int) -> OpenCourse | None:
    """The course that one application opens to this person, or ``None``: it is not theirs, or there is none."""
    for access in enrolment.course_access(person_id):
        if access.application_id == application_id:
            return _opened(person_id, access)
    return None


def _opened(person_id: int, access: enrolment.CourseAccess) -> OpenCourse | None:
    try:
        found = course(access.programme, access.level, access.speciality)
    except UnknownCourse:
        return None
    states = lesson_states(person_id, found)
    return OpenCourse(
        found,
        access.application_id,
        access.since,
        _progress(states, *_rule_of(access.application_id, access.programme)),
        next((each.lesson for each in states if not each.done), None),
    )


def lesson_states(person_id: int, course: Course) -> list[LessonState]:
    """Every lesson of the course in order with the person's time."""
    credited = _credited([person_id], course)[person_id]
    done = set(
        LessonDone.objects.filter(person_id=person_id, course=course.code).values_list("lesson", flat=True)
    )
    return [LessonState(each, credited.get(each.code, 0), each.code in done) for each in course.lessons]


def progress(
    person_id: int,
    programme: str,
    level: str = "",
    speciality: str = "",
    *,
    definition: programmes.Definition | None = None,
) -> Progress:
    """How far a person is. Without ``definition`` and ``speciality`` those of the newest open application count.

    A programme without a course has nothing to study: reached only where nothing is required.
    """
    if definition is None or not speciality:
        access = _access(person_id, programme, level)
        speciality = speciality or (access.speciality if access else "")
        if definition is None:
            rule = _rule_of(access.application_id if access else None, programme)
        else:
            rule = _rule(definition)
    else:
        rule = _rule(definition)
    try:
        found = course(programme, level, speciality)
    except UnknownCourse:
        return _progress([], *rule)
    return _progress(lesson_states(person_id, found), *rule)


def progress_of_many(
    person_ids: Iterable[int],
    programme: str,
    level: str = "",
    speciality: str = "",
    *,
    definition: programmes.Definition | None = None,
) -> dict[int, Progress]:
    """The same for many people in a fixed number of queries; ``definition`` defaults to the newest."""
    ids = list(person_ids)
    rule = _rule(definition or programmes.definition(programme))
    try:
        found = course(programme, level, speciality)
    except UnknownCourse:
        return {person_id: _progress([], *rule) for person_id in ids}
    credited = _credited(ids, found)
    return {
        person_id: _progress(
            [
                LessonState(each, ms := credited[person_id].get(each.code, 0), ms >= each.milliseconds)
                for each in found.lessons
            ],
            *rule,
        )
        for person_id in ids
    }


def credited(person_id: int, course: Course) -> dict[str, int]:
    """Milliseconds a person has been credited, by lesson."""
    return dict(_credited([person_id], course).get(person_id, {}))


def _credited(person_ids: list[int], course: Course) -> dict[int, dict[str, int]]:
    rows = (
        LessonVisit.objects.filter(person_id__in=person_ids, course=course.code)
        .values("person_id", "lesson")
        .annotate(total=Sum("milliseconds"))
    )
    out: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        out[row["person_id"]][row["lesson"]] = row["total"]
    return out


def _progress(states: list[LessonState], required: float, measure: str) -> Progress:
    hours = [Hours(each.milliseconds, each.lesson.milliseconds) for each in states]
    share = rules.share(hours, measure)
    credited = sum(min(each.credited, each.whole) for each in hours)
    return Progress(
        share=share,
        done_lessons=sum(each.done for each in hours),
        lessons=len(hours),
        minutes=credited // 60_000,
        total_minutes=sum(each.whole for each in hours) // 60_000,
        required_share=required,
        reached=rules.reached(share, required),
        measure=measure,
        missing_minutes=rules.missing_minutes(hours, required),
    )


def _access(person_id: int, programme: str, level: str) -> enrolment.CourseAccess | None:
    fits = [
        each
        for each in enrolment.course_access(person_id)
        if each.programme == programme and each.level == level
    ]
    return max(fits, key=lambda each: each.application_id, default=None)


def _rule_of(application_id: int | None, programme: str) -> tuple[float, str]:
    """An application keeps the rule of the edition it was made under."""
    if application_id is None:
        return _rule(programmes.definition(programme))
    return _rule(programmes.definition_of(enrolment.application(application_id).edition_id))


def _rule(definition: programmes.Definition) -> tuple[float, str]:
    return definition.learning.min_share, definition.learning.measure
