"""One rehearsal from an empty installation to its report."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from django.conf import settings

from tancai.demo.checking import Checker
from tancai.demo.rehearsal import Progress, Rehearsal
from tancai.demo.servers import Servers
from tancai.demo.world import World, set_the_stage
from tancai.exams import api as exams
from tancai.lib import clock


def play(*, candidates: int, seed: int, progress: Progress) -> tuple[dict[str, Any], World]:
    """Set the stage in the (empty) installation of the settings and run a rehearsal on it."""
    opening = clock.now() - timedelta(days=420)
    with clock.moved(opening):
        world = set_the_stage(at=opening)
    with Servers(log_address=settings.LOG_ADDRESS, web_address=settings.PUBLIC_ADDRESS):
        control = exams.ControlClient(
            settings.LOG_ADDRESS, base64.b64decode(str(settings.TANCAI_KEYS["control"]))
        )
        rehearsal = Rehearsal(
            world,
            candidates=candidates,
            seed=seed,
            control=control,
            checker=Checker(settings.PUBLIC_ADDRESS),
            progress=progress,
        )
        report = rehearsal.run()
    return report, world
