"""Results: what is released, the statement on paper, the request for a re-check, and the public check of a paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.credentials import api as credentials
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock, limits
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.candidate.words import named

CHECKS_AN_HOUR = 60


@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Every exam the person was admitted to that has begun, with its result once it is released."""
    person = people.person_of(request.user)
    at = clock.now()
    admissions = [a for a in exams.admissions_of(person) if a.session.starts_at <= at] if person else []
    results = marking.results_of_admissions(a.pk for a in admissions)
    rows = [_row(a, results.get(a.pk)) for a in admissions if _shown(a, results, at)]
    return render(request, "candidate/results/list.html", {"rows": rows, "person": person})


def _shown(admission: Any, results: dict[int, marking.ResultView], at: datetime) -> bool:
    """Rehearsals of the technique have no result, nor has who withdrew or may still sit."""
    if admission.pk in results:
        return True
    if not _sheet(admission) and at <= admission.session.entry_until:
        return False
    return admission.session.kind != "rehearsal" and not admission.events.filter(kind="withdrawn").exists()


def _sheet(admission: Any) -> Any:
    return getattr(getattr(admission, "sitting", None), "sheet", None)


def _row(admission: Any, result: marking.ResultView | None) -> dict[str, Any]:
    definition = programmes.definition_of(admission.application.edition_id)
    sheet = _sheet(admission)
    sat = clock.local_date(sheet.ended_at) if sheet and admission.session.own_time else admission.session.date
    promised = programmes.working_deadline(sat, definition.promises.score_days)
    return {
        "admission": admission,
        "result": result,
        "state": state_of(result),
        "total": marking.total_text(result.total) if result else "",
        "programme": named(definition),
        "qualifier": _qualifier(definition, admission),
        "promised": promised,
        "late": result is None and clock.today() > promised.date,
    }


def state_of(result: marking.ResultView | None) -> str:
    """The code of the result's chip."""
    if result is None:
        return "pending"
    if result.outcome == "absent":
        return "absent"
    return "passed" if result.passed else "failed"


def _qualifier(definition: Any, admission: Any) -> str:
    level, speciality = definition.level(admission.level), definition.speciality(admission.speciality)
    return " · ".join(named(each) for each in (level, speciality) if each)


class RecheckForm(forms.Form):
    """What the candidate wants looked at again."""

    text = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["text"].label = _("希望复核的内容")
        self.fields["text"].help_text = _(
            "例如题型或您认为漏评的要点。复核核对全卷的计分，不因申请而受影响。"
        )


def _own(request: HttpRequest, admission_id: int) -> Any:
    admission = exams.admission(admission_id)
    if admission is None or not people.access_person(request.user, admission.person):
        raise Http404
    return admission


@require_GET
@login_required
def detail(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = _own(request, admission_id)
    return _detail(request, admission, RecheckForm())


def _detail(request: HttpRequest, admission: Any, form: RecheckForm) -> HttpResponse:
    result = marking.result_of(admission.pk)
    row = _row(admission, result)
    context = {**row, "form": form}
    if result is not None:
        definition = programmes.definition_of(result.edition_id)
        context |= {
            "breakdown": _breakdown(result, definition),
            "out_of": marking.total_text(result.out_of),
            "pass_mark": marking.total_text(result.pass_mark),
            "verdict": marking.may_request_recheck(result, at=clock.now()),
            "recheck": marking.recheck_of(admission.pk),
            "correction": marking.correction_of(result.id),
            "certificate": credentials.certificate_of_application(admission.application_id),
            "certificate_by": programmes.working_deadline(
                clock.local_date(result.at), definition.promises.certificate_days
            ),
        }
    return render(request, "candidate/results/detail.html", context)


def _breakdown(result: marking.ResultView, definition: Any) -> list[dict[str, Any]]:
    parts = {part.code: named(part) for part in definition.paper.parts}
    several = len({row["part"] for row in result.breakdown}) > 1
    return [
        {
            **row,
            "part": parts.get(row["part"], row["part"]) if several else "",
            "kind": items.kind_name(row["kind"]),
        }
        for row in result.breakdown
    ]


@require_GET
@login_required
def statement(request: HttpRequest, admission_id: int) -> HttpResponse:
    """The statement as PDF, in the reader's language."""
    admission = _own(request, admission_id)
    try:
        pdf = marking.score_statement_pdf(
            admission.pk,
            check_address=request.build_absolute_uri(reverse("candidate:statement_check")),
            at=clock.now(),
        )
    except marking.NotThere:
        raise Http404 from None
    name = f"statement-{admission.ticket_number}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"},
    )


@require_POST
@login_required
def recheck(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = _own(request, admission_id)
    form = RecheckForm(request.POST)
    if not form.is_valid():
        return _detail(request, admission, form)
    try:
        marking.request_recheck(admission.pk, text=form.cleaned_data["text"], by=request.user, at=clock.now())
    except marking.NotThere:
        raise Http404 from None
    except marking.MayNot as error:
        messages.warning(request, _refusal(error.code))
    else:
        messages.success(request, _("复核申请已提交。有结果后会通知您。"))
    return redirect("candidate:result", admission.pk)


def _refusal(code: str) -> str:
    words = {
        "over": _("申请复核的期限已过。"),
        "asked": _("您已经申请过复核。"),
        "absent": _("缺考没有成绩可以复核。"),
        "corrected": _("这是复核后的成绩，不再复核。"),
    }
    return words.get(code, _("现在不能申请复核。"))


@require_GET
def statement_check(request: HttpRequest, token: str = "") -> HttpResponse:
    """Is a statement somebody shows me true, and does it still stand? Open to anybody who holds the code."""
    token = (token or request.GET.get("code", "")).strip()[:40]
    found, limited = None, False
    if token:
        address = request.META.get("REMOTE_ADDR", "")
        limited = not limits.allow(f"statement:{address}", limit=CHECKS_AN_HOUR, seconds=3600)
        found = None if limited else marking.check_statement(token)
    context: dict[str, Any] = {"token": token, "found": found, "limited": limited}
    if found:
        chinese = named(_Names(found.programme, found.programme_en))
        context |= {
            "programme": chinese,
            "state": state_of(found.result),
            "total": marking.total_text(found.result.total),
            "out_of": marking.total_text(found.result.out_of),
        }
    return render(request, "candidate/results/check.html", context, status=429 if limited else 200)


class _Names:
    def __init__(self, name: str, name_en: str) -> None:
        self.name, self.name_en = name, name_en


result_urls = [
    path("results/", listing, name="results"),
    path("results/check/", statement_check, name="statement_check"),
    path("results/check/<str:token>/", statement_check, name="statement_checked"),
    path("results/<int:admission_id>/", detail, name="result"),
    path("results/<int:admission_id>/statement.pdf", statement, name="statement"),
    path("results/<int:admission_id>/recheck/", recheck, name="recheck"),
]
