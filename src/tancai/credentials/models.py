"""Certificates, what is printed on them, and what happened to them.

A certificate keeps its number for life. What it prints, how long it is valid and what became of it are rows that are
only added; the newest printing counts, the newest event names the state.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tancai.lib.crypto import EncryptedJSONField, EncryptedTextField


def _by() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class NumberSeries(models.Model):
    """The last sequence number given out under a prefix in a year."""

    prefix = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="credentials_one_series")]


class Certificate(models.Model):
    """A certificate and where it comes from. The portrait is the approved one of its application."""

    number = models.CharField(max_length=24, unique=True)
    # Printed in the QR code: whoever holds the paper may see what the paper says.
    code = models.CharField(max_length=16)
    programme = models.CharField(max_length=40)
    edition = models.ForeignKey("programmes.Edition", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=40, blank=True)
    speciality = models.CharField(max_length=64, blank=True)
    application = models.ForeignKey(
        "enrolment.Application", on_delete=models.PROTECT, related_name="certificates"
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="certificates")
    result = models.ForeignKey("marking.Result", on_delete=models.PROTECT, related_name="certificates")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="successor")
    issued_on = models.DateField(help_text="The date printed, a day in Asia/Shanghai.")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Two clerks at once issue one certificate; a second one of an application replaces the first.
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(replaces__isnull=True),
                name="credentials_one_a_pass",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "-issued_on", "-id"], name="credentials_list"),
        ]

    def __str__(self) -> str:
        return self.number


class Printing(models.Model):
    """What the certificate prints, sealed; the newest row counts.

    ``facts``: name, sex, document_kind, document, post, post_en, level, level_en, course, exam_month (``YYYY-MM``).
    The indexes find equal names and documents without being readable.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="printings")
    facts = EncryptedJSONField()
    name_index = models.CharField(max_length=64)
    document_index = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]
        indexes = [
            # the look-up by document or name
            models.Index(fields=["document_index"], name="credentials_by_document"),
            models.Index(fields=["name_index"], name="credentials_by_name"),
        ]


class ValidityPeriod(models.Model):
    """A line of the registration record: the first at issue, further ones on renewal. No end: valid for good."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="periods")
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "number"], name="credentials_one_period"),
        ]


class ChangeRequest(models.Model):
    """The holder asks for a correction or a replacement; its fee order is ``replacement:<id>``."""

    CORRECT, REPLACE = "correct", "replace"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="requests")
    change = models.CharField(max_length=8)
    text = EncryptedTextField()
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class RequestRefusal(models.Model):
    """The office does not follow a request, with the reason the holder reads."""

    request = models.OneToOneField(ChangeRequest, on_delete=models.PROTECT, related_name="refusal")
    reason = EncryptedTextField()
    at = models.DateTimeField()
    by = _by()


class Proposal(models.Model):
    """One clerk wants a change; ``changes`` are the facts to print instead (corrections only)."""

    CORRECT, REPLACE, REVOKE = "correct", "replace", "revoke"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="proposals")
    change = models.CharField(max_length=8)
    changes = EncryptedJSONField(default=dict)
    reason = EncryptedTextField()
    request = models.ForeignKey(ChangeRequest, null=True, on_delete=models.PROTECT, related_name="proposals")
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class ProposalDecision(models.Model):
    """Another clerk confirmed the change or turned it down."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    confirmed = models.BooleanField()
    reason = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField()
    by = _by()


class CertificateEvent(models.Model):
    """issued, corrected, renewed, replaced, revoked; ``proposal`` names the two people behind a change."""

    ISSUED, CORRECTED, RENEWED, REPLACED, REVOKED = "issued", "corrected", "renewed", "replaced", "revoked"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12)
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="event")
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["certificate", "-id"], name="credentials_newest_event")]
