"""Dropping a question or changing its key after an exam: proposed with its effects, decided by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items import api as items
from tancai.marking import rules
from tancai.marking.errors import MayNot, NotThere
from tancai.marking.later import standing_marks
from tancai.marking.models import Correction, Release, Result, Ruling, RulingDecision, RulingScore, Script
from tancai.marking.queries.results import newest_results
from tancai.marking.queries.rulings import RulingPlan, plan_ruling, ruling, ruling_refused
from tancai.marking.rules import Effect
from tancai.marking.tally import breakdown
from tancai.messages import api as messages
from tancai.programmes import api as programmes

LONGEST = 2000


@transaction.atomic
def propose_ruling(
    session: Any,
    version_id: int,
    kind: str,
    *,
    letters: Sequence[str] = (),
    reason: str,
    by: Any,
    at: datetime,
) -> Ruling:
    """Ask for a ruling on a question; its effects are kept as they are announced now.

    Raises what ``plan_ruling`` raises, MayNot: no_reason, no_effect, waiting (another one on the question waits).
    """
    type(session).objects.select_for_update().get(pk=session.pk)
    plan = plan_ruling(session, version_id, kind, letters=letters, at=at)
    if not reason.strip():
        raise MayNot("no_reason")
    if not plan.effects:
        raise MayNot("no_effect")
    if Ruling.objects.filter(session=session, version=version_id, decision=None).exists():
        raise MayNot("waiting")
    row = Ruling.objects.create(
        session=session,
        version_id=version_id,
        kind=kind,
        letters=list(plan.letters),
        reason=reason.strip()[:LONGEST],
        effects=[effect.plain() for effect in plan.effects],
        scripts=plan.scripts,
        at=at,
        by=by,
    )
    audit.record(
        "marking.propose_ruling",
        by=by,
        at=at,
        target=("ruling", row.pk),
        detail={"kind": kind, "version": version_id, "scores": len(plan.effects)},
    )
    return row


@transaction.atomic
def decide_ruling(ruling_id: int, outcome: str, *, reason: str = "", by: Any, at: datetime) -> RulingDecision:
    """Approve a ruling as announced, or refuse it with a reason.

    Approved: marks change by new rows; where results are released every changed one gets a corrected row and its
    candidate a message; certificates are left to their own room. Raises NotThere, MayNot: decided, proposer, own,
    changed_since (the scores are no longer those of the announcement), no_reason.
    """
    found = ruling(ruling_id)
    if found is None or outcome not in (RulingDecision.APPROVED, RulingDecision.REFUSED):
        raise NotThere()
    type(found.session).objects.select_for_update().get(pk=found.session_id)
    found = ruling(ruling_id)
    assert found is not None
    approved = outcome == RulingDecision.APPROVED
    refused = ruling_refused(found, by)
    if refused:
        raise MayNot(refused)
    plan = (
        plan_ruling(found.session, found.version_id, found.kind, letters=found.letters, at=at)
        if approved
        else None
    )
    changed = plan is not None and [effect.plain() for effect in plan.effects] != found.effects
    refused = rules.outcome_refused(approved=approved, reason=bool(reason.strip()), changed=changed)
    if refused:
        raise MayNot(refused)
    row = RulingDecision.objects.create(
        ruling=found, outcome=outcome, reason=reason.strip()[:LONGEST], at=at, by=by
    )
    if plan is not None:
        _apply(row, plan, by=by, at=at)
    audit.record(
        "marking.decide_ruling",
        by=by,
        at=at,
        target=("ruling", found.pk),
        detail={"outcome": outcome, "scores": len(found.effects) if approved else 0},
    )
    return row


def _apply(decision: RulingDecision, plan: RulingPlan, *, by: Any, at: datetime) -> None:
    RulingScore.objects.bulk_create(
        [
            RulingScore(decision=decision, script_id=pk, position=position, marks=marks, out_of=out_of)
            for pk, (position, marks, out_of) in plan.places.items()
        ],
        batch_size=1000,
    )
    if not Release.objects.filter(session=plan.session).exists():
        return
    pairs = _corrected(plan, by, at)
    rows = Result.objects.bulk_create([row for _before, row in pairs], batch_size=1000)
    Correction.objects.bulk_create(
        [
            Correction(decision=decision, before=before, result=row)
            for (before, _row), row in zip(pairs, rows, strict=True)
        ],
        batch_size=1000,
    )
    names: dict[int, dict[str, str]] = {}
    for row in rows:
        _tell(row, names, by, at)


def _corrected(plan: RulingPlan, by: Any, at: datetime) -> list[tuple[Result, Result]]:
    """For every announced effect the result that counted and the one that takes its place, not yet written."""
    counted = newest_results().filter(session=plan.session).select_related("admission__person")
    old = {row.admission_id: row for row in counted.select_related("admission__application")}
    marks = standing_marks([effect.script_id for effect in plan.effects])
    forms = dict(Script.objects.filter(pk__in=marks).values_list("pk", "sitting__form__form_id"))
    places = {
        form: {entry.position: (entry.part, entry.kind) for entry in items.form(form).entries}
        for form in set(forms.values())
    }
    made = []
    for effect in plan.effects:
        before = old[effect.admission_id]
        row = _result(before, effect, by, at)
        row.breakdown = list(breakdown(marks[effect.script_id], places[forms[effect.script_id]]))
        made.append((before, row))
    return made


def _result(old: Result, effect: Effect, by: Any, at: datetime) -> Result:
    return Result(
        admission=old.admission,
        session_id=old.session_id,
        kind=Result.CORRECTED,
        outcome=Result.SCORED,
        total=effect.after,
        out_of=effect.out_of_after,
        pass_mark=effect.pass_mark_after,
        passed=effect.passed_after,
        released_at=old.released_at,
        at=at,
        by=by,
    )


def _tell(row: Result, names: dict[int, dict[str, str]], by: Any, at: datetime) -> None:
    admission = row.admission
    edition = admission.application.edition_id
    if edition not in names:
        definition = programmes.definition_of(edition)
        names[edition] = {"zh-hans": definition.name, "en": definition.name_en}
    messages.send(
        person=admission.person,
        kind="result_corrected",
        params={"programme": names[edition], "number": admission.ticket_number},
        link=f"/me/results/{admission.pk}/",
        at=at,
        by=by,
    )
