from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.exams import logbook, rules
from tancai.exams.errors import ExamError, LogUnreachable
from tancai.exams.models import Sitting, SittingEvent

QUEUE_SECONDS = 24 * 3600
"""How long the replay of a queued hand-in is waited for."""


def order(
    sitting: Sitting,
    kind: str,
    *,
    reason: str,
    by: Any,
    at: datetime,
    seconds: int = 0,
    text: str = "",
) -> SittingEvent:
    """Order extra time (``seconds``), a pause, its end, a message (``text``) or the end of one sitting.

    The order is a fact at once and reaches the log now or, when the log is away, with the next sweep;
    ``confirmed_at`` tells. Raises ExamError ``finished``, ``bad_order``, ``no_reason``, ``no_text``,
    ``bad_seconds``.
    """
    return order_all([sitting], kind, reason=reason, by=by, at=at, seconds=seconds, text=text)[0]


def order_all(
    sittings: Iterable[Sitting],
    kind: str,
    *,
    reason: str,
    by: Any,
    at: datetime,
    seconds: int = 0,
    text: str = "",
) -> list[SittingEvent]:
    """The same order to several sittings; those already finished are passed over unless none is left."""
    _check(kind, reason, seconds, text)
    wanted = [sitting for sitting in sittings if not hasattr(sitting, "sheet")]
    if not wanted:
        raise ExamError("finished")
    detail: dict[str, Any] = {}
    if seconds:
        detail["seconds"] = seconds
    if text.strip():
        detail["text"] = text.strip()
    with transaction.atomic():
        events = [_event(sitting, kind, reason, detail, by=by, at=at) for sitting in wanted]
    _deliver_after_commit(events, at=at)
    return events


def _check(kind: str, reason: str, seconds: int, text: str) -> None:
    if kind not in rules.ORDERS:
        raise ExamError("bad_order")
    if reason not in rules.REASONS:
        raise ExamError("no_reason")
    if kind == "extra" and not 60 <= seconds <= 4 * 3600:
        raise ExamError("bad_seconds")
    if (kind == "message" or reason == "other") and not text.strip():
        raise ExamError("no_text")
    if len(text) > 500:
        raise ExamError("long_text")


def queue_hand_in(sitting: Sitting, code: str, *, by: Any, at: datetime) -> SittingEvent:
    """Record the code that a page without network shows at hand-in, and keep the door open for its replay.

    Raises ExamError ``finished``, ``not_begun`` or ``bad_code`` (not eight characters of the alphabet).
    """
    plain = "".join(code.split()).replace("-", "").upper()
    if len(plain) != 8 or set(plain) - set(rules.ALPHABET):
        raise ExamError("bad_code")
    if hasattr(sitting, "sheet"):
        raise ExamError("finished")
    if not sitting.events.filter(kind="started").exists():
        raise ExamError("not_begun")
    with transaction.atomic():
        detail = {"code": plain, "seconds": QUEUE_SECONDS}
        event = _event(sitting, "queued", "network", detail, by=by, at=at)
    _deliver_after_commit([event], at=at)
    return event


def _event(
    sitting: Sitting, kind: str, reason: str, detail: dict[str, Any], *, by: Any, at: datetime
) -> SittingEvent:
    event = SittingEvent.objects.create(
        sitting=sitting, kind=kind, at=at, by=by, reason=reason, detail=detail, ref=secrets.token_hex(12)
    )
    audit.record(
        f"exams.order_{kind}", by=by, at=at, target=("sitting", sitting.pk), detail={"reason": reason}
    )
    return event


def _deliver_after_commit(events: list[SittingEvent], *, at: datetime) -> None:
    def deliver_now() -> None:
        try:
            deliver(events, at=at)
        except LogUnreachable:
            return  # the order stays unconfirmed and the sweep sends it again

    transaction.on_commit(deliver_now)


def deliver(events: list[SittingEvent], *, at: datetime) -> None:
    """Send orders to the log and note that it has them; raises LogUnreachable."""
    for start in range(0, len(events), 500):
        chunk = events[start : start + 500]
        logbook.send([_message(event) for event in chunk])
        SittingEvent.objects.filter(pk__in=[event.pk for event in chunk]).update(confirmed_at=at)
        for event in chunk:
            event.confirmed_at = at


def undelivered() -> list[SittingEvent]:
    return list(SittingEvent.objects.filter(ref__isnull=False, confirmed_at=None).order_by("id")[:2000])


def _message(event: SittingEvent) -> dict[str, Any]:
    """The order as the log takes it; a queued hand-in only asks for more grace."""
    message: dict[str, Any] = {
        "kind": "grace" if event.kind == "queued" else event.kind,
        "sitting": event.sitting_id,
        "ref": event.ref,
        "reason": event.reason,
    }
    if "seconds" in event.detail:
        message["seconds"] = event.detail["seconds"]
    if "text" in event.detail and event.kind in ("message", "end"):
        message["text"] = event.detail["text"]
    return message
