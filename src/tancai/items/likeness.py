"""Items of the bank that say nearly the same, by ``similar``; what is compared is question and options together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery

from tancai.items.item_texts import labelled
from tancai.items.models import AlikeMark, Item, ItemState, ItemVersion
from tancai.items.queries.bank import with_state
from tancai.items.similar import NEAR, Corpus
from tancai.items.texts import plain


@dataclass(frozen=True)
class Likeness:
    """Two items by their newest versions' ids and how alike they are, 0 to 1."""

    first: int
    second: int
    similarity: float
    judged: AlikeMark | None = None


def text_of(content: dict[str, Any]) -> str:
    """What a candidate reads of an item, as one text."""
    return " ".join(plain(text) for _place, text in labelled(content))


def _newest(collections: Collection[str]) -> Any:
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
    rows = with_state().filter(item__collection__in=list(collections), pk=Subquery(newest))
    return rows.exclude(state=ItemState.RETIRED)


@lru_cache(maxsize=8)
def _corpus(collections: tuple[str, ...], stamp: tuple[int, ...]) -> tuple[list[int], Corpus]:
    rows = list(_newest(collections).order_by("pk").values_list("pk", "content"))
    return [pk for pk, _content in rows], Corpus([text_of(content) for _pk, content in rows])


def _ready(collections: Collection[str]) -> tuple[list[int], Corpus]:
    """The texts of the collections, made anew only when something has been written or taken a step."""
    made = ItemVersion.objects.aggregate(last=Max("pk"), n=Count("pk"))
    stepped = ItemState.objects.aggregate(last=Max("pk"), n=Count("pk"))
    stamp = tuple(number or 0 for number in (*made.values(), *stepped.values()))
    return _corpus(tuple(sorted(collections)), stamp)


def alike(collections: Collection[str], *, least: float = NEAR) -> list[Likeness]:
    """Pairs of living items at least so alike, nearest first; ``judged`` by whom and why they are no duplicates."""
    ids, corpus = _ready(collections)
    judged = alike_marks()
    found = []
    for pair in corpus.pairs(least):
        first, second = ids[pair.first], ids[pair.second]
        found.append(Likeness(first, second, pair.similarity, judged.get((first, second))))
    return found


def alike_marks() -> dict[tuple[int, int], AlikeMark]:
    """Pairs of versions that count as no duplicates now, the lower id first."""
    newest = {
        (row.first_id, row.second_id): row for row in AlikeMark.objects.select_related("by").order_by("pk")
    }
    return {pair: row for pair, row in newest.items() if row.mark == AlikeMark.DIFFERENT}


def alike_to(
    content: dict[str, Any], collections: Collection[str], *, item: Item | None = None, least: float = NEAR
) -> list[tuple[ItemVersion, float]]:
    """Living versions of other items that say nearly what this content says, nearest first."""
    ids, corpus = _ready(collections)
    near = {ids[place]: value for place, value in corpus.near(text_of(content), least)}
    rows = ItemVersion.objects.filter(pk__in=near).select_related("item")
    found = [(row, near[row.pk]) for row in rows if item is None or row.item_id != item.pk]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].pk))
