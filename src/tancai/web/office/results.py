"""Results at the office: sessions in marking, the table of one session, release, re-checks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.office import answer_words
from tancai.web.shell import days
from tancai.web.shell.navigation import DueItem, NavEntry
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags import shell as tags

READERS = ("office", "supervisor")
RELEASERS = ("office",)
NEAR_DAYS = 3


def _named(thing: Any) -> str:
    chinese = (get_language() or "zh-hans").startswith("zh")
    return thing.name if chinese or not thing.name_en else thing.name_en


def may_read(user: Any) -> bool:
    return people.access_any(user, READERS)


def _places(request: HttpRequest) -> set[int] | None:
    """Organisations whose results this user sees (None = all); 404 for everybody else."""
    if not may_read(request.user):
        raise Http404
    return people.access_organisations(request.user, READERS)


def _session(request: HttpRequest, session_id: int, roles: tuple[str, ...] = READERS) -> Any:
    session = exams.session(session_id)
    if session is None or session.kind == "rehearsal":
        raise Http404
    if not people.access_at(request.user, roles, programmes.organisation_ids(session.programme)):
        raise Http404
    return session


def _may_release(user: Any, session: Any) -> bool:
    return people.access_at(user, RELEASERS, programmes.organisation_ids(session.programme))


def _state_words() -> dict[str, tuple[str, str]]:
    return {
        "waiting": (_("考试未结束"), "idle"),
        "marking": (_("阅卷中"), "wait"),
        "ready": (_("可以公布"), "now"),
        "released": (_("已公布"), "good"),
    }


def state_chip(row: marking.Progress) -> str:
    """The chip of a session; a broken promise is louder than its state."""
    word, tone = _state_words()[row.state]
    return (
        tags.chip(_("%(state)s · 已超期") % {"state": word}, "bad") if row.overdue else tags.chip(word, tone)
    )


@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Sessions that have begun, the ones that need something first."""
    places = _places(request)
    rows = marking.session_rows(places, at=clock.now())
    codes = programmes.codes_of_organisations(places)
    names = {view.code: _named(view) for view in programmes.programmes() if view.code in codes}
    order = {"ready": 0, "marking": 1, "waiting": 2, "released": 3}
    rows.sort(key=lambda row: (not row.overdue, order[row.state], -row.session.starts_at.timestamp()))
    table = Table(
        request,
        rows,
        name="results",
        columns=[
            Column(
                "session.date",
                _("考试日期"),
                "day",
                sort=True,
                url=lambda row: reverse("office:result_session", args=[row.session_id]),
            ),
            Column(
                "programme",
                _("项目"),
                value=lambda row: names.get(row.session.programme, ""),
                beneath="session.date",
            ),
            Column("state", _("状态"), "html", value=state_chip, sort=False),
            Column("admitted", _("应考"), "number", value=lambda row: row.facts.admitted, total=True),
            Column("absent", _("缺考"), "number", total=True),
            Column("scripts", _("已计分"), "number", total=True),
            Column("open", _("待评简答"), "number", value=lambda row: row.facts.open, sort=True, total=True),
            Column("promised", _("承诺公布"), "html", value=_promise, export=lambda row: row.promised.date),
            Column("released_at", _("公布时间"), "moment", sort=True),
        ],
        filters=[
            Filter(
                "programme",
                _("项目"),
                list(names.items()),
                apply=lambda found, value: [row for row in found if row.session.programme == value],
            ),
            Filter("state", _("状态"), [(code, word) for code, (word, _tone) in _state_words().items()]),
        ],
        empty=Empty(_("还没有开考的场次"), _("考试开始后，阅卷进度和成绩会显示在这里。")),
    )
    return table.respond(
        "office/results/list.html",
        {
            "ready": sum(row.state == "ready" for row in rows),
            "late": sum(row.overdue for row in rows),
            "rechecks": marking.open_rechecks(places),
        },
    )


def _promise(row: marking.Progress) -> str:
    if row.state == "released":
        return days.short_day(row.promised.date)
    return tags.due(row.promised.date, row.promised.provisional)


@dataclass(frozen=True)
class ScoreRow:
    """One candidate in the table of a session."""

    admission_id: int
    ticket: str
    name: str
    document: str
    level: str
    speciality: str
    resit: bool
    state: str
    auto: int | float | None
    human: int | float | None
    total: int | float | None
    note: str


def _score_rows(session: Any, tallies: list[marking.Tally]) -> list[ScoreRow]:
    released = marking.released_results(session)
    ruled = marking.ruled_results(session)
    definition = programmes.definition_of(session.edition_id)
    rows = []
    for tally in tallies:
        admission = tally.admission
        level, speciality = definition.level(admission.level), definition.speciality(admission.speciality)
        result = released.get(admission.pk)
        total = result.total if result else tally.total
        passed = result.passed if result else tally.passed
        rows.append(
            ScoreRow(
                admission_id=admission.pk,
                ticket=admission.ticket_number,
                name=admission.person.name,
                document=admission.person.document_masked,
                level=_named(level) if level else "",
                speciality=_named(speciality) if speciality else "",
                resit=admission.kind == "resit",
                state=_candidate_state(tally, total, passed),
                auto=_plain(tally.auto),
                human=None if tally.open_answers else _plain(tally.human),
                total=_plain(total),
                note=_note(tally, result, ruled),
            )
        )
    return rows


def _plain(marks: Decimal | None) -> int | float | None:
    """Marks as people write them: 60, 59.5."""
    if marks is None:
        return None
    return int(marks) if marks == int(marks) else float(marks)


def _candidate_state(tally: marking.Tally, total: Decimal | None, passed: bool) -> str:
    if tally.state == "absent":
        return "absent"
    if total is None:
        return "pending"
    return "passed" if passed else "failed"


def _note(tally: marking.Tally, result: Any, ruled: set[int]) -> str:
    if result is not None and result.kind == marking.Result.CORRECTED:
        return _("试题更正") if result.pk in ruled else _("复核后更正")
    words = {
        "running": _("尚未交卷"),
        "unscored": _("选择题待计分"),
        "waiting": _("尚可入场"),
        "open": ngettext("%(n)d 题待评", "%(n)d 题待评", tally.open_answers) % {"n": tally.open_answers},
    }
    if tally.how == "ended":
        return _("监考终止")
    return words.get(tally.state, "")


@require_GET
@login_required
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session: what is left, the figures, every candidate."""
    found = _session(request, session_id)
    at = clock.now()
    tallies = marking.score_table(found, at=at)
    rows = _score_rows(found, tallies)
    states = [("passed", _("合格")), ("failed", _("未合格")), ("absent", _("缺考")), ("pending", _("待评"))]
    several = {row.level for row in rows} - {""}
    filters = [Filter("state", _("结果"), states)]
    if len(several) > 1:
        filters.append(Filter("level", _("级别"), [(name, name) for name in sorted(several)]))
    table = Table(
        request,
        rows,
        name=f"scores-{found.programme}-{found.date:%Y%m%d}",
        title=_("成绩表"),
        columns=_score_columns(rows),
        search=["name", "ticket"],
        search_label=_("姓名或准考证号"),
        filters=filters,
        order="ticket",
        empty=Empty(_("这一场没有考生"), _("有人获准参加考试后会显示在这里。")),
    )
    figures = marking.statistics(tallies) if not marking.released_results(found) else _figures(found, rows)
    definition = programmes.definition_of(found.edition_id)
    progress = marking.progress(found, at=at)
    return table.respond(
        "office/results/session.html",
        {
            "session": found,
            "programme": _named(definition),
            "progress": progress,
            "reasons": [_reason(reason) for reason in progress.reasons if not progress.facts.released],
            "chip": state_chip(progress),
            "figures": figures,
            "chart": histogram(figures, definition.exam.pass_mark, definition.exam.out_of),
            "release": marking.release_of(found),
            "may_release": _may_release(request.user, found),
            "told": sum(row.state in ("passed", "failed", "absent") for row in rows),
        },
    )


def _score_columns(rows: list[ScoreRow]) -> list[Column]:
    columns = [
        Column("ticket", _("准考证号"), "code", sort=True),
        Column("name", _("姓名"), "code", sort=True),
        Column("document", _("证件号码"), "code", beneath="name"),
    ]
    if any(row.level for row in rows):
        columns.append(Column("level", _("级别"), "code", sort=True))
    if any(row.speciality for row in rows):
        columns.append(Column("speciality", _("专业"), sort=True))
    return [
        *columns,
        Column("auto", _("选择题"), "number", sort=True),
        Column("human", _("简答题"), "number", sort=True),
        Column("total", _("总分"), "number", sort=True),
        Column("state", _("结果"), "state:result"),
        Column("note", _("备注"), value=lambda row: " · ".join(_notes(row)), beneath="state"),
    ]


def _notes(row: ScoreRow) -> list[str]:
    return [text for text in (_("补考") if row.resit else "", row.note) if text]


def _figures(session: Any, rows: list[ScoreRow]) -> marking.Statistics:
    """Figures over released results, corrections included."""
    return marking.figures(
        [Decimal(str(row.total)) for row in rows if row.total is not None],
        passed=sum(row.state == "passed" for row in rows),
        absent=sum(row.state == "absent" for row in rows),
        out_of=programmes.definition_of(session.edition_id).exam.out_of,
    )


WIDE, HIGH, LEFT, TOP, BOTTOM = 640, 240, 16, 34, 38


def histogram(figures: marking.Statistics, pass_mark: int, out_of: int) -> dict[str, Any]:
    """Geometry of the distribution: one column a band from zero, the pass line where it lies."""
    most = max((band.count for band in figures.bands), default=0) or 1
    across = (WIDE - 2 * LEFT) / len(figures.bands)
    high = HIGH - TOP - BOTTOM
    bars: list[dict[str, Any]] = [
        {
            "x": round(LEFT + i * across + 3, 1),
            "y": round(TOP + high * (1 - band.count / most), 1),
            "wide": round(across - 6, 1),
            "high": round(high * band.count / most, 1),
            "left": round(LEFT + i * across, 1),
            "middle": round(LEFT + (i + 0.5) * across, 1),
            "low": band.low,
            "count": band.count,
            "label": f"{band.low}–{band.high if i + 1 == len(figures.bands) else band.high - 1}",
            "passed": band.low >= pass_mark,
        }
        for i, band in enumerate(figures.bands)
    ]
    for bar in bars:
        bar["text_y"] = bar["y"] - 6
    return {
        "bars": bars,
        "line": round(LEFT + (WIDE - 2 * LEFT) * pass_mark / out_of, 1),
        "base": HIGH - BOTTOM,
        "label_y": HIGH - BOTTOM + 24,
        "wide": WIDE,
        "high": HIGH,
        "end": WIDE - LEFT,
        "out_of": out_of,
        "pass_mark": pass_mark,
    }


def _reason(reason: marking.Reason) -> str:
    """What still holds a release back, in words."""
    count = reason.params.get("count", 0)
    words = {
        "rehearsal": _("演练不公布成绩。"),
        "cancelled": _("这一场已取消。"),
        "nobody": _("这一场没有考生。"),
        "not_over": _("还有考生可以入场，考试尚未结束。"),
        "running": ngettext("%(count)d 名考生尚未交卷。", "%(count)d 名考生尚未交卷。", count),
        "unscored": ngettext("%(count)d 份答卷的选择题待计分。", "%(count)d 份答卷的选择题待计分。", count),
        "open": _("简答题待评：初评 %(first)d，复评 %(second)d，终评 %(third)d。"),
        "already_released": _("这一场的成绩已经公布。"),
    }
    params = {"first": 0, "second": 0, "third": 0, **reason.params}
    return words.get(reason.code, reason.code) % params


@require_POST
@login_required
def score(request: HttpRequest, session_id: int) -> HttpResponse:
    """Score the choice questions of everybody who has handed in since the worker's last round."""
    found = _session(request, session_id, RELEASERS)
    report = marking.score_session(found, by=request.user, at=clock.now())
    messages.success(
        request,
        ngettext("已为 %(n)d 份答卷计分。", "已为 %(n)d 份答卷计分。", report.scripts)
        % {"n": report.scripts},
    )
    return redirect("office:result_session", found.pk)


@require_POST
@login_required
def release(request: HttpRequest, session_id: int) -> HttpResponse:
    found = _session(request, session_id, RELEASERS)
    try:
        marking.release(found, by=request.user, at=clock.now())
    except marking.NotReady as error:
        messages.error(request, _("还不能公布：") + " ".join(_reason(reason) for reason in error.reasons))
    else:
        messages.success(request, _("成绩已公布，考生已收到通知。"))
    return redirect("office:result_session", found.pk)


@require_GET
@login_required
def rechecks(request: HttpRequest) -> HttpResponse:
    """Requests for a re-check, open ones first."""
    rows = marking.recheck_queue(_places(request))
    state = [("open", _("待复核")), ("decided", _("已复核"))]
    table = Table(
        request,
        rows,
        name="rechecks",
        columns=[
            Column(
                "result.admission.ticket_number",
                _("准考证号"),
                "code",
                sort=True,
                url=lambda row: reverse("office:result_recheck", args=[row.pk]),
            ),
            Column("result.admission.person.name", _("姓名"), sort=True),
            Column("result.session.date", _("考试日期"), "day", sort=True),
            Column("total", _("原成绩"), "number", value=lambda row: _plain(row.result.total)),
            Column("at", _("申请时间"), "moment", sort=True),
            Column("state", _("状态"), "html", value=_recheck_chip),
        ],
        search=["result__admission__ticket_number", "result__admission__person__name"],
        filters=[
            Filter(
                "state",
                _("状态"),
                state,
                apply=lambda found, value: found.filter(decision__isnull=value == "open"),
            )
        ],
        empty=Empty(_("没有复核申请"), _("成绩公布后，考生可以在期限内申请复核。")),
    )
    return table.respond("office/results/rechecks.html", {"open": marking.open_rechecks(_places(request))})


def _recheck_chip(row: Any) -> str:
    decision = getattr(row, "decision", None)
    if decision is None:
        return tags.chip(_("待复核"), "now")
    changed = decision.outcome == marking.RecheckDecision.CHANGED
    return tags.chip(_("已更正"), "info") if changed else tags.chip(_("维持原成绩"), "idle")


class DecisionForm(forms.Form):
    """The reason of a decision; the marks come beside the questions."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"].label = _("复核说明")
        self.fields["reason"].help_text = _("考生会看到这段说明。")


@require_http_methods(["GET", "POST"])
@login_required
def recheck(request: HttpRequest, request_id: int) -> HttpResponse:
    """One case: every question with what was given, and the decision."""
    case = marking.recheck(request_id)
    if case is None:
        raise Http404
    _session(request, case.result.session_id, RELEASERS if request.method == "POST" else READERS)
    lines = marking.recheck_case(case)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    typed = {line.position: request.POST.get(f"m{line.position}", "") for line in lines}
    if request.method == "POST" and form.is_valid():
        done = _decide(request, case, typed, form)
        if done is not None:
            return done
    refused = marking.decision_refused(case, request.user)
    return render(
        request,
        "office/results/recheck.html",
        {
            "case": case,
            "form": form,
            "lines": [_line(line, typed[line.position]) for line in lines],
            "open_auto": bool(form.errors) or not any(line.given for line in lines),
            "decision": getattr(case, "decision", None),
            "refused": _refusal(refused) if refused and refused != "decided" else "",
            "may_decide": not refused and _may_release(request.user, case.result.session),
            "before": marking.total_text(case.result.total),
            "programme": _named(programmes.definition_of(case.result.admission.application.edition_id)),
        },
    )


def _line(line: marking.CaseLine, typed: str) -> dict[str, Any]:
    return {
        "line": line,
        "kind": items.kind_name(line.kind),
        "right": answer_words.right(line.solution),
        "points": items.for_people(line.solution).get("points", []),
        "answered": answer_words.answered(line.kind, line.response, line.public),
        "marks": marking.total_text(line.marks),
        "most": marking.total_text(line.out_of),
        "typed": typed or marking.total_text(line.marks),
        "given": [
            {"total": marking.total_text(mark.total), "comment": mark.comment, "points": mark.points}
            for mark in line.given
        ],
    }


def _decide(
    request: HttpRequest, case: Any, typed: dict[int, str], form: DecisionForm
) -> HttpResponse | None:
    changes: dict[int, Decimal] = {}
    for position, text in typed.items():
        if not text.strip():
            continue
        try:
            changes[position] = Decimal(text.strip())
        except InvalidOperation:
            form.add_error(None, _("第 %(position)d 题：请填数字。") % {"position": position})
    if form.errors:
        return None
    try:
        decision = marking.decide_recheck(
            case.pk, changes=changes, reason=form.cleaned_data["reason"], by=request.user, at=clock.now()
        )
    except marking.BadMarks as error:
        for fault in error.faults:
            form.add_error(None, _fault(fault))
        return None
    except marking.MayNot as error:
        messages.error(request, _refusal(error.code))
        return redirect("office:result_recheck", case.pk)
    if decision.outcome == marking.RecheckDecision.CHANGED:
        messages.success(request, _("成绩已更正，考生已收到通知。"))
    else:
        messages.success(request, _("已维持原成绩，考生已收到通知。"))
    return redirect("office:result_recheck", case.pk)


def _fault(fault: marking.Reason) -> str:
    words = {
        "position": _("第 %(position)s 题不在这份答卷上。"),
        "range": _("第 %(position)s 题：分数须在 0 到 %(most)s 之间。"),
        "halves": _("第 %(position)s 题：分数须为 0.5 的倍数。"),
    }
    params = {
        name: marking.total_text(value) if isinstance(value, Decimal) else value
        for name, value in fault.params.items()
    }
    return words.get(fault.code, fault.code) % params


def _refusal(code: str) -> str:
    words = {
        "decided": _("这份申请已经有复核结果。"),
        "own": _("这是您本人的成绩，请由其他人复核。"),
        "marked_it": _("您评阅过这份答卷，请由没有参与阅卷的人复核。"),
        "released_it": _("这一场的成绩由您公布，请由另一人复核。"),
        "no_reason": _("请写明复核说明。"),
    }
    return words.get(code, _("现在不能复核。"))


def result_entries(request: HttpRequest) -> list[NavEntry]:
    """Lines of the office's navigation."""
    if not may_read(request.user):
        return []
    places = people.access_organisations(request.user, READERS)
    return [
        NavEntry(_("成绩"), reverse("office:results"), icon="chart"),
        NavEntry(
            _("成绩复核"), reverse("office:rechecks"), badge=marking.open_rechecks(places), icon="renew"
        ),
    ]


def result_due(request: HttpRequest) -> list[DueItem]:
    """Sessions to release, promises near or broken, re-checks to decide."""
    if not people.access_any(request.user, RELEASERS):
        return []
    places = people.access_organisations(request.user, RELEASERS)
    items = [_due(row) for row in marking.session_rows(places, at=clock.now()) if _is_due(row)]
    waiting = marking.open_rechecks(places)
    if waiting:
        items.append(
            DueItem(
                title=ngettext("%(n)d 份成绩复核申请", "%(n)d 份成绩复核申请", waiting) % {"n": waiting},
                detail=_("由没有参与阅卷和公布的人复核"),
                url=reverse("office:rechecks"),
            )
        )
    return items


def _is_due(row: marking.Progress) -> bool:
    if row.state in ("released", "waiting") or not row.facts.admitted or row.facts.cancelled:
        return False
    return row.overdue or row.state == "ready" or (row.promised.date - clock.today()).days <= NEAR_DAYS


def _due(row: marking.Progress) -> DueItem:
    name = _named(programmes.definition_of(row.session.edition_id))
    title = _("公布%(programme)s成绩") if row.state == "ready" else _("完成%(programme)s阅卷")
    near = (row.promised.date - clock.today()).days <= NEAR_DAYS
    return DueItem(
        title=title % {"programme": name},
        detail=days.short_text(row.session.date),
        url=reverse("office:result_session", args=[row.session_id]),
        due_at=row.promised.date,
        level="overdue" if row.overdue else "near" if near else "info",
    )


result_urls = [
    path("results/", listing, name="results"),
    path("results/rechecks/", rechecks, name="rechecks"),
    path("results/rechecks/<int:request_id>/", recheck, name="result_recheck"),
    path("results/<int:session_id>/", session, name="result_session"),
    path("results/<int:session_id>/score/", score, name="score_session"),
    path("results/<int:session_id>/release/", release, name="release_session"),
]
