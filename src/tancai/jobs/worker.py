"""The worker process: the task queue's own worker, and beside it a thread that keeps the schedule."""

from __future__ import annotations

import argparse
import logging
import os
import threading
import time

log = logging.getLogger("tancai.jobs")


def keep_schedule(stop: threading.Event, *, step: float = 5.0) -> None:
    """Call every registered periodic function when its time has come, until ``stop`` is set."""
    from django.db import close_old_connections

    from tancai.jobs.registry import schedules
    from tancai.lib import clock

    due: dict[str, float] = {}
    while not stop.wait(step):
        for schedule in schedules():
            if time.monotonic() < due.get(schedule.name, 0.0):
                continue
            due[schedule.name] = time.monotonic() + schedule.minutes * 60
            close_old_connections()
            try:
                schedule.work(clock.now())
            except Exception:
                log.exception("scheduled work %s failed", schedule.name)
        close_old_connections()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interval", type=float, default=0.5, help="seconds between looks at an empty queue")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tancai.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    stop = threading.Event()
    threading.Thread(target=keep_schedule, args=(stop,), daemon=True, name="schedule").start()
    try:
        call_command("db_worker", interval=arguments.interval, verbosity=0)
    finally:
        stop.set()


if __name__ == "__main__":
    main()
