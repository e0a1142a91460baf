from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.lib import clock
from tancai.marking import api as marking
from tancai.web.marker import words
from tancai.web.marker.access import marker_only


@marker_only
def page(request: HttpRequest) -> HttpResponse:
    """Sessions that wait for marks, the nearest promise first."""
    rows = marking.marking_queue(request.user, at=clock.now())
    cards = [
        {
            "row": row,
            "name": words.named(row),
            "waiting": [(words.role(code), count) for code, count in row.waiting.items() if count],
        }
        for row in rows
    ]
    return render(
        request,
        "marker/queue.html",
        {
            "cards": cards,
            "mine": sum(row.mine for row in rows),
            "nearest": next((row for row in rows if row.mine), None),
            "tolerance": marking.policy().tolerance,
        },
    )


@marker_only
@require_POST
def next_answer(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take the next answer of a session; with ``after`` the one on the desk is set aside first."""
    at = clock.now()
    if session_id not in {row.session_id for row in marking.marking_queue(request.user, at=at)}:
        raise Http404
    after = request.POST.get("after", "")
    aside = int(after) if after.isdigit() and len(after) < 18 else None
    if aside is not None:
        marking.give_back(aside, by=request.user, at=at)
    return go_on(request, session_id, after=aside)


def go_on(request: HttpRequest, session_id: int, *, after: int | None = None) -> HttpResponse:
    """To the next answer, or back to the queue when this session has none left for this marker."""
    answer = marking.claim_next(request.user, session_id, at=clock.now(), after=after)
    if answer is None:
        messages.success(request, _("这一场暂时没有需要您评的题了。"))
        return redirect("marker:queue")
    return redirect("marker:answer", answer.pk)
