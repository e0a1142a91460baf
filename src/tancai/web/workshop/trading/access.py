"""Who sees what of a market: its traders their screen, its opener the console; for everybody else it is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from tancai.labs import api as labs

View = Callable[..., HttpResponse]


def seat_of(user: Any, market_id: int) -> Any:
    try:
        return labs.seat_of(user, market_id)
    except labs.NoSuchMarket:
        raise Http404 from None


def market_of(user: Any, market_id: int) -> Any:
    try:
        return labs.market_of(user, market_id)
    except labs.NoSuchMarket:
        raise Http404 from None


def own_seat(view: View) -> View:
    """``view(request, seat, …)``."""
    return _found(view, seat_of)


def own_market(view: View) -> View:
    """``view(request, market, …)`` for its opener."""
    return _found(view, market_of)


def _found(view: View, find: Callable[[Any, int], Any]) -> View:
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, market_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, find(request.user, market_id), *args, **kwargs)

    return wrapped


def either(request: HttpRequest, market_id: int) -> tuple[Any, Any]:
    """``(market, seat)``; the seat is None for an opener who does not trade."""
    try:
        seat = labs.seat_of(request.user, market_id)  # type: ignore[arg-type]
        return seat.market, seat
    except labs.NoSuchMarket:
        return market_of(request.user, market_id), None
