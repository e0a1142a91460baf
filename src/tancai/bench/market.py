"""The order book: orders replayed a second, beside a naive book that searches one list for every trade.

Accounts trade a made-up day of listings, responses and withdrawals. ``engine`` is the whole market: every check of
size, hours, limits, funds and holdings, freezing, trading, closing, clearing. The naive peer
matches by price and time alone: it keeps no money, no holdings and no limits. ``file`` reads the orders from CSV first.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tancai.engines.trading import orders as orders_file
from tancai.engines.trading import packs, replaying
from tancai.engines.trading.book import BUY, SELL
from tancai.engines.trading.market import Event, Market

MORNING = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - times of the market are local
SEED = 20260302
SECONDS = 7200


def opening(accounts: int) -> list[Event]:
    """Accounts with more money and allowances than they will need."""
    at = MORNING - timedelta(hours=1)
    events = [Event(at, "previous_close", product="CEA25", price=8000)]
    for k in range(accounts):
        name = f"w{k}"
        events.append(Event(at, "open", name))
        events.append(Event(at, "deposit", name, amount=10**11))
        events.append(Event(at, "issue", name, product="CEA25", quantity=10**9, other="tradable"))
    return events


def orders(count: int, accounts: int, seed: int = SEED) -> list[Event]:
    """70 % listings around the previous close, 20 % withdrawals of an earlier one, 10 % responses. Buyers and sellers
    are different accounts."""
    chance = random.Random(seed)
    events: list[Event] = []
    placed: list[tuple[str, str]] = []
    for k in range(count):
        at = MORNING + timedelta(seconds=SECONDS * k // count)
        draw, side = chance.random(), chance.choice((BUY, SELL))
        name = f"w{chance.randrange(accounts // 2) * 2 + (side == SELL)}"
        if draw < 0.2 and placed:
            position = chance.randrange(len(placed))
            placed[position], placed[-1] = placed[-1], placed[position]
            owner, order = placed.pop()
            events.append(Event(at, "cancel", owner, order))
        elif draw < 0.3:
            events.append(Event(at, "take", name, f"o{k}", side, "CEA25", 0, chance.randint(1, 500)))
        else:
            price = 8000 - side * round(chance.gauss(30, 40))
            price = min(8800, max(7200, price))
            events.append(Event(at, "list", name, f"o{k}", side, "CEA25", price, chance.randint(1, 500)))
            placed.append((name, f"o{k}"))
    return events


class Naive:
    """One list of open orders; the best is found by looking at all of them."""

    def __init__(self) -> None:
        self.open: list[list[Any]] = []
        self.trades = 0

    def play(self, events: list[Event]) -> None:
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        if event.kind == "cancel":
            self.open = [one for one in self.open if one[0] != event.order]
            return
        left, limit = event.quantity, event.price
        while left:
            others = [one for one in self.open if one[1] != event.side]
            if not others:
                break
            best = min(others, key=lambda one: one[2] * event.side)
            if limit and (best[2] - limit) * event.side > 0:
                break
            traded = min(left, best[3])
            left -= traded
            best[3] -= traded
            self.trades += 1
            if not best[3]:
                self.open.remove(best)
        if left and event.kind == "list":
            self.open.append([event.order, event.side, limit, left])


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    gc.collect()
    gc.freeze()  # the prepared orders are no garbage of the engine: keep the collector from walking them
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    gc.unfreeze()
    return spent


def from_file(count: int, accounts: int) -> dict[str, Any]:
    """The orders as an order file: every cell read strictly, then the market."""
    rows = [",".join(orders_file.COLUMNS)]
    for one in (*opening(accounts), *orders(count, accounts)):
        side = {BUY: "buy", SELL: "sell", 0: ""}[one.side]
        price = f"{one.price / 100:.2f}" if one.price else ""
        amount = f"{one.amount // 100}" if one.amount else ""
        quantity = one.quantity or ""
        rows.append(
            f"{one.at},{one.kind},{one.account},{one.order},{side},{one.product},{price},{quantity},{amount},{one.other}"
        )
    file = orders_file.OrderFile("bench.csv", "", "\n".join(rows))
    found: list[replaying.Replay] = []
    wall, cpu = _timed(lambda: found.append(replaying.replay(file, packs.load("cea"))))
    return {
        "file_rows": found[0].rows,
        "file_trades": len(found[0].market.trades),
        "rows_per_second": round(found[0].rows / wall),
        "rows_per_cpu_second": round(found[0].rows / cpu),
    }


def engine(count: int, accounts: int) -> dict[str, Any]:
    """The whole market on ``count`` orders; allowances and cash must balance afterwards."""
    market = Market(packs.load("cea")).play(opening(accounts))
    events = orders(count, accounts)
    wall, cpu = _timed(lambda: market.play(events).finish())
    if any(market.totals().values()):
        raise SystemExit("the market does not balance")
    return {
        "orders": count,
        "trades": len(market.trades),
        "refused": len(market.refusals),
        "seconds": round(wall, 3),
        "cpu_seconds": round(cpu, 3),
        "orders_per_second": round(count / wall),
        "orders_per_cpu_second": round(count / cpu),
    }


def peer(count: int, accounts: int) -> dict[str, Any]:
    """The same orders through the naive book, and through the engine again for the comparison."""
    events = orders(count, accounts)
    naive = Naive()
    _, slow_cpu = _timed(lambda: naive.play(events))
    market = Market(packs.load("cea")).play(opening(accounts))
    _, fast_cpu = _timed(lambda: market.play(events).finish())
    return {
        "peer_orders": count,
        "naive_trades": naive.trades,
        "engine_trades": len(market.trades),
        "naive_per_cpu_second": round(count / slow_cpu),
        "engine_per_cpu_second": round(count / fast_cpu),
        "times_faster": round(slow_cpu / fast_cpu, 1),
    }


def main(arguments: list[str]) -> int:
    """Run both parts; prints one line each (JSON with ``--json``)."""
    parser = argparse.ArgumentParser(prog="tancai bench market", description=__doc__)
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--peer-orders", type=int, default=4_000)
    parser.add_argument(
        "--times", type=int, default=3, help="rounds of the engine, the best counts (default 3)"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.accounts < 2 or min(chosen.orders, chosen.peer_orders, chosen.times) < 1:
        parser.error("give at least two accounts, one order and one round")
    rounds = [engine(chosen.orders, chosen.accounts) for _ in range(chosen.times)]
    results = [
        min(rounds, key=lambda one: one["cpu_seconds"]),
        peer(chosen.peer_orders, chosen.accounts),
        from_file(chosen.orders, chosen.accounts),
    ]
    for result in results:
        line = "  ".join(f"{name} {value}" for name, value in result.items())
        print(json.dumps(result) if chosen.json else line, flush=True)
    return 0
