from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.shell.templatetags.shell import maybe_url


def page(request: HttpRequest) -> HttpResponse:
    """How a certificate is kept valid: periods, registrations, and what counts as continuing education."""
    views = programmes.programmes(on=clock.today())
    return render(
        request,
        "site/continuing.html",
        {
            "programmes": views,
            "certificates_url": maybe_url("candidate:certificates") or maybe_url("candidate:home"),
        },
    )
