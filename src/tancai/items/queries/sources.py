"""The documents items stand on: how many cite each, and whether it is in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KT

from tancai.items.models import ItemState, ItemVersion, SourceMark
from tancai.items.queries.bank import with_state


@dataclass(frozen=True)
class Source:
    """A document with the number of items whose newest or active version cites it.

    ``mark``: what staff last said of it, or else what the items bring (``in_force``, ``superseded``), or ``""``.
    """

    document: str
    items: int
    in_use: int
    mark: str
    note: str


def source_marks() -> dict[str, SourceMark]:
    """The newest mark of each document."""
    return {mark.document: mark for mark in SourceMark.objects.order_by("pk")}


def sources(collections: Collection[str]) -> list[Source]:
    """Documents cited in these collections, by how many items cite them."""
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
    rows = (
        with_state()
        .filter(item__collection__in=list(collections))
        .annotate(newest=Subquery(newest), document=KT("basis__document"), told=KT("basis__status"))
        .values_list("item_id", "pk", "newest", "state", "document", "told")
    )
    cited: dict[str, set[int]] = {}
    used: Counter[str] = Counter()
    brought: dict[str, str] = {}
    for item_id, pk, last, state, document, told in rows:
        if document and (pk == last or state == ItemState.ACTIVE):
            cited.setdefault(document, set()).add(item_id)
            if told in (SourceMark.IN_FORCE, SourceMark.SUPERSEDED):
                brought[document] = told
            used[document] += state == ItemState.ACTIVE
    marks = source_marks()
    found = [
        Source(
            name,
            len(ids),
            used[name],
            marks[name].mark if name in marks else brought.get(name, ""),
            marks[name].note if name in marks else "",
        )
        for name, ids in cited.items()
    ]
    return sorted(found, key=lambda source: (-source.items, source.document))


def superseded_documents() -> list[str]:
    """Documents that are no longer in force, as far as anybody has said so."""
    return [name for name, mark in source_marks().items() if mark.mark == SourceMark.SUPERSEDED]


def stands_on_superseded(version: ItemVersion) -> bool:
    """Whether a version's document is no longer in force: by the newest mark, else by what the version itself says."""
    mark = SourceMark.objects.filter(document=version.basis.get("document", "")).order_by("-pk").first()
    return (mark.mark if mark else version.basis.get("status")) == SourceMark.SUPERSEDED
