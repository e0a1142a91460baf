from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.web.shell import navigation


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """What waits for this user today, from every desk."""
    items = navigation.due_items(request)
    rails = navigation.rail(navigation.groups(request))
    return render(
        request,
        "site/dashboard.html",
        {"items": items, "layout": "shell/staff.html" if rails else "shell/candidate.html"},
    )
