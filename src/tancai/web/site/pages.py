"""Pages that only say something: about, privacy, accessibility; and the mark that browsers ask for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static

from tancai.lib import clock
from tancai.programmes import api as programmes


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html", {"programmes": programmes.programmes(on=clock.today())})


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "site/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "site/accessibility.html")


def favicon(request: HttpRequest) -> HttpResponse:
    """Programs that read no page look here for the mark."""
    return redirect(static("shell/favicon.svg"))
