"""Programmes at the office: read an edition, make the next, compare, special days, working days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.office import programme_forms as part_forms
from tancai.web.office import programme_words as words
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem

READERS = ("office", "reviewer", "finance", "supervisor", "organiser_staff")
EDITORS = ("office",)
CALENDAR_EDITORS = ("platform_admin",)
DAYS_SHOWN = 12


def may_read(request: HttpRequest) -> bool:
    """Whether the user has any programme to look at."""
    return people.access_any(request.user, READERS)


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The programmes of the user's organisations with their edition in force and next exam day."""
    codes = _codes(request)
    at = clock.now()
    today = clock.today()
    drafts = {change.code: change for change in programmes.pending_file_changes()}
    rows = []
    for code in codes:
        definition = programmes.definition(code, on=today)
        newest = programmes.editions(code)[0]
        rows.append(
            {
                "definition": definition,
                "newest": newest,
                "coming": newest.number if newest.effective_from > today else None,
                "next": next(iter(programmes.upcoming_days(code, at=at)), None),
                "draft": drafts.get(code),
                "may_edit": _may_edit(request, code),
            }
        )
    return render(
        request,
        "office/programmes.html",
        {"rows": rows, "may_edit_calendar": _may_edit_calendar(request), "years": programmes.working_years()},
    )


@require_GET
@login_required
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One edition in full; the one in force today unless another number is asked for."""
    _readable(request, code)
    editions = programmes.editions(code)
    definition = _edition(code, request.GET.get("edition", ""), editions)
    return render(
        request,
        "office/programme.html",
        {
            "definition": definition,
            "edition": next(each for each in editions if each.id == definition.edition_id),
            "editions": editions,
            "in_force": programmes.definition(code, on=clock.today()).edition_id == definition.edition_id,
            "is_newest": editions[0].id == definition.edition_id,
            "may_edit": _may_edit(request, code),
            "conditions": _condition_rows(definition),
            "parts": [
                (part, words.part(part))
                for part in part_forms.TEXT_PARTS
                # what a programme has none of is too large to begin here; it comes with the file
                if getattr(definition, part, None) is not None
            ],
            "blueprint": [
                (
                    part,
                    [(items.kind_name(s.kind), s) for s in part.sections],
                    words.value("draw", part.draw),
                )
                for part in definition.paper.parts
            ],
            "notes": [
                (note, words.value("note_kind", note.kind), words.part(note.about))
                for note in definition.notes
            ],
            "says": _Says(definition),
            "draft": _draft_of(code),
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Change one part: look at what would change, then make the next edition."""
    _editable(request, code)
    if part not in part_forms.SETTINGS and part not in part_forms.TEXT_PARTS:
        raise Http404
    newest = programmes.definition_of(programmes.editions(code)[0].id)
    form = _part_form(request, newest, part)
    edition_form = part_forms.EditionForm(
        request.POST or None, initial={"effective_from": max(clock.today(), newest.effective_from)}
    )
    differences: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        draft = _draft(form, newest, part)
        if draft is not None:
            differences = _differences(programmes.content(newest), programmes.content(draft.definition))
            if request.POST.get("step") == "save" and edition_form.is_valid():
                made = _save(request, code, draft, edition_form)
                if made:
                    return redirect(reverse("office:programme", args=[code]) + f"?edition={made.number}")
            elif request.POST.get("step") != "save":
                edition_form = part_forms.EditionForm(initial=request.POST.dict())
    return render(
        request,
        "office/programme_edit.html",
        {
            "definition": newest,
            "part": part,
            "part_name": _("报名与开课") if part == "entry" else words.part(part),
            "form": form,
            "edition_form": edition_form,
            "differences": differences,
            "as_text": part in part_forms.TEXT_PARTS,
            "notes": [note for note in newest.notes if note.about == part],
        },
        status=422 if request.method == "POST" and not differences else 200,
    )


@require_GET
@login_required
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between two editions of a programme."""
    _readable(request, code)
    editions = programmes.editions(code)
    numbers = {str(each.number): each for each in editions}
    newest = editions[0]
    b = numbers.get(request.GET.get("b", ""), newest)
    a = numbers.get(request.GET.get("a", ""), numbers.get(str(max(1, b.number - 1)), newest))
    differences = _differences(programmes.edition_plain(a.id), programmes.edition_plain(b.id))
    return render(
        request,
        "office/programme_compare.html",
        {
            "definition": programmes.definition_of(newest.id),
            "editions": editions,
            "a": a,
            "b": b,
            "differences": differences,
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def file_change(request: HttpRequest, code: str) -> HttpResponse:
    """The draft that a changed definition file offers: adopt it or set it aside."""
    _editable(request, code)
    change = _draft_of(code)
    if change is None:
        messages.info(request, _("定义文件没有待处理的改动。"))
        return redirect("office:programme", code)
    newest = programmes.definition_of(programmes.editions(code)[0].id)
    form = part_forms.EditionForm(
        request.POST or None, initial={"effective_from": max(clock.today(), newest.effective_from)}
    )
    sent = request.method == "POST" and change.definition is not None and form.is_valid()
    if sent and _decide(request, code, change, form):
        return redirect("office:programme", code)
    after = programmes.content(change.definition) if change.definition else {}
    return render(
        request,
        "office/programme_file.html",
        {
            "definition": newest,
            "change": change,
            "form": form,
            "faults": [(fault.line, programmes.describe(fault)) for fault in change.faults],
            "differences": _differences(programmes.content(newest), after) if after else [],
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def days(request: HttpRequest, code: str) -> HttpResponse:
    """The coming exam days with their dates, and special days to add."""
    _readable(request, code)
    may_edit = _may_edit(request, code)
    if request.method == "POST" and not may_edit:
        raise Http404
    form = part_forms.SpecialDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _add_day(request, code, form):
        return redirect("office:programme_days", code)
    at = clock.now()
    cancelled = programmes.cancelled_keys(code)
    upcoming = programmes.upcoming_days(code, at=at)[:DAYS_SHOWN]
    off = [day for key in cancelled if (day := programmes.exam_day(key)).starts_at > at]
    return render(
        request,
        "office/programme_days.html",
        {
            "definition": programmes.definition(code, on=clock.today()),
            "days": [
                _day_row(day, cancelled) for day in sorted([*upcoming, *off], key=lambda day: day.starts_at)
            ],
            "changes": programmes.day_changes(code)[:20],
            "form": form,
            "may_edit": may_edit,
        },
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@login_required
def change_day(request: HttpRequest, code: str, key: str, step: str) -> HttpResponse:
    """Call an exam day off, or put it back."""
    _editable(request, code)
    form = part_forms.ReasonForm(request.POST, prefix="day")
    act = {"cancel": programmes.cancel_day, "restore": programmes.restore_day}.get(step)
    parts = programmes.split_key(key)
    if act is None or parts is None or parts[0] != code:
        raise Http404
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        act(key, reason=reason, by=_by(request), at=clock.now())
    except programmes.UnknownExamDay as error:
        raise Http404 from error
    except programmes.BadChange as error:
        messages.error(request, programmes.explain(error))
    else:
        done = _("考试日已取消。请通知已报名的考生。") if step == "cancel" else _("考试日已恢复。")
        messages.success(request, done)
    return redirect("office:programme_days", code)


@require_http_methods(["GET", "POST"])
@login_required
def working_days(request: HttpRequest) -> HttpResponse:
    """The table of official working days by year."""
    if not may_read(request):
        raise Http404
    may_edit = _may_edit_calendar(request)
    if request.method == "POST" and not may_edit:
        raise Http404
    day_form, year_form = part_forms.WorkdayForm(prefix="day"), part_forms.YearForm(prefix="year")
    if request.method == "POST" and "year-year" in request.POST:
        year_form = part_forms.YearForm(request.POST, prefix="year")
        if year_form.is_valid() and _announce(request, year_form):
            return redirect(reverse("office:working_days") + f"?year={year_form.cleaned_data['year']}")
    elif request.method == "POST":
        day_form = part_forms.WorkdayForm(request.POST, prefix="day")
        if day_form.is_valid():
            return _set_day(request, day_form)
    known = programmes.working_years()
    shown = _year(request.GET.get("year", ""), known)
    return render(
        request,
        "office/working_days.html",
        {
            "years": sorted({*known[-4:], shown, clock.today().year, clock.today().year + 1}),
            "year": shown,
            "provisional": shown not in known,
            "rows": programmes.workday_rows(shown),
            "day_form": day_form,
            "year_form": year_form,
            "may_edit": may_edit,
        },
        status=422 if request.method == "POST" else 200,
    )


@dataclass(frozen=True)
class _Made:
    """Changes that passed the check, ready to become an edition."""

    definition: programmes.Definition
    changes: dict[str, Any]
    lines: dict[Any, int]


class _Says:
    """Codes of a definition in words, for the template."""

    def __init__(self, definition: programmes.Definition) -> None:
        self.course_opens_on = words.value("course_opens_on", definition.course_opens_on)
        self.channels = _("、").join(words.value("channels", each) for each in definition.channels)
        self.background = words.value("background", definition.portrait.background)
        self.measure = words.value("measure", definition.learning.measure)
        self.multiple_policy = words.value("multiple_policy", definition.exam.multiple_policy)
        self.mode = words.value("mode", definition.exam.mode)
        self.identity_check = words.value("identity_check", definition.exam.identity_check)
        self.enrolment = words.value("enrolment", definition.calendar.enrolment)
        self.operator = words.value("exam_operator", definition.readings.exam_operator)
        self.other_major = words.value("other_major", definition.readings.other_major)
        self.certificate_year = words.value("certificate_year", definition.readings.certificate_year)
        self.min_share = f"{round(definition.learning.min_share * 100)}%"
        self.query = _("；").join(
            " + ".join(words.value("query", name) for name in names) for names in definition.certificate.query
        )


def _by(request: HttpRequest) -> people.User:
    """Whoever acts: these pages are for signed-in users only."""
    return cast(people.User, request.user)


def _codes(request: HttpRequest) -> list[str]:
    codes = programmes.codes_of_organisations(people.access_organisations(request.user, READERS))
    if not codes:
        raise Http404
    return codes


def _readable(request: HttpRequest, code: str) -> None:
    if code not in _codes(request):
        raise Http404


def _may_edit(request: HttpRequest, code: str) -> bool:
    return people.access_at(request.user, EDITORS, programmes.organisation_ids(code))


def _editable(request: HttpRequest, code: str) -> None:
    _readable(request, code)
    if not _may_edit(request, code):
        raise Http404


def _may_edit_calendar(request: HttpRequest) -> bool:
    return people.access_any(request.user, CALENDAR_EDITORS)


def _edition(code: str, number: str, editions: list[programmes.EditionView]) -> programmes.Definition:
    if not number:
        return programmes.definition(code, on=clock.today())
    for each in editions:
        if str(each.number) == number:
            return programmes.definition_of(each.id)
    raise Http404


def _condition_rows(definition: programmes.Definition) -> list[dict[str, Any]]:
    return [
        {
            "level": named(found) if (found := definition.level(level)) else "",
            "lines": [
                {
                    "condition": condition,
                    "asks": [
                        [words.predicate(each) for each in alternative] for alternative in condition.any_of
                    ],
                }
                for condition in conditions
            ],
        }
        for level, conditions in definition.conditions.items()
    ]


def _draft_of(code: str) -> programmes.FileChange | None:
    return next((each for each in programmes.pending_file_changes() if each.code == code), None)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "part": words.part(each.part),
            "path": each.path,
            "before": words.shown(each.before),
            "after": words.shown(each.after),
        }
        for each in programmes.differences(before, after)
        if each.part != "effective_from"
    ]


def _part_form(request: HttpRequest, definition: programmes.Definition, part: str) -> forms.Form:
    data = request.POST or None
    if part in part_forms.SETTINGS:
        kind = part_forms.SETTINGS[part]
        return kind(data, initial=kind.initial_of(definition))
    return part_forms.TextForm(data, initial={"text": programmes.text_of(definition, part)})


def _draft(form: forms.Form, newest: programmes.Definition, part: str) -> _Made | None:
    """The checked draft of what the form says, or ``None`` with the faults written into the form."""
    plain = programmes.content(newest)
    field = "text" if isinstance(form, part_forms.TextForm) else None
    try:
        if isinstance(form, part_forms.PartForm):
            changes = form.changes(plain)
            lines: dict[Any, int] = {}
        else:
            value, lines = programmes.parse_part(form.cleaned_data["text"], part)
            changes = {part: value}
        return _Made(programmes.apply_changes(plain, changes, lines), changes, lines)
    except programmes.BadDefinition as error:
        for line in _fault_lines(error.faults):
            form.add_error(field, line)
    except programmes.BadChange as error:
        form.add_error(field, programmes.explain(error))
    return None


def _fault_lines(faults: Iterable[programmes.Fault]) -> list[str]:
    return [
        _("第 %(line)s 行：%(said)s") % {"line": fault.line, "said": programmes.describe(fault)}
        if fault.line
        else programmes.describe(fault)
        for fault in faults
    ]


def _save(
    request: HttpRequest, code: str, draft: _Made, form: part_forms.EditionForm
) -> programmes.EditionView | None:
    try:
        made = programmes.revise(
            code,
            changes=draft.changes,
            lines=draft.lines,
            note=form.cleaned_data["note"],
            effective_from=form.cleaned_data["effective_from"],
            by=_by(request),
            at=clock.now(),
        )
    except programmes.BadChange as error:
        form.add_error("effective_from" if error.code == "before_latest" else None, programmes.explain(error))
        return None
    messages.success(request, _("已保存为第 %(n)s 版。") % {"n": made.number})
    return next(each for each in programmes.editions(code) if each.id == made.pk)


def _decide(
    request: HttpRequest, code: str, change: programmes.FileChange, form: part_forms.EditionForm
) -> bool:
    common: dict[str, Any] = {
        "digest": request.POST.get("digest", ""),
        "note": form.cleaned_data["note"],
        "by": _by(request),
        "at": clock.now(),
    }
    try:
        if request.POST.get("step") == "set_aside":
            programmes.set_aside_file_change(code, **common)
            messages.success(request, _("这次文件改动不采用；文件再变时会重新提示。"))
        else:
            made = programmes.adopt_file_change(
                code, effective_from=form.cleaned_data["effective_from"], **common
            )
            messages.success(request, _("文件改动已保存为第 %(n)s 版。") % {"n": made.number})
    except programmes.BadChange as error:
        form.add_error("effective_from" if error.code == "before_latest" else None, programmes.explain(error))
        return False
    return True


def _day_row(day: programmes.ExamDay, cancelled: set[str]) -> dict[str, Any]:
    working = programmes.is_working_day(day.date)
    holiday = {row.day: row for row in programmes.workday_rows(day.date.year)}.get(day.date)
    remark = ""
    if working and day.date.weekday() >= 5:
        remark = _("调休上班日")
    elif holiday and not holiday.working:
        remark = _("法定假期：%(name)s") % {"name": holiday.name}
    return {
        "day": day,
        "cancelled": day.key in cancelled,
        "remark": remark,
        "form": part_forms.ReasonForm(prefix="day", auto_id=f"{day.key}-%s"),
    }


def _add_day(request: HttpRequest, code: str, form: part_forms.SpecialDayForm) -> bool:
    try:
        programmes.add_special_day(code, by=_by(request), at=clock.now(), **form.cleaned_data)
    except programmes.BadChange as error:
        form.add_error(None, programmes.explain(error))
        return False
    messages.success(request, _("已添加考试日。"))
    return True


def _year(given: str, known: list[int]) -> int:
    return int(given) if given.isdecimal() and 2004 <= int(given) <= 2100 else clock.today().year


def _set_day(request: HttpRequest, form: part_forms.WorkdayForm) -> HttpResponse:
    day: date = form.cleaned_data["day"]
    programmes.set_working_day(
        day,
        working=form.cleaned_data["working"] == "yes",
        name=form.cleaned_data["name"],
        by=_by(request),
        at=clock.now(),
    )
    messages.success(request, _("已保存 %(day)s 的安排。") % {"day": day.isoformat()})
    return redirect(reverse("office:working_days") + f"?year={day.year}")


def _announce(request: HttpRequest, form: part_forms.YearForm) -> bool:
    year = form.cleaned_data["year"]
    try:
        rows = programmes.read_year(form.cleaned_data["days"], year)
        programmes.announce_year(
            year, exceptions=rows, source=form.cleaned_data["source"], by=_by(request), at=clock.now()
        )
    except programmes.BadChange as error:
        form.add_error("days", programmes.explain(error))
        return False
    messages.success(request, _("%(year)s 年的安排已公布，期限不再是暂定。") % {"year": year})
    return True


def programme_due(request: HttpRequest) -> list[DueItem]:
    """Definition files that changed and wait for a decision."""
    if not people.access_any(request.user, EDITORS):
        return []
    own = programmes.codes_of_organisations(people.access_organisations(request.user, EDITORS))
    return [
        DueItem(
            _("%(name)s：定义文件有改动，等待采用") % {"name": named(programmes.definition(change.code))},
            "",
            reverse("office:programme_file", args=[change.code]),
        )
        for change in programmes.pending_file_changes()
        if change.code in own
    ]


programme_urls = [
    path("programmes/", index, name="programmes"),
    path("programmes/working-days/", working_days, name="working_days"),
    path("programmes/<slug:code>/", programme, name="programme"),
    path("programmes/<slug:code>/edit/<slug:part>/", edit, name="programme_edit"),
    path("programmes/<slug:code>/compare/", compare, name="programme_compare"),
    path("programmes/<slug:code>/file/", file_change, name="programme_file"),
    path("programmes/<slug:code>/days/", days, name="programme_days"),
    path("programmes/<slug:code>/days/<slug:key>/<slug:step>/", change_day, name="programme_day_change"),
]
