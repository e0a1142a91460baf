"""All certificates that are due, issued in the background: begun, watched, stopped."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.credentials import api as credentials
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.web.office.certificates import CLERKS, issuable, issuing_now, refusal
from tancai.web.shell.requests import SignedInRequest

_SHOWN = 50
"""So many refusals are told one by one; whoever they concern is still among those due."""


@require_POST
@login_required
def begin(request: SignedInRequest) -> HttpResponse:
    """Issue everything due, earliest promise first; what has been begun goes on instead of beginning twice."""
    rows = issuable(request)
    job = issuing_now(request)
    if job is None and rows:
        job = credentials.issue_many([row.pk for row in rows], by=request.user, at=clock.now())
    if job is None:
        return redirect("office:certificates_due")
    return redirect("office:certificates_issuing", job.pk)


def _own(request: HttpRequest, job_id: int) -> jobs.Job:
    """The work this user began, while still a clerk: it names holders."""
    job = jobs.jobs_of(request.user).filter(pk=job_id, kind=credentials.ISSUE_MANY).first()
    if job is None or not people.access_any(request.user, CLERKS):
        raise Http404
    return job


def _context(job: jobs.Job) -> dict[str, Any]:
    result = job.result or {}
    return {
        "job": job,
        "working": not job.over,
        "stopped": job.state == jobs.Job.CANCELLED,
        "finished": job.state == jobs.Job.DONE,
        "issued": result.get("issued", 0),
        "refused": len(result.get("refused", ())),
        "shown": [(_name(pk), refusal(code)) for pk, code in result.get("refused", ())[:_SHOWN]],
    }


def _name(result_id: int) -> str:
    result = marking.result(result_id)
    person = people.person(result.person_id) if result is not None else None
    return person.name if person is not None else "—"


@never_cache
@require_GET
@login_required
def page(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far it is, and what came of it."""
    return render(request, "office/certificates/issuing.html", _context(_own(request, job_id)))


@never_cache
@require_GET
@login_required
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The part of the page that is asked for while it works."""
    return render(request, "office/certificates/issuing_progress.html", _context(_own(request, job_id)))


@require_POST
@login_required
def stop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop after the certificate in hand; those that are issued stay."""
    jobs.cancel(_own(request, job_id), by=request.user, at=clock.now())
    return redirect("office:certificates_issuing", job_id)


issuing_urls = [
    path("certificates/due/all/", begin, name="certificates_issue_all"),
    path("certificates/due/all/<int:job_id>/", page, name="certificates_issuing"),
    path("certificates/due/all/<int:job_id>/progress/", progress, name="certificates_issuing_progress"),
    path("certificates/due/all/<int:job_id>/stop/", stop, name="certificates_issuing_stop"),
]
