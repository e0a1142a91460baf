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
    """A step of a version's life: draft → review → pilot or active → retired, or back to draft with a reason."""

    DRAFT, REVIEW, PILOT, ACTIVE, RETIRED = "draft", "review", "pilot", "active", "retired"

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="states")
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"


class ItemTag(models.Model):
    """A word authors have put on an item; who put it there stands in the changes."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "item"], name="items_tag_once")]

    def __str__(self) -> str:
        return self.name


class ChangeBatch(models.Model):
    """One change of several items at once: what was asked, by whom, and what it takes back if it is an undoing."""

    kind = models.CharField(max_length=20)
    value = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by", help_text="At most once."
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class ItemChange(models.Model):
    """What a batch did to one item: place, level, tags or a step, before and after."""

    batch = models.ForeignKey(ChangeBatch, on_delete=models.PROTECT, related_name="changes")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="changes")
    version = models.ForeignKey(ItemVersion, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "item"], name="items_changed_once_a_batch")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.before} → {self.after}"


class Comment(models.Model):
    """What a reader says about a place in a version; answers hang on the first of a thread."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="comments")
    place = models.CharField(max_length=40, blank=True, help_text="stem, options.B, key …; empty: the whole.")
    text = models.CharField(max_length=2000)
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.text[:40]


class CommentMark(models.Model):
    """A thread settled or opened again; the newest counts."""

    SETTLED, REOPENED = "settled", "reopened"

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.comment_id} {self.mark}"


class SourceMark(models.Model):
    """What is known of a document that items stand on: in force, or superseded and by what; the newest counts."""

    IN_FORCE, SUPERSEDED = "in_force", "superseded"

    document = models.CharField(max_length=300, db_index=True)
    mark = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.document} {self.mark}"


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
