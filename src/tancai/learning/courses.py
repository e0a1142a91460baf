"""Courses and lessons from the files beside this module: checked once, then kept.

``courses/<programme>/course*.toml`` names topics and their lessons; ``<lesson>.md`` holds TOML between ``+++`` lines,
then Markdown. A section ``## 想一想`` of numbered questions with ``答：`` below each becomes the self-check.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tancai.learning.errors import BadCourse, UnknownCourse, UnknownLesson

FOLDER = Path(__file__).resolve().parent / "courses"
_CHECK_HEADING = "## 想一想"
_Model = TypeVar("_Model", bound=BaseModel)


class Basis(BaseModel):
    """What a lesson rests on: a document and the place in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str = Field(min_length=1)
    clause: str = ""


class _Head(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str = Field(min_length=1)
    topic: str
    minutes: int = Field(ge=1, le=240)
    basis: tuple[Basis, ...] = Field(min_length=1)
    outline: bool = False


class _TopicEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    unit: str
    title: str
    lessons: tuple[str, ...] = Field(min_length=1)


class _CourseFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    programme: str
    levels: tuple[str, ...]
    title: str
    topic: tuple[_TopicEntry, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Check:
    """A question to oneself with its answer, both Markdown."""

    question: str
    answer: str


@dataclass(frozen=True)
class Lesson:
    """A lesson: ``minutes`` of study, ``body`` and ``checks`` in Markdown; ``outline`` when only sketched."""

    code: str
    title: str
    topic: str
    minutes: int
    basis: tuple[Basis, ...]
    outline: bool
    body: str
    checks: tuple[Check, ...]

    @property
    def milliseconds(self) -> int:
        return self.minutes * 60_000


@dataclass(frozen=True)
class CourseTopic:
    """A topic with its lessons in order."""

    code: str
    unit: str
    title: str
    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class Course:
    """A course as somebody of one level and speciality takes it; ``code`` names the file it comes from."""

    code: str
    programme: str
    levels: tuple[str, ...]
    title: str
    topics: tuple[CourseTopic, ...]
    level: str = ""
    speciality: str = ""

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(lesson for topic in self.topics for lesson in topic.lessons)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def milliseconds(self) -> int:
        return self.minutes * 60_000

    def lesson(self, code: str) -> Lesson:
        """Raises ``UnknownLesson``."""
        for lesson in self.lessons:
            if lesson.code == code:
                return lesson
        raise UnknownLesson(code)

    def neighbours(self, code: str) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after one."""
        lessons = self.lessons
        place = [lesson.code for lesson in lessons].index(code)
        before = lessons[place - 1] if place else None
        return before, lessons[place + 1] if place + 1 < len(lessons) else None


@lru_cache(maxsize=4)
def all_courses(folder: Path = FOLDER) -> tuple[Course, ...]:
    """Every course of the folder; raises ``BadCourse`` for the first file that cannot be used."""
    return tuple(_course(path) for path in sorted(folder.glob("*/course*.toml")))


def course_file(programme: str, level: str, folder: Path = FOLDER) -> Course:
    """The course of a programme and level with all its topics; raises ``UnknownCourse``."""
    for course in all_courses(folder):
        if course.programme == programme and (level in course.levels or not course.levels):
            return replace(course, level=level)
    raise UnknownCourse(f"{programme} {level}".strip())


def narrowed(course: Course, *, speciality: str, foreign_topics: frozenset[str]) -> Course:
    """The course without the topics of other specialities."""
    topics = tuple(topic for topic in course.topics if topic.code not in foreign_topics)
    return replace(course, topics=topics, speciality=speciality)


def _course(path: Path) -> Course:
    found = _checked(_CourseFile, _toml(path.read_text(encoding="utf-8"), path), path)
    if found.programme != path.parent.name:
        raise BadCourse(f"{_short(path)}: programme is {found.programme!r}; write the name of the folder")
    codes = [code for topic in found.topic for code in topic.lessons]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise BadCourse(f"{_short(path)}: lessons named twice: {', '.join(sorted(twice))}; name each once")
    suffix = path.stem.removeprefix("course").lstrip("-")
    return Course(
        code=f"{found.programme}-{suffix}" if suffix else found.programme,
        programme=found.programme,
        levels=found.levels,
        title=found.title,
        topics=tuple(_topic(entry, path.parent) for entry in found.topic),
    )


def _topic(entry: _TopicEntry, folder: Path) -> CourseTopic:
    lessons = tuple(read_lesson(folder / f"{code}.md") for code in entry.lessons)
    for lesson in lessons:
        if lesson.topic != entry.code:
            where = f"{folder.name}/{lesson.code}.md"
            raise BadCourse(f"{where}: topic is {lesson.topic!r}; the course lists it under {entry.code!r}")
    return CourseTopic(entry.code, entry.unit, entry.title, lessons)


def read_lesson(path: Path) -> Lesson:
    """One lesson file; raises ``BadCourse``."""
    if not path.exists():
        raise BadCourse(f"{_short(path)}: no such file; write the lesson or take its code out of the course")
    text = path.read_text(encoding="utf-8")
    parts = re.split(r"^\+\+\+\s*$", text, maxsplit=2, flags=re.M)
    if len(parts) != 3 or parts[0].strip():
        raise BadCourse(f"{_short(path)}: line 1: begin with TOML between two lines of +++")
    head = _checked(_Head, _toml(parts[1], path), path)
    if head.code != path.stem:
        raise BadCourse(f"{_short(path)}: code is {head.code!r}; write the name of the file")
    body, checks = _split_checks(parts[2].strip())
    if not body:
        raise BadCourse(f"{_short(path)}: the lesson has no text below the second +++")
    return Lesson(body=body, checks=checks, **dict(head))


def _split_checks(body: str) -> tuple[str, tuple[Check, ...]]:
    head, heading, tail = body.partition(_CHECK_HEADING)
    if not heading:
        return body, ()
    section, more, rest = tail.partition("\n## ")
    found = re.findall(
        r"^\d+\.\s+(.*?)\n\s+[-*]\s+答：(.*?)(?=^\d+\.\s|\Z)", section.strip() + "\n", re.M | re.S
    )
    if not found:
        return body, ()
    checks = tuple(Check(question.strip(), _unindented(answer)) for question, answer in found)
    return (head + (f"## {rest}" if more else "")).strip(), checks


def _unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCourse(f"{_short(path)}: {error}; check quotes, brackets and equal signs") from error


def _checked(model: type[_Model], data: dict[str, Any], path: Path) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise BadCourse(f"{_short(path)}: {place}: {first['msg']}") from error


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
