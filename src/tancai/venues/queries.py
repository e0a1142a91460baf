"""Reads: exam sites as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import OuterRef, QuerySet, Subquery

from tancai.lib import identity
from tancai.venues import rules
from tancai.venues.errors import UnknownSite
from tancai.venues.models import Site, SiteEvent
from tancai.venues.rules import RoomFacts

if TYPE_CHECKING:
    from tancai.people.api import User


@dataclass(frozen=True)
class StepView:
    """One decision; ``reason`` is what the applicant was told."""

    kind: str
    reason: str
    at: datetime
    by_id: int | None


@dataclass(frozen=True)
class SiteView:
    """A site; ``phone`` is masked, the whole number is read by ``contact_phone(number)``."""

    id: int
    number: str
    body_id: int
    body: str
    body_en: str
    institution_id: int | None
    applicant_id: int | None
    name: str
    region: str
    address: str
    contact_name: str
    phone: str
    equipment: str
    applied_at: datetime
    state: str
    rooms: tuple[RoomFacts, ...]
    steps: tuple[StepView, ...]

    @property
    def seats(self) -> int:
        return sum(room.seats for room in self.rooms)

    @property
    def reason(self) -> str:
        """The reason of the newest decision."""
        return self.steps[-1].reason


def _rows() -> QuerySet[Site]:
    return Site.objects.select_related("body").prefetch_related("rooms", "events").order_by("-id")


def view(row: Site) -> SiteView:
    events = sorted(row.events.all(), key=lambda each: each.pk)
    rooms = sorted(row.rooms.all(), key=lambda each: each.pk)
    return SiteView(
        id=row.pk,
        number=row.number or "",
        body_id=row.body_id,
        body=row.body.name,
        body_en=row.body.name_en,
        institution_id=row.institution_id,
        applicant_id=row.applicant_id,
        name=row.name,
        region=row.region,
        address=row.address,
        contact_name=row.contact_name,
        phone=identity.mask_phone(row.contact_phone),
        equipment=row.equipment,
        applied_at=row.applied_at,
        state=rules.state(each.kind for each in events),
        rooms=tuple(RoomFacts(room.name, room.seats, room.cameras) for room in rooms),
        steps=tuple(StepView(each.kind, each.reason, each.at, each.by_id) for each in events),
    )


def site(number: str) -> SiteView:
    """One site by number; raises UnknownSite."""
    row = _rows().filter(number=number).first()
    if row is None:
        raise UnknownSite(number)
    return view(row)


def sites(*, state: str = "", body_ids: Iterable[int] | None = None) -> list[SiteView]:
    """Sites of these bodies (``None``: all), newest first, in one state or any."""
    rows = _rows() if body_ids is None else _rows().filter(body_id__in=list(body_ids))
    views = [view(row) for row in rows]
    return [each for each in views if each.state == state] if state else views


def sites_waiting(body_ids: Iterable[int] | None = None) -> int:
    """How many applications to these bodies (``None``: all) have no decision."""
    newest = SiteEvent.objects.filter(site=OuterRef("pk")).order_by("-id")
    rows = Site.objects.annotate(last=Subquery(newest.values("kind")[:1])).filter(last="submitted")
    return rows.count() if body_ids is None else rows.filter(body_id__in=list(body_ids)).count()


def sites_of(user: User) -> list[SiteView]:
    """What this user applied for, newest first."""
    return [view(row) for row in _rows().filter(applicant=user)]


def contact_phone(number: str) -> str:
    """The whole phone number of the contact, for those who may call; raises UnknownSite."""
    row = Site.objects.filter(number=number).first()
    if row is None:
        raise UnknownSite(number)
    return str(row.contact_phone)
