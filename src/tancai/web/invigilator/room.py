"""One session, live: every candidate's state, last save and progress; orders to one, several or the whole room."""

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
from tancai.programmes import api as programmes
from tancai.web.invigilator import orders, words
from tancai.web.invigilator.access import (
    READERS,
    invigilators_only,
    may_order,
    own_admission_id,
    own_session,
    readers_only,
)
from tancai.web.invigilator.feed import ORDER, feed_of


@never_cache
@readers_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id, READERS)
    may = may_order(request, session)
    feed = feed_of(session)
    feed.look(clock.now())
    context = {
        **frame(request, session, "room"),
        "first": feed.since("", own_admission_id(request, session)),
        "duty": exams.on_duty(session, request.user) if may else "",
        "buttons": orders.buttons() if may else [],
        "states": words.SITTING_STATES.items(),
        "page_words": {**words.page_words(), "order": ORDER},
        "addresses": {
            "stream": reverse("invigilator:stream", args=[session.pk]),
            "lines": reverse("invigilator:lines", args=[session.pk]),
            "candidate": reverse("invigilator:candidate", args=[0]),
        },
    }
    return render(request, "invigilator/room.html", context)


def frame(request: HttpRequest, session: exams.Session, here: str) -> dict[str, Any]:
    """What the pages of one session share: its name and state, the tabs, whether orders may be given."""
    return {
        "session": session,
        "definition": programmes.definition_of(session.edition_id),
        "state": exams.SESSION_STATES[exams.session_state(session, clock.now())],
        "here": here,
        "may": may_order(request, session),
    }


@never_cache
@readers_only
@require_GET
def lines(request: HttpRequest, session_id: int) -> HttpResponse:
    """What changed since ``mark``, for pages that cannot be streamed to; 204 when nothing did."""
    session = own_session(request, session_id, READERS)
    feed = feed_of(session)
    feed.look(clock.now())
    told = feed.since(request.GET.get("mark", ""), own_admission_id(request, session))
    if told is None:
        return HttpResponse(status=204)
    return HttpResponse(told, content_type="application/json")


@invigilators_only
@require_POST
def order(request: HttpRequest, session_id: int) -> HttpResponse:
    """One order to the admissions named in ``only`` (numbers with commas), or to everybody who is writing."""
    session = own_session(request, session_id)
    wanted = {int(one) for one in request.POST.get("only", "").split(",") if one.strip().isdecimal()}
    begun = exams.sittings(session).filter(events__kind="started", sheet__isnull=True).distinct()
    if wanted:
        begun = begun.filter(admission__in=wanted)
    said = orders.give(request, [sitting for sitting in begun if not _is_own(request, sitting)])
    missed = len(wanted) - begun.count() if wanted else 0
    if missed > 0 and said[0].level != "error":
        said.append(orders.Said("warning", _("所选考生中有 {n} 位没有入场或已收卷。").format(n=missed)))
    feed_of(session).stale()
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"said": [{"level": one.level, "text": one.text} for one in said]})
    orders.say(request, said)
    return redirect("invigilator:room", session.pk)


def _is_own(request: HttpRequest, sitting: exams.Sitting) -> bool:
    return bool(sitting.admission.person.user_id == request.user.pk)


@invigilators_only
@require_POST
def duty(request: HttpRequest, session_id: int) -> HttpResponse:
    """Report for duty in this room, or leave."""
    session = own_session(request, session_id)
    if request.POST.get("leave"):
        exams.leave_duty(session, by=request.user, at=clock.now())
    else:
        exams.report_for_duty(session, by=request.user, at=clock.now())
    return redirect("invigilator:room", session.pk)
