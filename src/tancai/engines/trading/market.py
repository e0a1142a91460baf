"""The market as a fold: an event and the state before it give the state after it, or a refusal that changes nothing.

One trading day: limits from the previous close → listed sessions (and blocks in theirs) → close (volume-weighted price
of listed trades) → clearing trade by trade, gross, allowances against money → bought allowances tradable on the next
trading day. A day ends when an event of a later day arrives, or by ``finish``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from tancai.engines.trading import hours
from tancai.engines.trading.accounts import Account
from tancai.engines.trading.book import BUY, SELL, Order, Side
from tancai.engines.trading.errors import Problem, Refused
from tancai.engines.trading.packs import Pack


class Event(NamedTuple):
    """One line of the record. Price in cents a tonne, ``amount`` in cents; ``side`` is 1 to buy, -1 to sell."""

    at: datetime
    kind: str
    account: str = ""
    order: str = ""
    side: int = 0
    product: str = ""
    price: int = 0
    quantity: int = 0
    amount: int = 0
    other: str = ""
    row: int = 0


class Trade(NamedTuple):
    """``method``: listed, block or auction. ``taker``: the side that came second (1 bought, -1 sold)."""

    number: int
    at: datetime
    product: str
    method: str
    price: int
    quantity: int
    buyer: str
    seller: str
    buy_order: str
    sell_order: str
    taker: int


class Close(NamedTuple):
    """A product at the end of a day; prices None when no listed trade happened. ``close`` in cents."""

    day: date
    product: str
    opened: int | None
    high: int | None
    low: int | None
    close: int
    listed_quantity: int
    listed_amount: int
    quantity: int
    amount: int


class Settlement(NamedTuple):
    """One trade cleared: ``quantity`` to the buyer against ``amount`` (cents) to the seller, at the same moment."""

    day: date
    trade: int
    buyer: str
    seller: str
    product: str
    quantity: int
    amount: int
    buyer_fee: int
    seller_fee: int


class Product:
    """Quotes of one product on one day."""

    __slots__ = (
        "amount",
        "asks",
        "bids",
        "block_high",
        "block_low",
        "high",
        "highest",
        "last",
        "listed_amount",
        "listed_quantity",
        "low",
        "lowest",
        "name",
        "opened",
        "previous",
        "quantity",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.previous = 0
        self.low = self.high = self.block_low = self.block_high = 0
        self.clear()

    def clear(self) -> None:
        self.bids, self.asks = Side(BUY), Side(SELL)
        self.opened = self.last = self.highest = self.lowest = 0
        self.listed_quantity = self.listed_amount = self.quantity = self.amount = 0

    def close(self) -> int:
        """Volume-weighted price of listed trades to the cent, half up; without any the previous close."""
        if not self.listed_quantity:
            return self.previous
        return (2 * self.listed_amount + self.listed_quantity) // (2 * self.listed_quantity)


def limits(previous: int, percent: int) -> tuple[int, int]:
    """Lowest and highest price allowed, in cents, rounded half up (D)."""
    return (previous * (100 - percent) + 50) // 100, (previous * (100 + percent) + 50) // 100


def yuan(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


BEGINNING, END = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - times of the market are local

Handler = Callable[["Market", Event], None]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return keep


class Market:
    """State of accounts, books and registry. ``apply`` is the only way to change it, besides ``finish``."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.accounts: dict[str, Account] = {}
        self.products: dict[str, Product] = {}
        self.open: dict[str, Order] = {}
        self.used: set[str] = set()
        self.auctions: dict[str, Any] = {}
        self.trades: list[Trade] = []
        self.closes: list[Close] = []
        self.settlements: list[Settlement] = []
        self.refusals: list[Problem] = []
        self.paid_in = self.paid_out = self.fees = 0
        self.issued: dict[str, int] = {}
        self.given_up: dict[str, int] = {}
        self.covered: set[str] = set()
        self.closed_days: set[date] = set()
        self.suspended = False
        self.at = BEGINNING
        self.day = date.min
        self.midnight = BEGINNING
        self.window = (END, BEGINNING)
        self.trading = False
        self.ended = False
        self.settled = 0
        self.both_sides: dict[tuple[str, str, int], int] = {}
        self.levels: int = pack["take_levels"]
        self.sessions = hours.sessions(pack["listed_hours"])
        self.block_sessions = hours.sessions(pack["block_hours"])
        self.fee: int = pack["fee_per_million"]
        self.listed_below: int = pack["listed_below"]
        self.block_from: int = pack["block_from"]
        self.same_day_money = pack["proceeds"] == "same_day"
        self.same_day_resale = pack["same_day_resale"] == "yes"
        self.match_crossing = pack["crossing"] == "match"
        self.position_limit: int = pack["position_limit"]

    # -- folding
    def apply(self, event: Event) -> Problem | None:
        """The refusal, or None when the event was carried out."""
        at = event.at
        try:
            if at < self.at:
                raise Refused("time_back", "at")
            if at >= self.midnight:
                self._turn(at.date())
            self.at = at
            if self.auctions:
                self._end_auctions(at)
            handler = HANDLERS.get(event.kind)
            if handler is None:
                raise Refused("unknown_choice", "kind", value=event.kind, choices=", ".join(sorted(HANDLERS)))
            handler(self, event)
        except Refused as refused:
            problem = Problem(refused.code, event.row, refused.field, refused.params, order=event.order)
            self.refusals.append(problem)
            return problem
        return None

    def play(self, events: Iterable[Event]) -> Market:
        for event in events:
            self.apply(event)
        return self

    def finish(self) -> Market:
        """End the day: auctions, close, clearing."""
        if self.auctions:
            self._end_auctions(END)
        self._close_day()
        return self

    def _turn(self, day: date) -> None:
        self.finish()
        self.day = day
        self.midnight = datetime.combine(day, time()) + timedelta(days=1)
        self.window = (END, BEGINNING)
        self.trading = hours.is_trading_day(day, self.closed_days)
        self.ended = False
        if self.trading:
            self.open_day()

    def open_day(self) -> None:
        """A trading day begins: what was bought can be sold, what was earned is free."""
        for account in self.accounts.values():
            account.available += account.waiting
            account.waiting = account.proceeds = 0
            for holding in account.holdings.values():
                if holding.bought:
                    holding.tradable += holding.bought
                    holding.bought = 0

    def _end_auctions(self, at: datetime) -> None:
        for auction in [one for one in self.auctions.values() if one.end <= at]:
            auction.clear(self)

    def _close_day(self) -> None:
        if not self.trading:
            return
        self.trading, self.ended = False, True
        for order in list(self.open.values()):
            self.drop(order)
        for product in self.products.values():
            if not product.previous and not product.listed_quantity:
                continue
            close, some = product.close(), product.listed_quantity > 0
            self.closes.append(
                Close(
                    self.day,
                    product.name,
                    product.opened if some else None,
                    product.highest if some else None,
                    product.lowest if some else None,
                    close,
                    product.listed_quantity,
                    product.listed_amount,
                    product.quantity,
                    product.amount,
                )
            )
            product.clear()
            self.set_previous(product, close)
        for trade in self.trades[self.settled :]:
            amount = trade.price * trade.quantity
            fee = amount * self.fee // 1_000_000
            self.settlements.append(
                Settlement(
                    self.day,
                    trade.number,
                    trade.buyer,
                    trade.seller,
                    trade.product,
                    trade.quantity,
                    amount,
                    fee,
                    fee,
                )
            )
        self.settled = len(self.trades)

    # -- what handlers share
    def account(self, name: str) -> Account:
        found = self.accounts.get(name)
        if found is None:
            raise Refused("no_account", "account", account=name)
        return found

    def product(self, name: str) -> Product:
        found = self.products.get(name)
        if found is None:
            found = self.products[name] = Product(name)
        return found

    def set_previous(self, product: Product, close: int) -> None:
        product.previous = close
        product.low, product.high = limits(close, self.pack["listed_limit"])
        product.block_low, product.block_high = limits(close, self.pack["block_limit"])

    def fresh(self, order: str) -> None:
        if not order:
            raise Refused("missing", "order")
        if order in self.used:
            raise Refused("duplicate", "order", order=order)

    def reserve(self, order: Order, holding_limit: bool = True) -> None:
        """Freeze what the order may cost; raises Refused without changing anything."""
        account, quantity = order.account, order.left
        if order.side == SELL:
            holding = account.holdings.get(order.product)
            if holding is None or holding.tradable < quantity:
                self.refuse_sale(account, order.product, quantity)
            else:
                holding.tradable -= quantity
                holding.frozen += quantity
            return
        cost = order.price * quantity
        if self.fee:
            cost += cost * self.fee // 1_000_000
        if account.available < cost:
            raise Refused("funds", "quantity", available=yuan(account.available), wanted=yuan(cost))
        if self.position_limit and holding_limit:
            self._within_limit(account, order.product, quantity)
        account.available -= cost
        account.frozen += cost
        order.held = cost

    def _within_limit(self, account: Account, product: str, quantity: int) -> None:
        coming = sum(
            one.left
            for one in self.open.values()
            if one.account is account and one.product == product and one.side == BUY
        )
        after = account.holding(product).total + coming + quantity
        if after > self.position_limit:
            raise Refused("position_limit", "quantity", after=after, limit=self.position_limit)

    def refuse_sale(self, account: Account, product: str, quantity: int) -> None:
        holding = account.holding(product)
        if holding.bought and holding.tradable + holding.bought >= quantity:
            raise Refused("same_day", "quantity", bought=holding.bought, tradable=holding.tradable)
        raise Refused("holding", "quantity", tradable=holding.tradable, wanted=quantity)

    def release(self, order: Order) -> None:
        """Give back what an ended order still holds."""
        if order.side == BUY:
            order.account.available += order.held
            order.account.frozen -= order.held
            order.held = 0
        elif order.left:
            holding = order.account.holdings[order.product]
            holding.tradable += order.left
            holding.frozen -= order.left
        order.left = 0

    def drop(self, order: Order) -> None:
        """Take an open order out of the market."""
        del self.open[order.id]
        if order.method == "listed":
            product = self.products[order.product]
            (product.bids if order.side == BUY else product.asks).less(order.price, order.left)
            self.both_sides[order.account.name, order.product, order.side] -= 1
        self.release(order)

    def trade(self, buy: Order, sell: Order, price: int, quantity: int, method: str, taker: int) -> None:
        """Allowances against money between two reserved orders."""
        product = self.products[buy.product]
        amount = price * quantity
        buyer, seller = buy.account, sell.account
        paid = got = amount
        if self.fee:
            fee = amount * self.fee // 1_000_000
            paid, got = amount + fee, amount - fee
            self.fees += 2 * fee
        buyer.frozen -= paid
        buy.held -= paid
        if self.same_day_money:
            seller.available += got
            seller.proceeds += got
        else:
            seller.waiting += got
        seller.holdings[sell.product].frozen -= quantity
        holding = buyer.holdings.get(buy.product)
        if holding is None:
            holding = buyer.holding(buy.product)
        if self.same_day_resale:
            holding.tradable += quantity
        else:
            holding.bought += quantity
        buy.left -= quantity
        sell.left -= quantity
        product.quantity += quantity
        product.amount += amount
        if method == "listed":
            if not product.listed_quantity:
                product.opened = product.highest = product.lowest = price
            elif price > product.highest:
                product.highest = price
            elif price < product.lowest:
                product.lowest = price
            product.last = price
            product.listed_quantity += quantity
            product.listed_amount += amount
        self.trades.append(
            Trade(
                len(self.trades) + 1,
                self.at,
                buy.product,
                method,
                price,
                quantity,
                buyer.name,
                seller.name,
                buy.id,
                sell.id,
                taker,
            )
        )

    def in_listed_session(self, at: datetime) -> bool:
        """Whether listed orders trade; the session found is kept, as most orders ask for the same one."""
        for start, end in self.sessions:
            begin = datetime.combine(self.day, time()) + timedelta(seconds=start)
            if begin <= at < begin + timedelta(seconds=end - start):
                self.window = (begin, begin + timedelta(seconds=end - start))
                return True
        return False

    def in_session(self, sessions: tuple[hours.Session, ...], at: datetime) -> bool:
        now = at.hour * 3600 + at.minute * 60 + at.second
        return any(start <= now < end for start, end in sessions)

    # -- what can be asked
    def totals(self) -> dict[str, int]:
        """Cash and allowances in the system against what came in and went out; every figure is 0 in a sound market."""
        cash = sum(one.balance for one in self.accounts.values()) + self.fees
        found = {"cash": cash - self.paid_in + self.paid_out}
        for product, issued in self.issued.items():
            held = sum(
                one.holdings[product].total for one in self.accounts.values() if product in one.holdings
            )
            found[product] = held + self.given_up.get(product, 0) - issued
        return found

    def digest(self) -> str:
        """SHA-256 of accounts, trades, closes and refusals: equal for equal histories."""
        state = {
            "accounts": {name: one.as_dict() for name, one in sorted(self.accounts.items())},
            "trades": [[one.at.isoformat(), *one[2:]] for one in self.trades],
            "closes": [[one.day.isoformat(), *one[1:]] for one in self.closes],
            "refused": [[one.order, one.code] for one in self.refusals],
        }
        return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


from tancai.engines.trading import deals, listed, registry  # noqa: E402, F401 - they register their handlers
