"""证书查询: choose by what you have, ask, know in ten seconds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tancai.lib import clock
from tancai.web.verify.ways import Way, ways


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The form for one way of asking (``?by=``); the first way is accepted everywhere."""
    known = ways(clock.today())
    return render(
        request, "verify/home.html", {"ways": known, "way": chosen(known, request.GET.get("by", ""))}
    )


def chosen(known: list[Way], key: str) -> Way | None:
    return next((way for way in known if way.key == key), known[0] if known else None)
