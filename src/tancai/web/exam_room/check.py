"""Before the exam room: is it my exam, is everything in order, what happens next."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import own_admission


@never_cache
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    at = clock.now()
    verdict = exams.may_enter(admission, at)
    definition = programmes.definition_of(admission.session.edition_id)
    sitting = getattr(admission, "sitting", None)
    context = {
        "admission": admission,
        "session": admission.session,
        "definition": definition,
        "level": definition.level(admission.level),
        "speciality": definition.speciality(admission.speciality),
        "minutes": admission.session.minutes + admission.extra_minutes,
        "verdict": verdict,
        "reasons": [exams.say_reason(reason) for reason in verdict.reasons],
        "lacks_hours": any(reason.code == "hours" for reason in verdict.reasons),
        "sitting": sitting,
        "begun": sitting is not None and exams.entry_of(sitting) is not None,
        "log_address": settings.LOG_ADDRESS,
        "finished": any(reason.code == "finished" for reason in verdict.reasons),
    }
    return render(request, "exam_room/check.html", context)


@require_POST
def enter(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    by = request.user if request.user.is_authenticated else None
    try:
        entry = exams.enter(admission, at=clock.now(), by=by)
    except exams.MayNot as refused:
        for reason in refused.reasons:
            messages.error(request, exams.say_reason(reason))
        return redirect("exam_room:check", admission.pk)
    return redirect("exam_room:room", entry.sitting.pk)
