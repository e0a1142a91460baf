"""What the export of one's own data, and the closing of an account, mean for practical work outside exams.

Exported: pieces of work as they stand, put away or not, and the moves made on shared markets. At once: the pieces of
work go, nobody else needs them. A seat on a shared market stays, for the record of a class is one; the account behind
it has no name any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.labs import queries
from tancai.labs.models import Move, Seat, Work, WorkEntry
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Person, User


def exported(user: User) -> dict[str, Any]:
    own = [*queries.works(user), *queries.works(user, away=True)]
    seats = Seat.objects.filter(user=user).select_related("market").order_by("id")
    return {"works": [_work(each) for each in own], "markets": [_market(each) for each in seats]}


def _work(work: Work) -> dict[str, Any]:
    state = queries.state_of(work)
    return {
        "title": work.name,
        "bench": work.bench,
        "task": work.task,
        "started_at": work.started_at,
        "handed_in": state.handed_in,
        "put_away": state.away,
        "values": state.values,
    }


def _market(seat: Seat) -> dict[str, Any]:
    moves = Move.objects.filter(seat=seat).order_by("number")
    return {
        "title": seat.market.title,
        "account": seat.account,
        "joined_at": seat.joined_at,
        "moves": list(moves.values("number", "kind", "body", "refusal", "at")),
    }


def leave(user: User, person: Person | None, at: datetime) -> None:
    WorkEntry.objects.filter(work__owner=user).delete()
    Work.objects.filter(owner=user).delete()


def register() -> None:
    people.register_export("labs", of_account=exported)
    people.register_holdings("labs", at_once=leave)
