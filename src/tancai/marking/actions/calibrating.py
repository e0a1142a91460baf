"""After release: the scored answers of a session go to the item bank, which keeps what they say about its items."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.jobs import api as jobs
from tancai.marking.later import first_marks
from tancai.marking.models import AutoScore, OpenAnswer, Release, Script
from tancai.programmes import api as programmes

JOB = "marking.calibrate"
LOOK_BACK = timedelta(days=120)


def source_of(session_id: int) -> str:
    """How calibrations name the answers of a session."""
    return f"session:{session_id}"


def sheets_of(session: Any) -> list[items.SheetData]:
    """Every paper of a session as it was answered and first scored, before any ruling; no names, no order of people."""
    scripts = list(
        Script.objects.filter(session=session)
        .select_related("sitting__form", "sitting__sheet")
        .order_by("code")
    )
    by_form: dict[int, list[Script]] = {}
    for script in scripts:
        by_form.setdefault(script.sitting.form.form_id, []).append(script)
    marks = first_marks([script.pk for script in scripts])
    machine = set(
        AutoScore.objects.filter(script__session=session)
        .values_list("script__sitting__form__form", "position")
        .distinct()
    )
    by_people = OpenAnswer.objects.filter(session=session)
    machine -= set(by_people.values_list("script__sitting__form__form", "position").distinct())
    return [_sheet(form_id, group, marks, machine) for form_id, group in sorted(by_form.items())]


def _sheet(
    form_id: int,
    scripts: list[Script],
    marks: dict[int, dict[int, tuple[Decimal, Decimal]]],
    machine: set[tuple[int, int]],
) -> items.SheetData:
    entries = items.form(form_id).entries
    places = [entry.position for entry in entries]
    return items.SheetData(
        versions=tuple(entry.version_id for entry in entries),
        marks=np.array([[float(marks[s.pk][p][0]) for p in places] for s in scripts]).reshape(
            -1, len(places)
        ),
        out_of=tuple(float(entry.marks) for entry in entries),
        machine=tuple(
            (form_id, entry.position) in machine and items.kinds()[entry.kind].shape != "questions"
            for entry in entries  # a case is graded, not right or wrong
        ),
        chosen=np.array(
            [[_letters(s.sitting.sheet.answers.get(str(p))) for p in places] for s in scripts], dtype=np.str_
        ).reshape(-1, len(places)),
        parts={
            entry.version_id: _questions(scripts, entry.position)
            for entry in entries
            if items.kinds()[entry.kind].shape == "questions"
        },
    )


def _questions(scripts: list[Script], position: int) -> tuple[Any, tuple[float, ...], Any]:
    """Of a case: first marks of each question (people x questions, NaN where people mark), what each gives, and the
    chosen letters."""
    rows = AutoScore.objects.filter(script__in=[script.pk for script in scripts], position=position)
    told = {script: detail.get("parts", []) for script, detail in rows.values_list("script", "detail")}
    longest: list[dict[str, float]] = max(told.values(), key=len, default=[])
    marks = np.full((len(scripts), len(longest)), np.nan)
    for number, script in enumerate(scripts):
        for k, part in enumerate(told.get(script.pk, [])):
            marks[number, k] = part.get("marks", np.nan)
    numbers = [str(k) for k in range(1, len(longest) + 1)]
    given = [script.sitting.sheet.answers.get(str(position)) for script in scripts]
    sheets = [one if isinstance(one, dict) else {} for one in given]  # kept as it was sent, whatever it was
    chosen = np.array([[_letters(row.get(k)) for k in numbers] for row in sheets], dtype=np.str_)
    return marks, tuple(part["out_of"] for part in longest), chosen.reshape(marks.shape)


def _letters(value: Any) -> str:
    """Chosen letters as one word; empty for none, and for answers in words."""
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and len(one) == 1 and one in items.LETTERS for one in values):
        return ""
    return "".join(sorted(set(values)))


def calibrate_session(session: Any, *, by: Any, at: datetime) -> Any:
    """Analyse the answers of a session and keep the figures; None when nobody sat it. May be repeated."""
    definition = programmes.definition_of(session.edition_id)
    return items.calibrate(
        sheets_of(session),
        programme=session.programme,
        source=source_of(session.pk),
        name=f"{definition.name} {session.date:%Y-%m-%d}",
        by=by,
        at=at,
    )


def start_calibrations(at: datetime) -> int:
    """Queue an analysis for every session released lately that has none; the worker calls this."""
    rows = Release.objects.filter(at__gte=at - LOOK_BACK, session__scripts__isnull=False)
    released = list(rows.values_list("session", flat=True).distinct())
    done = items.calibrated_sources([source_of(pk) for pk in released])
    begun = set(jobs.Job.objects.filter(kind=JOB).values_list("params__session", flat=True))
    waiting = [pk for pk in released if source_of(pk) not in done and pk not in begun]
    for pk in waiting:
        jobs.start(JOB, params={"session": pk}, by=None, at=at)
    return len(waiting)


def calibratable(programme_codes: list[str]) -> list[Any]:
    """Released sessions of these programmes, newest first."""
    rows = Release.objects.filter(session__programme__in=programme_codes).select_related("session")
    return [row.session for row in rows.order_by("-session__starts_at")[:50]]


def session_of_source(source: str) -> Any:
    """The session that a calibration's source names, or None."""
    kind, _colon, number = source.partition(":")
    return exams.session(int(number)) if kind == "session" and number.isdigit() else None
