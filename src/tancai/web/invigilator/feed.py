"""What the pages of one session are told: the lines as JSON, each with the turn in which it last changed.

One feed a session and process serves every viewer, streamed or asking: a look at the room costs the same for one
invigilator and for thirty, and each gets only the lines that changed since his or her last turn.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tancai.exams import api as exams
from tancai.proctoring import api as proctoring

FRESH = 1.5
"""Seconds for which a look at the room is good enough for the next viewer."""

FORGOTTEN = 120.0
"""Seconds after which a feed that nobody asks is dropped."""

ORDER = ("late", "check", "client", *(code for code in exams.NEEDS if code != "late"), "flag")
"""Why somebody is needed, most urgent first."""

_feeds: dict[int, Feed] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Turn:
    """One look at the room: every line with the turn it changed in, and those that left. Never changed afterwards."""

    number: int = 0
    lines: dict[int, tuple[int, str]] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    now: int = 0


class Feed:
    def __init__(self, session: exams.Session) -> None:
        self.session = session
        self.name = secrets.token_hex(4)
        self.used = time.monotonic()
        self.turn = Turn()
        self._watch = exams.Watch(session)
        self._looked = float("-inf")
        self._busy = threading.Lock()

    def look(self, at: datetime) -> None:
        """Look at the room again, unless somebody did a moment ago."""
        self.used = time.monotonic()
        with self._busy:
            if time.monotonic() - self._looked >= FRESH:
                room = self._watch.refresh(at)
                self.turn = self._next(room, proctoring.waiting_in(self.session), at)
                self._looked = time.monotonic()

    def stale(self) -> None:
        """After an order the next look must be a new one."""
        self._looked = float("-inf")

    def mark(self) -> str:
        """What a viewer shows who has been told everything so far."""
        return f"{self.name}-{self.turn.number}"

    def _next(self, room: exams.Room, waiting: dict[int, tuple[str, ...]], at: datetime) -> Turn:
        last = self.turn
        number = last.number + 1
        texts = {
            line.admission_id: json.dumps(
                as_plain(line, waiting.get(line.admission_id, ())), ensure_ascii=False
            )
            for line in room.lines
        }
        lines = {
            pk: last.lines[pk] if last.lines.get(pk, (0, ""))[1] == text else (number, text)
            for pk, text in texts.items()
        }
        left = dict.fromkeys(last.lines.keys() - lines.keys(), number)
        gone = {pk: turn for pk, turn in last.gone.items() if pk not in lines} | left
        head = {"reachable": room.reachable, "state": exams.session_state(self.session, at)}
        if head == last.head and not left and lines == last.lines:
            number = last.number
        return Turn(number, lines, gone, head, room.now)

    def since(self, mark: str, without: int | None = None) -> str | None:
        """What changed since a mark (``<feed>-<turn>``) as JSON, everything for a mark of another feed; None when
        nothing did. ``without`` leaves out the admission of the one who looks."""
        turn = self.turn
        name, _, number = mark.partition("-")
        known = int(number) if name == self.name and number.isdecimal() else 0
        if known >= turn.number:
            return None
        lines = [text for pk, (changed, text) in turn.lines.items() if changed > known and pk != without]
        head = {
            "mark": f"{self.name}-{turn.number}",
            "full": not known,
            "now": turn.now,
            "gone": [pk for pk, left in turn.gone.items() if left > known] if known else [],
            **turn.head,
        }
        return json.dumps(head)[:-1] + ', "lines": [' + ",".join(lines) + "]}"


def as_plain(line: exams.LiveSitting, waiting: tuple[str, ...] = ()) -> dict[str, Any]:
    """A line as the page knows it; times are ms since 1970, ``left`` and ``extra`` seconds."""
    needs = line.needs if line.state == "finished" else (*line.needs, *waiting)
    return {
        "id": line.admission_id,
        "ticket": line.ticket,
        "name": line.name,
        "state": line.state,
        "connected": line.connected,
        "heard": line.heard and line.heard // 10_000 * 10_000,
        "saved": line.last_save,
        "ends": line.ends and round(line.ends, -3),
        "left": line.left,
        "answered": line.answered,
        "questions": line.questions,
        "extra": line.extra,
        "pending": line.pending,
        "queued": line.queued,
        "letIn": line.let_in,
        "incidents": line.incidents,
        "needs": [code for code in ORDER if code in needs],
    }


def feed_of(session: exams.Session) -> Feed:
    """The feed of a session in this process."""
    with _lock:
        _drop(feed for feed in list(_feeds.values()) if time.monotonic() - feed.used > FORGOTTEN)
        found = _feeds.get(session.pk)
        if found is None:
            found = _feeds[session.pk] = Feed(session)
        return found


def _drop(feeds: Iterable[Feed]) -> None:
    for feed in feeds:
        del _feeds[feed.session.pk]


def forget_all() -> None:
    """Drop every feed; for tests, where the numbers of sessions return."""
    with _lock:
        _feeds.clear()
