"""What is said in public; wordings, decisions and answers are rows that are only added."""

from __future__ import annotations

from django.conf import settings
from django.db import models


def _author() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class Post(models.Model):
    """A notice or a piece of news, of the platform or of one body; ``programme`` is a code or empty."""

    kind = models.CharField(max_length=10)
    programme = models.CharField(max_length=40, blank=True)
    publisher = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        # Public lists go by kind, newest first.
        indexes = [models.Index(fields=["kind", "id"], name="post_by_kind")]


class PostVersion(models.Model):
    """One wording of a post; the newest is shown."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    body_en = models.TextField(blank=True)
    at = models.DateTimeField()
    by = _author()


class PostEvent(models.Model):
    """``published``, ``withdrawn``, ``pinned``, ``unpinned``."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = _author()


class Question(models.Model):
    """What somebody asked the office."""

    number = models.CharField(max_length=24, unique=True, null=True)
    programme = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="questions"
    )
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["programme", "id"], name="question_by_programme")]


class Answer(models.Model):
    """An answer of the office; a later one replaces it and both are kept."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField()
    at = models.DateTimeField()
    by = _author()


class QuestionEvent(models.Model):
    """``hidden`` or ``shown``."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = _author()


class Call(models.Model):
    """A public call for video courses or experts; ``specialities`` are the fields one can choose, may be empty."""

    kind = models.CharField(max_length=16)
    programme = models.CharField(max_length=40, blank=True)
    publisher = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    body_en = models.TextField(blank=True)
    specialities = models.JSONField(default=list)
    opens_on = models.DateField()
    closes_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = _author()


class CallEvent(models.Model):
    """``opened``, ``closed``, ``reopened``."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = _author()


class Submission(models.Model):
    """What somebody handed in to a call."""

    number = models.CharField(max_length=24, unique=True, null=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="submissions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="submissions"
    )
    contributor = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120, blank=True)
    speciality = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=120)
    summary = models.TextField()
    link = models.CharField(max_length=400, blank=True)
    submitted_at = models.DateTimeField()


class SubmissionFile(models.Model):
    """A document handed in with a submission."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")


class Review(models.Model):
    """One reader's judgement; ``points`` says for each criterion whether it is met."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="reviews")
    recommended = models.BooleanField()
    points = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = _author()


class SubmissionEvent(models.Model):
    """``submitted``, ``reviewed``, ``accepted``, ``refused``, ``withdrawn``."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    by = _author()
