from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.publishing import api as publishing
from tancai.web.site import road_guide


def page(request: HttpRequest) -> HttpResponse:
    """What a candidate must know before applying: the road, the dates and the promises side by side."""
    views = programmes.programmes(on=clock.today())
    return render(
        request,
        "site/guide.html",
        {"programmes": views, "steps": road_guide.steps(), "notices": publishing.notices()[:8]},
    )
