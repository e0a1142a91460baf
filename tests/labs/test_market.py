"""A shared market: one record that orders everybody's moves, folded by the engine, the same however it is read."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tancai.engines.trading import orders, packs, replaying
from tancai.engines.trading.market import Event
from tancai.engines.trading.market import Market as Engine
from tancai.labs import api as labs
from tancai.labs.market import actions, keeping, scenarios
from tancai.labs.market.live import Live, Setup
from tancai.people import api as people

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    labs.forget_markets()
    yield
    labs.forget_markets()


def person(number: int) -> Any:
    return people.register(phone=f"1380013{number:04d}", password="long-enough-7", at=AT)


@pytest.fixture
def teacher(db: Any) -> Any:
    return person(0)


def opened(teacher: Any, *, scenario: str = "gap", bots: int = 10, seed: int = 7, **more: Any) -> Any:
    return labs.open_market(title="一班", scenario=scenario, bots=bots, seed=seed, by=teacher, at=AT, **more)


def place(seat: Any, kind: str, key: str = "", **values: Any) -> Any:
    texts = {name: str(value) for name, value in values.items()}
    return labs.place(seat, kind, texts, key=key or f"k{random.random()}", by=seat.user, at=AT)


def state_of(market: Any) -> Live:
    with keeping.looking(market) as live:
        return live


def replayed(market: Any) -> Live:
    live = Live(Setup(market.rules, market.choices, market.scenario, market.seed, market.bots))
    for row in market.moves.order_by("number"):
        live.take(row.number, row.kind, row.body, row.at)
    return live


def test_a_trader_buys_the_gap_cancels_and_is_refused_and_the_record_says_the_same(
    teacher: Any, tmp_path: Path
) -> None:
    market = opened(teacher, bots=20)
    seat = labs.join(market.code.lower(), by=person(1), at=AT)
    assert labs.join(market.code, by=seat.user, at=AT).pk == seat.pk
    assert (
        place(seat, "list", side="buy", product="CEA25", price="77.00", quantity=100).problem.code == "closed"
    )
    labs.advance(market, "session", by=teacher, at=AT)
    refused = place(seat, "list", side="buy", product="CEA25", price="99.00", quantity=100)
    assert refused.problem.code == "price_high" and "85.65" in refused.problem.message("zh")
    assert (
        place(seat, "list", side="buy", product="CEA25", price="7x", quantity=1).problem.code == "no_number"
    )
    ask = labs.market_board(market).asks[0]
    kept = place(seat, "list", "one", side="buy", product="CEA25", price="75.00", quantity=500)
    again = place(seat, "list", "one", side="buy", product="CEA25", price="75.00", quantity=500)
    assert again.repeated and again.number == kept.number
    assert place(seat, "cancel", order=kept.number).problem is None
    assert place(seat, "take", side="buy", product="CEA25", quantity=ask[1]).problem is None
    own = labs.own_side(seat)
    assert own.result.positions["CEA25"].bought == ask[1] and not own.orders
    assert [one.problem.code for one in own.refusals] == ["no_number", "price_high", "closed"]
    labs.end(market, by=teacher, at=AT)
    with pytest.raises(labs.MarketEnded):
        place(seat, "cancel", order="1")
    record = labs.market_record(market)
    path = tmp_path / "market.csv"
    path.write_text(record.text, encoding="utf-8")
    found = replaying.replay(orders.read_orders(path), packs.load("cea"))
    assert found.market.digest() == record.digest
    assert found.market.accounts["E01"].as_dict() == state_of(market).engine.accounts["E01"].as_dict()
    row = market.moves.get(number=refused.number)
    assert row.refusal["code"] == "price_high" and row.seat_id == seat.pk


def test_a_running_clock_makes_one_step_when_it_is_due_and_stops_at_the_close(teacher: Any) -> None:
    market = opened(teacher, bots=2)
    labs.set_pace(market, 1000, by=teacher, at=AT)
    assert not labs.tick(market, at=AT)
    labs.run(market, by=teacher, at=AT)
    assert not labs.tick(market, at=AT + SECOND / 2)
    assert labs.tick(market, at=AT + SECOND)
    assert not labs.tick(market, at=AT + SECOND)
    assert labs.market_board(market).now.isoformat() == "2026-03-02T09:30:00"
    labs.halt(market, True, by=teacher, at=AT)
    labs.advance(market, "day", by=teacher, at=AT)
    closed = labs.market_board(market)
    assert (closed.phase, closed.status, closed.quantity) == ("closed", "paused", 0)
    labs.halt(market, False, by=teacher, at=AT)
    labs.run(market, by=teacher, at=AT)
    assert labs.market_board(market).now.isoformat() == "2026-03-03T09:00:00"


def test_counterparties_are_the_same_from_the_seed_whenever_they_are_made_again(teacher: Any) -> None:
    bodies = []
    for _ in range(2):
        market = opened(teacher, bots=12, seed=3)
        for _step in range(3):
            with actions._writing(market, at=AT, by=teacher) as writer:
                for _minute in range(4):
                    writer.step()
            labs.forget_markets()
        bodies.append(list(market.moves.order_by("number").values_list("kind", "body", "refusal")))
    assert bodies[0] == bodies[1] and len(bodies[0]) > 60


def test_allowances_are_surrendered_carried_over_and_offset_and_the_deadline_counts(teacher: Any) -> None:
    market = opened(teacher, bots=0)
    seat = labs.join(market.code, by=person(1), at=AT)
    one = seat.enterprise
    most = min(one["old"], 10_000)
    assert place(seat, "carry_over", product="CEA24", quantity=most).problem is None
    assert labs.own_side(seat).holdings["CEA25"]["registered"] == most
    assert place(seat, "carry_over", product="CEA25", quantity=1).problem.code == "not_old"
    assert place(seat, "surrender", product="CEA25", quantity=most, other="2025").problem is None
    assert place(seat, "surrender", product="CCER", quantity=one["ccer"], other="2025").problem is None
    assert place(seat, "surrender", product="CEA25", quantity=1000, other="2025").problem.code == "registered"
    assert place(seat, "to_registered", product="CEA25", quantity=one["allowances"]).problem is None
    rest = min(one["allowances"], one["due"] - most - one["ccer"])
    assert place(seat, "surrender", product="CEA25", quantity=rest, other="2025").problem is None
    missing = one["due"] - most - one["ccer"] - rest
    (line,) = labs.market_ranking(market)
    assert (line.missing, line.fine) == (missing, 0)
    labs.go_to(market, date(2026, 6, 11), by=teacher, at=AT)
    assert place(seat, "carry_over", product="CEA24", quantity=1).problem.code in ("carry_late", "registered")
    labs.go_to(market, date(2027, 1, 4), by=teacher, at=AT)
    (line,) = labs.market_ranking(market)
    assert line.fine == 5 * missing * 7786
    assert not any(state_of(market).engine.totals().values())


def test_the_instructor_takes_a_wrong_order_out_with_a_reason(teacher: Any) -> None:
    market = opened(teacher, bots=0)
    seat = labs.join(market.code, by=person(1), at=AT)
    with actions._writing(market, at=AT, by=teacher) as writer:
        writer.step()
    number = place(seat, "list", side="sell", product="CEA25", price="70.10", quantity=900).number
    with pytest.raises(labs.BadMarket):
        labs.strike(market, str(number), reason=" ", by=teacher, at=AT)
    assert labs.strike(market, str(number), reason="价格明显有误", by=teacher, at=AT).problem is None
    assert labs.strike(market, str(number), reason="再来", by=teacher, at=AT).problem.code == "no_order"
    board = labs.market_board(market)
    assert not board.asks and "价格明显有误" in board.messages[0].text
    assert labs.own_side(seat).holdings["CEA25"]["frozen"] == 0


def test_what_somebody_else_opened_or_sits_in_is_not_there(teacher: Any) -> None:
    market = opened(teacher, bots=0)
    stranger = person(1)
    for ask in (lambda: labs.market_of(stranger, market.pk), lambda: labs.seat_of(stranger, market.pk)):
        with pytest.raises(labs.NoSuchMarket):
            ask()
    with pytest.raises(labs.NoSuchMarket):
        labs.join("ZZZZZZ", by=stranger, at=AT)
    with pytest.raises(labs.BadMarket):
        opened(teacher, bots=101)
    with pytest.raises(labs.BadMarket):
        opened(teacher, choices={"tick": "5"})
    with pytest.raises(labs.NoName):
        labs.open_market(title=" ", scenario="gap", by=teacher, at=AT)


@pytest.mark.parametrize("seed", range(3))
def test_any_history_replays_to_the_live_state_and_conserves_everything(teacher: Any, seed: int) -> None:
    chance = random.Random(seed)
    market = opened(teacher, bots=4, seed=seed, scenario=chance.choice(("gap", "mixed", "late")))
    seats = [labs.join(market.code, by=person(k), at=AT) for k in (1, 2)]
    for k in range(40):
        seat, kind = chance.choice(seats), chance.choice(actions.TRADER_KINDS)
        if chance.random() < 0.25:
            with actions._writing(market, at=AT, by=teacher) as writer:
                for _ in range(chance.choice((1, 3, 30))):
                    writer.step() or writer.event(Event(writer.live.next_day(), "clock"))
        price = scenarios.SCENARIOS[market.scenario].previous + chance.randint(-90, 90)
        values = {
            "side": chance.choice(("buy", "sell")),
            "product": chance.choice(("CEA25", "CEA25", "CEA24", "CCER")),
            "price": f"{price // 100}.{price % 100:02d}",
            "quantity": chance.choice(("1", "250", "4000", "120000", "x", "-3")),
            "order": str(chance.randint(40, 90)),
            "other": chance.choice(("", "2025", "10:00-11:00")),
        }
        place(seat, kind, f"m{k}", **values)
        if chance.random() < 0.1:
            labs.forget_markets()
    live, again = state_of(market), replayed(market)
    assert live.engine.digest() == again.engine.digest()
    assert (live.now, live.steps, live.status, live.number) == (
        again.now,
        again.steps,
        again.status,
        again.number,
    )
    assert not any(live.engine.totals().values())
    labs.end(market, by=teacher, at=AT)
    live, record = state_of(market), labs.market_record(market)
    file = orders.OrderFile("market.csv", "", record.text)
    told = replaying.replay(file, packs.load("cea")).market.finish()
    assert (told.digest(), told.closes) == (record.digest, live.engine.closes)
    assert {name: one.as_dict() for name, one in told.accounts.items()} == {
        name: one.as_dict() for name, one in live.engine.accounts.items()
    }
    numbers = list(market.moves.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_trade_at_once_keep_one_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread keeps its own state of the market, as two web processes do."""
    teacher = person(0)
    market = opened(teacher, bots=0)
    seats = [labs.join(market.code, by=person(k), at=AT) for k in (1, 2)]
    with actions._writing(market, at=AT, by=teacher) as writer:
        writer.step()
    own = threading.local()

    def kept(one: Any) -> keeping.Kept:
        if not hasattr(own, "kept"):
            own.kept = keeping.Kept(one)
        return own.kept

    monkeypatch.setattr(actions, "kept", kept)
    failed: list[BaseException] = []

    def trade(seat: Any, side: str) -> None:
        try:
            for k in range(15):
                place(seat, "list", f"m{k}", side=side, product="CEA25", price="77.86", quantity=10 + k)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=trade, args=pair) for pair in zip(seats, ("buy", "sell"), strict=True)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    rows = list(market.moves.order_by("number"))
    assert [one.number for one in rows] == list(range(1, len(rows) + 1))
    assert sum(one.kind == "list" and one.refusal is None for one in rows) == 30
    live = replayed(market)
    assert sum(one.quantity for one in live.engine.trades) == sum(range(10, 25))
    assert isinstance(live.engine, Engine) and not any(live.engine.totals().values())
