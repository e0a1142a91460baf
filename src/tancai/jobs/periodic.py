from datetime import datetime

from django.core.management import call_command

from tancai.audit import api as audit
from tancai.jobs.actions import sweep
from tancai.jobs.registry import every


@every(minutes=1, name="jobs.sweep")
def sweep_silent_jobs(at: datetime) -> None:
    sweep(at)


@every(minutes=60, name="audit.seal")
def seal_audit(at: datetime) -> None:
    while audit.seal(at=at):
        pass


@every(minutes=24 * 60, name="jobs.prune")
def prune_finished_tasks(at: datetime) -> None:
    call_command("prune_db_task_results", verbosity=0)
