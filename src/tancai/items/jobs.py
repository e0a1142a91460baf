"""Long work of the bank: looking for parallel papers, bringing in large files."""

from __future__ import annotations

from typing import Any

from tancai.jobs import api as jobs
from tancai.lib import clock

SEARCH = "items.search_papers"


@jobs.task(SEARCH)
def search(job: jobs.Running) -> dict[str, Any]:
    """Parameter ``set``; the present edition of its programme is the blueprint."""
    from tancai.items.actions.papers import search_papers
    from tancai.items.models import PaperSet
    from tancai.programmes import api as programmes

    wanted = PaperSet.objects.get(pk=job.params["set"])

    def told(stage: str, done: int, total: int) -> None:
        job.progress(min(done, total - 1) if total else 0, max(total, 1), stage)

    outcome = search_papers(
        wanted,
        programmes.definition(wanted.programme),
        by=job.started_by,
        at=clock.now(),
        progress=told,
    )
    return {"set": wanted.pk, "status": outcome.status}


@jobs.task("items.import")
def bring_in(job: jobs.Running) -> dict[str, Any]:
    """Parameters as ``start_import`` gives them."""
    from tancai.items.actions.import_jobs import run_import

    return run_import(job.params, by=job.started_by, at=clock.now(), progress=job.progress)
