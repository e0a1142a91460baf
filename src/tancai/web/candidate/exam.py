"""My exams: tickets, what still stands before entry, booking and paying a resit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.files import api as files
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.candidate.words import named

DAYS_OFFERED = 6


@dataclass(frozen=True)
class Row:
    """One admission on the list, with what may be done about it now."""

    admission: exams.Admission
    definition: programmes.Definition
    name: str
    qualifier: str
    ticket: exams.Verdict
    entry: exams.Verdict
    state: str
    result: marking.ResultView | None
    over: bool
    resit: bool
    trial: tuple[Any, str] | None = None
    """Word and tone of the test run while it is open."""

    @property
    def session(self) -> exams.Session:
        return self.admission.session

    @property
    def reasons(self) -> list[str]:
        """What keeps the candidate out, without what the warning below says with its link."""
        warned = {reason.code for reason in self.ticket.warnings}
        return [exams.say_reason(reason) for reason in self.entry.reasons if reason.code not in warned]

    @property
    def ticket_reasons(self) -> list[str]:
        return [exams.say_reason(reason) for reason in self.ticket.reasons]

    @property
    def warnings(self) -> list[str]:
        return [exams.say_reason(reason) for reason in self.ticket.warnings]


@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Exams to come, exams over, and resits booked but not yet paid."""
    person = people.person_of(request.user)
    rows = _with_trials(_rows(person)) if person else []
    bookings = _bookings(person) if person else []
    booked = {booking["application_id"] for booking in bookings}
    context = {
        "coming": sorted((row for row in rows if not row.over), key=lambda row: row.session.starts_at),
        "past": [
            replace(row, resit=row.resit and row.admission.application_id not in booked)
            for row in rows
            if row.over
        ],
        "bookings": bookings,
        "waiting": _waiting(person, rows) if person else [],
    }
    return render(request, "candidate/exam/list.html", context)


def _with_trials(rows: list[Row]) -> list[Row]:
    """The rows to come with where their test run stands, while it is open."""
    at = clock.now()
    opened = [row for row in rows if not row.over and exams.rehearsal_window(row.session).is_open(at)]
    lines = proctoring.trials_of(row.admission for row in opened)
    states = {pk: proctoring.TRIAL_STATES[line.state] for pk, line in lines.items()}
    return [replace(row, trial=states.get(row.admission.pk)) for row in rows]


def _rows(person: Any) -> list[Row]:
    at = clock.now()
    admissions = exams.admissions_of(person)
    results = marking.results_of_admissions(admission.pk for admission in admissions)
    newest = {each.application_id: each.pk for each in reversed(admissions)}
    return [
        _row(admission, results, newest[admission.application_id] == admission.pk, at)
        for admission in admissions
    ]


def _row(admission: exams.Admission, results: dict[int, Any], newest: bool, at: Any) -> Row:
    definition = programmes.definition_of(admission.session.edition_id)
    level, speciality = definition.level(admission.level), definition.speciality(admission.speciality)
    entry = exams.may_enter(admission, at)
    codes = {reason.code for reason in entry.reasons}
    result = results.get(admission.pk)
    over = bool(codes & {"finished", "over", "too_late", "cancelled", "withdrawn"})
    return Row(
        admission=admission,
        definition=definition,
        name=named(definition),
        qualifier=" · ".join(named(each) for each in (level, speciality) if each),
        ticket=exams.may_print_ticket(admission, at),
        entry=entry,
        state="finished" if "finished" in codes else "",
        result=result,
        over=over,
        resit=newest and admission.session.kind != "rehearsal" and _may_resit(result, codes),
    )


def _may_resit(result: marking.ResultView | None, codes: set[str]) -> bool:
    """Failed by a released result, or missed: entry closed without having begun, or the session called off."""
    if result is not None:
        return not result.passed
    return bool(codes & {"too_late", "cancelled"})


def _bookings(person: Any) -> list[dict[str, Any]]:
    applications = {view.id: view for view in enrolment.applications_of(person)}
    found = []
    for booking in exams.resit_bookings(applications):
        order = fees.order_for("resit", f"{booking.application_id}:{booking.exam_day}")
        if order is None:
            continue
        definition = programmes.definition_of(applications[booking.application_id].edition_id)
        found.append(
            {
                "application_id": booking.application_id,
                "order": order,
                "day": programmes.exam_day(booking.exam_day),
                "name": named(definition),
            }
        )
    return found


def _waiting(person: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """Approved applications that have no admission yet, with the day their ticket can be printed."""
    admitted = {row.admission.application_id for row in rows}
    at = clock.now()
    found = []
    for view in enrolment.applications_of(person):
        day = enrolment.exam_day_or_none(view.exam_day)
        if view.state != "approved" or view.id in admitted or day is None or day.starts_at < at:
            continue
        found.append(
            {"day": day, "name": named(programmes.definition_of(view.edition_id)), "application": view}
        )
    return found


def _own(request: HttpRequest, admission_id: int) -> exams.Admission:
    admission = exams.admission(admission_id)
    if admission is None or not people.access_person(request.user, admission.person):
        raise Http404
    return admission


@require_GET
@login_required
def ticket(request: HttpRequest, admission_id: int) -> HttpResponse:
    """The admission ticket as PDF."""
    admission = _own(request, admission_id)
    try:
        pdf = exams.ticket_pdf(admission, at=clock.now())
    except exams.MayNot as refused:
        for reason in refused.reasons:
            messages.warning(request, exams.say_reason(reason))
        return redirect("candidate:exams")
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{admission.ticket_number}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def resit(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Choose another day after a failed or missed attempt."""
    admission = _own(request, admission_id)
    row = next((row for row in _rows(admission.person) if row.admission.pk == admission.pk), None)
    if row is None or not row.resit:
        raise Http404
    at = clock.now()
    days = _days(admission, at)
    if request.method == "POST":
        chosen = request.POST.get("day", "")
        if chosen not in {day.key for day in days}:
            messages.error(request, _("请选择考试日期。"))
            return redirect("candidate:resit", admission.pk)
        return _book(request, admission, chosen)
    context = {"row": row, "days": days, "fee": row.definition.fees.resit}
    return render(request, "candidate/exam/resit.html", context)


def _days(admission: exams.Admission, at: Any) -> list[programmes.ExamDay]:
    found = programmes.open_days(admission.session.programme, at=at)
    able = (day for day in found if exams.may_book_resit(admission.application_id, day.key, at).ok)
    return list(able)[:DAYS_OFFERED]


def _book(request: HttpRequest, admission: exams.Admission, day: str) -> HttpResponse:
    try:
        order = exams.book_resit(admission.application_id, day, by=request.user, at=clock.now())
    except exams.MayNot as refused:
        for reason in refused.reasons:
            messages.error(request, exams.say_reason(reason))
        return redirect("candidate:resit", admission.pk)
    except exams.ExamError:
        messages.error(request, _("您已经预约了这一天的补考。"))
        return redirect("candidate:exams")
    messages.success(request, _("补考已预约。"))
    return redirect("candidate:exams") if order.settled else redirect("candidate:resit_fee", order.number)


def _order(request: HttpRequest, number: str) -> fees.OrderView:
    try:
        order = fees.order(number)
    except fees.UnknownOrder as error:
        raise Http404 from error
    if order.purpose != "resit" or not people.access_person(request.user, people.person(order.person_id)):
        raise Http404
    return order


@require_GET
@login_required
def resit_fee(request: HttpRequest, number: str) -> HttpResponse:
    """What is owed for the resit and the proof of the transfer."""
    order = _order(request, number)
    definition = programmes.definition(order.programme)
    body = next((named(o) for o in definition.organisations if o.code == definition.body), "")
    context = {
        "order": order,
        "name": named(definition),
        "body": body,
        "may_upload": "voucher" in order.next,
        "refusal": next((e.note for e in reversed(order.events) if e.kind == "refused"), ""),
        "may_cancel": exams.may_cancel_resit(*exams.resit_of(order.reference)).ok,
    }
    return render(request, "candidate/exam/resit_fee.html", context)


@require_POST
@login_required
def resit_cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give an unpaid booking up, to choose another day."""
    order = _order(request, number)
    try:
        exams.cancel_resit(*exams.resit_of(order.reference), by=request.user, at=clock.now())
    except (exams.ExamError, fees.BadStep):
        messages.error(request, _("这次预约现在不能取消。已缴费的请联系办公室。"))
        return redirect("candidate:resit_fee", number)
    messages.success(request, _("预约已取消，可以另选考试日。"))
    return redirect("candidate:exams")


@require_POST
@login_required
def resit_voucher(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in the proof of a bank transfer."""
    order, sent = _order(request, number), request.FILES.get("file")
    user = cast(people.User, request.user)
    if sent is None:
        messages.error(request, _("请选择转账凭证。"))
        return redirect("candidate:resit_fee", number)
    try:
        fees.attach_voucher(order, data=sent.read(), name=sent.name or "voucher", by=user, at=clock.now())
    except files.BadFile:
        messages.error(request, _("这个文件不能使用，请上传 10 MB 以内的 JPG、PNG 图片或 PDF。"))
    except fees.BadStep:
        messages.error(request, _("这笔费用现在不需要上传凭证。"))
    else:
        messages.success(request, _("凭证已收到，核对后会通知您。"))
    return redirect("candidate:resit_fee", number)


exam_urls = [
    path("exams/", listing, name="exams"),
    path("exams/<int:admission_id>/ticket/", ticket, name="ticket"),
    path("exams/<int:admission_id>/resit/", resit, name="resit"),
    path("resits/<slug:number>/", resit_fee, name="resit_fee"),
    path("resits/<slug:number>/cancel/", resit_cancel, name="resit_cancel"),
    path("resits/<slug:number>/voucher/", resit_voucher, name="resit_voucher"),
]
