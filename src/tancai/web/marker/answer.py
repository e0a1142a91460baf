"""One answer on the desk: question, model answer and points beside what was written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.lib import clock
from tancai.marking import api as marking
from tancai.web.marker import words
from tancai.web.marker.access import marker_only
from tancai.web.marker.queue import go_on

RADIOS_UP_TO = 5
"""Points worth more get a number field: a row of buttons would no longer be read at a glance."""


class MarkForm(forms.Form):
    """Marks for every point of one answer, in halves."""

    role = forms.CharField(widget=forms.HiddenInput)
    comment = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), label=_("评语")
    )

    def __init__(self, view: marking.DeskView, data: Any = None) -> None:
        unwritten = {part.number for part in view.parts if not part.response}
        nothing = {f"p{point.number}": Decimal(0) for point in view.points if point.question in unwritten}
        super().__init__(data, initial={"role": view.role, **nothing})
        self.view = view
        self.fields["comment"].label = _("评语")
        self.fields["comment"].help_text = _("说明扣分理由；复核时会看到，考生看不到。")
        for point in view.points:
            self.fields[f"p{point.number}"] = forms.DecimalField(
                min_value=Decimal(0),
                max_value=point.most,
                decimal_places=2,
                label=_("要点 %(number)s") % {"number": point.number},
                error_messages={"required": _("请给分")},
            )

    def rows(self) -> list[dict[str, Any]]:
        """Points with their choices, for the template."""
        rows = []
        for point in self.view.points:
            bound = self[f"p{point.number}"]
            halves = int(point.most * 2)
            rows.append(
                {
                    "point": point,
                    "field": bound,
                    "most": f"{point.most:g}",
                    "choices": [f"{n / 2:g}" for n in range(halves + 1)]
                    + ([f"{point.most:g}"] if point.most % Decimal("0.5") else [])
                    if point.most <= RADIOS_UP_TO
                    else [],
                    "chosen": f"{Decimal(bound.value()):g}" if _numeric(bound.value()) else "",
                }
            )
        return rows

    def points(self) -> tuple[Decimal, ...]:
        return tuple(self.cleaned_data[f"p{point.number}"] for point in self.view.points)


def _numeric(value: Any) -> bool:
    try:
        return value is not None and Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False


@marker_only
def page(request: HttpRequest, answer_id: int) -> HttpResponse:
    try:
        view = marking.desk(answer_id, request.user, at=clock.now())
    except marking.NotThere:
        if request.method != "POST":
            raise Http404 from None
        return _gone(request, answer_id)
    form = MarkForm(view, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _give(request, view, form)
        if done is not None:
            return done
    return render(request, "marker/answer.html", _context(request, view, form))


def _gone(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Marks came for an answer that is no longer on this desk: say so, keep nothing half done."""
    try:
        marking.give_marks([marking.Given(answer_id, ())], by=request.user, at=clock.now())
    except marking.NotThere:
        raise Http404 from None
    except marking.MarkingError as error:
        messages.warning(request, words.refusal(error.code))
    return redirect("marker:queue")


def _give(request: HttpRequest, view: marking.DeskView, form: MarkForm) -> HttpResponse | None:
    given = marking.Given(
        view.answer_id, form.points(), form.cleaned_data["role"], form.cleaned_data["comment"]
    )
    try:
        marking.give_marks([given], by=request.user, at=clock.now())
    except marking.BadMarks as error:
        for found in error.faults:
            place = f"p{found.params['point']}" if "point" in found.params else None
            form.add_error(place, words.fault(found.code, found.params))
        return None
    except marking.MayNot as error:
        messages.warning(request, words.refusal(error.code))
    return go_on(request, view.session_id)


def _context(request: HttpRequest, view: marking.DeskView, form: MarkForm) -> dict[str, Any]:
    last = marking.last_mark(request.user)
    return {
        "view": view,
        "form": form,
        "rows": form.rows(),
        "role_word": words.role(view.role),
        "last": last,
        "queue": next(
            (
                row
                for row in marking.marking_queue(request.user, at=clock.now())
                if row.session_id == view.session_id
            ),
            None,
        ),
    }


@marker_only
@require_POST
def undo(request: HttpRequest, mark_id: int) -> HttpResponse:
    """Take back one's own last mark; the answer comes back to the desk."""
    mark = marking.own_marks(request.user).filter(pk=mark_id).first()
    if mark is None:
        raise Http404
    try:
        marking.undo(mark_id, by=request.user, at=clock.now())
    except marking.MayNot as error:
        messages.warning(request, words.refusal(error.code))
        return redirect("marker:mine")
    messages.success(request, _("已撤回上一次评分，请重新给分。"))
    return redirect("marker:answer", mark.answer_id)
