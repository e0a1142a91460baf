"""What opens from the code on a paper certificate: what is printed there, and whether it still stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tancai.credentials import api as credentials
from tancai.lib import clock
from tancai.web.verify.guard import limited, wants_json
from tancai.web.verify.result import Shown, as_json, key_to


@limited
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The record, when number and printed code agree; otherwise nothing was found."""
    record = credentials.by_code(number[:40], request.GET.get("k", "")[:40], at=clock.now())
    if wants_json(request):
        records = [as_json(record)] if record else []
        return JsonResponse({"records": records}, status=200 if record else 404)
    context = {"found": [Shown(record, key_to(record))] if record else [], "asked_at": clock.now()}
    return render(request, "verify/result.html", context, status=200 if record else 404)
