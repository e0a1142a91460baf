"""Whose exam this is: the account's own, or the one opened in this browser with ticket number and entry code."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.lib.kept import Kept
from tancai.people import api as people

SESSION_KEY = "exam_admission"
TRIAL_KEY = "trial_admissions"
"""The exam opened with a code for its test run alone, and the test run: the exam itself stays closed."""


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


_entries: Kept[exams.Entry] = Kept(seconds=60, most=20_000)
_browsers: Kept[str] = Kept(seconds=10, most=20_000)


def own_entry(request: HttpRequest, sitting_id: int) -> tuple[exams.Sitting, exams.Entry | None]:
    """The sitting and its entry, None before it has begun and after its end; Http404 where it is not this visitor's.

    For the pages that follow the entry at once what ``remember`` kept is used instead of asking the database again.
    """
    kept = _entries.get(sitting_id)
    if kept is not None and clock.now() < kept.ends:
        browser = _browsers.get(sitting_id)
        just_entered = browser is not None and browser == request.session.session_key
        if just_entered or _is_own(request, kept.sitting.admission):
            return kept.sitting, kept
    sitting = own_sitting(request, sitting_id)
    return sitting, exams.entry_of(sitting)


def remember(request: HttpRequest, entry: exams.Entry) -> None:
    """Keep an entry for the exam room and the paper, which the browser asks for next; a minute long.

    The session was just found to be this candidate's: for some seconds whoever shows the same need not have it read
    again.
    """
    _entries.put(entry.sitting.pk, entry)
    if request.session.session_key:
        _browsers.put(entry.sitting.pk, request.session.session_key)


def forget(sitting_id: int) -> None:
    _entries.forget(sitting_id)
    _browsers.forget(sitting_id)


def open_with_code(request: HttpRequest, admission: exams.Admission) -> None:
    """Remember that this browser has shown ticket number and code; for somebody else it is another session."""
    if request.session.get(SESSION_KEY) not in (None, admission.pk):
        request.session.cycle_key()
    request.session[SESSION_KEY] = admission.pk


def opened_with_code(request: HttpRequest) -> int | None:
    return request.session.get(SESSION_KEY)


def own_trial(request: HttpRequest, admission_id: int) -> exams.Admission:
    """An exam whose test run this visitor may do; Http404 otherwise, and for a test run itself."""
    found = exams.admission(admission_id)
    if found is None or found.session.kind == exams.Session.REHEARSAL:
        raise Http404
    if admission_id not in request.session.get(TRIAL_KEY, []) and not _is_own(request, found):
        raise Http404
    return found


def open_trial(request: HttpRequest, admission: exams.Admission, rehearsal: exams.Admission | None) -> None:
    """Remember for a visitor with a code which test run is his or hers."""
    if people.access_person(request.user, admission.person):
        return
    wanted = [admission.pk, *([rehearsal.pk] if rehearsal else [])]
    if request.session.get(TRIAL_KEY) != wanted:
        request.session[TRIAL_KEY] = wanted


def _is_own(request: HttpRequest, admission: exams.Admission) -> bool:
    if opened_with_code(request) == admission.pk or people.access_person(request.user, admission.person):
        return True
    rehearsal = admission.session.kind == exams.Session.REHEARSAL
    return rehearsal and admission.pk in request.session.get(TRIAL_KEY, [])
