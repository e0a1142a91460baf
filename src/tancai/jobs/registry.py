"""What kinds of work there are, and what is done on a schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tancai.jobs.running import Running

Work = Callable[["Running"], dict[str, Any] | None]
Periodic = Callable[[datetime], object]


@dataclass(frozen=True)
class Schedule:
    name: str
    minutes: int
    work: Periodic


_kinds: dict[str, Work] = {}
_schedules: dict[str, Schedule] = {}


def task(kind: str) -> Callable[[Work], Work]:
    """Register ``run(job)`` as the work of ``kind``; the function must survive being run again from the start."""

    def remember(work: Work) -> Work:
        _kinds[kind] = work
        return work

    return remember


def every(*, minutes: int, name: str = "") -> Callable[[Periodic], Periodic]:
    """Register ``work(at)`` to be called by the worker about every ``minutes``."""

    def remember(work: Periodic) -> Periodic:
        label = name or f"{work.__module__}.{work.__name__}"
        _schedules[label] = Schedule(label, minutes, work)
        return work

    return remember


def work_of(kind: str) -> Work | None:
    return _kinds.get(kind)


def schedules() -> list[Schedule]:
    return sorted(_schedules.values(), key=lambda schedule: schedule.name)
