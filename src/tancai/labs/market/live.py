"""A market as it stands: the fold of its record, move by move. Pure: no database, no clock."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from tancai.engines.trading import bots, hours, orders, packs, strategy
from tancai.engines.trading.errors import Problem, Refused
from tancai.engines.trading.market import HANDLERS, Event
from tancai.engines.trading.market import Market as Engine
from tancai.labs.market.scenarios import OPENS, PRODUCT, SCENARIOS, crowd

WAITING, RUNNING, PAUSED, ENDED = "waiting", "running", "paused", "ended"
CLASS_KINDS = ("run", "pause", "pace", "message", "end")
PACES = {5000: "20", 2500: "10", 1000: "4"}
"""Milliseconds for a minute of the market, and the minutes that a trading day then takes."""

KEPT_REFUSALS = 8


@dataclass(frozen=True)
class Setup:
    """What a market was opened with."""

    rules: str
    choices: Mapping[str, str]
    scenario: str
    seed: int
    bots: int


@dataclass(frozen=True)
class Message:
    """``order`` when it tells why that order was taken out."""

    number: int
    at: datetime
    text: str
    order: str = ""


@dataclass(frozen=True)
class Refusal:
    """A move of a trader that the rules did not allow, with the simulated time."""

    number: int
    at: datetime
    kind: str
    problem: Problem


class Live:
    """``now`` is the simulated time, ``number`` the last move folded, ``steps`` how often the counterparties moved."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.scenario = SCENARIOS[setup.scenario]
        self.engine = Engine(packs.load(setup.rules, setup.choices))
        self.bots = crowd(self.scenario, setup.seed, setup.bots)
        self.tally = strategy.Tally()
        self.number = self.steps = 0
        self.status = WAITING
        self.pace = 2500
        self.now = datetime.combine(self.scenario.day, OPENS)
        self.ticked: datetime | None = None
        self.messages: list[Message] = []
        self.refusals: dict[str, deque[Refusal]] = defaultdict(lambda: deque(maxlen=KEPT_REFUSALS))

    def take(self, number: int, kind: str, body: Mapping[str, Any], at: datetime) -> Problem | None:
        """Fold one move; the problem when the rules do not allow it. ``at`` is the time of the wall."""
        self.number = number
        if kind in CLASS_KINDS:
            self._class_move(number, kind, body, at)
            return None
        cells = {name: str(text) for name, text in body.items()}
        try:
            event = orders.event_from({**cells, "kind": kind}, number)
        except Refused as refused:
            problem = Problem(
                refused.code, number, refused.field, refused.params, order=cells.get("order", "")
            )
            self.engine.refusals.append(problem)
            return self._refused(problem, kind, cells.get("account", ""))
        return self.take_event(number, event, at)

    def take_event(self, number: int, event: Event, at: datetime) -> Problem | None:
        """Fold a move that is an event already."""
        self.number = number
        problem = self.engine.apply(event)
        if problem is None:
            self.now = event.at
            if event.kind == "clock":
                self.ticked = at
                self.steps += event.other == "step"
            elif event.kind == "close_day" and self.status == RUNNING:
                self.status = PAUSED
            return None
        return self._refused(problem, event.kind, event.account)

    def _refused(self, problem: Problem, kind: str, account: str) -> Problem:
        self.refusals[account].append(Refusal(self.number, self.now, kind, problem))
        return problem

    def _class_move(self, number: int, kind: str, body: Mapping[str, Any], at: datetime) -> None:
        if kind == "message":
            self.messages.append(Message(number, self.now, str(body["text"]), str(body.get("order", ""))))
        elif kind == "pace":
            self.pace = int(body["pace"])
        else:
            self.status = {"run": RUNNING, "pause": PAUSED, "end": ENDED}[kind]
            self.ticked = at

    # -- time
    @property
    def closed(self) -> bool:
        """The trading day is over."""
        return self.engine.ended and self.engine.day == self.now.date()

    def next_step(self) -> datetime | None:
        """When the counterparties move next on this day; None when the day has no more steps."""
        if self.closed or not hours.is_trading_day(self.now.date(), self.engine.closed_days):
            return None
        midnight = datetime.combine(self.now.date(), time())
        second = int((self.now - midnight).total_seconds())
        later = (one for one in bots.steps(self.engine) if one > second)
        return next((midnight + timedelta(seconds=one) for one in later), None)

    def ends_day(self) -> datetime:
        midnight = datetime.combine(self.now.date(), time())
        return max(self.now, midnight + timedelta(seconds=self.engine.sessions[-1][1]))

    def next_day(self) -> datetime:
        """The morning of the next trading day."""
        midnight = datetime.combine(self.now.date(), time())
        return datetime.combine(bots.next_trading_day(self.engine, midnight).date(), OPENS)

    def due(self, at: datetime) -> bool:
        """Whether the running clock has a step to make; a market that nobody watches stands still."""
        waited = self.ticked is None or at - self.ticked >= timedelta(milliseconds=self.pace)
        return self.status == RUNNING and waited

    def bot_moves(self, at: datetime) -> Iterator[Event]:
        """What the counterparties do now; fold each before asking for the next."""
        if self.engine.suspended:
            return iter(())
        return bots.moves(self.engine, self.bots, PRODUCT, at=at, step=self.steps, seed=self.setup.seed)


def is_of_engine(kind: str) -> bool:
    return kind in HANDLERS
