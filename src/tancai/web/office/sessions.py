"""Sessions at the office: the calendar, opening, admitting, preparing papers, and how each stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.shell.names import named
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags import shell as tags

ROLES = ("office",)
READERS = ("office", "supervisor")
AHEAD = timedelta(days=60)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300)


class AccommodationForm(forms.Form):
    """Extra working time granted before the exam."""

    minutes = forms.IntegerField(label=gettext_lazy("增加的分钟数"), min_value=0, max_value=240)
    reason = forms.CharField(label=gettext_lazy("依据"), max_length=300)


def may_read(request: HttpRequest) -> bool:
    """Whether the user has sessions to look at."""
    return people.access_any(request.user, READERS)


def _programmes(request: HttpRequest, roles: tuple[str, ...] = READERS) -> list[str]:
    return programmes.codes_of_organisations(people.access_organisations(request.user, roles))


def _own(request: HttpRequest, session_id: int, roles: tuple[str, ...] = ROLES) -> exams.Session:
    found = exams.session(session_id)
    if found is None or not people.access_at(
        request.user, roles, programmes.organisation_ids(found.programme)
    ):
        raise Http404
    return found


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Sessions, newest first, and the days of the calendar that have none yet."""
    if not may_read(request):
        raise Http404
    codes, at = _programmes(request), clock.now()
    names = {each.code: named(each) for each in programmes.programmes() if each.code in codes}
    table = Table(
        request,
        exams.sessions(programmes=codes).prefetch_related("events"),
        name="sessions",
        title=_("考试场次"),
        columns=[
            Column("starts_at", _("开考时间"), "moment", sort=True, url=_address),
            Column(
                "programme", _("项目"), value=lambda row: names.get(row.programme, row.programme), sort=True
            ),
            Column("kind", _("类别"), value=lambda row: str(exams.SESSION_KINDS[row.kind])),
            Column(
                "state",
                _("状态"),
                "html",
                value=lambda row: tags.chip(*_state(row, at)),
            ),
            Column("admitted", _("考生"), "number", total=True),
            Column("papers", _("试卷"), "number"),
            Column("sat", _("已收卷"), "number", total=True),
        ],
        filters=[
            Filter("programme", _("项目"), list(names.items())),
            Filter("kind", _("类别"), list(exams.SESSION_KINDS.items())),
        ],
        empty=Empty(_("还没有场次"), _("日历上的考试日会提前自动开场，也可以在下方手动开场。")),
    )
    return table.respond("office/sessions.html", {"days": _days_to_open(request, at), "names": names})


def _state(row: exams.Session, at: Any) -> tuple[str, str]:
    word, tone = exams.SESSION_STATES[exams.session_state(row, at)]
    return str(word), tone


def _days_to_open(request: HttpRequest, at: Any) -> list[dict[str, Any]]:
    found = []
    for code in _programmes(request, ROLES):
        for day in programmes.upcoming_days(code, at=at, horizon=AHEAD):
            kind = "special" if day.special else "regular"
            if exams.session_of_day(day.key, kind) is None:
                found.append({"day": day, "definition": programmes.definition(code, on=day.date)})
    return sorted(found, key=lambda row: row["day"].starts_at)


def _address(row: Any) -> str:
    return reverse("office:session", args=[row.pk])


@require_POST
@login_required
def open_day(request: HttpRequest) -> HttpResponse:
    """Open the session of an exam day."""
    key = request.POST.get("day", "")
    try:
        day = programmes.exam_day(key)
    except programmes.UnknownExamDay as error:
        raise Http404 from error
    if day.programme not in _programmes(request, ROLES):
        raise Http404
    try:
        session = exams.open_session(key, by=request.user, at=clock.now())
    except exams.ExamError:
        messages.error(request, _("这一天的考试已取消，不能开场。"))
        return redirect("office:sessions")
    messages.success(request, _("场次已开。"))
    return redirect("office:session", session.pk)


@require_GET
@login_required
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session: its state, its papers, its candidates."""
    session = _own(request, session_id, READERS)
    at = clock.now()
    definition = programmes.definition_of(session.edition_id)
    may_act = people.access_at(request.user, ROLES, programmes.organisation_ids(session.programme))
    table = Table(
        request,
        exams.admissions(session),
        name="admissions",
        title=_("考生"),
        columns=[
            Column("ticket_number", _("准考证号"), "code", sort=True, url=_admission_address),
            Column("person.name", _("姓名"), sort="person__name"),
            Column("person.document_masked", _("证件号码"), "code"),
            Column("level", _("级别"), value=lambda row: named(definition.level(row.level)), sort=True),
            Column("speciality", _("专业"), value=lambda row: named(definition.speciality(row.speciality))),
            Column("kind", _("类别"), value=lambda row: _("补考") if row.kind == "resit" else _("首次")),
            Column("extra_minutes", _("延时（分）"), "number"),
            Column("paper", _("试卷"), value=_paper),
        ],
        search=["ticket_number", "person__name"],
        search_label=_("准考证号或姓名"),
        filters=[
            Filter("kind", _("类别"), [("first", _("首次")), ("resit", _("补考"))]),
            Filter("level", _("级别"), [(level.code, named(level)) for level in definition.levels]),
        ],
        empty=Empty(_("还没有考生"), _("审核通过且费用结清的考生，点“安排考生”后会出现在这里。")),
    )
    context = {
        "session": session,
        "definition": definition,
        "state": exams.SESSION_STATES[exams.session_state(session, at)],
        "kind": exams.SESSION_KINDS[session.kind],
        "forms": [(form, _group(definition, form)) for form in exams.forms_of(session)],
        "story": _story(session),
        "may_act": may_act,
        "waiting": _expected(session),
        "reason_form": ReasonForm(),
        "over": exams.session_state(session, at) in ("over", "closed", "cancelled"),
    }
    return table.respond("office/session.html", context)


def _paper(row: exams.Admission) -> str:
    return _("已备") if hasattr(row, "sitting") else _("未备")


def _group(definition: Any, form: exams.SessionForm) -> str:
    parts = [named(definition.level(form.level)), named(definition.speciality(form.speciality))]
    if form.series > 1:
        parts.append(_("第 {n} 套").format(n=form.series))
    return " · ".join(part for part in parts if part) or _("全部考生")


def _expected(session: exams.Session) -> int:
    """Approved for the day and not admitted yet."""
    if session.kind == exams.Session.REHEARSAL:
        return 0
    there = set(session.admissions.values_list("application_id", flat=True))
    return sum(view.id not in there for view in enrolment.approved_for(session.exam_day))


def _admission_address(row: exams.Admission) -> str:
    return reverse("office:admission", args=[row.pk])


def _story(session: exams.Session) -> list[dict[str, Any]]:
    words = {
        "opened": _("开场"),
        "admitted": _("安排考生"),
        "prepared": _("准备试卷"),
        "cancelled": _("取消"),
        "closed": _("关闭"),
    }
    return [
        {"event": event, "word": words[event.kind], "by": people.staff_name(event.by)}
        for event in session.events.filter(kind__in=words).select_related("by")
    ]


@require_POST
@login_required
def admit(request: HttpRequest, session_id: int) -> HttpResponse:
    session = _own(request, session_id)
    try:
        report = exams.admit(session, by=request.user, at=clock.now())
    except exams.ExamError as error:
        said = _("考前测试不用安排，考生自己开始。") if error.code == "rehearsal" else ""
        messages.error(request, said or _("场次已取消或关闭，不能再安排考生。"))
        return redirect("office:session", session.pk)
    messages.success(request, _("新安排 {n} 名考生。").format(n=len(report.admitted)))
    if report.waiting:
        messages.warning(
            request, _("另有 {n} 人费用未结清，结清后可再次安排。").format(n=len(report.waiting))
        )
    return redirect("office:session", session.pk)


@require_POST
@login_required
def prepare(request: HttpRequest, session_id: int) -> HttpResponse:
    session = _own(request, session_id)
    try:
        report = exams.prepare_papers(session, by=request.user, at=clock.now())
    except items.NotEnoughItems as error:
        messages.error(request, _("题库不足，没有组成试卷：{what}").format(what=_shortages(error)))
        return redirect("office:session", session.pk)
    messages.success(
        request, _("组卷 {forms} 套，{n} 名考生可以入场。").format(forms=len(report.forms), n=report.sittings)
    )
    if report.repeats:
        tickets = _("、").join(admission.ticket_number for admission in report.repeats[:10])
        messages.warning(
            request, _("题库不足，以下补考考生的试卷含有做过的题：{tickets}").format(tickets=tickets)
        )
    return redirect("office:session", session.pk)


def _shortages(error: items.NotEnoughItems) -> str:
    return str(error)


@require_POST
@login_required
def cancel(request: HttpRequest, session_id: int) -> HttpResponse:
    session = _own(request, session_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因。"))
        return redirect("office:session", session.pk)
    try:
        exams.cancel_session(session, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        messages.success(request, _("场次已取消，考生不能再入场。"))
    except exams.ExamError:
        messages.error(request, _("场次已取消或关闭。"))
    return redirect("office:session", session.pk)


@require_POST
@login_required
def close(request: HttpRequest, session_id: int) -> HttpResponse:
    session = _own(request, session_id)
    try:
        exams.close_session(session, by=request.user, at=clock.now())
        messages.success(request, _("场次已关闭。"))
    except exams.ExamError:
        messages.error(request, _("还有考生没有收卷，收齐后再关闭。"))
    return redirect("office:session", session.pk)


def _own_admission(
    request: HttpRequest, admission_id: int, roles: tuple[str, ...] = ROLES
) -> exams.Admission:
    found = exams.admission(admission_id)
    if found is None:
        raise Http404
    _own(request, found.session_id, roles)
    return found


@require_GET
@login_required
def admission(request: HttpRequest, admission_id: int) -> HttpResponse:
    """One candidate's admission: accommodation and withdrawal."""
    found = _own_admission(request, admission_id, READERS)
    context = {
        "admission": found,
        "session": found.session,
        "definition": programmes.definition_of(found.session.edition_id),
        "events": found.events.select_related("by"),
        "again": _days_again(found),
        "ended_wrongly": exams.is_annulled(found) and not _is_granted(found),
        "accommodation": AccommodationForm(initial={"minutes": found.extra_minutes}),
        "reason_form": ReasonForm(),
        "withdrawn": found.events.filter(kind="withdrawn").exists(),
        "may_act": people.access_at(
            request.user, ROLES, programmes.organisation_ids(found.session.programme)
        ),
    }
    return render(request, "office/admission.html", context)


def _is_granted(found: exams.Admission) -> bool:
    return found.events.filter(kind="granted").exists()


def _days_again(found: exams.Admission) -> list[programmes.ExamDay]:
    """Days for another attempt of somebody whose exam was ended by mistake; none when that is not so."""
    if not exams.is_annulled(found) or _is_granted(found):
        return []
    at = clock.now()
    days = programmes.open_days(found.session.programme, at=at)
    return [day for day in days if exams.may_book_resit(found.application_id, day.key, at).ok][:12]


@require_POST
@login_required
def grant_attempt(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Another attempt without a fee after an end that was found wrong."""
    found = _own_admission(request, admission_id)
    chosen = request.POST.get("day", "")
    if chosen not in {day.key for day in _days_again(found)}:
        messages.error(request, _("请选择考试日期。"))
        return redirect("office:admission", found.pk)
    try:
        exams.grant_attempt(found, chosen, by=request.user, at=clock.now())
        messages.success(request, _("已安排另考，不收费。考生会在安排考生后收到准考证通知。"))
    except exams.ExamError:
        messages.error(request, _("没有完成，请刷新后再试。"))
    return redirect("office:admission", found.pk)


@require_POST
@login_required
def accommodate(request: HttpRequest, admission_id: int) -> HttpResponse:
    found = _own_admission(request, admission_id)
    form = AccommodationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写 0 至 240 之间的分钟数和依据。"))
        return redirect("office:admission", found.pk)
    try:
        exams.accommodate(found, **form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, _("已记录，考生的作答时间随之增加。"))
    except exams.ExamError:
        messages.error(request, _("考生已经开考，请由监考老师延长时间。"))
    return redirect("office:admission", found.pk)


@require_POST
@login_required
def withdraw(request: HttpRequest, admission_id: int) -> HttpResponse:
    found = _own_admission(request, admission_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因。"))
        return redirect("office:admission", found.pk)
    try:
        exams.withdraw_admission(found, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        messages.success(request, _("考试资格已撤销。"))
    except exams.ExamError:
        messages.error(request, _("考生已经开考，不能撤销。"))
    return redirect("office:admission", found.pk)


session_urls = [
    path("sessions/", index, name="sessions"),
    path("sessions/open/", open_day, name="session_open"),
    path("sessions/<int:session_id>/", page, name="session"),
    path("sessions/<int:session_id>/admit/", admit, name="session_admit"),
    path("sessions/<int:session_id>/prepare/", prepare, name="session_prepare"),
    path("sessions/<int:session_id>/cancel/", cancel, name="session_cancel"),
    path("sessions/<int:session_id>/close/", close, name="session_close"),
    path("admissions/<int:admission_id>/", admission, name="admission"),
    path("admissions/<int:admission_id>/accommodate/", accommodate, name="admission_accommodate"),
    path("admissions/<int:admission_id>/again/", grant_attempt, name="admission_again"),
    path("admissions/<int:admission_id>/withdraw/", withdraw, name="admission_withdraw"),
]
