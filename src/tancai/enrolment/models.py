"""Applications and what happened to them.

The facts are the events, materials and verdicts, which are only ever added. ``Application`` keeps the working
draft (choice and claims) and, for lists and queues, the fold of its events in the ``state`` columns, which one
function in ``record.py`` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from tancai.lib.crypto import EncryptedJSONField, EncryptedTextField

if TYPE_CHECKING:
    from tancai.files.api import StoredFile


class Application(models.Model):
    """One person's wish to be certified in one programme on one exam day."""

    number = models.CharField(max_length=32, unique=True, null=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="applications")
    programme = models.CharField(max_length=40)
    edition = models.ForeignKey("programmes.Edition", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=40, blank=True)
    speciality = models.CharField(max_length=64, blank=True)
    exam_day = models.CharField(max_length=80)
    channel = models.CharField(max_length=16, default="individual")
    institution = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="applications"
    )
    claims = EncryptedJSONField(default=dict)
    started_at = models.DateTimeField()

    state = models.CharField(max_length=16, default="draft")
    line = models.PositiveSmallIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    promised_by = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # one application a person, programme and exam day: a second attempt continues the first
            models.UniqueConstraint(fields=["person", "programme", "exam_day"], name="one_application_a_day"),
        ]
        indexes = [
            models.Index(fields=["state", "promised_by", "id"], name="application_queue"),
            models.Index(fields=["exam_day", "state"], name="application_exam_day"),
            models.Index(fields=["institution", "state"], name="application_institution"),
        ]


class ApplicationEvent(models.Model):
    """A step of the application; ``detail`` holds reasons, the line met, or what was submitted."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    detail = EncryptedJSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "at"], name="application_event_kind")]


class Material(models.Model):
    """A file handed in for one requirement; the newest row of a kind and page counts, no file means removed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(max_length=32)
    page = models.PositiveSmallIntegerField(default=1)
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    findings = models.JSONField(default=list)
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["application", "kind", "page", "id"], name="material_newest")]

    @property
    def stored(self) -> StoredFile:
        """The file of a row that was not taken back; raises LookupError."""
        if self.file is None:
            raise LookupError(f"material {self.pk} was taken back")
        return self.file


class MaterialVerdict(models.Model):
    """A reviewer's word on one material; the newest counts."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="verdicts")
    accepted = models.BooleanField()
    code = models.CharField(max_length=32, blank=True)
    text = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]


class MajorAcceptance(models.Model):
    """A reviewer accepted a major outside the programme's list as related, with the reason."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="major_acceptances")
    major = models.CharField(max_length=128)
    reason = EncryptedTextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class ImportBatch(models.Model):
    """One archive of an institution: inspected, confirmed, worked off row by row."""

    institution = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="import_batches"
    )
    programme = models.CharField(max_length=40)
    edition = models.ForeignKey("programmes.Edition", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=40, blank=True)
    speciality = models.CharField(max_length=64, blank=True)
    exam_day = models.CharField(max_length=80)
    archive = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    # sealed: findings speak of people and files
    findings = EncryptedJSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-id"]


class ImportBatchEvent(models.Model):
    """inspected, refused, confirmed, finished, dropped, expired."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]


class ImportRow(models.Model):
    """One line of the spreadsheet with everything found for it; an application once it has become one."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=16)
    data = EncryptedJSONField(default=dict)
    findings = EncryptedJSONField(default=list)
    application = models.ForeignKey(
        Application, null=True, on_delete=models.SET_NULL, related_name="import_rows"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_import_row")]
