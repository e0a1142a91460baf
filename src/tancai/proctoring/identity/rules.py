"""Decisions about identity on plain values: may the exam begin, what is a flag, who may review it, error rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

CAMERA_FRESH = timedelta(minutes=20)
"""A camera that must run has shown a picture at most this long before the exam is entered."""

EPISODE = timedelta(minutes=3)
"""Signs of one kind this close together are one flag."""

SILENCE = timedelta(seconds=90)
"""Without a picture for this long, or four intervals, the camera counts as stopped."""

CONSENT_AGE = 14

MOST_SNAPSHOT = 300 * 1024
"""Bytes of one snapshot; a 640 × 480 picture has 30 to 60 thousand."""

CAMERA, HUMAN = "camera", "human"
FLAG_KINDS = ("no_face", "several_faces", "other_person", "covered", "stopped", "dropped")
CHECK_OUTCOMES = ("same", "other", "again")
FIRST, SECOND = 1, 2
OUTCOMES = {FIRST: ("harmless", "doubt"), SECOND: ("set_aside", "upheld")}
REVIEW_REASONS = (
    "posture",
    "light",
    "device",
    "passer_by",
    "same_person",
    "left_seat",
    "helper",
    "stand_in",
    "hidden",
    "other",
)
"""Why a reviewer judged so; their words are made where they are shown."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a stable code and what its words need."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``ok`` when there are no reasons."""

    reasons: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class StartFacts:
    """What identity has to say about the start: the programme's demand, the way chosen, what was decided.

    ``check`` is ``""`` (nothing handed in), ``waiting``, ``same``, ``other`` or ``again``; ``camera_at`` when the
    camera last showed a picture.
    """

    demanded: bool
    camera_required: bool = False
    begun: bool = False
    way: str = ""
    agreed: bool = False
    human_checked: bool = False
    check: str = ""
    camera_at: datetime | None = None


def may_start(facts: StartFacts, at: datetime) -> Verdict:
    """May the exam begin, as far as identity goes? Who has begun is never held up again.

    Codes: ``choose``, ``human_waiting``, ``check_in``, ``check_waiting``, ``check_again``, ``check_other``, ``camera``.
    """
    if not facts.demanded or facts.begun:
        return Verdict()
    if facts.human_checked:
        return Verdict()
    if not facts.way or (facts.way == CAMERA and not facts.agreed):
        return Verdict((Reason("choose"),))
    if facts.way == HUMAN:
        return Verdict((Reason("human_waiting"),))
    reasons = []
    code = {"": "check_in", "waiting": "check_waiting", "again": "check_again", "other": "check_other"}
    if facts.check != "same":
        reasons.append(Reason(code[facts.check]))
    elif facts.camera_required and (facts.camera_at is None or at - facts.camera_at > CAMERA_FRESH):
        reasons.append(Reason("camera"))
    return Verdict(tuple(reasons))


def may_agree(birth: date | None, on: date) -> bool:
    """Whether somebody may agree alone to the use of his or her face; children under 14 may not."""
    if birth is None:
        return True
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return years >= CONSENT_AGE


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen on a picture: ``faces`` None when nobody could tell; ``score`` None without recognition."""

    faces: int | None
    covered: bool = False
    score: float | None = None
    threshold: float | None = None


def signs(seen: Seen) -> tuple[str, ...]:
    """The flag kinds a picture gives rise to; one at most, the plainest first."""
    if seen.covered:
        return ("covered",)
    if seen.faces is None:
        return ()
    if seen.faces == 0:
        return ("no_face",)
    if seen.faces > 1:
        return ("several_faces",)
    if seen.score is not None and seen.threshold is not None and seen.score < seen.threshold:
        return ("other_person",)
    return ()


def accepts(readings: Sequence[Seen]) -> bool:
    """Whether a check-in may pass without a person: every reference measured, one face, every score high enough.

    It only ever passes; whatever is less than that goes to a person.
    """
    return bool(readings) and all(
        seen.faces == 1
        and seen.score is not None
        and seen.threshold is not None
        and seen.score >= seen.threshold
        for seen in readings
    )


def same_episode(last_sign: datetime, at: datetime) -> bool:
    """Whether a sign belongs to a flag whose nearest sign was then; pictures may arrive out of order."""
    return abs(at - last_sign) <= EPISODE


def silent(last: datetime | None, began: datetime, interval: int, at: datetime) -> bool:
    """Whether no picture has come for too long: 90 seconds, or four times the interval (seconds)."""
    patience = max(SILENCE, timedelta(seconds=4 * interval))
    return at - max(last or began, began) > patience


def flag_state(reviews: Iterable[tuple[int, str]]) -> str:
    """``open``, ``doubt`` (a second person must look), or the outcome ``harmless``, ``set_aside``, ``upheld``."""
    state = "open"
    for _stage, outcome in sorted(reviews):
        state = outcome
    return state


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What decides whether a review may be given. ``first_by`` and ``first_at``: the first review, if any."""

    stage: int
    outcome: str
    state: str
    reviewer: int
    first_by: int | None = None
    first_at: datetime | None = None
    stated: bool = False
    about_oneself: bool = False


def may_review(facts: ReviewFacts, statement_days: int, at: datetime) -> str:
    """``""`` or why not: ``own_case``, ``bad_outcome``, ``reviewed``, ``not_doubted``, ``same_person``, ``too_early``.

    The second look belongs to another person, and waits for the candidate's statement or the days given for it;
    setting a flag aside need not wait.
    """
    if facts.about_oneself:
        return "own_case"
    if facts.outcome not in OUTCOMES.get(facts.stage, ()):
        return "bad_outcome"
    if facts.stage == FIRST:
        return "" if facts.state == "open" else "reviewed"
    if facts.state != "doubt" or facts.first_at is None:
        return "reviewed" if facts.state in OUTCOMES[SECOND] else "not_doubted"
    if facts.reviewer == facts.first_by:
        return "same_person"
    waited = at >= facts.first_at + timedelta(days=statement_days)
    if facts.outcome == "upheld" and not facts.stated and not waited:
        return "too_early"
    return ""


@dataclass(frozen=True, slots=True)
class Rate:
    """At one threshold: shares of false non-matches among genuine and of false matches among impostor pairs."""

    threshold: float
    false_non_match: float | None
    false_match: float | None


def error_rates(
    pairs: Sequence[tuple[float, bool]], *, low: float = 0.0, high: float = 1.0, steps: int = 20
) -> list[Rate]:
    """Rates over evenly spaced thresholds from ``low`` to ``high`` for pairs (score, whether the same person).

    False non-match rate FNMR(t): share of genuine scores below t. False match rate FMR(t): share of impostor scores
    at or above t (definitions of ISO/IEC 19795-1). None where there is no pair of that kind.
    """
    genuine = [score for score, same in pairs if same]
    impostor = [score for score, same in pairs if not same]
    found = []
    for step in range(steps + 1):
        threshold = round(low + (high - low) * step / steps, 6)
        found.append(
            Rate(
                threshold,
                _share(sum(score < threshold for score in genuine), len(genuine)),
                _share(sum(score >= threshold for score in impostor), len(impostor)),
            )
        )
    return found


def _share(count: int, whole: int) -> float | None:
    return count / whole if whole else None


def keep_until(exam_on: date, days: int) -> date:
    """The last day on which a picture is kept without a dispute."""
    return exam_on + timedelta(days=days)
