"""Writes: each step of an order appends one event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tancai.audit import api as audit
from tancai.fees import queries, rules
from tancai.fees.errors import BadStep
from tancai.fees.models import Order, OrderEvent
from tancai.fees.queries import OrderView
from tancai.files import api as files
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes

if TYPE_CHECKING:
    from tancai.people.api import Organisation, Person, User


@transaction.atomic
def open_order(
    *,
    purpose: str,
    reference: object,
    person: Person,
    amount: int,
    programme: str = "",
    organisation: Organisation | None = None,
    by: User | None,
    at: datetime,
) -> OrderView:
    """Open an order over ``amount`` cents; one over 0 settles itself.

    ``organisation`` is the institution that pays for its candidate. A live order for the same thing and amount is
    returned as it is; another amount raises ``BadStep("other_amount")``. Also ``bad_purpose``, ``bad_amount``.
    """
    if purpose not in rules.PURPOSES:
        raise BadStep("bad_purpose", purpose=purpose)
    if amount < 0:
        raise BadStep("bad_amount", amount=amount)
    before = queries.order_for(purpose, reference)
    if before is not None and before.state not in rules.OVER:
        if before.amount != amount:
            raise BadStep("other_amount", number=before.number)
        return before
    row = Order.objects.create(
        purpose=purpose,
        reference=str(reference),
        attempt=_attempts(purpose, reference) + 1,
        programme=programme,
        person=person,
        payee=_payee(programme),
        organisation=organisation,
        amount=amount,
        opened_at=at,
    )
    row.number = f"D{clock.local_date(at):%Y%m%d}{row.pk:06d}"
    row.save(update_fields=["number"])
    return _append(row, "opened", note="", by=by, at=at)


def attach_voucher(
    order: OrderView, *, data: bytes, name: str, note: str = "", by: User | None, at: datetime
) -> OrderView:
    """Keep the proof of a bank transfer with the order; the newest voucher counts.

    Raises ``BadStep("not_now")`` or what ``files.store`` raises for a file that cannot be kept.
    """
    if not rules.may(order.state, "voucher"):
        raise BadStep("not_now", state=order.state)
    person = people.person(order.person_id)
    stored = files.store(data, purpose="payment_voucher", name=name, owner_person=person, by=by, at=at)
    try:
        return _step(order, "voucher", note=note, by=by, at=at, file=stored)
    except BaseException:
        files.discard(stored, reason="voucher not attached", by=by, at=at)
        raise


def confirm_payment(order: OrderView, *, note: str = "", by: User | None, at: datetime) -> OrderView:
    """The money has arrived. Raises ``BadStep("not_now")``."""
    return _step(order, "confirmed", note=note, by=by, at=at)


def refuse_voucher(order: OrderView, *, reason: str, by: User | None, at: datetime) -> OrderView:
    """The voucher does not prove the payment; another may follow. Raises ``BadStep`` (``not_now``, ``no_reason``)."""
    return _step(order, "refused", note=reason, by=by, at=at)


def waive(order: OrderView, *, reason: str, by: User | None, at: datetime) -> OrderView:
    """Nothing need be paid. Raises ``BadStep`` (``not_now``, ``no_reason``)."""
    return _step(order, "waived", note=reason, by=by, at=at)


def cancel(order: OrderView, *, reason: str, by: User | None, at: datetime) -> OrderView:
    """Call an unpaid order off; another may be opened for the same thing. Raises ``BadStep``."""
    return _step(order, "cancelled", note=reason, by=by, at=at)


def refund(order: OrderView, *, reason: str, by: User | None, at: datetime) -> OrderView:
    """Record that a payment was given back. Raises ``BadStep`` (``not_now``, ``no_reason``)."""
    return _step(order, "refunded", note=reason, by=by, at=at)


@transaction.atomic
def _step(
    order: OrderView,
    kind: str,
    *,
    note: str,
    by: User | None,
    at: datetime,
    file: files.StoredFile | None = None,
) -> OrderView:
    if kind in rules.NEEDS_REASON and not note.strip():
        raise BadStep("no_reason")
    # Two clerks at once: the second looks again after the first and is refused.
    row = Order.objects.select_for_update().get(pk=order.id)
    state = queries.view(row).state
    if not rules.may(state, kind):
        raise BadStep("not_now", state=state)
    return _append(row, kind, note=note.strip(), by=by, at=at, file=file)


def _append(
    row: Order, kind: str, *, note: str, by: User | None, at: datetime, file: files.StoredFile | None = None
) -> OrderView:
    OrderEvent.objects.create(order=row, kind=kind, note=note, file=file, at=at, by=by)
    detail = {"purpose": row.purpose, "amount": row.amount}
    audit.record(f"fees.{kind}", by=by, at=at, target=("order", row.number), detail=detail)
    return queries.order(row.pk)


def _attempts(purpose: str, reference: object) -> int:
    return Order.objects.filter(purpose=purpose, reference=str(reference)).count()


def _payee(programme: str) -> Organisation | None:
    return people.organisation(programmes.definition(programme).body) if programme else None
