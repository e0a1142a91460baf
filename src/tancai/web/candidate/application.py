"""One application: filled in section by section while it is with the candidate, read afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from tancai.enrolment import api as enrolment
from tancai.fees import api as fees
from tancai.files import api as files
from tancai.lib import clock, documents, limits
from tancai.programmes import api as programmes
from tancai.web.candidate import apply
from tancai.web.candidate.access import own_application
from tancai.web.candidate.claims_form import ClaimsForms
from tancai.web.candidate.words import named
from tancai.web.roads.steps import steps_of
from tancai.web.shell.road import Step

UPLOADS_AN_HOUR = 120


@require_GET
@own_application
def page(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    if application.state in ("draft", "returned"):
        return render(request, "candidate/application.html", form_context(application))
    return render(request, "candidate/application_read.html", read_context(application))


def form_context(application: enrolment.Application, **more: Any) -> dict[str, Any]:
    """Everything the sections show; ``more`` overrides (forms with errors, refused files)."""
    at = clock.now()
    check = enrolment.check(application, at=at)
    definition = check.definition
    names = material_names(definition)
    context: dict[str, Any] = {
        **common_context(application, definition, at),
        "check": check,
        "lines": [line_context(line, definition, names) for line in check.verdict.per_line],
        "materials": material_cards(application, check, more.get("refused", {})),
        "missing": [(kind, names[kind]) for kind in check.missing],
        "rejected": [(kind, names[kind]) for kind in check.rejected],
        "reasons": said_reasons(application, names),
        "forms": ClaimsForms(definition, claims=application.claims),
        "promise": programmes.working_deadline(clock.local_date(at), definition.promises.review_days),
        "declarations": definition.declarations,
        "choice": apply.choice_context(_chosen(application)),
    }
    return context | more


def common_context(application: enrolment.Application, definition: Any, at: Any) -> dict[str, Any]:
    day = enrolment.exam_day_or_none(application.exam_day)
    level, speciality = definition.level(application.level), definition.speciality(application.speciality)
    return {
        "application": application,
        "definition": definition,
        "name": named(definition),
        "qualifier": " · ".join(named(each) for each in (level, speciality) if each),
        "day": day,
        "last_moment": day.closes_at - timedelta(seconds=1) if day else None,
        "steps": _steps(application, at),
    }


def _steps(application: enrolment.Application, at: datetime) -> list[Step]:
    """The road without the link that leads to this very page."""
    here = reverse("candidate:application", args=[application.number])
    steps = steps_of([enrolment.application(application.pk)], at=at)[application.pk]
    return [replace(step, url="", link="") if step.url == here else step for step in steps]


def _chosen(application: enrolment.Application) -> dict[str, str]:
    names = ("programme", "level", "speciality", "exam_day")
    return {name: getattr(application, name) for name in names}


def material_names(definition: Any) -> dict[str, str]:
    return {material.kind: named(material) for material in definition.materials}


def line_context(line: enrolment.LineVerdict, definition: Any, names: dict[str, str]) -> dict[str, Any]:
    """One condition line in words: met with its proofs, or what each missing piece needs and would prove it."""
    return {
        "line": line.line,
        "text": line.text,
        "met": line.met,
        "proofs": [names[kind] for kind in line.proofs],
        "missing": [
            {
                "words": enrolment.say_reason(reason, definition),
                "proofs": [names[kind] for kind in reason.proofs],
            }
            for reason in line.missing
        ],
    }


def material_cards(
    application: enrolment.Application, check: enrolment.Check, refused: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """One card a material: what is asked, what is there, what a reviewer or the check said of it."""
    newest = enrolment.newest_materials(application)
    cards = []
    for requirement in check.requirements:
        rule = requirement.rule
        if rule.source == "generated":
            continue
        rows = newest.get(requirement.kind, [])
        cards.append(
            {
                "kind": requirement.kind,
                "name": named(rule),
                "rule": rule,
                "required": requirement.required,
                "files": [_file_context(row) for row in rows],
                "next_page": max((row.page for row in rows), default=0) + 1 if rule.several else 1,
                "locked": application.state == "returned"
                and bool(rows)
                and not enrolment.may_replace(application, requirement.kind),
                "refused": refused.get(requirement.kind, []),
                "portrait": check.definition.portrait if rule.source == "portrait" else None,
            }
        )
    return cards


def _file_context(material: enrolment.Material) -> dict[str, Any]:
    verdict = enrolment.newest_verdict(material)
    return {
        "token": material.stored.token,
        "page": material.page,
        "picture": material.stored.mime.startswith("image/"),
        "size": material.stored.size,
        "at": material.attached_at,
        "findings": [enrolment.say_finding(f["code"], f.get("params")) for f in material.findings],
        "verdict": verdict,
        "reason": "" if verdict is None or verdict.accepted else _reason(material, verdict),
    }


def _reason(material: enrolment.Material, verdict: Any) -> str:
    said = {"material": material.kind, "code": verdict.code, "text": verdict.text}
    return enrolment.say_return(said, {material.kind: ""})


def said_reasons(application: enrolment.Application, names: dict[str, str]) -> list[str]:
    """The newest return in words, while the application is returned."""
    if application.state != "returned":
        return []
    last = next(event for event in reversed(enrolment.events_of(application)) if event.kind == "returned")
    said = [enrolment.say_return(reason, names) for reason in last.detail.get("reasons", [])]
    return [*said, *([last.detail["remark"]] if last.detail.get("remark") else [])]


def read_context(application: enrolment.Application) -> dict[str, Any]:
    at = clock.now()
    definition = enrolment.definition_for(application)
    check = enrolment.check(application, at=at)
    names = material_names(definition)
    line = next((each for each in check.verdict.per_line if each.line == application.line), None)
    return {
        **common_context(application, definition, at),
        "materials": [card for card in material_cards(application, check, {}) if card["files"]],
        "line": line,
        "events": [_event_context(event, names) for event in reversed(enrolment.events_of(application))],
        "order": fees.order_for("enrolment", application.pk),
        "may_withdraw": _may_withdraw(application, at),
        "may_restart": application.state in ("withdrawn", "refused"),
    }


EVENT_WORDS = {
    "drafted": lambda: _("开始填写"),
    "submitted": lambda: pgettext("event", "提交申请"),
    "returned": lambda: _("退回补正"),
    "approved": lambda: pgettext("event", "审核通过"),
    "refused": lambda: _("审核未通过"),
    "withdrawn": lambda: _("撤回申请"),
    "corrected": lambda: _("更正"),
}


def _event_context(event: enrolment.ApplicationEvent, names: dict[str, str]) -> dict[str, Any]:
    said = [enrolment.say_return(reason, names) for reason in event.detail.get("reasons", [])]
    remark = event.detail.get("remark", "")
    return {
        "words": EVENT_WORDS[event.kind](),
        "at": event.at,
        "said": [*said, *([remark] if remark else [])],
    }


def _may_withdraw(application: enrolment.Application, at: Any) -> bool:
    day = enrolment.exam_day_or_none(application.exam_day)
    running = application.state in ("draft", "submitted", "returned", "approved")
    return running and (day is None or at < day.starts_at)


def _part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _parts(request: HttpRequest, application: enrolment.Application, **more: Any) -> HttpResponse:
    """The parts that depend on what was filled in, for htmx; the whole page otherwise."""
    template = "candidate/parts/sections.html" if _part(request) else "candidate/application.html"
    return render(request, template, form_context(application, **more))


def _card(
    request: HttpRequest, application: enrolment.Application, kind: str, refused: list[str] | None = None
) -> HttpResponse:
    """One material's card and what stands between here and submission, each in its place wherever it is by then:
    the other cards stay, so a file being chosen or sent there is not lost."""
    template = "candidate/parts/uploaded.html" if _part(request) else "candidate/application.html"
    more = {"refused": {kind: refused}} if refused else {}
    return render(request, template, form_context(application, changed=kind, **more))


def _refuse(
    request: HttpRequest, application: enrolment.Application, error: enrolment.EnrolmentError
) -> HttpResponse:
    messages.error(request, enrolment.say_refusal(error.code, error.params))
    if _part(request):
        return HttpResponseClientRedirect(reverse("candidate:application", args=[application.number]))
    return redirect("candidate:application", application.number)


@require_POST
@own_application
def choose(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    """Another level, speciality or exam day."""
    given = {name: request.POST[name] for name in ("level", "speciality", "exam_day") if name in request.POST}
    try:
        enrolment.change_choice(application, **given, by=request.user, at=clock.now())
    except enrolment.EnrolmentError as error:
        return _refuse(request, application, error)
    messages.success(request, _("已更改"))
    return redirect("candidate:application", application.number)


@require_POST
@own_application
def claims(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    """Save what was filled in and judge it at once."""
    filled = ClaimsForms(enrolment.definition_for(application), request.POST)
    if not filled.is_valid():
        return _parts(request, application, forms=filled, unsaved=True)
    try:
        preferred = {"line": int(request.POST.get("line") or 0)}
    except ValueError:
        preferred = {}
    try:
        enrolment.set_claims(application, filled.claims() | preferred, by=request.user, at=clock.now())
    except enrolment.BadClaims as error:
        problem = enrolment.say_refusal(error.code, error.params)
        return _parts(request, application, forms=filled, unsaved=True, problem=problem)
    except enrolment.EnrolmentError as error:
        return _refuse(request, application, error)
    return _parts(request, application, forms=filled)


@require_POST
@own_application
def upload(request: HttpRequest, application: enrolment.Application, kind: str) -> HttpResponse:
    """Hand in a file for a material; a refused file is explained on its card."""
    if not limits.allow(f"upload:{request.user.pk}", limit=UPLOADS_AN_HOUR, seconds=3600):
        return _card(request, application, kind, [_("上传太频繁，请过一会儿再试。")])
    sent = request.FILES.get("file")
    if sent is None:
        return _card(request, application, kind, [_("请选择文件。")])
    try:
        page_number = max(1, min(20, int(request.POST.get("page") or 1)))
    except ValueError:
        page_number = 1
    try:
        enrolment.attach_material(
            application,
            kind,
            sent.read(),
            sent.name or kind,
            page=page_number,
            by=request.user,
            at=clock.now(),
        )
    except enrolment.BadMaterial as error:
        return _card(request, application, kind, said_of(error))
    except enrolment.EnrolmentError as error:
        return _refuse(request, application, error)
    return _card(request, application, kind)


def said_of(error: enrolment.BadMaterial) -> list[str]:
    """A refused file in words: each hard finding with its remedy."""
    findings = error.params.get("findings")
    if findings:
        return [enrolment.say_finding(f["code"], f.get("params")) for f in findings if f["hard"]]
    return [enrolment.say_refusal(error.code, error.params)]


@require_POST
@own_application
def remove(request: HttpRequest, application: enrolment.Application, kind: str, page: int) -> HttpResponse:
    try:
        enrolment.remove_material(application, kind, page=page, by=request.user, at=clock.now())
    except enrolment.EnrolmentError as error:
        return _refuse(request, application, error)
    return _card(request, application, kind)


@require_GET
@own_application
def file(request: HttpRequest, application: enrolment.Application, token: str) -> HttpResponse:
    """A file handed in with this application, to look at."""
    material = enrolment.Material.objects.filter(application=application, file__token=token).first()
    if material is None or material.file is None:
        raise Http404
    try:
        return files.serve(material.file)
    except files.FileGone as error:
        raise Http404 from error


@require_POST
@own_application
def submit(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    if request.POST.get("declared") != "yes":
        messages.error(request, _("请先勾选声明。"))
        return redirect("candidate:application", application.number)
    try:
        enrolment.submit(application, by=request.user, at=clock.now())
    except enrolment.EnrolmentError as error:
        return _refuse(request, application, error)
    messages.success(request, _("已提交。审核结果会在这里和短信、邮件中通知您。"))
    return redirect("candidate:application", application.number)


@require_POST
@own_application
def withdraw(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    try:
        reason = request.POST.get("reason", "")[:500]
        enrolment.withdraw(application, reason=reason, by=request.user, at=clock.now())
    except enrolment.EnrolmentError as error:
        return _refuse(request, application, error)
    messages.success(request, _("申请已撤回。需要时可以重新报名。"))
    return redirect("candidate:home")


@require_POST
@own_application
def restart(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    """Take up a withdrawn or refused application again, with what was filled in."""
    try:
        enrolment.start_application(
            application.person, **_chosen(application), by=request.user, at=clock.now()
        )
    except enrolment.EnrolmentError as error:
        return _refuse(request, application, error)
    return redirect("candidate:application", application.number)


@require_GET
@own_application
def form_pdf(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    """The application form on paper, made now and kept nowhere."""
    try:
        data = enrolment.application_form_pdf(application, at=clock.now())
    except documents.MissingGlyph as error:
        text = _("有无法打印的字：%(characters)s。请联系考务人员。") % {"characters": error.characters}
        messages.error(request, text)
        return redirect("candidate:application", application.number)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{application.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


application_urls = [
    path("applications/<slug:number>/", page, name="application"),
    path("applications/<slug:number>/choice/", choose, name="application_choice"),
    path("applications/<slug:number>/claims/", claims, name="application_claims"),
    path("applications/<slug:number>/materials/<slug:kind>/", upload, name="material"),
    path(
        "applications/<slug:number>/materials/<slug:kind>/<int:page>/remove/", remove, name="material_remove"
    ),
    path("applications/<slug:number>/files/<slug:token>/", file, name="material_file"),
    path("applications/<slug:number>/submit/", submit, name="application_submit"),
    path("applications/<slug:number>/withdraw/", withdraw, name="application_withdraw"),
    path("applications/<slug:number>/restart/", restart, name="application_restart"),
    path("applications/<slug:number>/form.pdf", form_pdf, name="application_form"),
]
