"""Review of applications: the queue by promised day, and one application with everything needed to decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.enrolment import api as enrolment
from tancai.files import api as files
from tancai.lib import clock, documents, identity, limits
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.shell.navigation import DueItem, NavEntry
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.who import signed_in

REVIEWERS = ("reviewer", "office")
READERS = ("reviewer", "office", "supervisor")
VIEWS = ("waiting", "returned", "approved", "refused", "all")
REVEALS_AN_HOUR = 30


class ReviewTable(Table):
    """The queue; a whole document number in the search box finds its person by keyed hash."""

    def _searched(self, rows: Any) -> Any:
        return enrolment.search(rows, self.query, _people_of_document(self.query)) if self.query else rows


def _people_of_document(text: str) -> list[int]:
    if len(identity.normal_document(text)) < 5:
        return []
    found = (people.find_by_document(kind, text) for kind in identity.DOCUMENT_KINDS)
    return [person.pk for person in found if person is not None]


def _places(request: HttpRequest, roles: tuple[str, ...] = READERS) -> set[int] | None:
    return people.access_organisations(request.user, roles)


def _named(thing: Any) -> str:
    if thing is None:
        return ""
    return str(thing.name if (get_language() or "zh").startswith("zh") else thing.name_en or thing.name)


@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Waiting applications by promised day; the other states under their own tabs."""
    if not people.access_any(request.user, READERS):
        raise Http404
    view = request.GET.get("view", "waiting")
    view = view if view in VIEWS else "waiting"
    table = _table(request, view)
    if table is None:
        raise Http404
    waiting = enrolment.review_queue(_places(request))
    overdue = waiting.filter(promised_by__lt=clock.today()).count()
    first = waiting.first()
    context = {"view": view, "waiting": waiting.count(), "overdue": overdue, "first": first, "tabs": _tabs()}
    return table.respond("office/review_queue.html", context)


def _tabs() -> list[tuple[str, str]]:
    words = (_("待审核"), _("已退回"), _("已通过"), _("未通过"), _("全部"))
    return list(zip(VIEWS, words, strict=True))


def _rows(request: HttpRequest, view: str) -> QuerySet[enrolment.Application]:
    if view == "waiting":
        return enrolment.review_queue(_places(request))
    rows = enrolment.reviewable(_places(request))
    rows = rows if view == "all" else rows.filter(state=view)
    return rows.order_by("-decided_at", "-id")


def _table(request: HttpRequest, view: str) -> ReviewTable:
    codes = programmes.codes_of_organisations(_places(request))
    definitions = {code: programmes.definition(code) for code in codes}

    def programme_of(row: enrolment.Application) -> str:
        definition = definitions[row.programme]
        level, speciality = definition.level(row.level), definition.speciality(row.speciality)
        return " · ".join([_named(definition), *(_named(each) for each in (level, speciality) if each)])

    columns = [
        Column(
            "number",
            _("申请号"),
            "code",
            sort=True,
            url=lambda row: reverse("office:review", args=[row.number]),
        ),
        Column("person.name", _("姓名"), "code", sort="person__name"),
        Column(
            "person.document_masked",
            _("证件号码"),
            "code",
            export=lambda row: row.person.document_masked,
            beneath="person.name",
        ),
        Column("programme", _("项目"), value=programme_of, sort=True),
        Column("exam_day", _("考试日"), "day", value=_exam_date, sort=True),
        Column("channel", _("渠道"), value=_channel, beneath="programme"),
        Column("submitted_at", _("提交时间"), "day", sort=True),
    ]
    if view == "waiting":
        columns.insert(1, Column("promised_by", _("承诺完成"), "due", sort=True))
    else:
        columns.insert(1, Column("state", _("状态"), "state:application"))
    return ReviewTable(
        request,
        _rows(request, view),
        name="review",
        columns=columns,
        search=["number"],
        search_label=_("姓名、申请号或完整证件号码"),
        filters=[
            Filter("programme", _("项目"), [(code, _named(each)) for code, each in definitions.items()]),
            Filter("channel", _("渠道"), [("individual", _("个人")), ("institution", _("机构"))]),
            Filter("late", _("时限"), [("yes", _("已超期"))], apply=_late),
        ],
        empty=Empty(_("没有等待审核的申请"), _("有人提交后会按承诺日期排在这里。")),
    )


def _late(rows: Any, value: str) -> Any:
    return rows.filter(state="submitted", promised_by__lt=clock.today())


def _exam_date(row: enrolment.Application) -> Any:
    day = enrolment.exam_day_or_none(row.exam_day)
    return day.date if day else None


def _channel(row: enrolment.Application) -> str:
    return _named(row.institution) or _("个人")


def _application(
    request: HttpRequest, number: str, roles: tuple[str, ...] = READERS, *, judging: bool = False
) -> enrolment.Application:
    """The row, for staff of its certifying body or organiser; drafts are nobody's business but the candidate's."""
    try:
        row = enrolment.record_of(str(number))
    except enrolment.NotThere as error:
        raise Http404 from error
    places = programmes.organisation_ids(row.programme)
    may = people.access_at(request.user, roles, places)
    if judging:
        may = people.access_judge(request.user, roles, places, row.person)
    if not may or row.state == "draft":
        raise Http404
    return row


@never_cache
@require_GET
@login_required
def review(request: HttpRequest, number: str) -> HttpResponse:
    row = _application(request, number)
    return render(request, "office/review.html", _context(request, row))


def _context(request: HttpRequest, row: enrolment.Application) -> dict[str, Any]:
    at = clock.now()
    check = enrolment.check(row, at=at)
    definition = check.definition
    names = {material.kind: _named(material) for material in definition.materials}
    places = programmes.organisation_ids(row.programme)
    may_judge = row.state == "submitted" and people.access_judge(request.user, REVIEWERS, places, row.person)
    claims = enrolment.Claims.from_json(row.claims)
    return {
        "application": row,
        "person": row.person,
        "definition": definition,
        "name": _named(definition),
        "qualifier": " · ".join(
            _named(each)
            for each in (definition.level(row.level), definition.speciality(row.speciality))
            if each
        ),
        "day": enrolment.exam_day_or_none(row.exam_day),
        "verdict": check.verdict,
        "lines": [_line(line, definition, names) for line in check.verdict.per_line],
        "facts": _facts(claims, definition),
        "claims": claims,
        "cards": _cards(row, check, names, may_judge),
        "missing": [names[kind] for kind in check.missing],
        "may_judge": may_judge,
        "own": people.access_person(request.user, row.person),
        "major_in_question": bool(claims.major) and _major_in_question(check.verdict),
        "general_codes": enrolment.return_codes(""),
        "events": [_event(event, names) for event in reversed(enrolment.events_of(row))],
        "others": _others(row),
        "checklist": definition.portrait.checklist,
        "next": _next(request, row),
        "may_reveal": people.access_at(request.user, REVIEWERS, places),
    }


def _line(line: enrolment.LineVerdict, definition: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "line": line.line,
        "text": line.text,
        "met": line.met,
        "proofs": [names[kind] for kind in line.proofs],
        "missing": [enrolment.say_reason(reason, definition) for reason in line.missing],
    }


def _facts(claims: enrolment.Claims, definition: Any) -> list[tuple[str, str]]:
    occupation = next((_named(o) for o in definition.occupations if o.code == claims.occupation), "")
    found = [
        (_("学历"), str(enrolment.EDUCATION_WORDS.get(claims.education, ""))),
        (_("学位"), _("、").join(str(enrolment.DEGREE_WORDS[degree]) for degree in claims.degrees)),
        (pgettext("education", "专业"), claims.major),
        (_("在读院校"), claims.school),
        (_("职业类别"), occupation),
        (_("工作单位"), claims.unit),
        (_("累计从业"), _("%(years)d 年") % {"years": claims.years} if claims.years else ""),
    ]
    return [(label, value) for label, value in found if value]


def _major_in_question(verdict: enrolment.Verdict) -> bool:
    return any(reason.code == "major_unrelated" for line in verdict.per_line for reason in line.missing)


def _cards(
    row: enrolment.Application, check: enrolment.Check, names: dict[str, str], may_judge: bool
) -> list[dict[str, Any]]:
    required = {r.kind: r.required for r in check.requirements}
    return [
        _card(row, material, names, required.get(kind, False), may_judge)
        for kind, materials in sorted(
            enrolment.newest_materials(row).items(),
            key=lambda item: (item[0] != "portrait", list(names).index(item[0])),
        )
        for material in materials
    ]


def _card(
    row: enrolment.Application,
    material: enrolment.Material,
    names: dict[str, str],
    required: bool,
    may_judge: bool,
) -> dict[str, Any]:
    verdict = enrolment.newest_verdict(material)
    said = (
        ""
        if verdict is None or verdict.accepted
        else enrolment.say_return(
            {"material": material.kind, "code": verdict.code, "text": verdict.text}, {material.kind: ""}
        )
    )
    return {
        "material": material,
        "name": names[material.kind],
        "required": required,
        "picture": material.stored.mime.startswith("image/"),
        "url": reverse("office:review_file", args=[row.number, material.stored.token]),
        "verdict": verdict,
        "said": said,
        "findings": [enrolment.say_finding(f["code"], f.get("params")) for f in material.findings],
        "codes": enrolment.return_codes(material.kind),
        "may_judge": may_judge,
        "number": row.number,
        "is_portrait": material.kind == "portrait",
    }


def _event(event: enrolment.ApplicationEvent, names: dict[str, str]) -> dict[str, Any]:
    words = {
        "drafted": _("开始填写"),
        "submitted": _("提交"),
        "returned": _("退回补正"),
        "approved": _("通过"),
        "refused": _("不通过"),
        "withdrawn": _("撤回"),
        "corrected": _("更正"),
    }
    said = [enrolment.say_return(reason, names) for reason in event.detail.get("reasons", [])]
    remark = event.detail.get("remark", "")
    return {
        "words": words[event.kind],
        "at": event.at,
        "who": people.staff_name(event.by) if event.by else "",
        "said": [*said, *([remark] if remark else [])],
    }


def _others(row: enrolment.Application) -> list[enrolment.ApplicationView]:
    return [v for v in enrolment.applications_of(row.person) if v.id != row.pk and v.state != "draft"]


def _next(request: HttpRequest, row: enrolment.Application) -> str:
    """The number of the next waiting application after this one, or the first of the queue."""
    waiting = enrolment.review_queue(_places(request, REVIEWERS)).exclude(pk=row.pk)
    waiting = waiting.exclude(person__user_id=request.user.pk or 0)
    after = waiting.filter(promised_by__gte=row.promised_by) if row.promised_by else waiting
    numbers = list(
        after.exclude(promised_by=row.promised_by, pk__lt=row.pk).values_list("number", flat=True)[:1]
    )
    return str(numbers[0] if numbers else waiting.values_list("number", flat=True).first() or "")


@require_POST
@login_required
def judge_material(request: HttpRequest, number: str, material_id: int) -> HttpResponse:
    """Accept or return one material; answers its card."""
    row = _application(request, number, REVIEWERS, judging=True)
    newest = [m for rows in enrolment.newest_materials(row).values() for m in rows]
    material = next((m for m in newest if m.pk == material_id), None)
    if material is None:
        raise Http404
    accepted = request.POST.get("verdict") == "accept"
    code = "" if accepted else request.POST.get("code", "")
    text = "" if accepted else request.POST.get("text", "")[:500]
    problem = ""
    if code and code not in enrolment.return_codes(material.kind):
        code = "other"
    try:
        enrolment.decide_material(
            material, accepted=accepted, code=code, text=text, by=request.user, at=clock.now()
        )
    except enrolment.EnrolmentError as error:
        problem = enrolment.say_refusal(error.code, error.params)
    if not request.headers.get("HX-Request"):
        if problem:
            messages.error(request, problem)
        return redirect("office:review", row.number)
    context = _context(request, row)
    card = next(card for card in context["cards"] if card["material"].pk == material_id)
    return render(
        request, "office/parts/review_card_answer.html", {**context, "card": {**card, "problem": problem}}
    )


@require_POST
@login_required
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Approve, return or refuse; goes on to the next in the queue."""
    row = _application(request, number, REVIEWERS, judging=True)
    after = _next(request, row)
    step = request.POST.get("step", "")
    try:
        _decide(request, row, step)
    except enrolment.EnrolmentError as error:
        said = enrolment.say_refusal(error.code, error.params)
        if step == "return" and not _rejected(row) and not request.POST.get("code"):
            said = _("请先把要退回的材料标记为退回，或选择退回整份申请的原因。")
        messages.error(request, said)
        return redirect("office:review", row.number)
    done = {
        "approve": _("%(number)s 已通过"),
        "return": _("%(number)s 已退回补正"),
        "refuse": _("%(number)s 未通过，已通知考生"),
    }
    messages.success(request, done[step] % {"number": row.number})
    return redirect("office:review", after) if after else redirect("office:review_queue")


def _decide(request: HttpRequest, row: enrolment.Application, step: str) -> None:
    by, at = request.user, clock.now()
    remark = request.POST.get("remark", "").strip()[:1000]
    if step == "approve":
        line = request.POST.get("line", "")
        enrolment.approve(row, int(line) if line.isdecimal() else None, remark=remark, by=by, at=at)
    elif step == "return":
        reasons = _rejected(row)
        code = request.POST.get("code", "")
        if code in enrolment.return_codes(""):
            reasons.append(("", code, remark))
            remark = ""
        enrolment.return_for_correction(row, reasons, remark=remark, by=by, at=at)
    elif step == "refuse":
        enrolment.refuse(row, remark, by=by, at=at)
    else:
        raise Http404


def _rejected(row: enrolment.Application) -> list[tuple[str, str, str]]:
    """Materials marked for return, with their reasons."""
    found = []
    for kind, materials in enrolment.newest_materials(row).items():
        for material in materials:
            verdict = enrolment.newest_verdict(material, accepted=False)
            if verdict is not None:
                found.append((kind, verdict.code, verdict.text))
    return found


@require_POST
@login_required
def accept_major(request: HttpRequest, number: str) -> HttpResponse:
    """Accept the claimed major as related, with a reason."""
    row = _application(request, number, REVIEWERS, judging=True)
    try:
        reason = request.POST.get("reason", "")[:500]
        enrolment.accept_major(row, reason=reason, by=request.user, at=clock.now())
        messages.success(request, _("已认定为相关专业"))
    except enrolment.EnrolmentError as error:
        messages.error(request, enrolment.say_refusal(error.code, error.params))
    return redirect("office:review", row.number)


@never_cache
@require_POST
@login_required
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The document number in clear, once, on the record."""
    row = _application(request, number, REVIEWERS)
    if not limits.allow(f"reveal:{request.user.pk}", limit=REVEALS_AN_HOUR, seconds=3600):
        shown = _("查看太频繁，请过一会儿再试。")
    else:
        shown = people.reveal_document(
            row.person, reason=f"review {row.number}", by=signed_in(request), at=clock.now()
        )
    return render(request, "office/parts/review_document.html", {"shown": shown})


@require_GET
@login_required
def file(request: HttpRequest, number: str, token: str) -> HttpResponse:
    row = _application(request, number)
    material = enrolment.Material.objects.filter(application=row, file__token=token).first()
    if material is None or material.file is None:
        raise Http404
    try:
        return files.serve(material.file)
    except files.FileGone as error:
        raise Http404 from error


@never_cache
@require_GET
@login_required
def form_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The application form with the number masked."""
    row = _application(request, number)
    try:
        data = enrolment.application_form_pdf(row, masked=True, at=clock.now())
    except documents.MissingGlyph as error:
        messages.error(request, _("有无法打印的字：%(characters)s。") % {"characters": error.characters})
        return redirect("office:review", row.number)
    return HttpResponse(data, content_type="application/pdf")


def review_nav(request: HttpRequest) -> list[NavEntry]:
    if not people.access_any(request.user, READERS):
        return []
    waiting = enrolment.review_queue(_places(request)).count()
    return [NavEntry(_("审核"), reverse("office:review_queue"), badge=waiting, icon="form")]


def review_due(request: HttpRequest) -> list[DueItem]:
    """One item a promised day, so that an overdue promise is seen before a candidate complains."""
    if not people.access_any(request.user, REVIEWERS):
        return []
    days: dict[Any, int] = {}
    for day in enrolment.review_queue(_places(request, REVIEWERS)).values_list("promised_by", flat=True)[
        :2000
    ]:
        days[day] = days.get(day, 0) + 1
    today = clock.today()
    items = []
    for day, count in sorted(days.items(), key=lambda item: str(item[0])):
        level = "overdue" if day and day < today else "near" if day and day <= today else "info"
        said = (
            ngettext("%(n)d 份申请已超过承诺的审核日期", "%(n)d 份申请已超过承诺的审核日期", count)
            if level == "overdue"
            else ngettext("%(n)d 份申请等待审核", "%(n)d 份申请等待审核", count)
        )
        items.append(
            DueItem(said % {"n": count}, url=reverse("office:review_queue"), due_at=day, level=level)
        )
    return items


review_urls = [
    path("review/", queue, name="review_queue"),
    path("review/<slug:number>/", review, name="review"),
    path("review/<slug:number>/materials/<int:material_id>/", judge_material, name="review_material"),
    path("review/<slug:number>/decide/", decide, name="review_decide"),
    path("review/<slug:number>/major/", accept_major, name="review_major"),
    path("review/<slug:number>/document/", reveal, name="review_document"),
    path("review/<slug:number>/files/<slug:token>/", file, name="review_file"),
    path("review/<slug:number>/form.pdf", form_pdf, name="review_form"),
]
