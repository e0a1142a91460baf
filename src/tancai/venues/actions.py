"""Writes: apply for an exam site, decide about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tancai.audit import api as audit
from tancai.lib import clock, identity
from tancai.messages import api as messages
from tancai.venues import queries, rules
from tancai.venues.errors import BadSite, NotNow, UnknownSite
from tancai.venues.models import Site, SiteEvent, SiteRoom
from tancai.venues.queries import SiteView
from tancai.venues.rules import RoomFacts

if TYPE_CHECKING:
    from tancai.people.api import Organisation, User

DECISIONS = ("accepted", "refused", "closed")


@transaction.atomic
def apply_site(
    *,
    body: Organisation,
    name: str,
    region: str,
    address: str,
    contact_name: str,
    contact_phone: str,
    rooms: Sequence[RoomFacts],
    equipment: str = "",
    institution: Organisation | None = None,
    by: User,
    at: datetime,
) -> SiteView:
    """Apply to a certifying body for an exam site.

    Raises BadSite for the first fault (``rules.judge`` tells all), NotNow(``same_again``) while an application of
    the same user with the same name waits.
    """
    texts = {
        "name": name,
        "region": region,
        "address": address,
        "contact_name": contact_name,
        "equipment": equipment,
    }
    for fault in rules.judge(texts, rooms):
        raise BadSite(fault.code, fault.field)
    try:
        phone = identity.normal_phone(contact_phone)
    except ValueError as error:
        raise BadSite("phone", "contact_phone") from error
    waiting = [
        each for each in queries.sites_of(by) if each.state == "submitted" and each.name == name.strip()
    ]
    if waiting:
        raise NotNow("same_again", number=waiting[0].number)
    row = Site.objects.create(
        body=body,
        institution=institution,
        applicant=by,
        contact_phone=phone,
        applied_at=at,
        **{field: text.strip() for field, text in texts.items()},
    )
    row.number = f"K{clock.local_date(at):%Y%m%d}{row.pk:05d}"
    row.save(update_fields=["number"])
    SiteRoom.objects.bulk_create(
        SiteRoom(site=row, name=room.name.strip(), seats=room.seats, cameras=room.cameras) for room in rooms
    )
    return _step(row, "submitted", "", by, at)


def _step(row: Site, kind: str, reason: str, by: User | None, at: datetime) -> SiteView:
    SiteEvent.objects.create(site=row, kind=kind, reason=reason, at=at, by=by)
    audit.record(f"venues.{kind}", by=by, at=at, target=("site", row.pk))
    return queries.site(row.number or "")


@transaction.atomic
def decide_site(
    number: str, *, kind: str, reason: str = "", link: str = "", by: User | None, at: datetime
) -> SiteView:
    """``accepted``, ``refused`` or ``closed``; the applicant is told.

    Raises NotNow (``not_now``, or ``no_reason`` where one is needed), BadSite for an unknown decision or a reason
    that cannot be kept, UnknownSite.
    """
    row = Site.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise UnknownSite(number)
    if kind not in DECISIONS:
        raise BadSite("bad_choice", "kind")
    if not rules.may(queries.site(number).state, kind):
        raise NotNow("not_now")
    reason = reason.strip()
    if rules.needs_reason(kind) and not reason:
        raise NotNow("no_reason")
    if len(reason) > 300:
        raise BadSite("too_long", "reason")
    view = _step(row, kind, reason, by, at)
    _tell(row, kind, reason, link, by, at)
    return view


def _tell(row: Site, kind: str, reason: str, link: str, by: User | None, at: datetime) -> None:
    if row.applicant is None:
        return
    if kind == "accepted":
        messages.send(
            user=row.applicant, kind="site_approved", params={"site": row.name}, link=link, at=at, by=by
        )
    else:
        words = "site_refused" if kind == "refused" else "site_closed"
        params = {"site": row.name, "reason": reason}
        messages.send(user=row.applicant, kind=words, params=params, link=link, at=at, by=by)
