"""Messages to people, and the copies that leave by e-mail or text message."""

from __future__ import annotations

from django.db import models

from tancai.lib.crypto import EncryptedJSONField, EncryptedTextField


class Message(models.Model):
    """One thing said to one user or person; the words are made from kind and parameters when it is read."""

    user = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    params = EncryptedJSONField()
    link = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "at"], name="inbox_of_user"),
            models.Index(fields=["person", "at"], name="inbox_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(person__isnull=False),
                name="inbox_message_to_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MessageRead(models.Model):
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="read")
    by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Delivery(models.Model):
    """One copy to one address. A code has no message: it is said once and kept nowhere."""

    CHANNELS = [("email", "e-mail"), ("sms", "text message")]

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="deliveries")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=8, choices=CHANNELS)
    address = EncryptedTextField()
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    # Moves on with every attempt; NULL once nothing is left to do. The attempts are the facts.
    next_attempt_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_attempt_at"], name="inbox_delivery_due")]


class DeliveryAttempt(models.Model):
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    ok = models.BooleanField()
    error = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
