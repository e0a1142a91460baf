"""Writes of a shared market. Everything goes through one record: who comes first has the lower number.

One writer at a time: the row of the market is locked (SQLite lets one transaction write), the kept state is caught up,
the moves are folded and appended in the same transaction. When that fails the kept state is let go.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.engines.trading import orders, packs
from tancai.engines.trading.errors import Problem, TradingError
from tancai.engines.trading.market import Event
from tancai.labs.errors import BadMarket, MarketEnded, MarketFull, NoName, NoSuchMarket
from tancai.labs.market import scenarios
from tancai.labs.market.keeping import Kept, kept
from tancai.labs.market.live import ENDED, PACES, RUNNING, Live
from tancai.labs.models import Market, Move, Seat

if TYPE_CHECKING:
    from tancai.people.api import User

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
MOST_BOTS, MOST_SEATS, LONGEST_MESSAGE = 100, 60, 300
MOST_MOVES = 200_000
TRADER_KINDS = (
    *("list", "take", "cancel", "block", "accept", "auction", "bid"),
    *("to_trading", "to_registered", "surrender", "carry_over", "retire"),
)
"""What a trader may do; accounts, money and allowances come with the seat."""

STEPS_AT_ONCE = 20


@dataclass(frozen=True)
class Outcome:
    """What became of a move; ``problem`` when the rules did not allow it, ``repeated`` when it was known already."""

    number: int
    problem: Problem | None = None
    repeated: bool = False


class _Writer:
    """Moves of one transaction, folded at once and written together."""

    def __init__(self, one: Kept, at: datetime, by: User | None) -> None:
        self.kept, self.live, self.at, self.by = one, one.live, at, by
        self.rows: list[Move] = []

    def add(
        self, kind: str, body: dict[str, Any], *, seat: Seat | None = None, key: str | None = None
    ) -> Outcome:
        number = self.live.number + 1
        problem = self.live.take(number, kind, body, self.at)
        self._keep(number, kind, body, problem, seat, key)
        return Outcome(number, problem)

    def event(self, event: Event) -> None:
        number = self.live.number + 1
        problem = self.live.take_event(number, event, self.at)
        body = orders.cells_of(event)
        self._keep(number, body.pop("kind"), body, problem)

    def _keep(
        self,
        number: int,
        kind: str,
        body: dict[str, Any],
        problem: Problem | None,
        seat: Seat | None = None,
        key: str | None = None,
    ) -> None:
        if number > MOST_MOVES:
            raise MarketFull()
        refusal = problem and {"code": problem.code, "field": problem.field, "params": _plain(problem.params)}
        market = self.kept.market
        row = Move(
            market=market, number=number, kind=kind, seat=seat, by=self.by, body=body, key=key, at=self.at
        )
        row.refusal = refusal
        self.rows.append(row)

    def flush(self) -> None:
        if self.rows:
            Move.objects.bulk_create(self.rows, batch_size=100)
            self.kept.last = self.rows[-1].pk or self._last()

    def _last(self) -> int:
        return Move.objects.get(market=self.kept.market, number=self.live.number).pk

    def step(self) -> bool:
        """One minute of the market: time goes on and the counterparties move; False when the day was closed instead."""
        live = self.live
        moment = live.next_step()
        if moment is None:
            self.event(Event(live.ends_day(), "close_day"))
            return False
        self.event(Event(moment, "clock", other="step"))
        for event in live.bot_moves(moment):
            self.event(event)
        return True


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in params.items()}


@contextmanager
def _writing(market: Market, *, at: datetime, by: User | None) -> Iterator[_Writer]:
    one = kept(market)
    with one.lock:
        try:
            with transaction.atomic():
                Market.objects.select_for_update().get(pk=market.pk)
                one.catch_up()
                writer = _Writer(one, at, by)
                yield writer
                writer.flush()
        except BaseException:
            one.forget()
            raise


def open_market(
    *,
    title: str,
    scenario: str,
    by: User,
    at: datetime,
    bots: int = 30,
    seed: int | None = None,
    rules: str = "cea",
    choices: Mapping[str, str] | None = None,
) -> Market:
    """A new market with ``bots`` simulated traders (0 to 100); raises NoName or BadMarket."""
    title = " ".join(title.split())[:120]
    if not title:
        raise NoName()
    if scenario not in scenarios.SCENARIOS or not 0 <= bots <= MOST_BOTS:
        raise BadMarket("情景或模拟交易者数量不对|no such scenario, or not so many simulated traders")
    try:
        packs.load(rules, choices)
    except TradingError as error:
        first = error.problems[0]
        raise BadMarket(f"{first.message('zh')}|{first.message('en')}") from None
    seed = secrets.randbelow(10**6) if seed is None else seed
    with transaction.atomic():
        market = Market.objects.create(
            opener=by,
            title=title,
            rules=rules,
            choices=dict(choices or {}),
            scenario=scenario,
            seed=seed,
            bots=bots,
            code="".join(secrets.choice(LETTERS) for _ in range(6)),
            opened_at=at,
        )
        chosen = scenarios.SCENARIOS[scenario]
        Seat.objects.bulk_create(
            Seat(market=market, account=one.name, joined_at=at) for one in scenarios.crowd(chosen, seed, bots)
        )
        with _writing(market, at=at, by=by) as writer:
            for event in scenarios.beginning(chosen, seed, bots):
                writer.event(event)
        audit.record("labs.open_market", by=by, at=at, target=("market", market.pk), detail={"seed": seed})
    return market


def join(code: str, *, by: User, at: datetime) -> Seat:
    """Take a seat in the market of this code; the same person again has the same seat.

    Raises NoSuchMarket, MarketEnded or MarketFull.
    """
    market = Market.objects.filter(code="".join(code.split()).upper()).first()
    if market is None:
        raise NoSuchMarket()
    with _writing(market, at=at, by=by) as writer:
        seat = Seat.objects.filter(market=market, user=by).first()
        if seat is not None:
            return seat
        if writer.live.status == ENDED:
            raise MarketEnded()
        number = Seat.objects.filter(market=market, user__isnull=False).count() + 1
        if number > MOST_SEATS:
            raise MarketFull()
        one = scenarios.enterprise(writer.live.scenario, market.seed, number)
        account = f"E{number:02d}"
        seat = Seat.objects.create(
            market=market, user=by, account=account, enterprise=one.as_dict(), joined_at=at
        )
        for event in scenarios.seating(one, account, writer.live.now):
            writer.event(event)
        audit.record("labs.join_market", by=by, at=at, target=("market", market.pk), detail={"seat": account})
    return seat


def place(seat: Seat, kind: str, values: Mapping[str, str], *, key: str, by: User, at: datetime) -> Outcome:
    """A move of a trader: ``kind`` is one of TRADER_KINDS, ``values`` texts by column of an order file.

    A move that the rules refuse is kept with its reason. The same ``key`` again answers the same and changes nothing.
    Raises BadMarket for another kind, MarketEnded, MarketFull.
    """
    if kind not in TRADER_KINDS:
        raise BadMarket("没有这种操作|there is no such move")
    market = seat.market
    named = f"{seat.pk}:{key}"[:60]
    body = {name: str(values[name]).strip()[:40] for name in orders.COLUMNS if values.get(name)}
    with _writing(market, at=at, by=by) as writer:
        known = Move.objects.filter(market=market, key=named).first()
        if known is not None:
            return _again(known)
        if writer.live.status == ENDED:
            raise MarketEnded()
        body |= {"at": writer.live.now.isoformat(sep=" "), "account": seat.account}
        body.pop("kind", None)
        if kind != "cancel":
            body["order"] = str(writer.live.number + 1)
        return writer.add(kind, body, seat=seat, key=named)


def _again(known: Move) -> Outcome:
    problem = known.refusal and Problem(
        known.refusal["code"], known.number, known.refusal["field"], known.refusal["params"]
    )
    return Outcome(known.number, problem or None, repeated=True)


# -- the instructor
def run(market: Market, *, by: User, at: datetime) -> None:
    """Let the clock run; after the close of a day it goes on with the next one."""
    with _commanding(market, by=by, at=at) as writer:
        if writer.live.status == RUNNING:
            return
        if writer.live.next_step() is None:
            _to(writer, writer.live.next_day())
        writer.add("run", {})


def pause(market: Market, *, by: User, at: datetime) -> None:
    with _commanding(market, by=by, at=at) as writer:
        if writer.live.status == RUNNING:
            writer.add("pause", {})


def set_pace(market: Market, pace: int, *, by: User, at: datetime) -> None:
    """``pace``: milliseconds for a minute of the market, one of PACES."""
    if pace not in PACES:
        raise BadMarket("没有这个速度|there is no such pace")
    with _commanding(market, by=by, at=at) as writer:
        if writer.live.pace != pace:
            writer.add("pace", {"pace": pace})


def tell(market: Market, text: str, *, by: User, at: datetime) -> None:
    """A message to everybody in the market."""
    text = " ".join(text.split())[:LONGEST_MESSAGE]
    if not text:
        raise BadMarket("请填写消息内容|write what is to be told")
    with _commanding(market, by=by, at=at) as writer:
        writer.add("message", {"text": text})


def halt(market: Market, on: bool, *, by: User, at: datetime) -> None:
    """Suspend trading (``on``) or resume it; the clock may go on."""
    with _commanding(market, by=by, at=at) as writer:
        if writer.live.engine.suspended != on:
            writer.add("suspend" if on else "resume", {"at": writer.live.now.isoformat(sep=" ")})


def strike(market: Market, order: str, *, reason: str, by: User, at: datetime) -> Outcome:
    """Take a clearly wrong order out of the market, with the reason for everybody."""
    reason = " ".join(reason.split())[:100]
    if not reason:
        raise BadMarket("请写明撤销原因|say why the order is taken out")
    with _commanding(market, by=by, at=at) as writer:
        body = {"at": writer.live.now.isoformat(sep=" "), "order": order[:40], "other": reason}
        found = writer.add("strike", body)
        if found.problem is None:
            writer.add("message", {"text": reason, "order": order})
        return found


def advance(market: Market, to: str, *, by: User, at: datetime) -> None:
    """Play on: ``session`` to the end of the session, ``day`` to the close, or after it to the next trading morning.

    The counterparties make every move on the way, a few minutes of the market in each transaction.
    """
    if to not in ("session", "day"):
        raise BadMarket("没有这种推进方式|there is no such way to go on")
    while _some_steps(market, to, by=by, at=at):
        pass


def _some_steps(market: Market, to: str, *, by: User, at: datetime) -> bool:
    """Whether there is more to play."""
    with _commanding(market, by=by, at=at) as writer:
        live = writer.live
        if live.next_step() is None and (live.closed or not live.engine.trading):
            _to(writer, live.next_day())
            return False
        for _ in range(STEPS_AT_ONCE):
            if not writer.step():
                return False
            if to == "session" and _last_of_session(live):
                return False
    return True


def _last_of_session(live: Live) -> bool:
    following = live.next_step()
    return following is not None and (following - live.now).total_seconds() > 60


def go_to(market: Market, day: date, *, by: User, at: datetime) -> None:
    """To the morning of a later day without trading on the way; what is open today ends with its day."""
    with _commanding(market, by=by, at=at) as writer:
        live = writer.live
        if not 0 < (day - live.now.date()).days <= 400:
            raise BadMarket("请选择之后400天内的日期|choose a day within the next 400 days")
        if live.engine.trading and not live.closed:
            writer.event(Event(live.ends_day(), "close_day"))
        _to(writer, datetime.combine(day, scenarios.OPENS))


def _to(writer: _Writer, moment: datetime) -> None:
    writer.event(Event(moment, "clock"))


def end(market: Market, *, by: User, at: datetime) -> None:
    """The last day is closed and cleared; nobody trades any more."""
    with _writing(market, at=at, by=by) as writer:
        if writer.live.status == ENDED:
            return
        if not writer.live.closed:
            writer.event(Event(writer.live.ends_day(), "close_day"))
        writer.add("end", {})
        audit.record("labs.end_market", by=by, at=at, target=("market", market.pk))


@contextmanager
def _commanding(market: Market, *, by: User, at: datetime) -> Iterator[_Writer]:
    with _writing(market, at=at, by=by) as writer:
        if writer.live.status == ENDED:
            raise MarketEnded()
        yield writer


def tick(market: Market, *, at: datetime) -> bool:
    """The next step of a running market when it is due; called by whoever watches, bounded to one step a call."""
    one = kept(market)
    with one.lock:
        if not one.catch_up().due(at):
            return False
    with _writing(market, at=at, by=None) as writer:
        return writer.live.due(at) and (writer.step() or True)
