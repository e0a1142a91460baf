"""A shared market: one class, one append-only record that orders the moves of everybody in it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Market(models.Model):
    """A market that somebody opened for a class; what happened in it is the fold of its moves.

    ``choices`` are rules chosen otherwise ({rule: value}); ``code`` lets people in; ``bots`` counts the counterparties
    that are simulated from ``seed``.
    """

    opener = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    rules = models.CharField(max_length=40)
    choices = models.JSONField(default=dict)
    scenario = models.CharField(max_length=40)
    seed = models.BigIntegerField()
    bots = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12, unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["opener", "id"], name="labs_market_of_opener")
        ]  # the list of the bench

    def __str__(self) -> str:
        return f"market {self.pk}"


class Seat(models.Model):
    """A trader: a person, or without ``user`` a simulated counterparty. ``account`` is its name in the record."""

    market = models.ForeignKey(Market, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    account = models.CharField(max_length=40)
    enterprise = models.JSONField(default=dict)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "account"], name="labs_account_once"),
            models.UniqueConstraint(fields=["market", "user"], name="labs_seat_once"),
        ]
        indexes = [
            models.Index(fields=["user", "market"], name="labs_seats_of_user")
        ]  # the markets somebody is in

    def __str__(self) -> str:
        return f"{self.market_id}/{self.account}"


class Move(models.Model):
    """One move, numbered within the market; never changed. ``body`` holds the columns of an order file as text, for
    kinds of the class (run, pause, pace, message, end) their own values. ``refusal`` says why the rules did not allow
    it. ``key`` is the sender's own name for the move: the same again changes nothing."""

    market = models.ForeignKey(Market, on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    body = models.JSONField()
    refusal = models.JSONField(null=True)
    key = models.CharField(max_length=60, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "number"], name="labs_move_once"),
            models.UniqueConstraint(fields=["market", "key"], name="labs_move_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.market_id}/{self.number} {self.kind}"
