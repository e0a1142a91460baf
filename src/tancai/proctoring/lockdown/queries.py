from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from tancai.exams import api as exams
from tancai.proctoring.lockdown import rules
from tancai.proctoring.models import BrowserKeyEvent, LockdownConfig, LockdownException, LockdownFailure
from tancai.programmes import api as programmes


def newest_config(session_id: int) -> LockdownConfig | None:
    return LockdownConfig.objects.filter(session_id=session_id).order_by("-id").first()


def configs(session_id: int) -> list[LockdownConfig]:
    """Every configuration there was, newest first."""
    return list(LockdownConfig.objects.filter(session_id=session_id).select_related("by").order_by("-id"))


def config_by_token(token: str) -> LockdownConfig | None:
    return LockdownConfig.objects.select_related("session").filter(token=token).first()


def config_by_leave_token(token: str) -> LockdownConfig | None:
    return LockdownConfig.objects.select_related("session").filter(leave_token=token).first()


def settings_of(config: LockdownConfig) -> dict[str, Any]:
    """The settings as they go into the file."""
    return {**config.settings, "examKeySalt": base64.b64decode(config.salt)}


def leave_address(token: str) -> str:
    """The address that closes the client when it is opened."""
    return f"{settings.PUBLIC_ADDRESS}/exam/leave/{token}/"


def is_required(session: exams.Session) -> bool:
    """Whether the programme asks for the client in this session; a rehearsal only recommends it."""
    if session.kind == exams.Session.REHEARSAL:
        return False
    return bool(programmes.definition_of(session.edition_id).exam.client_required)


def browser_keys(session_id: int) -> list[BrowserKeyEvent]:
    """The list of builds that may sit, as the events that added them; empty: any build."""
    found: dict[str, BrowserKeyEvent] = {}
    for event in BrowserKeyEvent.objects.filter(session_id=session_id).select_related("by"):
        if event.kind == BrowserKeyEvent.ADDED:
            found[event.key] = event
        else:
            found.pop(event.key, None)
    return list(found.values())


def browser_key_story(session_id: int) -> list[BrowserKeyEvent]:
    return list(BrowserKeyEvent.objects.filter(session_id=session_id).select_related("by").order_by("-id"))


def excepted_admissions(admission_ids: Iterable[int]) -> set[int]:
    """Those of the admissions that may sit without the client."""
    newest = (
        LockdownException.objects.filter(admission_id__in=list(admission_ids))
        .values("admission_id")
        .annotate(newest=Max("id"))
        .values_list("newest", flat=True)
    )
    granted = LockdownException.objects.filter(pk__in=list(newest), kind=LockdownException.GRANTED)
    return set(granted.values_list("admission_id", flat=True))


def exception_of(admission_id: int) -> LockdownException | None:
    """The exception that holds for the candidate, if any."""
    newest = (
        LockdownException.objects.filter(admission_id=admission_id)
        .select_related("by")
        .order_by("-id")
        .first()
    )
    return newest if newest is not None and newest.kind == LockdownException.GRANTED else None


def exceptions_of_session(session_id: int) -> list[LockdownException]:
    """Every exception granted or revoked in the session, newest first."""
    found = LockdownException.objects.filter(admission__session_id=session_id)
    return list(found.select_related("admission__person", "by").order_by("-id"))


@dataclass(frozen=True, slots=True)
class Refused:
    """A candidate whose newest failed check has not been followed by an exception."""

    admission: exams.Admission
    code: str
    place: str
    user_agent: str
    at: datetime
    times: int


def refused(session_id: int) -> list[Refused]:
    """Candidates turned away for want of the client who have no exception and have not entered since."""
    rows = LockdownFailure.objects.filter(admission__session_id=session_id).select_related(
        "admission__person", "admission__sitting__sheet"
    )
    newest: dict[int, LockdownFailure] = {}
    times: dict[int, int] = {}
    for row in rows.order_by("id"):
        newest[row.admission_id] = row
        times[row.admission_id] = times.get(row.admission_id, 0) + 1
    free = excepted_admissions(newest)
    entered = _last_entries(newest)
    return [
        Refused(row.admission, row.code, row.place, row.user_agent, row.at, times[row.admission_id])
        for row in sorted(newest.values(), key=lambda row: row.at, reverse=True)
        if row.admission_id not in free
        and not (row.admission_id in entered and entered[row.admission_id] >= row.at)
        and not hasattr(getattr(row.admission, "sitting", None), "sheet")
    ]


def _last_entries(admission_ids: Iterable[int]) -> dict[int, datetime]:
    events = exams.SittingEvent.objects.filter(
        sitting__admission_id__in=list(admission_ids), kind__in=["started", "entered"]
    )
    return dict(
        events.values("sitting__admission_id")
        .annotate(last=Max("at"))
        .values_list("sitting__admission_id", "last")
    )


def failures_of(admission_id: int) -> list[LockdownFailure]:
    return list(LockdownFailure.objects.filter(admission_id=admission_id).order_by("-id")[:50])


def standing_of(admission: exams.Admission, config_key: str) -> rules.Standing:
    """What is asked of this candidate's requests where no exception holds."""
    return rules.Standing(
        required=is_required(admission.session),
        config_key=config_key,
        exam_keys=tuple(row.key for row in browser_keys(admission.session_id)),
    )
