"""What markers do: take an answer, give marks to its points, take the last mark back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from tancai.audit import api as audit
from tancai.marking import rules
from tancai.marking.errors import BadMarks, MayNot, NotThere
from tancai.marking.fold import refold
from tancai.marking.models import Claim, HumanMark, MarkWithdrawal, OpenAnswer
from tancai.marking.policy import policy
from tancai.marking.queries.desk import available, marker_programmes, maxima_of, with_claim
from tancai.people import api as people


@dataclass(frozen=True)
class Given:
    """Marks for one answer: one number a marking point, in order; ``seen_as`` is the role the marker saw."""

    answer_id: int
    points: tuple[Decimal, ...]
    seen_as: str = OpenAnswer.FIRST
    comment: str = ""


@transaction.atomic
def claim_next(user: Any, session_id: int, *, at: datetime, after: int | None = None) -> OpenAnswer | None:
    """The answer this marker should mark next, held for the marker; None when nothing is left for him or her.

    Question by question. An answer already held comes first; with ``after`` (an answer id) the search goes on
    behind that answer and begins again at the front.
    """
    free = available(user, at=at).filter(session_id=session_id).order_by("version_id", "id")
    held = free.filter(claimer_id=user.pk, claimed_until__gt=at)
    if after is None and (mine := held.first()):
        return mine
    for candidates in _search_order(free, after):
        for found in candidates.select_for_update(
            of=("self",) if connection.features.has_select_for_update_of else (),
            skip_locked=connection.features.has_select_for_update_skip_locked,
        )[:5]:
            # looked at again under the lock: somebody may have taken it a moment ago
            if available(user, at=at).filter(pk=found.pk).exists():
                _claim(found, user, at, at + timedelta(minutes=policy().claim_minutes))
                return found
    return None


def _search_order(free: Any, after: int | None) -> list[Any]:
    if after is None:
        return [free]
    place = OpenAnswer.objects.filter(pk=after).values_list("version_id", flat=True).first() or 0
    same = free.filter(version_id=place, pk__gt=after)
    return [same, free.filter(version_id__gt=place), free.exclude(pk=after)]


def _claim(answer: OpenAnswer, user: Any, at: datetime, until: datetime) -> None:
    Claim.objects.create(answer=answer, marker=user, at=at, until=until)


@transaction.atomic
def give_back(answer_id: int, *, by: Any, at: datetime) -> None:
    """End one's own claim now, so that another marker may take the answer."""
    answer = with_claim(OpenAnswer.objects.filter(pk=answer_id)).first()
    if answer is not None and answer.claimer_id == by.pk and answer.claimed_until > at:
        _claim(answer, by, at, at)


@transaction.atomic
def give_marks(given: Sequence[Given], *, by: Any, at: datetime) -> list[HumanMark]:
    """Write marks, all or none. Raises NotThere, BadMarks, MayNot (own, released, already_yours, moved_on, claimed)."""
    answers = _locked([one.answer_id for one in given])
    maxima = maxima_of(answers.values())
    done_before = set(
        HumanMark.objects.filter(answer__in=answers, marker=by, withdrawal=None).values_list(
            "answer_id", flat=True
        )
    )
    own = people.person_of(by)
    allowed = set(marker_programmes(by))
    marks = []
    for one in given:
        answer = answers.get(one.answer_id)
        if answer is None or answer.session.programme not in allowed:
            raise NotThere()
        refused = rules.mark_refused(
            rules.MarkFacts(
                needs=answer.needs,
                seen_as=one.seen_as,
                own=own is not None and answer.script.sitting.admission.person_id == own.pk,
                marked_before=answer.pk in done_before,
                claimed_by_other=bool(
                    answer.claimed_until and answer.claimed_until > at and answer.claimer_id != by.pk
                ),
                released=answer.released,
            )
        )
        if refused:
            raise MayNot(refused)
        faults = rules.point_faults(one.points, maxima[answer.pk])
        if faults:
            raise BadMarks(faults)
        marks.append(
            HumanMark(
                answer=answer,
                marker=by,
                role=answer.needs,
                points=[float(points) for points in one.points],
                total=sum(one.points, Decimal(0)),
                comment=one.comment.strip(),
                at=at,
            )
        )
    written = HumanMark.objects.bulk_create(marks)
    held = [a for a in answers.values() if a.claimer_id == by.pk and a.claimed_until > at]
    Claim.objects.bulk_create([Claim(answer=answer, marker=by, at=at, until=at) for answer in held])
    refold({answer.script_id for answer in answers.values()})
    _record(written, by, at)
    return written


def _locked(answer_ids: Sequence[int]) -> dict[int, Any]:
    of = ("self",) if connection.features.has_select_for_update_of else ()
    rows = with_claim(OpenAnswer.objects.filter(pk__in=answer_ids)).select_related(
        "session", "script__sitting__admission", "version__item"
    )
    return {row.pk: row for row in rows.order_by("pk").select_for_update(of=of)}


def _record(marks: Sequence[HumanMark], by: Any, at: datetime) -> None:
    if not marks:
        return
    first = marks[0]
    detail: dict[str, Any] = {"role": first.role} if len(marks) == 1 else {"count": len(marks)}
    audit.record("marking.mark", by=by, at=at, target=("answer", first.answer_id), detail=detail)


@transaction.atomic
def undo(mark_id: int, *, by: Any, at: datetime) -> MarkWithdrawal:
    """Take back one's own last mark while the session is not released and nobody marked the answer since.

    Raises NotThere (also for a mark of somebody else) and MayNot.
    """
    mark = HumanMark.objects.select_related("answer__session").filter(pk=mark_id, marker=by).first()
    if mark is None:
        raise NotThere()
    answer = _locked([mark.answer_id])[mark.answer_id]
    newest = HumanMark.objects.filter(marker=by, withdrawal=None).order_by("-id").first()
    refused = rules.undo_refused(
        own=True,
        last=newest is not None and newest.pk == mark.pk,
        withdrawn=MarkWithdrawal.objects.filter(mark=mark).exists(),
        released=answer.released,
        marked_since=HumanMark.objects.filter(answer=answer, withdrawal=None, pk__gt=mark.pk).exists(),
    )
    if refused:
        raise MayNot(refused)
    row = MarkWithdrawal.objects.create(mark=mark, by=by, at=at)
    _claim(answer, by, at, at + timedelta(minutes=policy().claim_minutes))
    refold({answer.script_id})
    audit.record("marking.undo", by=by, at=at, target=("answer", answer.pk))
    return row
