"""Pages that only say something: about, privacy, accessibility."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.lib import clock
from tancai.programmes import api as programmes


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html", {"programmes": programmes.programmes(on=clock.today())})


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "site/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "site/accessibility.html")
