"""证书: what is due, issue, search, detail; changes proposed by one clerk and confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.credentials import api as credentials
from tancai.enrolment import api as enrolment
from tancai.jobs import api as jobs
from tancai.lib import clock, documents, identity
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem
from tancai.web.shell.tables import Column, Empty, Filter, Table

READERS = ("office", "supervisor")
CLERKS = ("office",)

STATES = {
    "valid": gettext_lazy("有效"),
    "expired": gettext_lazy("已过有效期"),
    "replaced": gettext_lazy("已换发"),
    "revoked": gettext_lazy("已撤销"),
}
CHANGES: dict[str, Promise] = {
    "correct": gettext_lazy("更正"),
    "replace": gettext_lazy("换发"),
    "revoke": gettext_lazy("撤销"),
}
FOLLOWS: dict[str, Promise] = {
    "correct": gettext_lazy("编号不变，所印内容改为下面的新内容，公开查询会注明更正日期。"),
    "replace": gettext_lazy("签发新编号的证书，有效期照旧；原编号查询时显示已换发。"),
    "revoke": gettext_lazy("证书立即失效，公开查询显示撤销日期；撤销后不能恢复。"),
}
EVENTS: dict[str, Promise] = {
    "issued": gettext_lazy("签发"),
    "corrected": gettext_lazy("更正"),
    "renewed": gettext_lazy("续期登记"),
    "replaced": gettext_lazy("换发"),
    "revoked": gettext_lazy("撤销"),
}
OUTCOMES: dict[str, tuple[Promise, str]] = {
    "open": (gettext_lazy("待复核"), "wait"),
    "confirmed": (gettext_lazy("已执行"), "good"),
    "declined": (gettext_lazy("未执行"), "idle"),
}
SEXES = {"male": gettext_lazy("男"), "female": gettext_lazy("女")}
REFUSALS: dict[str, Promise] = {
    "wrong_state": gettext_lazy("证书的状态已经变化，不能再做这项变更。"),
    "no_reason": gettext_lazy("请填写理由。"),
    "nothing_changed": gettext_lazy("没有要更正的内容：新内容与证书所印相同。"),
    "bad_facts": gettext_lazy("更正后的内容有误，请核对姓名和证件号码。"),
    "pending": gettext_lazy("这份证书已有一项变更等待复核，请先处理它。"),
    "same_person": gettext_lazy("变更须由提出人以外的另一位同事复核。"),
    "own_certificate": gettext_lazy("不能复核自己的证书。"),
    "decided": gettext_lazy("这项变更已经处理过了。"),
    "fee_open": gettext_lazy("补发费用还没有结清。"),
    "wrong_request": gettext_lazy("这项申请已经处理过了。"),
    "not_passed": gettext_lazy("成绩不合格，不能签发。"),
    "result_changed": gettext_lazy("成绩已有更正，请按新的成绩处理。"),
    "no_identity": gettext_lazy("持证人的身份信息不完整，不能签发。"),
}


def _me(request: HttpRequest) -> people.User:
    """The signed-in user; only behind a check of rights."""
    return cast(people.User, request.user)


def refusal(code: str) -> str:
    return str(REFUSALS.get(code, _("没有完成，请刷新页面后再试。")))


def _readable(request: HttpRequest) -> set[int] | None:
    """Organisations whose certificates the user reads (None = all); 404 for everybody else."""
    if not people.access_any(request.user, READERS):
        raise Http404
    return people.access_organisations(request.user, READERS)


def _clerk_at(request: HttpRequest) -> set[int] | None:
    """Organisations for which the user issues and changes (None = all)."""
    return people.access_organisations(request.user, CLERKS)


def _is_clerk(request: HttpRequest) -> bool:
    return people.access_any(request.user, CLERKS)


def _certificate(request: HttpRequest, number: str) -> credentials.Certificate:
    """The certificate, for readers of its programme; else not found."""
    try:
        found = credentials.row(str(number))
    except credentials.NotThere as error:
        raise Http404 from error
    if not people.access_at(request.user, READERS, programmes.organisation_ids(found.programme)):
        raise Http404
    return found


def _may_change(request: HttpRequest, certificate: credentials.Certificate) -> bool:
    """Clerks of the programme; nobody deals with one's own certificate."""
    places = programmes.organisation_ids(certificate.programme)
    return people.access_judge(request.user, CLERKS, places, certificate.person)


def _names(organisation_ids: set[int] | None) -> dict[str, str]:
    codes = set(programmes.codes_of_organisations(organisation_ids))
    return {each.code: named(each) for each in programmes.programmes() if each.code in codes}


def _context(request: HttpRequest) -> dict[str, Any]:
    """What the tabs count."""
    clerk = _clerk_at(request)
    is_clerk = _is_clerk(request)
    return {
        "is_clerk": is_clerk,
        "due_count": len(credentials.due(_readable(request), at=clock.now())),
        "changes_count": (
            credentials.proposals(clerk).count() + credentials.requests(clerk).count() if is_clerk else 0
        ),
    }


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All certificates of the user's bodies. A search by name or document is a POST: it stays out of addresses."""
    organisations = _readable(request)
    text = request.POST.get("find", "").strip()[:60] if request.method == "POST" else ""
    rows = credentials.certificates(organisations, on=clock.today(), text=text)
    names = _names(organisations)
    table = Table(
        request,
        rows,
        name="certificates",
        title=_("证书"),
        columns=[
            Column("number", capfirst(_("证书编号")), "code", sort=True, url=_address),
            Column("name", _("姓名"), value=lambda row: _seen(row).facts.name),
            Column("document", _("证件号码"), "code", value=lambda row: _seen(row).facts.document_masked),
            Column("post", _("岗位名称"), value=lambda row: named(_seen(row).facts, "post")),
            *(
                [Column("programme", _("项目"), value=lambda row: names.get(row.programme, ""), sort=True)]
                if len(names) > 1
                else []
            ),
            Column("issued_on", _("发证日期"), "day", sort=True),
            Column("until", _("有效期至"), "day", sort=True),
            Column("state", _("状态"), "state:certificate", sort=True),
        ],
        search=["number"],
        search_label=capfirst(_("证书编号")),
        filters=[
            Filter("state", _("状态"), list(STATES.items())),
            Filter("programme", _("项目"), list(names.items())),
        ],
        empty=Empty(_("没有证书"), _("成绩公布后，在“待签发”里签发的证书会出现在这里。")),
    )
    return table.respond(
        "office/certificates/list.html", {**_context(request), "tab": "all", "searched": bool(text)}
    )


def _address(row: credentials.Certificate) -> str:
    return reverse("office:certificate", args=[row.number])


def _seen(row: Any) -> credentials.CertificateView:
    """The view of a row, opened once for all its columns."""
    if not hasattr(row, "seen"):
        row.seen = credentials.view(row)
    found: credentials.CertificateView = row.seen
    return found


@dataclass(frozen=True)
class DueRow:
    """One line of what is due."""

    pk: int
    name: str
    document: str
    programme: str
    code: str
    post: str
    exam_date: date
    promised_by: date
    provisional: bool
    overdue: bool


def _post(definition: programmes.Definition, level: str, speciality: str) -> str:
    """The post as the certificate will print it; in English the course and the level."""
    if (get_language() or "zh").startswith("zh"):
        return definition.post_name(level, speciality)
    course, rank = definition.speciality(speciality), definition.level(level)
    name = (
        (course and (course.post_en or course.name_en)) or definition.certificate.post_en or named(definition)
    )
    return f"{name} ({rank.name_en})" if rank and definition.certificate.level_in_brackets else name


def _due_rows(organisation_ids: set[int] | None) -> list[DueRow]:
    found = credentials.due(organisation_ids, at=clock.now())
    persons = people.people_by_id(each.result.person_id for each in found)
    rows = []
    for each in found:
        definition = programmes.definition_of(each.result.edition_id)
        person = persons[each.result.person_id]
        rows.append(
            DueRow(
                pk=each.result.id,
                name=person.name,
                document=person.document_masked,
                programme=named(definition),
                code=definition.code,
                post=_post(definition, each.result.level, each.result.speciality),
                exam_date=each.result.exam_date,
                promised_by=each.promised_by,
                provisional=each.provisional,
                overdue=each.overdue,
            )
        )
    return rows


def issuing_now(request: HttpRequest) -> jobs.Job | None:
    """The issue of many that this clerk has begun and that is not over."""
    begun = jobs.jobs_of(request.user).filter(kind=credentials.ISSUE_MANY).first()
    return begun if begun is not None and not begun.over else None


@require_GET
@login_required
def due_page(request: HttpRequest) -> HttpResponse:
    """Passes without a certificate, the earliest promise first."""
    organisations = _readable(request)
    rows = _due_rows(organisations)
    names = _names(organisations)
    is_clerk = _is_clerk(request)
    late = [("yes", _("已超过承诺日期"))]
    table = Table(
        request,
        rows,
        name="due",
        title=_("待签发证书"),
        columns=[
            Column("name", _("姓名"), url=_issue_address) if is_clerk else Column("name", _("姓名")),
            Column("document", _("证件号码"), "code"),
            Column("programme", _("项目")),
            Column("post", _("岗位名称")),
            Column("exam_date", _("考试日期"), "day", sort=True),
            Column("promised_by", _("承诺签发日期"), "due", sort=True),
        ],
        search=["name", "post"],
        search_label=_("姓名或岗位"),
        filters=[
            Filter("programme", _("项目"), list(names.items()), lookup="code"),
            Filter("late", _("承诺"), late, apply=lambda found, value: [r for r in found if r.overdue]),
        ],
        empty=Empty(_("没有待签发的证书"), _("成绩公布后，合格考生会出现在这里，并写明承诺的签发日期。")),
    )
    context = {
        **_context(request),
        "tab": "due",
        "overdue": sum(row.overdue for row in rows),
        "first": rows[0] if rows else None,
        "issuing": issuing_now(request),
    }
    return table.respond("office/certificates/due.html", context)


def _issue_address(row: DueRow) -> str:
    return reverse("office:certificate_issue", args=[row.pk])


@login_required
def issue(request: HttpRequest, result_id: int) -> HttpResponse:
    """One certificate: what it will print, then issue."""
    row = next((each for each in issuable(request) if each.pk == result_id), None)
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            certificate = credentials.issue(result_id, by=_me(request), at=clock.now())
        except credentials.CannotIssue as error:
            messages.error(request, refusal(error.code))
            return redirect("office:certificates_due")
        messages.success(request, _("已签发 %(number)s。") % {"number": certificate.number})
        return redirect("office:certificate", certificate.number)
    return render(request, "office/certificates/issue.html", {"row": row})


def issuable(request: HttpRequest) -> list[DueRow]:
    """What this clerk may issue: never one's own."""
    if not _is_clerk(request):
        raise Http404
    mine = people.person_of(request.user)
    found = credentials.due(_clerk_at(request), at=clock.now())
    own = {each.result.id for each in found if mine is not None and each.result.person_id == mine.pk}
    return [row for row in _due_rows(_clerk_at(request)) if row.pk not in own]


@require_GET
@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One certificate with its story, its changes and what its holder asked for."""
    certificate = _certificate(request, number)
    seen = credentials.view(certificate)
    definition = credentials.definition_for(seen)
    proposals = credentials.proposals_of(certificate)
    waiting = next((each for each in proposals if each.open), None)
    context = {
        "seen": seen,
        "definition": definition,
        "events": [_event(each) for each in credentials.events_of(certificate)],
        "proposals": [_told(each) for each in proposals],
        "waiting": waiting,
        "requests": [(CHANGES[each.change], each) for each in credentials.requests_of(certificate)],
        "may_change": _may_change(request, certificate),
        "may_propose": seen.stands and waiting is None,
        "changes": list(CHANGES.items()),
    }
    return render(request, "office/certificates/detail.html", context)


def _event(each: credentials.EventView) -> dict[str, Any]:
    return {
        "word": EVENTS.get(each.kind, each.kind),
        "row": each,
        "by": people.staff_name(each.by),
        "proposed_by": people.staff_name(each.proposed_by),
    }


def _told(each: credentials.ProposalView) -> dict[str, Any]:
    word, tone = OUTCOMES[each.outcome]
    return {
        "row": each,
        "change": CHANGES[each.change],
        "word": word,
        "tone": tone,
        "by": people.staff_name(each.by),
        "decided_by": people.staff_name(each.decided_by),
    }


@require_GET
@login_required
def portrait(request: HttpRequest, number: str) -> HttpResponse:
    data = enrolment.portrait(_certificate(request, number).application_id)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@require_GET
@login_required
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate for the printer: for clerks with the full document number (audited), else masked."""
    certificate = _certificate(request, number)
    clear = _may_change(request, certificate)
    try:
        data = credentials.certificate_pdf(certificate, masked=not clear, at=clock.now(), by=_me(request))
    except documents.MissingGlyph as missing:
        text = _("系统字库没有这些字：%(characters)s。请安装含这些字的字体（设置 TANCAI_FONT）后再打印。")
        messages.error(request, text % {"characters": missing.characters})
        return redirect("office:certificate", certificate.number)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


class ReasonForm(forms.Form):
    """Why the certificate changes."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明依据，如核对了什么材料。复核的同事会看到，并长期留存。"),
    )


class CorrectionForm(ReasonForm):
    """What shall be printed instead; fields left as they are do not change."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    sex = forms.ChoiceField(label=gettext_lazy("性别"), choices=list(SEXES.items()))
    document = forms.CharField(
        label=gettext_lazy("新证件号码"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("不改号码就留空。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "sex", "document", "reason"]


@login_required
def propose(request: HttpRequest, number: str, change: str) -> HttpResponse:
    """Propose a change; it takes effect when another clerk confirms it."""
    certificate = _certificate(request, number)
    if change not in CHANGES or not _may_change(request, certificate):
        raise Http404
    seen = credentials.view(certificate)
    asked = _asked(request, certificate)
    form = _proposal_form(request, seen, change, asked)
    if request.method == "POST" and form.is_valid():
        facts = {key: value for key, value in form.cleaned_data.items() if key != "reason"}
        try:
            credentials.propose(
                certificate,
                change,
                reason=form.cleaned_data["reason"],
                changes=facts,
                request=asked,
                by=_me(request),
                at=clock.now(),
            )
        except credentials.CannotChange as error:
            form.add_error(None, refusal(error.code))
        else:
            messages.success(request, _("已提出，等待另一位同事复核。"))
            return redirect("office:certificate", certificate.number)
    context = {
        "seen": seen,
        "form": form,
        "change": CHANGES[change],
        "follows": FOLLOWS[change],
        "danger": change == "revoke",
        "asked": credentials.request_view(asked) if asked else None,
    }
    return render(request, "office/certificates/propose.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, certificate: credentials.Certificate) -> credentials.ChangeRequest | None:
    number = request.GET.get("request", "")
    if not number.isdecimal():
        return None
    try:
        found = credentials.request_of(int(number))
    except credentials.NotThere as error:
        raise Http404 from error
    if found.certificate_id != certificate.pk:
        raise Http404
    return found


def _proposal_form(
    request: HttpRequest,
    seen: credentials.CertificateView,
    change: str,
    asked: credentials.ChangeRequest | None,
) -> forms.Form:
    initial = {"reason": _("按持证人申请办理。")} if asked else {}
    if change != "correct":
        return ReasonForm(request.POST or None, initial=initial)
    return CorrectionForm(
        request.POST or None, initial={"name": seen.facts.name, "sex": seen.facts.sex, **initial}
    )


@require_GET
@login_required
def changes(request: HttpRequest) -> HttpResponse:
    """Changes that wait for a second person, and what holders ask for."""
    if not _is_clerk(request):
        raise Http404
    clerk = _clerk_at(request)
    context = {
        **_context(request),
        "tab": "changes",
        "proposals": [_told(credentials.proposal_view(each)) for each in credentials.proposals(clerk)],
        "requests": [
            (CHANGES[each.change], credentials.request_view(each)) for each in credentials.requests(clerk)
        ],
        "unfounded": credentials.unfounded(clerk, on=clock.today()),
    }
    return render(request, "office/certificates/changes.html", context)


class DecisionForm(forms.Form):
    """A reason, needed when the change is turned down."""

    reason = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("不执行时必填。"),
    )


@login_required
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Before and after, side by side; confirm as the second person, or turn down."""
    try:
        row = credentials.proposal(proposal_id)
    except credentials.NotThere as error:
        raise Http404 from error
    if not _may_change(request, row.certificate):
        raise Http404
    form = DecisionForm(request.POST or None)
    if row.by_id == request.user.pk:
        form.fields["reason"].label = _("撤回的原因")
        form.fields["reason"].help_text = ""
        form.fields["reason"].required = True
    if request.method == "POST" and form.is_valid():
        answer = _decide(request, row, form)
        if answer is not None:
            return answer
    told = credentials.proposal_view(row)
    context = {
        **_told(told),
        "seen": told.certificate,
        "lines": _lines(told),
        "follows": FOLLOWS[told.change],
        "own": row.by_id == request.user.pk,
        "form": form,
    }
    return render(request, "office/certificates/proposal.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, row: credentials.Proposal, form: forms.Form) -> HttpResponse | None:
    reason = form.cleaned_data["reason"]
    try:
        if request.POST.get("step") == "confirm":
            counts = credentials.confirm(row, by=_me(request), at=clock.now())
            messages.success(request, _("变更已执行，持证人会收到通知。"))
            return redirect("office:certificate", counts.number)
        credentials.decline(row, reason=reason, by=_me(request), at=clock.now())
    except credentials.CannotChange as error:
        form.add_error("reason" if error.code == "no_reason" else None, refusal(error.code))
        return None
    messages.success(request, _("这项变更不再执行。"))
    return redirect("office:certificate", row.certificate.number)


def _lines(told: credentials.ProposalView) -> list[tuple[str, str, str]]:
    """Label, printed now, printed then; documents masked."""
    facts, new = told.certificate.facts, told.changes
    lines = []
    if "name" in new:
        lines.append((_("姓名"), facts.name, new["name"]))
    if "sex" in new:
        lines.append((_("性别"), str(SEXES.get(facts.sex, "")), str(SEXES.get(new["sex"], ""))))
    if "document" in new:
        lines.append((_("证件号码"), facts.document_masked, identity.mask_document(new["document"])))
    return lines


@require_POST
@login_required
def refuse(request: HttpRequest, request_id: int) -> HttpResponse:
    """Do not follow what a holder asks for, with the reason the holder reads."""
    try:
        row = credentials.request_of(request_id)
    except credentials.NotThere as error:
        raise Http404 from error
    if not _may_change(request, row.certificate):
        raise Http404
    try:
        credentials.refuse_request(
            row, reason=request.POST.get("reason", "")[:500], by=_me(request), at=clock.now()
        )
    except credentials.CannotChange as error:
        messages.error(request, refusal(error.code))
    else:
        messages.success(request, _("已答复持证人。"))
    return redirect("office:certificate", row.certificate.number)


def certificate_due(request: HttpRequest) -> list[DueItem]:
    """For the office's dashboard: certificates to issue, changes to confirm, requests to answer."""
    if not _is_clerk(request):
        return []
    clerk = _clerk_at(request)
    items: list[DueItem] = []
    found = credentials.due(clerk, at=clock.now())
    if found:
        items.append(_issue_item(found))
    waiting = credentials.proposals(clerk).exclude(by=_me(request))
    items += [
        DueItem(
            _("复核证书变更：%(change)s %(number)s")
            % {"change": CHANGES[each.change], "number": each.certificate.number},
            _("由另一位同事提出，等待您复核"),
            reverse("office:certificate_proposal", args=[each.pk]),
        )
        for each in waiting[:5]
    ]
    asked = credentials.requests(clerk).count()
    if asked:
        title = ngettext("%(n)d 项持证人申请待办理", "%(n)d 项持证人申请待办理", asked) % {"n": asked}
        items.append(DueItem(title, "", reverse("office:certificate_changes")))
    return items


def _issue_item(found: list[credentials.DueCertificate]) -> DueItem:
    late = sum(each.overdue for each in found)
    title = ngettext("%(n)d 份证书待签发", "%(n)d 份证书待签发", len(found)) % {"n": len(found)}
    detail = (
        ngettext("其中 %(n)d 份已超过承诺日期", "其中 %(n)d 份已超过承诺日期", late) % {"n": late}
        if late
        else ""
    )
    first = found[0].promised_by
    level = "overdue" if late else "near" if (first - clock.today()).days <= 3 else "info"
    return DueItem(title, detail, reverse("office:certificates_due"), first, level)


certificate_urls = [
    path("certificates/", index, name="certificates"),
    path("certificates/due/", due_page, name="certificates_due"),
    path("certificates/due/<int:result_id>/", issue, name="certificate_issue"),
    path("certificates/changes/", changes, name="certificate_changes"),
    path("certificates/changes/<int:proposal_id>/", proposal, name="certificate_proposal"),
    path("certificates/requests/<int:request_id>/refuse/", refuse, name="certificate_refuse"),
    path("certificates/<slug:number>/", detail, name="certificate"),
    path("certificates/<slug:number>/portrait.jpg", portrait, name="certificate_portrait"),
    path("certificates/<slug:number>/certificate.pdf", pdf, name="certificate_pdf"),
    path("certificates/<slug:number>/propose/<slug:change>/", propose, name="certificate_propose"),
]
