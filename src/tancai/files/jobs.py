"""Retention and tidiness on the worker's schedule."""

from __future__ import annotations

from datetime import datetime

from tancai.files import actions
from tancai.jobs import api as jobs
from tancai.people import api as people


@jobs.every(minutes=24 * 60, name="files.purge")
def purge(at: datetime) -> None:
    actions.purge(at)


@jobs.every(minutes=24 * 60, name="files.orphans")
def orphans(at: datetime) -> None:
    actions.sweep_orphans(at)


@jobs.every(minutes=24 * 60, name="people.anonymise")
def anonymise(at: datetime) -> None:
    people.anonymise_due(at)
