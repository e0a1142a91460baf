"""Which sessions somebody may watch over: those of the programmes of the organisations he or she acts for.

Supervisors see the same pages and give no orders.
"""

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
READERS = (*ROLES, "supervisor")
View = Callable[..., HttpResponse]


def own_programmes(user: Any) -> list[str]:
    """Codes of the programmes whose sessions the user may watch over."""
    return programmes.codes_of_organisations(people.access_organisations(user, READERS))


def _only(roles: tuple[str, ...], view: View) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not people.access_any(request.user, roles):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(checked)


def invigilators_only(view: View) -> View:
    """Signed in and in the role somewhere; otherwise the page is not there."""
    return _only(ROLES, view)


def readers_only(view: View) -> View:
    """Invigilators and those who only look on."""
    return _only(READERS, view)


def own_session(request: HttpRequest, session_id: int, roles: tuple[str, ...] = ROLES) -> exams.Session:
    found = exams.session(session_id)
    if found is None or not _may(request, found, roles):
        raise Http404
    return found


def own_admission(request: HttpRequest, admission_id: int, roles: tuple[str, ...] = ROLES) -> exams.Admission:
    """An admission to watch over; never one's own exam."""
    found = exams.admission(admission_id)
    if (
        found is None
        or not _may(request, found.session, roles)
        or people.access_person(request.user, found.person)
    ):
        raise Http404
    return found


def may_order(request: HttpRequest, session: exams.Session) -> bool:
    return _may(request, session, ROLES)


def own_admission_id(request: HttpRequest, session: exams.Session) -> int | None:
    """The admission of the person who looks, where somebody sits an exam of a body he or she works for."""
    person = people.person_of(request.user)
    if person is None:
        return None
    return exams.admissions(session).filter(person=person).values_list("pk", flat=True).first()


def _may(request: HttpRequest, session: exams.Session, roles: tuple[str, ...]) -> bool:
    return people.access_at(request.user, roles, programmes.organisation_ids(session.programme))
