"""The learning centre: my courses, a course, a lesson, and the beat that a lesson page sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.learning import api as learning
from tancai.lib import clock, limits, markdown
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.candidate.words import named

BEATS_A_MINUTE = 60


@dataclass(frozen=True)
class ShareBar:
    """The share of hours against what the exam needs, in whole percent and words."""

    percent: int
    required: int
    reached: bool
    line: str
    need: str


@dataclass(frozen=True)
class CourseCard:
    """An open course with everything its candidate asks: how far, how much, until when."""

    open: learning.OpenCourse
    definition: programmes.Definition
    exam_at: datetime | None
    open_until: datetime | None
    days_left: int | None
    bar: ShareBar
    late: bool

    @property
    def qualifier(self) -> str:
        level = self.definition.level(self.open.course.level)
        speciality = self.definition.speciality(self.open.course.speciality)
        return " · ".join(named(each) for each in (level, speciality) if each)

    @property
    def title(self) -> str:
        return named(self.definition)


@require_GET
@login_required
def centre(request: HttpRequest) -> HttpResponse:
    """All courses open to the signed-in person."""
    person = people.person_of(request.user)
    opened = learning.courses_for(person.pk) if person else []
    at = clock.now()
    return render(request, "candidate/learning/centre.html", {"cards": [_card(each, at) for each in opened]})


@require_GET
@login_required
def course(request: HttpRequest, application: int) -> HttpResponse:
    """One course: its topics and lessons with the state of each."""
    person, opened = _opened(request, application)
    states = {each.lesson.code: each for each in learning.lesson_states(person.pk, opened.course)}
    topics = [
        {
            "topic": topic,
            "lessons": (lessons := [states[lesson.code] for lesson in topic.lessons]),
            "done": sum(each.done for each in lessons),
            "new_unit": place == 0 or opened.course.topics[place - 1].unit != topic.unit,
        }
        for place, topic in enumerate(opened.course.topics)
    ]
    return render(
        request, "candidate/learning/course.html", {"card": _card(opened, clock.now()), "topics": topics}
    )


@require_GET
@never_cache
@login_required
def lesson(request: HttpRequest, application: int, lesson: str) -> HttpResponse:
    """One lesson with its text, its basis, the self-check and the quiet timer."""
    person, opened = _opened(request, application)
    found = _lesson(opened.course, lesson)
    state = next(each for each in learning.lesson_states(person.pk, opened.course) if each.lesson == found)
    before, after = opened.course.neighbours(found.code)
    return render(
        request,
        "candidate/learning/lesson.html",
        {
            "card": _card(opened, clock.now()),
            "lesson": found,
            "topic": next(each for each in opened.course.topics if each.code == found.topic),
            "state": state,
            "line": _lesson_line(state),
            "text": markdown.render(found.body),
            "checks": [(markdown.render(c.question), markdown.render(c.answer)) for c in found.checks],
            "before": before,
            "after": after,
            "beat_seconds": learning.BEAT,
            "idle_seconds": learning.IDLE,
        },
    )


@require_POST
@login_required
def lesson_beat(request: HttpRequest, application: int, lesson: str) -> HttpResponse:
    """A sign of reading. ``active=0`` stops the count; the answer says how far lesson and course are."""
    at = clock.now()
    if not limits.allow(f"beat:{request.user.pk}", limit=BEATS_A_MINUTE, seconds=60, at=at):
        return JsonResponse({"code": "too_many"}, status=429)
    person, opened = _opened(request, application)
    _lesson(opened.course, lesson)
    state = learning.beat(person, opened.course, lesson, at=at, active=request.POST.get("active") != "0")
    fresh = learning.open_course(person.pk, application)
    if fresh is None:
        raise Http404
    bar = _bar(fresh.progress)
    return JsonResponse(
        {
            "line": _lesson_line(state),
            "done": state.done,
            "percent": bar.percent,
            "share_line": bar.line,
            "need": bar.need,
            "reached": bar.reached,
        }
    )


def _opened(request: HttpRequest, application: int) -> tuple[people.Person, learning.OpenCourse]:
    person = people.person_of(request.user)
    opened = learning.open_course(person.pk, application) if person else None
    if person is None or opened is None:
        raise Http404
    return person, opened


def _lesson(course: learning.Course, code: str) -> learning.Lesson:
    try:
        return course.lesson(code)
    except learning.UnknownLesson as error:
        raise Http404 from error


def _card(opened: learning.OpenCourse, at: datetime) -> CourseCard:
    application = enrolment.application(opened.application_id)
    definition = programmes.definition_of(application.edition_id)
    exam_at, open_until = _exam(application)
    if open_until is not None and (exam_at is None or not exam_at <= at <= open_until):
        open_until = None
    left = (clock.local_date(exam_at) - clock.local_date(at)).days if exam_at and exam_at > at else None
    late = left is not None and left <= definition.learning.warn_days and not opened.progress.reached
    return CourseCard(opened, definition, exam_at, open_until, left, _bar(opened.progress), late)


def _exam(application: enrolment.ApplicationView) -> tuple[datetime | None, datetime | None]:
    """When the next exam starts, and until when a session may be entered at a time of one's own."""
    admissions = exams.admissions_of_application(application.id)
    if not admissions:
        day = _day(application.exam_day)
        return (day.starts_at if day else None), None
    session = admissions[-1].session
    sat = hasattr(getattr(admissions[-1], "sitting", None), "sheet")
    return session.starts_at, session.entry_until if session.own_time and not sat else None


def _day(key: str) -> programmes.ExamDay | None:
    try:
        return programmes.exam_day(key) if key else None
    except programmes.UnknownExamDay:
        return None


def _bar(progress: learning.Progress) -> ShareBar:
    # Rounded down: 90 % is shown only when it is reached.
    percent = int(progress.share * 100 + 1e-9)
    required = round(progress.required_share * 100)
    return ShareBar(
        percent, required, progress.reached, _share_line(progress, percent), _need(progress, required)
    )


def _share_line(progress: learning.Progress, percent: int) -> str:
    if progress.measure == "lessons":
        words = _("已完成 %(done)s / %(all)s 课（%(percent)s%%）")
        return words % {"done": progress.done_lessons, "all": progress.lessons, "percent": percent}
    words = _("已学 %(done)s / %(all)s 分钟（%(percent)s%%）")
    return words % {"done": progress.minutes, "all": progress.total_minutes, "percent": percent}


def _need(progress: learning.Progress, required: int) -> str:
    if not required:
        return _("本项目考试不限学时。")
    if progress.reached:
        return _("已达到考试要求的 %(required)s%%。") % {"required": required}
    if progress.measure == "lessons":
        return _("达到 %(required)s%% 才能进入考试。") % {"required": required}
    missing = ngettext(
        "达到 %(required)s%% 才能进入考试，还差 %(missing)s 分钟。",
        "达到 %(required)s%% 才能进入考试，还差 %(missing)s 分钟。",
        progress.missing_minutes,
    )
    return missing % {"required": required, "missing": progress.missing_minutes}


def _lesson_line(state: learning.LessonState) -> str:
    values: dict[str, Any] = {"done": state.minutes, "all": state.lesson.minutes}
    if state.done:
        return _("本课已完成（%(all)s 分钟）") % values
    return _("本课已学 %(done)s / %(all)s 分钟") % values


learning_urls = [
    path("learning/", centre, name="learning"),
    path("learning/<int:application>/", course, name="course"),
    path("learning/<int:application>/<slug:lesson>/", lesson, name="lesson"),
    path("learning/<int:application>/<slug:lesson>/beat/", lesson_beat, name="lesson_beat"),
]
