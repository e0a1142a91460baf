"""Own pieces of work in a list: opened again, renamed, put away and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.benches import Bench, bench
from tancai.web.workshop.speaking import language

MOST = 200


@dataclass(frozen=True)
class Line:
    """A piece of work in a list; ``note`` is what its bench says of it beside the name."""

    id: int
    name: str
    bench: Bench
    url: str
    touched: datetime
    handed_in: bool
    note: str = ""


@dataclass(frozen=True)
class Works:
    """The works of one bench: those in the list, those put away, and the one just put away (to undo)."""

    lines: list[Line]
    away: list[Line]
    undo: Line | None = None


def lines(works: Iterable[Any], note: Callable[[Any], str] = lambda _work: "") -> list[Line]:
    """Lines of ``labs.works(…)``; works of a bench that is no more are left out."""
    found = []
    for work in works:
        at = bench(work.bench)
        if at is not None:
            url = reverse(at.work, args=[work.id])
            found.append(Line(work.id, work.name, at, url, work.touched, work.handed_in, note(work)))
    return found


def own(request: HttpRequest, code: str, note: Callable[[Any], str] = lambda _work: "") -> Works:
    """For the page of a bench: ``{% include "workshop/parts/works.html" %}`` with this as ``works``."""
    user: Any = request.user
    away = lines(labs.works(user, bench=code, away=True)[:MOST], note)
    undo = next((one for one in away if str(one.id) == request.GET.get("away")), None)
    return Works(lines(labs.works(user, bench=code)[:MOST], note), away, undo)


def _work(request: HttpRequest, work_id: int) -> Any:
    try:
        return labs.work_of(request.user, work_id)  # type: ignore[arg-type]
    except labs.NoSuchWork:
        raise Http404 from None


def _list(work: Any, query: str = "") -> HttpResponse:
    at = bench(work.bench)
    return redirect(reverse(at.page if at else "workshop:home") + query + "#works")


@require_POST
@login_required
def rename(request: HttpRequest, work_id: int) -> HttpResponse:
    work = _work(request, work_id)
    try:
        labs.rename(work, request.POST.get("title", ""), by=request.user, at=clock.now())  # type: ignore[arg-type]
    except labs.NoName as error:
        messages.error(request, error.message(language()))
    else:
        messages.success(request, _("已改名。"))
    return _list(work)


@require_POST
@login_required
def put_away(request: HttpRequest, work_id: int) -> HttpResponse:
    work = _work(request, work_id)
    labs.put_away(work, by=request.user, at=clock.now())  # type: ignore[arg-type]
    return _list(work, f"?away={work.id}")


@require_POST
@login_required
def take_back(request: HttpRequest, work_id: int) -> HttpResponse:
    work = _work(request, work_id)
    labs.take_back(work, by=request.user, at=clock.now())  # type: ignore[arg-type]
    messages.success(request, _("“%(name)s”已放回列表。") % {"name": work.name})
    return _list(work)
