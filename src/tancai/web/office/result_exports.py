"""Responses of a session given out as files: chosen, made in the background, fetched within some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tancai.exams import api as exams
from tancai.files import api as files
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.office.results import RELEASERS, _named

_FORMS = {
    "csv": gettext_lazy("表格（CSV，每行一题的作答）"),
    "qti3": gettext_lazy("QTI 3.0 成绩（每名考生一个文件，打成压缩包）"),
    "qti22": gettext_lazy("QTI 2.2 成绩（每名考生一个文件，打成压缩包）"),
    "qti21": gettext_lazy("QTI 2.1 成绩（每名考生一个文件，打成压缩包）"),
}


class ExportForm(forms.Form):
    """Format, and names only with a reason."""

    form = forms.ChoiceField(label=gettext_lazy("格式"), choices=list(_FORMS.items()))
    names = forms.BooleanField(label=gettext_lazy("附上准考证号和姓名"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("附上姓名的理由"),
        help_text=gettext_lazy("不附姓名时不用填。理由会记入操作记录。"),
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("names") and not found.get("reason", "").strip():
            self.add_error("reason", _("附上姓名须写明理由。"))
        return found


@dataclass(frozen=True)
class Made:
    """One export of the session as the page lists it."""

    job: Any
    form: str
    names: bool
    by: str
    at: datetime
    file: Any

    @property
    def working(self) -> bool:
        return not self.job.over


def _session(request: HttpRequest, session_id: int) -> Any:
    """The session, for those of its body who may release its results."""
    session = exams.session(session_id)
    if session is None or session.kind == "rehearsal":
        raise Http404
    if not people.access_at(request.user, RELEASERS, programmes.organisation_ids(session.programme)):
        raise Http404
    return session


def _jobs(session: Any) -> Any:
    return jobs.Job.objects.filter(kind=marking.EXPORT, params__session=session.pk).order_by("-id")


def _made(session: Any) -> list[Made]:
    return [
        Made(
            job=job,
            form=str(_FORMS.get(job.params["form"], job.params["form"])),
            names=bool(job.params["names"]),
            by=people.staff_name(job.started_by) if job.started_by else "—",
            at=job.queued_at,
            file=files.file(job.result["file"]) if job.state == job.DONE and job.result else None,
        )
        for job in _jobs(session).select_related("started_by")[:20]
    ]


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    """Choose a file, and fetch those that were made."""
    session = _session(request, session_id)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            marking.ask_for_results(session, **form.cleaned_data, by=request.user, at=clock.now())
        except marking.MayNot:
            messages.error(request, _("还没有已计分的答卷，暂时没有可以导出的作答。"))
        return redirect("office:result_export", session.pk)
    made = _made(session)
    return render(
        request,
        "office/results/export.html",
        {
            "session": session,
            "programme": _named(programmes.definition_of(session.edition_id)),
            "form": form,
            "count": marking.answered_count(session),
            "made": made,
            "working": any(one.working for one in made),
        },
    )


@never_cache
@require_GET
@login_required
def progress(request: HttpRequest, session_id: int) -> HttpResponse:
    """The list of exports, asked for while one is being made."""
    session = _session(request, session_id)
    made = _made(session)
    context = {"session": session, "made": made, "working": any(one.working for one in made)}
    return render(request, "office/results/parts/exports.html", context)


@never_cache
@require_GET
@login_required
def fetch(request: HttpRequest, session_id: int, job_id: int) -> HttpResponse:
    """The file of one export."""
    session = _session(request, session_id)
    job = _jobs(session).filter(pk=job_id, state=jobs.Job.DONE).first()
    stored = files.file(job.result["file"]) if job is not None and job.result else None
    if stored is None or stored.purpose != marking.EXPORT_PURPOSE:
        raise Http404
    try:
        return files.serve(stored, download=True)
    except files.FileGone as error:
        raise Http404 from error


export_urls = [
    path("results/<int:session_id>/export/", page, name="result_export"),
    path("results/<int:session_id>/export/progress/", progress, name="result_export_progress"),
    path("results/<int:session_id>/export/<int:job_id>/", fetch, name="result_export_file"),
]
