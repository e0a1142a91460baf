"""Screens as a stream of server-sent events. One poller a market and process makes the clock go on and looks for news;
every screen is sent the parts that differ from what it has.

A stream ends by itself after ten minutes and the browser asks again, so that rights are checked anew. Where it cannot
be streamed, or there are too many streams, the answer is 204 and the page asks every few seconds instead.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.trading import parts
from tancai.web.workshop.trading.access import market_of, seat_of

PERIOD = 0.5
"""Seconds between two looks at a market; the fastest clock makes a step a second."""

HEARTBEAT, LIFE = 15.0, 600.0
MOST_STREAMS, MOST_OWN = 200, 4
"""Streams of this process, and of one person."""

Look = Callable[[], dict[str, Any]]

log = logging.getLogger("tancai.web.workshop")
_pool = ThreadPoolExecutor(1, thread_name_prefix="market-poller")
_pollers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Poller]] = WeakKeyDictionary()
_streams: Counter[int] = Counter()
_running: dict[int, tuple[asyncio.AbstractEventLoop, Poller]] = {}
_lock = threading.Lock()


class Poller:
    """Looks after one market for as long as anybody watches."""

    def __init__(self, market: Any) -> None:
        self.market = market
        self.viewers = 0
        self.number = 0
        self.moved = asyncio.Event()
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.moved.clear()
            before = self.number
            try:
                self.number = await loop.run_in_executor(_pool, _look, self.market)
            except Exception:
                log.exception("market %s could not be looked at; trying again", self.market.pk)
            if self.number != before:
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(0.05)  # moves that come together are told together
            try:
                async with asyncio.timeout(PERIOD):
                    await self.moved.wait()
            except TimeoutError:
                continue

    async def news(self, number: int, seconds: float) -> None:
        """Wait until the record is longer, at most so long."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self.number != number)
        except TimeoutError:
            return


def _look(market: Any) -> int:
    try:
        labs.tick(market, at=clock.now())
        return labs.market_number(market)
    finally:
        connections.close_all()


def news(market_id: int) -> None:
    """A move was made in this process: tell those who watch at once."""
    with _lock:
        found = _running.get(market_id)
    if found is not None and not found[0].is_closed():
        found[0].call_soon_threadsafe(found[1].moved.set)


@asynccontextmanager
async def _watching(market: Any) -> AsyncIterator[Poller]:
    loop = asyncio.get_running_loop()
    pollers = _pollers.setdefault(loop, {})
    poller = pollers.get(market.pk)
    if poller is None:
        poller = pollers[market.pk] = Poller(market)
        poller.start()
        with _lock:
            _running[market.pk] = loop, poller
    poller.viewers += 1
    try:
        yield poller
    finally:
        poller.viewers -= 1
        if not poller.viewers:
            pollers.pop(market.pk, None)
            with _lock:
                _running.pop(market.pk, None)
            poller.stop()


async def screen(request: HttpRequest, market_id: int) -> HttpResponseBase:
    return await _answer(request, market_id, _seat_look)


async def console(request: HttpRequest, market_id: int) -> HttpResponseBase:
    return await _answer(request, market_id, _console_look)


def _seat_look(request: HttpRequest, market_id: int) -> tuple[Any, Look]:
    seat, code = seat_of(_user(request), market_id), get_language() or ""
    return seat.market, lambda: parts.of_seat(seat, code)


def _console_look(request: HttpRequest, market_id: int) -> tuple[Any, Look]:
    market, code = market_of(_user(request), market_id), get_language() or ""
    return market, lambda: parts.of_console(market, code)


def _user(request: HttpRequest) -> Any:
    if not request.user.is_authenticated:
        raise Http404
    return request.user


async def _answer(
    request: HttpRequest, market_id: int, admit: Callable[[HttpRequest, int], tuple[Any, Look]]
) -> HttpResponseBase:
    if request.method != "GET":
        return HttpResponse(status=405)
    market, look = await sync_to_async(admit)(request, market_id)
    who = int(request.user.pk)  # type: ignore[arg-type]
    full = _streams.total() >= MOST_STREAMS or _streams[who] >= MOST_OWN
    if full or not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    answer = StreamingHttpResponse(_events(market, look, who), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


def _made(look: Look) -> dict[str, Any]:
    try:
        return look()
    finally:
        connections.close_all()


async def _events(market: Any, look: Look, who: int) -> AsyncIterator[str]:
    ends, loop = time.monotonic() + LIFE, asyncio.get_running_loop()
    known: dict[str, str] = {}
    number = -1
    _streams[who] += 1
    try:
        yield "retry: 3000\n\n"
        async with _watching(market) as poller:
            while time.monotonic() < ends:
                if poller.number != number:
                    told = await loop.run_in_executor(_pool, _made, look)
                    number = max(told["number"], poller.number)
                    fresh = {name: html for name, html in told["parts"].items() if known.get(name) != html}
                    known |= fresh
                    yield f"data: {json.dumps({**told, 'parts': fresh}, ensure_ascii=False)}\n\n"
                else:
                    yield ": \n\n"
                await poller.news(number, HEARTBEAT)
    finally:
        _streams[who] -= 1
        if not _streams[who]:
            del _streams[who]
