"""The worker's part of marking: choice questions are scored within a minute of the hand-in."""

from __future__ import annotations

from datetime import datetime

from tancai.jobs import api as jobs


@jobs.every(minutes=1, name="marking.score")
def score_finished_sittings(at: datetime) -> None:
    from tancai.marking.actions.scoring import score_finished

    score_finished(at)


@jobs.every(minutes=60, name="marking.forget_logs")
def forget_logs_of_final_results(at: datetime) -> None:
    from tancai.marking.actions.forgetting import forget_logs

    forget_logs(at)
