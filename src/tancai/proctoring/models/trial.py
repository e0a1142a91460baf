"""The test run before an exam: each check of a device is a row."""

from __future__ import annotations

from django.db import models


class DeviceCheck(models.Model):
    """What one device showed in the test run. ``results`` maps a part to ``{"state", ...}``; see trial/rules.py."""

    admission = models.ForeignKey("exams.Admission", on_delete=models.CASCADE, related_name="device_checks")
    state = models.CharField(max_length=8, help_text="good, warn or bad: the worst of its parts.")
    results = models.JSONField()
    user_agent = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["admission", "at"], name="device_check_last")]


class TrialReminder(models.Model):
    """The candidate was reminded of the test run."""

    admission = models.ForeignKey("exams.Admission", on_delete=models.CASCADE, related_name="trial_reminders")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
