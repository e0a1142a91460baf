"""What can go wrong with courses and study."""

from __future__ import annotations


class LearningError(Exception):
    """Base of this room's errors."""


class BadCourse(LearningError):
    """A course or lesson file that cannot be used; the message names file, place and remedy."""


class UnknownCourse(LearningError):
    """No course for this programme and level."""


class UnknownLesson(LearningError):
    """No lesson of this code in the course."""
