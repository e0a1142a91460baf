"""The test runs of one session: who has done it, who has problems, who was reminded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.web.invigilator.access import READERS, invigilators_only, own_admission, own_session, readers_only
from tancai.web.invigilator.room import frame


@never_cache
@readers_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session, at = own_session(request, session_id, READERS), clock.now()
    if session.kind == exams.Session.REHEARSAL:
        return redirect("invigilator:room", session.pk)
    lines = proctoring.trials(session, at=at)
    wanted, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    window = exams.rehearsal_window(session)
    context = {
        **frame(request, session, "trial"),
        "last": window.due - timedelta(seconds=1),
        "window": window,
        "open": window.is_open(at),
        "early": at < window.opens,
        "lines": [_row(line) for line in lines if _matches(line, wanted, text)],
        "total": len(lines),
        "counts": [
            {"word": word, "count": sum(line.state == code for line in lines), "code": code}
            for code, (word, _tone) in proctoring.TRIAL_STATES.items()
        ],
        "waiting": sum(line.state != "done" for line in lines),
        "states": [(code, word) for code, (word, _tone) in proctoring.TRIAL_STATES.items()],
        "chosen": wanted,
        "q": text,
    }
    return render(request, "invigilator/trial.html", context)


def _row(line: proctoring.TrialLine) -> dict[str, Any]:
    return {
        "line": line,
        "state": proctoring.TRIAL_STATES[line.state],
        "bad": [proctoring.PART_WORDS[each.part] for each in line.findings if each.state == "bad"],
        "warn": [proctoring.PART_WORDS[each.part] for each in line.findings if each.state == "warn"],
        "system": proctoring.SYSTEMS[proctoring.system_of(line.check.user_agent)] if line.check else "",
    }


def _matches(line: proctoring.TrialLine, state: str, text: str) -> bool:
    if state and line.state != state:
        return False
    return text.upper() in line.admission.ticket_number or text in line.admission.person.name


@invigilators_only
@require_POST
def remind(request: HttpRequest, session_id: int) -> HttpResponse:
    """Send the reminder to everybody who has not finished."""
    session, at = own_session(request, session_id), clock.now()
    if not exams.rehearsal_window(session).is_open(at):
        messages.error(request, _("考前测试没有开放，现在不能提醒。"))
        return redirect("invigilator:trial", session.pk)
    count = proctoring.remind(session, by=request.user, at=at)
    if count:
        messages.success(request, _("已提醒 {n} 名考生。").format(n=count))
    else:
        messages.warning(request, _("没有需要提醒的考生；同一考生一天只提醒一次。"))
    return redirect("invigilator:trial", session.pk)


@never_cache
@readers_only
@require_GET
def candidate(request: HttpRequest, admission_id: int) -> HttpResponse:
    """What one candidate's devices showed, newest first."""
    admission = own_admission(request, admission_id, READERS)
    checks = [
        {
            "check": check,
            "system": proctoring.SYSTEMS[proctoring.system_of(check.user_agent)],
            "findings": [
                {
                    "part": proctoring.PART_WORDS[finding.part],
                    "state": proctoring.PART_STATES[finding.state],
                    "text": proctoring.say_finding(finding),
                }
                for finding in proctoring.findings_of(check)
            ],
        }
        for check in admission.device_checks.order_by("-id")[:20]
    ]
    context = {
        "admission": admission,
        "session": admission.session,
        "state": proctoring.TRIAL_STATES[proctoring.trial_of(admission).state],
        "checks": checks,
    }
    return render(request, "invigilator/trial_candidate.html", context)
