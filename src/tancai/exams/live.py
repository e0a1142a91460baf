"""How a session stands at this moment, for the invigilator: Django's facts joined with the log's.

``Watch`` keeps what cannot change and asks only for what is new, so that a room of five hundred costs four small
queries and one question to the log. ``live`` and ``live_of`` are a watch that looks once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from tancai.exams import incidents, logbook, rules, standing
from tancai.exams.incidents import Incident
from tancai.exams.log import fold as folding
from tancai.exams.models import Admission, AdmissionEvent, Session, Sitting, SittingEvent

CONNECTED = timedelta(seconds=45)
"""A page speaks to the log at least every twenty seconds; twice missed means the connection is gone."""

ROSTER_LASTS = timedelta(seconds=20)
SETTLED = timedelta(seconds=10)
"""Rows are numbered before they are committed; so long a row may appear behind later numbers."""

WRITING = ("running", "waiting")
DONE = frozenset({"handed_in", "expired", "ended"})

NEEDS = (
    "late",
    "queued",
    "mismatch",
    "silent",
    "no_paper",
    "pending",
    incidents.OLD_PAGE,
    incidents.TAKE_OVER,
    incidents.NOTE,
)
"""Why somebody should look at a candidate now, most urgent first."""


@dataclass(frozen=True, slots=True)
class LiveSitting:
    """One line of the room: ``state`` is absent, ready, waiting, running, paused, over, ended, handed_in, sealed
    or finished; times are ms since 1970; ``left`` (s) is set while the clock stands still, ``ends`` while it runs;
    ``pending`` counts orders the log has not confirmed; ``incidents`` counts by code what happened, ``needs`` says
    what asks for a look now (see ``NEEDS``)."""

    admission_id: int
    sitting_id: int | None
    ticket: str
    name: str
    state: str
    connected: bool = False
    heard: int | None = None
    last_save: int | None = None
    ends: int | None = None
    left: int | None = None
    answered: int = 0
    questions: int = 0
    epoch: int = 0
    extra: int = 0
    pending: int = 0
    queued: bool = False
    let_in: bool = False
    incidents: dict[str, int] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    @property
    def switches(self) -> int:
        """How often another page or device took over."""
        return max(0, self.epoch - 1)

    def remaining(self, at: datetime) -> int | None:
        """Seconds left, or None where no clock runs."""
        if self.left is not None:
            return self.left
        return None if self.ends is None else max(0, (self.ends - logbook.milliseconds(at)) // 1000)


@dataclass(frozen=True, slots=True)
class Room:
    """A session with all its lines; ``reachable`` is False when the log process did not answer; ``now`` in ms."""

    session: Session
    lines: tuple[LiveSitting, ...]
    reachable: bool
    now: int

    @property
    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.state] = found.get(line.state, 0) + 1
        return found


@dataclass(slots=True)
class _Seat:
    """What is known of one candidate so far."""

    admission_id: int
    ticket: str
    name: str
    minutes: int
    sitting_id: int | None
    questions: int


class _Tail:
    """Rows of one table as they come, each once; the last few seconds are read again for late commits."""

    def __init__(self) -> None:
        self.known: set[int] = set()
        self._settled = 0
        self._marks: list[tuple[datetime, int]] = []

    @property
    def after(self) -> int:
        return self._settled

    def fresh(self, found: list[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
        new = [row for row in found if row["id"] not in self.known]
        self.known.update(row["id"] for row in new)
        if found:
            self._marks.append((at, found[-1]["id"]))
        while self._marks and self._marks[0][0] <= at - SETTLED:
            self._settled = max(self._settled, self._marks.pop(0)[1])
        return new


class Watch:
    """A session watched over time; ``refresh`` gives the room as it stands."""

    def __init__(self, session: Session, *, only: int | None = None) -> None:
        self.session = session
        self._only = only
        self._roster: dict[int, _Seat] = {}
        self._roster_at: datetime | None = None
        self._sitting_events: dict[int, list[dict[str, Any]]] = {}
        self._admission_events: dict[int, list[dict[str, Any]]] = {}
        self._sittings_tail, self._admissions_tail = _Tail(), _Tail()
        self._incidents: dict[int, list[Incident]] = {}
        self._rows: dict[int, list[Any]] = {}
        self._read_to: int | None = None
        self._read: frozenset[int] = frozenset()

    def refresh(self, at: datetime) -> Room:
        if self._roster_at is None or at - self._roster_at > ROSTER_LASTS or at < self._roster_at:
            self._read_roster(at)
        self._read_events(at)
        pending = self._pending()
        begun = [pk for pk in self._sitting_ids() if self._is_writing(pk)]
        looked = logbook.look_now(begun) if begun else (logbook.milliseconds(at), {})
        self._read_incidents()
        now, heads = looked if looked is not None else (logbook.milliseconds(at), {})
        lines = tuple(
            self._line(seat, heads.get(seat.sitting_id or 0), now, at, pending)
            for seat in self._roster.values()
        )
        return Room(self.session, lines, looked is not None, now)

    def _sitting_ids(self) -> list[int]:
        return [seat.sitting_id for seat in self._roster.values() if seat.sitting_id is not None]

    def _is_writing(self, sitting_id: int) -> bool:
        kinds = {event["kind"] for event in self._sitting_events.get(sitting_id, ())}
        return "started" in kinds and not kinds & DONE

    def _read_roster(self, at: datetime) -> None:
        sizes = dict(self.session.forms.annotate(size=Count("form__entries")).values_list("id", "size"))
        rows = self.session.admissions.exclude(events__kind="withdrawn")
        if self._only is not None:
            rows = rows.filter(pk=self._only)
        found = rows.order_by("ticket_number").values_list(
            "id", "ticket_number", "person__name", "extra_minutes", "sitting__id", "sitting__form_id"
        )
        self._roster = {
            pk: _Seat(pk, ticket, name, minutes, sitting, sizes.get(form, 0))
            for pk, ticket, name, minutes, sitting, form in found
        }
        self._roster_at = at

    def _read_events(self, at: datetime) -> None:
        of_sittings = SittingEvent.objects.filter(sitting__session=self.session)
        of_admissions = AdmissionEvent.objects.filter(
            admission__session=self.session, kind__in=("knocked", "let_in", "looked")
        )
        if self._only is not None:
            of_sittings = of_sittings.filter(sitting__admission=self._only)
            of_admissions = of_admissions.filter(admission=self._only)
        wanted = ("id", "sitting_id", "kind", "at", "detail")
        for row in self._sittings_tail.fresh(_after(of_sittings, self._sittings_tail, wanted), at):
            self._sitting_events.setdefault(row["sitting_id"], []).append(row)
        wanted = ("id", "admission_id", "kind", "at", "detail")
        for row in self._admissions_tail.fresh(_after(of_admissions, self._admissions_tail, wanted), at):
            self._admission_events.setdefault(row["admission_id"], []).append(row)

    def _pending(self) -> dict[int, int]:
        waiting = SittingEvent.objects.filter(
            sitting__session=self.session, ref__isnull=False, confirmed_at=None
        )
        found: dict[int, int] = {}
        for sitting_id in waiting.values_list("sitting_id", flat=True):
            found[sitting_id] = found.get(sitting_id, 0) + 1
        return found

    def _read_incidents(self) -> None:
        """New rows of the log that are more than an answer; a sitting seen for the first time is read whole."""
        begun = frozenset(
            pk
            for pk in self._sitting_ids()
            if any(event["kind"] == "started" for event in self._sitting_events.get(pk, ()))
        )
        newest = logbook.newest_row()
        rows = []
        if self._read_to is not None and newest > self._read_to:
            rows = [
                row
                for row in logbook.telling_rows_after(self._read_to, upto=newest)
                if row.sitting in self._read
            ]
        if fresh := begun - self._read:
            rows += logbook.telling_rows(fresh, upto=newest)
        self._read_to, self._read = newest, self._read | begun
        touched = set()
        for row in rows:
            self._rows.setdefault(row.sitting, []).append(row)
            touched.add(row.sitting)
        for sitting in touched:
            self._incidents[sitting] = incidents.of_rows(self._rows[sitting])

    def _line(
        self, seat: _Seat, head: dict[str, Any] | None, now: int, at: datetime, pending: dict[int, int]
    ) -> LiveSitting:
        sitting = seat.sitting_id or 0
        events = self._sitting_events.get(sitting, [])
        admission_events = self._admission_events.get(seat.admission_id, [])
        kinds = {event["kind"] for event in events}
        done = next((event for event in events if event["kind"] in DONE), None)
        state = self._state(seat, events, kinds, head, at)
        connected = head is not None and _recent(head)
        let_in = any(
            event["kind"] == "let_in" and at <= event["at"] + rules.LET_IN for event in admission_events
        )
        remaining = head["remaining"] if head else None
        runs = state == "running" and remaining is not None
        seen = self._incidents.get(sitting, [])
        return LiveSitting(
            admission_id=seat.admission_id,
            sitting_id=seat.sitting_id,
            ticket=seat.ticket,
            name=seat.name,
            state="ready" if state == "absent" and let_in else state,
            connected=connected,
            heard=None if head is None or connected or head["silent"] is None else now - head["silent"],
            last_save=head["last_save"] or None if head else None,
            ends=now + remaining if runs and remaining is not None else None,
            left=None if runs or remaining is None else remaining // 1000,
            answered=done["detail"].get("answered", 0) if done else (head["answered"] if head else 0),
            questions=seat.questions,
            epoch=head["epoch"] if head else 1 + sum(one.code == incidents.TAKE_OVER for one in seen),
            extra=60 * seat.minutes
            + sum(int(event["detail"].get("seconds", 0)) for event in events if event["kind"] == "extra"),
            pending=pending.get(sitting, 0),
            queued="queued" in kinds,
            let_in=let_in,
            incidents=incidents.tally(seen),
            needs=_needs(state, connected, done, events, admission_events, seen, pending.get(sitting, 0)),
        )

    def _state(
        self,
        seat: _Seat,
        events: list[dict[str, Any]],
        kinds: set[str],
        head: dict[str, Any] | None,
        at: datetime,
    ) -> str:
        if seat.sitting_id is None:
            return "no_paper"
        if kinds & DONE:
            return "finished"
        if "started" not in kinds:
            return "absent" if at > self.session.entry_until else "ready"
        if head is not None:
            return str(head["state"])
        ends = standing.ends_at([SittingEvent(**event) for event in events])
        if ends is None:
            return "paused"
        return "over" if at > ends else "running"


def _after(rows: Any, tail: _Tail, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    return list(rows.filter(id__gt=tail.after).order_by("id").values(*wanted))


def _recent(head: dict[str, Any]) -> bool:
    return head["silent"] is not None and head["silent"] <= CONNECTED.total_seconds() * 1000


def _needs(
    state: str,
    connected: bool,
    done: dict[str, Any] | None,
    events: list[dict[str, Any]],
    admission_events: list[dict[str, Any]],
    seen: list[Incident],
    pending: int,
) -> tuple[str, ...]:
    looked = _newest(admission_events, "looked")
    knocked = _newest(admission_events, "knocked")
    found = set()
    if state in ("absent", "ready") and knocked is not None:
        answered = _newest(admission_events, "let_in")
        if not _later(answered, knocked) and not _later(looked, knocked):
            found.add("late")
    if done is None and any(event["kind"] == "queued" for event in events):
        found.add("queued")
    if done is not None and done["detail"].get("code_matches") is False and not _later(looked, done["at"]):
        found.add("mismatch")
    if state in WRITING and not connected:
        found.add("silent")
    if state == "no_paper":
        found.add("no_paper")
    if pending:
        found.add("pending")
    since = logbook.milliseconds(looked) if looked is not None else 0
    found.update(incidents.asks_for_a_look(one for one in seen if one.until > since))
    return tuple(code for code in NEEDS if code in found)


def _newest(events: list[dict[str, Any]], kind: str) -> datetime | None:
    moments: list[datetime] = [event["at"] for event in events if event["kind"] == kind]
    return max(moments, default=None)


def _later(moment: datetime | None, than: datetime) -> bool:
    return moment is not None and moment >= than


def live(session: Session, at: datetime) -> Room:
    """The room of a session, in order of tickets."""
    return Watch(session).refresh(at)


def live_of(admission: Admission, at: datetime) -> LiveSitting | None:
    """One line of the room; None for an admission that was withdrawn."""
    lines = Watch(admission.session, only=admission.pk).refresh(at).lines
    return lines[0] if lines else None


def history(sitting: Sitting) -> folding.Folded:
    """What the log holds of one sitting, folded; for the invigilator's detail."""
    return folding.fold(logbook.rows(sitting.pk))


def session_state(session: Session, at: datetime) -> str:
    """``open``, ``prepared``, ``running``, ``over``, ``closed`` or ``cancelled``."""
    over = session.starts_at + timedelta(minutes=session.minutes)
    if session.own_time:
        over = session.entry_until + timedelta(minutes=session.minutes)
    kinds = frozenset(event.kind for event in session.events.all())
    return rules.session_state(starts_at=session.starts_at, over_at=over, events=kinds, at=at)
