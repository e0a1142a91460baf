"""What the office sees: sessions in marking, progress, the table of one session, overdue promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.marking import rules, tally
from tancai.marking.editions import definitions
from tancai.marking.models import OpenAnswer, RecheckRequest, Release, Result, Script
from tancai.marking.queries.results import newest_results
from tancai.marking.tally import Tally
from tancai.programmes import api as programmes

ROLES = (rules.FIRST, rules.SECOND, rules.THIRD)


@dataclass(frozen=True)
class Progress:
    """Marking of one session: state ``waiting|marking|ready|released``, counts, what still holds release back."""

    session: Any
    state: str
    facts: rules.SessionFacts
    reasons: tuple[rules.Reason, ...]
    scripts: int
    answers: int
    settled: int
    absent: int
    promised: Any
    overdue: bool
    released_at: datetime | None

    @property
    def session_id(self) -> int:
        return self.session.pk


def session_rows(
    organisation_ids: Iterable[int] | None, *, at: datetime, programme: str = ""
) -> list[Progress]:
    """Sessions that have begun, rehearsals left out, of the programmes of these organisations; newest first."""
    codes = programmes.codes_of_organisations(organisation_ids)
    if programme:
        codes = [code for code in codes if code == programme]
    found = list(exams.sessions(programmes=codes, until=at).exclude(kind="rehearsal"))
    return _progress(found, at)


def progress(session: Any, *, at: datetime) -> Progress:
    return _progress([session], at)[0]


def _progress(sessions: list[Any], at: datetime) -> list[Progress]:
    ids = [session.pk for session in sessions]
    releases = dict(Release.objects.filter(session__in=ids).values_list("session", "at"))
    counts = _Counts(ids)
    editions = definitions(session.edition_id for session in sessions)
    events = _event_kinds(ids)
    found = []
    for session in sessions:
        facts = rules.SessionFacts(
            over=at > session.entry_until or "closed" in events[session.pk],
            admitted=counts.admitted.get(session.pk, 0),
            running=counts.running.get(session.pk, 0),
            unscored=counts.finished.get(session.pk, 0) - counts.scripts.get(session.pk, 0),
            waiting={role: counts.waiting[role].get(session.pk, 0) for role in ROLES},
            released=session.pk in releases,
            cancelled="cancelled" in events[session.pk],
            rehearsal=session.kind == "rehearsal",
        )
        promised = programmes.working_deadline(session.date, editions[session.edition_id].promises.score_days)
        total = counts.answers.get(session.pk, 0)
        found.append(
            Progress(
                session=session,
                state=rules.session_state(facts),
                facts=facts,
                reasons=rules.release_reasons(facts),
                scripts=counts.scripts.get(session.pk, 0),
                answers=total,
                settled=total - facts.open,
                absent=counts.absent.get(session.pk, 0) if facts.over else 0,
                promised=promised,
                overdue=_overdue(facts, promised, at),
                released_at=releases.get(session.pk),
            )
        )
    return found


def _overdue(facts: rules.SessionFacts, promised: Any, at: datetime) -> bool:
    nobody_waits = facts.released or facts.cancelled or not facts.admitted
    return not nobody_waits and clock.local_date(at) > promised.date


class _Counts:
    """Counts by session id for many sessions, one query each."""

    def __init__(self, ids: list[int]) -> None:
        admitted = exams.Admission.objects.filter(session__in=ids).exclude(events__kind="withdrawn")
        begun = exams.Sitting.objects.filter(session__in=ids, events__kind="started")
        self.admitted = _counted(admitted)
        self.absent = _counted(admitted.exclude(sitting__events__kind="started"))
        self.running = _counted(begun.filter(sheet=None))
        self.finished = _counted(exams.Sitting.objects.filter(session__in=ids, sheet__isnull=False))
        self.scripts = _counted(Script.objects.filter(session__in=ids))
        answers = OpenAnswer.objects.filter(session__in=ids)
        self.answers = _counted(answers)
        self.waiting = {role: _counted(answers.filter(needs=role)) for role in ROLES}


def _counted(rows: Any) -> dict[int, int]:
    counted = rows.order_by().values_list("session").annotate(n=Count("pk", distinct=True))
    return dict(counted.values_list("session", "n"))


def _event_kinds(ids: list[int]) -> dict[int, set[str]]:
    kinds: dict[int, set[str]] = defaultdict(set)
    rows = exams.Session.objects.filter(pk__in=ids, events__kind__in=["closed", "cancelled"])
    for session_id, kind in rows.values_list("pk", "events__kind"):
        kinds[session_id].add(kind)
    return kinds


def score_table(session: Any, *, at: datetime) -> list[Tally]:
    """Every candidate of a session with the marks as they stand now, provisional ones too; for the office only."""
    return tally.tallies(session, at=at)


def statistics(rows: Iterable[Tally]) -> rules.Statistics:
    """Figures over the rows of a session that are fully marked."""
    rows = list(rows)
    done = [row for row in rows if row.total is not None]
    out_of = max((int(row.out_of) for row in done), default=100)
    return rules.statistics(
        [row.total for row in done if row.total is not None],
        passed=sum(row.passed for row in done),
        absent=sum(row.state == tally.ABSENT for row in rows),
        out_of=out_of,
    )


def released_results(session: Any) -> dict[int, Result]:
    """The result that counts by admission id."""
    return {row.admission_id: row for row in newest_results().filter(session=session)}


def overdue(organisation_ids: Iterable[int] | None, *, at: datetime) -> list[Progress]:
    """Sessions whose scores were promised and are not released in time."""
    return [row for row in session_rows(organisation_ids, at=at) if row.overdue]


def release_of(session: Any) -> Release | None:
    return Release.objects.filter(session=session).select_related("by").first()


def open_rechecks(organisation_ids: Iterable[int] | None) -> int:
    """How many re-check requests wait for a decision."""
    codes = programmes.codes_of_organisations(organisation_ids)
    return RecheckRequest.objects.filter(decision=None, result__session__programme__in=codes).count()


def total_text(value: Decimal | None) -> str:
    """``87.5``, ``60``; empty for none."""
    return "" if value is None else f"{value.normalize():f}"
