"""One task of the queue stands for every job: it carries only the job's id."""

from __future__ import annotations

import logging

from django.db import transaction
from django_tasks import task as queue_task

from tancai.jobs.models import Job
from tancai.jobs.registry import work_of
from tancai.jobs.running import Cancelled, Running
from tancai.lib import clock

log = logging.getLogger("tancai.jobs")
MOST_ATTEMPTS = 3


@queue_task()
def run_job(job_id: int) -> None:
    run(job_id)


def run(job_id: int) -> None:
    """Claim the job by a conditional update and run it; a job claimed by somebody else is left alone."""
    now = clock.now()
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, state=Job.QUEUED).first()
        if job is None:
            return
        job.state, job.began_at, job.beat_at, job.attempts = Job.RUNNING, now, now, job.attempts + 1
        job.save(update_fields=["state", "began_at", "beat_at", "attempts"])
    work = work_of(job.kind)
    try:
        if work is None:
            raise LookupError(f"no work is registered for {job.kind}")
        result = work(Running(job)) or {}
    except Cancelled:
        _end(job, Job.CANCELLED)
    except Exception as error:
        log.exception("job %s %s failed", job.kind, job.pk)
        _end(job, Job.FAILED, error=f"{type(error).__name__}: {error}"[:2000])
    else:
        _end(job, Job.DONE, result=result)


def _end(job: Job, state: str, *, result: dict[str, object] | None = None, error: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, ended_at=clock.now(), result=result, error=error, beat_at=clock.now()
    )
