"""What the pictures of a room told, as entries of its journal."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tancai.exams import api as exams
from tancai.proctoring import api as proctoring


def flag_entries(session: exams.Session) -> list[exams.JournalEntry]:
    """One entry a flag: what it is, how many signs, how it stands."""
    return [
        exams.JournalEntry(
            at=flag.since,
            group="flag",
            kind="flag",
            ticket=flag.ticket_number,
            name=flag.name,
            admission_id=flag.admission_id,
            detail={"text": _text(flag)},
        )
        for flag in proctoring.flags_of(session.pk)
    ]


def _text(flag: proctoring.FlagView) -> str:
    word = proctoring.FLAG_WORDS.get(flag.kind, flag.kind)
    state = proctoring.FLAG_STATES[flag.state][0]
    return _("{what}（{n} 次），{state}").format(what=word, n=flag.signs, state=state)
