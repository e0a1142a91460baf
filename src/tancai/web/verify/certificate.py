"""证书: the certificate view of somebody who knew enough to find it, with portrait and download."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tancai.credentials import api as credentials
from tancai.enrolment import api as enrolment
from tancai.lib import clock, crypto, documents
from tancai.web.verify.guard import limited, private
from tancai.web.verify.result import VIEW


def _opened(token: str) -> credentials.Certificate:
    """The certificate a token opens; too old or damaged is not found."""
    try:
        payload = crypto.verify(token, VIEW, clock.now())
        return credentials.row(int(payload["c"]))
    except (crypto.BadToken, credentials.NotThere, KeyError, ValueError) as error:
        raise Http404 from error


@private
@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The certificate as it is printed, document number masked."""
    certificate = _opened(token)
    record = credentials.record(certificate, on=clock.today())
    definition = credentials.definition_for(certificate)
    context = {"record": record, "rule": definition.certificate, "token": token}
    return render(request, "verify/certificate.html", context)


@private
@require_safe
def portrait(request: HttpRequest, token: str) -> HttpResponse:
    """The portrait, only inside the certificate view."""
    data = enrolment.portrait(_opened(token).application_id)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="image/jpeg")


@limited
@require_safe
def pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The public copy, document number masked."""
    certificate = _opened(token)
    try:
        data = credentials.certificate_pdf(certificate, masked=True, at=clock.now())
    except documents.MissingGlyph as missing:
        text = _("证书上有系统字库没有的字（%(characters)s），请联系发证机构。")
        return HttpResponse(text % {"characters": missing.characters}, status=409, content_type="text/plain")
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    return response
