"""Decisions about certificates on plain values: numbers, validity, state, who may ask what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER = re.compile(r"([A-Z]{2,6})(\d{4})(\d{6})([0-9A-Z])")
# The check character `*` of the standard is never given out, nor letters that read like digits.
_NOT_GIVEN_OUT = frozenset("*OI")

VALID, EXPIRED, REVOKED, REPLACED = "valid", "expired", "revoked", "replaced"
STATES = (VALID, EXPIRED, REVOKED, REPLACED)
CORRECT, REPLACE, REVOKE = "correct", "replace", "revoke"
CHANGES = (CORRECT, REPLACE, REVOKE)
EVENT_OF = {CORRECT: "corrected", REPLACE: "replaced", REVOKE: "revoked"}
CORRECTABLE = ("name", "sex", "document")

FIELDS = ("number", "document", "name")


def check_character(text: str) -> str:
    """The check character of ISO 7064 MOD 37-2 over digits and capital letters; ``*`` is possible.

    Every single wrong character and every exchange of two characters changes it.
    """
    product = 0
    for character in text:
        product = (product + ALPHABET.index(character)) * 2 % 37
    value = (38 - product) % 37
    return "*" if value == 36 else ALPHABET[value]


def make_number(prefix: str, year: int, sequence: int) -> str | None:
    """``CEM2026000123K``; None for a sequence number that is left out because of its check character."""
    body = f"{prefix}{year:04d}{sequence:06d}"
    check = check_character(body)
    return None if check in _NOT_GIVEN_OUT else body + check


def is_number(text: str) -> bool:
    """Whether a normalised text is a number this house could have given out."""
    found = NUMBER.fullmatch(text)
    return bool(found) and check_character(text[:-1]) == text[-1]


def normal_number(text: str) -> str:
    """Full-width to plain, spaces and hyphens out, capital letters."""
    return re.sub(r"[\s\-‐-―_.]", "", unicodedata.normalize("NFKC", text or "")).upper()


def looked_up_name(name: str) -> str:
    """A name as look-ups compare it: full-width to plain, without spaces and dots, without case."""
    return re.sub(r"[\s·•・‧∙･.．'’-]", "", unicodedata.normalize("NFKC", name or "")).casefold()


def accepted(query: Iterable[Collection[str]], given: Collection[str]) -> bool:
    """Whether the fields ``given`` hold one of the accepted sets."""
    return any(set(each) <= set(given) for each in query)


def years_later(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def valid_until(start: date, years: int) -> date | None:
    """The last day of validity (2021-12-28 and two years: 2023-12-27); None: for good."""
    return years_later(start, years) - timedelta(days=1) if years else None


@dataclass(frozen=True)
class Step:
    """An event as the fold sees it."""

    kind: str
    on: date


@dataclass(frozen=True)
class State:
    """``code`` is one of STATES; ``since`` the day it began; ``corrected`` the day of the last correction."""

    code: str
    since: date
    corrected: date | None = None


def state(steps: Sequence[Step], until: date | None, on: date) -> State:
    """What the events make of a certificate on a day. Revoked outlives everything, replaced outlives expiry."""
    if not steps:
        raise ValueError("a certificate begins with its issue")
    corrected = next((step.on for step in reversed(steps) if step.kind == "corrected"), None)
    for kind in (REVOKED, REPLACED):
        found = next((step for step in steps if step.kind == kind), None)
        if found is not None:
            return State(kind, found.on, corrected)
    if until is not None and on > until:
        return State(EXPIRED, until + timedelta(days=1), corrected)
    return State(VALID, steps[0].on, corrected)


def may_change(state_code: str, change: str) -> bool:
    """Corrections and replacements of what still stands (also after expiry); revocation too. Over is over."""
    return change in CHANGES and state_code in {VALID, EXPIRED}


def judge_facts(changes: Mapping[str, str], now: Mapping[str, str], *, document_ok: bool) -> str:
    """Why a correction cannot be proposed: ``nothing_changed``, ``bad_facts``, or empty."""
    if any(key not in CORRECTABLE for key in changes):
        return "bad_facts"
    if all(changes[key] == now.get(key) for key in changes):
        return "nothing_changed"
    name = changes.get("name", now.get("name", ""))
    if len(name) < 2 or any(c.isdigit() for c in name):
        return "bad_facts"
    if changes.get("sex", "male") not in {"male", "female"} or not document_ok:
        return "bad_facts"
    return ""


def judge_decision(*, decided: bool, proposer: int | None, decider: int | None, holder: int | None) -> str:
    """Why somebody may not decide on a proposal: ``decided``, ``same_person``, ``own_certificate``, or empty."""
    if decided:
        return "decided"
    if decider is None or decider == proposer:
        return "same_person"
    return "own_certificate" if decider == holder else ""
