"""What a screen or a chart shows: tape, candles, depth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tancai.engines.trading.market import Close, Market, Trade, yuan


def tape(trades: Iterable[Trade]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "at": one.at.isoformat(sep=" "),
            "product": one.product,
            "method": one.method,
            "price": yuan(one.price),
            "quantity": one.quantity,
            "amount": yuan(one.price * one.quantity),
            "buyer": one.buyer,
            "seller": one.seller,
            "taker": "buy" if one.taker > 0 else "sell",
        }
        for one in trades
    ]


def close_record(one: Close) -> dict[str, Any]:
    def price(cents: int | None) -> str | None:
        return None if cents is None else yuan(cents)

    return {
        "day": one.day.isoformat(),
        "product": one.product,
        "open": price(one.opened),
        "high": price(one.high),
        "low": price(one.low),
        "close": yuan(one.close),
        "listed_quantity": one.listed_quantity,
        "listed_amount": yuan(one.listed_amount),
        "quantity": one.quantity,
        "amount": yuan(one.amount),
    }


@dataclass(frozen=True)
class Candle:
    """Prices in cents, quantity in tonnes, of listed trades from ``start`` on."""

    start: datetime
    open: int
    high: int
    low: int
    close: int
    quantity: int
    amount: int


def candles(trades: Sequence[Trade], product: str, minutes: int = 5) -> list[Candle]:
    """Listed trades of a product in steps of ``minutes`` from midnight; steps without trades are left out."""
    found: list[Candle] = []
    for one in trades:
        if one.product != product or one.method != "listed":
            continue
        midnight = one.at.replace(hour=0, minute=0, second=0, microsecond=0)
        step = int((one.at - midnight).total_seconds() // 60 // minutes)
        start = midnight + timedelta(minutes=step * minutes)
        amount = one.price * one.quantity
        last = found[-1] if found and found[-1].start == start else None
        if last is None:
            found.append(Candle(start, one.price, one.price, one.price, one.price, one.quantity, amount))
        else:
            found[-1] = Candle(
                start,
                last.open,
                max(last.high, one.price),
                min(last.low, one.price),
                one.price,
                last.quantity + one.quantity,
                last.amount + amount,
            )
    return found


def depth(market: Market, product: str, levels: int = 5) -> dict[str, list[tuple[int, int]]]:
    """``{"bids": [(cents, tonnes), …], "asks": […]}``, the best first."""
    found = market.products.get(product)
    if found is None:
        return {"bids": [], "asks": []}
    return {"bids": found.bids.depth(levels), "asks": found.asks.depth(levels)}
