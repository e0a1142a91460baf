"""Screens as a stream of server-sent events. One poller a market and process makes the clock go on and looks for news;
every screen is sent the parts that differ from what it has. Above a number of streams the page asks by itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.shell import streams
from tancai.web.workshop.trading import parts
from tancai.web.workshop.trading.access import market_of, seat_of

PERIOD = 0.5
"""Seconds between two looks at a market; the fastest clock makes a step a second."""

MOST_STREAMS, MOST_OWN = 200, 4
"""Streams of this process, and of one person."""

Look = Callable[[], dict[str, Any]]

markets = streams.Pollers("market-poller", PERIOD)
_streams: Counter[int] = Counter()


class _Viewer:
    """``known`` are the parts as this screen has them."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.known: dict[str, str] = {}
        self.number = -1

    async def tell(self, poller: streams.Poller) -> str | None:
        if not self.behind(poller):
            return None
        told = await markets.run(self.look)
        self.number = max(told["number"], poller.number)
        fresh = {name: html for name, html in told["parts"].items() if self.known.get(name) != html}
        self.known |= fresh
        return f"data: {json.dumps({**told, 'parts': fresh}, ensure_ascii=False)}\n\n"

    def behind(self, poller: streams.Poller) -> bool:
        return poller.number != self.number


def news(market_id: int) -> None:
    """A move was made in this process: tell those who watch at once."""
    markets.moved(market_id)


def _look(market: Any) -> int:
    labs.tick(market, at=clock.now())
    return labs.market_number(market)


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
    if full or not streams.can_stream(request):
        return streams.no_stream()
    return streams.streamed(_counted(market, look, who))


async def _counted(market: Any, look: Look, who: int) -> AsyncIterator[str]:
    _streams[who] += 1
    try:
        async with aclosing(markets.events(market.pk, lambda: _look(market), _Viewer(look))) as events:
            async for event in events:
                yield event
    finally:
        _streams[who] -= 1
        if not _streams[who]:
            del _streams[who]
