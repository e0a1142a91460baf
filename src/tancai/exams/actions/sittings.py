from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from tancai.audit import api as audit
from tancai.exams import logbook, queries, rules, standing
from tancai.exams.errors import MayNot
from tancai.exams.log import fold as folding
from tancai.exams.log.rows import HAND_IN, Row
from tancai.exams.models import Admission, AnswerSheet, Sitting, SittingEvent
from tancai.lib.prepared import Insert

_note, _keep = Insert(SittingEvent), Insert(AnswerSheet)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page needs to sit: the sitting, its token for the log, the log's address, the planned time."""

    sitting: Sitting
    token: str
    log_url: str
    begins: datetime
    ends: datetime


def may_print_ticket(admission: Admission, at: datetime) -> rules.Verdict:
    facts = standing.facts(admission, sitting=standing.sitting_of(admission))
    return rules.may_print_ticket(facts, standing.ticket_from(admission.session), at)


def may_enter(admission: Admission, at: datetime) -> rules.Verdict:
    return rules.may_enter(standing.facts(admission, sitting=standing.sitting_of(admission)), at)


def enter(admission: Admission, *, at: datetime, by: Any) -> Entry:
    """Enter the exam room, for the first time or again; raises MayNot with every reason."""
    sitting = standing.sitting_of(admission)
    events = standing.events_of(sitting) if sitting else []
    verdict = rules.may_enter(standing.facts(admission, sitting=sitting, events=events), at)
    if not verdict.ok:
        raise MayNot(verdict.reasons)
    assert sitting is not None
    begun = standing.started(events)
    return _entry(sitting, _start(sitting, admission, begun, by=by, at=at))


def entry_of(sitting: Sitting) -> Entry | None:
    """The entry of a sitting that has begun and is not finished, for the page to load again; else None."""
    start = standing.started(standing.events_of(sitting))
    return None if start is None or hasattr(sitting, "sheet") else _entry(sitting, start)


def _entry(sitting: Sitting, start: SittingEvent) -> Entry:
    begins = standing.moment(start.detail["begins"])
    ends = standing.moment(start.detail["ends"])
    token = logbook.sitting_token(sitting.pk, begins=begins, ends=ends)
    return Entry(sitting, token, settings.LOG_ADDRESS, begins, ends)


def _start(
    sitting: Sitting, admission: Admission, begun: SittingEvent | None, *, by: Any, at: datetime
) -> SittingEvent:
    """Note the entry; the first one fixes the plan of the sitting's time for good."""
    session = admission.session
    begins, ends = rules.plan(
        starts_at=session.starts_at,
        minutes=session.minutes,
        extra_minutes=admission.extra_minutes,
        own_time=session.own_time,
        at=at,
    )
    plan = {"begins": logbook.milliseconds(begins), "ends": logbook.milliseconds(ends)}
    try:
        with transaction.atomic():
            if begun is None:
                begun = _note(sitting=sitting, kind="started", at=at, by=by, detail=plan)
            else:
                _note(sitting=sitting, kind="entered", at=at, by=by)
            audit.record("exams.enter", by=by, at=at, target=("sitting", sitting.pk))
    except IntegrityError:  # entered from two browsers at once: the other was first
        begun = sitting.events.get(kind="started")
    return begun


def pull_sheet(sitting: Sitting, *, at: datetime, how: str | None = None) -> AnswerSheet | None:
    """Fold the log into the answer sheet once the sitting is closed there; None while it still runs.

    With ``how`` (``expired`` or ``ended``) the log is told to close it first; raises LogUnreachable then.
    """
    found = queries.answer_sheet(sitting.pk)
    if found is not None:
        return found
    folded = folding.fold(logbook.rows(sitting.pk))
    if folded.closing is None:
        if how is None:
            return None
        # the log's clock decides whether it is over; if it says no, this comes again with the next sweep
        order = {"kind": "seal", "sitting": sitting.pk, "ref": f"seal-{sitting.pk}", "if_over": True}
        logbook.send([order])
        folded = folding.fold(logbook.rows(sitting.pk))
        if folded.closing is None:
            return None
    return _write_sheet(sitting, folded, at=at, how=how)


def _write_sheet(sitting: Sitting, folded: folding.Folded, *, at: datetime, how: str | None) -> AnswerSheet:
    closing = folded.closing
    assert closing is not None
    handed_in = closing.kind == HAND_IN
    events = standing.events_of(sitting)
    ended = any(event.kind == "end" for event in events)
    reached = AnswerSheet.HANDED_IN if handed_in else (how or AnswerSheet.EXPIRED)
    reached = AnswerSheet.ENDED if ended else reached
    answers = {item: value for item, value in folded.values.items() if item.isdigit()}
    try:
        with transaction.atomic():
            sheet = _keep(
                sitting=sitting,
                how=reached,
                answers=answers,
                receipt=folded.receipt,
                events=folded.events,
                late=folded.late,
                set_aside=folded.set_aside,
                ended_at=standing.moment(closing.received),
                pulled_at=at,
            )
            detail: dict[str, Any] = {"answered": len(answers)}
            matches = _code_matches(sitting, closing, events)
            if matches is not None:
                detail["code_matches"] = matches
            _note(sitting=sitting, kind=reached, at=at, detail=detail)
            audit.record(f"exams.{reached}", by=None, at=at, target=("sitting", sitting.pk))
    except IntegrityError:
        sheet = AnswerSheet.objects.get(sitting=sitting)
    return sheet


def _code_matches(sitting: Sitting, closing: Row, events: list[SittingEvent]) -> bool | None:
    """Whether the code given to the invigilator fits what was replayed; None when there was none."""
    queued = next((event for event in reversed(events) if event.kind == "queued"), None)
    if queued is None or closing.kind != HAND_IN:
        return None
    rows = [row for row in logbook.rows(sitting.pk) if row.epoch == closing.epoch and row.seq <= closing.seq]
    sent = [(row.seq, row.at, row.item, row.value) for row in sorted(rows, key=lambda row: row.seq)]
    return folding.outbox_code(sitting.pk, closing.epoch, sent) == queued.detail["code"]
