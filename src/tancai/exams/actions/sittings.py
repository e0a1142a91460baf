from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from tancai.lib import prepared


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page needs to sit: the sitting, its token for the log, the log's address, the planned time.

    ``over`` is when working time ends with everything granted since; None during a pause.
    """

    sitting: Sitting
    token: str
    log_url: str
    begins: datetime
    ends: datetime
    over: datetime | None


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
    start = _start(sitting, admission, begun, by=by, at=at)
    return _entry(sitting, start, events if begun else [start])


def entry_of(sitting: Sitting) -> Entry | None:
    """The entry of a sitting that has begun and is not finished, for the page to load again; else None."""
    events = standing.events_of(sitting)
    start = standing.started(events)
    return None if start is None or hasattr(sitting, "sheet") else _entry(sitting, start, events)


def _entry(sitting: Sitting, start: SittingEvent, events: list[SittingEvent]) -> Entry:
    begins = standing.moment(start.detail["begins"])
    ends = standing.moment(start.detail["ends"])
    token = logbook.sitting_token(sitting.pk, begins=begins, ends=ends)
    return Entry(sitting, token, settings.LOG_ADDRESS, begins, ends, standing.ends_at(events))


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
        line = audit.line("exams.enter", by=by, at=at, target=("sitting", sitting.pk))
        if begun is None:
            begun = SittingEvent(sitting=sitting, kind="started", at=at, by=by, detail=plan)
            prepared.keep(begun, line)
        else:
            prepared.keep(SittingEvent(sitting=sitting, kind="entered", at=at, by=by), line)
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
    rows = logbook.rows(sitting.pk)
    folded = folding.fold(rows)
    if folded.closing is None:
        if how is None:
            return None
        logbook.send([_seal(sitting)])
        rows = logbook.rows(sitting.pk)
        folded = folding.fold(rows)
        if folded.closing is None:
            return None
    sheet, event = _folded(sitting, rows, folded, standing.events_of(sitting), at=at, how=how)
    try:
        line = audit.line(f"exams.{sheet.how}", by=None, at=at, target=("sitting", sitting.pk))
        prepared.keep(sheet, event, line)
    except IntegrityError:
        return AnswerSheet.objects.get(sitting=sitting)
    return sheet


def pull_sheets(wanted: Mapping[Sitting, str | None], *, at: datetime) -> int:
    """``pull_sheet`` for many, each with its ``how``: one order, one reading and one transaction for all of them.

    Returns how many sheets there are now that were not before. Raises LogUnreachable, having done nothing, when the
    log is to close some and does not answer. ``events`` of the sittings may have been prefetched.
    """
    over = [sitting for sitting, how in wanted.items() if how is not None]
    if over:
        logbook.send([_seal(sitting) for sitting in over])
    there = AnswerSheet.objects.filter(sitting__in=list(wanted)).values_list("sitting_id", flat=True)
    missing = {sitting: how for sitting, how in wanted.items() if sitting.pk not in set(there)}
    found = []
    for sitting, rows in _rows_of(missing):
        folded = folding.fold(rows)
        if folded.closing is not None:
            events = standing.events_of(sitting)
            found.append(_folded(sitting, rows, folded, events, at=at, how=missing[sitting]))
    try:
        _keep_all(found, at=at)
    except IntegrityError:  # one of them was collected meanwhile: each by itself
        for sheet, _event in found:
            pull_sheet(sheet.sitting, at=at, how=missing[sheet.sitting])
    return len(found)


def _rows_of(sittings: Iterable[Sitting]) -> Iterator[tuple[Sitting, list[Row]]]:
    by_number = {sitting.pk: sitting for sitting in sittings}
    for number, rows in logbook.rows_of(by_number).items():
        yield by_number[number], rows


def _keep_all(found: list[tuple[AnswerSheet, SittingEvent]], *, at: datetime) -> None:
    with transaction.atomic():
        AnswerSheet.objects.bulk_create([sheet for sheet, _ in found])
        SittingEvent.objects.bulk_create([event for _, event in found])
        for how in sorted({sheet.how for sheet, _ in found}):
            targets = [("sitting", sheet.sitting_id) for sheet, _ in found if sheet.how == how]
            audit.record_all(f"exams.{how}", by=None, at=at, targets=targets)


def _seal(sitting: Sitting) -> dict[str, Any]:
    """The order to close a sitting. The log's clock decides whether it is over; if it says no, the next sweep asks."""
    return {"kind": "seal", "sitting": sitting.pk, "ref": f"seal-{sitting.pk}", "if_over": True}


def _folded(
    sitting: Sitting,
    rows: list[Row],
    folded: folding.Folded,
    events: list[SittingEvent],
    *,
    at: datetime,
    how: str | None,
) -> tuple[AnswerSheet, SittingEvent]:
    """Sheet and event of a sitting that the log has closed, not yet written down."""
    closing = folded.closing
    assert closing is not None
    ended = any(event.kind == "end" for event in events)
    reached = AnswerSheet.HANDED_IN if closing.kind == HAND_IN else (how or AnswerSheet.EXPIRED)
    reached = AnswerSheet.ENDED if ended else reached
    answers = {item: value for item, value in folded.values.items() if item.isdigit()}
    sheet = AnswerSheet(
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
    matches = _code_matches(sitting, rows, closing, events)
    if matches is not None:
        detail["code_matches"] = matches
    return sheet, SittingEvent(sitting=sitting, kind=reached, at=at, detail=detail)


def _code_matches(sitting: Sitting, rows: list[Row], closing: Row, events: list[SittingEvent]) -> bool | None:
    """Whether the code given to the invigilator fits what was replayed; None when there was none."""
    queued = next((event for event in reversed(events) if event.kind == "queued"), None)
    if queued is None or closing.kind != HAND_IN:
        return None
    replayed = [row for row in rows if row.epoch == closing.epoch and row.seq <= closing.seq]
    sent = [(row.seq, row.at, row.item, row.value) for row in sorted(replayed, key=lambda row: row.seq)]
    return folding.outbox_code(sitting.pk, closing.epoch, sent) == queued.detail["code"]
