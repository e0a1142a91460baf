"""The lock-down client of a session: its configurations, the builds allowed, who may sit without it, what failed.

Rows are only ever added; the newest configuration counts, builds and exceptions are folded.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


def _by() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class LockdownConfig(models.Model):
    """A configuration of the client for one session; the newest one counts, earlier files open nothing any more."""

    session = models.ForeignKey("exams.Session", on_delete=models.CASCADE, related_name="lockdown_configs")
    config_key = models.CharField(max_length=64)
    salt = models.CharField(max_length=44, help_text="The exam key salt, base64.")
    token = models.CharField(max_length=32, unique=True, help_text="Names the file where it is downloaded.")
    leave_token = models.CharField(max_length=32, unique=True, help_text="In the address that closes it.")
    settings = models.JSONField(help_text="The settings written to the file; data as base64.")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class BrowserKeyEvent(models.Model):
    """A Browser Exam Key ``added`` to a session's list, or ``removed``, and why."""

    ADDED, REMOVED = "added", "removed"

    session = models.ForeignKey("exams.Session", on_delete=models.CASCADE, related_name="browser_key_events")
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=64)
    label = models.CharField(max_length=80, blank=True, help_text="The build it was read off.")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class LockdownException(models.Model):
    """Leave to sit without the client ``granted`` to a candidate, or ``revoked``, with a coded reason."""

    GRANTED, REVOKED = "granted", "revoked"

    admission = models.ForeignKey(
        "exams.Admission", on_delete=models.CASCADE, related_name="lockdown_exceptions"
    )
    kind = models.CharField(max_length=8)
    reason = models.CharField(max_length=24)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class LockdownFailure(models.Model):
    """A request that did not come from the client; the same failure again within a minute is not written again."""

    admission = models.ForeignKey(
        "exams.Admission", on_delete=models.CASCADE, related_name="lockdown_failures"
    )
    code = models.CharField(max_length=24)
    place = models.CharField(max_length=16, help_text="check, enter, room, paper or during.")
    user_agent = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["admission", "at"], name="lockdown_failure_last")]
