"""Which sessions somebody may watch over: those of the programmes of the organisations he or she acts for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from tancai.exams import api as exams
from tancai.people import api as people
from tancai.programmes import api as programmes

ROLES = ("invigilator", "office")
View = Callable[..., HttpResponse]


def own_programmes(user: Any) -> list[str]:
    """Codes of the programmes whose sessions the user may watch over."""
    return programmes.codes_of_organisations(people.access_organisations(user, ROLES))


def invigilators_only(view: View) -> View:
    """Signed in and in the role somewhere; otherwise the page is not there."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not people.access_any(request.user, ROLES):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(checked)


def own_session(request: HttpRequest, session_id: int) -> exams.Session:
    found = exams.session(session_id)
    if found is None or not _may(request, found):
        raise Http404
    return found


def own_admission(request: HttpRequest, admission_id: int) -> exams.Admission:
    """An admission to watch over; never one's own exam."""
    found = exams.admission(admission_id)
    if found is None or not _may(request, found.session) or people.access_person(request.user, found.person):
        raise Http404
    return found


def _may(request: HttpRequest, session: exams.Session) -> bool:
    return people.access_at(request.user, ROLES, programmes.organisation_ids(session.programme))
