"""A large file on its way in: progress, what was found, taking it in; the worker does the work."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.files import api as files
from tancai.items import api as items
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.web.author.access import author_only, collections


def begin(
    request: HttpRequest, stored: files.StoredFile, asked: Any, *, dry_run: bool, total: int = 0
) -> Any:
    """Queue the work on a kept file."""
    return items.start_import(
        stored,
        collection=asked.collection,
        topic=asked.topic,
        form=asked.form,
        topics=asked.topics,
        dry_run=dry_run,
        total=total,
        by=request.user,
        at=clock.now(),
    )


def _own(request: HttpRequest, job_id: int) -> Any:
    """The job, if this user began it and may still write in its collection."""
    job = jobs.jobs_of(request.user).filter(pk=job_id, kind=items.IMPORT).first()
    if job is None or job.params["collection"] not in collections(request.user):
        raise Http404
    return job


def _file(job: Any) -> files.StoredFile:
    stored = files.file(job.params["file"])
    if stored is None:
        raise Http404
    return stored


@require_GET
@author_only
def page(request: HttpRequest, job_id: int) -> HttpResponse:
    """Where the work stands; when it is done, what became of every item."""
    from tancai.web.author.importing import report

    job = _own(request, job_id)
    found = items.import_report(job) if job.state == job.DONE else None
    if found is None:
        return render(request, "author/import_job.html", _standing(job))
    return report(request, _file(job), found, request.GET, done=not job.params["dry_run"], job=job)


def _standing(job: Any) -> dict[str, Any]:
    return {
        "job": job,
        "name": getattr(files.file(job.params["file"]), "name", ""),
        "dry_run": job.params["dry_run"],
        "working": not job.over,
        "stopped": job.state == job.CANCELLED,
    }


@never_cache
@require_GET
@author_only
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The progress line, asked for every second; the page is loaded anew once the work is over."""
    job = _own(request, job_id)
    answer = render(request, "author/parts/import_progress.html", _standing(job))
    if job.over:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@author_only
def take(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take in what a finished look has found."""
    from tancai.web.author.importing import chosen

    looked = _own(request, job_id)
    if not looked.params["dry_run"] or looked.state != looked.DONE:
        raise Http404
    given = {name: looked.params[key] for name, key in (("collection", "collection"), ("format", "form"))}
    topic = looked.params["topic"]
    asked = chosen(request, {**given, "topic": "" if topic == items.UNSORTED else topic})
    total = sum(looked.result["counts"].values())
    return redirect("author:import_job", begin(request, _file(looked), asked, dry_run=False, total=total).pk)


@require_POST
@author_only
def stop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop the work; what was taken in by then stays."""
    job = _own(request, job_id)
    jobs.cancel(job, by=request.user, at=clock.now())
    messages.info(request, _("正在停止。"))
    return redirect("author:import_job", job.pk)


@require_POST
@author_only
def again(request: HttpRequest, job_id: int) -> HttpResponse:
    """The same work once more; items that are in already stay as they are."""
    old = _own(request, job_id)
    if not old.over:
        return redirect("author:import_job", old.pk)
    params = {
        name: old.params[name] for name in ("collection", "topic", "form", "topics", "dry_run", "total")
    }
    job = items.start_import(_file(old), **params, by=request.user, at=clock.now())
    return redirect("author:import_job", job.pk)


@require_GET
@author_only
def refused(request: HttpRequest, job_id: int) -> HttpResponse:
    """What is not taken in, as a workbook to mend the file by."""
    from tancai.web.author.importing import refused_list

    found = items.import_report(_own(request, job_id))
    if found is None:
        raise Http404
    return refused_list(found)
