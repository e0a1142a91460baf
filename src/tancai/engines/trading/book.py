"""One side of an order book: the best price first, at one price the earliest order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush

from tancai.engines.trading.accounts import Account

BUY, SELL = 1, -1


class Order:
    """An order in the book; ``left`` falls to 0 when it is traded or withdrawn, ``held`` is the money it has frozen."""

    __slots__ = (
        "account",
        "at",
        "held",
        "id",
        "left",
        "method",
        "other",
        "price",
        "product",
        "quantity",
        "side",
    )

    def __init__(
        self, id: str, account: Account, side: int, product: str, price: int, quantity: int, at: datetime
    ) -> None:
        self.id = id
        self.account = account
        self.side = side
        self.product = product
        self.price = price
        self.quantity = self.left = quantity
        self.at = at
        self.held = 0
        self.method = "listed"
        self.other = ""


class Side:
    """Orders of one side by price. Withdrawn orders stay in their queue with ``left`` 0 until they come to its head."""

    __slots__ = ("heap", "levels", "sign", "totals")

    def __init__(self, side: int) -> None:
        self.sign = -side
        self.heap: list[int] = []
        self.levels: dict[int, deque[Order]] = {}
        self.totals: dict[int, int] = {}

    def add(self, order: Order) -> None:
        price = order.price
        level = self.levels.get(price)
        if level is None:
            self.levels[price] = deque((order,))
            self.totals[price] = order.left
            heappush(self.heap, self.sign * price)
        else:
            level.append(order)
            self.totals[price] += order.left

    def less(self, price: int, quantity: int) -> None:
        """``quantity`` less stands at ``price``; an empty level goes."""
        left = self.totals[price] - quantity
        if left:
            self.totals[price] = left
        else:
            del self.totals[price], self.levels[price]

    def best(self) -> int | None:
        heap, levels, sign = self.heap, self.levels, self.sign
        while heap:
            price = sign * heap[0]
            if price in levels:
                return price
            heappop(heap)
        return None

    def prices(self) -> list[int]:
        return sorted(self.levels, reverse=self.sign < 0)

    def orders(self) -> Iterator[Order]:
        """Open orders in the sequence in which they trade."""
        for price in self.prices():
            yield from (order for order in self.levels[price] if order.left)

    def depth(self, levels: int) -> list[tuple[int, int]]:
        """(price, tonnes) of the best ``levels`` prices."""
        return [(price, self.totals[price]) for price in self.prices()[:levels]]
