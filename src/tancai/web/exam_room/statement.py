"""After the exam: what was noticed and is in doubt, and the candidate's own word on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import own_admission


class StatementForm(forms.Form):
    """The candidate's word on one flag."""

    text = forms.CharField(
        label=gettext_lazy("您的说明"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("请写明当时的情况。说明会和画面一起交给另一位工作人员。"),
    )


@never_cache
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    views = [(flag, proctoring.view_of(flag)) for flag in proctoring.flags_of_admission(admission.pk)]
    shown = [(flag, view) for flag, view in views if view.state in ("doubt", "set_aside", "upheld")]
    if not shown:
        raise Http404
    bad: StatementForm | None = None
    chosen = request.POST.get("flag", "")
    if request.method == "POST":
        bad = _post(request, shown)
        if bad is None:
            return redirect("exam_room:statement", admission.pk)
    rows = [_row(flag, view, bad if chosen == str(flag.pk) else None) for flag, view in shown]
    context = {
        "admission": admission,
        "definition": programmes.definition_of(admission.session.edition_id),
        "rows": rows,
        "waiting": any(row["form"] for row in rows),
    }
    return render(request, "exam_room/statement.html", context)


def _post(request: HttpRequest, shown: list[tuple[Any, Any]]) -> StatementForm | None:
    """Take the statement in; the form with its faults when something is wrong."""
    flag = next((flag for flag, _view in shown if str(flag.pk) == request.POST.get("flag")), None)
    if flag is None:
        raise Http404
    form = StatementForm(request.POST, prefix=f"f{flag.pk}")
    if not form.is_valid():
        return form
    by = request.user if request.user.is_authenticated else None
    try:
        proctoring.state_on_flag(flag, form.cleaned_data["text"], by=by, at=clock.now())
    except proctoring.IdentityError as error:
        form.add_error("text", proctoring.say_error(error.code, error.params))
        return form
    messages.success(request, _("已收到您的说明。"))
    return None


def _row(flag: Any, view: Any, bad: StatementForm | None) -> dict[str, Any]:
    return {
        "flag": view,
        "word": proctoring.FLAG_WORDS[view.kind],
        "chip": proctoring.FLAG_STATES[view.state],
        "statements": list(flag.statements.all()),
        "form": (bad or StatementForm(prefix=f"f{flag.pk}")) if view.state == "doubt" else None,
    }
