from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.exams import standing
from tancai.exams.actions.sessions import record
from tancai.exams.models import Admission, Session, SessionForm, Sitting
from tancai.items import api as items


@dataclass(frozen=True, slots=True)
class PaperReport:
    """Papers drawn and sittings made now; ``repeats`` are resits whose paper holds items they have seen."""

    forms: tuple[SessionForm, ...]
    sittings: int
    repeats: tuple[Admission, ...] = ()


def prepare_papers(session: Session, *, by: Any, at: datetime) -> PaperReport:
    """Draw a paper per level and speciality and a sitting for every admission that has none; repeatable.

    A resit candidate who has seen an item of the paper gets one of another series without it; when the bank is too
    small for that, one that repeats as little as possible, and the report names him or her. Raises
    ``items.NotEnoughItems`` for a first paper. A test run has the practice paper and gets none of the bank.
    """
    if session.kind == Session.REHEARSAL:
        return PaperReport((), 0)
    waiting = session.admissions.filter(sitting=None).exclude(events__kind="withdrawn")
    groups: dict[tuple[str, str], list[Admission]] = {}
    for admission in waiting.order_by("ticket_number"):
        groups.setdefault((admission.level, admission.speciality), []).append(admission)
    made: list[SessionForm] = []
    repeats: list[Admission] = []
    count = 0
    for (level, speciality), admissions in sorted(groups.items()):
        group = _Group(session, level, speciality, by=by, at=at)
        count += group.seat(admissions)
        made += group.made
        repeats += group.repeats
    if count:
        detail = {"forms": [form.pk for form in made], "sittings": count, "repeats": len(repeats)}
        with transaction.atomic():
            record(session, "prepared", by=by, at=at, detail=detail)
    return PaperReport(tuple(made), count, tuple(repeats))


class _Group:
    """The candidates of one level and speciality and the papers they can get."""

    def __init__(self, session: Session, level: str, speciality: str, *, by: Any, at: datetime) -> None:
        self.session, self.level, self.speciality, self.by, self.at = session, level, speciality, by, at
        found = session.forms.filter(level=level, speciality=speciality).order_by("series")
        self.forms = {form: items.seen_items([form.form_id]) for form in found}
        self.made: list[SessionForm] = []
        self.repeats: list[Admission] = []

    def seat(self, admissions: list[Admission]) -> int:
        if not self.forms:
            self._draw(frozenset())
        with transaction.atomic():
            Sitting.objects.bulk_create(self._sitting(admission) for admission in admissions)
        return len(admissions)

    def _sitting(self, admission: Admission) -> Sitting:
        return Sitting(
            admission=admission,
            session=self.session,
            form=self._form_for(admission),
            seed=seed_of(admission.ticket_number),
            made_at=self.at,
        )

    def _form_for(self, admission: Admission) -> SessionForm:
        seen = _seen(admission) if admission.kind == Admission.RESIT else frozenset()
        fresh = next((form for form, held in self.forms.items() if not held & seen), None)
        if fresh is not None:
            return fresh
        try:
            return self._draw(seen)
        except items.NotEnoughItems as lacking:
            self.repeats.append(admission)
            return self._as_fresh_as_possible(seen, {shortage.kind for shortage in lacking.shortages})

    def _as_fresh_as_possible(self, seen: frozenset[int], short: set[str]) -> SessionForm:
        """A paper that repeats items only of the kinds the bank is short of, or the one with the fewest repeats."""
        kinds = dict(items.items().filter(pk__in=seen).values_list("pk", "kind"))
        spared = frozenset(pk for pk in seen if kinds[pk] not in short)
        with suppress(items.NotEnoughItems):
            self._draw(spared)
        return min(self.forms, key=lambda form: (len(self.forms[form] & seen), form.series))

    def _draw(self, exclude: frozenset[int]) -> SessionForm:
        series = len(self.forms) + 1
        drawn = items.draw_form(
            standing.definition_of(self.session),
            level=self.level,
            speciality=self.speciality,
            seed=":".join(
                (self.session.exam_day, self.session.kind, self.level, self.speciality, str(series))
            ),
            exclude_item_ids=exclude,
            by=self.by,
            at=self.at,
        )
        form = SessionForm.objects.create(
            session=self.session,
            level=self.level,
            speciality=self.speciality,
            series=series,
            form=drawn,
            prepared_at=self.at,
        )
        self.forms[form] = items.seen_items([drawn.pk])
        self.made.append(form)
        return form


def _seen(admission: Admission) -> frozenset[int]:
    """Items on every paper the person has had in this programme."""
    before = Sitting.objects.filter(
        admission__person_id=admission.person_id,
        session__programme=admission.session.programme,
        events__kind="started",
    )
    forms: Iterable[int] = before.values_list("form__form_id", flat=True).distinct()
    return items.seen_items(list(forms))


def seed_of(ticket_number: str) -> int:
    """The seed of a sitting's order of questions: fixed by the ticket, unrelated for neighbours."""
    return int.from_bytes(hashlib.sha256(ticket_number.encode()).digest()[:7])
