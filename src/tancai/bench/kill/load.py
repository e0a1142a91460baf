"""Candidates who work on and on over the real protocol and remember every word they were told."""

from __future__ import annotations

import random
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tancai.bench.kill.place import KEY, MINUTE, now, token
from tancai.exams.api import ControlClient, LogDown, SittingClient

Key = tuple[int, int]
VALUES = ("A", "B", "C", ["A", "C"], None, "按《排放因子》计算,取 0.5703", "")


@dataclass
class Ledger:
    """What was made in one sitting and what was told about it; keys are (epoch, seq)."""

    sitting: int
    made: dict[Key, dict[str, Any]] = field(default_factory=dict)
    told: dict[Key, str] = field(default_factory=dict)
    high: dict[int, int] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    claims: dict[int, str] = field(default_factory=dict)
    conflicts: int = 0
    receipt: dict[str, Any] | None = None
    faults: list[str] = field(default_factory=list)

    def hear(self, epoch: int, event: dict[str, Any], word: str) -> None:
        """Note a word: another body under a used key must be told ``conflict``, and a first word never changes."""
        key = epoch, event["seq"]
        if self.made[key] is not event:
            self.conflicts += 1
            if word != "conflict":
                self.faults.append(f"another body under {key} was told {word}")
        elif word in ("missing", "unclaimed"):
            if word == "unclaimed":
                self.faults.append(f"epoch {epoch} was given out and is unknown now")
        elif self.told.setdefault(key, word) != word:
            self.faults.append(f"{key} was told {self.told[key]}, then {word}")


class Candidate:
    """One sitting: answers, flags, notes, repeats, a second page, orders of the invigilator, hand-in."""

    def __init__(self, url: str, sitting: int, seed: int, *, length: int = 60, minutes: int = 600) -> None:
        self.ledger = Ledger(sitting)
        self.rng = random.Random(seed)
        self.begins = now() - MINUTE
        self.url, self.token = url, token(sitting, begins=self.begins, ends=self.begins + minutes * MINUTE)
        self.page = self._page()
        self.old: SittingClient | None = None
        self.order: dict[str, Any] | None = None
        self.paused = False
        self.left, self.handing, self.done = length, False, False

    def _page(self) -> SittingClient:
        page = SittingClient(self.url, self.token)
        page.claim_id = secrets.token_hex(8)
        return page

    def move(self, url: str) -> None:
        """Go on at another address, as behind a proxy that found the first one gone; nothing of the page is lost."""
        self.url, self.page = url, _moved(self.page, url, self.token)
        self.old = _moved(self.old, url, self.token) if self.old else None

    def step(self, control: ControlClient) -> None:
        """One thing; what could not be sent is sent first next time. Raises LogDown."""
        if self.order is not None:
            self._send(control)
        elif self.page.epoch == 0:
            self._claim()
        elif self.handing:
            self._hand_in()
        else:
            self._work()

    def _work(self) -> None:
        self.left -= 1
        if self.left <= 0 and not self.paused:
            self.handing = True
            return
        chance = self.rng.random()
        if chance < 0.05 and self.ledger.told:
            self._repeat()
        elif chance < 0.08 and self.ledger.told:
            self._contradict()
        elif chance < 0.10:
            self.old, self.page = self.page, self._page()
        elif chance < 0.14 and self.old is not None:
            self._make(self.old)
            self._flush(self.old)
        elif chance < 0.18:
            self._decide_order()
        else:
            for _ in range(self.rng.randint(1, 3)):
                self._make(self.page)
            self._flush(self.page)

    def _make(self, page: SittingClient) -> None:
        kind = self.rng.choices(("answer", "flag", "note"), (85, 10, 5))[0]
        value = self.rng.random() < 0.5 if kind == "flag" else self.rng.choice(VALUES)
        event = page.put(self.rng.randint(1, 45), value, kind)
        self.ledger.made[page.epoch, event["seq"]] = event

    def _flush(self, page: SittingClient) -> None:
        batch = list(page.outbox[:200])
        page.flush()
        self._heard(page, batch)

    def _heard(self, page: SittingClient, batch: list[dict[str, Any]]) -> None:
        for event in batch:
            if event["seq"] in page.verdicts:
                self.ledger.hear(page.epoch, event, page.verdicts[event["seq"]])
        if page.state.get("epoch") == page.epoch:
            self.ledger.high[page.epoch] = max(self.ledger.high.get(page.epoch, 0), page.state["high"])

    def _repeat(self) -> None:
        """The answer got lost: the same batch once more, with something new behind it."""
        again = self.page.sent[-self.rng.randint(1, 5) :]
        self._make(self.page)
        self.page.sent = self.page.sent[: len(self.page.sent) - len(again)]
        self.page.outbox = [*again, *self.page.outbox]
        self._flush(self.page)

    def _contradict(self) -> None:
        """Another body under a key already used, as a broken page might send it."""
        if not self.page.sent:
            return
        other = {**self.rng.choice(self.page.sent), "value": "另一个内容"}
        waiting, self.page.outbox = self.page.outbox, [other]
        before = dict(self.page.verdicts)
        try:
            self._flush(self.page)
        finally:
            self.page.outbox, self.page.verdicts = waiting, before
            self.page.sent = [event for event in self.page.sent if event is not other]

    def _claim(self) -> None:
        self.page.claim()
        given = self.ledger.claims.setdefault(self.page.epoch, self.page.claim_id)
        if given != self.page.claim_id:
            self.ledger.faults.append(f"epoch {self.page.epoch} was given to two pages")

    def _hand_in(self) -> None:
        outbox = self.page.outbox
        if not any(event["kind"] == "hand_in" for event in outbox):
            event = self.page.put("", None, "hand_in")
            self.ledger.made[self.page.epoch, event["seq"]] = event
        batch = list(self.page.outbox)
        self.page.flush()
        self._heard(self.page, batch)
        receipt = self.page.state.get("receipt")
        word = self.page.verdicts.get(batch[-1]["seq"])
        if receipt is None and word in ("early", "expired"):
            return  # the clock was elsewhere; hand in again
        if receipt is None:
            self.ledger.faults.append(f"a hand-in was told {word} and given no receipt")
        self.ledger.receipt, self.done = receipt, True
        self.page.drop()

    def _decide_order(self) -> None:
        kind = "resume" if self.paused else self.rng.choice(("extra", "message", "pause"))
        self.order = {"kind": kind, "sitting": self.ledger.sitting, "reason": "power"}
        self.order |= {"ref": secrets.token_hex(8), "seconds": 60, "text": "请检查电源"}

    def _send(self, control: ControlClient) -> None:
        assert self.order is not None
        answer = control.orders([self.order])[0]
        self.ledger.orders[self.order["ref"]] = answer["result"]
        self.paused = {"pause": True, "resume": False}.get(self.order["kind"], self.paused)
        self.order = None


def _moved(page: SittingClient, url: str, signed: str) -> SittingClient:
    other = SittingClient(url, signed)
    page.drop()
    for name in ("epoch", "seq", "outbox", "sent", "state", "values", "verdicts", "claim_id"):
        setattr(other, name, getattr(page, name))
    return other


class Load:
    """Several threads, each with a few candidates; whoever has handed in makes room for the next."""

    def __init__(
        self, urls: list[str], *, seed: int, threads: int = 6, each: int = 4, pace: float = 0.004, **more: Any
    ) -> None:
        self.urls, self.seed, self.pace, self.more = urls, seed, pace, more
        self.ledgers: list[Ledger] = []
        self.down = self.steps = 0
        self.refusals: dict[str, int] = {}
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(number, each), daemon=True) for number in range(threads)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Everybody still working hands in and leaves."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            if thread.is_alive():
                raise TimeoutError("a candidate could not hand in within a minute")

    def wait(self, seconds: float) -> bool:
        """Let it go on for a while; True when it has been told to finish."""
        return self._stop.wait(seconds)

    def _next(self, rng: random.Random) -> Candidate:
        with self._guard:
            sitting = len(self.ledgers) + 1
            url = self.urls[sitting % len(self.urls)]
            one = Candidate(url, sitting, rng.randrange(2**31), length=rng.randint(5, 120), **self.more)
            self.ledgers.append(one.ledger)
        return one

    def _run(self, thread: int, each: int) -> None:
        rng = random.Random(self.seed * 1000 + thread)
        controls = {url: ControlClient(url, KEY) for url in self.urls}
        room = [self._next(rng) for _ in range(each)]
        while room:
            if self._stop.is_set():
                for one in room:
                    one.handing = True
            one = rng.choice(room)
            try:
                one.step(controls[one.url])
                self._stop.wait(self.pace)
            except LogDown as error:
                self._was_down(one, error)
            self.steps += 1
            if one.done:
                room.remove(one)
                if not self._stop.is_set():
                    room.append(self._next(rng))

    def _was_down(self, one: Candidate, error: LogDown) -> None:
        self.down += 1
        name = str(error)
        self.refusals[name] = self.refusals.get(name, 0) + 1
        if error.status not in (0, 503):
            one.ledger.faults.append(f"refused: {error}")
        if len(self.urls) > 1:
            one.move(self.urls[(self.urls.index(one.url) + 1) % len(self.urls)])
        time.sleep(0.02 + one.rng.random() * 0.03)
