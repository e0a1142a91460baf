"""The bench of trading: join a market by its code, open one, and the markets one is in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.engines.trading import packs
from tancai.labs import api as labs
from tancai.lib import clock, limits
from tancai.web.workshop.speaking import language

MOST = 50


@login_required
def page(request: HttpRequest, given: Any = None) -> HttpResponse:
    user: Any = request.user
    facts = [fact for fact in packs.load("cea").facts.values() if fact.choices and fact.choices != "number"]
    context = {
        "seats": labs.seats_of(user)[:MOST],
        "markets": labs.markets_of(user)[:MOST],
        "scenarios": labs.SCENARIOS.values(),
        "facts": facts,
        "most": labs.MOST_BOTS,
        "given": given or {"bots": "30", "scenario": "gap"},
    }
    return render(request, "workshop/trading/home.html", context, status=422 if given else 200)


@require_POST
@login_required
def open_market(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not limits.allow(f"market-open:{user.pk}", limit=10, seconds=3600):
        messages.error(request, _("您一小时内开设的市场已达10个，请稍后再开。"))
        return redirect("workshop:trading")
    given = {name: request.POST.get(name, "").strip() for name in ("title", "scenario", "bots", "seed")}
    facts = packs.load("cea").facts.values()
    choices = {
        fact.name: chosen
        for fact in facts
        if fact.choices
        and (chosen := request.POST.get(f"rule.{fact.name}", ""))
        and chosen != str(fact.value)
    }
    try:
        market = labs.open_market(
            title=given["title"],
            scenario=given["scenario"],
            bots=_whole(given["bots"], _("模拟交易者数量")),
            seed=_whole(given["seed"], _("随机种子")) if given["seed"] else None,
            choices=choices,
            by=user,
            at=clock.now(),
        )
    except labs.NoName:
        messages.error(request, _("请填写市场名称。"))
    except labs.LabsError as error:
        messages.error(request, error.message(language()))
    else:
        return redirect("workshop:trading_console", market.pk)
    return page(request, given)


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        words = _("%(name)s应为不超过9位的整数。") % {"name": name}
        raise labs.BadMarket(words)
    return int(text)


@require_POST
@login_required
def join(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not limits.allow(f"market-join:{user.pk}", limit=12, seconds=60):
        messages.error(request, _("尝试次数过多，请一分钟后再试。"))
        return redirect("workshop:trading")
    try:
        seat = labs.join(request.POST.get("code", "")[:20], by=user, at=clock.now())
    except labs.LabsError as error:
        messages.error(request, error.message(language()))
        return redirect("workshop:trading")
    return redirect("workshop:trading_screen", seat.market_id)
