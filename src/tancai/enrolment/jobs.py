"""Long work of enrolment, and what is done on a schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tancai.enrolment import imports
from tancai.jobs.api import Running, every, task
from tancai.lib import clock

INSPECT, IMPORT = "enrolment.inspect", "enrolment.import"


@task(INSPECT)
def inspect(job: Running) -> dict[str, Any]:
    """Dry run of the batch named by ``params["batch"]``."""
    batch = imports.batch_of(job.params["batch"])
    if batch is not None and imports.stage(batch) in ("uploaded", "inspected"):
        imports.inspect_batch(batch, by=job.started_by, at=clock.now(), progress=job.progress)
    return {} if batch is None else imports.counts(batch)


@task(IMPORT)
def work_off(job: Running) -> dict[str, Any]:
    """Make applications of a confirmed batch; taken up where it stopped."""
    batch = imports.batch_of(job.params["batch"])
    if batch is not None:
        imports.run_batch(batch, by=job.started_by, at=clock.now(), progress=job.progress)
    return {} if batch is None else imports.counts(batch)


@every(minutes=60, name="enrolment.expire_batches")
def expire(at: datetime) -> None:
    imports.expire(at)
