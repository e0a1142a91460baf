"""What comes in, checked and ready for the writer. Bodies are text: the signed token, a newline, JSON."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from sys import intern
from typing import Any, NamedTuple

import orjson

from tancai.exams.log import rows as r
from tancai.exams.log import signing

MAX_BODY = 512 * 1024
MAX_VALUE = 64 * 1024
MAX_EVENTS = 500
MAX_RAW = 64 * 1024
_MOST = 2**31 - 1


class Refused(Exception):
    """A request that is answered at once: HTTP status and stable code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Event(NamedTuple):
    seq: int
    at: int
    kind: int
    item: str
    value: str


@dataclass(slots=True, frozen=True)
class Grant:
    """What a sitting token grants: one sitting, its planned begin, end and grace (ms), and its own expiry (s)."""

    sitting: int
    begins: int
    ends: int
    grace: int
    expires: int


@dataclass(slots=True, eq=False)
class Request:
    """One waiting request; ``answer`` is set by the writer after the commit."""

    kind: str
    sitting: int
    grant: Grant | None = None
    epoch: int = 0
    known: int = 0
    claim: str = ""
    events: list[Event] = field(default_factory=list)
    unreadable: int = 0
    raw: bytes = b""
    order: dict[str, Any] = field(default_factory=dict)
    signed: str = ""
    sittings: list[int] = field(default_factory=list)
    future: asyncio.Future[tuple[int, bytes]] | None = None


class Tokens:
    """Verifies sitting tokens, each once; keeps the most recent ``size`` of them."""

    def __init__(self, root: bytes, size: int = 60_000) -> None:
        self._sitting_key = signing.purpose_key(root, signing.SITTING)
        self._control_key = signing.purpose_key(root, signing.CONTROL)
        self._known: OrderedDict[bytes, Grant] = OrderedDict()
        self._size = size

    def grant(self, token: bytes, now: int) -> Grant:
        grant = self._known.get(token)
        if grant is None:
            grant = self._checked(token)
            self._known[token] = grant
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        if grant.expires * 1000 < now:
            raise Refused(403, "token_expired")
        return grant

    def _checked(self, token: bytes) -> Grant:
        try:
            payload = signing.verify(token, self._sitting_key)
            return Grant(payload["s"], payload["b"], payload["e"], payload["g"], payload["exp"])
        except (signing.BadToken, KeyError) as error:
            raise Refused(403, "bad_token") from error

    def order(self, signed: bytes) -> dict[str, Any]:
        try:
            order = signing.verify(signed, self._control_key)
        except signing.BadToken as error:
            raise Refused(403, "bad_signature") from error
        if not isinstance(order.get("kind"), str) or not isinstance(order.get("ref"), str):
            raise Refused(400, "bad_order")
        return order


def split(body: bytes) -> tuple[bytes, bytes]:
    token, _, rest = body.partition(b"\n")
    return token.strip(), rest


def read_events(grant: Grant, rest: bytes) -> Request:
    """A save: ``{"epoch", "known", "events": [{"seq", "at", "kind"?, "item"?, "value"?}]}``.

    Readable events are taken; when anything cannot be read the whole input is kept beside them.
    """
    request = Request("events", grant.sitting, grant)
    try:
        message = orjson.loads(rest)
        request.epoch, request.known = message["epoch"], message.get("known", 0)
        events = message["events"]
        if type(request.epoch) is not int or type(request.known) is not int or type(events) is not list:
            raise ValueError("shape")
    except (ValueError, KeyError, TypeError, AttributeError):
        request.epoch, request.unreadable, request.raw = -1, 1, rest
        return request
    for event in events[:MAX_EVENTS]:
        try:
            request.events.append(_event(event))
        except (ValueError, KeyError, TypeError, AttributeError):
            request.unreadable += 1
    request.unreadable += max(0, len(events) - MAX_EVENTS)
    if request.unreadable:
        request.raw = rest
    return request


def _event(event: dict[str, Any]) -> Event:
    seq, at = event["seq"], event["at"]
    kind = r.CLIENT_KINDS[event.get("kind", "answer")]
    item = intern(str(event.get("item", "")))  # the same few names in every sitting that is kept in memory
    value = orjson.dumps(event.get("value"))
    if type(seq) is not int or type(at) is not int or not 1 <= seq <= _MOST or not 0 <= at < 2**53:
        raise ValueError("number")
    if len(item) > 64 or len(value) > MAX_VALUE or "\x00" in item or b"\\u0000" in value:
        raise ValueError("size")
    return Event(seq, at, kind, item, value.decode())


def read_claim(grant: Grant, rest: bytes) -> Request:
    """A take-over: ``{"claim": "<random id of this page>"}``; the same id again gets the same epoch."""
    try:
        claim = orjson.loads(rest)["claim"]
        if type(claim) is not str or not 8 <= len(claim) <= 64:
            raise ValueError("claim")
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(400, "bad_claim") from error
    return Request("claim", grant.sitting, grant, claim=claim)


def read_state(grant: Grant) -> Request:
    return Request("state", grant.sitting, grant)


def read_order(signed: bytes, order: dict[str, Any]) -> Request:
    """One signed order to a sitting; ``seconds`` where the kind needs them."""
    kind, sitting = order["kind"], order.get("sitting")
    if kind not in r.ORDER_KINDS or type(sitting) is not int:
        raise Refused(400, "bad_order")
    if kind in ("extra", "grace") and (
        type(order.get("seconds")) is not int or abs(order["seconds"]) > 604_800
    ):
        raise Refused(400, "bad_order")
    if kind == "purge" and not _is_hash(order.get("receipt")):
        raise Refused(400, "bad_order")
    return Request("order", sitting, order=order, signed=signed.decode())


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and not set(value) - set("0123456789abcdef")
