"""The shipped courses: every file usable, every lesson with its basis, the codes of the programmes' topics."""

from __future__ import annotations

from pathlib import Path

import pytest

from tancai.learning.courses import all_courses, course_file, read_lesson
from tancai.learning.errors import BadCourse, UnknownCourse
from tancai.programmes import loader

DEFINITIONS = {each.definition.code: each.definition for each in loader.read_all()}


def test_every_programme_with_a_study_rule_has_a_course_for_every_level() -> None:
    for code, definition in DEFINITIONS.items():
        if code == "cmc":
            continue
        for level in definition.level_codes:
            assert course_file(code, level).minutes > 0


def test_no_course_is_known_for_the_competency_standard() -> None:
    with pytest.raises(UnknownCourse):
        course_file("cmc", "grade-1")


def test_the_cem_course_covers_the_seven_topics_with_at_least_four_lessons_each() -> None:
    course = course_file("cem", "beginner")
    assert [topic.code for topic in course.topics] == [f"cem-{n}" for n in range(1, 8)]
    assert all(len(topic.lessons) >= 4 for topic in course.topics)
    assert not any(lesson.outline for lesson in course.lessons)


@pytest.mark.parametrize("course", all_courses(), ids=lambda course: course.code)
def test_topics_and_titles_are_those_of_the_definition(course) -> None:
    definition = DEFINITIONS[course.programme]
    for topic in course.topics:
        known = definition.topic(topic.code)
        assert known is not None, topic.code
        assert topic.title == known.title
        assert topic.unit == known.unit


@pytest.mark.parametrize("course", all_courses(), ids=lambda course: course.code)
def test_every_lesson_has_a_basis_and_its_checks_are_questions_with_answers(course) -> None:
    for lesson in course.lessons:
        assert lesson.basis
        assert "想一想" not in lesson.body, lesson.code
        if not lesson.outline:
            assert len(lesson.checks) >= 2, lesson.code
        assert all(check.question and check.answer for check in lesson.checks)


def lesson_text(**changes: str) -> str:
    head = {
        "code": '"x-1"',
        "title": '"题"',
        "topic": '"x"',
        "minutes": "5",
        "basis": '[{ document = "文件" }]',
        **changes,
    }
    lines = "\n".join(f"{key} = {value}" for key, value in head.items() if value)
    return f"+++\n{lines}\n+++\n\n正文\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("没有头", "+++"),
        (lesson_text(minutes='"五"'), "minutes"),
        (lesson_text(minutes="0"), "minutes"),
        (lesson_text(basis="[]"), "basis"),
        (lesson_text(code='"y-1"'), "code is 'y-1'"),
        (lesson_text(extra="1"), "extra"),
        (lesson_text(title='"题'), "quotes"),
        (lesson_text().replace("正文", ""), "no text"),
    ],
)
def test_a_faulty_lesson_names_file_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x" / "x-1.md"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCourse) as caught:
        read_lesson(path)
    assert "x/x-1.md" in str(caught.value)
    assert said in str(caught.value)


def test_questions_with_answers_become_the_self_check(tmp_path: Path) -> None:
    path = tmp_path / "x" / "x-1.md"
    path.parent.mkdir()
    path.write_text(
        lesson_text() + "\n## 想一想\n\n1. 为什么？\n   - 答：因为甲。\n2. 多少？\n   - 答：2 × 3 = 6。\n",
        encoding="utf-8",
    )
    lesson = read_lesson(path)
    assert [(c.question, c.answer) for c in lesson.checks] == [
        ("为什么？", "因为甲。"),
        ("多少？", "2 × 3 = 6。"),
    ]
    assert lesson.body == "正文"
