"""The sessions of today, and which need an invigilator now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.invigilator.access import own_programmes, readers_only


@readers_only
def page(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    found = exams.sessions_around(at, programmes=own_programmes(request.user)).prefetch_related("events")
    sessions = [
        {
            "session": session,
            "definition": programmes.definition_of(session.edition_id),
            "state": exams.SESSION_STATES[exams.session_state(session, at)],
        }
        for session in found
    ]
    return render(request, "invigilator/home.html", {"sessions": sessions})
