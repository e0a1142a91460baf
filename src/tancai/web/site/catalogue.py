from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.lib import clock
from tancai.programmes import api as programmes


def page(request: HttpRequest) -> HttpResponse:
    """All programmes with what a candidate compares: levels, shape of entry, next exam, fee, certificate."""
    at = clock.now()
    rows = []
    for view in programmes.programmes(on=clock.today()):
        days = programmes.open_days(view.code, at=at)
        rows.append({"view": view, "definition": view.definition, "day": days[0] if days else None})
    return render(request, "site/catalogue.html", {"rows": rows})
