"""The one writer: gathers requests while a commit is under way, judges them, writes them together, then answers.

No timer: an idle log answers after one flush, a busy one shares it. Nothing is answered before its commit. When a
commit fails, everybody in it is told so, and the state in memory is forgotten and read again from the store.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from tancai.exams.log import fold
from tancai.exams.log import rows as r
from tancai.exams.log.clock import Clock
from tancai.exams.log.fold import Head
from tancai.exams.log.messages import MAX_RAW, Event, Request
from tancai.exams.log.rows import Raw, Row
from tancai.exams.log.store import Store, StoreBusy

log = logging.getLogger("tancai.exams.log")

MAX_RAWS = 200
"""Pieces of unreadable input kept for one sitting; a broken page must not fill the disk."""

SAY_EVERY = 10
"""Seconds between two lines about the same trouble: a full disk must not be filled with complaints about it."""

Answer = tuple[int, bytes]
UNAVAILABLE: Answer = (503, b'{"error":"not_saved"}')


class Busy(Exception):
    """Too much is waiting; come again."""


class Writer:
    def __init__(
        self, store: Store, clock: Clock, *, waiting: int = 20_000, batch: int = 1_000, heads: int = 60_000
    ) -> None:
        self.store = store
        self.clock = clock
        self._limit, self._batch, self._most_heads = waiting, batch, heads
        self._heads: OrderedDict[int, Head] = OrderedDict()
        self._waiting: list[Request] = []
        self._wake = asyncio.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="log-writer")
        self._tasks: list[asyncio.Task[None]] = []
        self.ready = False
        self.trouble = ""
        self._said, self._unsaid = 0.0, 0
        self.commits = 0
        self.saved = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """Write what is waiting, then close the store."""
        while self._waiting and self.ready:
            await asyncio.sleep(0.01)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._pool, self.store.close)
        self._pool.shutdown()

    def submit(self, request: Request) -> asyncio.Future[Answer]:
        if not self.ready or len(self._waiting) >= self._limit:
            raise Busy
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        request.future = future
        self._waiting.append(request)
        self._wake.set()
        return future

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        await self._become_writer()
        while True:
            await self._wake.wait()
            if not self.store.is_open:
                await self._become_writer()
                continue
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            if not self._waiting:
                self._wake.clear()
            answers = await loop.run_in_executor(self._pool, self._work, batch)
            for request, answer in zip(batch, answers, strict=True):
                if request.future is not None and not request.future.done():
                    request.future.set_result(answer)
            if not self.store.is_open:
                self._wake.set()

    async def _become_writer(self) -> None:
        """Open the store, as often as it takes; meanwhile nobody is kept waiting."""
        self.ready = False
        refused, self._waiting = self._waiting, []
        for request in refused:
            if request.future is not None and not request.future.done():
                request.future.set_result(UNAVAILABLE)
        while not await asyncio.get_running_loop().run_in_executor(self._pool, self._open):
            await asyncio.sleep(0.2 if self.trouble == "standby" else 1)
        self.ready = True
        if not self._waiting:
            self._wake.clear()

    def _open(self) -> bool:
        self._heads.clear()
        try:
            self.store.open()
        except StoreBusy:
            self.trouble = "standby"
            return False
        except Exception as error:
            self.trouble = self.store.trouble(error)
            log.error("the log cannot be opened (%s), trying again: %r", self.trouble, error)
            return False
        self.trouble = ""
        return True

    async def _watch(self) -> None:
        """Look after the store while nothing is written, so that health tells the truth without waiting for a page."""
        seen = -1
        while True:
            await asyncio.sleep(1)
            if self.ready and self.commits == seen:
                await asyncio.get_running_loop().run_in_executor(self._pool, self._check)
                if not self.store.is_open:
                    self._wake.set()
            seen = self.commits

    def _check(self) -> None:
        try:
            if self.store.is_open:
                self.store.check(write=bool(self.trouble))
                self.trouble = ""
        except Exception as error:
            self._failed(error, 0)

    def _failed(self, error: Exception, requests: int) -> None:
        """Forget what was believed: after a failure only the rows are true."""
        self._heads.clear()
        known, self.trouble = self.trouble, self.store.trouble(error)
        self._unsaid += requests
        if self.trouble != known or time.monotonic() > self._said + SAY_EVERY:
            log.error("%d requests could not be written (%s): %r", self._unsaid, self.trouble, error)
            self._said, self._unsaid = time.monotonic(), 0

    def _work(self, batch: list[Request]) -> list[Answer]:
        try:
            answers = _Turn(self).take(batch)
            self.forget_oldest()
            return answers
        except Exception as error:
            self._failed(error, len(batch))
            if len(batch) == 1 or not self.store.is_open:
                return [UNAVAILABLE] * len(batch)
            return self._one_by_one(batch)

    def _one_by_one(self, batch: list[Request]) -> list[Answer]:
        """One bad request must not fail the others; a store that is down fails them all quickly."""
        answers: list[Answer] = []
        failures = 0
        for request in batch:
            try:
                answers.append(_Turn(self).take([request])[0] if failures < 3 else UNAVAILABLE)
            except Exception as error:
                failures += 1
                self._failed(error, 1)
                answers.append(UNAVAILABLE)
        return answers

    def head(self, sitting: int) -> Head:
        head = self._heads.get(sitting)
        if head is None:
            head = Head(sitting)
            for row in self.store.load(sitting):
                head.apply(row)
            self._heads[sitting] = head
        else:
            self._heads.move_to_end(sitting)
        return head

    def forget(self, sitting: int) -> None:
        self._heads.pop(sitting, None)

    def forget_oldest(self) -> None:
        """Keep the memory bounded; only between batches, when every state is also in the store."""
        while len(self._heads) > self._most_heads:
            self._heads.popitem(last=False)

    def receipt(self, head: Head) -> dict[str, Any]:
        """Number of events and the hash chain up to the row that closed the sitting."""
        if head.receipt is None:
            rows = fold.until_closing(self.store.rows(head.sitting))
            events = sum(row.epoch > 0 for row in rows)
            head.receipt = {"events": events, "hash": fold.receipt(rows), "at": rows[-1].received}
        return head.receipt


class _Turn:
    """One batch: judge every request in order against the state, write, then word the answers."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.now = writer.clock.now()
        self.rows: list[Row] = []
        self.raws: list[Raw] = []
        self.pending: dict[tuple[int, int, int], Row] = {}

    def take(self, batch: list[Request]) -> list[Answer]:
        outcomes = [self._judge(request) for request in batch]
        if self.rows or self.raws:
            self.writer.store.append(self.rows, self.raws)
            self.writer.commits += 1
            self.writer.trouble = ""
            self.writer.saved += len(self.rows)
        return [self._answer(request, outcome) for request, outcome in zip(batch, outcomes, strict=True)]

    def _judge(self, request: Request) -> Any:
        if request.kind == "look":
            return None
        if request.kind == "clock":
            return self._clock(request)
        head = self.writer.head(request.sitting)
        if request.kind == "events":
            head.touched = self.now
            return self._events(request, head)
        if request.kind == "claim":
            head.touched = self.now
            return self._claim(request, head)
        if request.kind == "state":
            head.touched = self.now
            return None
        return self._order(request, head)

    def _add(self, head: Head, row: Row) -> None:
        self.rows.append(row)
        self.pending[row[:3]] = row
        head.apply(row)

    def _keep(self, head: Head, why: str, body: bytes) -> None:
        if head.raws is None:
            head.raws = len(self.writer.store.raws(head.sitting))
        if head.raws < MAX_RAWS:
            head.raws += 1
            self.raws.append(Raw(head.sitting, self.now, why, body[:MAX_RAW]))

    def _events(self, request: Request, head: Head) -> list[tuple[int, str]]:
        if request.unreadable:
            self._keep(head, "unreadable", request.raw)
        epoch = request.epoch
        if epoch > head.epoch or (epoch < 1 and request.events):
            return [(event.seq, "unclaimed") for event in request.events]
        acks = []
        seen = head.seen.get(epoch)
        for event in request.events:
            if seen is not None and event.seq in seen:
                acks.append((event.seq, self._again(head, epoch, event)))
                continue
            if event.kind == r.HAND_IN and (seen.high if seen else 0) != event.seq - 1:
                acks.append((event.seq, "missing"))
                continue
            verdict = head.judge(epoch, event.kind, event.at, self.now)
            self._add(
                head,
                Row(
                    head.sitting,
                    epoch,
                    event.seq,
                    event.kind,
                    verdict,
                    event.at,
                    self.now,
                    event.item,
                    event.value,
                ),
            )
            acks.append((event.seq, r.WORDS[verdict]))
            seen = head.seen[epoch]
        return acks

    def _again(self, head: Head, epoch: int, event: Event) -> str:
        """The same key once more: a repeat gets its first verdict, another body is a conflict and is kept."""
        key = (head.sitting, epoch, event.seq)
        row = self.pending.get(key) or self.writer.store.find(*key)
        if row is not None and (row.at, row.kind, row.item, row.value) == (
            event.at,
            event.kind,
            event.item,
            event.value,
        ):
            return r.WORDS[row.verdict]
        self._keep(head, "conflict", orjson.dumps([epoch, *event]))
        return "conflict"

    def _claim(self, request: Request, head: Head) -> None:
        if head.closed or request.claim == head.claim:
            return
        grant = request.grant
        assert grant is not None
        value = {"claim": request.claim, "b": grant.begins, "e": grant.ends, "g": grant.grace}
        self._control(head, r.CLAIM, str(head.epoch + 1), value)

    def _order(self, request: Request, head: Head) -> str:
        order = request.order
        if order["ref"] in head.refs:
            return "repeat"
        if order["kind"] == "purge":
            return self._purge(request, head)
        if head.closed:
            if order["kind"] != "seal":
                return "closed"
            return "ok"
        if order["kind"] == "seal" and order.get("if_over") and not head.over(self.now):
            return "running"
        self._control(head, r.ORDER_KINDS[order["kind"]], "", {"order": order, "signed": request.signed})
        return "ok"

    def _purge(self, request: Request, head: Head) -> str:
        """Delete what is kept of a closed sitting, but only if the rows still give the receipt that was named."""
        if not head.closed:
            return "running"
        if head.purged:
            return "repeat"
        if head.sitting in {*(row.sitting for row in self.rows), *(raw.sitting for raw in self.raws)}:
            return "busy"
        store = self.writer.store
        rows = fold.until_closing(store.rows(head.sitting))
        receipt = {"events": sum(row.epoch > 0 for row in rows), "hash": fold.receipt(rows)}
        receipt["at"] = rows[-1].received
        if receipt["hash"] != request.order["receipt"]:
            return "differs"
        left = {"epoch": head.epoch, "handed_in": head.handed_in is not None, "receipt": receipt}
        value = {"order": request.order, "signed": request.signed, "left": left}
        text = orjson.dumps(value).decode()
        store.purge(
            head.sitting,
            Row(head.sitting, 0, head.control_seq + 1, r.PURGE, r.OK, self.now, self.now, "", text),
        )
        self.writer.forget(head.sitting)
        return "ok"

    def _control(self, head: Head, kind: int, item: str, value: dict[str, Any]) -> None:
        text = orjson.dumps(value).decode()
        self._add(
            head, Row(head.sitting, 0, head.control_seq + 1, kind, r.OK, self.now, self.now, item, text)
        )

    def _clock(self, request: Request) -> str:
        try:
            self.writer.clock.move(int(request.order["at"]))
        except PermissionError:
            return "refused"
        self.now = self.writer.clock.now()
        return "ok"

    def _answer(self, request: Request, outcome: Any) -> Answer:
        if request.kind == "look":
            return 200, orjson.dumps(self._look(request))
        if request.kind == "clock":
            return (200 if outcome == "ok" else 403), orjson.dumps({"result": outcome, "now": self.now})
        head = self.writer.head(request.sitting)
        answer = head.view(self.now, request.known)
        if request.kind == "events":
            answer["acks"] = outcome
            if request.unreadable:
                answer["unreadable"] = request.unreadable
        elif request.kind == "order":
            answer["result"] = outcome
        else:  # of a sitting to which no page has written yet there is nothing to read
            rows = self.writer.store.rows(request.sitting) if head.seen else []
            folded = fold.fold(rows)
            answer["values"], answer["flags"] = folded.values, folded.flags
        if head.closed:
            answer["receipt"] = self.writer.receipt(head)
        return 200, orjson.dumps(answer)

    def _look(self, request: Request) -> dict[str, Any]:
        found = {}
        for sitting in request.sittings:
            head = self.writer.head(sitting)
            found[str(sitting)] = {
                "state": head.state(self.now),
                "epoch": head.epoch,
                "remaining": head.remaining(self.now),
                "silent": self.now - head.touched if head.touched else None,
                "last_save": head.last_save,
                "saves": head.saves,
                "answered": len(head.answered),
            }
        return {"now": self.now, "sittings": found}
