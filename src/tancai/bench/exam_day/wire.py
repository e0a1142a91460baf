"""Lean HTTP/1.1 for the load generator: kept connections, one request at a time, answers with a content length."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

Done = Callable[[int, bytes], None]
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Line(asyncio.Protocol):
    """One kept connection. ``ask`` sends a request; ``done(status, body)`` is called when its answer is complete.

    A connection that breaks calls ``done(0, b"")``. ``head`` holds the head of the last answer.
    """

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = b""
        self._done: Done | None = None
        self.head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._answered(0, b"")

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._buffer = data
            return
        found = _LENGTH.search(data, 0, end)
        length = int(found[1]) if found else 0
        if len(data) - end - 4 < length:
            self._buffer = data
            return
        self._buffer = b""
        self.head = data[:end]
        self._answered(int(data[9:12]), data[end + 4 : end + 4 + length])

    def _answered(self, status: int, body: bytes) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(status, body)

    @property
    def alive(self) -> bool:
        return self._transport is not None

    def ask(self, request: bytes, done: Done) -> None:
        self._done = done
        if self._transport is None:
            self._answered(0, b"")
        else:
            self._transport.write(request)

    async def fetch(self, request: bytes) -> tuple[int, bytes]:
        future: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()

        def done(status: int, body: bytes) -> None:
            if not future.done():
                future.set_result((status, body))

        self.ask(request, done)
        return await future

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connect(port: int, source: str = "127.0.0.1") -> Line:
    """A connection to a port of this machine, coming from one of its loopback addresses."""
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(Line, "127.0.0.1", port, local_addr=(source, 0))
    return line


_COOKIE = re.compile(rb"\r\nset-cookie: *([^=\s]+)=([^;\r]*)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)


class Browser:
    """Cookies and connections of one visitor; pages only, no style sheets and scripts (browsers keep those)."""

    def __init__(self, port: int, source: str) -> None:
        self.port, self.source = port, source
        self.cookies: dict[str, str] = {}
        self._line: Line | None = None

    async def get(self, path: str) -> tuple[int, bytes, str]:
        return await self._send("GET", path, b"")

    async def post(self, path: str, fields: bytes) -> tuple[int, bytes, str]:
        """Send a form with the CSRF token of the cookie."""
        return await self._send("POST", path, fields)

    async def _send(self, method: str, path: str, body: bytes) -> tuple[int, bytes, str]:
        """Status, body and where a redirection leads."""
        head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\naccept-language: zh-CN\r\n"
        if self.cookies:
            head += "cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()) + "\r\n"
        if method == "POST":
            head += "content-type: application/x-www-form-urlencoded\r\n"
            head += f"x-csrftoken: {self.cookies.get('csrftoken', '')}\r\ncontent-length: {len(body)}\r\n"
        line = self._line
        for _ in range(2):
            if line is None or not line.alive:
                line = self._line = await connect(self.port, self.source)
            status, text = await line.fetch(head.encode() + b"\r\n" + body)
            if status:
                break
        assert line is not None
        for name, value in _COOKIE.findall(line.head):
            self.cookies[name.decode()] = value.decode()
        found = _LOCATION.search(line.head)
        return status, text, found[1].decode() if found else ""

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
