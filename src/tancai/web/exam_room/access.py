"""Whose exam this is: the account's own, or the one opened in this browser with ticket number and entry code."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest

from tancai.exams import api as exams
from tancai.lib import clock
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


def own_entry(request: HttpRequest, sitting_id: int) -> tuple[exams.Sitting, exams.Entry | None]:
    """The sitting and its entry, None before it has begun and after its end; Http404 where it is not this visitor's.

    For the pages that follow the entry at once what ``remember`` kept is used instead of asking the database again.
    """
    kept: exams.Entry | None = cache.get(_kept_name(sitting_id))
    if kept is not None and clock.now() < kept.ends and _is_own(request, kept.sitting.admission):
        return kept.sitting, kept
    sitting = own_sitting(request, sitting_id)
    return sitting, exams.entry_of(sitting)


def remember(entry: exams.Entry) -> None:
    """Keep an entry for the exam room and the paper, which the browser asks for next; a minute long."""
    cache.set(_kept_name(entry.sitting.pk), entry, timeout=60)


def forget(sitting_id: int) -> None:
    cache.delete(_kept_name(sitting_id))


def _kept_name(sitting_id: int) -> str:
    return f"exam_room.entry:{sitting_id}"


def open_with_code(request: HttpRequest, admission: exams.Admission) -> None:
    """Remember that this browser has shown ticket number and code."""
    request.session[SESSION_KEY] = admission.pk


def opened_with_code(request: HttpRequest) -> int | None:
    return request.session.get(SESSION_KEY)


def _is_own(request: HttpRequest, admission: exams.Admission) -> bool:
    return opened_with_code(request) == admission.pk or people.access_person(request.user, admission.person)
