from __future__ import annotations

import hashlib
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
    """A paper per level and speciality and a sitting for every admission that has none; repeatable.

    Papers of accepted sets come first, each for one session only; where there are none left, one is drawn. Somebody
    who has seen an item of the paper in an earlier exam of the programme gets one of another series without it; when
    the bank is too small for that, one that repeats as little as possible, and the report names him or her. Raises
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
        self._kept: list[int] | None = None
        self.repeats: list[Admission] = []

    def seat(self, admissions: list[Admission]) -> int:
        if not self.forms:
            self._take(frozenset())
        before = _seen_by(self.session)
        sittings = [
            self._sitting(admission, before.get(admission.person_id, frozenset())) for admission in admissions
        ]
        _give_variants(sittings)
        with transaction.atomic():
            Sitting.objects.bulk_create(sittings)
        return len(admissions)

    def _sitting(self, admission: Admission, seen: frozenset[int]) -> Sitting:
        return Sitting(
            admission=admission,
            session=self.session,
            form=self._form_for(admission, seen),
            seed=seed_of(admission.ticket_number),
            made_at=self.at,
        )

    def _form_for(self, admission: Admission, seen: frozenset[int]) -> SessionForm:
        fresh = next((form for form, held in self.forms.items() if not held & seen), None)
        if fresh is not None:
            return fresh
        try:
            return self._take(seen)
        except items.NotEnoughItems as lacking:
            self.repeats.append(admission)
            return self._as_fresh_as_possible(seen, {shortage.kind for shortage in lacking.shortages})

    def _as_fresh_as_possible(self, seen: frozenset[int], short: set[str]) -> SessionForm:
        """A paper that repeats items only of the kinds the bank is short of, or the one with the fewest repeats."""
        kinds = dict(items.items().filter(pk__in=seen).values_list("pk", "kind"))
        spared = frozenset(pk for pk in seen if kinds[pk] not in short)
        with suppress(items.NotEnoughItems):
            self._take(spared)
        return min(self.forms, key=lambda form: (len(self.forms[form] & seen), form.series))

    def _take(self, exclude: frozenset[int]) -> SessionForm:
        """An accepted paper that no session has used and that holds none of these items; else one is drawn."""
        series = len(self.forms) + 1
        form_id = next((one for one, held in self._accepted().items() if not held & exclude), None)
        if form_id is None:
            form_id = items.draw_form(
                standing.definition_of(self.session),
                level=self.level,
                speciality=self.speciality,
                seed=":".join(
                    (self.session.exam_day, self.session.kind, self.level, self.speciality, str(series))
                ),
                exclude_item_ids=exclude,
                by=self.by,
                at=self.at,
            ).pk
        form = SessionForm.objects.create(
            session=self.session,
            level=self.level,
            speciality=self.speciality,
            series=series,
            form_id=form_id,
            prepared_at=self.at,
        )
        self.forms[form] = items.seen_items([form_id])
        self.made.append(form)
        return form

    def _accepted(self) -> dict[int, frozenset[int]]:
        """Accepted papers not used by any session yet, each with its items."""
        if self._kept is None:
            definition = standing.definition_of(self.session)
            self._kept = items.accepted_forms(definition, self.level, self.speciality)
        used = set(SessionForm.objects.filter(form__in=self._kept).values_list("form", flat=True))
        return {pk: items.seen_items([pk]) for pk in self._kept if pk not in used}


def _seen_by(session: Session) -> dict[int, frozenset[int]]:
    """By person: items on every paper he or she has begun in this programme, whatever the application."""
    begun = (
        Sitting.objects.filter(
            admission__person__in=session.admissions.order_by().values("person"),
            session__programme=session.programme,
            events__kind="started",
        )
        .exclude(session__kind=Session.REHEARSAL)
        .values_list("admission__person", "form__form_id")
        .distinct()
    )
    papers: dict[int, set[int]] = {}
    for person_id, form_id in begun:
        papers.setdefault(person_id, set()).add(form_id)
    held: dict[frozenset[int], frozenset[int]] = {}
    for forms in {frozenset(found) for found in papers.values()}:
        held[forms] = items.seen_items(forms)
    return {person_id: held[frozenset(found)] for person_id, found in papers.items()}


def _give_variants(sittings: list[Sitting]) -> None:
    """Numbers of their own to the questions that differ between candidates, by the seeds of the sittings."""
    by_form: dict[int, list[Sitting]] = {}
    for sitting in sittings:
        by_form.setdefault(sitting.form.form_id, []).append(sitting)
    for form_id, group in by_form.items():
        drawn = items.variants(form_id, enumerate(sitting.seed for sitting in group))
        for place, sitting in enumerate(group):
            sitting.variants = drawn[place]


def seed_of(ticket_number: str) -> int:
    """The seed of a sitting's order of questions: fixed by the ticket, unrelated for neighbours."""
    return int.from_bytes(hashlib.sha256(ticket_number.encode()).digest()[:7])
