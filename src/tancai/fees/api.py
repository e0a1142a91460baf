"""The door of fees: orders, payments by bank transfer, waivers, refunds."""

from tancai.fees.actions import (
    attach_voucher,
    cancel,
    confirm_payment,
    open_order,
    refund,
    refuse_voucher,
    waive,
)
from tancai.fees.errors import BadStep, FeesError, UnknownOrder
from tancai.fees.queries import (
    EventView,
    OrderView,
    order,
    order_for,
    orders,
    orders_of,
    settled,
    settled_if_any,
    settled_references,
)
from tancai.fees.rules import PURPOSES, STATES
from tancai.fees.words import say_note

__all__ = [
    "PURPOSES",
    "STATES",
    "BadStep",
    "EventView",
    "FeesError",
    "OrderView",
    "UnknownOrder",
    "attach_voucher",
    "cancel",
    "confirm_payment",
    "open_order",
    "order",
    "order_for",
    "orders",
    "orders_of",
    "refund",
    "refuse_voucher",
    "say_note",
    "settled",
    "settled_if_any",
    "settled_references",
    "waive",
]
