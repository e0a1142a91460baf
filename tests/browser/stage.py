"""The stage of a browser journey: definitions, items and staff by the actions people use, and a clock to move."""

from __future__ import annotations

import base64
import json
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tests.installed import install

PASSWORD = "carbon-2060-demo"


class Calendar:
    """Moves the clock of the site and of the log together."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def to(self, moment: datetime, *, log: bool = False) -> datetime:
        self._stack.close()
        self._stack.enter_context(clock.moved(moment))
        if log:
            key = base64.b64decode(str(settings.TANCAI_KEYS["control"]))
            exams.ControlClient(settings.LOG_ADDRESS, key).move_clock(int(moment.timestamp() * 1000))
        return moment

    def close(self) -> None:
        self._stack.close()


def set_up(at: datetime) -> dict[str, Any]:
    """Definitions, items and one member of staff a role at the body of ``cem``; users by role."""
    install(at, bank=True)
    body = people.organisation("icdc")
    staff = {}
    for role in ("office", "reviewer", "marker", "finance", "invigilator"):
        staff[role] = people.register(email=f"{role}@cem.example", password=PASSWORD, at=at)
        people.grant_role(staff[role], role, organisation=body, by=None, at=at)
    return staff


def newest_code(folder: Path) -> str:
    """The sign-in code of the letter sent last."""
    letters = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    text = json.loads(letters[-1].read_text())
    digits = "".join(c if c.isdigit() else " " for c in f"{text['subject']} {text['body']}").split()
    return next(word for word in digits if len(word) == 6)
