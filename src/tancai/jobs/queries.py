from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tancai.jobs.models import Job


def job(job_id: int) -> Job | None:
    return Job.objects.filter(pk=job_id).first()


def jobs_of(user: Any) -> QuerySet[Job]:
    """Jobs started by this user, newest first."""
    return Job.objects.filter(started_by=user).order_by("-id")
