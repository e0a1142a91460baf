from datetime import datetime

from tancai.jobs.api import every
from tancai.learning.actions import warn_late


@every(minutes=60, name="learning.warn_late")
def warn_late_candidates(at: datetime) -> None:
    warn_late(at=at)
