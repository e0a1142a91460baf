"""证书: my certificates, the paper to download, and what I may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.credentials import api as credentials
from tancai.enrolment import api as enrolment
from tancai.fees import api as fees
from tancai.files import api as files
from tancai.lib import clock, documents
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.candidate.words import named
from tancai.web.shell.addresses import public

CHANGES = {"correct": gettext_lazy("更正内容"), "replace": gettext_lazy("补发、更换")}
REQUEST_STATES = {
    "unpaid": (gettext_lazy("等待缴费"), "now"),
    "open": (gettext_lazy("办理中"), "wait"),
    "proposed": (gettext_lazy("等待复核"), "wait"),
    "refused": (gettext_lazy("未同意"), "bad"),
    "done": (gettext_lazy("已办结"), "good"),
}
REFUSALS = {
    "pending": gettext_lazy("这份证书已有一项申请在办理，请等它办结。"),
    "wrong_state": gettext_lazy("已撤销或已换发的证书不能再申请。"),
    "no_reason": gettext_lazy("请写明要改什么、为什么。"),
}


@dataclass(frozen=True)
class Waiting:
    """A pass whose certificate is not issued yet."""

    name: str
    qualifier: str
    due: credentials.DueCertificate


def _me(request: HttpRequest) -> people.User:
    """The signed-in user; only behind a check of rights."""
    return cast(people.User, request.user)


@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Certificates, newest first, and passes that wait for theirs with the promised day."""
    person = people.person_of(request.user)
    rows = credentials.certificates_of(person) if person else []
    return render(
        request,
        "candidate/certificates/list.html",
        {"rows": [(each, _definition(each)) for each in rows], "waiting": _waiting(person)},
    )


def _definition(seen: credentials.CertificateView) -> dict[str, str]:
    definition = credentials.definition_for(seen)
    return {"name": named(definition), "title": definition.certificate.title}


def _waiting(person: people.Person | None) -> list[Waiting]:
    found = []
    for result in marking.results_of(person) if person else []:
        due = credentials.promised(result, at=clock.now())
        if due is not None:
            definition = programmes.definition_of(result.edition_id)
            parts = (definition.level(result.level), definition.speciality(result.speciality))
            found.append(Waiting(named(definition), " · ".join(named(p) for p in parts if p), due))
    return found


def own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``view(request, certificate, …)`` with the row, only for its holder; else not found."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            certificate = credentials.row(str(number))
        except credentials.NotThere as error:
            raise Http404 from error
        if not people.access_person(request.user, certificate.person):
            raise Http404
        return view(request, certificate, *args, **kwargs)

    return wrapped


@require_GET
@own
def detail(request: HttpRequest, certificate: credentials.Certificate) -> HttpResponse:
    """One certificate: what it prints, its state, its story, what was asked for."""
    return _detail(request, certificate, RequestForm())


def _detail(request: HttpRequest, certificate: credentials.Certificate, form: RequestForm) -> HttpResponse:
    seen = credentials.view(certificate)
    definition = credentials.definition_for(seen)
    requests = credentials.requests_of(certificate)
    context = {
        "seen": seen,
        "definition": definition,
        "name": named(definition),
        "link": f"{public(reverse('verify:paper', args=[seen.number]))}?k={seen.code}",
        "requests": [_shown(each) for each in requests],
        "form": form,
        "may_ask": seen.stands and not any(r.state in {"unpaid", "open", "proposed"} for r in requests),
        "body": next((named(o) for o in definition.organisations if o.code == definition.body), ""),
    }
    return render(request, "candidate/certificates/detail.html", context, status=422 if form.errors else 200)


def _shown(seen: credentials.RequestView) -> dict[str, Any]:
    word, tone = REQUEST_STATES[seen.state]
    return {
        "row": seen,
        "change": CHANGES[seen.change],
        "word": word,
        "tone": tone,
        "may_upload": seen.state == "unpaid" and seen.order is not None and "voucher" in seen.order.next,
        "refused_voucher": next((e.note for e in reversed(seen.order.events) if e.kind == "refused"), "")
        if seen.order
        else "",
    }


@require_GET
@own
def pdf(request: HttpRequest, certificate: credentials.Certificate) -> HttpResponse:
    """The certificate as it is printed, for its holder."""
    try:
        data = credentials.certificate_pdf(certificate, at=clock.now(), by=_me(request))
    except documents.MissingGlyph as missing:
        text = _("证书上有系统字库没有的字（%(characters)s），请联系发证机构领取纸质证书。")
        messages.error(request, text % {"characters": missing.characters})
        return redirect("candidate:certificate", certificate.number)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@own
def portrait(request: HttpRequest, certificate: credentials.Certificate) -> HttpResponse:
    data = enrolment.portrait(certificate.application_id)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


class RequestForm(forms.Form):
    """What the holder asks for."""

    change = forms.ChoiceField(
        label=gettext_lazy("申请事项"), choices=list(CHANGES.items()), widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "更正请写明哪一项印错、正确的是什么；补发请写明遗失或损坏的情况。请不要在这里写完整的证件号码。"
        ),
    )


@require_http_methods(["POST"])
@own
def ask(request: HttpRequest, certificate: credentials.Certificate) -> HttpResponse:
    """Ask for a correction or a replacement."""
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _detail(request, certificate, form)
    try:
        credentials.request_change(
            certificate,
            form.cleaned_data["change"],
            text=form.cleaned_data["text"],
            by=_me(request),
            at=clock.now(),
        )
    except credentials.CannotChange as error:
        messages.error(request, str(REFUSALS.get(error.code, _("现在不能提出这项申请。"))))
    else:
        messages.success(request, _("申请已提交，办理结果会通知您。"))
    return redirect("candidate:certificate", certificate.number)


@require_POST
@own
def voucher(request: HttpRequest, certificate: credentials.Certificate, request_id: int) -> HttpResponse:
    """Hand in the proof of a transfer for a replacement."""
    asked = next((r for r in credentials.requests_of(certificate) if r.id == request_id), None)
    if asked is None or asked.order is None:
        raise Http404
    sent = request.FILES.get("file")
    if sent is None:
        messages.error(request, _("请选择转账凭证。"))
        return redirect("candidate:certificate", certificate.number)
    try:
        fees.attach_voucher(
            asked.order, data=sent.read(), name=sent.name or "voucher", by=_me(request), at=clock.now()
        )
    except files.BadFile as error:
        messages.error(request, enrolment.say_refusal(error.code, {"most": 10}))
    except fees.BadStep:
        messages.error(request, _("这笔费用现在不需要上传凭证。"))
    else:
        messages.success(request, _("凭证已收到，核对后会继续办理。"))
    return redirect("candidate:certificate", certificate.number)


certificate_urls = [
    path("certificates/", listing, name="certificates"),
    path("certificates/<slug:number>/", detail, name="certificate"),
    path("certificates/<slug:number>/certificate.pdf", pdf, name="certificate_pdf"),
    path("certificates/<slug:number>/portrait.jpg", portrait, name="certificate_portrait"),
    path("certificates/<slug:number>/request/", ask, name="certificate_request"),
    path(
        "certificates/<slug:number>/requests/<int:request_id>/voucher/", voucher, name="certificate_voucher"
    ),
]
