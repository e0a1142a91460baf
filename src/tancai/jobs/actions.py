from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.jobs.models import Job
from tancai.jobs.runner import MOST_ATTEMPTS, run_job

SILENT_FOR = timedelta(minutes=5)


@transaction.atomic
def start(kind: str, *, params: dict[str, Any], by: Any, at: datetime) -> Job:
    """Queue a piece of work; it begins after the present transaction commits."""
    job = Job.objects.create(kind=kind, params=params, started_by=by, queued_at=at)
    audit.record("jobs.start", by=by, at=at, target=("job", job.pk), detail={"kind": kind})
    transaction.on_commit(partial(run_job.enqueue, job.pk))
    return job


@transaction.atomic
def cancel(job: Job, *, by: Any, at: datetime) -> None:
    """Ask a running job to stop at its next sign of progress; a waiting one ends at once."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.QUEUED).update(
        state=Job.CANCELLED, ended_at=at, cancel_asked=True
    )
    if not waiting:
        Job.objects.filter(pk=job.pk, state=Job.RUNNING).update(cancel_asked=True)
    audit.record("jobs.cancel", by=by, at=at, target=("job", job.pk))


@transaction.atomic
def sweep(at: datetime) -> int:
    """Queue again the jobs whose worker has been silent for five minutes; give up after three attempts."""
    again = 0
    for job in Job.objects.select_for_update().filter(state=Job.RUNNING, beat_at__lt=at - SILENT_FOR):
        if job.attempts >= MOST_ATTEMPTS:
            job.state, job.ended_at, job.error = Job.FAILED, at, "the worker stopped three times"
        else:
            job.state = Job.QUEUED
            again += 1
            transaction.on_commit(partial(run_job.enqueue, job.pk))
        job.save(update_fields=["state", "ended_at", "error"])
    return again
