"""Papers: what candidates and markers see of them, how they are scored, what could be drawn."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tancai.items.assembling import Papers, papers
from tancai.items.errors import BadResponse, NotEnoughItems
from tancai.items.kinds import Score, explained, kinds, printed_marks, resolved, varies, vary
from tancai.items.models import Form, FormEntry, ItemState, ItemVersion
from tancai.items.pointed import least_marks, pointed_kinds
from tancai.items.queries.bank import with_state
from tancai.items.rules import Candidate, Draw, Pick, Want, draw

Variants = dict[str, dict[str, str]]
"""What one sitting has in place of variables: {position: {name: value}}, positions as texts for JSON."""


@dataclass(frozen=True)
class Entry:
    """One question of a paper, without its key."""

    position: int
    item_id: int
    version_id: int
    kind: str
    marks: int
    topic: str
    part: str
    public: dict[str, Any]
    varies: bool = False
    """``public`` is a sample; each sitting has its own (``varied``)."""


@dataclass(frozen=True)
class FormView:
    id: int
    programme: str
    level: str
    speciality: str
    entries: tuple[Entry, ...]

    @property
    def total(self) -> int:
        return sum(entry.marks for entry in self.entries)


@dataclass(frozen=True)
class Keyed:
    """What a marker may see of one question of a paper."""

    position: int
    version_id: int
    kind: str
    marks: int
    solution: dict[str, Any]
    basis: dict[str, Any]
    explanation: str


def candidates(*, topics: Collection[str], level: str, exclude: Collection[int] = ()) -> list[Candidate]:
    """Active versions on these topics that may be drawn for the level."""
    rows = with_state().filter(state=ItemState.ACTIVE, item__topic__in=topics)
    columns = ("item_id", "pk", "item__kind", "item__topic", "item__difficulty", "item__levels")
    pointed = rows.filter(item__kind__in=pointed_kinds()).values_list("pk", "item__kind", "content", "key")
    least = {pk: least_marks(kind, content, key) for pk, kind, content, key in pointed}
    return [
        replace(Candidate(*found), least=least.get(found[1], 1))
        for *found, levels in rows.values_list(*columns)
        if found[0] not in exclude and (not level or not levels or level in levels)
    ]


def form_entries(form_id: int) -> Iterable[FormEntry]:
    """The rows of a paper with their versions, in order."""
    return FormEntry.objects.filter(form_id=form_id).select_related("version__item").order_by("position")


def form(form_id: int) -> FormView:
    """A paper as candidates see it; raises Form.DoesNotExist."""
    head = Form.objects.get(pk=form_id)
    entries = tuple(
        Entry(
            position=row.position,
            item_id=row.version.item_id,
            version_id=row.version_id,
            kind=row.version.item.kind,
            marks=row.marks,
            topic=row.version.item.topic,
            part=row.part,
            public=kinds()[row.version.item.kind].public(row.version.content),
            varies=varies(row.version.item.kind, row.version.content),
        )
        for row in form_entries(form_id)
    )
    return FormView(head.pk, head.programme, head.level, head.speciality, entries)


def keys(form_id: int, variants: Variants | None = None) -> dict[int, Keyed]:
    """Solutions by position, for marking only: never for a page a candidate sees before release.

    ``variants`` are those of one sitting; without them items that vary show their sample.
    """
    return {
        row.position: _keyed(row, (variants or {}).get(str(row.position))) for row in form_entries(form_id)
    }


def _keyed(row: FormEntry, variant: dict[str, str] | None) -> Keyed:
    version = row.version
    kind, content, key = resolved(version.item.kind, version.content, version.key, variant)
    return Keyed(
        position=row.position,
        version_id=row.version_id,
        kind=version.item.kind,
        marks=row.marks,
        solution=kind.solution(content, key),
        basis=version.basis,
        explanation=explained(version.item.kind, version.explanation, content, key),
    )


def variants(form_id: int, seeds: Iterable[tuple[int, int]]) -> dict[int, Variants]:
    """Variants for many sittings ``(sitting, seed)`` of one paper: ``{sitting: {position: variant}}``.

    Drawn by sitting and position, so that neighbours differ; ``{}`` where nothing on the paper varies.
    """
    rows = [row for row in form_entries(form_id) if varies(row.version.item.kind, row.version.content)]
    return {
        sitting: {
            str(row.position): vary(
                row.version.item.kind, row.version.content, random.Random(f"{seed}:{row.position}")
            )
            or {}
            for row in rows
        }
        for sitting, seed in seeds
    }


def varied(form_id: int, variants: Variants) -> dict[int, dict[str, Any]]:
    """What one sitting sees at the positions that vary."""
    found = {}
    for row in form_entries(form_id):
        variant = variants.get(str(row.position))
        if variant is not None:
            kind, content, _key = resolved(row.version.item.kind, row.version.content, {}, variant)
            found[row.position] = kind.public(content)
    return found


def score(version_id: int, response: Any, marks: int | Decimal, policy: str) -> Score:
    """Score one raw response to one version; a response that is no answer scores as none given."""
    return scores({version_id: (response, marks)}, policy)[version_id]


def scores(responses: dict[int, tuple[Any, int | Decimal]], policy: str) -> dict[int, Score]:
    """Score many responses ``{version_id: (raw, marks)}`` with one query."""
    found: dict[int, Score] = {}
    for version in ItemVersion.objects.filter(pk__in=responses).select_related("item"):
        raw, marks = responses[version.pk]
        kind = kinds()[version.item.kind]
        try:
            response = kind.response(raw)
        except BadResponse:
            response = None
        found[version.pk] = kind.score(
            version.content, version.key, response, marks=Decimal(marks), policy=policy
        )
    return found


def score_sheets(
    form_id: int,
    sheets: dict[int, dict[int, Any]],
    policy: str,
    variants: Mapping[int, Variants] | None = None,
) -> dict[int, dict[int, Score]]:
    """Score whole answer sheets ``{key: {position: raw}}`` of one paper with one query; every position is scored.

    ``variants`` by the same keys, for papers with items that vary.
    """
    entries = list(form_entries(form_id))
    found = {}
    for sheet, answers in sheets.items():
        own = (variants or {}).get(sheet, {})
        found[sheet] = {
            row.position: _score(row, answers.get(row.position), policy, own.get(str(row.position)))
            for row in entries
        }
    return found


def _score(row: FormEntry, raw: Any, policy: str, variant: dict[str, str] | None) -> Score:
    kind, content, key = resolved(row.version.item.kind, row.version.content, row.version.key, variant)
    try:
        response = kind.response(raw)
    except BadResponse:
        response = None
    return kind.score(content, key, response, marks=Decimal(row.marks), policy=policy)


def seen_items(form_ids: Collection[int]) -> frozenset[int]:
    """Ids of the items on these papers."""
    rows = FormEntry.objects.filter(form_id__in=form_ids).values_list("version__item_id", flat=True)
    return frozenset(rows)


def draw_picks(
    blueprint: Any, level: str, seed: str, exclude_item_ids: Collection[int] = frozenset()
) -> Draw:
    """Draw from the active items by a blueprint; the same seed and bank give the same picks."""
    wants = [Want(s.part, s.kind, s.count, s.marks, s.tiers) for s in blueprint.sections]
    topics = {topic for want in wants for tier in want.tiers for topic in tier}
    return draw(
        candidates(topics=topics, level=level, exclude=exclude_item_ids),
        wants,
        random.Random(seed),
        cover=blueprint.cover,
        mix=blueprint.mix.model_dump() if blueprint.mix else None,
    )


def assemble_papers(
    blueprint: Any, level: str, count: int, *, excluded: frozenset[int], **options: Any
) -> Papers:
    """Parallel papers from the active items by a blueprint; nothing is kept. ``options`` as ``assembling.papers``."""
    wants = [Want(s.part, s.kind, s.count, s.marks, s.tiers) for s in blueprint.sections]
    topics = {topic for want in wants for tier in want.tiers for topic in tier}
    return papers(
        candidates(topics=topics, level=level),
        wants,
        count,
        cover=blueprint.cover,
        mix=blueprint.mix.model_dump() if blueprint.mix else None,
        excluded=excluded,
        **options,
    )


def trial(definition: Any, *, level: str, speciality: str, seed: str) -> tuple[FormView, dict[int, Keyed]]:
    """A paper drawn to be looked at, with its solutions; nothing is kept, so its id is 0. Raises NotEnoughItems."""
    drawn = draw_picks(definition.blueprint(level, speciality), level, seed)
    if drawn.shortages:
        raise NotEnoughItems(list(drawn.shortages))
    return _looked_at(definition.code, level, speciality, drawn.picks)


def pilot_paper(collection: str) -> tuple[FormView, dict[int, Keyed]]:
    """The items of a collection that are being tried, by kind and topic, with their solutions; nothing is kept."""
    rows = with_state().filter(state=ItemState.PILOT, item__collection=collection).select_related("item")
    order = list(kinds())
    ordered = sorted(rows, key=lambda row: (order.index(row.item.kind), row.item.topic, row.item.code))
    picks = tuple(
        Pick(place, _candidate(row), printed_marks(row.content, row.key), "")
        for place, row in enumerate(ordered, start=1)
    )
    return _looked_at(collection, "", "", picks)


def _candidate(row: Any) -> Candidate:
    return Candidate(row.item_id, row.pk, row.item.kind, row.item.topic, row.item.difficulty)


def _looked_at(
    programme: str, level: str, speciality: str, picks: Sequence[Pick]
) -> tuple[FormView, dict[int, Keyed]]:
    wanted = [pick.candidate.version_id for pick in picks]
    versions = {v.pk: v for v in ItemVersion.objects.filter(pk__in=wanted).select_related("item")}
    entries, keyed = [], {}
    for pick in picks:
        version = versions[pick.candidate.version_id]
        kind = kinds()[version.item.kind]
        entries.append(
            Entry(
                position=pick.position,
                item_id=version.item_id,
                version_id=version.pk,
                kind=kind.code,
                marks=pick.marks,
                topic=version.item.topic,
                part=pick.part,
                public=kind.public(version.content),
            )
        )
        keyed[pick.position] = Keyed(
            position=pick.position,
            version_id=version.pk,
            kind=kind.code,
            marks=pick.marks,
            solution=kind.solution(version.content, version.key),
            basis=version.basis,
            explanation=explained(kind.code, version.explanation, version.content, version.key),
        )
    return FormView(0, programme, level, speciality, tuple(entries)), keyed
