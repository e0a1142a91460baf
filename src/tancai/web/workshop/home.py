"""The way in: benches, and the work last touched."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.web.workshop.benches import BENCHES


@login_required
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "workshop/home.html", {"benches": BENCHES})
