"""What holds in every sequence: conservation, price-time priority, no selling of what is not held, determinism."""

from __future__ import annotations

import os
import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.trading import packs
from tancai.engines.trading.book import BUY, SELL
from tancai.engines.trading.market import Event, Market

from .naive import NaiveBook

pytestmark = pytest.mark.anydatabase
MONDAY = datetime(2026, 3, 2, 8, 0)
NAMES = ("a", "b", "c", "d")
ROUNDS = 400 if os.environ.get("TANCAI_SWEEP") else 40


def opening(money: int = 10**9, tonnes: int = 50_000) -> list[Event]:
    events = [Event(MONDAY, "previous_close", product="CEA25", price=8000)]
    for name in NAMES:
        events.append(Event(MONDAY, "open", account=name))
        events.append(Event(MONDAY, "deposit", account=name, amount=money))
        events.append(
            Event(MONDAY, "issue", account=name, product="CEA25", quantity=tonnes, other="tradable")
        )
        events.append(Event(MONDAY, "issue", account=name, product="CEA24", quantity=tonnes))
        events.append(Event(MONDAY, "duty", account=name, quantity=30_000, other="2024"))
        events.append(Event(MONDAY, "duty", account=name, quantity=60_000, other="2025"))
    return events


KINDS = (
    "list list list take take cancel block accept auction bid to_trading to_registered freeze unfreeze surrender"
    " retire withdraw carry_over"
).split()


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Anything anybody may send over some days, sensible or not."""
    events, at, used = opening(), MONDAY + timedelta(minutes=80), []
    for k in range(draw(st.integers(1, 60))):
        at += timedelta(minutes=draw(st.sampled_from((0, 1, 7, 60, 600, 1500))))
        kind = draw(st.sampled_from(KINDS))
        name = draw(st.sampled_from(NAMES))
        other = draw(st.sampled_from(used)) if used else ""
        order = other if kind == "cancel" else f"o{k}"
        if kind == "auction":
            other = f"{at:%H:%M}-{'15:00' if at.hour < 15 else '23:59'}"
        elif kind == "surrender":
            other = draw(st.sampled_from(("2024", "2025")))
        elif kind == "carry_over":
            other = draw(st.sampled_from(("", "industry:2")))
        elif kind in ("list", "block") or (kind == "take" and draw(st.booleans())):
            other = ""
        big = kind in ("block", "auction")
        quantity = draw(st.integers(1, 200_000 if big else 40_000))
        price = draw(st.integers(7190, 8810))
        product = draw(st.sampled_from(("CEA25", "CEA25", "CEA25", "CEA24")))
        side = draw(st.sampled_from((BUY, SELL)))
        events.append(Event(at, kind, name, order, side, product, price, quantity, price * 50_000, other, k))
        used.append(order)
    return events


def sound(market: Market) -> None:
    assert set(market.totals().values()) == {0}
    for account in market.accounts.values():
        assert min(account.available, account.frozen, account.waiting, account.proceeds) >= 0
        for holding in account.holdings.values():
            assert min(holding.as_dict().values()) >= 0


@settings(max_examples=ROUNDS, deadline=None)
@given(
    histories(),
    st.sampled_from(({}, {"fee_per_million": "777"}, {"proceeds": "next_day"}, {"auction_pays": "uniform"})),
)
def test_cash_and_allowances_are_conserved_after_every_event(events: list[Event], choices: dict) -> None:
    market = Market(packs.load("cea", choices))
    for event in events:
        market.apply(event)
        sound(market)
    market.finish()
    sound(market)
    assert not market.open
    assert all(one.frozen == 0 for account in market.accounts.values() for one in account.holdings.values())
    assert len(market.settlements) == len(market.trades)


@settings(max_examples=ROUNDS, deadline=None)
@given(histories())
def test_a_refusal_changes_nothing_but_the_list_of_refusals(events: list[Event]) -> None:
    market = Market(packs.load("cea")).play(opening())
    for event in events[len(opening()) :]:
        market.apply(Event(event.at, "suspend"))  # the turn of days and auctions happens before the verdict
        market.apply(Event(event.at, "resume"))
        state = [one.as_dict() for one in market.accounts.values()]
        depth = [(one.bids.depth(99), one.asks.depth(99)) for one in market.products.values()]
        if market.apply(event) is not None:
            assert state == [one.as_dict() for one in market.accounts.values()]
            assert (
                depth
                == [(one.bids.depth(99), one.asks.depth(99)) for one in market.products.values()][
                    : len(depth)
                ]
            )


@settings(max_examples=ROUNDS, deadline=None)
@given(histories())
def test_nobody_sells_more_than_was_tradable_when_the_day_began(events: list[Event]) -> None:
    market = Market(packs.load("cea"))
    moved: dict[tuple, int] = {}
    start: dict[tuple, int] = {}
    day = None
    for event in events:
        refused = market.apply(event)
        if market.day != day:
            day = market.day
            for name, account in market.accounts.items():
                for product, one in account.holdings.items():
                    start[day, name, product] = one.tradable + one.frozen
        if refused is None and event.kind == "to_trading":
            key = (day, event.account, event.product)
            moved[key] = moved.get(key, 0) + event.quantity
        if refused is None and event.kind == "issue" and event.other == "tradable":
            key = (day, event.account, event.product)
            moved[key] = moved.get(key, 0) + event.quantity
    sold: dict[tuple, int] = {}
    for trade in market.finish().trades:
        key = (trade.at.date(), trade.seller, trade.product)
        sold[key] = sold.get(key, 0) + trade.quantity
    for key, quantity in sold.items():
        assert quantity <= start.get(key, 0) + moved.get(key, 0)


def test_same_events_same_market_and_another_order_of_arrival_another_market() -> None:
    at = MONDAY + timedelta(hours=2)
    two = [Event(at, "list", name, name, SELL, "CEA25", 8000, 10) for name in ("a", "b")]
    buy = Event(at, "list", "c", "buy", BUY, "CEA25", 8000, 10)
    first, again, swapped = (
        Market(packs.load("cea")).play([*opening(), *orders, buy]).finish()
        for orders in (two, two, two[::-1])
    )
    assert first.digest() == again.digest() != swapped.digest()
    assert [one.seller for one in first.trades] == ["a"]
    assert [one.seller for one in swapped.trades] == ["b"]


@pytest.mark.parametrize("seed", range(60 if os.environ.get("TANCAI_SWEEP") else 6))
def test_the_engine_trades_as_a_naive_book_does(seed: int) -> None:
    chance = random.Random(seed)
    market, naive = Market(packs.load("cea")), NaiveBook()
    market.play([Event(MONDAY, "previous_close", product="CEA25", price=8000)])
    at, names = MONDAY + timedelta(minutes=90), []
    for k in range(500):  # every order from its own account: nothing is refused for want of money or holdings
        who, side = f"w{k}", chance.choice((BUY, SELL))
        price, quantity = chance.randint(7960, 8040), chance.randint(1, 99)
        market.play(
            [
                Event(at, "open", who),
                Event(at, "deposit", who, amount=10**9),
                Event(at, "issue", who, product="CEA25", quantity=1000, other="tradable"),
            ]
        )
        if names and chance.random() < 0.25:
            name = chance.choice(names)
            if market.apply(Event(at, "cancel", f"w{name[1:]}", name)) is None:
                naive.cancel(name)
        elif chance.random() < 0.2:
            if market.apply(Event(at, "take", who, f"o{k}", side, "CEA25", 0, quantity)) is None:
                naive.place(f"o{k}", side, None, quantity, rest=False)
        else:
            assert market.apply(Event(at, "list", who, f"o{k}", side, "CEA25", price, quantity)) is None
            naive.place(f"o{k}", side, price, quantity)
            names.append(f"o{k}")
    assert len(naive.trades) > 100
    assert [(t.buy_order, t.sell_order, t.price, t.quantity) for t in market.trades] == naive.trades
    quotes = market.products["CEA25"]
    left = [one for one in naive.orders if one["left"]]
    assert sorted(one.id for one in (*quotes.bids.orders(), *quotes.asks.orders())) == sorted(
        one["name"] for one in left
    )
    best_bid, best_ask = quotes.bids.best(), quotes.asks.best()
    assert best_bid is None or best_ask is None or best_bid < best_ask
