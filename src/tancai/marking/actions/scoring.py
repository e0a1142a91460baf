"""Automatic scores: a finished sitting becomes a script, choice questions are scored, the rest opens for people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.marking import rules
from tancai.marking.codes import script_code
from tancai.marking.editions import definitions
from tancai.marking.models import AutoScore, OpenAnswer, Script

CHUNK = 200
LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class ScoreReport:
    """What one run did: new scripts, automatic scores written, answers opened for people."""

    scripts: int = 0
    scores: int = 0
    open_answers: int = 0

    def __add__(self, other: ScoreReport) -> ScoreReport:
        return ScoreReport(
            self.scripts + other.scripts,
            self.scores + other.scores,
            self.open_answers + other.open_answers,
        )


def score_session(session: Any, *, by: Any, at: datetime) -> ScoreReport:
    """Score every finished sitting that is not yet scored, in chunks; safe to repeat. Rehearsals are not marked."""
    report = ScoreReport()
    if session.kind == "rehearsal":
        return report
    while True:
        done = _score_chunk(session, by=by, at=at)
        report += done
        if done.scripts < CHUNK:
            return report


def score_finished(at: datetime) -> ScoreReport:
    """Score what finished lately in any session; the worker calls this every minute."""
    report = ScoreReport()
    for session in exams.sessions(since=at - LOOK_BACK, until=at).filter(sat__gt=0):
        if exams.finished_sittings(session).filter(script=None).exists():
            report += score_session(session, by=None, at=at)
    return report


@transaction.atomic
def _score_chunk(session: Any, *, by: Any, at: datetime) -> ScoreReport:
    # One at a time for a session: the worker and a clerk may press the button together.
    type(session).objects.select_for_update().get(pk=session.pk)
    sittings = list(exams.finished_sittings(session).filter(script=None)[:CHUNK])
    if not sittings:
        return ScoreReport()
    groups = defaultdict(list)
    rules = definitions(sitting.admission.application.edition_id for sitting in sittings)
    for sitting in sittings:
        policy = rules[sitting.admission.application.edition_id].exam.multiple_policy
        groups[sitting.form.form_id, policy].append(sitting)
    report = ScoreReport()
    for (form_id, policy), group in groups.items():
        report += _score_group(session, form_id, policy, group, at)
    audit.record(
        "marking.score", by=by, at=at, target=("session", session.pk), detail={"scripts": report.scripts}
    )
    return report


def _score_group(session: Any, form_id: int, policy: str, sittings: list[Any], at: datetime) -> ScoreReport:
    sheets = {s.pk: {int(position): value for position, value in s.sheet.answers.items()} for s in sittings}
    variants = {s.pk: s.variants for s in sittings}
    scored = items.score_sheets(form_id, sheets, policy, variants)
    versions = {entry.position: entry.version_id for entry in items.form(form_id).entries}
    scripts = Script.objects.bulk_create(
        [
            Script(
                sitting=sitting,
                session=session,
                code=script_code(sitting.pk),
                policy=policy,
                auto_marks=sum((_won(s) for s in scored[sitting.pk].values()), Decimal(0)),
                scored_at=at,
            )
            for sitting in sittings
        ]
    )
    scores, opened = [], []
    for script in scripts:
        for position, score in scored[script.sitting_id].items():
            if score.marks is None:
                opened.append(
                    OpenAnswer(
                        script=script,
                        session=session,
                        position=position,
                        version_id=versions[position],
                        out_of=score.out_of - score.sure_of,
                    )
                )
            if score.marks is not None or score.sure_of:
                scores.append(
                    AutoScore(
                        script=script,
                        position=position,
                        marks=_won(score),
                        out_of=score.out_of if score.marks is not None else score.sure_of,
                        detail=score.detail,
                    )
                )
    AutoScore.objects.bulk_create(scores, batch_size=2000)
    OpenAnswer.objects.bulk_create(opened, batch_size=2000)
    return ScoreReport(len(scripts), len(scores), len(opened))


def _won(score: items.Score) -> Decimal:
    """What is won without people."""
    return rules.cents(items.by_machine(score))
