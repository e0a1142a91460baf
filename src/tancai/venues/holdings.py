"""What the export of one's own data, and the closing of an account, mean for exam sites.

Sites belong to the account that applied. Exported: the applications with their contact and decisions. At once: the
contact of applications that are not a site, or no longer one. The contact of an accepted site stays, exams there
need it; the body replaces it when the site names another.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.people import api as people
from tancai.venues import queries
from tancai.venues.models import Site

if TYPE_CHECKING:
    from tancai.people.api import Person, User


def exported(user: User) -> dict[str, Any]:
    return {"sites": [_site(each) for each in queries.sites_of(user)]}


def _site(seen: queries.SiteView) -> dict[str, Any]:
    names = (
        "number",
        "body",
        "name",
        "region",
        "address",
        "contact_name",
        "equipment",
        "applied_at",
        "state",
    )
    return {
        **{name: getattr(seen, name) for name in names},
        "contact_phone": queries.contact_phone(seen.number),
        "rooms": [{"name": each.name, "seats": each.seats, "cameras": each.cameras} for each in seen.rooms],
        "steps": [{"kind": each.kind, "reason": each.reason, "at": each.at} for each in seen.steps],
    }


def leave(user: User, person: Person | None, at: datetime) -> None:
    for seen in queries.sites_of(user):
        blank = {} if seen.state == "accepted" else {"contact_name": "", "contact_phone": ""}
        Site.objects.filter(pk=seen.id).update(applicant=None, **blank)


def register() -> None:
    people.register_export("venues", of_account=exported)
    people.register_holdings("venues", at_once=leave)
