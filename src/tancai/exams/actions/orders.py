from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import override

from tancai.audit import api as audit
from tancai.exams import logbook, rules, words
from tancai.exams.actions.admissions import issue_entry_code
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
    """Order extra time (``seconds``; negative takes back), pause, resume, a message (``text``) or the end of a sitting.

    The order is a fact at once and reaches the log now or, when the log is away, with the next sweep;
    ``confirmed_at`` tells. Raises ExamError ``finished``, ``nothing_changes``, ``bad_order``,
    ``no_reason``, ``no_text``, ``long_text``, ``bad_seconds``.
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
    """The same order to several sittings; those that are finished, or where it would change nothing, are passed over.

    Negative ``seconds`` take back extra time given before. Raises ExamError ``finished`` or ``nothing_changes``
    when nobody is left, and what ``order`` raises.
    """
    _check(kind, reason, seconds, text)
    open_ones = [sitting for sitting in sittings if not hasattr(sitting, "sheet")]
    if not open_ones:
        raise ExamError("finished")
    before = _orders_of(open_ones)
    wanted = [one for one in open_ones if rules.applies(kind, before.get(one.pk, []), seconds)]
    if not wanted:
        raise ExamError("nothing_changes")
    detail: dict[str, Any] = {}
    if seconds:
        detail["seconds"] = seconds
    if text.strip():
        detail["text"] = text.strip()
    with transaction.atomic():
        events = _events(wanted, kind, reason, detail, by=by, at=at)
    _deliver_after_commit(events, at=at)
    return events


def _orders_of(sittings: list[Sitting]) -> dict[int, list[rules.Order]]:
    """Orders so far by sitting, in order of time."""
    rows = SittingEvent.objects.filter(
        sitting__in=[sitting.pk for sitting in sittings], kind__in=("extra", "pause", "resume", "end")
    ).order_by("id")
    found: dict[int, list[rules.Order]] = {}
    for row in rows:
        found.setdefault(row.sitting_id, []).append(
            rules.Order(row.kind, row.at, int(row.detail.get("seconds", 0)))
        )
    return found


def _check(kind: str, reason: str, seconds: int, text: str) -> None:
    if kind not in rules.ORDERS:
        raise ExamError("bad_order")
    check_reason(reason, text)
    if kind == "extra" and not 60 <= abs(seconds) <= 4 * 3600:
        raise ExamError("bad_seconds")
    if kind == "message" and not text.strip():
        raise ExamError("no_text")


def check_reason(reason: str, text: str) -> None:
    """Raises ExamError ``no_reason``, ``no_text`` (reason ``other`` needs words) or ``long_text``."""
    if reason not in rules.REASONS:
        raise ExamError("no_reason")
    if reason == "other" and not text.strip():
        raise ExamError("no_text")
    if len(text) > 500:
        raise ExamError("long_text")


def transfer(
    sitting: Sitting, *, reason: str, by: Any, at: datetime, seconds: int = 0, text: str = ""
) -> tuple[str, SittingEvent]:
    """Let a candidate go on at another machine: a new entry code, and the old page is told why it will stop.

    With ``seconds`` the time lost by the change is given back. Returns the code (shown once) and the event. Raises
    ExamError ``finished``, ``not_begun`` and what ``order`` raises about reason, text and seconds.
    """
    check_reason(reason, text)
    if seconds and not 60 <= seconds <= 4 * 3600:
        raise ExamError("bad_seconds")
    if hasattr(sitting, "sheet"):
        raise ExamError("finished")
    if not sitting.events.filter(kind="started").exists():
        raise ExamError("not_begun")
    user = sitting.admission.person.user
    with override(user.language if user is not None else None):
        told = words.transfer_message(reason)
    with transaction.atomic():
        code = issue_entry_code(sitting.admission, by=by, at=at)
        detail = {"text": text.strip(), "told": told}
        events = _events([sitting], "transfer", reason, detail, by=by, at=at)
        if seconds:
            events += _events([sitting], "extra", reason, {"seconds": seconds}, by=by, at=at)
    _deliver_after_commit(events, at=at)
    return code, events[0]


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
        events = _events([sitting], "queued", "network", detail, by=by, at=at)
    _deliver_after_commit(events, at=at)
    return events[0]


def _events(
    sittings: list[Sitting], kind: str, reason: str, detail: dict[str, Any], *, by: Any, at: datetime
) -> list[SittingEvent]:
    """The order as a fact of every sitting, and one line of audit for all of them."""
    events = SittingEvent.objects.bulk_create(
        SittingEvent(
            sitting=sitting,
            kind=kind,
            at=at,
            by=by,
            reason=reason,
            detail=detail,
            ref=secrets.token_hex(12),
        )
        for sitting in sittings
    )
    target = ("sitting", sittings[0].pk) if len(sittings) == 1 else ("session", sittings[0].session_id)
    told: dict[str, Any] = {"reason": reason}
    if len(sittings) > 1:
        told["sittings"] = [sitting.pk for sitting in sittings]
    audit.record(f"exams.order_{kind}", by=by, at=at, target=target, detail=told)
    return events


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
    """The order as the log takes it; a queued hand-in only asks for more grace, a change of machine is told."""
    message: dict[str, Any] = {
        "kind": {"queued": "grace", "transfer": "message"}.get(event.kind, event.kind),
        "sitting": event.sitting_id,
        "ref": event.ref,
        "reason": event.reason,
    }
    if "seconds" in event.detail:
        message["seconds"] = event.detail["seconds"]
    if "text" in event.detail and event.kind in ("message", "end"):
        message["text"] = event.detail["text"]
    if event.kind == "transfer":
        message["text"] = event.detail["told"]
    return message
