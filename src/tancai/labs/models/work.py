"""Practical work outside an exam: who works on what, and every entry as it came."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Work(models.Model):
    """A piece of work of one person at one bench; what it holds is the fold of its entries.

    ``task``, ``version`` and ``seed`` name the case when the bench works on a laboratory task, else they are empty.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    bench = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    task = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(null=True)
    seed = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "bench", "id"], name="labs_work_of_owner")
        ]  # the list of a bench

    def __str__(self) -> str:
        return f"{self.bench} {self.id}"

    @property
    def name(self) -> str:
        """The newest title where the work was read by ``works`` or ``work_of``, else the first."""
        return getattr(self, "renamed", None) or self.title


class WorkEntry(models.Model):
    """One change, numbered by the page that made it; never changed. ``kind`` is ``value``, ``hand_in``, ``put_away``,
    ``take_back`` or ``rename``; a value of null takes the name out of the work."""

    VALUE, HAND_IN, PUT_AWAY, TAKE_BACK = "value", "hand_in", "put_away", "take_back"
    RENAME = "rename"

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=200, blank=True)
    value = models.JSONField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work", "seq"], name="labs_entry_once")]

    def __str__(self) -> str:
        return f"{self.work_id}/{self.seq} {self.name or self.kind}"
