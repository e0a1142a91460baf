"""Who sits there: the candidate chooses how to be identified, hands in card and portrait, and sees how it stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import own_admission

_TURN = {"check_in", "again"}
"""States in which the candidate has pictures to take."""


class CheckInForm(forms.Form):
    """Both pictures, and how the portrait was made."""

    card = forms.FileField(label=gettext_lazy("身份证件照片"))
    live = forms.FileField(label=gettext_lazy("本人照片"))
    how = forms.ChoiceField(choices=[("camera", "camera"), ("file", "file")])


@never_cache
@require_GET
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = _own(request, admission_id)
    return render(request, "exam_room/identity.html", _context(admission))


@never_cache
@require_GET
def standing(request: HttpRequest, admission_id: int) -> HttpResponse:
    """How it stands, for the page that waits; what is decided loads the page anew."""
    admission = _own(request, admission_id)
    context = _context(admission)
    answer = render(request, "exam_room/identity_standing.html", context)
    if context["state"] not in ("waiting", "human_waiting"):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def choose(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = _own(request, admission_id)
    try:
        proctoring.choose_way(admission, request.POST.get("way", ""), by=_by(request), at=clock.now())
    except proctoring.IdentityError as error:
        messages.error(request, proctoring.say_error(error.code, error.params))
    return redirect("exam_room:identity", admission.pk)


@require_POST
def hand_in(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = _own(request, admission_id)
    form = CheckInForm(request.POST, request.FILES)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("exam_room:identity", admission.pk)
    given = form.cleaned_data
    try:
        proctoring.hand_in_check(
            admission,
            card=given["card"].read(),
            live=given["live"].read(),
            how=given["how"],
            by=_by(request),
            at=clock.now(),
        )
    except proctoring.IdentityError as error:
        messages.error(request, proctoring.say_error(error.code, error.params))
    return redirect("exam_room:identity", admission.pk)


@require_POST
def withdraw(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Take agreement back, as easily as it was given; the exam room's script asks for JSON."""
    admission = _own(request, admission_id)
    proctoring.withdraw_camera(admission.person, by=_by(request), at=clock.now())
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"withdrawn": True})
    return redirect("exam_room:identity", admission.pk)


def _own(request: HttpRequest, admission_id: int) -> exams.Admission:
    admission = own_admission(request, admission_id)
    if not proctoring.demanded(admission):
        raise Http404
    return admission


def _by(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def card_of(admission: exams.Admission) -> dict[str, Any] | None:
    """How identity stands, for the page before the exam room; None where nobody asks."""
    if not proctoring.demanded(admission):
        return None
    state = _state(admission)
    return {"state": state, "chip": proctoring.CHECK_STATES[state]}


def _state(admission: exams.Admission) -> str:
    if proctoring.human_check_of(admission) is not None:
        return "human"
    way = proctoring.way_of(admission)
    if way is None:
        return "choose"
    if way.way == "human":
        return "human_waiting"
    return proctoring.check_state(proctoring.check_in_of(admission)) or "check_in"


def _context(admission: exams.Admission) -> dict[str, Any]:
    state = _state(admission)
    definition = programmes.definition_of(admission.session.edition_id)
    way = proctoring.way_of(admission)
    check_in = proctoring.check_in_of(admission)
    note = ""
    if check_in is not None and state in ("again", "other"):
        decisions = sorted(check_in.decisions.all(), key=lambda row: row.pk)
        note = decisions[-1].note if decisions else ""
    return {
        "admission": admission,
        "definition": definition,
        "state": state,
        "chip": proctoring.CHECK_STATES[state],
        "way": way.way if way else "",
        "withdrawn": way is not None and way.withdrawn,
        "takes_pictures": state in _TURN,
        "note": note,
        "paragraphs": proctoring.consent_paragraphs(),
        "text_version": proctoring.consent_version(),
        "adapter_words": proctoring.adapter_words(settings.TANCAI_IDENTITY["adapter"]),
        "may_agree": proctoring.may_agree(admission.person.birth, clock.today()),
        "camera_only": definition.exam.camera_required,
        "snapshots": definition.exam.snapshot_seconds if definition.exam.takes_snapshots else 0,
        "begun": hasattr(admission, "sitting") and exams.entry_of(admission.sitting) is not None,
    }
