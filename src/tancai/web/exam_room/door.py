"""The exam address: candidates with an account see their exams, others enter ticket number and entry code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tancai.exams import api as exams
from tancai.lib import clock, limits
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import open_with_code
from tancai.web.exam_room.skeleton import Skeleton

FAILURES, WINDOW = 60, 600
"""So many wrong codes from one address in so many seconds close the door to it."""


class CodeForm(forms.Form):
    """Ticket number and one-time code, as printed on the ticket."""

    ticket = forms.CharField(label=gettext_lazy("准考证号"), max_length=24)
    code = forms.CharField(
        label=gettext_lazy("入场码"),
        max_length=20,
        help_text=gettext_lazy("印在准考证上，不分大小写；用过后如需再次进入，请向监考老师索取新的入场码。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None, initial={"ticket": request.GET.get("ticket", "")[:24]})
    if request.method == "POST" and form.is_valid():
        admission = _open(request, form)
        if admission is not None:
            open_with_code(request, admission)
            return redirect("exam_room:check", admission.pk)
    plain = request.method == "GET" and not request.GET and request.user.is_anonymous
    return _SKELETON.page(request, {}, besides=None if plain else {"form": form, "admissions": _own(request)})


_SKELETON = Skeleton("exam_room/door.html", (), lambda: {"form": CodeForm(), "admissions": []})


def _open(request: HttpRequest, form: CodeForm) -> exams.Admission | None:
    at = clock.now()
    # A whole exam site sits behind one address: there only what failed counts.
    place = f"exam-door:{request.META.get('REMOTE_ADDR', '')}"
    ticket = form.cleaned_data["ticket"].strip().upper()
    stopped = limits.reached(place, limit=FAILURES, seconds=WINDOW, at=at)
    if stopped or not limits.allow(f"exam-door:{ticket}", limit=10, seconds=WINDOW, at=at):
        form.add_error(None, _("尝试次数过多，请十分钟后再试，或联系监考老师。"))
        return None
    try:
        return exams.use_entry_code(ticket, form.cleaned_data["code"], at=at)
    except exams.ExamError:
        limits.allow(place, limit=FAILURES, seconds=WINDOW, at=at)
        form.add_error(None, _("准考证号或入场码不对，或入场码已经用过。请核对准考证，或联系监考老师。"))
        return None


@dataclass(frozen=True)
class Exam:
    """One exam of the account at the door."""

    admission: exams.Admission
    definition: programmes.Definition
    finished: bool


def _own(request: HttpRequest) -> list[Exam]:
    """Exams of the account that have not been over for long."""
    person = people.person_of(request.user) if request.user.is_authenticated else None
    if person is None:
        return []
    since = clock.now() - timedelta(days=1)
    return [
        Exam(
            found,
            programmes.definition_of(found.session.edition_id),
            hasattr(getattr(found, "sitting", None), "sheet"),
        )
        for found in exams.admissions_of(person)
        if found.session.entry_until > since
    ]
