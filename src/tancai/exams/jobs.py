from datetime import datetime

from tancai.exams.actions import forgetting, sweeping
from tancai.jobs.api import every


@every(minutes=1, name="exams.sweep")
def sweep_sittings(at: datetime) -> None:
    sweeping.sweep(at)


@every(minutes=10, name="exams.sessions")
def keep_sessions(at: datetime) -> None:
    sweeping.keep_sessions(at)


@every(minutes=60, name="exams.forget")
def forget_logs(at: datetime) -> None:
    forgetting.forget_by_age(at)
