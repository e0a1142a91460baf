"""The test run some days before the exam: check the device, then try a practice paper on the real exam page."""

from __future__ import annotations

import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock, limits
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import open_trial, own_trial
from tancai.web.exam_room.client import verdict_on
from tancai.web.exam_room.door import CodeForm

MOST_CHECKS = 40
"""Device checks one candidate may keep in an hour."""


@never_cache
@require_GET
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission, at = own_trial(request, admission_id), clock.now()
    definition = programmes.definition_of(admission.session.edition_id)
    window = exams.rehearsal_window(admission.session)
    line = proctoring.trial_of(admission)
    context = {
        "admission": admission,
        "session": admission.session,
        "definition": definition,
        "window": window,
        "last": window.due - timedelta(seconds=1),
        "open": window.is_open(at),
        "early": at < window.opens,
        "late": window.is_open(at) and at >= window.due,
        "line": line,
        "state": proctoring.TRIAL_STATES[line.state],
        "findings": said(line.findings),
        "parts": _parts(admission),
        "camera": definition.exam.camera_required,
        "client_required": proctoring.is_required(admission.session),
        "minutes": exams.REHEARSAL_MINUTES,
    }
    return render(request, "exam_room/trial.html", context)


def _parts(admission: exams.Admission) -> list[tuple[str, str]]:
    """Code and word of every part that will be checked."""
    asked = proctoring.asked_of(admission.session)
    return [
        (code, str(word))
        for code, word in proctoring.PART_WORDS.items()
        if code != "client" or asked.client_required
    ]


def said(findings: list[Any]) -> list[dict[str, Any]]:
    """Findings with their words."""
    return [
        {
            "part": proctoring.PART_WORDS[finding.part],
            "state": proctoring.PART_STATES[finding.state],
            "tone": finding.state,
            "text": proctoring.say_finding(finding),
        }
        for finding in findings
    ]


@require_POST
def begin(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Called by the page before it measures: the test run is opened, and a token lets it time the response log."""
    admission, at = own_trial(request, admission_id), clock.now()
    try:
        rehearsal = _rehearsal(request, admission, at)
    except exams.ExamError as error:
        return JsonResponse({"error": error.code}, status=409)
    return JsonResponse({"token": exams.probe_token(rehearsal, at=at), "log": settings.LOG_ADDRESS})


@require_POST
def result(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Keep what the device showed; the findings as HTML."""
    admission, at = own_trial(request, admission_id), clock.now()
    if not exams.rehearsal_window(admission.session).is_open(at):
        return HttpResponse(status=409)
    if not limits.allow(f"trial:{admission.pk}", limit=MOST_CHECKS, seconds=3600, at=at):
        return HttpResponse(status=429)
    try:
        posted = json.loads(request.body[:8192])
    except ValueError:
        return HttpResponse(status=400)
    if not isinstance(posted, dict):
        return HttpResponse(status=400)
    client = verdict_on(request, admission, place="check", at=at, note=False)
    check = proctoring.record_check(
        admission,
        posted,
        user_agent=request.headers.get("User-Agent", ""),
        client=client.reasons[0].code if client.reasons else "",
        at=at,
    )
    findings = said(proctoring.findings_of(check))
    state = proctoring.TRIAL_STATES[proctoring.trial_of(admission).state]
    context = {"findings": findings, "check": check, "new_state": state}
    return render(request, "exam_room/trial_result.html", context)


@require_POST
def practice(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Open the practice paper, or go back to it."""
    admission, at = own_trial(request, admission_id), clock.now()
    by = request.user if request.user.is_authenticated else None
    try:
        rehearsal = _rehearsal(request, admission, at)
        entry = exams.enter(rehearsal, at=at, by=by)
    except exams.MayNot as refused:
        for reason in refused.reasons:
            messages.error(request, exams.say_reason(reason))
        return redirect("exam_room:trial", admission.pk)
    except exams.ExamError:
        messages.error(request, _("现在不在考前测试的时间内。"))
        return redirect("exam_room:trial", admission.pk)
    return redirect("exam_room:room", entry.sitting.pk)


def _rehearsal(request: HttpRequest, admission: exams.Admission, at: datetime) -> exams.Admission:
    by = request.user if request.user.is_authenticated else None
    rehearsal = exams.rehearse(admission, by=by, at=at)
    open_trial(request, admission, rehearsal)
    return rehearsal


@never_cache
def door(request: HttpRequest) -> HttpResponse:
    """For candidates without an account: ticket number and entry code, which is not used up by the test run."""
    form = CodeForm(request.POST or None, initial={"ticket": request.GET.get("ticket", "")[:24]})
    form.fields["code"].help_text = _("印在准考证上，不分大小写。考前测试不会用掉入场码，考试当天仍可使用。")
    if request.method == "POST" and form.is_valid():
        admission = _by_code(request, form)
        if admission is not None:
            open_trial(request, admission, exams.rehearsal_of(admission))
            return redirect("exam_room:trial", admission.pk)
    return render(request, "exam_room/trial_door.html", {"form": form})


def _by_code(request: HttpRequest, form: CodeForm) -> exams.Admission | None:
    at, address = clock.now(), request.META.get("REMOTE_ADDR", "")
    ticket = form.cleaned_data["ticket"].strip().upper()
    allowed = limits.allow(f"exam-door:{address}", limit=60, seconds=600, at=at)
    if not (allowed and limits.allow(f"exam-door:{ticket}", limit=10, seconds=600, at=at)):
        form.add_error(None, _("尝试次数过多，请十分钟后再试，或联系监考老师。"))
        return None
    admission = exams.admission_by_ticket(ticket)
    code = exams.live_code(admission) if admission else None
    given = "".join(form.cleaned_data["code"].split()).upper()
    if code is None or not hmac.compare_digest(code.code.encode(), given.encode()):
        form.add_error(None, _("准考证号或入场码不对，或入场码已经用过。请核对准考证，或联系监考老师。"))
        return None
    return admission
