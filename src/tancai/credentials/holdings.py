"""The share of certificates in the export of one's own data, and in anonymising a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tancai.credentials import queries
from tancai.credentials.models import (
    Certificate,
    ChangeRequest,
    Printing,
    Proposal,
    ProposalDecision,
    RequestRefusal,
)
from tancai.lib import clock
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Held, Person

# After validity ends an employer may still ask; then nobody does.
KEEP_YEARS = 10


def exported(person: Person) -> dict[str, Any]:
    rows = Certificate.objects.filter(person=person)
    return {"certificates": [_exported(each) for each in queries.full(rows)]}


def _exported(row: Certificate) -> dict[str, Any]:
    seen = queries.view(row)
    return {
        "number": seen.number,
        "post": seen.facts.post,
        "issued_on": seen.issued_on,
        "periods": [[each.valid_from, each.valid_until] for each in seen.periods],
        "state": seen.state,
        "printed": [{"at": each.at, **each.facts} for each in row.printings.all()],
        "events": [{"kind": each.kind, "at": each.at} for each in row.events.all()],
        "requests": [
            {"change": each.change, "text": each.text, "at": each.at} for each in row.requests.all()
        ],
    }


def kept(person: Person, at: datetime) -> Sequence[Held]:
    """Certificates stay verifiable for ten years after their validity; those without end, for good."""
    rows = queries.full(Certificate.objects.filter(person=person))
    ends = [queries.view(each, clock.local_date(at)).valid_until for each in rows]
    return [people.Held(what="certificates", why="verification", until=_later(end)) for end in ends]


def _later(end: date | None) -> date | None:
    return date(end.year + KEEP_YEARS, end.month, 1) if end else None


def remove(person: Person, at: datetime) -> None:
    """Nothing needs the names any more: numbers, dates and states stay, what was printed about the person goes."""
    blank = dict.fromkeys(queries.Facts.__dataclass_fields__, "")
    mine = Printing.objects.filter(certificate__person=person)
    for printing in mine:
        keeps = {key: printing.facts[key] for key in ("post", "post_en", "level", "level_en", "exam_month")}
        mine.filter(pk=printing.pk).update(facts={**blank, **keeps}, name_index="", document_index="")
    ProposalDecision.objects.filter(proposal__certificate__person=person).update(reason="")
    Proposal.objects.filter(certificate__person=person).update(changes={}, reason="")
    RequestRefusal.objects.filter(request__certificate__person=person).update(reason="")
    ChangeRequest.objects.filter(certificate__person=person).update(text="")


def register() -> None:
    people.register_export("certificates", exported)
    people.register_holdings("credentials", kept=kept, erase=remove)
