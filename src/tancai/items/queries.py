"""Reads of the item bank."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from tancai.items.errors import BadResponse
from tancai.items.kinds import Score, kinds
from tancai.items.models import Form, FormEntry, Item, ItemState, ItemVersion
from tancai.items.rules import Candidate


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


def with_state() -> QuerySet[ItemVersion]:
    """Versions with ``state``, the newest row of their life."""
    newest = ItemState.objects.filter(version=OuterRef("pk")).order_by("-id").values("state")[:1]
    return ItemVersion.objects.annotate(state=Subquery(newest))


def current_state(version: ItemVersion) -> str:
    last = version.states.order_by("-id").first()
    return last.state if last else ""


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
        )
        for row in _entries(form_id)
    )
    return FormView(head.pk, head.programme, head.level, head.speciality, entries)


def keys(form_id: int) -> dict[int, Keyed]:
    """Solutions by position, for marking only: never for a page a candidate sees before release."""
    return {
        row.position: Keyed(
            position=row.position,
            version_id=row.version_id,
            kind=row.version.item.kind,
            marks=row.marks,
            solution=kinds()[row.version.item.kind].solution(row.version.content, row.version.key),
            basis=row.version.basis,
            explanation=row.version.explanation,
        )
        for row in _entries(form_id)
    }


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
    form_id: int, sheets: dict[int, dict[int, Any]], policy: str
) -> dict[int, dict[int, Score]]:
    """Score whole answer sheets ``{key: {position: raw}}`` of one paper with one query; every position is scored."""
    entries = list(_entries(form_id))
    return {
        sheet: {row.position: _score(row, answers.get(row.position), policy) for row in entries}
        for sheet, answers in sheets.items()
    }


def _score(row: FormEntry, raw: Any, policy: str) -> Score:
    kind = kinds()[row.version.item.kind]
    try:
        response = kind.response(raw)
    except BadResponse:
        response = None
    return kind.score(row.version.content, row.version.key, response, marks=Decimal(row.marks), policy=policy)


def seen_items(form_ids: Collection[int]) -> frozenset[int]:
    """Ids of the items on these papers."""
    rows = FormEntry.objects.filter(form_id__in=form_ids).values_list("version__item_id", flat=True)
    return frozenset(rows)


def supply(topics: Collection[str] | None = None) -> dict[tuple[str, str, str], int]:
    """How many active items the bank holds by (topic, kind, difficulty)."""
    rows = with_state().filter(state=ItemState.ACTIVE).select_related("item")
    if topics is not None:
        rows = rows.filter(item__topic__in=topics)
    held: dict[tuple[str, str, str], int] = {}
    for row in rows:
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
