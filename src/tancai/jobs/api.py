"""The door of long work.

``@task(kind)`` and ``@every(minutes=…)`` register work when a room's ``jobs.py`` is imported by its AppConfig;
``start`` queues, ``job`` reads, ``cancel`` asks to stop; ``python -m tancai.jobs.worker`` does the work.
"""

from tancai.jobs.actions import cancel, start, sweep
from tancai.jobs.models import Job
from tancai.jobs.queries import job, jobs_of
from tancai.jobs.registry import every, schedules, task
from tancai.jobs.runner import run
from tancai.jobs.running import Cancelled, Running

__all__ = [
    "Cancelled",
    "Job",
    "Running",
    "cancel",
    "every",
    "job",
    "jobs_of",
    "run",
    "schedules",
    "start",
    "sweep",
    "task",
]
