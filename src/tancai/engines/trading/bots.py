"""Simulated counterparties: what each would do now, from its seed, its step and what it sees in the market.

A move depends on nothing else, so the same market, seed and step give the same moves, and a record of a day can be
played again with or without the bots. Behaviours:

``maker`` quotes both sides around its value and quotes anew; ``buyer`` has a duty to cover and pays up as time runs
out; ``seller`` works off a surplus in even parts; ``value`` trades when the price leaves its fair value; ``trend``
follows the last trades; ``noise`` does small things at random; ``block`` offers a block in the afternoon below the
price (discounts around the published −1.8 % median and −3.8 % mean), ``large`` takes it when it is cheap enough.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile

from tancai.engines.trading import hours
from tancai.engines.trading.book import BUY, SELL, Order
from tancai.engines.trading.hours import Session
from tancai.engines.trading.market import Event, Market, Product
from tancai.engines.trading.packs import Pack


@dataclass(frozen=True)
class Bot:
    """``value`` is its fair price in cents, ``target`` the tonnes it wants to buy or sell in the day."""

    name: str
    behaviour: str
    value: int
    target: int = 0
    money: int = 500_000_000_00
    tonnes: int = 0


@dataclass(frozen=True)
class View:
    """What a bot may see: the public book and tape, and its own account. ``elapsed`` is the share of the day."""

    market: Market
    bot: Bot
    product: Product
    at: datetime
    elapsed: float
    chance: random.Random
    tag: str

    @property
    def price(self) -> int:
        return self.product.last or self.product.previous

    @property
    def own(self) -> list[Order]:
        return [one for one in self.market.open.values() if one.account.name == self.bot.name]

    def done(self, side: int) -> int:
        """Tonnes traded today on ``side`` with listings, responses and blocks."""
        today = self.at.date()
        return sum(
            one.quantity
            for one in takewhile(lambda one: one.at.date() == today, reversed(self.market.trades))
            if one.product == self.product.name
            and (one.buyer if side == BUY else one.seller) == self.bot.name
        )

    def can(self, side: int, price: int) -> int:
        """Most that money or holdings allow."""
        account = self.market.accounts[self.bot.name]
        if side == SELL:
            return account.holding(self.product.name).tradable
        return account.available // (price + price * self.market.fee // 1_000_000 + 1)

    def order(self, side: int, price: float, quantity: int, part: str = "") -> Iterator[Event]:
        """A listing within the limits of the day and of the own means; nothing when nothing is left."""
        cents = min(self.product.high, max(self.product.low, round(price)))
        size = min(quantity, self.can(side, cents), self.market.listed_below - 1)
        if size > 0:
            name = f"{self.tag}{part}"
            yield Event(self.at, "list", self.bot.name, name, side, self.product.name, cents, size)

    def withdraw(self) -> Iterator[Event]:
        for one in self.own:
            if one.method == "listed":
                yield Event(self.at, "cancel", self.bot.name, one.id)


Behaviour = Callable[[View], Iterator[Event]]


def _maker(view: View) -> Iterator[Event]:
    if view.chance.random() < 0.4:
        return
    yield from view.withdraw()
    middle = 0.7 * view.price + 0.3 * view.bot.value
    half = middle * view.chance.uniform(0.001, 0.004)
    for side in (BUY, SELL):
        quantity = view.chance.randint(5, 40) * 50
        yield from view.order(side, middle - side * half, quantity, "b" if side == BUY else "s")


def _worker(view: View, side: int) -> Iterator[Event]:
    """Trade the target through the day; the further behind, the more it concedes."""
    left = view.bot.target - view.done(side)
    behind = view.elapsed - (1 - left / view.bot.target if view.bot.target else 1)
    if left <= 0 or view.chance.random() > 0.25 + max(0.0, behind):
        return
    yield from view.withdraw()
    concession = view.price * (view.chance.gauss(-0.001, 0.002) + 0.02 * max(0.0, behind))
    quantity = min(left, max(10, round(view.bot.target * view.chance.uniform(0.02, 0.08))))
    yield from view.order(side, view.price + side * concession, quantity)


def _buyer(view: View) -> Iterator[Event]:
    return _worker(view, BUY)


def _seller(view: View) -> Iterator[Event]:
    return _worker(view, SELL)


def _value(view: View) -> Iterator[Event]:
    gap = (view.bot.value - view.price) / view.price
    if abs(gap) < 0.005 or view.chance.random() > 0.3:
        return
    side = BUY if gap > 0 else SELL
    yield from view.withdraw()
    yield from view.order(side, view.price * (1 + gap / 3), view.chance.randint(2, 20) * 50)


def _trend(view: View) -> Iterator[Event]:
    prices = [one.price for one in view.market.trades[-20:] if one.method == "listed"]
    if len(prices) < 10 or view.chance.random() > 0.3:
        return
    early, late = sum(prices[:5]) / 5, sum(prices[-5:]) / 5
    if abs(late / early - 1) < 0.001:
        return
    side = BUY if late > early else SELL
    yield from view.withdraw()
    yield from view.order(side, view.price * (1 + side * 0.001), view.chance.randint(1, 10) * 50)


def _noise(view: View) -> Iterator[Event]:
    draw = view.chance.random()
    if draw < 0.1:
        yield from view.withdraw()
    elif draw < 0.35:
        side = view.chance.choice((BUY, SELL))
        yield from view.withdraw()
        yield from view.order(
            side, view.price * (1 + view.chance.gauss(0, 0.004)), view.chance.randint(1, 200)
        )


def _block(view: View) -> Iterator[Event]:
    market = view.market
    if view.own or view.done(SELL) or not market.in_session(market.block_sessions, view.at):
        return
    discount = max(-0.05, view.chance.lognormvariate(-3.7, 0.8) - 0.005)
    price = min(view.product.block_high, max(view.product.block_low, round(view.price * (1 - discount))))
    size = max(market.block_from, view.bot.target)
    if view.can(SELL, price) >= size:
        yield Event(view.at, "block", view.bot.name, view.tag, SELL, view.product.name, price, size)


def _large(view: View) -> Iterator[Event]:
    market = view.market
    if not market.in_session(market.block_sessions, view.at) or view.chance.random() > 0.3:
        return
    for one in market.open.values():
        if (
            one.method == "block"
            and one.side == SELL
            and not one.other
            and one.price <= min(view.bot.value, view.price)
            and view.can(BUY, one.price) >= one.left
        ):
            yield Event(view.at, "accept", view.bot.name, view.tag, other=one.id)
            return


BEHAVIOURS: dict[str, Behaviour] = {
    "maker": _maker,
    "buyer": _buyer,
    "seller": _seller,
    "value": _value,
    "trend": _trend,
    "noise": _noise,
    "block": _block,
    "large": _large,
}


def crowd(count: int, previous: int, seed: int) -> list[Bot]:
    """``count`` bots of all behaviours around a previous close in cents."""
    chance = random.Random(f"{seed}:crowd")
    shares = ("maker", "buyer", "seller", "value", "noise", "buyer", "seller", "trend", "block", "large")
    made = []
    for k in range(count):
        behaviour = shares[k % len(shares)]
        value = round(previous * (1 + chance.gauss(0, 0.02)))
        target = chance.randint(40, 400) * 50 if behaviour in ("buyer", "seller") else 0
        if behaviour == "block":
            target = chance.randint(100, 300) * 1000
        if behaviour == "large":
            value = round(previous * 1.02)
        made.append(Bot(f"{behaviour}-{k + 1:02d}", behaviour, value, target, tonnes=max(20_000, 2 * target)))
    return made


def opening(bots: Sequence[Bot], product: str, at: datetime) -> list[Event]:
    """Their accounts, money and tradable allowances."""
    events = []
    for bot in bots:
        events.append(Event(at, "open", bot.name))
        events.append(Event(at, "deposit", bot.name, amount=bot.money))
        if bot.tonnes:
            events.append(
                Event(at, "issue", bot.name, product=product, quantity=bot.tonnes, other="tradable")
            )
    return events


def moves(
    market: Market, bots: Sequence[Bot], product: str, *, at: datetime, step: int, seed: int
) -> Iterator[Event]:
    """What the bots do at ``step``, one after the other in a sequence drawn for the step.

    Apply each event before asking for the next one: a bot sees what those before it did.
    """
    quotes = market.products.get(product)
    if quotes is None or not quotes.previous:
        return
    elapsed = _elapsed(market.sessions, at)
    order = list(bots)
    random.Random(f"{seed}:{step}").shuffle(order)
    for bot in order:
        chance = random.Random(f"{seed}:{step}:{bot.name}")
        view = View(market, bot, quotes, at, elapsed, chance, f"{bot.name}-{at:%y%m%d}-{step}")
        yield from BEHAVIOURS[bot.behaviour](view)


def _elapsed(sessions: Sequence[Session], at: datetime) -> float:
    now = at.hour * 3600 + at.minute * 60 + at.second
    gone = sum(min(max(now - start, 0), end - start) for start, end in sessions)
    return gone / sum(end - start for start, end in sessions)


def steps(market: Market, every: int = 60) -> list[int]:
    """The seconds of a trading day at which the bots may move."""
    return [second for begin, end in market.sessions for second in range(begin, end, every)]


def day(
    pack: Pack, bots: Sequence[Bot], product: str, previous: int, *, on: datetime, seed: int, every: int = 60
) -> tuple[list[Event], Market]:
    """A whole trading day of bots alone: its events and its closed market. ``every`` seconds each bot may move."""
    return days(pack, bots, product, previous, on=on, seed=seed, every=every)


def days(
    pack: Pack,
    bots: Sequence[Bot],
    product: str,
    previous: int,
    *,
    on: datetime,
    seed: int,
    every: int = 60,
    count: int = 1,
) -> tuple[list[Event], Market]:
    """``count`` trading days of bots alone, the first on ``on``; weekends and holidays are passed over."""
    market, events = Market(pack), []
    start = datetime.combine(on.date(), time(9, 0))
    before = [Event(start, "previous_close", product=product, price=previous), *opening(bots, product, start)]
    for event in before:
        market.apply(event)
        events.append(event)
    midnight, step = datetime.combine(on.date(), time()), 0
    for number in range(count):
        if number:
            midnight = next_trading_day(market, midnight)
            morning = Event(
                midnight + timedelta(hours=9), "clock"
            )  # bots see the new day, not the close before it
            market.apply(morning)
            events.append(morning)
        for second in steps(market, every):
            at = midnight + timedelta(seconds=second)
            for event in moves(market, bots, product, at=at, step=step, seed=seed):
                market.apply(event)
                events.append(event)
            step += 1
    return events, market.finish()


def next_trading_day(market: Market, midnight: datetime) -> datetime:
    """Midnight of the next day on which the exchange trades."""
    midnight += timedelta(days=1)
    while not hours.is_trading_day(midnight.date(), market.closed_days):
        midnight += timedelta(days=1)
    return midnight
