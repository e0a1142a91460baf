from __future__ import annotations

from django.conf import settings
from django.db import models


class Item(models.Model):
    """A question of the bank; what it says stands in its versions, what it is allowed to do in its states."""

    code = models.CharField(max_length=60, unique=True)
    collection = models.CharField(max_length=40, help_text="Bank it belongs to: a programme code, or shared.")
    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=60)
    difficulty = models.CharField(max_length=10)
    levels = models.JSONField(default=list, help_text="Levels it may be drawn for; empty means all.")

    class Meta:
        indexes = [models.Index(fields=["topic", "kind"], name="items_by_topic")]  # drawing and coverage

    def __str__(self) -> str:
        return self.code


class ItemVersion(models.Model):
    """What an item says: content shown, key kept back, and why. Never changed once made."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    content = models.JSONField()
    key = models.JSONField()
    basis = models.JSONField()
    explanation = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="items_one_version_number")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class ItemState(models.Model):
    """A step of a version's life: draft → review → active → retired, or back to draft with a reason."""

    DRAFT, REVIEW, ACTIVE, RETIRED = "draft", "review", "active", "retired"

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="states")
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"


class Form(models.Model):
    """A paper drawn from the bank by a blueprint: frozen versions in order."""

    programme = models.CharField(max_length=20)
    level = models.CharField(max_length=20, blank=True)
    speciality = models.CharField(max_length=40, blank=True)
    seed = models.CharField(max_length=80)
    blueprint = models.JSONField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.programme} {self.level} {self.speciality} {self.seed}"


class FormEntry(models.Model):
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="entries")
    position = models.IntegerField(help_text="From 1, in order of printing.")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    marks = models.IntegerField()
    part = models.CharField(max_length=40)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="items_one_entry_at_position"),
            models.UniqueConstraint(fields=["form", "version"], name="items_version_once_in_form"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}#{self.position}"
