"""One candidate of a session: how it stands, what happened, orders, a new entry code, a queued hand-in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.web.invigilator import orders, words
from tancai.web.invigilator.access import READERS, invigilators_only, own_admission, readers_only
from tancai.web.invigilator.feed import feed_of
from tancai.web.invigilator.forms import LookForm, OrderForm, QueuedForm
from tancai.web.invigilator.room import frame


@never_cache
@readers_only
@require_GET
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id, READERS)
    name = "candidate_now" if request.headers.get("HX-Request") else "candidate"
    return render(request, f"invigilator/{name}.html", _context(request, admission))


def _context(request: HttpRequest, admission: exams.Admission, **more: object) -> dict[str, object]:
    at = clock.now()
    line = exams.live_of(admission, at)
    if line is None:
        raise Http404
    session = admission.session
    sheet = exams.answer_sheet(line.sitting_id) if line.sitting_id else None
    entries = exams.journal(session, only=admission.pk)
    story = [
        {
            "entry": entry,
            "text": exams.say_entry(entry),
            "remark": exams.say_remark(entry),
            "reason": exams.ORDER_REASONS.get(entry.reason, ""),
        }
        for entry in reversed(entries)
    ]
    shared = frame(request, session, "candidate")
    late = exams.may_let_in(admission, at).ok
    ended = any(entry.kind == "end" for entry in entries)
    remaining = line.remaining(at)
    return {
        **shared,
        "admission": admission,
        "line": line,
        "session_state": shared["state"],
        "state": words.SITTING_STATES[line.state],
        "needs": [words.needs()[code] for code in line.needs],
        "minutes": None if remaining is None else -(-remaining // 60),
        "extra": line.extra // 60,
        "saved": datetime.fromtimestamp(line.last_save / 1000, UTC) if line.last_save else None,
        "story": story,
        "sheet": sheet,
        "buttons": orders.for_one(line, late=late, ended=ended) if shared["may"] else [],
        "queued_form": QueuedForm(),
        "look_form": LookForm(),
        **more,
    }


def _sitting(admission: exams.Admission) -> exams.Sitting:
    sitting = getattr(admission, "sitting", None)
    if sitting is None:
        raise Http404
    found = exams.sitting(sitting.pk)
    assert found is not None
    return found


@never_cache
@invigilators_only
@require_POST
def order(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Any order to one candidate; a change of machine answers with the new entry code, shown once."""
    admission = own_admission(request, admission_id)
    kind = request.POST.get("kind", "")
    feed_of(admission.session).stale()
    if kind == "transfer":
        return _transfer(request, admission)
    if kind == "let_in":
        orders.say(request, _let_in(request, admission))
    elif kind == "annul":
        orders.say(request, _annul(request, admission))
    else:
        orders.say(request, orders.give(request, [_sitting(admission)]))
    return redirect("invigilator:candidate", admission.pk)


def _transfer(request: HttpRequest, admission: exams.Admission) -> HttpResponse:
    form = OrderForm("transfer", request.POST)
    if not form.is_valid():
        orders.say(request, orders.wrong(form))
        return redirect("invigilator:candidate", admission.pk)
    try:
        code, _event = exams.transfer(
            _sitting(admission),
            reason=form.cleaned_data["reason"],
            seconds=form.seconds,
            text=form.cleaned_data["text"],
            by=request.user,
            at=clock.now(),
        )
    except exams.ExamError as error:
        messages.error(request, words.error(error))
        return redirect("invigilator:candidate", admission.pk)
    return render(request, "invigilator/candidate.html", _context(request, admission, fresh_code=code))


def _let_in(request: HttpRequest, admission: exams.Admission) -> list[orders.Said]:
    form = OrderForm("let_in", request.POST)
    if not form.is_valid():
        return orders.wrong(form)
    try:
        exams.let_in(
            admission,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            text=form.cleaned_data["text"],
            by=request.user,
            at=clock.now(),
        )
    except exams.ExamError as error:
        return [orders.Said("error", words.error(error))]
    return [orders.Said("success", _("已准许入场，请考生刷新页面，15 分钟内进入。"))]


def _annul(request: HttpRequest, admission: exams.Admission) -> list[orders.Said]:
    form = OrderForm("annul", request.POST)
    if not form.is_valid():
        return orders.wrong(form)
    try:
        exams.annul_end(
            _sitting(admission),
            reason=form.cleaned_data["reason"],
            text=form.cleaned_data["text"],
            by=request.user,
            at=clock.now(),
        )
    except exams.ExamError as error:
        return [orders.Said("error", words.error(error))]
    return [orders.Said("success", _("已认定为误结束，考务会安排考生另考。"))]


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


@invigilators_only
@require_POST
def looked(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Note what was found when somebody looked into this candidate's incidents."""
    admission = own_admission(request, admission_id)
    try:
        exams.look_into(admission, text=request.POST.get("text", ""), by=request.user, at=clock.now())
        messages.success(request, _("已登记核查结果。"))
    except exams.ExamError as error:
        messages.error(request, words.error(error))
    feed_of(admission.session).stale()
    return redirect("invigilator:candidate", admission.pk)


@never_cache
@invigilators_only
@require_POST
def code(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Issue a new entry code, shown once on this answer and nowhere else."""
    admission = own_admission(request, admission_id)
    fresh = exams.issue_entry_code(admission, by=request.user, at=clock.now())
    return render(request, "invigilator/candidate.html", _context(request, admission, fresh_code=fresh))
