"""A trader's live screen: the page, what is new as JSON, and the door for moves."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock, limits
from tancai.web.workshop.speaking import language
from tancai.web.workshop.trading import parts, stream
from tancai.web.workshop.trading.access import own_seat
from tancai.web.workshop.trading.words import MOVES

YEAR = "2025"
MANY = 40
"""Moves of one seat in ten seconds."""

UNREADABLE, TOO_MANY, GONE = 400, 429, 409


@own_seat
def page(request: HttpRequest, seat: Any) -> HttpResponse:
    first = parts.of_seat(seat, get_language() or "")
    context = {"seat": seat, "market": seat.market, "first": first, "part": first["parts"]}
    return render(request, "workshop/trading/screen.html", context)


@own_seat
def now(request: HttpRequest, seat: Any) -> HttpResponse:
    """Everything on the screen when it is newer than ``?number=``, else 204; the clock is looked after as well."""
    labs.tick(seat.market, at=clock.now())
    if request.GET.get("number") == str(labs.market_number(seat.market)):
        return HttpResponse(status=204)
    return JsonResponse(parts.of_seat(seat, get_language() or ""))


@require_POST
@own_seat
def move(request: HttpRequest, seat: Any) -> HttpResponse:
    """``{"key", "kind", "values": {column: text}}`` -> ``{"ok", "number", "message", "field"}``.

    A move that the rules refuse is kept as well and answered with its reason (``ok`` is false); 409 when the market has
    ended."""
    if not limits.allow(f"market-move:{seat.pk}", limit=MANY, seconds=10):
        return _said(False, _("操作太快，请稍等几秒再试。"), TOO_MANY)
    try:
        key, kind, values = _read(request.body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _said(False, _("内容无法识别，请刷新页面后重试。"), UNREADABLE)
    if kind == "surrender":
        values["other"] = YEAR
    try:
        found = labs.place(seat, kind, values, key=key, by=request.user, at=clock.now())  # type: ignore[arg-type]
    except labs.BadMarket as error:
        return _said(False, error.message(language()), UNREADABLE)
    except labs.LabsError as error:
        return _said(False, error.message(language()), GONE)
    stream.news(seat.market_id)
    if found.problem is not None:
        return _said(False, found.problem.words(language()), 200, found.number, found.problem.field)
    words = _("%(move)s已受理，编号%(number)s。") % {"move": MOVES[kind], "number": found.number}
    return _said(True, words, 200, found.number)


def _read(body: bytes) -> tuple[str, str, dict[str, str]]:
    given = json.loads(body)
    key, kind = given["key"], given["kind"]
    values = {str(name): str(text) for name, text in given["values"].items() if text is not None}
    if not isinstance(key, str) or not 8 <= len(key) <= 40 or not isinstance(kind, str):
        raise ValueError("key")
    return key, kind, values


def _said(ok: bool, message: str, status: int, number: int = 0, field: str = "") -> HttpResponse:
    return JsonResponse({"ok": ok, "message": message, "number": number, "field": field}, status=status)
