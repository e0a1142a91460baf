"""The web process: Django, every request in one thread, threads kept with their database connections.

Django's own ASGI handler takes a new thread for each request, and with it a new database connection, and crosses
between event loop and thread at every middleware. Here middleware, view and template run in one go in one of a
few kept threads. The exam room and signing in have lanes of their own: neither a slow export nor a queue of password
hashes holds up who is entering an exam. Their pages are all synchronous, so that they cross into the thread without
what asynchronous views need around them. Measured in docs/benchmarks/exam-day.md.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from typing import Any

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import connection
from django.http.response import HttpResponseBase
from django.urls import get_resolver, set_script_prefix
from django.utils.translation import gettext, override

LANES = {"/exam/": 6, "/account/": 3, "/": 10}
"""Threads for paths that begin so; the first that fits counts. Asynchronous views live below the last."""


class Lane:
    """A few threads; each request goes to the one with the fewest others."""

    def __init__(self, name: str, threads: int) -> None:
        self.direct = name != "/"
        made = (ThreadPoolExecutor(1, thread_name_prefix=f"web {name} {n}") for n in range(threads))
        self._load = dict.fromkeys(made, 0)

    def take(self) -> ThreadPoolExecutor:
        executor = min(self._load, key=self._load.__getitem__)
        self._load[executor] += 1
        return executor

    def give_back(self, executor: ThreadPoolExecutor) -> None:
        self._load[executor] -= 1


class Handler(ASGIHandler):
    def __init__(self, lanes: Iterable[tuple[str, int]]) -> None:
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)
        self._lanes = [(path, Lane(path, threads)) for path, threads in lanes]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"The web process can only handle HTTP connections, not {scope['type']}.")
        prefix, path = get_script_prefix(scope).rstrip("/"), scope["path"]
        if prefix and path.startswith(f"{prefix}/"):
            path = path.removeprefix(prefix)
        scope = {**scope, "path": prefix + path}  # the proxy may have taken the prefix away
        lane = next(lane for start, lane in self._lanes if path.startswith(start) or start == "/")
        executor = lane.take()
        try:
            if lane.direct:
                await self._handle(scope, receive, send, executor)
            else:
                async with ThreadSensitiveContext(executor=executor):
                    await self._handle(scope, receive, send, None)
        finally:
            lane.give_back(executor)

    async def _handle(self, scope: Any, receive: Any, send: Any, direct: Executor | None) -> None:
        """One crossing into the thread for everything; what is streamed is sent from here, until the visitor leaves."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            response = await self._answered(scope, body, direct)
            if not response.streaming:
                await self.send_response(response, send)
                return
            async with ThreadSensitiveContext(executor=direct) if direct else nullcontext():
                await self._stream(response, receive, send)
        finally:
            body.close()

    async def _answered(self, scope: Any, body: Any, direct: Executor | None) -> Any:
        if direct is None:
            return await sync_to_async(self._answer)(scope, body)
        own, running = copy_context(), asyncio.get_running_loop()
        return await running.run_in_executor(direct, own.run, self._answer, scope, body)

    def _answer(self, scope: Any, body: Any) -> Any:
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        _trust_connection()
        request, refused = self.create_request(scope, body)
        response: Any = refused if request is None else self.get_response(request)
        response._handler_class = self.__class__
        if not response.streaming:
            response.close()  # its bytes are here; the connection is free for the next
        return response

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        sending = asyncio.ensure_future(self.send_response(response, send))
        leaving = asyncio.ensure_future(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            ended = await asyncio.gather(sending, leaving, return_exceptions=True)
            await sync_to_async(response.close)()
        expected = (asyncio.CancelledError, RequestAborted)
        for error in ended:
            if isinstance(error, BaseException) and not isinstance(error, expected):
                raise error


_thread = threading.local()
TRUSTED_SECONDS = 2.0


def _trust_connection() -> None:
    """Ask the database whether it is still there only after a pause: a busy thread has just heard from it.

    After an error Django looks for itself, so a database that was started again costs a thread one request at most.
    """
    now, before = time.monotonic(), getattr(_thread, "used", 0.0)
    _thread.used = now
    if now - before < TRUSTED_SECONDS:
        wrapper: Any = connection
        wrapper.health_check_done = True


def start() -> Handler:
    """The application, with addresses and texts loaded, what stays kept out of the collector's way."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tancai.config.settings")
    django.setup(set_prefix=False)
    handler = Handler(LANES.items())
    get_resolver().url_patterns  # noqa: B018 - imports every page before the first visitor comes
    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("碳才")
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    return handler


application = start()
