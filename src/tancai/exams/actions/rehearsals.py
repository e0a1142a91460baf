"""The test run before an exam: a session of kind ``rehearsal`` with the practice paper, on the real page and log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from tancai.audit import api as audit
from tancai.exams import logbook, queries, standing
from tancai.exams.actions.papers import seed_of
from tancai.exams.actions.sessions import open_session
from tancai.exams.errors import ExamError
from tancai.exams.models import Admission, Session, SessionForm, Sitting
from tancai.items import api as items
from tancai.programmes import api as programmes

MINUTES = 15
"""Working time of the practice paper, from the candidate's own entry."""

PROBE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class RehearsalWindow:
    """When the test run of a session can be done: from ``opens``; wanted by ``due``; possible until ``closes``.

    ``planned`` tells whether the programme's calendar has a test run; without one it is offered, not asked for.
    """

    opens: datetime
    due: datetime
    closes: datetime
    planned: bool

    def is_open(self, at: datetime) -> bool:
        return self.opens <= at < self.closes


def rehearsal_window(session: Session) -> RehearsalWindow:
    """The programme's days before the exam; from the day of the tickets where it names none."""
    day = programmes.exam_day(session.exam_day)
    closes = session.entry_until if session.own_time else session.starts_at
    if day.test_run is None:
        return RehearsalWindow(min(day.ticket_from, closes), closes, closes, False)
    opens, due = day.test_run
    return RehearsalWindow(min(opens, closes), min(due, closes), closes, True)


def rehearse(admission: Admission, *, by: Any, at: datetime) -> Admission:
    """The candidate's test run, opened on first need: an admission with its sitting ready to enter.

    Raises ExamError ``rehearsal_closed`` outside its time, ``withdrawn``, ``day_cancelled``.
    """
    found = queries.rehearsal_of(admission)
    if found is not None:
        return found
    if not rehearsal_window(admission.session).is_open(at):
        raise ExamError("rehearsal_closed")
    withdrawn, cancelled, _let_in = standing.called_off(admission)
    if withdrawn or cancelled:
        raise ExamError("withdrawn" if withdrawn else "day_cancelled")
    try:
        return _open(admission, by=by, at=at)
    except IntegrityError:  # a second page of the candidate was faster
        found = queries.rehearsal_of(admission)
        assert found is not None
        return found


@transaction.atomic
def _open(admission: Admission, *, by: Any, at: datetime) -> Admission:
    session = _session(admission.session, at=at)
    made = Admission.objects.create(
        application_id=admission.application_id,
        session=session,
        person_id=admission.person_id,
        kind=admission.kind,
        level=admission.level,
        speciality=admission.speciality,
        ticket_number=f"T-{admission.ticket_number}",
        admitted_at=at,
    )
    Sitting.objects.create(
        admission=made,
        session=session,
        form=_form(session, by=by, at=at),
        seed=seed_of(made.ticket_number),
        made_at=at,
    )
    audit.record("exams.rehearse", by=by, at=at, target=("admission", made.pk))
    found = queries.admission(made.pk)
    assert found is not None
    return found


def _session(session: Session, *, at: datetime) -> Session:
    window = rehearsal_window(session)
    return open_session(
        session.exam_day,
        by=None,
        at=at,
        kind=Session.REHEARSAL,
        starts_at=window.opens,
        entry_until=window.closes,
        minutes=MINUTES,
        own_time=True,
    )


def _form(session: Session, *, by: Any, at: datetime) -> SessionForm:
    drawn = items.practice_form(by=by, at=at)
    found, _made = SessionForm.objects.get_or_create(
        session=session, level="", speciality="", series=1, defaults={"form": drawn, "prepared_at": at}
    )
    return found


def probe_token(rehearsal: Admission, *, at: datetime) -> str:
    """A token of the test run's sitting with which a page may time the response log; good for half an hour."""
    if rehearsal.session.kind != Session.REHEARSAL:
        raise ExamError("not_a_rehearsal")
    return logbook.sitting_token(rehearsal.sitting.pk, begins=at, ends=at + PROBE)
