"""What the export of one's own data, and the closing of an account, mean for results.

Exported: released results, re-checks and their decisions; nothing that is not released, and no marker. At once:
nothing. Kept: results for the years of assessment records, counted from the newest row. Then the candidate's words
in re-checks go; scores stay without a name.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.lib import clock
from tancai.marking.models import RecheckDecision, RecheckRequest, Result
from tancai.marking.queries import results
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Held, Person


def exported(person: Person) -> dict[str, Any]:
    rows = Result.objects.filter(admission__person=person).select_related("admission", "session")
    asked = RecheckRequest.objects.filter(result__admission__person=person).select_related("decision")
    return {
        "results": [_result(row) for row in rows.order_by("id")],
        "rechecks": [_recheck(row) for row in asked.select_related("result__admission")],
    }


def _result(row: Result) -> dict[str, Any]:
    return {
        "ticket_number": row.admission.ticket_number,
        "programme": row.session.programme,
        "exam_date": row.session.date,
        "kind": row.kind,
        "outcome": row.outcome,
        "total": row.total,
        "out_of": row.out_of,
        "pass_mark": row.pass_mark,
        "passed": row.passed,
        "breakdown": row.breakdown,
        "at": row.at,
    }


def _recheck(row: RecheckRequest) -> dict[str, Any]:
    decision = getattr(row, "decision", None)
    return {
        "ticket_number": row.result.admission.ticket_number,
        "text": row.text,
        "asked_at": row.at,
        "outcome": decision.outcome if decision else None,
        "reason": decision.reason if decision else None,
        "decided_at": decision.at if decision else None,
    }


def kept(person: Person, at: datetime) -> list[Held]:
    last = max((view.at for view in results.results_of(person)), default=None)
    if last is None:
        return []
    return [people.Held("results", "records", people.record_until(clock.local_date(last)))]


def erase(person: Person, at: datetime) -> None:
    asked = RecheckRequest.objects.filter(result__admission__person=person)
    RecheckDecision.objects.filter(request__in=asked).update(reason="")
    asked.update(text="")


def register() -> None:
    people.register_export("marking", exported)
    people.register_holdings("marking", kept=kept, erase=erase)
