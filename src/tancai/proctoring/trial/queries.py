from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from tancai.exams import api as exams
from tancai.proctoring.models import DeviceCheck, TrialReminder
from tancai.proctoring.trial import rules


@dataclass(frozen=True, slots=True)
class TrialLine:
    """The test run of one candidate: ``not_done``, ``problems``, ``checked`` or ``done``.

    ``check`` is the newest of ``checks`` device checks; ``practised_at`` when the practice paper was handed in.
    """

    admission: exams.Admission
    state: str
    check: DeviceCheck | None
    checks: int
    practice: str
    practised_at: datetime | None
    reminded_at: datetime | None

    @property
    def findings(self) -> list[rules.Finding]:
        """What the newest check found, in the order of the parts."""
        return findings_of(self.check) if self.check else []


def findings_of(check: DeviceCheck) -> list[rules.Finding]:
    found = []
    for part in rules.PARTS:
        if part in check.results:
            params = dict(check.results[part])
            found.append(rules.Finding(part, params.pop("state"), params.pop("code"), params))
    return found


def trial_of(admission: exams.Admission) -> TrialLine:
    return _lines([admission])[0]


def trials(session: exams.Session, *, at: datetime) -> list[TrialLine]:
    """Every candidate of the session in ticket order; withdrawn ones left out."""
    rows = exams.admissions(session).exclude(events__kind="withdrawn").distinct()
    return _lines(list(rows))


def trials_of(admissions: Iterable[exams.Admission]) -> dict[int, TrialLine]:
    """Admission id → its test run; admissions may be of several sessions."""
    by_session: dict[int, list[exams.Admission]] = {}
    for admission in admissions:
        by_session.setdefault(admission.session_id, []).append(admission)
    return {line.admission.pk: line for rows in by_session.values() for line in _lines(rows)}


def _lines(admissions: list[exams.Admission]) -> list[TrialLine]:
    ids = [admission.pk for admission in admissions]
    checks: dict[int, list[DeviceCheck]] = {}
    for check in DeviceCheck.objects.filter(admission_id__in=ids).order_by("id"):
        checks.setdefault(check.admission_id, []).append(check)
    rehearsals = exams.rehearsals_of(admissions)
    begun = _begun(rehearsals.values())
    reminded = last_reminders(ids)
    return [
        _line(
            admission,
            checks.get(admission.pk, []),
            rehearsals.get(admission.pk),
            begun,
            reminded.get(admission.pk),
        )
        for admission in admissions
    ]


def _line(
    admission: exams.Admission,
    checks: list[DeviceCheck],
    rehearsal: exams.Admission | None,
    begun: set[int],
    reminded_at: datetime | None,
) -> TrialLine:
    sheet = getattr(getattr(rehearsal, "sitting", None), "sheet", None)
    newest = checks[-1] if checks else None
    practice = "done" if sheet else ("begun" if rehearsal and rehearsal.pk in begun else "")
    return TrialLine(
        admission=admission,
        state=rules.standing(newest.state if newest else None, sheet is not None),
        check=newest,
        checks=len(checks),
        practice=practice,
        practised_at=sheet.ended_at if sheet else None,
        reminded_at=reminded_at,
    )


def _begun(rehearsals: Iterable[Any]) -> set[int]:
    found = exams.SittingEvent.objects.filter(
        sitting__admission__in=[each.pk for each in rehearsals], kind="started"
    )
    return set(found.values_list("sitting__admission_id", flat=True))


def last_reminders(admission_ids: Iterable[int]) -> dict[int, datetime]:
    """Admission id → when its candidate was last reminded."""
    found = TrialReminder.objects.filter(admission_id__in=list(admission_ids))
    return dict(found.values("admission_id").annotate(last=Max("at")).values_list("admission_id", "last"))
