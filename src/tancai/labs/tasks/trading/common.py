from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from tancai.engines.trading import packs
from tancai.engines.trading.market import Event, Market
from tancai.engines.trading.orders import event_from
from tancai.engines.trading.packs import Pack

DAY = "2026-03-02"
PRODUCT = "CEA25"
BOOK = "行情与盘口|Book and quotes"
ORDERS = "申报与成交|Orders and trades"
SETTLE = "清算交收|Clearing and settlement"
DUTY = "履约|Compliance"
RESULT = "结果与策略|Result and strategy"
PAPERS = ("003 碳市场方向",)
MINE = ("5.3.1-b1",)
SHOW = ("5.3.1-b1", "5.3.1-b2")
ASSETS = ("5.3.1-b3",)


@cache
def pack() -> Pack:
    return packs.load("cea")


def event(clock: str, kind: str, **values: Any) -> Event:
    """An event of the day at ``09:31:00``; figures as texts or numbers."""
    return event_from({"at": f"{DAY} {clock}", "kind": kind, **{k: str(v) for k, v in values.items()}})


def opened(previous: str, holdings: Mapping[str, tuple[int, str]]) -> Market:
    """A market before the session: accounts with tonnes ready to trade and money."""
    market = Market(pack())
    for name, (tonnes, money) in holdings.items():
        market.apply(event("08:30:00", "open", account=name))
        if money:
            market.apply(event("08:30:00", "deposit", account=name, amount=money))
        if tonnes:
            market.apply(
                event("08:30:00", "issue", account=name, product=PRODUCT, quantity=tonnes, other="tradable")
            )
    market.apply(event("08:31:00", "previous_close", product=PRODUCT, price=previous))
    return market


def played(market: Market, events: Iterable[Event]) -> Market:
    for one in events:
        market.apply(one)
    return market


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{DAY} {text}")


def yuan(cents: float) -> str:
    return f"{cents / 100:.2f}"
