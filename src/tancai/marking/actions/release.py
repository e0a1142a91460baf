"""Making the results of a session known: one row for the session, one for each admission, one message each."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.marking import tally
from tancai.marking.errors import NotReady
from tancai.marking.models import Release, Result
from tancai.marking.queries.office import progress, statistics
from tancai.marking.rules import Statistics
from tancai.marking.tally import Tally
from tancai.messages import api as messages
from tancai.programmes import api as programmes


@transaction.atomic
def release(session: Any, *, by: Any, at: datetime) -> Release:
    """Release the results of a session; raises NotReady with what is left to do.

    Absent candidates are recorded as absent, without marks. Every candidate gets a message.
    """
    type(session).objects.select_for_update().get(pk=session.pk)
    reasons = progress(session, at=at).reasons
    if reasons:
        raise NotReady(reasons)
    rows = tally.tallies(session, at=at)
    row = Release.objects.create(session=session, statistics=plain(statistics(rows)), at=at, by=by)
    Result.objects.bulk_create([_result(session, one, by, at) for one in rows], batch_size=1000)
    names: dict[int, dict[str, str]] = {}
    for one in rows:
        _tell(one, session, names, by, at)
    audit.record(
        "marking.release", by=by, at=at, target=("session", session.pk), detail={"results": len(rows)}
    )
    return row


def plain(figures: Statistics) -> dict[str, Any]:
    """Statistics as JSON."""
    return asdict(figures)


def _result(session: Any, one: Tally, by: Any, at: datetime) -> Result:
    return Result(
        admission=one.admission,
        session=session,
        kind=Result.RELEASED,
        outcome=Result.ABSENT if one.state == tally.ABSENT else Result.SCORED,
        total=one.total,
        out_of=one.out_of,
        pass_mark=one.pass_mark,
        passed=one.passed,
        breakdown=list(one.breakdown),
        released_at=at,
        at=at,
        by=by,
    )


def _tell(one: Tally, session: Any, names: dict[int, dict[str, str]], by: Any, at: datetime) -> None:
    edition = one.admission.application.edition_id
    if edition not in names:
        definition = programmes.definition_of(edition)
        names[edition] = {"zh-hans": definition.name, "en": definition.name_en}
    messages.send(
        person=one.admission.person,
        kind="result_released",
        params={"programme": names[edition], "number": one.admission.ticket_number},
        link=f"/me/results/{one.admission.pk}/",
        at=at,
        by=by,
    )
