"""The exam protocol from the candidate's and from the office's side, for the web rooms, rehearsal and tests."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from tancai.exams.log import signing


class LogDown(Exception):
    """The log did not answer, or not now; nothing counts as saved. ``status`` 0 when there was no answer at all."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class Line:
    """A kept-alive connection to the log, one a thread."""

    def __init__(self, address: str, timeout: float = 10.0) -> None:
        parts = urlsplit(address)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port
        self._path = parts.path.rstrip("/")
        self._timeout = timeout
        self._local = threading.local()

    def post(self, name: str, body: bytes) -> Any:
        """The JSON answer; raises LogDown for no answer and for any status but 200."""
        status, text = self._send("POST", name, body)
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise LogDown(status, "unreadable") from error
        if status != 200:
            raise LogDown(status, answer.get("error", "refused") if isinstance(answer, dict) else "refused")
        return answer

    def health(self) -> dict[str, Any]:
        status, text = self._send("GET", "health", None)
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError as error:
            raise LogDown(status, "unreadable") from error
        if status != 200:
            raise LogDown(status, found.get("trouble", "not_ready"))
        return found

    def _send(self, method: str, name: str, body: bytes | None) -> tuple[int, bytes]:
        for attempt in (1, 2):
            connection = getattr(self._local, "connection", None)
            fresh = connection is None
            if connection is None:
                kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
                connection = self._local.connection = kind(self._host, self._port, timeout=self._timeout)
            try:
                connection.request(method, f"{self._path}/{name}", body, {"Content-Type": "text/plain"})
                response = connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._local.connection = None
                if fresh or attempt == 2:
                    raise LogDown(0, type(error).__name__) from error
        raise AssertionError

    def close(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None


class SittingClient:
    """One candidate's page: an outbox that is emptied by ``flush`` and survives every outage.

    ``now`` gives the candidate's estimate of the server's clock in ms; by default the last answer's, running on.
    """

    def __init__(
        self, log_url: str, token: str, *, line: Line | None = None, now: Callable[[], int] | None = None
    ) -> None:
        self._line = line or Line(log_url)
        self._token = token.encode()
        self._now = now
        self._offset = 0
        self.epoch = 0
        self.seq = 0
        self.outbox: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.verdicts: dict[int, str] = {}
        self.claim_id = secrets.token_hex(8)

    def now(self) -> int:
        return self._now() if self._now else int(time.time() * 1000) + self._offset

    def _post(self, name: str, message: dict[str, Any]) -> dict[str, Any]:
        body = self._token + b"\n" + json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        answer: dict[str, Any] = self._line.post(name, body)
        self._offset = answer["now"] - int(time.time() * 1000)
        self.state = answer
        return answer

    def claim(self) -> dict[str, Any]:
        """Take the sitting over; afterwards older pages can no longer win. Gives the values saved so far."""
        answer = self._post("claim", {"claim": self.claim_id})
        self.epoch, self.seq, self.values = answer["epoch"], answer["high"], answer["values"]
        return answer

    def read(self) -> dict[str, Any]:
        return self._post("state", {})

    def put(self, item: int | str, value: Any, kind: str = "answer") -> dict[str, Any]:
        """Write one change to the outbox only."""
        self.seq += 1
        event = {"seq": self.seq, "at": self.now(), "kind": kind, "item": str(item), "value": value}
        self.outbox.append(event)
        return event

    def answer(self, item: int | str, value: Any) -> str:
        """Change one answer and save it at once; the verdict (``ok``, ``late``, …)."""
        event = self.put(item, value)
        self.flush()
        return self.verdicts[event["seq"]]

    def flush(self) -> dict[int, str]:
        """Send everything unsent; verdicts by seq. Raises LogDown and keeps the outbox when there is no answer."""
        batch = list(self.outbox[:200])
        answer = self._post("events", {"epoch": self.epoch, "known": 0, "events": batch})
        told: dict[int, str] = dict(answer["acks"])
        self.verdicts |= told
        stay = {"missing", "unclaimed"}
        self.sent += [event for event in self.outbox if told.get(event["seq"], "missing") not in stay]
        self.outbox = [event for event in self.outbox if told.get(event["seq"], "missing") in stay]
        return told

    def hand_in(self) -> dict[str, Any]:
        """Empty the outbox and hand in; the receipt ``{"events", "hash", "at"}``."""
        while self.outbox and "hand_in" not in {event["kind"] for event in self.outbox}:
            self.flush()
        if not self.outbox:
            self.put("", None, "hand_in")
        self.flush()
        receipt: dict[str, Any] = self.state["receipt"]
        return receipt

    def drop(self) -> None:
        """Lose the network."""
        self._line.close()


class ControlClient:
    """Signed orders to the log; ``root_key`` is the installation's control key."""

    def __init__(self, log_url: str, root_key: bytes, *, timeout: float = 5.0) -> None:
        self._line = Line(log_url, timeout)
        self._key = signing.purpose_key(root_key, signing.CONTROL)

    def orders(self, orders: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send orders ``{"kind", "sitting", "ref", …}``; one answer each with ``result`` ok, repeat or closed."""
        body = "\n".join(signing.sign({"ref": secrets.token_hex(8), **order}, self._key) for order in orders)
        answers: list[dict[str, Any]] = self._line.post("control", body.encode())
        return answers

    def look(self, sittings: Iterable[int]) -> dict[int, dict[str, Any]]:
        answer = self.orders([{"kind": "look", "sittings": list(sittings)}])[0]
        return {int(sitting): head for sitting, head in answer["sittings"].items()}

    def move_clock(self, to_ms: int) -> None:
        self.orders([{"kind": "clock", "at": to_ms}])

    def health(self) -> dict[str, Any]:
        return self._line.health()
