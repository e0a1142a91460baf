"""The door of learning: courses, lessons, server-timed hours."""

from tancai.learning.actions import beat, study, warn_late
from tancai.learning.courses import Basis, Check, Course, CourseTopic, Lesson, all_courses
from tancai.learning.errors import BadCourse, LearningError, UnknownCourse, UnknownLesson
from tancai.learning.queries import (
    LessonState,
    OpenCourse,
    Progress,
    course,
    courses_for,
    lesson,
    lesson_states,
    open_course,
    progress,
    progress_of_many,
)
from tancai.learning.rules import BEAT, IDLE

__all__ = [
    "BEAT",
    "IDLE",
    "BadCourse",
    "Basis",
    "Check",
    "Course",
    "CourseTopic",
    "LearningError",
    "Lesson",
    "LessonState",
    "OpenCourse",
    "Progress",
    "UnknownCourse",
    "UnknownLesson",
    "all_courses",
    "beat",
    "course",
    "courses_for",
    "lesson",
    "lesson_states",
    "open_course",
    "progress",
    "progress_of_many",
    "study",
    "warn_late",
]
