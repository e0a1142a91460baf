"""Writes: loading definitions, new editions, special days, the table of working days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from tancai.audit import api as audit
from tancai.people import api as people
from tancai.programmes import drafting, loader, official_calendar, queries, rules
from tancai.programmes.definition import Definition, OrganisationText
from tancai.programmes.errors import BadChange, UnknownProgramme
from tancai.programmes.models import DayChange, Edition, FileState, Programme, SpecialDay, Workday, WorkYear
from tancai.programmes.rules import ExamDay
from tancai.programmes.toml_lines import Path as Path_

if TYPE_CHECKING:
    from tancai.people.api import User


@transaction.atomic
def load_definitions(*, by: User | None, at: datetime, folder: Path = loader.FOLDER) -> list[Edition]:
    """Make the first edition of every programme that has none, found its organisations, fill the working days.

    Files that differ from what was taken over before are left to ``pending_file_changes``. Returns the editions
    made; raises ``BadDefinition`` before anything is written.
    """
    made = []
    for loaded in loader.read_all(folder):
        definition = loaded.definition
        for text in definition.organisations:
            _found(text, by=by, at=at)
        programme, _ = Programme.objects.get_or_create(code=definition.code, defaults=_columns(definition))
        if not programme.editions.exists():
            made.append(_append(programme, definition, origin="file", note="", by=by, at=at))
            _decide(programme, loaded.digest, "adopted", "", by=by, at=at)
    load_working_days(by=by, at=at)
    return made


@transaction.atomic
def revise(
    code: str,
    *,
    changes: dict[str, object],
    note: str,
    effective_from: date,
    lines: dict[Path_, int] | None = None,
    by: User | None,
    at: datetime,
) -> Edition:
    """Make the next edition from the newest one with some top-level parts replaced by plain values.

    Applications keep the edition they were made under. ``lines``: where the keys stand in the text they were read
    from. Raises ``UnknownProgramme``, ``BadChange`` (``no_note``, ``no_change``, ``unknown_part``, ``code_fixed``,
    ``before_latest``) or ``BadDefinition``.
    """
    if not note.strip():
        raise BadChange("no_note")
    programme = _programme(code)
    latest = programme.editions.select_for_update().latest("number")
    if effective_from < latest.effective_from:
        raise BadChange("before_latest", date=latest.effective_from.isoformat())
    definition = drafting.apply(latest.definition, changes, lines)
    definition = definition.model_copy(update={"effective_from": effective_from})
    return _append(programme, definition, origin="staff", note=note.strip(), by=by, at=at)


@transaction.atomic
def adopt_file_change(
    code: str, *, digest: str, note: str, effective_from: date, by: User | None, at: datetime
) -> Edition:
    """Make the draft that the changed file offers the next edition.

    Raises ``BadChange`` (``no_note``, ``draft_gone``, ``before_latest``) or ``UnknownProgramme``.
    """
    programme = _programme(code)
    if not note.strip():
        raise BadChange("no_note")
    draft = _draft(code, digest)
    latest = programme.editions.select_for_update().latest("number")
    if effective_from < latest.effective_from:
        raise BadChange("before_latest", date=latest.effective_from.isoformat())
    definition = draft.model_copy(update={"effective_from": effective_from})
    _decide(programme, digest, "adopted", note, by=by, at=at)
    return _append(programme, definition, origin="file", note=note.strip(), by=by, at=at)


@transaction.atomic
def set_aside_file_change(code: str, *, digest: str, note: str, by: User | None, at: datetime) -> None:
    """Decide against the draft; it is not offered again until the file changes. Raises as ``adopt_file_change``."""
    programme = _programme(code)
    if not note.strip():
        raise BadChange("no_note")
    _draft(code, digest)
    _decide(programme, digest, "set_aside", note.strip(), by=by, at=at)
    audit.record(
        "programmes.set_aside_file", by=by, at=at, target=("programme", code), detail={"digest": digest}
    )


@transaction.atomic
def add_special_day(
    code: str,
    *,
    starts_at: datetime,
    note: str,
    closes_at: datetime | None = None,
    ticket_from: datetime | None = None,
    by: User | None,
    at: datetime,
) -> ExamDay:
    """Add an exam day outside the rule; closing and ticket times default to the rules counted from its day.

    Where the usual closing time is already past, enrolment stays open until the start.
    Raises ``BadChange`` (``no_note``, ``day_past``, ``closes_after_start``, ``day_exists``) or ``UnknownProgramme``.
    """
    programme = _programme(code)
    if not note.strip():
        raise BadChange("no_note")
    if starts_at <= at:
        raise BadChange("day_past")
    if closes_at is not None and closes_at > starts_at:
        raise BadChange("closes_after_start")
    day = starts_at.astimezone(rules.SHANGHAI).date()
    usual = rules.day_of(queries.definition(code, on=day), day)
    if closes_at is None and usual.closes_at <= at:
        # Too near for the usual closing time: whoever calls a day at short notice wants people to enrol for it.
        closes_at = starts_at
    there = queries.exam_days(queries.definition(code, on=day), start=day, end=day)
    if any(each.starts_at == starts_at for each in there):
        raise BadChange("day_exists")
    row = SpecialDay.objects.create(
        programme=programme,
        starts_at=starts_at,
        closes_at=closes_at,
        ticket_from=ticket_from,
        note=note.strip(),
        made_at=at,
        made_by=by,
    )
    found = queries.exam_day(rules.special_key(code, day, row.pk))
    audit.record("programmes.add_special_day", by=by, at=at, target=("exam_day", found.key))
    return found


def cancel_day(key: str, *, reason: str, by: User | None, at: datetime) -> None:
    """Call an exam day off.

    Raises ``UnknownExamDay``, ``BadChange`` (``no_note``, ``already_cancelled``, ``day_past``).
    """
    day = queries.exam_day(key)
    if queries.is_cancelled(key):
        raise BadChange("already_cancelled")
    if day.starts_at <= at:
        raise BadChange("day_past")
    _change_day(day, "cancelled", reason, by=by, at=at)


def restore_day(key: str, *, reason: str, by: User | None, at: datetime) -> None:
    """Put an exam day back.

    Raises ``UnknownExamDay``, ``BadChange`` (``no_note``, ``not_cancelled``, ``day_past``).
    """
    day = queries.exam_day(key)
    if not queries.is_cancelled(key):
        raise BadChange("not_cancelled")
    if day.starts_at <= at:
        raise BadChange("day_past")
    _change_day(day, "restored", reason, by=by, at=at)


@transaction.atomic
def load_working_days(*, by: User | None, at: datetime) -> list[int]:
    """Fill in the announced years that the table does not hold yet; years edited by staff stay. Returns the years."""
    missing = sorted(set(official_calendar.years()) - set(WorkYear.objects.values_list("year", flat=True)))
    for year in missing:
        _announce(year, official_calendar.exceptions(year), official_calendar.SOURCE, by=by, at=at)
    return missing


@transaction.atomic
def set_working_day(day: date, *, working: bool, name: str, by: User | None, at: datetime) -> None:
    """Record what the official calendar says about one day; the newest row counts."""
    Workday.objects.create(day=day, working=working, name=name.strip(), made_at=at, made_by=by)
    detail = {"working": working}
    audit.record(
        "programmes.set_working_day", by=by, at=at, target=("workday", day.isoformat()), detail=detail
    )


@transaction.atomic
def announce_year(
    year: int, *, exceptions: Iterable[tuple[date, bool, str]], source: str, by: User | None, at: datetime
) -> None:
    """Enter the official calendar of a year: days off and make-up days as ``(day, working, name)``.

    The year is provisional no longer. Raises ``BadChange`` (``no_note`` without a source).
    """
    if not source.strip():
        raise BadChange("no_note")
    _announce(year, [each for each in exceptions if each[0].year == year], source.strip(), by=by, at=at)


def _announce(
    year: int, exceptions: Iterable[tuple[date, bool, str]], source: str, *, by: User | None, at: datetime
) -> None:
    Workday.objects.bulk_create(
        Workday(day=day, working=working, name=name, made_at=at, made_by=by)
        for day, working, name in exceptions
    )
    WorkYear.objects.get_or_create(year=year, defaults={"source": source, "made_at": at, "made_by": by})
    audit.record("programmes.announce_year", by=by, at=at, target=("work_year", year))


def _programme(code: str) -> Programme:
    found = Programme.objects.filter(code=code).first()
    if found is None:
        raise UnknownProgramme(code)
    return found


def _columns(definition: Definition) -> dict[str, object]:
    return {"body": definition.body, "organiser": definition.organiser, "position": definition.order}


def _found(text: OrganisationText, *, by: User | None, at: datetime) -> None:
    if people.organisation(text.code) is None:
        people.found_organisation(
            code=text.code, kind=text.kind, name=text.name, name_en=text.name_en, by=by, at=at
        )


def _append(
    programme: Programme, definition: Definition, *, origin: str, note: str, by: User | None, at: datetime
) -> Edition:
    plain = loader.content(definition)
    number = programme.editions.count() + 1
    edition = Edition.objects.create(
        programme=programme,
        number=number,
        effective_from=definition.effective_from,
        definition=plain,
        digest=loader.digest(plain),
        origin=origin,
        note=note,
        made_at=at,
        made_by=by,
    )
    for text in definition.organisations:
        _found(text, by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(**_columns(definition))
    detail = {"number": number, "origin": origin}
    audit.record("programmes.edition", by=by, at=at, target=("programme", programme.code), detail=detail)
    return edition


def _decide(
    programme: Programme, digest: str, outcome: str, note: str, *, by: User | None, at: datetime
) -> None:
    FileState.objects.create(
        programme=programme, digest=digest, outcome=outcome, note=note, decided_at=at, decided_by=by
    )


def _draft(code: str, digest: str) -> Definition:
    for change in queries.pending_file_changes():
        if change.code == code and change.digest == digest and change.definition is not None:
            return change.definition
    raise BadChange("draft_gone")


@transaction.atomic
def _change_day(day: ExamDay, kind: str, reason: str, *, by: User | None, at: datetime) -> None:
    if not reason.strip():
        raise BadChange("no_note")
    DayChange.objects.create(
        programme=_programme(day.programme),
        day_key=day.key,
        kind=kind,
        reason=reason.strip(),
        made_at=at,
        made_by=by,
    )
    audit.record(f"programmes.day_{kind}", by=by, at=at, target=("exam_day", day.key))
