"""One candidate of the institution: where they stand, and what is still to be handed in."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.enrolment import api as enrolment
from tancai.files import api as files
from tancai.lib import clock, documents
from tancai.people import api as people
from tancai.web.institution.access import full_name, named, of_application
from tancai.web.roads.steps import steps_of

Institution: TypeAlias = people.Organisation
Row: TypeAlias = enrolment.Application


@never_cache
@require_GET
@of_application
def page(request: HttpRequest, institution: Institution, row: Row) -> HttpResponse:
    return render(request, "institution/application.html", _context(institution, row))


def _context(
    institution: Institution, row: Row, refused: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    at = clock.now()
    check = enrolment.check(row, at=at)
    definition = check.definition
    names = {material.kind: named(material) for material in definition.materials}
    editable = row.state in ("draft", "returned")
    day = enrolment.exam_day_or_none(row.exam_day)
    return {
        "institution": institution,
        "application": row,
        "person": row.person,
        "name": full_name(definition, row.level, row.speciality),
        "definition": definition,
        "day": day,
        "steps": steps_of([enrolment.application(row.pk)], at=at, own=False)[row.pk],
        "check": check,
        "lines": [
            {"line": each, "missing": [enrolment.say_reason(reason, definition) for reason in each.missing]}
            for each in check.verdict.per_line
        ],
        "missing": [names[kind] for kind in check.missing],
        "cards": _cards(row, check, refused or {}, editable),
        "reasons": _reasons(row, names),
        "editable": editable,
        "may_withdraw": row.state in ("draft", "submitted", "returned", "approved")
        and (day is None or at < day.starts_at),
    }


def _cards(
    row: Row, check: enrolment.Check, refused: dict[str, list[str]], editable: bool
) -> list[dict[str, Any]]:
    newest = enrolment.newest_materials(row)
    return [
        {
            "kind": requirement.kind,
            "name": named(requirement.rule),
            "required": requirement.required,
            "files": newest.get(requirement.kind, []),
            "refused": refused.get(requirement.kind, []),
            "portrait": requirement.rule.source == "portrait",
            "page": max((m.page for m in newest.get(requirement.kind, [])), default=0) + 1
            if requirement.rule.several
            else 1,
            "open": editable and (row.state == "draft" or enrolment.may_replace(row, requirement.kind)),
        }
        for requirement in check.requirements
        if requirement.rule.source != "generated"
    ]


def _reasons(row: Row, names: dict[str, str]) -> list[str]:
    if row.state != "returned":
        return []
    last = next(event for event in reversed(enrolment.events_of(row)) if event.kind == "returned")
    said = [enrolment.say_return(reason, names) for reason in last.detail.get("reasons", [])]
    return [*said, *([last.detail["remark"]] if last.detail.get("remark") else [])]


@require_POST
@of_application
def upload(request: HttpRequest, institution: Institution, row: Row, kind: str) -> HttpResponse:
    sent = request.FILES.get("file")
    refused: dict[str, list[str]] = {}
    try:
        if sent is None:
            refused[kind] = [_("请选择文件。")]
        else:
            page_number = (
                int(request.POST.get("page") or 1) if str(request.POST.get("page") or 1).isdecimal() else 1
            )
            enrolment.attach_material(
                row, kind, sent.read(), sent.name or kind, page=page_number, by=request.user, at=clock.now()
            )
    except enrolment.BadMaterial as error:
        findings = [f for f in error.params.get("findings", []) if f["hard"]]
        said = [enrolment.say_finding(f["code"], f.get("params")) for f in findings]
        refused[kind] = said or [enrolment.say_refusal(error.code, error.params)]
    except enrolment.EnrolmentError as error:
        messages.error(request, enrolment.say_refusal(error.code, error.params))
    if refused:
        return render(request, "institution/application.html", _context(institution, row, refused))
    return redirect("institution:application", institution.code, row.number)


@never_cache
@require_GET
@of_application
def file(request: HttpRequest, institution: Institution, row: Row, token: str) -> HttpResponse:
    material = enrolment.Material.objects.filter(application=row, file__token=token).first()
    if material is None or material.file is None:
        raise Http404
    try:
        return files.serve(material.file)
    except files.FileGone as error:
        raise Http404 from error


@require_POST
@of_application
def submit(request: HttpRequest, institution: Institution, row: Row) -> HttpResponse:
    try:
        enrolment.submit(row, by=request.user, at=clock.now())
        messages.success(request, _("已提交审核"))
    except enrolment.EnrolmentError as error:
        messages.error(request, enrolment.say_refusal(error.code, error.params))
    return redirect("institution:application", institution.code, row.number)


@require_POST
@of_application
def withdraw(request: HttpRequest, institution: Institution, row: Row) -> HttpResponse:
    try:
        enrolment.withdraw(row, reason=request.POST.get("reason", "")[:500], by=request.user, at=clock.now())
        messages.success(request, _("申请已撤回"))
    except enrolment.EnrolmentError as error:
        messages.error(request, enrolment.say_refusal(error.code, error.params))
    return redirect("institution:application", institution.code, row.number)


@never_cache
@require_GET
@of_application
def form_pdf(request: HttpRequest, institution: Institution, row: Row) -> HttpResponse:
    """The application form, for signing and stamping."""
    try:
        data = enrolment.application_form_pdf(row, at=clock.now())
    except documents.MissingGlyph as error:
        text = _("有无法打印的字：%(characters)s。请联系考务人员。") % {"characters": error.characters}
        messages.error(request, text)
        return redirect("institution:application", institution.code, row.number)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer
