"""An order book as one would write it on paper: one list, searched from end to end for every trade.

Independent of the engine: knows orders only as tuples, keeps no levels, no heap, no queues.
"""

from __future__ import annotations


class NaiveBook:
    def __init__(self) -> None:
        self.orders: list[dict] = []
        self.trades: list[tuple[str, str, int, int]] = []
        self.arrivals = 0

    def best(self, side: int) -> dict | None:
        """The order of ``side`` that trades next: best price, then earliest."""
        found = None
        for one in self.orders:
            if one["side"] != side or not one["left"]:
                continue
            better = found is None or (one["price"] - found["price"]) * side > 0
            same_but_earlier = (
                found is not None and one["price"] == found["price"] and one["arrival"] < found["arrival"]
            )
            if better or same_but_earlier:
                found = one
        return found

    def place(self, name: str, side: int, price: int | None, quantity: int, rest: bool = True) -> None:
        self.arrivals += 1
        order = {"name": name, "side": side, "price": price, "left": quantity, "arrival": self.arrivals}
        while order["left"]:
            other = self.best(-side)
            if other is None or (price is not None and (other["price"] - price) * side > 0):
                break
            traded = min(order["left"], other["left"])
            order["left"] -= traded
            other["left"] -= traded
            pair = (name, other["name"]) if side > 0 else (other["name"], name)
            self.trades.append((*pair, other["price"], traded))
        if rest and order["left"]:
            self.orders.append(order)

    def cancel(self, name: str) -> None:
        self.orders = [one for one in self.orders if one["name"] != name]
