"""Candidates whose lock-down client was not confirmed, and who may sit without it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.web.invigilator.access import invigilators_only, own_admission, own_session
from tancai.web.invigilator.room import frame


class AgreeForm(forms.Form):
    """Why these candidates may sit without the client."""

    reason = forms.ChoiceField(label=gettext_lazy("原因"), choices=[])
    text = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("选“其他原因”时必填。"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        words = [(code, proctoring.EXCEPTION_WORDS[code]) for code in proctoring.EXCEPTION_REASONS]
        self.fields["reason"].choices = [("", _("请选择")), *words]  # type: ignore[attr-defined]


class TakeBackForm(forms.Form):
    """Why the client is asked for again."""

    text = forms.CharField(label=gettext_lazy("原因"), max_length=300)


@never_cache
@invigilators_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id)
    waiting = proctoring.refused(session.pk)
    asked = {row.admission.pk for row in waiting}
    text = request.GET.get("q", "").strip()[:60]
    others = [row for row in _without(session) if row.pk not in asked and text and _matches(row, text)]
    context = {
        **frame(request, session, "client"),
        "required": proctoring.is_required(session),
        "waiting": [
            {
                "row": row,
                "state": proctoring.CLIENT_STATES[row.code],
                "place": proctoring.CLIENT_PLACES[row.place],
                "system": proctoring.SYSTEMS[proctoring.system_of(row.user_agent)],
                "own": people.access_person(request.user, row.admission.person),
            }
            for row in waiting
        ],
        "found": others[:50],
        "q": text,
        "agree": AgreeForm(),
        "story": [
            {
                "event": event,
                "word": proctoring.EXCEPTION_WORDS[event.reason],
                "by": people.staff_name(event.by),
                "holds": event.pk == current,
                "form": TakeBackForm(prefix=f"e{event.pk}"),
            }
            for event, current in _story(session)
        ],
    }
    return render(request, "invigilator/client.html", context)


def _without(session: exams.Session) -> list[exams.Admission]:
    """Candidates without an exception."""
    rows = list(exams.admissions(session))
    free = proctoring.excepted_admissions(row.pk for row in rows)
    return [row for row in rows if row.pk not in free]


def _matches(row: exams.Admission, text: str) -> bool:
    return text.upper() in row.ticket_number or text in row.person.name


def _story(session: exams.Session) -> list[tuple[Any, int | None]]:
    """Every exception of the session with the one that holds for its candidate."""
    events = proctoring.exceptions_of_session(session.pk)
    newest: dict[int, int | None] = {}
    for event in events:
        newest.setdefault(event.admission_id, event.pk if event.kind == "granted" else None)
    return [(event, newest[event.admission_id]) for event in events]


@never_cache
@invigilators_only
@require_GET
def count(request: HttpRequest, session_id: int) -> HttpResponse:
    """How many wait, for the tab of the session's pages."""
    session = own_session(request, session_id)
    return render(request, "invigilator/client_count.html", {"waiting": len(proctoring.refused(session.pk))})


@invigilators_only
@require_POST
def agree(request: HttpRequest, session_id: int) -> HttpResponse:
    """Let the chosen candidates, or all who wait, sit without the client; never oneself."""
    session = own_session(request, session_id)
    form = AgreeForm(request.POST)
    wanted = {int(each) for each in request.POST.getlist("admission") if each.isdecimal()}
    if "all" in request.POST:
        wanted |= {row.admission.pk for row in proctoring.refused(session.pk)}
    chosen = [
        row
        for row in exams.admissions(session).filter(pk__in=wanted)
        if not people.access_person(request.user, row.person)
    ]
    if not chosen:
        messages.error(request, _("请先勾选考生。"))
    elif not form.is_valid():
        messages.error(request, _("请选择原因。"))
    else:
        try:
            made = proctoring.grant_exceptions(chosen, **form.cleaned_data, by=request.user, at=clock.now())
            messages.success(
                request, _("已同意 {n} 名考生不用客户端，考生页面会自动恢复。").format(n=len(made))
            )
        except proctoring.LockdownError:
            messages.error(request, _("选“其他原因”时请写明说明。"))
    return redirect("invigilator:client", session.pk)


@invigilators_only
@require_POST
def take_back(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    held = proctoring.exception_of(admission.pk)
    form = TakeBackForm(request.POST, prefix=f"e{held.pk}" if held else None)
    if held is None:
        messages.error(request, _("这名考生现在没有例外。"))
    elif not form.is_valid():
        messages.error(request, _("请写明原因。"))
    else:
        proctoring.revoke_exception(
            admission, text=form.cleaned_data["text"], by=request.user, at=clock.now()
        )
        messages.success(request, _("已收回，考生须用客户端继续。"))
    return redirect("invigilator:client", admission.session_id)
