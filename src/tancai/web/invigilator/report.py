"""The report of a session on paper, as far as the exam has come."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.invigilator.access import READERS, own_session, readers_only
from tancai.web.invigilator.flag_entries import flag_entries


@never_cache
@readers_only
@require_GET
def pdf(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id, READERS)
    name = people.staff_name(request.user)
    content = exams.session_report_pdf(session, printed_by=name, at=clock.now(), flags=flag_entries(session))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="session-{session.exam_day}.pdf"'
    return answer
