"""The lock-down client: what a request shows of it, its proof, its configuration file, how to start and leave it."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import own_admission
from tancai.web.shell.addresses import public

PROOFS = "client_proofs"
_KEPT = 8
"""Proofs of so many admissions are remembered in one browser."""


def seen_address(request: HttpRequest) -> str:
    """The absolute address as the browser asked for it, whatever proxy stands between."""
    return public(request.get_full_path())


def page_address(name: str, *args: Any) -> str:
    """The absolute address of one of our pages as a browser shows it."""
    return public(reverse(name, args=args))


def _facts(request: HttpRequest, admission: exams.Admission, at: datetime) -> proctoring.RequestFacts:
    proven = request.session.get(PROOFS, {}).get(str(admission.pk), ("", ""))
    return proctoring.RequestFacts(
        address=seen_address(request),
        at=at,
        config_hash=request.headers.get("X-SafeExamBrowser-ConfigKeyHash", "")[:100],
        exam_hash=request.headers.get("X-SafeExamBrowser-RequestHash", "")[:100],
        user_agent=_agent(request),
        proven_at=datetime.fromisoformat(proven[0]) if proven[0] else None,
        proven_key=proven[1],
    )


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:300]


def verdict_on(
    request: HttpRequest, admission: exams.Admission, *, place: str, at: datetime, note: bool = True
) -> exams.Verdict:
    """The verdict of the lock-down client on this request; failures are written down for the invigilator."""
    verdict = proctoring.lockdown_verdict(admission, partial(_facts, request, admission, at))
    for reason in verdict.reasons if note else ():
        if reason.code != "client_unproven" or place != "check":
            proctoring.note_failure(admission, reason.code, place=place, user_agent=_agent(request), at=at)
    return verdict


def is_turned_away(request: HttpRequest, sitting: exams.Sitting, *, place: str) -> bool:
    """Whether this exam asks for the client and the request does not show it; the check page says why."""
    return not verdict_on(request, sitting.admission, place=place, at=clock.now()).ok


@never_cache
@require_POST
def prove(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Called by exam pages in the client: the hashes its script interface gives for the page's address.

    ``{"address", "config", "exam"}``; clients that send headers instead are judged by those of this request. Answers
    ``{"ok", "code", "text"}``; a proof is remembered in this browser for some minutes.
    """
    admission, at = own_admission(request, admission_id), clock.now()
    facts = _facts(request, admission, at)
    posted = _posted(request, admission)
    if posted and posted["config"]:
        facts = proctoring.RequestFacts(
            address=posted["address"],
            at=at,
            config_hash=posted["config"],
            exam_hash=posted["exam"],
            user_agent=facts.user_agent,
        )
    if facts.config_hash and proctoring.is_required(admission.session):
        code, worth = proctoring.proof_of(admission, facts)
        if not code:
            _remember(request, admission, worth, at)
    verdict = proctoring.lockdown_verdict(admission, lambda: facts)
    if verdict.ok:
        return JsonResponse({"ok": True, "code": "", "text": ""})
    reason = verdict.reasons[0]
    place = "during" if _is_sitting(admission) else "check"
    if place == "during" or exams.may_enter(admission, at).ok:
        proctoring.note_failure(admission, reason.code, place=place, user_agent=facts.user_agent, at=at)
    return JsonResponse({"ok": False, "code": reason.code, "text": proctoring.say_client(reason)})


def _is_sitting(admission: exams.Admission) -> bool:
    sitting = getattr(admission, "sitting", None)
    return sitting is not None and exams.entry_of(sitting) is not None


def _posted(request: HttpRequest, admission: exams.Admission) -> dict[str, str] | None:
    """What the page sent, if it is about one of this exam's own pages."""
    try:
        body = json.loads(request.body[:4096] or b"{}")
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    found = {name: str(body.get(name, ""))[:500] for name in ("address", "config", "exam")}
    sitting = getattr(admission, "sitting", None)
    own = {page_address("exam_room:check", admission.pk)}
    if sitting is not None:
        own.add(page_address("exam_room:room", sitting.pk))
    plain = found["address"].partition("#")[0].partition("?")[0]
    return found if plain in own else None


def _remember(request: HttpRequest, admission: exams.Admission, worth: str, at: datetime) -> None:
    proofs = dict(request.session.get(PROOFS, {}))
    proofs.pop(str(admission.pk), None)
    kept = list(proofs.items())[-(_KEPT - 1) :]
    request.session[PROOFS] = {**dict(kept), str(admission.pk): [at.isoformat(), worth]}


@never_cache
@require_GET
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    """How to get and start the client for one's own exam."""
    admission = own_admission(request, admission_id)
    if not proctoring.is_required(admission.session):
        return redirect("exam_room:check", admission.pk)
    config = proctoring.configuration_of(admission.session, by=None, at=clock.now())
    definition = programmes.definition_of(admission.session.edition_id)
    context = {
        **_guide(request, definition),
        "admission": admission,
        "definition": definition,
        "file": reverse("exam_room:client_file", args=[config.token]),
        "opens": _opening_link(config.token),
        "excepted": proctoring.exception_of(admission.pk),
    }
    return render(request, "exam_room/client.html", context)


@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """The same help without an exam, for everybody."""
    return render(request, "exam_room/client.html", _guide(request, None))


def _guide(request: HttpRequest, definition: Any) -> dict[str, Any]:
    agent = request.headers.get("User-Agent", "")
    return {
        "system": proctoring.system_of(agent),
        "systems": proctoring.SYSTEMS,
        "in_client": proctoring.is_client(agent),
        "download": definition.catalogue.addresses.client if definition else "",
    }


def _opening_link(token: str) -> str:
    """The address with the client's own scheme: a click opens the exam in the installed client."""
    address = page_address("exam_room:client_file", token)
    return address.replace("https://", "sebs://").replace("http://", "seb://")


@require_GET
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The configuration file; the client itself fetches it without a session, so its name is the secret."""
    config = proctoring.config_by_token(token)
    if config is None:
        raise Http404
    name = f"{config.session.exam_day}.seb"
    return HttpResponse(
        proctoring.file_of(config),
        content_type=proctoring.SEB_MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@never_cache
@require_GET
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The client closes itself when it opens this address; another browser sees that nothing is left to do."""
    if proctoring.config_by_leave_token(token) is None:
        raise Http404
    return render(request, "exam_room/leave.html")


def leave_link(request: HttpRequest, admission: exams.Admission) -> str:
    """After hand-in, in the client: the address that closes it; else empty."""
    if not proctoring.is_client(request.headers.get("User-Agent", "")):
        return ""
    if not proctoring.is_required(admission.session):
        return ""
    config = proctoring.configuration_of(admission.session, by=None, at=clock.now())
    return proctoring.leave_address(config.leave_token)
