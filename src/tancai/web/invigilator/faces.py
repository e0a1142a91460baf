"""The newest picture of everybody whose camera runs, on one page, for the eyes of whoever watches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.web.invigilator.access import invigilators_only, own_session
from tancai.web.invigilator.room import frame
from tancai.web.roads import pictures

A_PAGE = 30


@never_cache
@invigilators_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id)
    return render(request, "invigilator/faces.html", _context(request, session))


def _context(request: HttpRequest, session: exams.Session) -> dict[str, Any]:
    at = clock.now()
    admissions = [
        row for row in exams.admissions(session) if not people.access_person(request.user, row.person)
    ]
    newest = proctoring.newest_pictures(row.pk for row in admissions)
    shown = [row for row in admissions if row.pk in newest]
    start = A_PAGE * max(0, int(text) - 1 if (text := request.GET.get("page", "1")).isdecimal() else 0)
    part = shown[start : start + A_PAGE]
    seen = [newest[row.pk] for row in part]
    if seen:
        proctoring.look_at(("session", session.pk), seen, by=request.user, at=at, portraits=len(seen))
    return {
        **frame(request, session, "faces"),
        "adapter_words": proctoring.adapter_words(settings.TANCAI_IDENTITY["adapter"]),
        "rows": [
            {
                "admission": row,
                "picture": newest[row.pk],
                "url": pictures.address(newest[row.pk], request.user, at),
                "portrait": pictures.portrait_address(row, request.user, at),
                "age": int((at - newest[row.pk].received_at).total_seconds()),
            }
            for row in part
        ],
        "pages": range(1, -(-len(shown) // A_PAGE) + 1) if len(shown) > A_PAGE else (),
        "here": start // A_PAGE + 1,
    }
