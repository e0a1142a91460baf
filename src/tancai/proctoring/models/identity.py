"""Who sits there: the way chosen, pictures, what was measured on them, flags and what people decided.

Every row is a fact with its time. The bytes of pictures are stored files with a retention date of their own; the
figures stay when the bytes are gone.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tancai.lib.crypto import EncryptedTextField


def _by() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


def _admission(name: str) -> models.ForeignKey:
    return models.ForeignKey("exams.Admission", on_delete=models.PROTECT, related_name=name)


class WayChoice(models.Model):
    """How a candidate wants to be identified: ``camera`` (with the text agreed to) or ``human``; newest counts."""

    CAMERA, HUMAN = "camera", "human"

    admission = _admission("identity_ways")
    way = models.CharField(max_length=8)
    text_version = models.CharField(max_length=20, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    withdrawn = models.BooleanField(
        default=False, help_text="The human way after an agreement was taken back."
    )
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class HumanCheck(models.Model):
    """A member of staff has identified the candidate in person and takes over watching the exam."""

    admission = _admission("human_checks")
    note = EncryptedTextField()
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class Watch(models.Model):
    """While the exam runs: whoever watches has seen the candidate at this moment."""

    admission = _admission("watches")
    note = EncryptedTextField()
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]


class Picture(models.Model):
    """One picture: ``card``, ``live`` (check-in), ``ready`` (the camera tried before entry) or ``snapshot``.

    Snapshots arrive as sealed bytes in the spool; only those with a flag become stored files.
    """

    CARD, LIVE, READY, SNAPSHOT = "card", "live", "ready", "snapshot"

    admission = _admission("identity_pictures")
    kind = models.CharField(max_length=8)
    number = models.PositiveIntegerField(help_text="Counted by the page; the same again is the same picture.")
    how = models.CharField(max_length=6, help_text="camera or file.")
    taken_at = models.DateTimeField(help_text="By the candidate's device.")
    received_at = models.DateTimeField()
    size = models.PositiveIntegerField(default=0)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    spool = models.CharField(max_length=43, blank=True)
    claimed_at = models.DateTimeField(null=True, help_text="A worker has taken it up.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["admission", "kind", "number"], name="one_picture_a_number"),
        ]
        indexes = [
            # the newest picture of everybody in a room, again and again
            models.Index(fields=["admission", "received_at"], name="picture_newest"),
            models.Index(
                fields=["claimed_at"],
                condition=models.Q(kind="snapshot", claimed_at=None),
                name="picture_waiting",
            ),
            models.Index(fields=["received_at"], condition=~models.Q(spool=""), name="picture_spooled"),
        ]


class Reading(models.Model):
    """What an adapter measured on a picture, against the approved portrait, the card, or nothing (presence only)."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="readings")
    against = models.CharField(max_length=8)
    state = models.CharField(max_length=16)
    adapter = models.CharField(max_length=16)
    model = models.CharField(max_length=80, blank=True)
    threshold = models.FloatField(null=True)
    score = models.FloatField(null=True)
    faces = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["picture", "against"], name="one_reading_a_reference"),
        ]


class CheckIn(models.Model):
    """Card and portrait handed in together; a new row when the candidate is asked again."""

    admission = _admission("check_ins")
    card = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    live = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = _by()
    compared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class CheckDecision(models.Model):
    """``same``, ``other`` or ``again``; ``by`` empty when the adapter's score was high enough. Newest counts."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=8)
    note = EncryptedTextField()
    at = models.DateTimeField()
    by = _by()
    automatic = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]


class Flag(models.Model):
    """Something somebody should look at: one episode of one kind. Never a verdict."""

    admission = _admission("identity_flags")
    kind = models.CharField(max_length=16)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["admission", "kind"], name="flag_of_admission")]


class FlagSign(models.Model):
    """One sign of the episode: a picture, or a message of the page (``detail``)."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="signs")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, related_name="signs")
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]


class FlagReview(models.Model):
    """Stage 1: ``harmless`` or ``doubt``. Stage 2, by somebody else: ``upheld`` or ``set_aside``."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="reviews")
    stage = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=24)
    note = EncryptedTextField()
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["flag", "stage"], name="one_review_a_stage")]


class FlagStatement(models.Model):
    """What the candidate says about a flag."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="statements")
    text = EncryptedTextField()
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]
