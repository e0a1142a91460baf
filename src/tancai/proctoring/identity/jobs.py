"""Work on the worker: comparing check-ins, looking at snapshots, marking silent cameras, keeping and deleting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.proctoring.identity import queries
from tancai.proctoring.identity.actions import checking, keeping, snapshots


@jobs.task(checking.COMPARE)
def compare(job: jobs.Running) -> dict[str, Any]:
    found = queries.check_in(int(job.params["check_in"]))
    return {"readings": len(checking.compare(found, at=clock.now())) if found else 0}


@jobs.task(snapshots.ANALYSE)
def analyse(job: jobs.Running) -> dict[str, Any]:
    return {"pictures": snapshots.analyse(clock.now(), session_id=int(job.params["session"]))}


@jobs.every(minutes=1, name="proctoring.snapshots")
def look_at_the_rest(at: datetime) -> None:
    """Pictures whose job was lost, and cameras that went silent."""
    snapshots.analyse(at)
    snapshots.mark_silent(at)


@jobs.every(minutes=24 * 60, name="proctoring.keep")
def keep(at: datetime) -> None:
    keeping.keep(at)
