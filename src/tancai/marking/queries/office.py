"""What the office sees: sessions in marking, progress, the table of one session, overdue promises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.marking import rules, tally
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
    scripts = _counted(Script.objects.filter(session__in=ids))
    answers = {
        row["session"]: row
        for row in OpenAnswer.objects.filter(session__in=ids)
        .order_by()
        .values("session")
        .annotate(n=Count("pk"), **{role: Count("pk", filter=Q(needs=role)) for role in ROLES})
    }
    found = []
    for session in sessions:
        counts = answers.get(session.pk, {})
        waiting = {role: counts.get(role, 0) for role in ROLES}
        facts = session_facts(
            session,
            waiting=waiting,
            scripts=scripts.get(session.pk, 0),
            released=session.pk in releases,
            at=at,
        )
        definition = programmes.definition_of(session.edition_id)
        promised = programmes.working_deadline(session.date, definition.promises.score_days)
        total = counts.get("n", 0)
        found.append(
            Progress(
                session=session,
                state=rules.session_state(facts),
                facts=facts,
                reasons=rules.release_reasons(facts),
                scripts=scripts.get(session.pk, 0),
                answers=total,
                settled=total - facts.open,
                absent=exams.absent(session).count() if facts.over else 0,
                promised=promised,
                overdue=not facts.released and facts.admitted > 0 and clock.local_date(at) > promised.date,
                released_at=releases.get(session.pk),
            )
        )
    return found


def _counted(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("session").annotate(n=Count("pk")).values_list("session", "n"))


def session_facts(
    session: Any, *, waiting: dict[str, int], scripts: int, released: bool, at: datetime
) -> rules.SessionFacts:
    """The counts that decide about release."""
    begun = exams.sittings(session).filter(events__kind="started", sheet=None).distinct().count()
    finished = exams.finished_sittings(session).count()
    return rules.SessionFacts(
        over=tally.entry_closed(session, at),
        admitted=exams.admissions(session).exclude(events__kind="withdrawn").count(),
        running=begun,
        unscored=finished - scripts,
        waiting=waiting,
        released=released,
        cancelled=session.events.filter(kind="cancelled").exists(),
        rehearsal=session.kind == "rehearsal",
    )


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
