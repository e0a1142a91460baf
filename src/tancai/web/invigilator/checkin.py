"""Check-in: whose identity waits, card and portraits side by side, the way without a camera, watching."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.invigilator.access import invigilators_only, own_admission, own_session
from tancai.web.invigilator.room import frame
from tancai.web.roads import pictures

URGENT = ("human_waiting", "waiting", "other")
"""States in which somebody at this desk has something to do."""


class DecisionForm(forms.Form):
    """What the pictures show."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("结论"),
        widget=forms.RadioSelect,
        choices=[(code, proctoring.OUTCOME_WORDS[code]) for code in proctoring.CHECK_OUTCOMES],
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("不是本人或需要重拍时必填；重拍的说明会显示给考生。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ByHandForm(forms.Form):
    """How the candidate was identified without pictures."""

    note = forms.CharField(
        label=gettext_lazy("核验情况"),
        max_length=500,
        help_text=gettext_lazy("例如：视频查看身份证原件，与本人一致，由我全程看考。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WatchForm(forms.Form):
    """Seen just now."""

    note = forms.CharField(label=gettext_lazy("备注（可不填）"), max_length=500, required=False)


@never_cache
@invigilators_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id)
    context = {
        **frame(request, session, "checkin"),
        **_context(request, session),
        "adapter_words": proctoring.adapter_words(settings.TANCAI_IDENTITY["adapter"]),
        "states": [(code, word) for code, (word, _tone) in proctoring.CHECK_STATES.items()],
    }
    return render(request, "invigilator/checkin.html", context)


@never_cache
@invigilators_only
@require_GET
def lines(request: HttpRequest, session_id: int) -> HttpResponse:
    """The list alone, for the page's refresh."""
    session = own_session(request, session_id)
    return render(request, "invigilator/checkin_lines.html", _context(request, session))


def _context(request: HttpRequest, session: exams.Session) -> dict[str, Any]:
    found = [line for line in proctoring.check_lines(session) if not _is_own(request, line.admission)]
    wanted, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60].casefold()
    shown = [
        line
        for line in found
        if (not wanted or line.state == wanted)
        and (not text or text in f"{line.admission.ticket_number} {line.admission.person.name}".casefold())
    ]
    at = clock.now()
    return {
        "session": session,
        "rows": [_row(line, at) for line in sorted(shown, key=_order)],
        "everybody": len(found),
        "waiting": sum(_is_urgent(line) for line in found),
        "done": sum(line.state in ("same", "human") for line in found),
        "q": request.GET.get("q", "").strip()[:60],
        "chosen": wanted,
    }


def _row(line: proctoring.CheckLine, at: Any) -> dict[str, Any]:
    unseen = None
    if line.state == "human" and line.begun and not line.finished and line.watched_at:
        unseen = int((at - line.watched_at).total_seconds() // 60)
    return {
        "line": line,
        "chip": proctoring.CHECK_STATES[line.state],
        "urgent": _is_urgent(line),
        "unseen": unseen,
    }


def _is_urgent(line: proctoring.CheckLine) -> bool:
    return line.state in URGENT and not line.finished


def _order(line: proctoring.CheckLine) -> tuple[bool, str]:
    return (not _is_urgent(line), line.admission.ticket_number)


def _is_own(request: HttpRequest, admission: exams.Admission) -> bool:
    return people.access_person(request.user, admission.person)


@never_cache
@invigilators_only
@require_GET
def one(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    return render(request, "invigilator/checkin_one.html", _one(request, admission))


def _one(request: HttpRequest, admission: exams.Admission, **forms_: Any) -> dict[str, Any]:
    if not proctoring.demanded(admission):
        raise Http404
    at = clock.now()
    line = next(
        each for each in proctoring.check_lines(admission.session) if each.admission.pk == admission.pk
    )
    check_in = proctoring.check_in_of(admission)
    shown: list[pictures.Shown] = []
    if check_in is not None:
        rows = [(check_in.card, _("身份证件")), (check_in.live, _("入场时本人照片"))]
        shown = pictures.side_by_side(
            admission, rows, place=("admission", admission.pk), by=request.user, at=at
        )
    return {
        "admission": admission,
        "session": admission.session,
        "definition": programmes.definition_of(admission.session.edition_id),
        "line": line,
        "chip": proctoring.CHECK_STATES[line.state],
        "check_in": check_in,
        "shown": shown,
        "story": _story(check_in, line),
        "adapter_words": proctoring.adapter_words(settings.TANCAI_IDENTITY["adapter"]),
        "decision_form": DecisionForm(),
        "by_hand_form": ByHandForm(),
        "watch_form": WatchForm(),
        **forms_,
    }


def _story(check_in: Any, line: proctoring.CheckLine) -> list[dict[str, Any]]:
    story = []
    if check_in is not None:
        story.append({"at": check_in.at, "text": _("考生提交照片"), "by": "", "note": ""})
        for row in check_in.decisions.all():
            story.append(
                {
                    "at": row.at,
                    "text": proctoring.OUTCOME_WORDS[row.outcome],
                    "by": _("系统按相似度通过") if row.automatic else people.staff_name(row.by),
                    "note": row.note,
                }
            )
    if line.human_check is not None:
        row = line.human_check
        story.append(
            {"at": row.at, "text": _("人工核验，全程看考"), "by": people.staff_name(row.by), "note": row.note}
        )
    return sorted(story, key=lambda entry: entry["at"])


@invigilators_only
@require_POST
def decide(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    check_in = proctoring.check_in_of(admission)
    if check_in is None or str(check_in.pk) != request.POST.get("check_in", ""):
        messages.error(request, _("考生刚刚重新提交了照片，请看过新的照片再作结论。"))
        return redirect("invigilator:checkin_one", admission.pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            proctoring.decide_check_in(
                check_in, given["outcome"], note=given["note"], by=request.user, at=clock.now()
            )
        except proctoring.IdentityError as error:
            field = "note" if error.code in ("no_note", "long_text") else None
            form.add_error(field, proctoring.say_error(error.code, error.params))
        else:
            messages.success(
                request,
                _("已记录：{name}，{outcome}。").format(
                    name=admission.person.name, outcome=proctoring.OUTCOME_WORDS[given["outcome"]]
                ),
            )
            return redirect("invigilator:checkin", admission.session_id)
    context = _one(request, admission, decision_form=form)
    return render(request, "invigilator/checkin_one.html", context, status=422)


@invigilators_only
@require_POST
def by_hand(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Identified in person or by video; whoever says so watches the whole exam."""
    admission = own_admission(request, admission_id)
    form = ByHandForm(request.POST)
    if form.is_valid():
        try:
            proctoring.check_by_hand(
                admission, note=form.cleaned_data["note"], by=request.user, at=clock.now()
            )
        except proctoring.IdentityError as error:
            form.add_error("note", proctoring.say_error(error.code, error.params))
        else:
            messages.success(request, _("已记录。请在考试中全程看考，并随时登记看到的情况。"))
            return redirect("invigilator:checkin", admission.session_id)
    context = _one(request, admission, by_hand_form=form)
    return render(request, "invigilator/checkin_one.html", context, status=422)


@invigilators_only
@require_POST
def watch(request: HttpRequest, admission_id: int) -> HttpResponse:
    """The watcher has just seen the candidate."""
    admission = own_admission(request, admission_id)
    form = WatchForm(request.POST)
    if form.is_valid():
        proctoring.watch(admission, note=form.cleaned_data["note"], by=request.user, at=clock.now())
        messages.success(request, _("已登记：{name} 在考。").format(name=admission.person.name))
    return redirect("invigilator:checkin", admission.session_id)
