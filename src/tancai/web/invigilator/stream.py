"""The room as a stream of server-sent events: one poller a session looks, every viewer is told what changed.

A stream ends by itself after ten minutes and the browser asks again, so that rights are checked anew. Under a
server that cannot stream the answer is 204, and the page asks every few seconds instead.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from tancai.lib import clock
from tancai.people import api as people
from tancai.web.invigilator.access import READERS, own_admission_id, own_session
from tancai.web.invigilator.feed import Feed, feed_of

PERIOD = 2.0
"""Seconds between two looks at a room."""

HEARTBEAT = 15.0
LIFE = 600.0

log = logging.getLogger("tancai.web.invigilator")
_pool = ThreadPoolExecutor(1, thread_name_prefix="room-poller")
_pollers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Feed, Poller]] = WeakKeyDictionary()


class Poller:
    """Looks at one room for as long as anybody watches."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.viewers = 0
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
            before = self.feed.turn.number
            try:
                await loop.run_in_executor(_pool, _look, self.feed)
            except Exception:
                log.exception("session %s could not be looked at; trying again", self.feed.session.pk)
            if self.feed.turn.number != before:
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(PERIOD)

    async def news(self, mark: str, seconds: float) -> None:
        """Wait until there is more than this mark, at most so long."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self.feed.mark() != mark)
        except TimeoutError:
            return


def _look(feed: Feed) -> None:
    """Runs on the poller's thread; its connection is not kept between rooms that are far apart."""
    try:
        feed.look(clock.now())
    finally:
        connections.close_all()


@asynccontextmanager
async def _watching(feed: Feed) -> AsyncIterator[Poller]:
    pollers = _pollers.setdefault(asyncio.get_running_loop(), {})
    poller = pollers.get(feed)
    if poller is None:
        poller = pollers[feed] = Poller(feed)
        poller.start()
    poller.viewers += 1
    try:
        yield poller
    finally:
        poller.viewers -= 1
        if not poller.viewers:
            pollers.pop(feed, None)
            poller.stop()


def _admitted(request: HttpRequest, session_id: int) -> tuple[Feed, int | None]:
    if not people.access_any(request.user, READERS):
        raise Http404
    session = own_session(request, session_id, READERS)
    return feed_of(session), own_admission_id(request, session)


async def stream(request: HttpRequest, session_id: int) -> HttpResponseBase:
    if request.method != "GET":
        return HttpResponse(status=405)
    feed, own = await sync_to_async(_admitted)(request, session_id)
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    mark = request.headers.get("Last-Event-ID") or request.GET.get("mark", "")
    answer = StreamingHttpResponse(_events(feed, own, mark), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def _events(feed: Feed, own: int | None, mark: str) -> AsyncIterator[str]:
    ends = time.monotonic() + LIFE
    yield "retry: 3000\n\n"
    async with _watching(feed) as poller:
        while time.monotonic() < ends:
            now = feed.mark()
            told = feed.since(mark, own)
            # a look that ends between the two lines is told again with the next turn, never left out
            mark = now
            yield ": \n\n" if told is None else f"id: {mark}\ndata: {told}\n\n"
            await poller.news(mark, HEARTBEAT)
