"""Certificates of many results, issued by the worker one after another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tancai.credentials import actions
from tancai.credentials.errors import CannotIssue
from tancai.jobs import api as jobs
from tancai.lib import clock

ISSUE_MANY = "credentials.issue_many"


def issue_many(results: Iterable[int], *, by: Any, at: datetime) -> jobs.Job:
    """Queue the issue of certificates for these results (ids), in this order. What stands when it is stopped stands;
    asked again, nothing is issued twice. The job's result is ``{"issued": n, "refused": [[result id, code], …]}``."""
    return jobs.start(ISSUE_MANY, params={"results": list(results)}, by=by, at=at)


@jobs.task(ISSUE_MANY)
def work(job: jobs.Running) -> dict[str, Any]:
    """Parameter ``results``."""
    results, refused = job.params["results"], []
    for number, result in enumerate(results):
        job.progress(number, len(results))
        try:
            actions.issue(result, by=job.started_by, at=clock.now())
        except CannotIssue as error:
            refused.append([result, error.code])
    job.progress(len(results), len(results))
    return {"issued": len(results) - len(refused), "refused": refused}
