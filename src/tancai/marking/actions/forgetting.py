"""Once results stand for good, the exam log need not remember every keystroke behind them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.marking import rules
from tancai.marking.models import RecheckDecision, RecheckRequest, Release
from tancai.marking.policy import policy
from tancai.programmes import api as programmes


def final_since(session: Any, at: datetime) -> date | None:
    """Since when a session's results are final; None when they are not released, or a re-check can come or waits."""
    release = Release.objects.filter(session=session).first()
    if release is None:
        return None
    window = programmes.working_deadline(clock.local_date(release.at), policy().recheck_days)
    asked = RecheckRequest.objects.filter(result__session=session)
    decided = RecheckDecision.objects.filter(request__in=asked).values_list("at", flat=True)
    since = rules.final_since(
        last_day=window.date,
        decided=[clock.local_date(moment) for moment in decided],
        waiting=asked.filter(decision=None).count(),
    )
    return since if since is not None and since < clock.local_date(at) else None


def forget_logs(at: datetime) -> exams.ForgetReport:
    """Delete from the exam log what belongs to results that have been final for long enough; safe to repeat."""
    report = exams.ForgetReport()
    for session in exams.sessions_remembered(at - exams.log_days()):
        since = final_since(session, at)
        if since is not None and since + exams.log_days() < clock.local_date(at):
            report += exams.forget_log(session, by=None, at=at)
    return report
