"""The way in: benches, and the work last touched."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.labs import api as labs
from tancai.web.workshop.benches import BENCHES
from tancai.web.workshop.works import lines

LATEST = 6


@login_required
def page(request: HttpRequest) -> HttpResponse:
    latest = lines(labs.works(request.user)[:LATEST])  # type: ignore[arg-type]
    return render(request, "workshop/home.html", {"benches": BENCHES, "latest": latest})
