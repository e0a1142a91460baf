from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """Somebody did something to a record. Never changed, never deleted; ids are plain so it outlives its targets."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, help_text="User id; empty when the system acted.")
    action = models.CharField(max_length=80)
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id", "id"], name="audit_by_target"),
            models.Index(fields=["actor_id", "id"], name="audit_by_actor"),
            models.Index(fields=["action", "id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_kind} {self.target_id}"


class Seal(models.Model):
    """A hash over a run of entries and the seal before it: cutting or changing any of them shows."""

    at = models.DateTimeField()
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField(unique=True)
    count = models.IntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.first_entry}-{self.last_entry}"
