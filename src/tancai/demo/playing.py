"""One rehearsal from an empty installation to its report."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from tancai.demo import stories, workshop
from tancai.demo.checking import Checker
from tancai.demo.rehearsal import Progress, Rehearsal
from tancai.demo.servers import Servers
from tancai.demo.world import World, set_the_stage
from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people


class NotEmpty(Exception):
    """The installation holds people already; a rehearsal needs an empty one."""


def play(
    *, candidates: int, seed: int, progress: Progress, with_stories: bool = False
) -> tuple[dict[str, Any], World]:
    """Set the stage in the (empty) installation of the settings and run a rehearsal on it.

    ``with_stories`` adds the open ends of a demo world. Raises NotEmpty.
    """
    if people.users_holding("platform_admin"):
        raise NotEmpty(str(settings.DATA_DIR))
    _do_not_wait_for_the_disk()
    opening = clock.now() - timedelta(days=420)
    with Servers(log_address=settings.LOG_ADDRESS, web_address=settings.PUBLIC_ADDRESS) as servers:
        with clock.moved(opening):
            world = set_the_stage(at=opening)
        servers.wait_for_log()
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
        rehearsal.run()
        servers.wait_for_site()
        report = rehearsal.verify()
        if with_stories:
            stories.tell(world, seed=seed, control=control)
            workshop.tell(at=clock.now())
    return report, world


def _do_not_wait_for_the_disk() -> None:
    """A world that is made anew each time need not outlive a power cut while it is made."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
