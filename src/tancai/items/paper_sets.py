"""Sets of parallel papers: asked for, searched for by a job, looked at, mended item by item, accepted or discarded.

A set is what an author asked for; its outcome is what the search proved; its papers are frozen forms. To replace an
item makes a new form under the same number, and the newest counts. Exams take papers of accepted sets before they
draw any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from tancai.audit import api as audit
from tancai.engines.assembly.blueprint import Objective
from tancai.engines.assembly.several import Progress
from tancai.engines.psychometrics.curves import Item as Curve
from tancai.engines.psychometrics.curves import paper_information
from tancai.items import rules
from tancai.items.actions import keep_form
from tancai.items.assembling import Hindrance, Papers, information_aim
from tancai.items.errors import NotAllowed
from tancai.items.figures import curves_of
from tancai.items.models import (
    Form,
    FormEntry,
    Item,
    ItemState,
    ItemVersion,
    PaperSet,
    PaperSetForm,
    PaperSetOutcome,
    PaperSetStep,
)
from tancai.items.queries import assemble_papers, candidates, with_state

MIX, INFORMATION = "mix", "information"
AIMS = (MIX, INFORMATION)
MOST_PAPERS = 12
ABILITIES = tuple(round(-3 + 0.5 * k, 1) for k in range(13))
"""Where the information of a paper is told."""

SEARCH_SECONDS = 120.0
MOST_FITTING = 30


@transaction.atomic
def ask_for_papers(
    definition: Any,
    *,
    level: str,
    speciality: str,
    count: int,
    overlap: int,
    aim: str = MIX,
    excluded: Collection[int] = (),
    why: Mapping[str, Any] | None = None,
    seed: str,
    by: Any,
    at: datetime,
) -> PaperSet:
    """Write down what is wanted; ``search_papers`` then looks for it. ``why`` says in plain values why items were
    left out. Raises ValueError for a number of papers, an overlap or an aim out of range."""
    if not 1 <= count <= MOST_PAPERS or overlap < 0 or aim not in AIMS:
        raise ValueError("number of papers, overlap or aim out of range")
    row = PaperSet.objects.create(
        programme=definition.code,
        level=level,
        speciality=speciality,
        count=count,
        overlap=overlap,
        aim=aim,
        rules=dict(why or {}),
        excluded=sorted(excluded),
        seed=seed,
        at=at,
        by=by,
    )
    audit.record("items.ask_for_papers", by=by, at=at, target=("paper_set", row.pk), detail={"count": count})
    return row


def search_papers(
    wanted: PaperSet,
    definition: Any,
    *,
    by: Any,
    at: datetime,
    progress: Progress | None = None,
    seconds: float = SEARCH_SECONDS,
) -> PaperSetOutcome:
    """Look for the papers of a set and keep them with what is proven; safe to repeat (a set is searched for once).

    The search runs before the transaction. Nothing found is an outcome too, with the demands in each other's way.
    """
    known = PaperSetOutcome.objects.filter(papers=wanted).first()
    if known is not None:
        return known
    blueprint = definition.blueprint(wanted.level, wanted.speciality)
    aim, curves, assumed = _aim(wanted, blueprint)
    found = assemble_papers(
        blueprint,
        wanted.level,
        wanted.count,
        seed=wanted.seed,
        overlap=wanted.overlap,
        excluded=frozenset(wanted.excluded),
        curves=curves,
        objective=aim,
        seconds=seconds,
        progress=progress,
    )
    return _keep(wanted, definition, blueprint, found, len(assumed), by=by, at=at)


def _aim(wanted: PaperSet, blueprint: Any) -> tuple[Objective | None, dict[int, Curve], frozenset[int]]:
    sections = [rules.Want(s.part, s.kind, s.count, s.marks, s.tiers) for s in blueprint.sections]
    topics = {topic for want in sections for tier in want.tiers for topic in tier}
    pool = candidates(topics=topics, level=wanted.level)
    curves, assumed = curves_of([candidate.version_id for candidate in pool])
    if wanted.aim != INFORMATION:
        return None, curves, assumed
    return information_aim(pool, sections, curves, frozenset(wanted.excluded)), curves, assumed


@transaction.atomic
def _keep(
    wanted: PaperSet,
    definition: Any,
    blueprint: Any,
    found: Papers,
    assumed: int,
    *,
    by: Any,
    at: datetime,
) -> PaperSetOutcome:
    PaperSet.objects.select_for_update().get(pk=wanted.pk)
    known = PaperSetOutcome.objects.filter(papers=wanted).first()
    if known is not None:
        return known
    for number, picks in enumerate(found.picks, 1):
        form = keep_form(definition.code, blueprint, picks, seed=f"{wanted.seed}:{number}"[:80], at=at)
        PaperSetForm.objects.create(papers=wanted, number=number, form=form, at=at, by=by)
    told = found.found
    outcome = PaperSetOutcome.objects.create(
        papers=wanted,
        status=told.status,
        value=told.value,
        bound=told.bound,
        gap=told.gap,
        gap_allowed=told.gap_allowed,
        late=told.late,
        assumed=assumed,
        seconds=told.seconds,
        hindrances=[_plain(hindrance) for hindrance in found.hindrances],
        at=at,
    )
    detail = {"status": told.status, "papers": len(found.picks), "gap": told.gap}
    audit.record("items.search_papers", by=by, at=at, target=("paper_set", wanted.pk), detail=detail)
    return outcome


def _plain(hindrance: Hindrance) -> dict[str, Any]:
    params = {
        name: list(value) if isinstance(value, tuple | frozenset) else value
        for name, value in hindrance.demand.params
    }
    return {
        "code": hindrance.demand.code,
        "params": params,
        "enough": hindrance.enough,
        "needed": hindrance.needed,
    }


def paper_sets(programmes: Iterable[str]) -> QuerySet[Any]:
    """Sets of these programmes, newest first, with ``status`` (of the search) and ``step`` (accepted, discarded)."""
    step = PaperSetStep.objects.filter(papers=OuterRef("pk")).order_by("-pk").values("step")[:1]
    outcome = PaperSetOutcome.objects.filter(papers=OuterRef("pk")).values("status")[:1]
    rows = PaperSet.objects.filter(programme__in=list(programmes)).select_related("by")
    return rows.annotate(step=Subquery(step), status=Subquery(outcome)).order_by("-pk")


def paper_set(set_id: int) -> Any:
    """One set with ``status`` and ``step``, or None."""
    row = PaperSet.objects.filter(pk=set_id).values_list("programme", flat=True).first()
    return None if row is None else paper_sets([row]).filter(pk=set_id).first()


@dataclass(frozen=True)
class PaperOf:
    """A paper of a set as it stands: its number, its form, how often an item was replaced."""

    number: int
    form_id: int
    replaced: int
    item_ids: frozenset[int]
    version_ids: tuple[int, ...]
    difficulties: Mapping[str, int]
    information: tuple[float, ...]
    """At ``ABILITIES``; items without figures taken by their rated difficulty."""


def papers_of(wanted: PaperSet) -> list[PaperOf]:
    """The papers of a set that count, by number."""
    newest: dict[int, PaperSetForm] = {}
    times: dict[int, int] = {}
    for row in PaperSetForm.objects.filter(papers=wanted).order_by("pk"):
        newest[row.number] = row
        times[row.number] = times.get(row.number, -1) + 1
    entries: dict[int, list[Any]] = {}
    found = FormEntry.objects.filter(form__in=[row.form_id for row in newest.values()])
    for entry in found.select_related("version__item").order_by("position"):
        entries.setdefault(entry.form_id, []).append(entry)
    curves, _assumed = curves_of([entry.version_id for rows in entries.values() for entry in rows])
    return [
        _paper(newest[number], times[number], entries[newest[number].form_id], curves)
        for number in sorted(newest)
    ]


def _paper(row: PaperSetForm, replaced: int, entries: Sequence[Any], curves: Mapping[int, Curve]) -> PaperOf:
    counts = dict.fromkeys(rules.DIFFICULTIES, 0)
    for entry in entries:
        counts[entry.version.item.difficulty] = counts.get(entry.version.item.difficulty, 0) + 1
    told = paper_information([curves[entry.version_id] for entry in entries], np.array(ABILITIES))
    return PaperOf(
        number=row.number,
        form_id=row.form_id,
        replaced=replaced,
        item_ids=frozenset(entry.version.item_id for entry in entries),
        version_ids=tuple(entry.version_id for entry in entries),
        difficulties=counts,
        information=tuple(round(float(value), 3) for value in told),
    )


@transaction.atomic
def decide_papers(wanted: PaperSet, step: str, *, reason: str = "", by: Any, at: datetime) -> PaperSetStep:
    """Accept a set for exams or discard it; raises NotAllowed: nothing_found, decided, reason_needed."""
    PaperSet.objects.select_for_update().get(pk=wanted.pk)
    last = wanted.steps.order_by("-pk").first()
    if not PaperSetForm.objects.filter(papers=wanted).exists() and step == PaperSetStep.ACCEPTED:
        raise NotAllowed("nothing_found")
    if last is not None and (last.step == step or last.step == PaperSetStep.DISCARDED):
        raise NotAllowed("decided")
    if last is not None and not reason.strip():
        raise NotAllowed("reason_needed")
    row = PaperSetStep.objects.create(papers=wanted, step=step, reason=reason.strip()[:300], at=at, by=by)
    audit.record(f"items.papers_{step}", by=by, at=at, target=("paper_set", wanted.pk))
    return row


@dataclass(frozen=True)
class Fitting:
    """An item that could stand in the place of another, with what would change."""

    version_id: int
    item_id: int
    code: str
    stem: str
    topic: str
    difficulty: str
    same_topic: bool
    same_difficulty: bool
    distance: float
    """How far the information of the paper would move, largest over ``ABILITIES``."""


def fitting(wanted: PaperSet, number: int, version_id: int, definition: Any) -> list[Fitting]:
    """Items that could replace one, best first: same topic, same difficulty, least change of information.

    None of them stands on another paper of the set or is among the items left out; all fit the section.
    """
    paper = next((one for one in papers_of(wanted) if one.number == number), None)
    if paper is None or version_id not in paper.version_ids:
        return []
    old = FormEntry.objects.select_related("version__item").get(form=paper.form_id, version=version_id)
    section = _section(definition.blueprint(wanted.level, wanted.speciality), old)
    if section is None:
        return []
    held = frozenset().union(*(one.item_ids for one in papers_of(wanted))) | set(wanted.excluded)
    topics = {topic for tier in section.tiers for topic in tier}
    pool = [
        one for one in candidates(topics=topics, level=wanted.level, exclude=held) if one.kind == section.kind
    ]
    curves, _assumed = curves_of([version_id, *(one.version_id for one in pool)])
    before = paper_information([curves[version_id]], np.array(ABILITIES))
    texts = dict(Item.objects.filter(pk__in=[one.item_id for one in pool]).values_list("pk", "code"))
    stems = {
        v.pk: str(v.content.get("stem", ""))
        for v in ItemVersion.objects.filter(pk__in=[one.version_id for one in pool])
    }
    lone = _only_one_of_topic(paper, old.version.item.topic, definition, wanted)
    found = [
        Fitting(
            version_id=one.version_id,
            item_id=one.item_id,
            code=texts[one.item_id],
            stem=stems[one.version_id],
            topic=one.topic,
            difficulty=one.difficulty,
            same_topic=one.topic == old.version.item.topic,
            same_difficulty=one.difficulty == old.version.item.difficulty,
            distance=round(
                float(
                    np.abs(paper_information([curves[one.version_id]], np.array(ABILITIES)) - before).max()
                ),
                3,
            ),
        )
        for one in pool
        if not lone or one.topic == old.version.item.topic
    ]
    found.sort(key=lambda one: (not one.same_topic, not one.same_difficulty, one.distance, one.code))
    return found[:MOST_FITTING]


def _section(blueprint: Any, entry: FormEntry) -> Any:
    topic, kind = entry.version.item.topic, entry.version.item.kind
    for section in blueprint.sections:
        if (
            section.part == entry.part
            and section.kind == kind
            and any(topic in tier for tier in section.tiers)
        ):
            return section
    return None


def _only_one_of_topic(paper: PaperOf, topic: str, definition: Any, wanted: PaperSet) -> bool:
    """Whether a topic that must be there stands in this paper only by the item in question."""
    if topic not in definition.blueprint(wanted.level, wanted.speciality).cover:
        return False
    held = FormEntry.objects.filter(form=paper.form_id, version__item__topic=topic).count()
    return held == 1


@transaction.atomic
def replace_item(
    wanted: PaperSet, number: int, out: int, put_in: int, definition: Any, *, by: Any, at: datetime
) -> PaperSetForm:
    """Put another item (version id) in the place of one; the paper becomes a new form under the same number.

    Raises NotAllowed: decided, moved_on (the paper has changed meanwhile), does_not_fit.
    """
    PaperSet.objects.select_for_update().get(pk=wanted.pk)
    if wanted.steps.exists():
        raise NotAllowed("decided")
    row = PaperSetForm.objects.filter(papers=wanted, number=number).order_by("-pk").first()
    if row is None or not FormEntry.objects.filter(form=row.form_id, version=out).exists():
        raise NotAllowed("moved_on")
    if put_in not in {one.version_id for one in fitting(wanted, number, out, definition)}:
        raise NotAllowed("does_not_fit")
    old = Form.objects.get(pk=row.form_id)
    form = Form.objects.create(
        programme=old.programme,
        level=old.level,
        speciality=old.speciality,
        seed=old.seed,
        blueprint=old.blueprint,
        made_at=at,
    )
    FormEntry.objects.bulk_create(
        FormEntry(
            form=form,
            position=entry.position,
            version_id=put_in if entry.version_id == out else entry.version_id,
            marks=entry.marks,
            part=entry.part,
        )
        for entry in FormEntry.objects.filter(form=old)
    )
    made = PaperSetForm.objects.create(
        papers=wanted, number=number, form=form, taken_out_id=out, put_in_id=put_in, at=at, by=by
    )
    detail = {"number": number, "out": out, "in": put_in}
    audit.record("items.replace_item", by=by, at=at, target=("paper_set", wanted.pk), detail=detail)
    return made


def accepted_forms(definition: Any, level: str, speciality: str) -> list[int]:
    """Forms of accepted sets that this blueprint may still use, oldest set first: same blueprint, every item active."""
    wanted = definition.blueprint(level, speciality).model_dump(mode="json")
    rows = paper_sets([definition.code]).filter(
        level=level, speciality=speciality, step=PaperSetStep.ACCEPTED
    )
    found = []
    for row in reversed(list(rows)):
        for paper in papers_of(row):
            if Form.objects.get(pk=paper.form_id).blueprint != wanted:
                continue
            active = with_state().filter(pk__in=paper.version_ids, state=ItemState.ACTIVE).count()
            if active == len(paper.version_ids):
                found.append(paper.form_id)
    return found
