"""Reads of the item bank."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from tancai.items.assembling import Papers, papers
from tancai.items.errors import BadResponse, NotEnoughItems
from tancai.items.kinds import Score, explained, kinds, resolved, varies, vary
from tancai.items.models import Form, FormEntry, Item, ItemState, ItemTag, ItemVersion
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


def with_state() -> QuerySet[Any]:
    """Versions with ``state``, the newest row of their life."""
    newest = ItemState.objects.filter(version=OuterRef("pk")).order_by("-id").values("state")[:1]
    return ItemVersion.objects.annotate(state=Subquery(newest))


def current_state(version: ItemVersion) -> str:
    last = version.states.order_by("-id").first()
    return last.state if last else ""


def author_of(version: ItemVersion) -> int | None:
    """The user who may not approve a version: who made it; of one that came in without a person, who sent it last."""
    if version.made_by_id is not None:
        return version.made_by_id
    sent = version.states.filter(state=ItemState.REVIEW).order_by("-id").first()
    return sent.by_id if sent else None


def candidates(*, topics: Collection[str], level: str, exclude: Collection[int] = ()) -> list[Candidate]:
    """Active versions on these topics that may be drawn for the level."""
    rows = with_state().filter(state=ItemState.ACTIVE, item__topic__in=topics).select_related("item")
    return [
        Candidate(row.item_id, row.pk, row.item.kind, row.item.topic, row.item.difficulty)
        for row in rows
        if row.item_id not in exclude and (not level or not row.item.levels or level in row.item.levels)
    ]


def _entries(form_id: int) -> Iterable[FormEntry]:
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
            varies=varies(row.version.item.kind),
        )
        for row in _entries(form_id)
    )
    return FormView(head.pk, head.programme, head.level, head.speciality, entries)


def keys(form_id: int, variants: Variants | None = None) -> dict[int, Keyed]:
    """Solutions by position, for marking only: never for a page a candidate sees before release.

    ``variants`` are those of one sitting; without them items that vary show their sample.
    """
    return {row.position: _keyed(row, (variants or {}).get(str(row.position))) for row in _entries(form_id)}


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
    rows = [row for row in _entries(form_id) if varies(row.version.item.kind)]
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
    for row in _entries(form_id):
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
    entries = list(_entries(form_id))
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


def supply(topics: Collection[str] | None = None, *, level: str = "") -> dict[tuple[str, str, str], int]:
    """How many active items the bank holds by (topic, kind, difficulty), for one level or all."""
    rows = with_state().filter(state=ItemState.ACTIVE).select_related("item")
    if topics is not None:
        rows = rows.filter(item__topic__in=topics)
    held: dict[tuple[str, str, str], int] = {}
    for row in rows:
        if level and row.item.levels and level not in row.item.levels:
            continue
        place = (row.item.topic, row.item.kind, row.item.difficulty)
        held[place] = held.get(place, 0) + 1
    return held


def items(
    *, collections: Collection[str] | None = None, topic: str = "", kind: str = "", text: str = ""
) -> QuerySet[Item]:
    """Items by code, narrowed; ``text`` is looked for in codes and in what the versions say."""
    found = Item.objects.order_by("code")
    if collections is not None:
        found = found.filter(collection__in=collections)
    if topic:
        found = found.filter(topic=topic)
    if kind:
        found = found.filter(kind=kind)
    if text:
        by_text = ItemVersion.objects.filter(content__stem__icontains=text).values("item_id")
        found = found.filter(code__icontains=text) | found.filter(pk__in=by_text)
    return found.distinct()


def bank(collections: Collection[str]) -> QuerySet[Item]:
    """Items of these collections by code with what a list of them needs.

    ``newest_id``, ``newest_state``, ``newest_at``, ``stem``, ``document``, ``author_id`` are of the newest version;
    ``in_use`` says whether one of the versions is active (the newest may be a draft of the next), ``used`` whether one
    stands on a paper.
    """
    newest = ItemVersion.objects.filter(item=OuterRef("pk")).order_by("-number")
    state = ItemState.objects.filter(version=OuterRef("newest_id")).order_by("-id")
    active = with_state().filter(item=OuterRef("pk"), state=ItemState.ACTIVE)
    papers = FormEntry.objects.filter(version__item=OuterRef("pk"))
    found = Item.objects.filter(collection__in=list(collections)).order_by("code")
    return found.annotate(newest_id=Subquery(newest.values("pk")[:1])).annotate(
        newest_state=Subquery(state.values("state")[:1]),
        newest_at=Subquery(state.values("at")[:1]),
        stem=Subquery(newest.annotate(text=KT("content__stem")).values("text")[:1]),
        document=Subquery(newest.annotate(name=KT("basis__document")).values("name")[:1]),
        author_id=Subquery(newest.values("made_by")[:1]),
        in_use=Exists(active),
        used=Exists(papers),
    )


def find(code: str) -> Item | None:
    """An item by its code, annotated as in ``bank``."""
    item = Item.objects.filter(code=code).values_list("collection", flat=True).first()
    return None if item is None else bank([item]).filter(code=code).first()


def versions_of(item: Item) -> list[ItemVersion]:
    """Versions with ``state``, newest first, each with its steps and authors at hand."""
    rows = with_state().filter(item=item).select_related("made_by").prefetch_related("states__by")
    return list(rows.order_by("-number"))


@dataclass(frozen=True)
class Use:
    """One paper an item stood on."""

    form_id: int
    programme: str
    level: str
    made_at: datetime
    version_number: int
    position: int


def uses_of(item: Item) -> list[Use]:
    """Papers an item stood on, newest first."""
    rows = FormEntry.objects.filter(version__item=item).select_related("form", "version").order_by("-form_id")
    return [
        Use(
            row.form_id,
            row.form.programme,
            row.form.level,
            row.form.made_at,
            row.version.number,
            row.position,
        )
        for row in rows
    ]


def counts_by_topic(collections: Collection[str]) -> dict[str, dict[str, int]]:
    """How many items stand in each state by topic; an item in use with a new draft counts as ``active`` alone."""
    found: dict[str, dict[str, int]] = {}
    rows: Any = bank(collections)
    rows = rows.values_list("topic", "in_use", "newest_state")
    for topic, in_use, newest in rows:
        state = ItemState.ACTIVE if in_use else newest or ""
        counts = found.setdefault(topic, {})
        counts[state] = counts.get(state, 0) + 1
    return found


def tags_of(item_ids: Collection[int]) -> dict[int, list[str]]:
    """Tags by item, in order."""
    found: dict[int, list[str]] = {}
    rows = ItemTag.objects.filter(item__in=list(item_ids)).order_by("name")
    for item_id, name in rows.values_list("item_id", "name"):
        found.setdefault(item_id, []).append(name)
    return found


def tags(collections: Collection[str]) -> dict[str, int]:
    """Every tag of these collections with the number of items that bear it."""
    rows = ItemTag.objects.filter(item__collection__in=list(collections)).values("name")
    return dict(rows.annotate(n=Count("pk")).order_by("name").values_list("name", "n"))


def authors(collections: Collection[str]) -> list[Any]:
    """Everybody who has written a version in these collections."""
    wrote = ItemVersion.objects.filter(item__collection__in=list(collections), made_by__isnull=False)
    return list(get_user_model().objects.filter(pk__in=wrote.values("made_by")).order_by("pk"))


def review_queue(collections: Collection[str], *, reader: Any) -> QuerySet[Any]:
    """Versions that wait for this reader's verdict, longest waiting first, with ``since``."""
    sent = ItemState.objects.filter(version=OuterRef("pk")).order_by("-id")
    rows = with_state().filter(state=ItemState.REVIEW, item__collection__in=list(collections))
    rows = rows.annotate(since=Subquery(sent.values("at")[:1]), sender=Subquery(sent.values("by")[:1]))
    return (
        rows.exclude(made_by=reader)
        .filter(Q(made_by__isnull=False) | Q(sender__isnull=True) | ~Q(sender=reader.pk))
        .select_related("item", "made_by")
        .order_by("since", "pk")
    )


def waiting_for_review(collections: Collection[str], *, reader: Any) -> int:
    """How many versions wait for a second person who is not their author."""
    return review_queue(collections, reader=reader).count()


def next_code(topic: str, kind: str) -> str:
    """A code not yet taken for a new item of a topic: ``cem-7-s31``."""
    stem = f"{topic}-{kinds()[kind].letter}"
    taken = set(Item.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = len(taken) + 1
    while (code := f"{stem}{number:02d}") in taken:
        number += 1
    return code


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
        Pick(place, _candidate(row), sum(point["marks"] for point in row.key.get("points", [])) or 1, "")
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
