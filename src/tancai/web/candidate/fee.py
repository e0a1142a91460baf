"""The enrolment fee: what is owed, the proof of the transfer, what the office said."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.enrolment import api as enrolment
from tancai.fees import api as fees
from tancai.files import api as files
from tancai.lib import clock
from tancai.web.candidate.access import own_application
from tancai.web.candidate.words import named
from tancai.web.shell.who import signed_in


def _order(application: enrolment.Application) -> fees.OrderView:
    order = fees.order_for("enrolment", application.pk)
    if order is None:
        raise Http404
    return order


@require_GET
@own_application
def page(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    order = _order(application)
    definition = enrolment.definition_for(application)
    body = next((named(o) for o in definition.organisations if o.code == definition.body), "")
    context: dict[str, Any] = {
        "application": application,
        "order": order,
        "name": named(definition),
        "body": body,
        "may_upload": "voucher" in order.next,
        "refusal": next((e.note for e in reversed(order.events) if e.kind == "refused"), ""),
    }
    return render(request, "candidate/fee.html", context)


@require_POST
@own_application
def voucher(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    """Hand in the proof of a bank transfer."""
    order, sent = _order(application), request.FILES.get("file")
    if sent is None:
        messages.error(request, _("请选择转账凭证。"))
        return redirect("candidate:fee", application.number)
    note = request.POST.get("note", "")[:300]
    try:
        fees.attach_voucher(
            order,
            data=sent.read(),
            name=sent.name or "voucher",
            note=note,
            by=signed_in(request),
            at=clock.now(),
        )
    except files.BadFile as error:
        messages.error(request, enrolment.say_refusal(error.code, {"most": 10}))
    except fees.BadStep:
        messages.error(request, _("这笔费用现在不需要上传凭证。"))
    else:
        messages.success(request, _("凭证已收到，核对后会通知您。"))
    return redirect("candidate:fee", application.number)


@require_GET
@own_application
def voucher_file(request: HttpRequest, application: enrolment.Application) -> HttpResponse:
    event = _order(application).voucher
    found = files.file(event.file_token) if event and event.file_token else None
    if found is None:
        raise Http404
    return files.serve(found)


fee_urls = [
    path("applications/<slug:number>/fee/", page, name="fee"),
    path("applications/<slug:number>/fee/voucher/", voucher, name="fee_voucher"),
    path("applications/<slug:number>/fee/voucher/file/", voucher_file, name="fee_voucher_file"),
]
