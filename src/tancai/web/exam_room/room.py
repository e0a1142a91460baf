"""The exam room: a bare page that loads the paper at the start and saves every answer to the response log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.html import json_script
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.exam_room import camera, keeper, printing, words
from tancai.web.exam_room.access import forget, own_entry, own_sitting
from tancai.web.exam_room.addresses import address
from tancai.web.exam_room.client import is_turned_away
from tancai.web.exam_room.skeleton import Skeleton


@never_cache
@require_GET
def page(request: HttpRequest, sitting_id: int) -> HttpResponse:
    sitting, entry = own_entry(request, sitting_id)
    if hasattr(sitting, "sheet"):
        return redirect("exam_room:receipt", sitting.pk)
    if entry is None or is_turned_away(request, sitting, place="room"):
        return redirect("exam_room:check", sitting.admission_id)
    printing.prepare(sitting)
    admission, watched = sitting.admission, camera.config(entry)
    config = _config(entry)
    own = {
        "title": _title(sitting),
        "name": admission.person.name,
        "ticket": admission.ticket_number,
        "config": json_script(config, "exam-config"),
        "check_address": config["check"],
        "client_address": address("client_prove", admission.pk),
        "camera_config": json_script(watched, "camera-config") if watched else "",
    }
    return _SKELETON.page(request, own, proctoring.is_required(sitting.session), watched is not None)


def _shared(client_required: bool, camera: bool) -> dict[str, Any]:
    """What the room says to everybody."""
    reasons = {code: str(word) for code, word in exams.ORDER_REASONS.items()}
    return {
        "words": {"words": words.page_words(), "reasons": reasons},
        "client_required": client_required,
        "camera": camera,
    }


_OWN = ("title", "name", "ticket", "config", "check_address", "client_address", "camera_config")
_SKELETON = Skeleton("exam_room/room.html", _OWN, _shared, bare=True)


def _title(sitting: exams.Sitting) -> str:
    if sitting.session.kind == exams.Session.REHEARSAL:
        return _("考前测试练习卷")
    definition = programmes.definition_of(sitting.session.edition_id)
    return exams.titled(definition, sitting.admission.level, sitting.admission.speciality)


def _config(entry: exams.Entry) -> dict[str, Any]:
    """What the scripts need of this sitting: where to save, and with what token."""
    sitting = entry.sitting
    return {
        "sitting": sitting.pk,
        "token": entry.token,
        "log": entry.log_url,
        "room": address("room", sitting.pk),
        "keeper": keeper.address(sitting.session),
        "paper": address("paper", sitting.pk),
        "finish": address("finish", sitting.pk),
        "receipt": address("receipt", sitting.pk),
        "check": address("check", sitting.admission_id),
    }


@never_cache
@require_GET
def paper(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """The questions as HTML, in the candidate's own order; 425 before the start, 410 when working time is over.

    The room itself still opens then: it sends what this browser had not sent yet, and hands in.
    """
    sitting, entry = own_entry(request, sitting_id)
    if entry is None or (at := clock.now()) < entry.begins:
        return HttpResponse(status=425)
    if entry.over is not None and at >= entry.over:
        return HttpResponse(status=410)
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
    return JsonResponse({"done": True, "receipt": address("receipt", sitting.pk)})
