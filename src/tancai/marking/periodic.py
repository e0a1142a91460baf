"""The worker's part of marking: choice questions are scored within a minute of the hand-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tancai.jobs import api as jobs
from tancai.lib import clock


@jobs.every(minutes=1, name="marking.score")
def score_finished_sittings(at: datetime) -> None:
    from tancai.marking.actions.scoring import score_finished

    score_finished(at)


@jobs.every(minutes=60, name="marking.forget_logs")
def forget_logs_of_final_results(at: datetime) -> None:
    from tancai.marking.actions.forgetting import forget_logs

    forget_logs(at)


@jobs.every(minutes=10, name="marking.calibrate")
def calibrate_released_sessions(at: datetime) -> None:
    from tancai.marking.actions.calibrating import start_calibrations

    start_calibrations(at)


@jobs.task("marking.calibrate")
def calibrate(job: jobs.Running) -> dict[str, Any]:
    """Parameter ``session``."""
    from tancai.exams import api as exams
    from tancai.marking.actions.calibrating import calibrate_session

    session = exams.session(job.params["session"])
    found = calibrate_session(session, by=job.started_by, at=clock.now()) if session is not None else None
    return {"calibration": found.pk if found is not None else None}


@jobs.task("marking.export_results")
def export_results(job: jobs.Running) -> dict[str, Any]:
    """Parameters ``session``, ``form``, ``names``; gives the token of the file."""
    from tancai.exams import api as exams
    from tancai.marking.actions.exporting import keep_results

    session = exams.session(job.params["session"])
    stored, count = keep_results(
        session,
        form=job.params["form"],
        names=bool(job.params["names"]),
        by=job.started_by,
        at=clock.now(),
        progress=job.progress,
    )
    return {"file": stored.token, "papers": count, "size": stored.size}
