"""What is shown of a market: the board for everybody, the own side of one trader, the ranking. Plain frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile

from tancai.engines.trading import charting, compliance, strategy
from tancai.engines.trading.book import Order
from tancai.engines.trading.market import Close, Trade
from tancai.labs.market.live import ENDED, WAITING, Live, Message, Refusal
from tancai.labs.market.scenarios import PRODUCT, YEAR

TAPE, SHOWN_MESSAGES, LEVELS = 14, 5, 5
DEADLINE = date(2026, 12, 31)
"""Surrender for 2025."""


@dataclass(frozen=True)
class Open:
    """An order that waits; ``mine`` only in the list of its own trader."""

    id: str
    account: str
    method: str
    side: int
    product: str
    price: int
    quantity: int
    left: int
    other: str
    at: datetime


@dataclass(frozen=True)
class Lot:
    """An auction announced or under way."""

    id: str
    side: int
    price: int
    quantity: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Board:
    """Prices in cents, quantities in tonnes; 0 for a price that is not there. ``phase``: waiting, before, session,
    break, closed, holiday or ended."""

    number: int
    status: str
    phase: str
    now: datetime
    suspended: bool
    pace: int
    last: int
    previous: int
    low: int
    high: int
    block_low: int
    block_high: int
    opened: int
    highest: int
    lowest: int
    quantity: int
    amount: int
    bids: tuple[tuple[int, int], ...]
    asks: tuple[tuple[int, int], ...]
    tape: tuple[Trade, ...]
    candles: tuple[charting.Candle, ...]
    closes: tuple[Close, ...]
    blocks: tuple[Open, ...]
    lots: tuple[Lot, ...]
    messages: tuple[Message, ...]
    traders: int
    balanced: bool


@dataclass(frozen=True)
class Own:
    """One trader's side; money in cents. ``holdings``: {product: {state: tonnes}}."""

    account: str
    available: int
    frozen: int
    waiting: int
    holdings: Mapping[str, Mapping[str, int]]
    due: int
    surrendered: int
    offsets: int
    offset_cap: int
    carried: int
    orders: tuple[Open, ...]
    trades: tuple[Trade, ...]
    refusals: tuple[Refusal, ...]
    result: strategy.Result

    @property
    def missing(self) -> int:
        return self.due - self.surrendered


@dataclass(frozen=True)
class Standing:
    """A line of the ranking: ``total`` result in cents, ``fine`` the least fine once the deadline is past."""

    place: int
    account: str
    result: strategy.Result
    missing: int
    fine: int

    @property
    def total(self) -> int:
        return self.result.total - self.fine


def board(live: Live) -> Board:
    engine = live.engine
    quotes = engine.product(PRODUCT)
    today = live.now.date()
    day = list(takewhile(lambda one: one.at.date() == today, reversed(engine.trades)))
    depth = charting.depth(engine, PRODUCT, LEVELS)
    closes = [one for one in engine.closes if one.product == PRODUCT]
    close = closes[-1] if closes and live.closed else None
    before = closes[-2].close if len(closes) > 1 else live.scenario.previous
    return Board(
        live.number,
        live.status,
        phase(live),
        live.now,
        engine.suspended,
        live.pace,
        quotes.last or (close.close if close else 0),
        before if close else quotes.previous,
        quotes.low,
        quotes.high,
        quotes.block_low,
        quotes.block_high,
        close.opened or 0 if close else quotes.opened,
        close.high or 0 if close else quotes.highest,
        close.low or 0 if close else quotes.lowest,
        close.quantity if close else quotes.quantity,
        close.amount if close else quotes.amount,
        tuple(depth["bids"]),
        tuple(depth["asks"]),
        tuple(day[:TAPE]),
        tuple(charting.candles(day[::-1], PRODUCT, 5)),
        tuple(closes[-20:]),
        tuple(_open(one) for one in engine.open.values() if one.method == "block" and not one.other),
        tuple(
            Lot(key, lot.order.side, lot.order.price, lot.order.left, lot.start, lot.end)
            for key, lot in engine.auctions.items()
        ),
        tuple(live.messages[-SHOWN_MESSAGES:][::-1]),
        len(engine.accounts),
        not any(engine.totals().values()),
    )


def phase(live: Live) -> str:
    engine = live.engine
    not_begun = live.status == WAITING and not live.steps  # a host may step on without starting the clock
    if live.status == ENDED or not_begun:
        return live.status
    if live.closed:
        return "closed"
    if live.next_step() is None and not engine.in_session(engine.sessions, live.now):
        return "holiday" if not engine.trading else "closed"
    if engine.in_session(engine.sessions, live.now):
        return "session"
    first = engine.sessions[0][0]
    return "before" if live.now.hour * 3600 + live.now.minute * 60 < first else "break"


def _open(one: Order) -> Open:
    return Open(
        one.id,
        one.account.name,
        one.method,
        one.side,
        one.product,
        one.price,
        one.quantity,
        one.left,
        one.other,
        one.at,
    )


def orders_of(live: Live, account: str = "") -> tuple[Open, ...]:
    """Open orders of one account, of all without one; newest first."""
    found = (one for one in live.engine.open.values() if not account or one.account.name == account)
    return tuple(_open(one) for one in found)[::-1]


def own(live: Live, account: str) -> Own:
    engine = live.engine
    one = engine.accounts[account]
    year = int(YEAR)
    tally = live.tally.count(engine)
    due = one.duties.get(year, 0)
    offered = [order for order in engine.open.values() if order.method == "block" and order.other == account]
    return Own(
        account,
        one.available,
        one.frozen,
        one.waiting,
        {name: holding.as_dict() for name, holding in sorted(one.holdings.items()) if holding.total},
        due,
        one.surrendered.get(year, 0),
        one.offsets.get(year, 0),
        compliance.offset_cap(due, engine.pack["offset_percent"]),
        one.carried,
        orders_of(live, account) + tuple(_open(order) for order in offered),
        tuple(tally.trades.get(account, ())[-TAPE:][::-1]),
        tuple(live.refusals.get(account, ()))[::-1],
        tally.result(engine, account),
    )


def ranking(live: Live, accounts: Iterable[str]) -> list[Standing]:
    """Best first: the strategy result, less the least fine for what is missing after the deadline."""
    found = []
    year = int(YEAR)
    tally = live.tally.count(live.engine)
    for name in accounts:
        account = live.engine.accounts[name]
        missing = account.duties.get(year, 0) - account.surrendered.get(year, 0)
        found.append((tally.result(live.engine, name), missing, _fine(live, missing)))
    found.sort(key=lambda line: (line[2] - line[0].total, line[0].account))
    return [
        Standing(place, result.account, result, missing, fine)
        for place, (result, missing, fine) in enumerate(found, 1)
    ]


def _fine(live: Live, missing: int) -> int:
    """Five times the average close of the month before the deadline for each missing tonne (Order 775 art. 24)."""
    if live.now.date() <= DEADLINE:
        return 0
    month = [one.close for one in live.engine.closes if one.product == PRODUCT and one.day <= DEADLINE][-20:]
    average = Decimal(sum(month)) / len(month) / 100 if month else Decimal(live.scenario.previous) / 100
    return compliance.penalty(int(YEAR), missing, average, live.now.date()).least
