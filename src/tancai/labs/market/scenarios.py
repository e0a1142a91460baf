"""What a class trades about: the day it begins, its prices, and an enterprise for every seat. Pure, from the seed.

Every enterprise is made up. Prices begin near published monthly averages (``engines.trading.history``).
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from tancai.engines.trading import bots
from tancai.engines.trading.compliance import offset_cap
from tancai.engines.trading.market import Event

PRODUCT, OLD, YEAR = "CEA25", "CEA24", "2025"
CCER = "CCER"
OPENS = time(9, 0)
"""When a simulated day begins: accounts are ready, trading has not opened."""


@dataclass(frozen=True)
class Scenario:
    """``previous`` close in cents; ``gaps``: least and largest gap of an enterprise as a share of what it owes."""

    code: str
    title: str
    lead: str
    day: date
    previous: int
    gaps: tuple[float, float]


SCENARIOS = {
    one.code: one
    for one in (
        Scenario(
            "gap",
            "缺口企业|Enterprises short of allowances",
            "每家企业都缺配额，比谁买得便宜、履约不漏|every enterprise is short: buy well and surrender in time",
            date(2026, 3, 2),
            7786,
            (0.03, 0.12),
        ),
        Scenario(
            "mixed",
            "盈缺混合|Surplus and shortage mixed",
            "有的盈余、有的缺口，买卖双方都有人|some enterprises are long, some are short",
            date(2026, 7, 6),
            8060,
            (-0.10, 0.10),
        ),
        Scenario(
            "late",
            "履约末期|The last days before the deadline",
            "十二月下旬开始，离清缴截止只有几个交易日|begins in late December, a few trading days before the deadline",
            date(2026, 12, 21),
            9821,
            (0.04, 0.15),
        ),
    )
}

PLACES = ("青岭", "云溪", "白石", "碧泉", "松涛", "远山", "银杏", "丹枫", "晴川", "星湖", "竹海", "雁滩")
SECTORS = (("power", "热电"), ("power", "发电"), ("steel", "钢铁"), ("cement", "水泥"), ("aluminium", "铝业"))


@dataclass(frozen=True)
class Enterprise:
    """What an enterprise begins with: tonnes due, held by product, cash in cents."""

    name: str
    sector: str
    due: int
    allowances: int
    old: int
    ccer: int
    money: int

    @property
    def gap(self) -> int:
        """Tonnes missing for 2025 before carry-over and offsets; below 0 a surplus."""
        return self.due - self.allowances

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def enterprise(scenario: Scenario, seed: int, number: int) -> Enterprise:
    """The enterprise of seat ``number`` (from 1)."""
    chance = random.Random(f"{seed}:{scenario.code}:{number}")
    place = PLACES[(seed + number) % len(PLACES)]
    sector, trade = SECTORS[(seed + number // len(PLACES) + number) % len(SECTORS)]
    due = chance.randint(120, 900) * 1000 + chance.randint(0, 999)
    gap = round(due * chance.uniform(*scenario.gaps))
    money = round(due * 0.2 * scenario.previous / 100_00) * 100_00 + 200_000_00
    late = scenario.day.month > 6
    return Enterprise(
        f"{place}{trade}",
        sector,
        due,
        due - gap,
        0 if late else chance.randint(2, 12) * 1000,
        offset_cap(due) // chance.choice((2, 3, 5)),
        money,
    )


def seating(one: Enterprise, account: str, at: datetime) -> list[Event]:
    """The events that give an enterprise its account, money, allowances and duty."""
    events = [
        Event(at, "open", account),
        Event(at, "deposit", account, amount=one.money),
        Event(at, "issue", account, product=PRODUCT, quantity=one.allowances, other="tradable"),
        Event(at, "duty", account, quantity=one.due, other=YEAR),
    ]
    given = ((OLD, one.old), (CCER, one.ccer))
    return events + [Event(at, "issue", account, product=name, quantity=some) for name, some in given if some]


def crowd(scenario: Scenario, seed: int, count: int) -> list[bots.Bot]:
    return bots.crowd(count, scenario.previous, seed) if count else []


def beginning(scenario: Scenario, seed: int, count: int) -> list[Event]:
    """How every market of this scenario begins: the close before it and its simulated counterparties."""
    at = datetime.combine(scenario.day, OPENS)
    start = Event(at, "previous_close", product=PRODUCT, price=scenario.previous)
    return [start, *bots.opening(crowd(scenario, seed, count), PRODUCT, at)]
