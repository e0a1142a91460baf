"""The worker's part of credentials: certificates of many results, one after another."""

from __future__ import annotations

from typing import Any

from tancai.credentials import actions
from tancai.credentials.errors import CannotIssue
from tancai.jobs import api as jobs
from tancai.lib import clock


@jobs.task(actions.ISSUE_MANY)
def issue_many(job: jobs.Running) -> dict[str, Any]:
    """Parameter ``results``; gives ``{"issued": n, "refused": [[result id, code], …]}``."""
    results, refused = job.params["results"], []
    for number, result in enumerate(results):
        job.progress(number, len(results))
        try:
            actions.issue(result, by=job.started_by, at=clock.now())
        except CannotIssue as error:
            refused.append([result, error.code])
    job.progress(len(results), len(results))
    return {"issued": len(results) - len(refused), "refused": refused}
