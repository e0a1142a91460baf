"""Candidates before the web pages: door, entry, hand-in, and people who sign in with a password."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tancai.bench.exam_day.saves import Page, Tally
from tancai.bench.exam_day.wire import Browser, Line, connect

_CONFIG = re.compile(rb'<script id="exam-config" type="application/json">(.*?)</script>', re.DOTALL)


class WentWrong(Exception):
    """A page did not answer as it should; the text names step and status."""


@dataclass
class Candidate:
    """Somebody with a ticket; ``browser`` and ``page`` appear on the way."""

    number: int
    ticket: str
    code: str
    browser: Browser | None = None
    check: str = ""
    room: str = ""
    page: Page | None = None
    receipt: str = ""


def source_of(number: int) -> str:
    """The loopback address a candidate comes from: twenty behind each, as behind the address of a small school."""
    group = number // 20
    return f"127.0.{1 + group // 250}.{1 + group % 250}"


def _need(step: str, status: int, wanted: int, body: bytes = b"") -> None:
    if status != wanted:
        raise WentWrong(f"{step}: {status}")


async def door(candidate: Candidate, web: int) -> None:
    """The exam address, ticket number and code, and the page that checks everything before the entry."""
    browser = candidate.browser = Browser(web, source_of(candidate.number))
    status, _, _ = await browser.get("/exam/")
    _need("door", status, 200)
    fields = urlencode({"ticket": candidate.ticket, "code": candidate.code}).encode()
    status, body, where = await browser.post("/exam/", fields)
    _need("code", status, 302, body)
    candidate.check = where
    status, _, _ = await browser.get(where)
    _need("check", status, 200)
    browser.close()


async def enter(candidate: Candidate, web: int, log: int) -> float:
    """Entry, exam room and paper; the moment the paper was there. The page then claims its sitting."""
    browser = candidate.browser
    assert browser is not None
    status, _, where = await browser.post(f"{candidate.check}enter/", b"")
    _need("enter", status, 302)
    candidate.room = where
    status, body, _ = await browser.get(where)
    _need("room", status, 200)
    found = _CONFIG.search(body)
    if found is None:
        raise WentWrong("room: no configuration")
    config: dict[str, Any] = json.loads(html.unescape(found[1].decode()))
    status, body, _ = await browser.get(config["paper"])
    _need("paper", status, 200)
    if body.count(b"data-item") == 0:
        raise WentWrong("paper: no questions")
    there = time.perf_counter()
    browser.close()
    candidate.page = Page(config["sitting"], config["token"])
    candidate.receipt = config["receipt"]
    line = await connect(log, source_of(candidate.number))
    status, body = await line.fetch(candidate.page.claim())
    line.close()
    _need("claim", status, 200)
    candidate.page.claimed(body)
    return there


async def hand_in(candidate: Candidate, web: int, log: int) -> float:
    """Hand-in to the log, sheet pulled by the web, receipt shown; the moment the receipt was there."""
    browser, page = candidate.browser, candidate.page
    assert browser is not None and page is not None
    line: Line = await connect(log, source_of(candidate.number))
    status, body = await line.fetch(page.hand_in())
    line.close()
    if not page.told(status, body):
        raise WentWrong(f"hand-in: {status} {body[:80]!r}")
    status, body, _ = await browser.post(f"{candidate.room}finish/", b"")
    _need("finish", status, 200)
    status, _, _ = await browser.get(candidate.receipt)
    _need("receipt", status, 200)
    browser.close()
    return time.perf_counter()


async def sign_in(number: int, login: str, password: str, web: int) -> float:
    """The sign-in page, and the password; the moment of the answer."""
    browser = Browser(web, source_of(number))
    status, _, _ = await browser.get("/account/login/")
    _need("sign-in page", status, 200)
    fields = urlencode({"login": login, "password": password}).encode()
    status, body, _ = await browser.post("/account/login/", fields)
    _need("sign-in", status, 302, body)
    browser.close()
    return time.perf_counter()


async def spread(
    visits: Sequence[Callable[[], Awaitable[float | None]]], *, seconds: float
) -> dict[str, object]:
    """Start the visits evenly over ``seconds`` whatever the answers do; latency from the start planned.

    With ``seconds`` 0 eight of them run at a time instead.
    """
    tally, begun = Tally(), time.perf_counter()
    gap = seconds / max(1, len(visits))
    few = asyncio.Semaphore(8)

    async def one(number: int, visit: Callable[[], Awaitable[float | None]]) -> None:
        planned = begun + number * gap
        if gap:
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
        try:
            if gap:
                done = await visit()
            else:
                async with few:
                    done = await visit()
            tally.latencies.append((done or time.perf_counter()) - planned)
        except (WentWrong, OSError) as error:
            tally.errors[str(error)] += 1

    await asyncio.gather(*(one(number, visit) for number, visit in enumerate(visits)))
    return tally.report(time.perf_counter() - begun)
