"""What a row of the log says beyond an answer: another page took over, an old page still writes, a gap, a tell-tale.

Pure: rows in, incidents out. Nothing here is a verdict; every incident is for a person to look at.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tancai.exams.log import rows as r
from tancai.exams.log.rows import Row

GAP = 45_000
"""Milliseconds an answer may be on its way; longer means that the page was cut off."""

SAME = 60_000
"""Tell-tales of one kind nearer to each other than this are one incident."""

BELIEVED = 7 * 86_400_000
"""Milliseconds by which a page may be wrong about the time before that of arrival counts instead."""

TAKE_OVER, OLD_PAGE, GAP_CODE, AFTER_END, NOTE = "take_over", "old_page", "gap", "after_end", "note"

MANY_TAKE_OVERS = 3
"""A reload is a take-over too; only so many since somebody looked ask for a look."""

MANY_NOTES = 3
QUIET_NOTES = frozenset({"focus_back", "online"})
"""What a page tells only to say that something is over."""

LOUD_NOTES = frozenset({"pasted", "second_screen", "printed"})
"""Tell-tales that ask for a look at once; others only when there are ``MANY_NOTES``."""


class Incident(NamedTuple):
    """``code`` and, for a tell-tale, its own code in ``note``; ``at`` and ``until`` are ms since 1970."""

    sitting: int
    code: str
    at: int
    until: int
    times: int = 1
    note: str = ""


def of_rows(rows: Iterable[Row]) -> list[Incident]:
    """Incidents of many sittings in order of time; neighbours of the same kind are one."""
    found: list[Incident] = []
    newest: dict[tuple[int, str, str], int] = {}
    for row in rows:
        incident = _of(row)
        if incident is None:
            continue
        key = (incident.sitting, incident.code, incident.note)
        place = newest.get(key)
        merged = None if place is None else _merged(found[place], incident)
        if merged is None:
            newest[key] = len(found)
            found.append(incident)
        elif place is not None:
            found[place] = merged
    return sorted(found, key=lambda one: one.at)


def _of(row: Row) -> Incident | None:
    if row.epoch == 0:
        again = row.kind == r.CLAIM and int(row.item) > 1
        return Incident(row.sitting, TAKE_OVER, row.received, row.received) if again else None
    if row.kind == r.NOTE:
        code, times = _note(row.value)
        at = row.at if abs(row.at - row.received) < BELIEVED else row.received
        return None if code in QUIET_NOTES else Incident(row.sitting, NOTE, at, at, times, code)
    if row.verdict == r.SUPERSEDED:
        return Incident(row.sitting, OLD_PAGE, row.received, row.received)
    if row.verdict in (r.EXPIRED, r.CLOSED):
        return Incident(row.sitting, AFTER_END, row.received, row.received)
    if row.received - row.at > GAP:
        return Incident(row.sitting, GAP_CODE, row.at, row.received)
    return None


def _note(value: str) -> tuple[str, int]:
    """The code of a tell-tale, and how many the page gathered into it."""
    try:
        found = json.loads(value)
    except ValueError:
        return "", 1
    if not isinstance(found, dict):
        return "", 1
    times = found.get("times")
    return str(found.get("code", ""))[:24], times if type(times) is int and 1 <= times <= 1000 else 1


def _merged(last: Incident, new: Incident) -> Incident | None:
    """Both as one, or None when they stand apart."""
    if new.code == TAKE_OVER:
        return None
    if new.code == GAP_CODE:
        apart = new.at > last.until
    else:
        apart = new.at - last.until > SAME
    if apart:
        return None
    return last._replace(
        at=min(last.at, new.at), until=max(last.until, new.until), times=last.times + new.times
    )


def tally(found: Iterable[Incident]) -> dict[str, int]:
    """How often each code happened; tell-tales count under ``note``."""
    counts: Counter[str] = Counter()
    for incident in found:
        counts[incident.code] += incident.times
    return dict(counts)


def asks_for_a_look(found: Iterable[Incident]) -> list[str]:
    """Codes among these incidents that somebody should look at now, worst first."""
    seen = list(found)
    counts = tally(seen)
    loud = any(one.note in LOUD_NOTES for one in seen)
    asks = []
    if counts.get(OLD_PAGE):
        asks.append(OLD_PAGE)
    if counts.get(TAKE_OVER, 0) >= MANY_TAKE_OVERS:
        asks.append(TAKE_OVER)
    if loud or counts.get(NOTE, 0) >= MANY_NOTES:
        asks.append(NOTE)
    return asks
