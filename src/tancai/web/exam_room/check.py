"""Before the exam room: is it my exam, is everything in order, what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.exam_room import identity, keeper
from tancai.web.exam_room.access import own_admission, remember
from tancai.web.exam_room.addresses import address
from tancai.web.exam_room.client import verdict_on
from tancai.web.exam_room.skeleton import Skeleton


@never_cache
def page(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    if admission.session.kind == exams.Session.REHEARSAL:
        return _to_trial(admission)
    at = clock.now()
    verdict = exams.may_enter(admission, at)
    starts = proctoring.may_start(admission, at)
    finished = any(reason.code == "finished" for reason in verdict.reasons)
    if any(reason.code == "too_late" for reason in verdict.reasons):
        exams.knock(admission, at=at)
    sitting = getattr(admission, "sitting", None)
    client = verdict_on(request, admission, place="check", at=at, note=verdict.ok)
    card, required = identity.card_of(admission), proctoring.is_required(admission.session)
    own = {
        "ticket": admission.ticket_number,
        "name": admission.person.name,
        "document": admission.person.document_masked,
        "check_address": address("check", admission.pk),
        "enter_address": address("enter", admission.pk),
        "room_address": address("room", sitting.pk) if sitting is not None else "",
    }
    kind = (
        admission.session.edition_id,
        _Times.of(admission),
        admission.level,
        admission.speciality,
        sitting is not None and exams.entry_of(sitting) is not None,
        "" if sitting is None or finished else keeper.address(admission.session),
    )
    if verdict.ok and starts.ok and client.ok and not (finished or card or required):
        return _SKELETON.page(request, own, *kind)  # as for nearly everybody in the minutes before the start
    besides = {
        "admission": admission,
        "may_enter": verdict.ok and starts.ok,
        "reasons": [
            *(exams.say_reason(reason) for reason in verdict.reasons),
            *(proctoring.say_start(reason.code) for reason in starts.reasons),
        ],
        "identity": card,
        "identity_address": address("identity", admission.pk),
        "needs_camera": [reason.code for reason in starts.reasons] == ["camera"],
        "lacks_hours": any(reason.code == "hours" for reason in verdict.reasons),
        "client": client,
        "client_required": required,
        "client_reasons": [(reason.code, proctoring.say_client(reason)) for reason in client.reasons],
        "client_excepted": [proctoring.EXCEPTION_WORDS[each.params["reason"]] for each in client.warnings],
        "finished": finished,
        "receipt_address": address("receipt", sitting.pk) if sitting is not None else "",
    }
    return _SKELETON.page(request, own, *kind, besides=besides)


@dataclass(frozen=True, slots=True)
class _Times:
    """When an exam is, and how long, as the page says it."""

    starts_at: datetime
    entry_until: datetime
    own_time: bool
    minutes: int

    @classmethod
    def of(cls, admission: exams.Admission) -> _Times:
        session = admission.session
        minutes = session.minutes + admission.extra_minutes
        return cls(session.starts_at, session.entry_until, session.own_time, minutes)


def _shared(
    edition_id: int, times: _Times, level: str, speciality: str, begun: bool, keeper_address: str
) -> dict[str, Any]:
    """What the page says to everybody who may enter without more ado."""
    definition = programmes.definition_of(edition_id)
    return {
        "session": times,
        "minutes": times.minutes,
        "definition": definition,
        "level": definition.level(level),
        "speciality": definition.speciality(speciality),
        "begun": begun,
        "keeper": keeper_address,
        "log_address": settings.LOG_ADDRESS,
        "may_enter": True,
        "client": exams.Verdict(),
    }


_OWN = ("ticket", "name", "document", "check_address", "enter_address", "room_address")
_SKELETON = Skeleton("exam_room/check.html", _OWN, _shared)


def _to_trial(rehearsal: exams.Admission) -> HttpResponse:
    """A test run has its own page."""
    exam = exams.exam_of_rehearsal(rehearsal)
    return redirect("exam_room:trial", exam.pk) if exam else redirect("exam_room:door")


@require_POST
def enter(request: HttpRequest, admission_id: int) -> HttpResponse:
    admission = own_admission(request, admission_id)
    by, at = request.user if request.user.is_authenticated else None, clock.now()
    if not verdict_on(request, admission, place="enter", at=at).ok:
        return redirect("exam_room:check", admission.pk)  # the page says what is missing
    starts = proctoring.may_start(admission, at)
    if not starts.ok and exams.may_enter(admission, at).ok:
        for reason in starts.reasons:
            messages.error(request, proctoring.say_start(reason.code))
        return redirect("exam_room:check", admission.pk)
    try:
        entry = exams.enter(admission, at=at, by=by)
    except exams.MayNot as refused:
        for reason in refused.reasons:
            messages.error(request, exams.say_reason(reason))
        return redirect("exam_room:check", admission.pk)
    remember(request, entry)
    return redirect(address("room", entry.sitting.pk))
