"""What everybody made of the market: all of it for whoever opened it, one's own line for a trader."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.labs import api as labs
from tancai.web.workshop.trading.access import either


@login_required
def page(request: HttpRequest, market_id: int) -> HttpResponse:
    market, seat = either(request, market_id)
    opener = market.opener_id == request.user.pk
    context = {
        "market": market,
        "seat": seat,
        "opener": opener,
        "board": labs.market_board(market),
        "lines": lines(market, seat, opener),
        "record": labs.market_record(market) if opener else None,
    }
    return render(request, "workshop/trading/results.html", context)


def lines(market: Any, seat: Any, opener: bool) -> list[tuple[labs.Standing, Any]]:
    """The ranking with the seats; a trader who did not open the market sees the own line only."""
    seats = {one.account: one for one in labs.people_in(market)}
    found = [(one, seats[one.account]) for one in labs.market_ranking(market)]
    return found if opener else [pair for pair in found if seat and pair[0].account == seat.account]
