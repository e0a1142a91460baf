from __future__ import annotations

import time
from typing import Any

from tancai.jobs.models import Job
from tancai.lib import clock


class Cancelled(Exception):
    """Raised inside the work when somebody asked to stop it."""


class Running:
    """What a piece of work sees of its job: parameters in, progress out."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._told = 0.0

    @property
    def id(self) -> int:
        return int(self._job.pk)

    @property
    def params(self) -> dict[str, Any]:
        return dict(self._job.params)

    @property
    def attempt(self) -> int:
        return int(self._job.attempts)

    @property
    def started_by(self) -> Any:
        return self._job.started_by

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Tell how far the work is, at most twice a second; raises Cancelled when asked to stop."""
        if done < total and time.monotonic() - self._told < 0.5:
            return
        self._told = time.monotonic()
        Job.objects.filter(pk=self._job.pk).update(
            done=done, total=total, note=note[:200], beat_at=clock.now()
        )
        if Job.objects.filter(pk=self._job.pk, cancel_asked=True).exists():
            raise Cancelled
