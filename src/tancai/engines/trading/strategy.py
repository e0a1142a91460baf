"""What a participant made of the market: cash flows, average prices, position, result at the last close."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tancai.engines.trading.market import Market, Trade, yuan


@dataclass
class Position:
    """One product: tonnes and cents bought and sold, tonnes held, cents a tonne of the last close."""

    bought: int = 0
    paid: int = 0
    sold: int = 0
    earned: int = 0
    held: int = 0
    mark: int = 0

    @property
    def result(self) -> int:
        """Cents: what was earned less what was paid, and net purchases valued at the last close."""
        return self.earned - self.paid + (self.bought - self.sold) * self.mark


@dataclass(frozen=True)
class Result:
    account: str
    positions: dict[str, Position] = field(default_factory=dict)
    fees: int = 0
    trades: int = 0

    @property
    def total(self) -> int:
        return sum(one.result for one in self.positions.values()) - self.fees

    def as_dict(self) -> dict[str, Any]:
        return {
            "trades": self.trades,
            "fees": yuan(self.fees),
            "result": yuan(self.total),
            "positions": {
                name: {
                    "bought": one.bought,
                    "average_paid": _average(one.paid, one.bought),
                    "sold": one.sold,
                    "average_earned": _average(one.earned, one.sold),
                    "held": one.held,
                    "last_close": yuan(one.mark),
                    "result": yuan(one.result),
                }
                for name, one in sorted(self.positions.items())
            },
        }


def _average(amount: int, quantity: int) -> float | None:
    return round(amount / quantity / 100, 6) if quantity else None


class Tally:
    """Trades by account, counted once each as they come; for markets that are asked again and again."""

    def __init__(self) -> None:
        self.counted = 0
        self.trades: dict[str, list[Trade]] = {}
        self.fees: dict[str, int] = {}
        self.last: dict[str, int] = {}
        self._flows: dict[str, dict[str, Position]] = {}

    def count(self, market: Market) -> Tally:
        """Take in the trades that are new since the last call; always of the same market."""
        for one in market.trades[self.counted :]:
            self.last[one.product] = one.price
            amount = one.price * one.quantity
            for account in (one.buyer, one.seller):
                self.trades.setdefault(account, []).append(one)
                self.fees[account] = self.fees.get(account, 0) + amount * market.fee // 1_000_000
                flow = self._flows.setdefault(account, {}).setdefault(one.product, Position())
                if one.buyer == account:
                    flow.bought += one.quantity
                    flow.paid += amount
                else:
                    flow.sold += one.quantity
                    flow.earned += amount
        self.counted = len(market.trades)
        return self

    def result(self, market: Market, account: str) -> Result:
        """The trades of ``account`` and its holdings, valued at the close last known (without one, the last price)."""
        positions = {name: replace(flow) for name, flow in self._flows.get(account, {}).items()}
        for product, holding in market.accounts[account].holdings.items():
            positions.setdefault(product, Position()).held = holding.total
        for product, position in positions.items():
            known = market.products.get(product)
            position.mark = (known.close() if known else 0) or self.last.get(product, 0)
        return Result(account, positions, self.fees.get(account, 0), len(self.trades.get(account, ())))


def result(market: Market, account: str) -> Result:
    """What ``account`` made of the whole market."""
    return Tally().count(market).result(market, account)
