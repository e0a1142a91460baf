"""What the pages of a session noted beside the answers: weak evidence for the invigilator, never a verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tancai.exams import logbook, standing
from tancai.exams.log.rows import NOTE
from tancai.exams.models import Session

_BELIEVED = 7 * 86_400_000
"""Milliseconds by which a page may be wrong or late before the time of arrival counts instead."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note: stable code, the page's estimate of the server's time, and what else it says.

    ``detail`` may hold ``item`` (position of the question), ``seconds`` (away), ``chars`` (pasted or copied) and
    ``times`` (how many were gathered into this note). It comes from the candidate's browser: believe it weakly.
    """

    code: str
    at: datetime
    detail: dict[str, Any] = field(default_factory=dict)


def notes_of(session: Session) -> dict[int, list[Note]]:
    """Notes by sitting id, oldest first, sittings without notes left out; reads nothing but notes from the log."""
    sittings = session.sittings.values_list("id", flat=True)
    return _by_sitting(logbook.rows_of_kind(sittings, NOTE))


def notes_of_sitting(sitting_id: int) -> list[Note]:
    return _by_sitting(logbook.rows_of_kind([sitting_id], NOTE)).get(sitting_id, [])


def _by_sitting(rows: Iterable[Any]) -> dict[int, list[Note]]:
    found: dict[int, list[Note]] = {}
    for row in rows:
        note = _note(row)
        if note is not None:
            found.setdefault(row.sitting, []).append(note)
    return found


def _note(row: Any) -> Note | None:
    value = json.loads(row.value)
    if not isinstance(value, dict) or not isinstance(value.get("code"), str):
        return None
    detail = {name: part for name, part in value.items() if name != "code"}
    if row.item:
        detail["item"] = row.item
    at = row.at if abs(row.at - row.received) < _BELIEVED else row.received
    return Note(value["code"][:40], standing.moment(at), detail)
