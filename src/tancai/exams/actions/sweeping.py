"""What has to happen without anybody: orders sent again, ended sittings closed, tickets announced."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from tancai.exams import logbook, rules, standing
from tancai.exams.actions.admissions import admit
from tancai.exams.actions.orders import QUEUE_SECONDS, deliver, undelivered
from tancai.exams.actions.papers import prepare_papers
from tancai.exams.actions.sessions import open_session
from tancai.exams.actions.sittings import pull_sheets
from tancai.exams.errors import LogUnreachable
from tancai.exams.models import Admission, AdmissionEvent, AnswerSheet, Session, Sitting
from tancai.items import api as items
from tancai.messages import api as messages
from tancai.programmes import api as programmes

log = logging.getLogger("tancai.exams")

MARGIN = timedelta(seconds=30)
"""Kept beyond the grace, so that the log's clock decides and not a race."""

AHEAD = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class SweepReport:
    """How many orders were delivered and sheets pulled; ``waiting`` sittings are over but the log is away."""

    delivered: int = 0
    pulled: int = 0
    waiting: int = 0


def sweep(at: datetime) -> SweepReport:
    """Deliver orders left over, pull what was handed in, close and pull what has expired. Safe to repeat."""
    delivered = _deliver_left_over(at)
    running = list(
        Sitting.objects.filter(events__kind="started", sheet__isnull=True)
        .select_related("form__form", "session")
        .prefetch_related("events")
    )
    closed = logbook.closed(sitting.pk for sitting in running)
    in_log = {sitting: None for sitting in running if sitting.pk in closed}
    hows = ((sitting, _how_over(sitting, at)) for sitting in running if sitting not in in_log)
    over = {sitting: how for sitting, how in hows if how is not None}
    pulled = sum(pull_sheets(some, at=at) for some in _chunks(in_log))
    waiting = 0
    for some in _chunks(over):
        try:
            pulled += pull_sheets(some, at=at)
        except LogUnreachable:
            waiting += len(some)
    if waiting:
        log.warning("%d sittings are over, but the log does not answer", waiting)
    return SweepReport(delivered, pulled, waiting)


CHUNK = 250
"""So many sheets are read, folded and written in one go: some 17,000 rows of the log, one short transaction."""


def _chunks(wanted: Mapping[Sitting, str | None]) -> Iterator[dict[Sitting, str | None]]:
    left = iter(wanted.items())
    while some := dict(islice(left, CHUNK)):
        yield some


def _deliver_left_over(at: datetime) -> int:
    events = undelivered()
    if not events:
        return 0
    try:
        deliver(events, at=at)
    except LogUnreachable:
        return 0
    return len(events)


def _how_over(sitting: Sitting, at: datetime) -> str | None:
    """``ended`` or ``expired`` once nothing that counts can arrive any more, else None."""
    events = list(sitting.events.all())
    ends = standing.ends_at(events)
    if ends is None:
        return None
    grace = rules.GRACE
    if any(event.kind == "queued" for event in events):
        grace += timedelta(seconds=QUEUE_SECONDS)
    if at <= ends + grace + MARGIN:
        return None
    ended = any(event.kind == "end" for event in events)
    return AnswerSheet.ENDED if ended else AnswerSheet.EXPIRED


def keep_sessions(at: datetime) -> None:
    """Open the sessions of the calendar ahead of time; from the day of the tickets on, admit and prepare papers."""
    for code in programmes.programme_codes():
        for day in programmes.upcoming_days(code, at=at, horizon=AHEAD):
            open_session(day.key, by=None, at=at)
    soon = Session.objects.filter(entry_until__gt=at, starts_at__lt=at + AHEAD)
    soon = soon.exclude(
        kind=Session.REHEARSAL
    )  # its candidates come one by one, its paper is the practice paper
    for session in soon.exclude(events__kind__in=["cancelled", "closed"]):
        if at >= standing.ticket_from(session):
            _make_ready(session, at)


def _make_ready(session: Session, at: datetime) -> None:
    admit(session, by=None, at=at)
    try:
        prepare_papers(session, by=None, at=at)
    except items.NotEnoughItems:
        log.warning("session %s has no paper: the item bank is too small", session.pk)
    tell_tickets(session, at=at)
    warn_of_hours(session, at=at)


def tell_tickets(session: Session, *, at: datetime) -> int:
    """Tell candidates once that their ticket can be printed; how many were told."""
    if at < standing.ticket_from(session):
        return 0
    return _say(session, "told", "ticket_ready", lambda admission: {"number": admission.ticket_number}, at)


def warn_of_hours(session: Session, *, at: datetime) -> int:
    """Warn candidates once who lack study hours shortly before the exam; how many were warned."""
    definition = standing.definition_of(session)
    if definition.learning.min_share == 0 or session.starts_at - at > timedelta(
        days=definition.learning.warn_days
    ):
        return 0

    def lacking(admission: Admission) -> dict[str, object] | None:
        facts = standing.facts(admission, sitting=None)
        if facts.hours_share >= facts.hours_required:
            return None
        return {"share": facts.hours_share, "required": facts.hours_required}

    return _say(session, "warned", "late_study", lacking, at)


def _say(
    session: Session,
    mark: str,
    kind: str,
    words: Callable[[Admission], dict[str, object] | None],
    at: datetime,
) -> int:
    definition = standing.definition_of(session)
    waiting = session.admissions.exclude(events__kind__in=[mark, "withdrawn"]).select_related(
        "person", "session"
    )
    said = 0
    for admission in waiting:
        params = words(admission)
        if params is None:
            continue
        common = {
            "programme": {"zh-hans": definition.name, "en": definition.name_en},
            "exam_at": session.starts_at,
        }
        messages.send(
            person=admission.person, kind=kind, params={**common, **params}, link="/me/exams/", at=at
        )
        AdmissionEvent.objects.create(admission=admission, kind=mark, at=at)
        said += 1
    return said
