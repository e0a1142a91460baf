"""What the rows make of posts, questions, calls and submissions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

POST_KINDS = ("notice", "news")
CALL_KINDS = ("video_course", "expert")
CRITERIA: dict[str, tuple[str, ...]] = {
    "video_course": ("speech", "picture", "landscape", "content"),
    "expert": ("qualification", "experience", "speciality"),
}
"""What a review looks at: the association asks for clear speech, clear picture, landscape format (source 004)."""

LIMITS = {
    "title": 120,
    "body": 20_000,
    "question": 2_000,
    "answer": 5_000,
    "summary": 4_000,
    "short": 120,
    "link": 400,
}

_number = re.compile(r"(?<![0-9])[1-9][0-9](?:[\s\-]?[0-9]){15}[\s\-]?[0-9Xx](?![0-9])")
_link = re.compile(r"https?://[^\s<>\"]+")
_width = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")


def fault_in(text: str, *, most: int, needed: bool = True) -> str:
    """Why a text cannot be kept: ``empty``, ``too_long``, ``personal_number``, or ``""`` when it can."""
    if not text.strip():
        return "empty" if needed else ""
    if len(text) > most:
        return "too_long"
    return "personal_number" if _number.search(text.translate(_width)) else ""


def fault_in_link(text: str) -> str:
    """``bad_link`` unless empty or a web address."""
    if not text:
        return ""
    return "" if len(text) <= LIMITS["link"] and _link.fullmatch(text) else "bad_link"


def post_state(kinds: Iterable[str]) -> str:
    """``draft``, ``published`` or ``withdrawn`` from the events in order."""
    state = "draft"
    for kind in kinds:
        if kind in ("published", "withdrawn"):
            state = kind
    return state


def may_post(state: str, kind: str) -> bool:
    """Whether a post in this state may be published or withdrawn."""
    return {"published": state != "published", "withdrawn": state == "published"}.get(kind, True)


def question_state(*, answered: bool, hidden: bool) -> str:
    """``hidden``, ``answered`` or ``asked``."""
    if hidden:
        return "hidden"
    return "answered" if answered else "asked"


def call_state(kinds: Iterable[str], *, opens_on: date, closes_on: date, today: date) -> str:
    """``planned``, ``open`` or ``closed``; closing by hand comes before the days."""
    if list(kinds)[-1:] == ["closed"]:
        return "closed"
    if today < opens_on:
        return "planned"
    return "open" if today <= closes_on else "closed"


_AFTER = {
    "submitted": frozenset({"reviewed", "accepted", "refused", "withdrawn"}),
    "shortlisted": frozenset({"reviewed", "accepted", "refused", "withdrawn"}),
    "accepted": frozenset({"refused"}),
    "refused": frozenset({"accepted"}),
    "withdrawn": frozenset[str](),
}


def submission_state(kinds: Iterable[str]) -> str:
    """``submitted``, ``shortlisted`` (a review exists), ``accepted``, ``refused`` or ``withdrawn``."""
    state = ""
    for kind in kinds:
        if kind == "reviewed":
            state = "shortlisted" if state == "submitted" else state
        else:
            state = kind
    return state


def may_submission(state: str, kind: str) -> bool:
    """Whether this step may follow."""
    return kind in _AFTER.get(state, frozenset())
