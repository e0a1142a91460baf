"""Pages that are told as things happen, by server-sent events.

One poller a subject (a room, a market) and process looks for news for as long as anybody watches; a viewer costs
what it is told. A stream ends by itself after ten minutes and the browser asks again, so that rights are checked
anew. Where it cannot be streamed the answer is 204 and the page asks every few seconds instead.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

HEARTBEAT, LIFE = 15.0, 600.0
TOGETHER = 0.05
"""Seconds for which news that come at once are gathered."""

T = TypeVar("T")
log = logging.getLogger("tancai.web.streams")


class Teller(Protocol):
    """What one viewer is told."""

    async def tell(self, poller: Poller) -> str | None:
        """The next event as text of a stream, None when there is nothing new."""

    def behind(self, poller: Poller) -> bool:
        """Whether there is something that this viewer has not been told."""


class Poller:
    """Looks after one subject for as long as anybody watches; ``number`` is what the last look gave."""

    def __init__(
        self, look: Callable[[], int], period: float, run: Callable[[Callable[[], int]], Any]
    ) -> None:
        self.number = 0
        self.viewers = 0
        self.moved = asyncio.Event()
        self._look, self._period, self._run_on = look, period, run
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            self.moved.clear()
            before = self.number
            try:
                self.number = await self._run_on(self._look)
            except Exception:
                log.exception("%s could not be looked at; trying again", self._look)
            if self.number != before:
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(TOGETHER)
            try:
                async with asyncio.timeout(self._period):
                    await self.moved.wait()
            except TimeoutError:
                continue

    async def news(self, behind: Callable[[Poller], bool], seconds: float) -> None:
        """Wait until there is news for a viewer, at most so long."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: behind(self))
        except TimeoutError:
            return


class Pollers:
    """The pollers of one kind of subject. Looks run one after the other on a thread of their own.

    ``period``: seconds between two looks; ``moved(key)`` has the next one made at once.
    """

    def __init__(self, name: str, period: float) -> None:
        self.period = period
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, Poller]] = (
            WeakKeyDictionary()
        )
        self._running: dict[Hashable, tuple[asyncio.AbstractEventLoop, Poller]] = {}
        self._lock = threading.Lock()

    @property
    def watched(self) -> int:
        """Subjects that somebody in this process watches."""
        with self._lock:
            return len(self._running)

    async def run(self, work: Callable[[], T]) -> T:
        """Do ``work`` on the thread; its database connections are not kept between looks that are far apart."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _closing, work)

    def moved(self, key: Hashable) -> None:
        """Something happened in this process: tell those who watch at once. From any thread."""
        with self._lock:
            found = self._running.get(key)
        if found is not None and not found[0].is_closed():
            found[0].call_soon_threadsafe(found[1].moved.set)

    @asynccontextmanager
    async def watching(self, key: Hashable, look: Callable[[], int]) -> AsyncIterator[Poller]:
        loop = asyncio.get_running_loop()
        pollers = self._by_loop.setdefault(loop, {})
        poller = pollers.get(key)
        if poller is None:
            poller = pollers[key] = Poller(look, self.period, self.run)
            with self._lock:
                self._running[key] = loop, poller
        poller.viewers += 1
        try:
            yield poller
        finally:
            poller.viewers -= 1
            if not poller.viewers:
                pollers.pop(key, None)
                with self._lock:
                    if self._running.get(key) == (loop, poller):
                        del self._running[key]
                poller.stop()

    async def events(
        self, key: Hashable, look: Callable[[], int], teller: Teller
    ) -> AsyncGenerator[str, None]:
        """The stream of one viewer."""
        ends = time.monotonic() + LIFE
        yield "retry: 3000\n\n"
        async with self.watching(key, look) as poller:
            while time.monotonic() < ends:
                told = await teller.tell(poller)
                yield ": \n\n" if told is None else told
                await poller.news(teller.behind, HEARTBEAT)


def _closing(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connections.close_all()


def can_stream(request: HttpRequest) -> bool:
    return isinstance(request, ASGIRequest)


def no_stream() -> HttpResponse:
    """The page asks again by itself."""
    return HttpResponse(status=204)


def streamed(events: AsyncIterator[str]) -> HttpResponseBase:
    answer = StreamingHttpResponse(events, content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer
