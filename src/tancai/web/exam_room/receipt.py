"""After hand-in: what was received, as a receipt that can be checked later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from tancai.exams import api as exams
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import own_sitting
from tancai.web.exam_room.client import leave_link


@never_cache
def page(request: HttpRequest, sitting_id: int) -> HttpResponse:
    sitting = own_sitting(request, sitting_id)
    sheet = exams.answer_sheet(sitting.pk)
    if sheet is None:
        return redirect("exam_room:check", sitting.admission_id)
    definition = programmes.definition_of(sitting.session.edition_id)
    rehearsal = sitting.session.kind == exams.Session.REHEARSAL
    practice = exams.exam_of_rehearsal(sitting.admission) if rehearsal else None
    total = sum(len(section.questions) for section in exams.sections(sitting))
    context = {
        "sitting": sitting,
        "sheet": sheet,
        "definition": definition,
        "title": exams.exam_title(
            definition.name, definition.post_name(sitting.admission.level, sitting.admission.speciality)
        ),
        "answered": len(sheet.answers),
        "total": total,
        "receipt": [sheet.receipt[start : start + 8] for start in range(0, 64, 8)],
        "score_days": definition.promises.score_days,
        "practice": practice,
        "leave": leave_link(request, sitting.admission),
        "by_account": request.user.is_authenticated,
    }
    return render(request, "exam_room/receipt.html", context)
