"""The candidates' pages as far as the log sees them: claims, one event a request, acknowledgements noted."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence

from tancai.bench.exam_day.machine import percentile
from tancai.bench.exam_day.wire import Line, connect

QUESTIONS = 45


def item_of(seq: int) -> str:
    return str(seq % QUESTIONS + 1)


def value_of(sitting: int, seq: int) -> str:
    """What the event says is fixed by its key, so that rows can be compared with acknowledgements."""
    return "ABCD"[(sitting + seq) % 4]


def request(name: str, body: bytes) -> bytes:
    return (
        b"POST /%s HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: http://127.0.0.1:8000\r\n"
        b"content-type: text/plain;charset=UTF-8\r\ncontent-length: %d\r\n\r\n%s"
    ) % (name.encode(), len(body), body)


class Page:
    """One sitting: its token, epoch, and how far its events are acknowledged."""

    __slots__ = ("acknowledged", "epoch", "lost", "seq", "sitting", "token")

    def __init__(self, sitting: int, token: str) -> None:
        self.sitting, self.token = sitting, token.encode()
        self.epoch, self.seq, self.acknowledged = 0, 0, 0
        self.lost: list[int] = []

    def claim(self) -> bytes:
        return request("claim", b'%s\n{"claim":"%s"}' % (self.token, secrets.token_hex(8).encode()))

    def claimed(self, body: bytes) -> None:
        answer = json.loads(body)
        self.epoch, self.seq = answer["epoch"], answer["high"]
        self.acknowledged = self.seq

    def save(self) -> bytes:
        """The next change of an answer."""
        seq = self.seq = self.seq + 1
        return request(
            "events",
            b'%s\n{"epoch":%d,"known":1,"events":[{"seq":%d,"at":%d,"kind":"answer","item":"%d","value":"%s"}]}'
            % (
                self.token,
                self.epoch,
                seq,
                int(time.time() * 1000),
                seq % QUESTIONS + 1,
                value_of(self.sitting, seq).encode(),
            ),
        )

    def hand_in(self) -> bytes:
        seq = self.seq = self.seq + 1
        return request(
            "events",
            b'%s\n{"epoch":%d,"known":1,"events":[{"seq":%d,"at":%d,"kind":"hand_in","item":"","value":null}]}'
            % (self.token, self.epoch, seq, int(time.time() * 1000)),
        )

    def told(self, status: int, body: bytes) -> bool:
        """Take the answer to the last event; True when it was acknowledged.

        What the log says it has not kept (503) is sent again under the same number; anything else is ``lost``.
        """
        if status == 200 and b'[[%d,"ok"]]' % self.seq in body:
            self.acknowledged = self.seq
            return True
        if status == 503:
            self.seq -= 1
        else:
            self.lost.append(self.seq)
        return False


class Tally:
    """Latencies in seconds and what went wrong."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.errors: Counter[str] = Counter()

    def report(self, seconds: float) -> dict[str, object]:
        ordered = sorted(self.latencies)
        count = len(ordered)
        return {
            "count": count,
            "seconds": round(seconds, 3),
            "per_s": round(count / seconds, 1) if seconds else 0.0,
            "p50_ms": round(percentile(ordered, 0.5) * 1000, 2),
            "p95_ms": round(percentile(ordered, 0.95) * 1000, 2),
            "p99_ms": round(percentile(ordered, 0.99) * 1000, 2),
            "max_ms": round(ordered[-1] * 1000, 2) if ordered else 0.0,
            "errors": dict(self.errors),
        }


async def lines_to(port: int, count: int) -> list[Line]:
    return list(await asyncio.gather(*(connect(port) for _ in range(count))))


async def claim_all(port: int, pages: Sequence[Page], count: int = 32) -> dict[str, object]:
    """Every page claims its sitting."""
    tally, waiting = Tally(), deque(pages)
    lines = await lines_to(port, min(count, max(1, len(pages))))

    async def work(line: Line) -> None:
        while waiting:
            page = waiting.popleft()
            begun = time.perf_counter()
            status, body = await line.fetch(page.claim())
            if status == 200:
                page.claimed(body)
                tally.latencies.append(time.perf_counter() - begun)
            else:
                tally.errors[f"claim {status}"] += 1

    begun = time.perf_counter()
    await asyncio.gather(*(work(line) for line in lines))
    _close(lines)
    return tally.report(time.perf_counter() - begun)


class _Saver:
    """One connection in a closed loop over its own share of the sittings."""

    def __init__(self, line: Line, pages: Sequence[Page], until: float, tally: Tally, plain: bool) -> None:
        self.line, self.pages, self.until, self.tally, self.plain = line, pages, until, tally, plain
        self.place, self.begun = 0, 0.0
        self.page = pages[0]
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def step(self) -> None:
        self.page = self.pages[self.place]
        self.place = (self.place + 1) % len(self.pages)
        text = self.page.save()
        self.begun = time.perf_counter()
        self.line.ask(text, self.done)

    def done(self, status: int, body: bytes) -> None:
        now = time.perf_counter()
        if status == 200 if self.plain else self.page.told(status, body):
            self.tally.latencies.append(now - self.begun)
        else:
            self.tally.errors[f"{status} {body[:80].decode(errors='replace')}"] += 1
        if now < self.until and (status or self.line.alive):
            self.step()
        else:
            self.finished.set_result(None)


async def closed_loop(
    port: int, pages: Sequence[Page], *, seconds: float, lines: int, plain: bool = False
) -> dict[str, object]:
    """Each of ``lines`` connections sends the next event as soon as the one before is answered.

    ``plain`` takes any 200 as an answer, for servers that keep nothing.
    """
    tally, opened = Tally(), await lines_to(port, lines)
    begun = time.perf_counter()
    shares = [pages[number::lines] for number in range(lines)]
    savers = [
        _Saver(line, share, begun + seconds, tally, plain)
        for line, share in zip(opened, shares, strict=True)
        if share
    ]
    for saver in savers:
        saver.step()
    await asyncio.gather(*(saver.finished for saver in savers))
    _close(opened)
    return tally.report(time.perf_counter() - begun)


async def open_loop(
    port: int, pages: Sequence[Page], *, rate: float, seconds: float, lines: int, seed: int
) -> dict[str, object]:
    """Events at Poisson arrivals of ``rate`` a second, whatever the answers do; latency from the arrival planned."""
    tally, free = Tally(), deque(await lines_to(port, lines))
    every = list(free)
    chance, waiting = random.Random(seed), deque[float]()
    order = deque(pages)
    flying = 0
    idle = asyncio.Event()

    def launch(planned: float) -> None:
        nonlocal flying
        line, page = free.popleft(), order.popleft()
        flying += 1

        def done(status: int, body: bytes) -> None:
            nonlocal flying
            flying -= 1
            if page.told(status, body):
                tally.latencies.append(time.perf_counter() - planned)
            else:
                tally.errors[f"{status} {body[:80].decode(errors='replace')}"] += 1
            order.append(page)
            if line.alive:
                free.append(line)
            if waiting and free and order:
                launch(waiting.popleft())
            elif not flying:
                idle.set()

        line.ask(page.save(), done)

    begun = time.perf_counter()
    due = begun
    while (now := time.perf_counter()) < begun + seconds:
        while due <= now:
            if free and order:
                launch(due)
            else:
                waiting.append(due)
            due += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, min(due, begun + seconds) - time.perf_counter()))
    while flying or waiting:
        idle.clear()
        try:
            await asyncio.wait_for(idle.wait(), 30)
        except TimeoutError:
            tally.errors["no answer within 30 s"] += flying + len(waiting)
            break
    _close(every)
    return tally.report(time.perf_counter() - begun)


def _close(lines: Iterable[Line]) -> None:
    for line in lines:
        line.close()
