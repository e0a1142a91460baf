"""Re-checks: whether one may be asked for, what waits, and the case as the person who decides sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.marking import rules
from tancai.marking.errors import NotThere
from tancai.marking.later import standing_marks
from tancai.marking.models import HumanMark, RecheckRequest, Release, Script
from tancai.marking.policy import policy
from tancai.marking.queries.results import ResultView
from tancai.people import api as people
from tancai.programmes import api as programmes


@dataclass(frozen=True)
class RecheckVerdict:
    """``code`` is empty when a re-check may be asked for; ``last_day`` is the last day of the window."""

    code: str
    last_day: date
    provisional: bool

    @property
    def ok(self) -> bool:
        return not self.code


def may_request_recheck(result: ResultView, *, at: datetime) -> RecheckVerdict:
    """Whether a candidate may ask for a re-check of this result now."""
    asked = RecheckRequest.objects.filter(result__admission=result.admission_id).exists()
    ruled = result.corrected and not asked  # a ruling on a question gives the same days again
    window = programmes.working_deadline(
        clock.local_date(result.at if ruled else result.released_at), policy().recheck_days
    )
    code = rules.recheck_refused(
        outcome=result.outcome,
        corrected=result.corrected and not ruled,
        asked=asked,
        last_day=window.date,
        today=clock.local_date(at),
    )
    return RecheckVerdict(code, window.date, window.provisional)


def recheck_of(admission_id: int) -> RecheckRequest | None:
    """The request made for an admission, with its decision if there is one."""
    rows = RecheckRequest.objects.filter(result__admission=admission_id).select_related("decision__corrected")
    return rows.first()


def recheck_queue(organisation_ids: Iterable[int] | None) -> QuerySet[RecheckRequest]:
    """All requests of these organisations' programmes, open ones and old ones, oldest first."""
    codes = programmes.codes_of_organisations(organisation_ids)
    rows = RecheckRequest.objects.filter(result__session__programme__in=codes)
    return rows.select_related(
        "result__admission__person", "result__session", "decision", "decision__by"
    ).order_by("at", "id")


def recheck(request_id: int) -> RecheckRequest | None:
    rows = RecheckRequest.objects.select_related(
        "result__admission__person", "result__admission__application", "result__session", "decision"
    )
    return rows.filter(pk=request_id).first()


@dataclass(frozen=True)
class CaseLine:
    """One question of the script under re-check with everything that was given for it."""

    position: int
    kind: str
    part: str
    public: dict[str, Any]
    solution: dict[str, Any]
    response: Any
    marks: Decimal
    out_of: Decimal
    given: tuple[HumanMark, ...]


def script_of(admission_id: int) -> Script | None:
    return (
        Script.objects.filter(sitting__admission=admission_id)
        .select_related("sitting__form", "session")
        .first()
    )


def marks_of(script: Script) -> dict[int, tuple[Decimal, Decimal]]:
    """Marks and marks to win by position, as they stand now."""
    return standing_marks([script.pk])[script.pk]


def recheck_case(request: RecheckRequest) -> list[CaseLine]:
    """The script question by question, in order of the paper; raises NotThere without a script."""
    script = script_of(request.result.admission_id)
    if script is None:
        raise NotThere()
    form_id = script.sitting.form.form_id
    keyed, marks = items.keys(form_id, script.sitting.variants), marks_of(script)
    own = items.varied(form_id, script.sitting.variants) if script.sitting.variants else {}
    sheet = exams.sheet(script.sitting_id)
    given: dict[int, list[HumanMark]] = {}
    for mark in HumanMark.objects.filter(answer__script=script, withdrawal=None).select_related("answer"):
        given.setdefault(mark.answer.position, []).append(mark)
    return [
        CaseLine(
            position=entry.position,
            kind=entry.kind,
            part=entry.part,
            public=own.get(entry.position, entry.public),
            solution=keyed[entry.position].solution,
            response=sheet.get(entry.position),
            marks=marks[entry.position][0],
            out_of=marks[entry.position][1],
            given=tuple(given.get(entry.position, ())),
        )
        for entry in items.form(form_id).entries
    ]


def decision_refused(request: RecheckRequest, user: Any) -> str:
    """``""`` or why this user may not decide: decided, own, marked_it, released_it."""
    admission = request.result.admission
    return rules.decision_refused(
        decided=hasattr(request, "decision"),
        own=people.access_person(user, admission.person),
        marked=HumanMark.objects.filter(answer__script__sitting__admission=admission, marker=user).exists(),
        released=Release.objects.filter(session=request.result.session_id, by=user).exists(),
    )
