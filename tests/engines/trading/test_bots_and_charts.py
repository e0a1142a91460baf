"""Simulated counterparties, market data and results."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tancai.engines.trading import bots, charting, orders, packs, replaying, strategy
from tancai.engines.trading.book import BUY, SELL
from tancai.engines.trading.market import Event, Market, limits

pytestmark = pytest.mark.anydatabase
DAY = datetime(2026, 3, 2)


@pytest.fixture(scope="module")
def crowded() -> tuple[list[Event], Market]:
    return bots.day(packs.load("cea"), bots.crowd(30, 8540, 1), "CEA25", 8540, on=DAY, seed=1, every=120)


def test_a_day_of_bots_is_lively_and_sound(crowded: tuple[list[Event], Market]) -> None:
    market = crowded[1]
    assert not market.refusals  # bots know the rules
    assert set(market.totals().values()) == {0}
    assert len(market.trades) > 100
    (close,) = market.closes
    assert 7686 <= (close.low or 0) <= close.close <= (close.high or 0) <= 9394
    active = {name for one in market.trades for name in (one.buyer, one.seller)}
    assert {name.split("-")[0] for name in active} >= {"maker", "buyer", "seller", "value", "noise"}


def test_the_same_seed_is_the_same_day_and_its_file_replays_to_it(
    crowded: tuple[list[Event], Market],
) -> None:
    events, market = crowded
    crowd = bots.crowd(30, 8540, 1)
    again, twin = bots.day(packs.load("cea"), crowd, "CEA25", 8540, on=DAY, seed=1, every=120)
    other = bots.day(packs.load("cea"), crowd, "CEA25", 8540, on=DAY, seed=2, every=120)[1]
    assert again == events and twin.digest() == market.digest() != other.digest()
    file = orders.OrderFile("day.csv", "", orders.text_of(events))
    assert replaying.replay(file, packs.load("cea")).market.finish().digest() == market.digest()


def test_days_run_on_over_a_weekend_conserve_everything_and_replay(tmp_path: Path) -> None:
    """Thursday, Friday, Monday; each day's limits follow from the close before it."""
    crowd, pack = bots.crowd(12, 8540, 4), packs.load("cea")
    start = datetime(2026, 3, 5)
    events, market = bots.days(pack, crowd, "CEA25", 8540, on=start, seed=4, every=600, count=3)
    assert [one.day.isoformat() for one in market.closes] == ["2026-03-05", "2026-03-06", "2026-03-09"]
    before = 8540
    for close in market.closes:
        assert close.low is not None and close.high is not None
        assert limits(before, 10)[0] <= close.low <= close.high <= limits(before, 10)[1]
        before = close.close
    twin, money = Market(pack), sum(one.money for one in crowd)
    tonnes = sum(one.tonnes for one in crowd)
    for event in events:
        assert twin.apply(event) is None
        assert set(twin.totals().values()) == {0}
        if event.kind not in ("open", "deposit", "issue", "previous_close"):
            assert sum(one.balance for one in twin.accounts.values()) == money
            assert sum(one.holdings["CEA25"].total for one in twin.accounts.values()) == tonnes
    assert twin.finish().digest() == market.digest()
    assert len(market.settlements) == len(market.trades) > 20
    again, out = io.StringIO(), io.StringIO()
    file = tmp_path / "days.csv"
    call_command(
        "market",
        "simulate",
        str(file),
        "--bots",
        "4",
        "--days",
        "2",
        "--day",
        "2026-03-06",
        "--json",
        stdout=out,
    )
    call_command("market", "replay", str(file), "--json", stdout=again, stderr=io.StringIO())
    made, record = json.loads(out.getvalue()), json.loads(again.getvalue())
    assert made["days"] == 2 and record["digest"] == made["digest"]
    assert {one["day"] for one in record["closes"]} == {"2026-03-06", "2026-03-09"}
    with pytest.raises(CommandError, match="1 to 60"):
        call_command("market", "simulate", "x.csv", "--days", "61", "--language", "en", stdout=out)


def test_every_behaviour_moves_some_time() -> None:
    kinds = {bot.behaviour for bot in bots.crowd(30, 8540, 1)}
    assert kinds == set(bots.BEHAVIOURS)
    seen: set[str] = set()
    for seed in range(3):
        events, _ = bots.day(
            packs.load("cea"), bots.crowd(20, 8540, seed), "CEA25", 8540, on=DAY, seed=seed, every=300
        )
        seen |= {one.account.split("-")[0] for one in events if one.kind in ("list", "block", "accept")}
    assert seen == set(bots.BEHAVIOURS)


def test_candles_hold_every_listed_trade(crowded: tuple[list[Event], Market]) -> None:
    market = crowded[1]
    found = charting.candles(market.trades, "CEA25", 15)
    (close,) = market.closes
    assert sum(one.quantity for one in found) == close.listed_quantity
    assert sum(one.amount for one in found) == close.listed_amount
    assert (max(one.high for one in found), min(one.low for one in found)) == (close.high, close.low)
    assert all(one.low <= min(one.open, one.close) <= max(one.open, one.close) <= one.high for one in found)
    assert [one.start for one in found] == sorted({one.start for one in found})
    assert all(one.start.minute % 15 == 0 for one in found)


def small() -> Market:
    at = DAY + timedelta(hours=9)
    market = Market(packs.load("cea"))
    market.apply(Event(at, "previous_close", product="CEA25", price=8000))
    for name in ("a", "b"):
        market.apply(Event(at, "open", name))
        market.apply(Event(at, "deposit", name, amount=10_000_000))
        market.apply(Event(at, "issue", name, product="CEA25", quantity=1000, other="tradable"))
    return market


def test_depth_adds_orders_of_one_price_best_first() -> None:
    market, at = small(), DAY + timedelta(hours=10)
    for k, (price, quantity) in enumerate(((8010, 5), (8005, 7), (8010, 6))):
        market.apply(Event(at, "list", "a", f"s{k}", SELL, "CEA25", price, quantity))
    market.apply(Event(at, "list", "b", "b0", BUY, "CEA25", 7990, 9))
    assert charting.depth(market, "CEA25") == {"bids": [(7990, 9)], "asks": [(8005, 7), (8010, 11)]}
    assert charting.depth(market, "CEA24") == {"bids": [], "asks": []}


def test_a_result_is_cash_flow_plus_position_at_the_close() -> None:
    market, at = small(), DAY + timedelta(hours=10)
    market.apply(Event(at, "list", "a", "s", SELL, "CEA25", 8000, 300))
    market.apply(Event(at, "list", "b", "b1", BUY, "CEA25", 8000, 100))
    market.apply(Event(at, "list", "a", "s2", SELL, "CEA25", 8200, 100))
    market.apply(Event(at, "take", "b", "b2", BUY, "CEA25", 0, 300))
    market.finish()
    made = strategy.result(market, "b")
    position = made.positions["CEA25"]
    close = (8000 * 300 + 8200 * 100 + 200) // 400
    assert (position.bought, position.paid, position.held, position.mark) == (400, 3_220_000, 1400, close)
    assert made.total == 400 * close - 3_220_000
    assert made.total + strategy.result(market, "a").total == 0


def test_a_two_day_story_bought_today_sold_tomorrow_and_holidays_skipped() -> None:
    market, at = small(), DAY + timedelta(hours=10)
    market.apply(Event(at, "list", "a", "s", SELL, "CEA25", 8000, 100))
    market.apply(Event(at, "list", "b", "b", BUY, "CEA25", 8000, 100))
    market.apply(Event(at, "list", "b", "open", BUY, "CEA25", 7900, 10))
    holding = market.accounts["b"].holdings["CEA25"]
    assert (holding.tradable, holding.bought) == (1000, 100)
    tomorrow = at + timedelta(days=1)
    assert market.apply(Event(tomorrow, "list", "b", "s9", SELL, "CEA25", 8100, 1100)) is None
    assert market.accounts["b"].frozen == 0  # the open order ended with its day
    festival = market.apply(Event(datetime(2026, 10, 1, 10), "list", "a", "s10", SELL, "CEA25", 8100, 1))
    assert festival is not None and festival.code == "not_trading_day"
    made_up = market.apply(Event(datetime(2026, 10, 10, 10), "list", "a", "s11", SELL, "CEA25", 8100, 1))
    assert made_up is not None and made_up.code == "not_trading_day"  # a working Saturday does not trade


def test_fees_and_position_limits_when_chosen() -> None:
    pack = packs.load("cea", {"fee_per_million": "1000", "position_limit": "1150"})
    market = small()
    twin = Market(pack)
    at = DAY + timedelta(hours=9)
    twin.apply(Event(at, "previous_close", product="CEA25", price=8000))
    for name in ("a", "b"):
        twin.play(
            [
                Event(at, "open", name),
                Event(at, "deposit", name, amount=10_000_000),
                Event(at, "issue", name, product="CEA25", quantity=1000, other="tradable"),
            ]
        )
    later = DAY + timedelta(hours=10)
    for one in (market, twin):
        one.apply(Event(later, "list", "a", "s", SELL, "CEA25", 8000, 100))
        one.apply(Event(later, "list", "b", "b", BUY, "CEA25", 8000, 100))
    assert market.accounts["b"].available - twin.accounts["b"].available == 800
    assert twin.fees == 1600 and set(twin.totals().values()) == {0}
    refused = twin.apply(Event(later, "list", "b", "b2", BUY, "CEA25", 7900, 51))
    assert refused is not None and refused.code == "position_limit"
    assert twin.apply(Event(later, "list", "b", "b3", BUY, "CEA25", 7900, 50)) is None


def test_simulate_writes_a_file_that_replays(tmp_path: Path) -> None:
    file, out = tmp_path / "day.csv", io.StringIO()
    call_command("market", "simulate", str(file), "--bots", "8", "--seed", "5", "--json", stdout=out)
    made = json.loads(out.getvalue())
    again = io.StringIO()
    call_command("market", "replay", str(file), "--json", stdout=again, stderr=io.StringIO())
    assert json.loads(again.getvalue())["digest"] == made["digest"]
    with pytest.raises(CommandError):
        call_command("market", "simulate", str(file), stdout=out)
    with pytest.raises(CommandError, match="trading day"):
        call_command("market", "simulate", "x.csv", "--day", "2026-03-07", "--language", "en", stdout=out)


def test_the_benchmark_runs_and_both_books_agree(capsys: pytest.CaptureFixture[str]) -> None:
    from tancai.bench import market as bench

    assert (
        bench.main(["--orders", "1500", "--peer-orders", "600", "--times", "1", "--accounts", "20", "--json"])
        == 0
    )
    whole, peer, file = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert peer["naive_trades"] == peer["engine_trades"] > 50
    assert whole["trades"] == file["file_trades"] > 100
