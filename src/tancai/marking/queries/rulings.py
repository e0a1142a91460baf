"""Rulings on questions after an exam: the dry run, what waits for a second person, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.marking import rules
from tancai.marking.editions import definitions
from tancai.marking.errors import MayNot, NotThere
from tancai.marking.later import Marks, changed, first_marks, later_marks
from tancai.marking.models import AutoScore, Correction, OpenAnswer, Ruling, Script
from tancai.marking.queries.office import progress
from tancai.marking.queries.results import newest_results
from tancai.marking.rules import Effect
from tancai.people import api as people
from tancai.programmes import api as programmes


@dataclass(frozen=True)
class RulingPlan:
    """A dry run: how many scripts hold the question, every score that would change, marks of the question then."""

    session: Any
    version_id: int
    kind: str
    letters: tuple[str, ...]
    scripts: int
    effects: tuple[Effect, ...]
    places: dict[int, tuple[int, Decimal, Decimal]]
    """By script: position, marks and marks to win after the ruling, where they change."""

    @property
    def up(self) -> int:
        return sum(effect.crossing == "up" for effect in self.effects)

    @property
    def down(self) -> int:
        return sum(effect.crossing == "down" for effect in self.effects)


def questions_of(session: Any) -> dict[int, dict[int, int]]:
    """By form: version → position, for the papers of a session."""
    forms = [one.form_id for one in exams.forms_of(session)]
    return {
        form_id: {entry.version_id: entry.position for entry in items.form(form_id).entries}
        for form_id in forms
    }


def plan_ruling(
    session: Any, version_id: int, kind: str, *, letters: Sequence[str] = (), at: datetime
) -> RulingPlan:
    """What a ruling would do, without doing it.

    Raises NotThere when the question was on no paper of the session, MayNot: not_marked (answers wait for marks),
    bad_key (the letters are no key of the question), same_key.
    """
    papers = questions_of(session)
    positions = {form: places[version_id] for form, places in papers.items() if version_id in places}
    if not positions or kind not in (Ruling.CREDIT, Ruling.DROP, Ruling.REKEY):
        raise NotThere()
    if progress(session, at=at).state not in ("ready", "released"):
        raise MayNot("not_marked")
    scripts = [
        script
        for script in Script.objects.filter(session=session).select_related(
            "sitting__form", "sitting__sheet", "sitting__admission__application"
        )
        if script.sitting.form.form_id in positions
    ]
    wanted = tuple(sorted(set(letters))) if kind == Ruling.REKEY else ()
    rescored = _rescored(scripts, version_id, positions, wanted) if kind == Ruling.REKEY else {}
    ids = [script.pk for script in scripts]
    scored_in_part = _scored_in_part(scripts, positions) if rescored else {}
    first, later = first_marks(ids), later_marks(ids)
    results = {row.admission_id: row for row in newest_results().filter(session=session)}
    editions = definitions(script.sitting.admission.application.edition_id for script in scripts)
    effects, places = [], {}
    for script in scripts:
        position = positions[script.sitting.form.form_id]
        before = changed(first[script.pk], later.get(script.pk, {}))
        again = rescored.get(script.pk)
        if again is not None and script.pk in scored_in_part:
            again = rules.added(before[position], again - scored_in_part[script.pk])
        marks = rules.ruled(kind, before[position], again)
        if marks == before[position]:
            continue
        places[script.pk] = (position, *marks)
        exam = editions[script.sitting.admission.application.edition_id].exam
        effects.append(_effect(script, before, {**before, position: marks}, first[script.pk], exam, results))
    effects.sort(key=lambda effect: (effect.crossing != "down", effect.crossing != "up", effect.script_id))
    return RulingPlan(session, version_id, kind, wanted, len(scripts), tuple(effects), places)


def _rescored(
    scripts: Sequence[Script], version_id: int, positions: dict[int, int], letters: tuple[str, ...]
) -> dict[int, Decimal]:
    keys = items.other_keys(version_id, letters)
    if not keys:
        raise MayNot("bad_key")
    if keys == [items.ItemVersion.objects.get(pk=version_id).key]:
        raise MayNot("same_key")
    worth = {
        form: next(entry.marks for entry in items.form(form).entries if entry.position == position)
        for form, position in positions.items()
    }
    found: dict[int, Decimal] = {}
    for form, position in positions.items():
        for policy in {script.policy for script in scripts}:
            given = {
                script.pk: script.sitting.sheet.answers.get(str(position))
                for script in scripts
                if script.sitting.form.form_id == form and script.policy == policy
            }
            variants = {
                script.pk: (script.sitting.variants or {}).get(str(position))
                for script in scripts
                if script.pk in given
            }
            scored = items.score_by_keys(
                version_id, keys, given, Decimal(worth[form]), policy, variants=variants
            )
            found |= {pk: rules.cents(items.by_machine(score)) for pk, score in scored.items()}
    return found


def _scored_in_part(scripts: Sequence[Script], positions: dict[int, int]) -> dict[int, Decimal]:
    """What a machine first gave to the answers that people mark in part, by script."""
    places = {script.pk: positions[script.sitting.form.form_id] for script in scripts}
    wanted = {"script__in": list(places), "position__in": set(places.values())}
    opened = set(OpenAnswer.objects.filter(**wanted).values_list("script", "position"))
    given = AutoScore.objects.filter(**wanted).values_list("script", "position", "marks")
    machine = {(pk, place): marks for pk, place, marks in given}
    return {pk: machine.get((pk, place), Decimal(0)) for pk, place in places.items() if (pk, place) in opened}


def _effect(
    script: Script, before: Marks, after: Marks, first: Marks, exam: Any, results: dict[int, Any]
) -> Effect:
    admission = script.sitting.admission
    of_all = _out_of(first)
    known = results.get(admission.pk)
    total_before, total_after = _total(before), _total(after)
    mark_before = rules.pass_mark_of(Decimal(exam.pass_mark), _out_of(before), of_all)
    mark_after = rules.pass_mark_of(Decimal(exam.pass_mark), _out_of(after), of_all)
    return Effect(
        admission_id=admission.pk,
        script_id=script.pk,
        before=total_before if known is None else known.total,
        after=total_after,
        out_of_before=_out_of(before),
        out_of_after=_out_of(after),
        pass_mark_after=mark_after,
        passed_before=rules.passes(total_before, mark_before) if known is None else known.passed,
        passed_after=rules.passes(total_after, mark_after),
    )


def _total(marks: Marks) -> Decimal:
    return sum((won for won, _of in marks.values()), Decimal(0))


def _out_of(marks: Marks) -> Decimal:
    return sum((of for _won, of in marks.values()), Decimal(0))


def _rulings() -> QuerySet[Ruling]:
    return Ruling.objects.select_related("session", "version__item", "by", "decision__by")


def ruling(ruling_id: int) -> Ruling | None:
    return _rulings().filter(pk=ruling_id).first()


def rulings(organisation_ids: Iterable[int] | None) -> QuerySet[Ruling]:
    """Rulings of these organisations' programmes, newest first."""
    codes = programmes.codes_of_organisations(organisation_ids)
    return _rulings().filter(session__programme__in=codes)


def open_rulings(organisation_ids: Iterable[int] | None) -> int:
    """How many rulings wait for a second person."""
    return rulings(organisation_ids).filter(decision=None).count()


def rulings_on(session: Any, version_id: int | None = None) -> list[Ruling]:
    """Rulings of a session, or on one of its questions, newest first."""
    rows = _rulings().filter(session=session)
    return list(rows if version_id is None else rows.filter(version=version_id))


def effects_of(row: Ruling) -> tuple[Effect, ...]:
    """The effects as they were announced."""
    return tuple(rules.effect_of(effect) for effect in row.effects)


def ruling_refused(row: Ruling, user: Any) -> str:
    """``""`` or why this user may not decide it now: decided, proposer, own."""
    own = people.person_of(user)
    return rules.ruling_refused(
        decided=hasattr(row, "decision"),
        proposer=row.by_id == user.pk,
        concerned=own is not None
        and exams.admissions(row.session)
        .filter(person=own, pk__in=[e["admission"] for e in row.effects])
        .exists(),
    )


def correction_of(result_id: int) -> Correction | None:
    """The ruling behind a result row, or None when it has another origin."""
    rows = Correction.objects.select_related("decision__ruling__version__item", "before")
    return rows.filter(result=result_id).first()


def ruled_results(session: Any) -> set[int]:
    """Ids of the result rows of a session that a ruling made."""
    return set(Correction.objects.filter(result__session=session).values_list("result", flat=True))


def position_in_paper(row: Ruling, admission_id: int) -> int | None:
    """Where the question of a ruling stood on the paper of an admission, as it was printed in the bank's order."""
    script = Script.objects.filter(sitting__admission=admission_id).select_related("sitting__form").first()
    if script is None:
        return None
    return questions_of(row.session).get(script.sitting.form.form_id, {}).get(row.version_id)
