"""Reads: programmes, definitions in force, exam days, working days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.core.cache import cache
from django.db.models import QuerySet

from tancai.lib.prepared import Prepared
from tancai.people import api as people
from tancai.programmes import loader, rules
from tancai.programmes.definition import Definition
from tancai.programmes.errors import BadDefinition, Fault, UnknownEdition, UnknownExamDay, UnknownProgramme
from tancai.programmes.models import DayChange, Edition, Programme, SpecialDay, Workday, WorkYear
from tancai.programmes.rules import DayKind, Deadline, ExamDay

HORIZON = timedelta(days=400)
"""How far ahead exam days are offered."""


@dataclass(frozen=True)
class ProgrammeView:
    """A programme with the edition that was asked for."""

    code: str
    name: str
    name_en: str
    body: str
    organiser: str
    definition: Definition


@dataclass(frozen=True)
class EditionView:
    """One edition as a list shows it."""

    id: int
    programme: str
    number: int
    effective_from: date
    origin: str
    note: str
    made_at: datetime
    made_by: str


def programmes(*, on: date | None = None) -> list[ProgrammeView]:
    """All programmes in catalogue order with their definition in force on ``on`` (``None``: the newest)."""
    return [_view(code, on) for code in Programme.objects.values_list("code", flat=True)]


def programme_codes() -> list[str]:
    """Codes in catalogue order."""
    return list(Programme.objects.values_list("code", flat=True))


def definition(code: str, *, on: date | None = None) -> Definition:
    """The definition in force on a day (``None``: the newest); before the first edition, the first.

    Raises ``UnknownProgramme``.
    """
    editions = Edition.objects.filter(programme__code=code)
    in_force = editions if on is None else editions.filter(effective_from__lte=on)
    fields = ("id", "number", "digest")
    found = in_force.order_by("-effective_from", "-number").values_list(*fields).first()
    found = found or editions.order_by("effective_from", "number").values_list(*fields).first()
    if found is None:
        raise UnknownProgramme(code)
    return _parsed(*found)


def definition_of(edition_id: int) -> Definition:
    """The definition of one edition; raises ``UnknownEdition``."""
    name = f"programmes.edition:{edition_id}"
    found = cache.get(name)
    if found is None:
        found = Edition.objects.filter(pk=edition_id).values_list("id", "number", "digest").first()
        if found is None:
            raise UnknownEdition(edition_id)
        cache.set(name, found, timeout=60)
    return _parsed(*found)


@lru_cache(maxsize=128)
def _parsed(edition_id: int, number: int, digest: str) -> Definition:
    """Editions never change, so a parsed one may be kept; the digest tells apart rows of a thrown-away database."""
    plain = Edition.objects.values_list("definition", flat=True).get(pk=edition_id, digest=digest)
    return Definition.model_validate({**plain, "edition_id": edition_id, "edition_number": number})


def _view(code: str, on: date | None) -> ProgrammeView:
    found = definition(code, on=on)
    return ProgrammeView(code, found.name, found.name_en, found.body, found.organiser, found)


def editions(code: str) -> list[EditionView]:
    """Editions of a programme, newest number first; raises ``UnknownProgramme``."""
    rows = (
        Edition.objects.filter(programme__code=code)
        .defer("definition")
        .select_related("programme", "made_by")
    )
    if not rows and not Programme.objects.filter(code=code).exists():
        raise UnknownProgramme(code)
    return [
        EditionView(
            row.pk,
            code,
            row.number,
            row.effective_from,
            row.origin,
            row.note,
            row.made_at,
            people.staff_name(row.made_by) if row.made_by else "",
        )
        for row in rows.order_by("-number")
    ]


def edition_plain(edition_id: int) -> dict[str, object]:
    """The stored JSON of an edition; raises ``UnknownEdition``."""
    plain = Edition.objects.filter(pk=edition_id).values_list("definition", flat=True).first()
    if plain is None:
        raise UnknownEdition(edition_id)
    return plain


def organisation_ids(code: str) -> set[int]:
    """Ids of the certifying body and the organiser of a programme, for the questions of rights."""
    row = Programme.objects.filter(code=code).first()
    if row is None:
        raise UnknownProgramme(code)
    found = (people.organisation(each) for each in (row.body, row.organiser) if each)
    return {each.pk for each in found if each is not None}


def codes_of_organisations(organisation_ids: Iterable[int] | None) -> list[str]:
    """Codes of the programmes that belong to any of these organisations (``None``: all)."""
    if organisation_ids is None:
        return programme_codes()
    wanted = people.organisation_codes(organisation_ids)
    rows = Programme.objects.values_list("code", "body", "organiser")
    return [code for code, body, organiser in rows if wanted & {body, organiser}]


def exam_days(definition: Definition, *, start: date, end: date) -> list[ExamDay]:
    """Exam days from ``start`` to ``end`` (both included), special ones with them, cancelled ones not."""
    days = [rules.day_of(definition, day) for day in rules.regular_dates(definition.calendar, start, end)]
    days += _special_days(definition, start, end)
    gone = cancelled_keys(definition.code)
    return sorted((day for day in days if day.key not in gone), key=lambda day: (day.starts_at, day.key))


def upcoming_days(code: str, *, at: datetime, horizon: timedelta = HORIZON) -> list[ExamDay]:
    """Exam days of a programme that have not yet begun, in order; enrolment may be closed for the first."""
    start = at.astimezone(rules.SHANGHAI).date()
    found = exam_days(definition(code, on=start), start=start, end=start + horizon)
    return [day for day in found if day.starts_at > at]


def open_days(code: str, *, at: datetime, horizon: timedelta = HORIZON) -> list[ExamDay]:
    """Those upcoming days for which enrolment is still open."""
    return [day for day in upcoming_days(code, at=at, horizon=horizon) if at < day.closes_at]


def exam_day(key: str) -> ExamDay:
    """The exam day of a key, also when past or cancelled; raises ``UnknownExamDay``."""
    parts = rules.split_key(key)
    if parts is None:
        raise UnknownExamDay(key)
    code, day, number = parts
    try:
        in_force = definition(code, on=day)
    except UnknownProgramme as error:
        raise UnknownExamDay(key) from error
    if number is not None:
        return _special_by_number(in_force, key, number)
    if not _is_regular(code, day):
        raise UnknownExamDay(key)
    return rules.day_of(in_force, day)


def is_cancelled(key: str) -> bool:
    """Whether the exam day of this key has been called off."""
    parts = rules.split_key(key)
    newest = _newest_change.first(parts[0], key) if parts else None
    return newest is not None and newest[0] == "cancelled"


def _changes_of(code: str, key: str) -> QuerySet[DayChange, tuple[str]]:
    found = DayChange.objects.filter(programme__code=code, day_key=key)
    return found.order_by("-id").values_list("kind")[:1]


_newest_change = Prepared(_changes_of, str, str)


def cancelled_keys(code: str) -> set[str]:
    """Keys of the exam days of a programme that are called off at present."""
    state: dict[str, str] = {}
    for key, kind in (
        DayChange.objects.filter(programme__code=code).order_by("id").values_list("day_key", "kind")
    ):
        state[key] = kind
    return {key for key, kind in state.items() if kind == "cancelled"}


def day_changes(code: str) -> QuerySet[DayChange]:
    """Cancellations and restorations of a programme, newest first."""
    return DayChange.objects.filter(programme__code=code).select_related("made_by").order_by("-id")


def _is_regular(code: str, day: date) -> bool:
    """Whether the rule of any edition makes this day: a later edition must not orphan days already booked."""
    ids = Edition.objects.filter(programme__code=code).values_list("id", "number", "digest")
    rules_seen = {_parsed(*each).calendar for each in ids}
    return any(rules.regular_dates(rule, day, day) for rule in rules_seen)


def _special_days(definition: Definition, start: date, end: date) -> list[ExamDay]:
    rows = SpecialDay.objects.filter(
        programme__code=definition.code,
        starts_at__gte=rules.moment(start),
        starts_at__lt=rules.moment(end + timedelta(days=1)),
    )
    return [_special(definition, row) for row in rows]


def _special(definition: Definition, row: SpecialDay) -> ExamDay:
    day = row.starts_at.astimezone(rules.SHANGHAI).date()
    return rules.special_day_of(
        definition,
        key=rules.special_key(definition.code, day, row.pk),
        starts_at=row.starts_at,
        closes_at=row.closes_at,
        ticket_from=row.ticket_from,
        note=row.note,
    )


def _special_by_number(definition: Definition, key: str, number: int) -> ExamDay:
    row = SpecialDay.objects.filter(pk=number, programme__code=definition.code).first()
    found = row and _special(definition, row)
    if not found or found.key != key:
        raise UnknownExamDay(key)
    return found


@dataclass(frozen=True)
class _WorkTable:
    days: dict[date, bool]
    years: frozenset[int]

    def kind_of(self, day: date) -> DayKind:
        known = self.days.get(day)
        working = known if known is not None else day.weekday() < 5
        return DayKind(working, known is None and day.year not in self.years)


def _table() -> _WorkTable:
    last = Workday.objects.order_by("-id").values_list("id", "day", "working", "made_at").first()
    return _table_at(last, tuple(WorkYear.objects.order_by("year").values_list("year", flat=True)))


@lru_cache(maxsize=4)
def _table_at(last: tuple[object, ...] | None, years: tuple[int, ...]) -> _WorkTable:
    """Rows are only ever added, so the newest row and the years name the state of the table."""
    days = dict(Workday.objects.order_by("id").values_list("day", "working")) if last else {}
    return _WorkTable(days, frozenset(years))


def working_deadline(start: date, days: int) -> Deadline:
    """The ``days``-th official working day after ``start`` (the trigger's day in Asia/Shanghai).

    Years whose calendar is not announced count Monday to Friday and make the deadline provisional.
    """
    return rules.deadline(start, days, _table().kind_of)


def working_days_between(a: date, b: date) -> int:
    """Working days after ``a`` up to and including ``b``; negative when ``b`` lies before ``a``."""
    return rules.working_days(a, b, _table().kind_of)


def is_working_day(day: date) -> bool:
    """Whether a day is an official working day; unannounced years: Monday to Friday."""
    return _table().kind_of(day).working


def working_years() -> list[int]:
    """Years whose official calendar is in the table."""
    return sorted(_table().years)


@dataclass(frozen=True)
class WorkdayRow:
    """A day that differs from Monday to Friday."""

    day: date
    working: bool
    name: str


def workday_rows(year: int) -> list[WorkdayRow]:
    """Exceptions of a year in order of days."""
    rows = Workday.objects.filter(day__year=year).order_by("id").values_list("day", "working", "name")
    newest = {day: WorkdayRow(day, working, name) for day, working, name in rows}
    return [
        newest[day]
        for day in sorted(newest)
        if newest[day].working != (day.weekday() < 5) or newest[day].name
    ]


def special_days(code: str) -> list[ExamDay]:
    """All special days of a programme, newest first, cancelled ones among them (see ``cancelled_keys``)."""
    found = definition(code)
    rows = SpecialDay.objects.filter(programme__code=code).order_by("-starts_at")
    return [_special(found, row) for row in rows]


@dataclass(frozen=True)
class FileChange:
    """A definition file that says something else than when it was last decided on.

    ``definition`` is ``None`` when the file does not pass the check; ``faults`` then says why.
    """

    code: str
    digest: str
    definition: Definition | None
    faults: tuple[Fault, ...]


def pending_file_changes(folder: Path | None = None) -> list[FileChange]:
    """Drafts that changed files offer to staff; nothing takes effect until somebody adopts it."""
    folder = folder or loader.FOLDER
    out = []
    for programme in Programme.objects.all():
        path = folder / f"{programme.code}.toml"
        if not path.exists():
            continue
        try:
            loaded = loader.read_cached(path)
        except BadDefinition as error:
            out.append(FileChange(programme.code, "", None, tuple(error.faults)))
            continue
        last = programme.file_states.order_by("-id").values_list("digest", flat=True).first()
        if loaded.digest != last:
            out.append(FileChange(programme.code, loaded.digest, loaded.definition, ()))
    return out
