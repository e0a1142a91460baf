"""Asking for a re-check, and deciding it by somebody who neither marked the script nor released the session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items import api as items
from tancai.marking import rules
from tancai.marking.errors import BadMarks, MayNot, NotThere
from tancai.marking.models import RecheckDecision, RecheckRequest, Result, Script
from tancai.marking.queries.rechecks import (
    decision_refused,
    marks_of,
    may_request_recheck,
    recheck,
    script_of,
)
from tancai.marking.queries.results import newest_results, view
from tancai.marking.tally import breakdown
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes

LONGEST = 2000


@transaction.atomic
def request_recheck(admission_id: int, *, text: str, by: Any, at: datetime) -> RecheckRequest:
    """The candidate asks for a re-check of a released result.

    Raises NotThere, MayNot (absent, corrected, asked, over).
    """
    row = newest_results().filter(admission_id=admission_id).first()
    if row is None or not people.access_person(by, row.admission.person):
        raise NotThere()
    Result.objects.select_for_update().get(pk=row.pk)
    verdict = may_request_recheck(view(row), at=at)
    if not verdict.ok:
        raise MayNot(verdict.code, last_day=verdict.last_day)
    request = RecheckRequest.objects.create(result=row, text=text.strip()[:LONGEST], at=at, by=by)
    audit.record("marking.request_recheck", by=by, at=at, target=("admission", admission_id))
    return request


@transaction.atomic
def decide_recheck(
    request_id: int, *, changes: Mapping[int, Decimal], reason: str, by: Any, at: datetime
) -> RecheckDecision:
    """Uphold a result (no changes) or correct it: ``changes`` maps positions to the marks now given.

    Raises NotThere, BadMarks (position, range, halves), MayNot (decided, own, marked_it, released_it, no_reason).
    """
    RecheckRequest.objects.select_for_update().filter(pk=request_id).first()
    request = recheck(request_id)
    script = script_of(request.result.admission_id) if request else None
    if request is None or script is None:
        raise NotThere()
    refused = decision_refused(request, by) or ("" if reason.strip() else "no_reason")
    if refused:
        raise MayNot(refused)
    before = marks_of(script)
    real = {p: marks for p, marks in changes.items() if p not in before or before[p][0] != marks}
    after, faults = rules.corrected_marks(
        {p: won for p, (won, _of) in before.items()}, {p: of for p, (_won, of) in before.items()}, real
    )
    if faults:
        raise BadMarks(faults)
    # a ruling may have come between the request and its decision: the result that counts is corrected
    counts = newest_results().get(admission=request.result.admission_id)
    corrected = _corrected(counts, script, before, after, by, at) if real else None
    decision = RecheckDecision.objects.create(
        request=request,
        outcome=RecheckDecision.CHANGED if real else RecheckDecision.UPHELD,
        reason=reason.strip(),
        changes={
            str(p): {"before": float(before[p][0]), "after": float(marks)}
            for p, marks in sorted(real.items())
        },
        corrected=corrected,
        at=at,
        by=by,
    )
    _tell(request, decision, by, at)
    audit.record(
        "marking.decide_recheck",
        by=by,
        at=at,
        target=("recheck", request.pk),
        detail={"outcome": decision.outcome, "positions": sorted(real)},
    )
    return decision


def _corrected(
    old: Result,
    script: Script,
    before: Mapping[int, tuple[Decimal, Decimal]],
    after: Mapping[int, Decimal],
    by: Any,
    at: datetime,
) -> Result:
    total = sum(after.values(), Decimal(0))
    places = {e.position: (e.part, e.kind) for e in items.form(script.sitting.form.form_id).entries}
    return Result.objects.create(
        admission_id=old.admission_id,
        session_id=old.session_id,
        kind=Result.CORRECTED,
        outcome=Result.SCORED,
        total=total,
        out_of=old.out_of,
        pass_mark=old.pass_mark,
        passed=rules.passes(total, old.pass_mark),
        breakdown=list(breakdown({p: (won, before[p][1]) for p, won in after.items()}, places)),
        released_at=old.released_at,
        at=at,
        by=by,
    )


_OUTCOMES = {
    RecheckDecision.UPHELD: {"zh-hans": "维持原成绩", "en": "the result stands"},
    RecheckDecision.CHANGED: {"zh-hans": "成绩已更正", "en": "the result has been corrected"},
}


def _tell(request: RecheckRequest, decision: RecheckDecision, by: Any, at: datetime) -> None:
    admission = request.result.admission
    definition = programmes.definition_of(admission.application.edition_id)
    messages.send(
        person=admission.person,
        kind="recheck_decided",
        params={
            "programme": {"zh-hans": definition.name, "en": definition.name_en},
            "number": admission.ticket_number,
            "outcome": _OUTCOMES[decision.outcome],
        },
        link=f"/me/results/{admission.pk}/",
        at=at,
        by=by,
    )
