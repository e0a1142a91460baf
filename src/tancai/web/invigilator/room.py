"""One session, live: every candidate's state, last save and progress; orders to the whole room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.invigilator import orders, words
from tancai.web.invigilator.access import invigilators_only, own_session

TROUBLE = "trouble"


@never_cache
@invigilators_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id)
    definition = programmes.definition_of(session.edition_id)
    context = {
        **_context(request, session),
        "definition": definition,
        "state": exams.SESSION_STATES[exams.session_state(session, clock.now())],
        "buttons": orders.buttons(),
        "states": [(code, word) for code, (word, _tone) in words.SITTING_STATES.items()],
    }
    return render(request, "invigilator/room.html", context)


@never_cache
@invigilators_only
@require_GET
def lines(request: HttpRequest, session_id: int) -> HttpResponse:
    """The list alone, for the page's refresh."""
    return render(request, "invigilator/lines.html", _context(request, own_session(request, session_id)))


@invigilators_only
@require_POST
def order(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id)
    begun = exams.sittings(session).filter(events__kind="started", sheet__isnull=True).distinct()
    orders.give(request, [sitting for sitting in begun if not _is_own(request, sitting)])
    return redirect("invigilator:room", session.pk)


def _is_own(request: HttpRequest, sitting: exams.Sitting) -> bool:
    return bool(sitting.admission.person.user_id == request.user.pk)


def _context(request: HttpRequest, session: exams.Session) -> dict[str, Any]:
    room = exams.live(session, clock.now())
    wanted, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    shown = [line for line in room.lines if _matches(line, wanted, text)]
    return {
        "session": session,
        "room": room,
        "lines": [{"line": line, "state": words.SITTING_STATES[line.state]} for line in shown],
        "counts": [
            {"word": words.SITTING_STATES[state][0], "count": count} for state, count in room.counts.items()
        ],
        "trouble": sum(_in_trouble(line) for line in room.lines),
        "q": text,
        "chosen": wanted,
    }


def _in_trouble(line: exams.LiveSitting) -> bool:
    """A candidate who should be writing but whose page is silent, or whose order has not arrived."""
    silent = line.state in ("running", "waiting") and not line.connected
    return silent or line.pending > 0 or line.queued or line.state == "no_paper"


def _matches(line: exams.LiveSitting, state: str, text: str) -> bool:
    if state == TROUBLE and not _in_trouble(line):
        return False
    if state and state not in (TROUBLE, line.state):
        return False
    admission = line.admission
    return not text or text.casefold() in f"{admission.ticket_number} {admission.person.name}".casefold()
