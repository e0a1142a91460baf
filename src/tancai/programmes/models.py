"""Programmes, their editions, special exam days and the table of working days."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Programme(models.Model):
    """A programme; what it is stands in its editions, these columns are for lists and rights."""

    code = models.CharField(max_length=40, unique=True)
    body = models.CharField(max_length=40)
    organiser = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]


class Edition(models.Model):
    """One dated edition. Never changed once made: an edit is the next edition."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    origin = models.CharField(max_length=10, choices=[("file", "file"), ("staff", "staff")])
    note = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="edition_number_once")]
        # The edition in force on a day is the latest by these two.
        indexes = [models.Index(fields=["programme", "effective_from", "number"], name="edition_in_force")]


class FileState(models.Model):
    """The digest of a definition file that was last taken over or set aside, one row a decision."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="file_states")
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=[("adopted", "adopted"), ("set_aside", "set_aside")])
    note = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class SpecialDay(models.Model):
    """An exam day outside the rule."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="special_days")
    starts_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    ticket_from = models.DateTimeField(null=True)
    note = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["programme", "starts_at"], name="special_by_start")]


class DayChange(models.Model):
    """A day of the calendar, regular or special, called off or put back; the latest row of a key counts."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="day_changes")
    day_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=[("cancelled", "cancelled"), ("restored", "restored")])
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["programme", "day_key", "id"], name="day_change_latest")]


class Workday(models.Model):
    """What an official calendar says about one day where it differs from Monday to Friday; the latest row counts."""

    day = models.DateField(db_index=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class WorkYear(models.Model):
    """A year whose official calendar is in the table; years without a row are provisional."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
