"""What the export of one's own data, and the closing of an account, mean for orders.

Exported: orders with their steps (vouchers themselves come from ``files``). At once: orders nothing was ever paid on
are cancelled. Kept: orders with a voucher or a confirmed payment, as long as vouchers are kept for the payee's
accounts. Then remarks go; amounts stay without a name.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.fees import actions, queries
from tancai.fees.models import Order, OrderEvent
from tancai.lib import clock
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Held, Person, User

ACCOUNT_YEARS = 10
_MONEY = frozenset({"voucher", "confirmed", "refunded"})


def exported(person: Person) -> dict[str, Any]:
    rows = Order.objects.filter(person=person).select_related("payee", "organisation")
    return {"orders": [_order(row) for row in rows.order_by("id")]}


def _order(row: Order) -> dict[str, Any]:
    seen = queries.view(row)
    return {
        "number": seen.number,
        "purpose": seen.purpose,
        "programme": seen.programme,
        "amount_in_cents": seen.amount,
        "payee": row.payee.name if row.payee else None,
        "paid_by": row.organisation.name if row.organisation else None,
        "opened_at": seen.opened_at,
        "state": seen.state,
        "events": [{"kind": each.kind, "note": each.note, "at": each.at} for each in seen.events],
    }


def kept(person: Person, at: datetime) -> list[Held]:
    paid = [order for order in queries.orders_of(person.pk) if _is_paid(order)]
    days = [clock.local_date(order.events[-1].at) for order in paid]
    return (
        [people.Held("orders", "accounting", people.record_until(max(days), ACCOUNT_YEARS))] if days else []
    )


def _is_paid(order: queries.OrderView) -> bool:
    return any(event.kind in _MONEY for event in order.events)


def leave(user: User, person: Person | None, at: datetime) -> None:
    for order in queries.orders_of(person.pk) if person else ():
        if order.state == "open":
            actions.cancel(order, reason="account_closed", by=user, at=at)


def erase(person: Person, at: datetime) -> None:
    OrderEvent.objects.filter(order__person=person).update(note="")


def register() -> None:
    people.register_export("fees", exported)
    people.register_holdings("fees", kept=kept, at_once=leave, erase=erase)
