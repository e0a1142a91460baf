"""What a participant has: allowances by state, money by state. Every figure is a whole number, never below nought."""

from __future__ import annotations

from typing import Any


class Holding:
    """One product of one account, in tonnes.

    ``tradable`` 交易持仓, ``frozen`` in open orders 挂单冻结, ``bought`` today 当日买入, ``registered`` 登记持仓,
    ``judicial`` 司法冻结.
    """

    __slots__ = ("bought", "frozen", "judicial", "registered", "tradable")

    def __init__(self) -> None:
        self.tradable = self.frozen = self.bought = self.registered = self.judicial = 0

    @property
    def total(self) -> int:
        return self.tradable + self.frozen + self.bought + self.registered + self.judicial

    def as_dict(self) -> dict[str, int]:
        return {
            name: getattr(self, name) for name in ("tradable", "frozen", "bought", "registered", "judicial")
        }


class Account:
    """``available`` + ``frozen`` + ``waiting`` = balance, in cents; ``proceeds`` is the part of the available money
    that came from sales of today and cannot be withdrawn yet, ``waiting`` what cannot even be used yet."""

    __slots__ = (
        "available",
        "barred",
        "carried",
        "duties",
        "frozen",
        "holdings",
        "name",
        "offsets",
        "proceeds",
        "surrendered",
        "waiting",
    )

    def __init__(self, name: str, *, barred: bool = False) -> None:
        self.name = name
        self.barred = barred
        self.carried = 0
        self.available = self.frozen = self.waiting = self.proceeds = 0
        self.holdings: dict[str, Holding] = {}
        self.duties: dict[int, int] = {}
        self.surrendered: dict[int, int] = {}
        self.offsets: dict[int, int] = {}

    @property
    def balance(self) -> int:
        return self.available + self.frozen + self.waiting

    def holding(self, product: str) -> Holding:
        found = self.holdings.get(product)
        if found is None:
            found = self.holdings[product] = Holding()
        return found

    def as_dict(self) -> dict[str, Any]:
        return {
            "available": self.available,
            "frozen": self.frozen,
            "waiting": self.waiting,
            "holdings": {name: one.as_dict() for name, one in sorted(self.holdings.items())},
            "duties": {str(year): due for year, due in sorted(self.duties.items())},
            "surrendered": {str(year): done for year, done in sorted(self.surrendered.items())},
        }
