"""The exam room: a bare page that loads the paper at the start and saves every answer to the response log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.exam_room import camera, printing, words
from tancai.web.exam_room.access import forget, own_entry, own_sitting
from tancai.web.exam_room.client import is_turned_away


@never_cache
@require_GET
def page(request: HttpRequest, sitting_id: int) -> HttpResponse:
    sitting, entry = own_entry(request, sitting_id)
    if hasattr(sitting, "sheet"):
        return redirect("exam_room:receipt", sitting.pk)
    if entry is None or is_turned_away(request, sitting, place="room"):
        return redirect("exam_room:check", sitting.admission_id)
    printing.prepare(sitting)
    definition = programmes.definition_of(sitting.session.edition_id)
    post = definition.post_name(sitting.admission.level, sitting.admission.speciality)
    practice = sitting.session.kind == exams.Session.REHEARSAL
    context = {
        "sitting": sitting,
        "definition": definition,
        "title": _("考前测试练习卷") if practice else exams.exam_title(definition.name, post),
        "config": _config(entry),
        "client_required": proctoring.is_required(sitting.session),
        "camera": camera.config(entry),
    }
    return render(request, "exam_room/room.html", context)


def _config(entry: exams.Entry) -> dict[str, Any]:
    """What the scripts need: where to save, with what token, and their words."""
    sitting = entry.sitting
    return {
        "sitting": sitting.pk,
        "token": entry.token,
        "log": entry.log_url,
        "paper": reverse("exam_room:paper", args=[sitting.pk]),
        "finish": reverse("exam_room:finish", args=[sitting.pk]),
        "receipt": reverse("exam_room:receipt", args=[sitting.pk]),
        "check": reverse("exam_room:check", args=[sitting.admission_id]),
        "words": words.page_words(),
        "reasons": {code: str(word) for code, word in exams.ORDER_REASONS.items()},
    }


@never_cache
@require_GET
def paper(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """The questions as HTML, in the candidate's own order; 425 before the start."""
    sitting, entry = own_entry(request, sitting_id)
    if entry is None or clock.now() < entry.begins:
        return HttpResponse(status=425)
    if is_turned_away(request, sitting, place="paper"):
        return HttpResponse(status=403)
    return HttpResponse(printing.paper(sitting))


@require_POST
def finish(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Called by the page when the log has the hand-in: pull the answer sheet and say where the receipt is."""
    sitting = own_sitting(request, sitting_id)
    forget(sitting_id)
    sheet = exams.pull_sheet(sitting, at=clock.now())
    if sheet is None:
        return JsonResponse({"done": False}, status=202)
    return JsonResponse({"done": True, "receipt": reverse("exam_room:receipt", args=[sitting.pk])})
