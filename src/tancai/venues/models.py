"""Exam sites: what was applied for, and what was decided about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tancai.lib.crypto import EncryptedTextField


class Site(models.Model):
    """An application to hold exams at a place, and the site it became once accepted."""

    number = models.CharField(max_length=24, unique=True, null=True)
    body = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=60)
    address = models.CharField(max_length=200)
    contact_name = models.CharField(max_length=60)
    contact_phone = EncryptedTextField()
    equipment = models.TextField(blank=True)
    applied_at = models.DateTimeField()

    class Meta:
        # A body's list, newest first.
        indexes = [models.Index(fields=["body", "id"], name="site_by_body")]


class SiteRoom(models.Model):
    """A room of the site with its seats."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=60)
    seats = models.PositiveSmallIntegerField()
    cameras = models.PositiveSmallIntegerField(default=0)


class SiteEvent(models.Model):
    """``submitted``, ``accepted``, ``refused`` or ``closed``; the newest is the state."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
