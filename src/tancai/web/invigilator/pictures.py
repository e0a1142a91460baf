"""The bytes of candidates' pictures: for whoever may watch the session and has a page's signed word."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tancai.files import api as files
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.web.invigilator.access import invigilators_only, own_admission


@require_GET
@invigilators_only
def picture(request: HttpRequest, picture_id: int) -> HttpResponse:
    row = proctoring.picture(picture_id)
    if row is None:
        raise Http404
    own_admission(request, row.admission_id)
    if not _opened(request, "picture", picture_id):
        raise Http404
    return _jpeg(proctoring.picture_bytes(row))


@require_GET
@invigilators_only
def portrait(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    file = proctoring.portrait_of(admission)
    if file is None or not _opened(request, "portrait", admission_id):
        raise Http404
    try:
        return _jpeg(files.read(file))
    except files.FileGone:
        raise Http404 from None


def _opened(request: HttpRequest, what: str, number: int) -> bool:
    ticket = request.GET.get("t", "")
    return proctoring.ticket_holds(ticket, what, number, by=request.user, at=clock.now())


def _jpeg(data: bytes | None) -> HttpResponse:
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response
