"""Sets of parallel papers as they stand, what could replace an item, and which of them an exam may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import OuterRef, QuerySet, Subquery

from tancai.engines.psychometrics.curves import Item as Curve
from tancai.engines.psychometrics.curves import paper_information
from tancai.items import rules
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
from tancai.items.queries.bank import with_state
from tancai.items.queries.figures import curves_of
from tancai.items.queries.forms import candidates

MIX, INFORMATION = "mix", "information"

ABILITIES = tuple(round(-3 + 0.5 * k, 1) for k in range(13))
"""Where the information of a paper is told."""

MOST_FITTING = 30


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
        one
        for one in candidates(topics=topics, level=wanted.level, exclude=held)
        if one.kind == section.kind and one.least <= old.marks
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
