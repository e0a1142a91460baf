"""One candidate of a session: how it stands, what happened, orders, a new entry code, a queued hand-in."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.invigilator import orders, words
from tancai.web.invigilator.access import invigilators_only, own_admission
from tancai.web.invigilator.forms import QueuedForm


@never_cache
@invigilators_only
@require_GET
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    return render(request, "invigilator/candidate.html", _context(admission))


def _context(admission: exams.Admission, **more: object) -> dict[str, object]:
    at = clock.now()
    line = exams.live_of(admission, at)
    sitting = line.sitting
    sheet = exams.answer_sheet(sitting.pk) if sitting else None
    story = [
        {
            "event": event,
            "text": words.event(event),
            "reason": exams.ORDER_REASONS.get(event.reason, ""),
            "by": people.staff_name(event.by) if event.ref else "",
        }
        for event in line.events
    ]
    verdict = exams.may_enter(admission, at)
    return {
        "admission": admission,
        "session": admission.session,
        "definition": programmes.definition_of(admission.session.edition_id),
        "line": line,
        "state": words.SITTING_STATES[line.state],
        "story": story,
        "sheet": sheet,
        "buttons": orders.buttons() if sitting and not sheet else [],
        "queued_form": QueuedForm(),
        "may_enter": verdict.ok,
        **more,
    }


def _sitting(admission: exams.Admission) -> exams.Sitting:
    sitting = getattr(admission, "sitting", None)
    if sitting is None:
        raise Http404
    found = exams.sitting(sitting.pk)
    assert found is not None
    return found


@invigilators_only
@require_POST
def order(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    orders.give(request, [_sitting(admission)])
    return redirect("invigilator:candidate", admission.pk)


@invigilators_only
@require_POST
def queued(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Record the code of a hand-in that waits for the network."""
    admission = own_admission(request, admission_id)
    form = QueuedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写交卷凭码。"))
        return redirect("invigilator:candidate", admission.pk)
    try:
        exams.queue_hand_in(_sitting(admission), form.cleaned_data["code"], by=request.user, at=clock.now())
        messages.success(request, _("已登记。请让考生保留页面，恢复网络后会自动送达。"))
    except exams.ExamError as error:
        messages.error(request, words.error(error))
    return redirect("invigilator:candidate", admission.pk)


@never_cache
@invigilators_only
@require_POST
def code(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Issue a new entry code, shown once on this answer and nowhere else."""
    admission = own_admission(request, admission_id)
    fresh = exams.issue_entry_code(admission, by=request.user, at=clock.now())
    return render(request, "invigilator/candidate.html", _context(admission, fresh_code=fresh))
