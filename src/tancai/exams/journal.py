"""The journal of a session: everything that happened in the room, in order of time, from facts kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from tancai.exams import incidents, logbook, standing
from tancai.exams.models import AdmissionEvent, EntryCode, Session, SessionEvent, SittingEvent
from tancai.people import api as people

GROUPS = ("entry", "order", "message", "connection", "evidence", "flag", "permission", "note", "session")
"""What entries are sorted by; ``flag`` is for rooms above this one."""

_GROUP_OF = {
    "started": "entry",
    "entered": "entry",
    "handed_in": "entry",
    "expired": "entry",
    "ended": "entry",
    "message": "message",
    "queued": "permission",
    "knocked": "permission",
    "let_in": "permission",
    "new_code": "permission",
    "accommodated": "permission",
    "looked": "note",
    "noted": "note",
    "take_over": "connection",
    "old_page": "connection",
    "gap": "connection",
    "after_end": "connection",
    "conflict": "connection",
    "unreadable": "connection",
    "note": "evidence",
    "log_deleted": "session",
    "log_differs": "session",
}
_SESSION_KINDS = ("on_duty", "off_duty", "cancelled", "closed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: ``group`` one of GROUPS, ``kind`` what happened, ``detail`` what its words need; empty ``ticket``
    when it concerns the whole room; ``by`` is the name of the member of staff, if one did it; ``names`` of everybody
    whom one and the same order reached, where there were several."""

    at: datetime
    group: str
    kind: str
    ticket: str = ""
    name: str = ""
    admission_id: int | None = None
    by: str = ""
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    delivered: bool = True
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Who:
    admission_id: int
    ticket: str
    name: str


def journal(session: Session, *, only: int | None = None) -> list[Entry]:
    """The journal, oldest first, an order to several as one line; ``only`` one admission leaves out the room's."""
    book = _Book(session, only)
    found = [*book.of_sittings(), *book.of_admissions(), *book.of_codes(), *book.of_log()]
    if only is None:
        found = [*_together(found), *book.of_session()]
    return sorted(found, key=lambda entry: entry.at)


def _together(entries: list[Entry]) -> list[Entry]:
    """One order to many candidates is one line with their names."""
    alike: dict[tuple[Any, ...], list[Entry]] = {}
    for number, entry in enumerate(entries):
        ordered = entry.by and entry.group in ("order", "message")
        key = (entry.at, entry.kind, entry.by, entry.reason, str(entry.detail)) if ordered else (number,)
        alike.setdefault(key, []).append(entry)
    return [
        same[0]
        if len(same) == 1
        else replace(
            same[0],
            ticket="",
            name="",
            admission_id=None,
            delivered=all(one.delivered for one in same),
            names=tuple(one.name for one in same),
        )
        for same in alike.values()
    ]


class _Book:
    def __init__(self, session: Session, only: int | None) -> None:
        self.session, self.only = session, only
        rows = session.admissions.order_by("ticket_number")
        if only is not None:
            rows = rows.filter(pk=only)
        self.people = {
            pk: _Who(pk, ticket, name)
            for pk, ticket, name in rows.values_list("pk", "ticket_number", "person__name")
        }
        sittings = session.sittings.filter(admission__in=self.people).values_list("pk", "admission_id")
        self.sittings = dict(sittings)
        self._names: dict[int, str] = {}

    def _who(self, admission_id: int) -> dict[str, Any]:
        who = self.people[admission_id]
        return {"ticket": who.ticket, "name": who.name, "admission_id": who.admission_id}

    def _by(self, row: Any) -> str:
        if row.by_id is None:
            return ""
        if row.by_id not in self._names:
            self._names[row.by_id] = people.staff_name(row.by)
        return self._names[row.by_id]

    def of_sittings(self) -> Iterator[Entry]:
        rows = SittingEvent.objects.filter(sitting__in=self.sittings).select_related("by")
        for row in rows.order_by("id"):
            ordered = row.ref is not None or row.kind == "annulled"
            yield Entry(
                at=row.at,
                group=_GROUP_OF.get(row.kind, "order"),
                kind=row.kind,
                by=self._by(row) if ordered else "",
                reason=row.reason,
                detail=row.detail,
                delivered=row.ref is None or row.confirmed_at is not None,
                **self._who(self.sittings[row.sitting_id]),
            )

    def of_admissions(self) -> Iterator[Entry]:
        kinds = ("knocked", "let_in", "looked", "accommodated")
        rows = AdmissionEvent.objects.filter(admission__in=self.people, kind__in=kinds).select_related("by")
        for row in rows.order_by("id"):
            coded = row.kind == "let_in"
            yield Entry(
                at=row.at,
                group=_GROUP_OF[row.kind],
                kind=row.kind,
                by=self._by(row),
                reason=row.detail.get("reason", "") if coded else "",
                detail=row.detail,
                **self._who(row.admission_id),
            )

    def of_codes(self) -> Iterator[Entry]:
        """Entry codes given out by hand, apart from those of a change of machine."""
        moved = set(
            SittingEvent.objects.filter(sitting__in=self.sittings, kind="transfer").values_list(
                "sitting__admission_id", "at"
            )
        )
        rows = EntryCode.objects.filter(admission__in=self.people, issued_by__isnull=False)
        since = self.session.starts_at - timedelta(hours=12)
        for row in rows.filter(issued_at__gte=since).select_related("issued_by"):
            if (row.admission_id, row.issued_at) in moved:
                continue
            yield Entry(
                at=row.issued_at,
                group="permission",
                kind="new_code",
                by=people.staff_name(row.issued_by),
                **self._who(row.admission_id),
            )

    def of_session(self) -> Iterator[Entry]:
        rows = SessionEvent.objects.filter(Q(kind__in=_SESSION_KINDS) | Q(kind="noted"), session=self.session)
        for row in rows.select_related("by").order_by("id"):
            happened = row.detail.get("happened")
            yield Entry(
                at=datetime.fromisoformat(happened) if happened else row.at,
                group=_GROUP_OF.get(row.kind, "session"),
                kind=row.kind,
                by=self._by(row),
                detail=row.detail,
            )

    def of_log(self) -> Iterator[Entry]:
        rows = logbook.telling_rows(self.sittings, upto=logbook.newest_row())
        for found in incidents.of_rows(rows):
            yield Entry(
                at=standing.moment(found.at),
                group=_GROUP_OF[found.code],
                kind=found.code,
                detail={
                    "count": found.times,
                    "note": found.note,
                    "seconds": (found.until - found.at) // 1000,
                },
                **self._who(self.sittings[found.sitting]),
            )
