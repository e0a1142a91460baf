"""Parts of the screens as HTML: those that everybody sees are made once a move and language, the own ones by seat."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from tancai.engines.trading import compliance
from tancai.labs import api as labs
from tancai.web.workshop.trading.drawing import candles

PUBLIC = ("head", "quote", "book", "tape", "chart", "deals", "news")
OWN = ("orders", "position", "duty", "refusals")
CONSOLE = ("all_orders", "ranking")
KEPT = 64

_made: OrderedDict[tuple[int, int, str], tuple[Any, dict[str, str]]] = OrderedDict()
_lock = threading.Lock()


def public(market: Any, code: str) -> tuple[labs.Board, dict[str, str]]:
    """The board and its parts in a language (``zh-hans`` or ``en``)."""
    board = labs.market_board(market)
    key = (market.pk, board.number, code)
    with _lock:
        found = _made.get(key)
    if found is None or found[0] != board:
        found = board, {name: _part(name, code, _board(board, market)) for name in PUBLIC}
        with _lock:
            _made[key] = found
            while len(_made) > KEPT:
                _made.popitem(last=False)
    return found


def _board(board: labs.Board, market: Any) -> dict[str, Any]:
    most = max([quantity for _price, quantity in (*board.bids, *board.asks)], default=1)
    return {
        "board": board,
        "market": market,
        "asks": [(price, some, round(100 * some / most)) for price, some in board.asks[::-1]],
        "bids": [(price, some, round(100 * some / most)) for price, some in board.bids],
        "drawn": candles(board.candles, board.candles[0].open if not board.previous else board.previous),
    }


def of_seat(seat: Any, code: str) -> dict[str, Any]:
    """Everything a trader's screen shows: ``number`` and ``parts``."""
    board, found = public(seat.market, code)
    own = labs.own_side(seat)
    values = {"board": board, "own": own, "seat": seat, "steps": calendar(board.now.date())}
    parts = {**found, **{name: _part(name, code, values) for name in OWN}}
    return {"number": board.number, "status": board.status, "phase": board.phase, "parts": parts}


def of_console(market: Any, code: str) -> dict[str, Any]:
    """Everything the console shows."""
    board, found = public(market, code)
    seats = {one.account: one for one in labs.people_in(market)}
    lines = [(one, seats[one.account]) for one in labs.market_ranking(market)]
    values = {"board": board, "market": market, "orders": labs.open_orders(market), "lines": lines}
    parts = {**found, **{name: _part(name, code, values) for name in CONSOLE}}
    return {"number": board.number, "status": board.status, "phase": board.phase, "parts": parts}


def _part(name: str, code: str, values: dict[str, Any]) -> str:
    with translation.override(code):
        return render_to_string(f"workshop/trading/parts/{name}.html", values)


def calendar(today: date) -> list[tuple[Any, str]]:
    """Steps of the compliance year beside what they are on a day: done, next or later."""
    found, following = [], True
    for step in compliance.CALENDAR_2026:
        state = "done" if step.day < today else "next" if following else "later"
        following = following and step.day < today
        found.append((step, state))
    return found
