"""Where an item has been asked: papers, sessions, and how many saw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.web.author import words


@dataclass(frozen=True)
class Asked:
    """One session an item was asked in."""

    session: Any
    programme: str
    version_number: int
    position: int
    seats: int
    seen: int


@dataclass(frozen=True)
class History:
    """``papers`` an item stands on, the sessions that sat them, ``seen`` people altogether."""

    papers: int
    asked: list[Asked]
    seen: int


def history_of(item: Any) -> History:
    uses = {use.form_id: use for use in items.uses_of(item)}
    asked = [
        Asked(
            use.session,
            words.programme_name(uses[use.form_id].programme),
            uses[use.form_id].version_number,
            uses[use.form_id].position,
            use.seats,
            use.seen,
        )
        for use in exams.uses_of_forms(uses)
    ]
    return History(len(uses), asked, sum(each.seen for each in asked))
