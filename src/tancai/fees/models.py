"""Orders and what happened to them; an order's state is the fold of its events."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Order(models.Model):
    """Something to pay for: once made, its facts stay."""

    number = models.CharField(max_length=24, unique=True, null=True)
    purpose = models.CharField(max_length=16)
    reference = models.CharField(max_length=80)
    attempt = models.PositiveSmallIntegerField(default=1)
    programme = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="orders")
    payee = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="orders"
    )
    amount = models.PositiveIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two requests at once make one order; the second finds the first.
            models.UniqueConstraint(fields=["purpose", "reference", "attempt"], name="order_attempt_once"),
        ]
        indexes = [models.Index(fields=["payee", "opened_at"], name="order_by_payee")]


class OrderEvent(models.Model):
    """One step of an order; rows are only added."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        # The newest event of an order names its state; lists look it up per order.
        indexes = [models.Index(fields=["order", "id"], name="order_event_newest")]
