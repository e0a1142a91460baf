"""Batch enrolment: template, upload, dry run, confirmation, result."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.enrolment import api as enrolment
from tancai.files import api as files
from tancai.jobs import api as jobs
from tancai.lib import clock, identity, limits
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.institution.access import full_name, named, of_institution
from tancai.web.shell.tables import Column, Filter, Table
from tancai.web.shell.templatetags.shell import chip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOADS_AN_HOUR = 20


@require_http_methods(["GET", "POST"])
@of_institution
def new(request: HttpRequest, institution: people.Organisation) -> HttpResponse:
    """Choose what to apply for, fetch the template, hand in the archive."""
    context = {
        "institution": institution,
        **_choices(request.POST if request.method == "POST" else request.GET),
    }
    if request.method == "POST":
        batch = _open(request, institution, context)
        if batch is not None:
            jobs.start("enrolment.inspect", params={"batch": batch.pk}, by=request.user, at=clock.now())
            return redirect("institution:batch", institution.code, batch.pk)
    part = request.headers.get("HX-Request")
    template_name = "institution/parts/import_form.html" if part else "institution/import.html"
    context["batches"] = [
        (each, enrolment.stage(each)) for each in enrolment.batches_of([institution.pk])[:10]
    ]
    return render(request, template_name, context)


def _choices(given: Any) -> dict[str, Any]:
    at = clock.now()
    offered = [
        view
        for view in programmes.programmes(on=clock.local_date(at))
        if "institution" in view.definition.channels
    ]
    chosen = next((view for view in offered if view.code == given.get("programme")), None)
    context: dict[str, Any] = {
        "offered": [(view.code, named(view)) for view in offered],
        "programme": chosen.code if chosen else "",
        "errors": {},
    }
    if chosen is None:
        return context
    definition = chosen.definition
    return context | {
        "definition": definition,
        "levels": [(each.code, named(each)) for each in definition.levels],
        "specialities": [(each.code, named(each)) for each in definition.specialities],
        "days": programmes.open_days(definition.code, at=at)[:6],
        "level": given.get("level", ""),
        "speciality": given.get("speciality", ""),
        "exam_day": given.get("exam_day", ""),
        "materials": [named(m) for m in definition.materials if m.source == "upload"],
    }


def _open(request: HttpRequest, institution: people.Organisation, context: dict[str, Any]) -> Any:
    errors = context["errors"]
    for name, options, label in (
        ("programme", "offered", _("请选择项目")),
        ("level", "levels", _("请选择级别")),
        ("speciality", "specialities", _("请选择专业方向")),
        ("exam_day", "days", _("请选择考试日")),
    ):
        if context.get(options) and not context.get(name):
            errors[name] = label
    sent = request.FILES.get("archive")
    if sent is None:
        errors["archive"] = _("请选择压缩包。压缩包不能超过 60 MB。")
    if errors or sent is None or not context.get("days"):
        return None
    if not limits.allow(f"import:{institution.pk}", limit=UPLOADS_AN_HOUR, seconds=3600):
        errors["archive"] = _("上传太频繁，请过一会儿再试。")
        return None
    try:
        return enrolment.open_batch(
            institution,
            programme=context["programme"],
            level=context["level"],
            speciality=context["speciality"],
            exam_day=context["exam_day"],
            data=sent.read(),
            name="archive.zip",
            by=request.user,
            at=clock.now(),
        )
    except enrolment.BadArchive as error:
        errors["archive"] = enrolment.say_import({"code": error.code, "params": error.params})
    except files.BadFile as error:
        errors["archive"] = enrolment.say_import({"code": "not_a_zip", "params": error.params})
    except enrolment.EnrolmentError as error:
        errors["exam_day"] = enrolment.say_refusal(error.code, error.params)
    return None


@require_GET
@of_institution
def template(request: HttpRequest, institution: people.Organisation, programme: str) -> HttpResponse:
    """The empty spreadsheet of a programme."""
    try:
        definition = programmes.definition(programme, on=clock.today())
    except programmes.UnknownProgramme as error:
        raise Http404 from error
    answer = HttpResponse(enrolment.template_workbook(definition), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{programme}-template.xlsx"'
    return answer


def _batch(institution: people.Organisation, batch_id: int) -> enrolment.ImportBatch:
    found = enrolment.batch_of(batch_id)
    if found is None or found.institution_id != institution.pk:
        raise Http404
    return found


@never_cache
@require_GET
@of_institution
def batch(request: HttpRequest, institution: people.Organisation, batch_id: int) -> HttpResponse:
    """Where the batch stands: progress, findings to confirm, or what became of it."""
    found = _batch(institution, batch_id)
    context = _context(institution, found)
    if context["stage"] in ("uploaded", "refused", "dropped", "expired"):
        return render(request, "institution/batch.html", context)
    return _table(request, institution, found, context["stage"]).respond("institution/batch.html", context)


def _context(institution: people.Organisation, found: enrolment.ImportBatch) -> dict[str, Any]:
    stage = enrolment.stage(found)
    definition = programmes.definition_of(found.edition_id)
    return {
        "institution": institution,
        "batch": found,
        "stage": stage,
        "name": full_name(definition, found.level, found.speciality),
        "day": enrolment.exam_day_or_none(found.exam_day),
        "counts": enrolment.counts(found),
        "findings": [{**each, "words": enrolment.say_import(each)} for each in found.findings],
        "amiss": any(each.get("level") != "info" for each in found.findings),
        "job": _job(found, stage),
        "working": stage in ("uploaded", "confirmed"),
        **_pace(_job(found, stage)),
    }


def _job(found: enrolment.ImportBatch, stage: str) -> jobs.Job | None:
    kind = "enrolment.inspect" if stage == "uploaded" else "enrolment.import"
    return jobs.Job.objects.filter(kind=kind, params__batch=found.pk).order_by("-id").first()


def _pace(job: jobs.Job | None) -> dict[str, Any]:
    """Remaining time by the pace so far, in whole seconds."""
    if job is None or job.began_at is None or not job.done or not job.total:
        return {"remaining": None}
    took = (clock.now() - job.began_at) / job.done
    left = took * (job.total - job.done)
    return {"remaining": max(1, round(left / timedelta(seconds=1)))}


def _table(
    request: HttpRequest, institution: people.Organisation, found: enrolment.ImportBatch, stage: str
) -> Table:
    words = verdict_words(stage)
    rows = found.rows.select_related("application").order_by("number")

    def address(row: enrolment.ImportRow) -> Any:
        if row.application is None:
            return "—"
        url = reverse("institution:application", args=[institution.code, row.application.number])
        return format_html('<a class="number" href="{}">{}</a>', url, row.application.number)

    columns = [
        Column("number", _("行"), "number", sort=True),
        Column("name", _("姓名"), "code", value=lambda row: row.data.get("cells", {}).get("姓名", "")),
        Column("document", _("证件号码"), "code", value=_masked),
        Column("verdict", _("结果"), "html", value=lambda row: chip(*words[row.verdict]), sort=True),
        Column("findings", _("说明"), "html", value=_said),
    ]
    if stage == "finished":
        columns.append(Column("application", _("申请号"), "html", value=address))
    return Table(
        request,
        rows,
        name="rows",
        title=_("逐行结果"),
        columns=columns,
        filters=[Filter("verdict", _("结果"), [(code, word) for code, (word, _tone) in words.items()])],
        per_page=100,
        exportable=False,
    )


def verdict_words(stage: str) -> dict[str, tuple[str, str]]:
    """Words and tones of row verdicts, before and after the import."""
    done = stage == "finished"
    return {
        "good": (_("已提交") if done else _("可以提交"), "good"),
        "incomplete": (_("已建草稿，资料不全") if done else _("资料不全，先建草稿"), "near"),
        "already": (_("已报名"), "info"),
        "bad": (_("退回"), "bad"),
    }


def _masked(row: enrolment.ImportRow) -> str:
    number = row.data.get("cells", {}).get("证件号码", "")
    return identity.mask_document(identity.normal_document(number)) if number else ""


def _said(row: enrolment.ImportRow) -> Any:
    if not row.findings:
        return ""
    said = ((enrolment.say_import(finding),) for finding in row.findings)
    return format_html('<ul class="said">{}</ul>', format_html_join("", "<li>{}</li>", said))


@never_cache
@require_GET
@of_institution
def progress(request: HttpRequest, institution: people.Organisation, batch_id: int) -> HttpResponse:
    """The progress line, asked for every second; the page is loaded anew once the work is over."""
    context = _context(institution, _batch(institution, batch_id))
    answer = render(request, "institution/parts/progress.html", context)
    if not context["working"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@of_institution
def confirm(request: HttpRequest, institution: people.Organisation, batch_id: int) -> HttpResponse:
    """Confirm the dry run; the work goes on in the background."""
    found = _batch(institution, batch_id)
    try:
        declared = request.POST.get("declared") == "yes"
        enrolment.confirm_batch(found, declared=declared, by=request.user, at=clock.now())
    except enrolment.EnrolmentError as error:
        messages.error(request, enrolment.say_refusal(error.code, error.params))
    else:
        jobs.start("enrolment.import", params={"batch": found.pk}, by=request.user, at=clock.now())
    return redirect("institution:batch", institution.code, found.pk)


@require_POST
@of_institution
def retry(request: HttpRequest, institution: people.Organisation, batch_id: int) -> HttpResponse:
    """Start the work again after it failed; what is done is skipped."""
    found = _batch(institution, batch_id)
    stage = enrolment.stage(found)
    job = _job(found, stage)
    if stage in ("uploaded", "confirmed") and (job is None or job.over):
        kind = "enrolment.inspect" if stage == "uploaded" else "enrolment.import"
        jobs.start(kind, params={"batch": found.pk}, by=request.user, at=clock.now())
    return redirect("institution:batch", institution.code, found.pk)


@require_POST
@of_institution
def drop(request: HttpRequest, institution: people.Organisation, batch_id: int) -> HttpResponse:
    try:
        enrolment.drop_batch(_batch(institution, batch_id), by=request.user, at=clock.now())
        messages.success(request, _("压缩包已删除，没有报名任何人。"))
    except enrolment.EnrolmentError as error:
        messages.error(request, enrolment.say_refusal(error.code, error.params))
    return redirect("institution:import", institution.code)


@never_cache
@require_GET
@of_institution
def bad_rows(request: HttpRequest, institution: people.Organisation, batch_id: int) -> HttpResponse:
    """The bad rows as a spreadsheet with reasons, to be corrected and sent again."""
    found = _batch(institution, batch_id)
    if enrolment.stage(found) not in ("inspected", "confirmed", "finished"):
        raise Http404
    answer = HttpResponse(enrolment.bad_rows_workbook(found), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="rows-to-correct-{found.pk}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer
