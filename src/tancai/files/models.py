"""Stored files: the row knows what and whose, the sealed bytes lie under the token outside the web root."""

from __future__ import annotations

from django.db import models

from tancai.lib.crypto import EncryptedTextField


class StoredFile(models.Model):
    token = models.CharField(max_length=43, unique=True)
    owner_person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    owner_organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    purpose = models.CharField(max_length=40)
    # Sealed: people put names and document numbers into file names.
    name = EncryptedTextField()
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    keep_until = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["keep_until"], name="files_keep_until"),
            models.Index(fields=["owner_person", "purpose"], name="files_of_person"),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"


class FileDiscard(models.Model):
    """The file was given up; its bytes are gone or about to be."""

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="discard")
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
