"""The candidate's road as a value: stations that every desk draws with ``{% road_map steps %}``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATIONS: dict[str, Promise] = {
    "apply": _("申请"),
    "review": _("审核"),
    "study": _("学习"),
    "exam": _("考试"),
    "marking": _("阅卷"),
    "certificate": _("证书"),
}

STATES = ("done", "now", "waiting", "blocked", "overdue", "ahead")


@dataclass(frozen=True)
class Step:
    """One station.

    ``state``: ``done`` · ``now`` (the reader must act) · ``waiting`` (somebody else must act) · ``blocked``
    (refused or not possible) · ``overdue`` (a promise was not kept) · ``ahead`` (not reached).
    ``at`` is the day it was done, ``promised`` the day it should be done, ``who`` the one it waits for.
    """

    title: str | Promise
    state: str = "ahead"
    at: date | datetime | None = None
    who: str = ""
    promised: date | datetime | None = None
    note: str = ""
    url: str = ""
    link: str = ""
    provisional: bool = False


def road(**stations: Step | dict[str, object]) -> list[Step]:
    """The six stations in order; give only those that have been reached, by name (``apply=…, review=…``).

    Raises KeyError for a station that the road does not have.
    """
    for name in stations:
        STATIONS[name]
    steps = []
    for name, title in STATIONS.items():
        given = stations.get(name, {})
        steps.append(given if isinstance(given, Step) else Step(**{"title": title, **given}))  # type: ignore[arg-type]
    return steps


def tidy(steps: Iterable[Step]) -> list[Step]:
    """Only one station can be the present one: later ``now`` or ``waiting`` stations are still ahead."""
    seen, result = False, []
    for step in steps:
        if step.state not in STATES:
            raise ValueError(f"unknown state of a station: {step.state!r}")
        if seen and step.state in ("now", "waiting"):
            step = replace(step, state="ahead")
        seen = seen or step.state in ("now", "waiting", "blocked", "overdue")
        result.append(step)
    return result
