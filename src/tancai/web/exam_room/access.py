"""Whose exam this is: the account's own, or the one opened in this browser with ticket number and entry code."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from tancai.exams import api as exams
from tancai.people import api as people

SESSION_KEY = "exam_admission"


def own_admission(request: HttpRequest, admission_id: int) -> exams.Admission:
    """The admission if it is this visitor's; Http404 otherwise."""
    found = exams.admission_for_page(admission_id)
    if found is None or not _is_own(request, found):
        raise Http404
    return found


def own_sitting(request: HttpRequest, sitting_id: int) -> exams.Sitting:
    """The sitting if it is this visitor's; Http404 otherwise."""
    found = exams.sitting_for_page(sitting_id)
    if found is None or not _is_own(request, found.admission):
        raise Http404
    return found


def open_with_code(request: HttpRequest, admission: exams.Admission) -> None:
    """Remember that this browser has shown ticket number and code."""
    request.session[SESSION_KEY] = admission.pk


def opened_with_code(request: HttpRequest) -> int | None:
    return request.session.get(SESSION_KEY)


def _is_own(request: HttpRequest, admission: exams.Admission) -> bool:
    return opened_with_code(request) == admission.pk or people.access_person(request.user, admission.person)
