"""Retention and tidiness on the worker's schedule."""

from __future__ import annotations

from datetime import datetime

from tancai.files import actions
from tancai.jobs import api as jobs


@jobs.every(minutes=24 * 60, name="files.purge")
def purge(at: datetime) -> None:
    actions.purge(at)


@jobs.every(minutes=24 * 60, name="files.orphans")
def orphans(at: datetime) -> None:
    actions.sweep_orphans(at)
