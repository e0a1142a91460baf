"""Reading identity: check-ins of a room, flags and how they stand, pairs for the error rates, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from tancai.exams import api as exams
from tancai.proctoring.identity import rules, standing
from tancai.proctoring.identity.standing import FlagView, view_of
from tancai.proctoring.models import (
    CheckDecision,
    CheckIn,
    Flag,
    HumanCheck,
    Picture,
    Reading,
    Watch,
    WayChoice,
)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One candidate at check-in. ``state``: choose, human_waiting, human, check_in, waiting, same, other, again."""

    admission: exams.Admission
    way: str
    state: str
    check_in: CheckIn | None
    automatic: bool
    score: float | None
    threshold: float | None
    human_check: HumanCheck | None
    watched_at: datetime | None
    begun: bool
    finished: bool


def check_lines(session: exams.Session) -> list[CheckLine]:
    """Everybody admitted to the session, in ticket order; a handful of queries whatever the number."""
    admissions = list(exams.admissions(session).prefetch_related("sitting__events", "sitting__sheet"))
    ids = [row.pk for row in admissions]
    ways = {row.admission_id: row for row in WayChoice.objects.filter(admission_id__in=ids)}
    humans = {row.admission_id: row for row in HumanCheck.objects.filter(admission_id__in=ids)}
    watches = {row.admission_id: row.at for row in Watch.objects.filter(admission_id__in=ids)}
    checks = {
        row.admission_id: row
        for row in CheckIn.objects.filter(admission_id__in=ids)
        .select_related("live")
        .prefetch_related("decisions", "live__readings")
    }
    return [
        _line(row, ways.get(row.pk), humans.get(row.pk), watches.get(row.pk), checks.get(row.pk))
        for row in admissions
    ]


def _line(
    admission: Any,
    way: WayChoice | None,
    human: HumanCheck | None,
    watched: datetime | None,
    check_in: CheckIn | None,
) -> CheckLine:
    sitting = getattr(admission, "sitting", None)
    decisions = sorted(check_in.decisions.all(), key=lambda row: row.pk) if check_in else []
    reading = _lowest(check_in)
    return CheckLine(
        admission=admission,
        way=way.way if way else "",
        state=_check_state(way, human, check_in),
        check_in=check_in,
        automatic=bool(decisions) and decisions[-1].automatic,
        score=reading.score if reading else None,
        threshold=reading.threshold if reading else None,
        human_check=human,
        watched_at=watched or (human.at if human else None),
        begun=standing.has_begun(admission),
        finished=sitting is not None and hasattr(sitting, "sheet"),
    )


def _check_state(way: WayChoice | None, human: HumanCheck | None, check_in: CheckIn | None) -> str:
    if human is not None:
        return "human"
    if way is None:
        return "choose"
    if way.way == WayChoice.HUMAN:
        return "human_waiting"
    return standing.check_state(check_in) or "check_in"


def _lowest(check_in: CheckIn | None) -> Reading | None:
    """The reading of a check-in with the lowest score."""
    if check_in is None:
        return None
    scored = [(row.score, row.pk, row) for row in check_in.live.readings.all() if row.score is not None]
    return min(scored)[2] if scored else None


def check_in(check_in_id: int) -> CheckIn | None:
    return (
        CheckIn.objects.select_related(
            "admission__session", "admission__person", "admission__application", "card__file", "live__file"
        )
        .prefetch_related("decisions__by", "live__readings")
        .filter(pk=check_in_id)
        .first()
    )


def _flags() -> QuerySet[Flag]:
    return Flag.objects.select_related(
        "admission__person", "admission__session", "admission__application"
    ).prefetch_related("signs__picture", "reviews__by", "statements")


def flag(flag_id: int) -> Flag | None:
    return _flags().filter(pk=flag_id).first()


def flags_of(session_id: int) -> list[FlagView]:
    """Flags of a session, newest first."""
    rows = _flags().filter(admission__session_id=session_id).order_by("-id")
    return [view_of(row) for row in rows]


def flags_of_admission(admission_id: int) -> list[Flag]:
    return list(_flags().filter(admission_id=admission_id).order_by("id"))


def doubted(programme_codes: Iterable[str]) -> list[Flag]:
    """Flags that wait for the second look, oldest first."""
    rows = (
        _flags()
        .filter(admission__session__programme__in=list(programme_codes), reviews__outcome="doubt")
        .exclude(reviews__stage=rules.SECOND)
    )
    return list(rows.order_by("id"))


def decided(programme_codes: Iterable[str], *, most: int = 100) -> list[Flag]:
    """Flags decided by a second person, newest first."""
    rows = _flags().filter(
        admission__session__programme__in=list(programme_codes), reviews__stage=rules.SECOND
    )
    return list(rows.order_by("-id")[:most])


def picture(picture_id: int) -> Picture | None:
    return (
        Picture.objects.select_related("admission__session", "admission__person", "file")
        .filter(pk=picture_id)
        .first()
    )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scores with what people found out: ``pairs`` of (score, same person) of one adapter and model."""

    adapter: str
    model: str
    threshold: float
    pairs: tuple[tuple[float, bool], ...]


def reviewed_pairs(programme_codes: Iterable[str]) -> list[Pairs]:
    """Scores that a person has judged: check-ins decided by somebody, and flags for another person reviewed.

    What passed automatically and nobody looked at is left out: it would only confirm itself.
    """
    codes = list(programme_codes)
    found: dict[tuple[str, str, float], list[tuple[float, bool]]] = {}

    def add(reading: Reading, same: bool) -> None:
        if reading.score is not None and reading.threshold is not None:
            key = (reading.adapter, reading.model, reading.threshold)
            found.setdefault(key, []).append((reading.score, same))

    decisions = (
        CheckDecision.objects.filter(
            automatic=False, outcome__in=("same", "other"), check_in__admission__session__programme__in=codes
        )
        .select_related("check_in__live")
        .prefetch_related("check_in__live__readings")
        .order_by("id")
    )
    newest = {row.check_in_id: row for row in decisions}
    for row in newest.values():
        for reading in row.check_in.live.readings.all():
            add(reading, row.outcome == "same")
    flags = Flag.objects.filter(kind="other_person", admission__session__programme__in=codes)
    for flag in flags.prefetch_related("reviews", "signs__picture__readings"):
        state = rules.flag_state((review.stage, review.outcome) for review in flag.reviews.all())
        if state not in ("harmless", "set_aside", "upheld"):
            continue
        for sign in flag.signs.all():
            for reading in sign.picture.readings.all() if sign.picture else ():
                add(reading, state != "upheld")
    return [
        Pairs(adapter, model, threshold, tuple(pairs))
        for (adapter, model, threshold), pairs in sorted(found.items())
    ]


def stored_faces() -> int:
    """How many people's faces are kept at this moment in pictures of this room."""
    kept = Q(file__isnull=False, file__discard=None) | ~Q(spool="")
    return Picture.objects.filter(kept).values("admission__person_id").distinct().count()


def snapshot_plan(admission: exams.Admission) -> int:
    """Longest pause between snapshots in seconds; 0 where this candidate's camera takes none."""
    if not standing.takes_snapshots(admission):
        return 0
    return int(standing.exam_rule(admission).snapshot_seconds)
