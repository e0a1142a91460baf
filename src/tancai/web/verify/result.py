"""查询结果. Nothing found, too little given and a combination that is not accepted are one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tancai.credentials import api as credentials
from tancai.lib import clock, crypto
from tancai.web.verify.guard import limited, wants_json

_LONGEST = 100
VIEW = "verify.view"
_VIEW_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Shown:
    """A record with the key to its certificate view, good for half an hour."""

    record: credentials.PublicRecord
    token: str


def key_to(record: credentials.PublicRecord) -> str:
    return crypto.sign({"c": record.certificate_id}, VIEW, expires=clock.now() + _VIEW_LASTS)


# A look-up changes nothing, and employers' programs ask without a session.
@csrf_exempt
@limited
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Look up by the fields given. Document numbers are read from a POST only: addresses end up in logs."""
    asked = request.POST if request.method == "POST" else request.GET
    found = credentials.look_up(
        number=asked.get("number", "")[:_LONGEST],
        name=asked.get("name", "")[:_LONGEST],
        document=request.POST.get("document", "")[:_LONGEST],
        programme=asked.get("programme") or None,
        at=clock.now(),
    )
    if wants_json(request):
        return JsonResponse({"records": [as_json(each) for each in found]})
    context = {"found": [Shown(each, key_to(each)) for each in found], "asked_at": clock.now()}
    return render(request, "verify/result.html", context)


def as_json(record: credentials.PublicRecord) -> dict[str, object]:
    """What a program may know: exactly what the page shows."""
    return {
        "number": record.number,
        "name": record.name,
        "sex": record.sex,
        "document": record.document,
        "programme": record.programme,
        "title": record.title,
        "post": record.post,
        "level": record.level,
        "body": record.body,
        "issued_on": record.issued_on.isoformat(),
        "valid_from": record.valid_from.isoformat(),
        "valid_until": record.valid_until.isoformat() if record.valid_until else None,
        "state": record.state,
        "state_since": record.state_since.isoformat(),
        "corrected_on": record.corrected_on.isoformat() if record.corrected_on else None,
        "replaced_by": record.replaced_by or None,
    }
