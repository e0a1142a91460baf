"""The door through which a bench page saves: entries in, the last number out; saving.js speaks to it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.speaking import language

BAD, GONE_BY = 400, 409


@require_POST
@login_required
def save(request: HttpRequest, work_id: int) -> HttpResponse:
    """``{"entries": [[seq, name, value], …]}`` -> ``{"high": n}``; 409 when closed or overtaken."""
    try:
        work = labs.work_of(request.user, work_id)  # type: ignore[arg-type]
    except labs.NoSuchWork:
        raise Http404 from None
    try:
        entries = [_entry(raw) for raw in json.loads(request.body)["entries"]]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"code": "unreadable"}, status=BAD)
    try:
        high = labs.write(work, entries, by=request.user, at=clock.now())  # type: ignore[arg-type]
    except labs.Closed as error:
        return JsonResponse({"code": "closed", "message": error.message(language())}, status=GONE_BY)
    except labs.Misfit as error:
        return JsonResponse(
            {"code": error.code, "seq": error.seq}, status=GONE_BY if error.code == "overtaken" else BAD
        )
    return JsonResponse({"high": high})


def _entry(raw: Any) -> labs.Entry:
    seq, name, value = raw
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 1 or not isinstance(name, str):
        raise ValueError(raw)
    return labs.Entry(seq, name, value)
