"""Saying things to people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import get_language

from tancai.audit import api as audit
from tancai.messages import rules, wording
from tancai.messages.channels import channel
from tancai.messages.errors import NotDelivered
from tancai.messages.models import Delivery, DeliveryAttempt, Message, MessageRead
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Person, User

CODE_MINUTES = 15
KEEP_DELIVERIES = timedelta(days=180)


@transaction.atomic
def send(
    *,
    person: Person | None = None,
    user: User | None = None,
    kind: str,
    params: dict[str, Any],
    link: str = "",
    at: datetime,
    by: User | None = None,
) -> Message:
    """Put a message into the inbox and queue its copy by e-mail or text message.

    One of ``person`` and ``user`` is enough. ``params`` hold text, numbers, dates, lists, or ``{"zh-hans", "en"}``
    pairs, and never an identity number; ``amount`` is in cents, ``share`` and ``required`` fractions.
    ``link`` is a path of this site. Raises UnknownKind, MissingParameter.
    """
    text = wording.check(kind, params)
    if person is None and user is None:
        raise ValueError("a message needs a person or a user")
    message = Message.objects.create(
        user=user, person=person, kind=kind, params=wording.pack(params), link=link, by=by, at=at
    )
    audit.record("messages.send", by=by, at=at, target=("message", message.pk), detail={"kind": kind})
    account = user or (person.user if person else None)
    if account is not None and not account.is_active:
        return message
    phone, email = (account.phone, account.email) if account else people.contact_of(person)  # type: ignore[arg-type]
    addresses = {"sms": phone or "", "email": email or ""}
    way = rules.channel_for(text.reach, addresses)
    if way:
        Delivery.objects.create(
            message=message,
            kind=kind,
            channel=way,
            address=addresses[way],
            language=account.language if account else "zh-hans",
            at=at,
            next_attempt_at=at,
        )
    return message


def send_code(address: str, code: str, at: datetime) -> None:
    """Send a code to a phone or e-mail at once; only the attempt is kept, never the code."""
    _say_once(address, "sign_in_code", {"code": code, "minutes": CODE_MINUTES}, at)


def send_notice(address: str, kind: str, params: dict[str, Any], at: datetime) -> None:
    """Send a message to an address that may belong to nobody here; nothing is put into an inbox."""
    _say_once(address, kind, params, at)


def _say_once(address: str, kind: str, params: dict[str, Any], at: datetime) -> None:
    wording.check(kind, params)
    language = get_language() or "zh-hans"
    way = "email" if "@" in address else "sms"
    delivery = Delivery.objects.create(
        kind=kind, channel=way, address=address, language=language, at=at, next_attempt_at=None
    )
    words = wording.compose(kind, wording.pack(params), language)
    transaction.on_commit(lambda: _attempt(delivery, words, at))


def _attempt(delivery: Delivery, words: wording.Words, at: datetime) -> bool:
    error = ""
    try:
        channel(delivery.channel).send(
            delivery.address, words, language=delivery.language, reference=f"d{delivery.pk}", at=at
        )
    except NotDelivered as problem:
        error = str(problem)[:200] or "not delivered"
    DeliveryAttempt.objects.create(delivery=delivery, ok=not error, error=error, at=at)
    return not error


def deliver_due(at: datetime, *, most: int = 500) -> int:
    """Attempt what is due, at most so many; returns how many were delivered. Network outside transactions."""
    due = (
        Delivery.objects.filter(next_attempt_at__lte=at)
        .select_related("message")
        .order_by("next_attempt_at", "pk")
    )
    delivered = 0
    for delivery in list(due[:most]):
        taken = Delivery.objects.filter(pk=delivery.pk, next_attempt_at=delivery.next_attempt_at)
        failures = delivery.attempts.filter(ok=False).count() + 1
        # Claimed before the attempt: a worker that dies here tries again after the pause, two workers never both.
        if not taken.update(next_attempt_at=rules.next_attempt(failures, at)) or delivery.message is None:
            continue
        words = wording.compose(delivery.kind, delivery.message.params, delivery.language)
        if _attempt(delivery, words, at):
            Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=None)
            delivered += 1
    return delivered


@transaction.atomic
def mark_read(message: Message, *, by: User | None, at: datetime) -> None:
    """Note that the message was opened; the first time counts."""
    MessageRead.objects.get_or_create(message=message, defaults={"by": by, "at": at})


@transaction.atomic
def mark_all_read(user: User, *, at: datetime) -> int:
    """Note that everything in a user's inbox was seen; returns how many were unread."""
    from tancai.messages.queries import inbox

    unread = list(inbox(user).filter(read=None))
    MessageRead.objects.bulk_create(
        [MessageRead(message=m, by=user, at=at) for m in unread], ignore_conflicts=True
    )
    return len(unread)


def prune(at: datetime) -> int:
    """Forget deliveries (addresses) older than half a year; the messages stay."""
    old = Delivery.objects.filter(at__lt=at - KEEP_DELIVERIES, next_attempt_at=None)
    return old.delete()[0]
