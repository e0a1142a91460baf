"""The console of whoever opened the market: the clock, trading on and off, messages, wrong orders, the ranking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock, limits
from tancai.web.workshop.speaking import language
from tancai.web.workshop.trading import parts, stream
from tancai.web.workshop.trading.access import own_market
from tancai.web.workshop.trading.words import PACES


@own_market
def page(request: HttpRequest, market: Any) -> HttpResponse:
    first = parts.of_console(market, get_language() or "")
    board = labs.market_board(market)
    context = {
        "market": market,
        "scenario": labs.SCENARIOS[market.scenario],
        "first": first,
        "part": first["parts"],
        "board": board,
        "paces": PACES,
        "steps": [step for step, state in parts.calendar(board.now.date()) if state != "done"],
    }
    return render(request, "workshop/trading/console.html", context)


@own_market
def now(request: HttpRequest, market: Any) -> HttpResponse:
    labs.tick(market, at=clock.now())
    if request.GET.get("number") == str(labs.market_number(market)):
        return HttpResponse(status=204)
    return JsonResponse(parts.of_console(market, get_language() or ""))


def _pace(market: Any, given: Any, who: dict[str, Any]) -> None:
    text = given.get("pace", "")
    labs.set_pace(market, int(text) if text.isascii() and text.isdecimal() else 0, **who)


def _go_to(market: Any, given: Any, who: dict[str, Any]) -> None:
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise labs.BadMarket(_("请选择日期。")) from None
    labs.go_to(market, day, **who)


def _strike(market: Any, given: Any, who: dict[str, Any]) -> None:
    found = labs.strike(market, given.get("order", ""), reason=given.get("reason", ""), **who)
    if found.problem is not None:
        raise labs.BadMarket(found.problem.words(language()))


VERBS: dict[str, Callable[[Any, Any, dict[str, Any]], None]] = {
    "run": lambda market, _given, who: labs.run(market, **who),
    "pause": lambda market, _given, who: labs.pause(market, **who),
    "pace": _pace,
    "session": lambda market, _given, who: labs.advance(market, "session", **who),
    "day": lambda market, _given, who: labs.advance(market, "day", **who),
    "goto": _go_to,
    "halt": lambda market, _given, who: labs.halt(market, True, **who),
    "resume": lambda market, _given, who: labs.halt(market, False, **who),
    "tell": lambda market, given, who: labs.tell(market, given.get("text", ""), **who),
    "strike": _strike,
    "end": lambda market, _given, who: labs.end(market, **who),
}


@require_POST
@own_market
def command(request: HttpRequest, market: Any, verb: str) -> HttpResponse:
    act = VERBS.get(verb)
    if act is None:
        raise Http404
    if not limits.allow(f"market-command:{market.pk}", limit=60, seconds=60):
        messages.error(request, _("操作太快，请稍等几秒再试。"))
        return redirect("workshop:trading_console", market.pk)
    try:
        act(market, request.POST, {"by": request.user, "at": clock.now()})
    except labs.LabsError as error:
        messages.error(request, error.message(language()))
    stream.news(market.pk)
    if verb == "end":
        return redirect("workshop:trading_results", market.pk)
    return redirect("workshop:trading_console", market.pk)
