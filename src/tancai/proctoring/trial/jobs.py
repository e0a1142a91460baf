from datetime import datetime

from tancai.jobs.api import every
from tancai.proctoring.trial import actions


@every(minutes=60, name="proctoring.trial_reminders")
def remind_of_trials(at: datetime) -> None:
    actions.remind_due(at)
