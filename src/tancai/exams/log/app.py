"""The bare ASGI application in front of the writer. Messages are described in docs/algorithms/exam-log.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson

from tancai.exams.log import messages as m
from tancai.exams.log.clock import Clock
from tancai.exams.log.messages import Refused, Request, Tokens
from tancai.exams.log.store import Store
from tancai.exams.log.writer import Busy, Writer

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Headers = list[tuple[bytes, bytes]]

_PLAIN: Headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
MAX_ORDERS = 2_000


class LogApp:
    def __init__(
        self, store: Store, *, root_key: bytes, origins: Iterable[str] = (), movable_clock: bool = False
    ) -> None:
        self.clock = Clock(movable_clock)
        self.tokens = Tokens(root_key)
        self.store = store
        self.writer: Writer | None = None
        self._headers = {
            origin.encode(): [
                *_PLAIN,
                (b"access-control-allow-origin", origin.encode()),
                (b"vary", b"origin"),
                (b"access-control-expose-headers", b"retry-after"),
            ]
            for origin in origins
        }

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            headers = self._cors(scope["headers"])
            try:
                status, body = await self._respond(scope, receive)
            except Refused as refused:
                status, body = refused.status, orjson.dumps({"error": refused.code})
            except Busy:
                status, body = 503, b'{"error":"busy"}'
            if status == 503:
                headers = [*headers, (b"retry-after", b"1")]
            headers = [*headers, (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    def _cors(self, headers: Iterable[tuple[bytes, bytes]]) -> Headers:
        for name, value in headers:
            if name == b"origin":
                return self._headers.get(value, _PLAIN)
        return _PLAIN

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.writer = Writer(self.store, self.clock)
                await self.writer.start()
            elif self.writer is not None:
                await self.writer.stop()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _respond(self, scope: dict[str, Any], receive: Receive) -> tuple[int, bytes]:
        path = scope["path"]
        name = path[path.rfind("/") + 1 :]
        method = scope["method"]
        if method == "POST":
            body = await _body(receive)
            if name == "events":
                return await self._events(body)
            if name == "claim" or name == "state":
                return await self._sitting(name, body)
            if name == "control":
                return await self._control(body)
        elif method == "GET" and name == "health":
            return self._health()
        elif method == "OPTIONS":
            return 204, b""
        raise Refused(404, "not_found")

    def _submit(self, request: Request) -> Awaitable[tuple[int, bytes]]:
        if self.writer is None:
            raise Busy
        return self.writer.submit(request)

    async def _events(self, body: bytes) -> tuple[int, bytes]:
        token, rest = m.split(body)
        grant = self.tokens.grant(token, self.clock.now())
        return await self._submit(m.read_events(grant, rest))

    async def _sitting(self, name: str, body: bytes) -> tuple[int, bytes]:
        token, rest = m.split(body)
        grant = self.tokens.grant(token, self.clock.now())
        return await self._submit(m.read_claim(grant, rest) if name == "claim" else m.read_state(grant))

    async def _control(self, body: bytes) -> tuple[int, bytes]:
        """Signed orders, one a line; each has its answer in the same place."""
        lines = body.split()
        if not 1 <= len(lines) <= MAX_ORDERS:
            raise Refused(400, "bad_order")
        requests = [self._read_control(line) for line in lines]
        waiting = [self._submit(request) for request in requests]
        answers = [await one for one in waiting]
        return max(status for status, _ in answers), b"[" + b",".join(text for _, text in answers) + b"]"

    def _read_control(self, line: bytes) -> Request:
        order = self.tokens.order(line)
        if order["kind"] == "clock":
            if type(order.get("at")) is not int:
                raise Refused(400, "bad_order")
            return Request("clock", 0, order=order)
        if order["kind"] == "look":
            sittings = order.get("sittings")
            if not isinstance(sittings, list) or any(type(one) is not int for one in sittings):
                raise Refused(400, "bad_order")
            return Request("look", 0, sittings=sittings)
        return m.read_order(line, order)

    def _health(self) -> tuple[int, bytes]:
        writer = self.writer
        ready = writer is not None and writer.ready and not writer.trouble
        found: dict[str, Any] = {"ready": ready, "now": self.clock.now(), "skew": self.clock.skew()}
        if writer is not None:
            if writer.trouble:
                found["trouble"] = writer.trouble
            found |= {"waiting": writer.waiting, "commits": writer.commits, "saved": writer.saved}
        return (200 if ready else 503), orjson.dumps(found)


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > m.MAX_BODY:
            raise Refused(413, "too_large")
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "broken_off")
        body += message.get("body", b"")
    if len(body) > m.MAX_BODY:
        raise Refused(413, "too_large")
    return body
