from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.messages import api as messages
from tancai.proctoring.lockdown.queries import is_required
from tancai.proctoring.models import DeviceCheck, TrialReminder
from tancai.proctoring.trial import queries, rules
from tancai.programmes import api as programmes

log = logging.getLogger("tancai.proctoring")

AHEAD = timedelta(days=10)
"""Sessions that start within so many days are looked at for reminders."""
LAST_DAY = timedelta(hours=24)


@transaction.atomic
def record_check(
    admission: exams.Admission, posted: Mapping[str, Any], *, user_agent: str, client: str, at: datetime
) -> DeviceCheck:
    """Keep what a device showed and what was found. ``client``: code of the lock-down verdict, empty when proven."""
    facts = rules.clean(posted, user_agent)
    findings = rules.judge(facts, asked_of(admission.session, client))
    row = DeviceCheck.objects.create(
        admission=admission,
        state=rules.worst(findings),
        results={
            finding.part: {"state": finding.state, "code": finding.code, **finding.params}
            for finding in findings
        },
        user_agent=facts.user_agent,
        at=at,
    )
    audit.record(
        "proctoring.device_checked",
        by=None,
        at=at,
        target=("admission", admission.pk),
        detail={"state": row.state},
    )
    return row


def asked_of(session: exams.Session, client: str = "") -> rules.Asked:
    exam = programmes.definition_of(session.edition_id).exam
    return rules.Asked(camera=exam.camera_required, client_required=is_required(session), client=client)


def remind(session: exams.Session, *, by: Any, at: datetime) -> int:
    """Remind everybody who has not finished the test run and was not reminded today; how many were."""
    lines = [line for line in queries.trials(session, at=at) if line.state != rules.DONE]
    reminded = queries.last_reminders(line.admission.pk for line in lines)
    wanted = [
        line.admission
        for line in lines
        if line.admission.pk not in reminded or at - reminded[line.admission.pk] >= timedelta(hours=20)
    ]
    _send(session, wanted, at=at)
    if wanted:
        audit.record(
            "proctoring.trial_reminded",
            by=by,
            at=at,
            target=("session", session.pk),
            detail={"count": len(wanted)},
        )
    return len(wanted)


def _send(session: exams.Session, admissions: Iterable[exams.Admission], *, at: datetime) -> None:
    definition = programmes.definition_of(session.edition_id)
    window = exams.rehearsal_window(session)
    for admission in admissions:
        with transaction.atomic():
            TrialReminder.objects.create(admission=admission, at=at)
            messages.send(
                person=admission.person,
                kind="trial_run",
                params={
                    "programme": {"zh-hans": definition.name, "en": definition.name_en},
                    "exam_at": session.starts_at,
                    "until": window.due,
                },
                link=f"/exam/{admission.pk}/trial/",
                at=at,
            )


def remind_due(at: datetime) -> int:
    """For sessions whose programme plans a test run: a message when it opens, another on its last day."""
    said = 0
    for session in exams.sessions(since=at, until=at + AHEAD).exclude(kind=exams.Session.REHEARSAL):
        window = exams.rehearsal_window(session)
        if not window.planned or not window.opens <= at < window.due:
            continue
        if exams.session_state(session, at) in ("cancelled", "closed"):
            continue
        said += _remind_waiting(session, window, at)
    return said


def _remind_waiting(session: exams.Session, window: exams.RehearsalWindow, at: datetime) -> int:
    lines = [line for line in queries.trials(session, at=at) if line.state != rules.DONE]
    reminded = queries.last_reminders(line.admission.pk for line in lines)
    last_day = at >= window.due - LAST_DAY
    wanted = [
        line.admission
        for line in lines
        if line.admission.pk not in reminded
        or (last_day and reminded[line.admission.pk] < window.due - LAST_DAY)
    ]
    _send(session, wanted, at=at)
    return len(wanted)
