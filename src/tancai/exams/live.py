"""How a session stands at this moment, for the invigilator: Django's facts joined with the log's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from tancai.exams import logbook, rules, standing
from tancai.exams.log import fold as folding
from tancai.exams.models import Admission, Session, Sitting, SittingEvent

CONNECTED = timedelta(seconds=45)
"""A page speaks to the log at least every twenty seconds; twice missed means the connection is gone."""


@dataclass(frozen=True, slots=True)
class LiveSitting:
    """One line of the room: ``state`` is absent, ready, waiting, running, paused, over, ended, handed_in, sealed
    or finished; ``remaining`` in seconds; ``pending`` counts orders the log has not confirmed."""

    admission: Admission
    sitting: Sitting | None
    state: str
    connected: bool
    last_save: datetime | None
    remaining: int | None
    answered: int
    questions: int
    epoch: int
    pending: int
    queued: bool
    events: tuple[SittingEvent, ...] = field(default=())

    @property
    def minutes(self) -> int | None:
        """Whole minutes left, rounded up."""
        return None if self.remaining is None else -(-self.remaining // 60)

    @property
    def switches(self) -> int:
        """How often another page or device took over."""
        return max(0, self.epoch - 1)


@dataclass(frozen=True, slots=True)
class Room:
    """A session with all its lines; ``reachable`` is False when the log process did not answer."""

    session: Session
    lines: tuple[LiveSitting, ...]
    reachable: bool
    counts: dict[str, int]


def live(session: Session, at: datetime) -> Room:
    """The room of a session, in order of tickets."""
    admissions = list(
        session.admissions.exclude(events__kind="withdrawn")
        .select_related("person", "sitting__form", "sitting__sheet")
        .prefetch_related("sitting__events")
        .order_by("ticket_number")
    )
    begun = [a.sitting for a in admissions if hasattr(a, "sitting") and _begun(a.sitting)]
    asked = [sitting.pk for sitting in begun if not hasattr(sitting, "sheet")]
    heads = logbook.look(asked) if asked else {}
    reachable = not asked or bool(heads)
    sizes = _questions(session)
    lines = tuple(_line(admission, heads, sizes, at) for admission in admissions)
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.state] = counts.get(line.state, 0) + 1
    return Room(session, lines, reachable, counts)


def live_of(admission: Admission, at: datetime) -> LiveSitting:
    """One line of the room."""
    sitting = standing.sitting_of(admission)
    heads = (
        logbook.look([sitting.pk]) if sitting and _begun(sitting) and not hasattr(sitting, "sheet") else {}
    )
    return _line(admission, heads, _questions(admission.session), at)


def _begun(sitting: Sitting) -> bool:
    return any(event.kind == "started" for event in sitting.events.all())


def _questions(session: Session) -> dict[int, int]:
    counted = session.forms.annotate(size=Count("form__entries"))
    return dict(counted.values_list("id", "size"))


def _line(
    admission: Admission, heads: dict[int, dict[str, Any]], sizes: dict[int, int], at: datetime
) -> LiveSitting:
    sitting = getattr(admission, "sitting", None)
    events = tuple(sitting.events.all()) if sitting else ()
    head = heads.get(sitting.pk) if sitting else None
    sheet = getattr(sitting, "sheet", None) if sitting else None
    return LiveSitting(
        admission=admission,
        sitting=sitting,
        state=_state(admission, sitting, events, head, at),
        connected=head is not None and _recent(head),
        last_save=standing.moment(head["last_save"]) if head and head["last_save"] else None,
        remaining=None if not head or head["remaining"] is None else head["remaining"] // 1000,
        answered=len(sheet.answers) if sheet else (head["answered"] if head else 0),
        questions=sizes.get(sitting.form_id, 0) if sitting else 0,
        epoch=head["epoch"] if head else 0,
        pending=sum(event.ref is not None and event.confirmed_at is None for event in events),
        queued=any(event.kind == "queued" for event in events),
        events=events,
    )


def _recent(head: dict[str, Any]) -> bool:
    return head["silent"] is not None and head["silent"] <= CONNECTED.total_seconds() * 1000


def _state(
    admission: Admission,
    sitting: Sitting | None,
    events: tuple[SittingEvent, ...],
    head: dict[str, Any] | None,
    at: datetime,
) -> str:
    if sitting is None:
        return "no_paper"
    if hasattr(sitting, "sheet"):
        return "finished"
    if not any(event.kind == "started" for event in events):
        return "absent" if at > admission.session.entry_until else "ready"
    if head is not None:
        return str(head["state"])
    ends = standing.ends_at(list(events))
    if ends is None:
        return "paused"
    return "over" if at > ends else "running"


def history(sitting: Sitting) -> folding.Folded:
    """What the log holds of one sitting, folded; for the invigilator's detail and for checking a receipt."""
    return folding.fold(logbook.rows(sitting.pk))


def check_receipt(sitting: Sitting, receipt: str) -> bool:
    """Whether a receipt given to the candidate still matches the record."""
    plain = "".join(receipt.split()).lower()
    folded = history(sitting)
    return folded.closing is not None and folded.receipt == plain


def session_state(session: Session, at: datetime) -> str:
    """``open``, ``prepared``, ``running``, ``over``, ``closed`` or ``cancelled``."""
    over = session.starts_at + timedelta(minutes=session.minutes)
    if session.own_time:
        over = session.entry_until + timedelta(minutes=session.minutes)
    kinds = frozenset(event.kind for event in session.events.all())
    return rules.session_state(starts_at=session.starts_at, over_at=over, events=kinds, at=at)
