"""Delivery runs on the worker, a minute behind at most; nothing waits for a mail server inside a page."""

from __future__ import annotations

from datetime import datetime

from tancai.jobs import api as jobs
from tancai.messages import actions


@jobs.every(minutes=1, name="messages.deliver")
def deliver(at: datetime) -> None:
    while actions.deliver_due(at) == 500:
        pass


@jobs.every(minutes=24 * 60, name="messages.prune")
def prune(at: datetime) -> None:
    actions.prune(at)
