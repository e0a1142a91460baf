"""Reads: an order with its state and story, lists for desks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from tancai.fees import rules
from tancai.fees.errors import UnknownOrder
from tancai.fees.models import Order, OrderEvent
from tancai.lib.prepared import Prepared


@dataclass(frozen=True)
class EventView:
    """One step of an order; ``by_id`` is a user or ``None`` for the system."""

    kind: str
    note: str
    at: datetime
    by_id: int | None
    file_token: str


@dataclass(frozen=True)
class OrderView:
    """An order as it stands; ``amount`` in cents (分), ``next`` the kinds of events that may follow."""

    id: int
    number: str
    purpose: str
    reference: str
    programme: str
    person_id: int
    payee_id: int | None
    organisation_id: int | None
    amount: int
    opened_at: datetime
    state: str
    settled: bool
    next: frozenset[str]
    events: tuple[EventView, ...]

    @property
    def voucher(self) -> EventView | None:
        """The newest voucher."""
        return next((event for event in reversed(self.events) if event.kind == "voucher"), None)


def view(order: Order) -> OrderView:
    """The order with its events folded."""
    rows = sorted(order.events.all(), key=lambda row: row.pk)
    events = tuple(
        EventView(row.kind, row.note, row.at, row.by_id, row.file.token if row.file else "") for row in rows
    )
    state = rules.fold(order.amount, (event.kind for event in events))
    return OrderView(
        id=order.pk,
        number=order.number or "",
        purpose=order.purpose,
        reference=order.reference,
        programme=order.programme,
        person_id=order.person_id,
        payee_id=order.payee_id,
        organisation_id=order.organisation_id,
        amount=order.amount,
        opened_at=order.opened_at,
        state=state,
        settled=rules.settled(state),
        next=rules.may_now(state),
        events=events,
    )


def order(number_or_id: str | int) -> OrderView:
    """One order by its number or id; raises ``UnknownOrder``."""
    return view(find(number_or_id))


def find(number_or_id: str | int) -> Order:
    """The row of an order; raises ``UnknownOrder``."""
    wanted = Q(pk=number_or_id) if isinstance(number_or_id, int) else Q(number=number_or_id)
    row = _with_story(Order.objects.filter(wanted)).first()
    if row is None:
        raise UnknownOrder(number_or_id)
    return row


def order_for(purpose: str, reference: object) -> OrderView | None:
    """The newest order for something."""
    row = (
        _with_story(Order.objects.filter(purpose=purpose, reference=str(reference)))
        .order_by("-attempt")
        .first()
    )
    return view(row) if row else None


def settled(purpose: str, reference: object) -> bool:
    """Whether the newest order for something leaves nothing owed; ``False`` where there is none."""
    return bool(settled_if_any(purpose, reference))


def settled_if_any(purpose: str, reference: object) -> bool | None:
    """Whether the newest order for something leaves nothing owed; ``None`` where there is none."""
    found = _newest_state.first(purpose, str(reference))
    return None if found is None else rules.settled(found[0])


def settled_references(purpose: str, references: Iterable[object]) -> set[str]:
    """Those references whose newest order leaves nothing owed, in one query."""
    rows = with_state(Order.objects.filter(purpose=purpose, reference__in={str(each) for each in references}))
    newest: dict[str, str] = {}
    for reference, state in rows.order_by("attempt").values_list("reference", "state"):
        newest[reference] = state
    return {reference for reference, state in newest.items() if rules.settled(state)}


def orders(
    organisation_ids: Iterable[int] | None,
    *,
    state: str = "",
    purpose: str = "",
    programme: str = "",
    person_ids: Iterable[int] | None = None,
    number: str = "",
) -> QuerySet[Order]:
    """Orders payable to, or paid by, these organisations (``None``: all), newest first, annotated with ``state``."""
    rows = with_state(Order.objects.all())
    if organisation_ids is not None:
        ids = set(organisation_ids)
        rows = rows.filter(Q(payee_id__in=ids) | Q(organisation_id__in=ids))
    if state:
        rows = rows.filter(state=state)
    if purpose:
        rows = rows.filter(purpose=purpose)
    if programme:
        rows = rows.filter(programme=programme)
    wanted = Q()
    if person_ids is not None:
        wanted |= Q(person_id__in=set(person_ids))
    if number:
        wanted |= Q(number__icontains=number) | Q(reference__icontains=number)
    return rows.filter(wanted).order_by("-opened_at", "-id")


def orders_of(person_id: int) -> list[OrderView]:
    """All orders of a person, newest first."""
    rows = _with_story(Order.objects.filter(person_id=person_id))
    return [view(row) for row in rows.order_by("-opened_at", "-id")]


def with_state(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate ``state`` (as ``rules.fold``) and ``last_at``: every accepted event names the state it leaves."""
    newest = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-id")
    rows = rows.annotate(
        last_kind=Subquery(newest.values("kind")[:1]), last_at=Subquery(newest.values("at")[:1])
    )
    whens = [When(last_kind="opened", amount=0, then=Value("free"))]
    whens += [When(last_kind=kind, then=Value(rules.state_after(kind, 1))) for kind in rules.KINDS]
    return rows.annotate(state=Case(*whens, default=F("last_kind"), output_field=CharField()))


def _newest_of(purpose: str, reference: str) -> QuerySet[Any, tuple[str]]:
    orders = with_state(Order.objects.filter(purpose=purpose, reference=reference))
    return orders.order_by("-attempt").values_list("state")[:1]


_newest_state = Prepared(_newest_of, str, str)


def _with_story(rows: QuerySet[Order]) -> QuerySet[Order]:
    return rows.prefetch_related("events__file")
