"""What people studied: visits with the time credited, lessons done, and one clock a person."""

from __future__ import annotations

from django.db import models


class StudyClock(models.Model):
    """The moment up to which a person's time is accounted for; locked by every beat, so that windows share it."""

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)


class LessonVisit(models.Model):
    """One stay on a lesson. The newest visit of a lesson grows while its page is read; others never change."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="lesson_visits")
    course = models.CharField(max_length=60)
    lesson = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(default=0)
    ended = models.BooleanField(default=False)

    class Meta:
        # Shares sum the visits of one person and course; a beat looks for the newest of one lesson.
        indexes = [models.Index(fields=["person", "course", "lesson", "id"], name="visit_of_lesson")]


class LessonDone(models.Model):
    """A lesson whose minutes are full, with the moment it happened."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="lessons_done")
    course = models.CharField(max_length=60)
    lesson = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "course", "lesson"], name="lesson_done_once")
        ]


class LateWarning(models.Model):
    """A candidate was told that hours are short before an exam day; once an application and day."""

    application = models.ForeignKey("enrolment.Application", on_delete=models.PROTECT, related_name="+")
    exam_day = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "exam_day"], name="late_warning_once")]
