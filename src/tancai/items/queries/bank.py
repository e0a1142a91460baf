"""Items and versions as authors find them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from tancai.items.kinds import kinds
from tancai.items.models import FormEntry, Item, ItemState, ItemTag, ItemVersion


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
