"""Long work: done once, with progress, cancelled on request, taken up again after its worker died."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tancai.jobs import api as jobs
from tancai.jobs.models import Job

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db

calls: list[int] = []


@jobs.task("test.count")
def count(job: jobs.Running) -> dict[str, int]:
    calls.append(job.params["upto"])
    for number in range(job.params["upto"]):
        job.progress(number + 1, job.params["upto"], "counting")
    return {"counted": job.params["upto"]}


@jobs.task("test.fail")
def fail(job: jobs.Running) -> None:
    raise ValueError("no")


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


def test_work_is_done_once_with_progress_and_result() -> None:
    job = jobs.start("test.count", params={"upto": 3}, by=None, at=NOON)
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total) == ("done", {"counted": 3}, 3, 3)
    assert calls == [3]


def test_a_failure_is_kept_with_its_reason() -> None:
    job = jobs.start("test.fail", params={}, by=None, at=NOON)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "ValueError: no")


def test_unknown_work_fails_loudly() -> None:
    job = jobs.start("test.unknown", params={}, by=None, at=NOON)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "test.unknown" in job.error


def test_waiting_work_can_be_cancelled_and_is_never_begun() -> None:
    job = jobs.start("test.count", params={"upto": 1}, by=None, at=NOON)
    jobs.cancel(job, by=None, at=NOON)
    jobs.run(job.pk)
    assert calls == []
    assert jobs.job(job.pk).state == "cancelled"


def test_running_work_stops_at_its_next_sign_of_progress() -> None:
    @jobs.task("test.cancelled_midway")
    def midway(job: jobs.Running) -> None:
        jobs.cancel(Job.objects.get(pk=job.id), by=None, at=NOON)
        job.progress(1, 1)
        raise AssertionError("not reached")

    job = jobs.start("test.cancelled_midway", params={}, by=None, at=NOON)
    jobs.run(job.pk)
    assert jobs.job(job.pk).state == "cancelled"


def test_a_silent_job_is_taken_up_again_three_times_at_most() -> None:
    job = jobs.start("test.count", params={"upto": 2}, by=None, at=NOON)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, beat_at=NOON)
    assert jobs.sweep(NOON + timedelta(minutes=4)) == 0
    assert jobs.sweep(NOON + timedelta(minutes=6)) == 1
    jobs.run(job.pk)
    assert jobs.job(job.pk).state == "done"
    Job.objects.filter(pk=job.pk).update(state="running", attempts=3, beat_at=NOON)
    assert jobs.sweep(NOON + timedelta(minutes=6)) == 0
    assert jobs.job(job.pk).state == "failed"
