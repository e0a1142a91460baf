"""What the national market traded month by month, as published: a measure for made-up days, and figures to chart.

Quantities are Decimal tonnes (printed in 10,000 t), prices CNY/t: the amount over the quantity of all methods, so
that discounts of blocks are inside.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "monthly.csv"
TABLE_VERSION = "2026.1"


@dataclass(frozen=True)
class Month:
    year: int
    month: int
    listed: Decimal
    block: Decimal
    auction: Decimal
    total: Decimal
    price: Decimal
    confidence: str
    source: str


@dataclass(frozen=True)
class Sum:
    """Tonnes, CNY, CNY/t and the share of blocks (0 to 1) of several months."""

    quantity: Decimal
    amount: Decimal
    price: Decimal
    block_share: Decimal


@cache
def months() -> tuple[Month, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Month(
                int(row["year"]),
                int(row["month"]),
                10_000 * Decimal(row["listed"]),
                10_000 * Decimal(row["block"]),
                10_000 * Decimal(row["auction"]),
                10_000 * Decimal(row["total"]),
                Decimal(row["average_price"]),
                row["confidence"],
                row["source"],
            )
            for row in csv.DictReader(file)
        )


def summed(chosen: Iterable[Month]) -> Sum:
    """Several months together; raises ValueError for none."""
    found = list(chosen)
    if not found:
        raise ValueError("no months")
    quantity = sum((one.total for one in found), Decimal(0))
    amount = sum((one.total * one.price for one in found), Decimal(0))
    block = sum((one.block for one in found), Decimal(0))
    return Sum(quantity, amount, amount / quantity, block / quantity)
