"""Many items changed at once: looked at first, done in one go, taken back as far as nobody has gone on since.

A change is ``Change(kind, value)`` with kind ``topic``, ``difficulty``, ``levels`` (list), ``tag_add``, ``tag_remove``
or ``step``: the next state of each item's newest version, ``retired`` of the one in use. Only items the change fits are
changed; the others say why not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from tancai.items import rules
from tancai.items.errors import BadChange
from tancai.items.models import ChangeBatch, Item, ItemChange, ItemState, ItemTag, ItemVersion
from tancai.items.queries.bank import author_of, current_state, with_state
from tancai.items.queries.remarks import open_threads
from tancai.items.queries.sources import stands_on_superseded

FIELDS = ("topic", "difficulty", "levels")

KINDS = (*FIELDS, "tag_add", "tag_remove", "step")

STEPS = ("review", "pilot", "active", "draft", "retired")

MOST = 500

LONGEST_TAG = 30


@dataclass(frozen=True)
class Change:
    kind: str
    value: Any


@dataclass(frozen=True)
class Planned:
    """What a change means for one item: ``code`` is ``""`` (it fits), ``same``, or why it does not fit."""

    item: Item
    before: Any
    after: Any
    code: str = ""
    version: ItemVersion | None = None

    @property
    def fits(self) -> bool:
        return not self.code


def clean_tag(text: str) -> str:
    """A tag as it is kept; raises BadChange (``bad_tag``)."""
    name = " ".join(text.split()).strip("#，,")
    if not name or len(name) > LONGEST_TAG:
        raise BadChange("bad_tag")
    return name


def plan_change(
    items: Iterable[Item], change: Change, *, homes: dict[str, str] | None = None, by: Any
) -> list[Planned]:
    """What the change would do, item by item; nothing is written.

    ``homes`` gives the collection of each topic; an item does not leave its collection. Raises BadChange
    (``unknown_kind``, ``bad_value``, ``bad_tag``, ``too_many``).
    """
    change = sound(change)
    rows = list(items)
    if len(rows) > MOST:
        raise BadChange("too_many")
    if change.kind == "step":
        return _planned_steps(rows, change.value, by)
    tags = _tags(rows) if change.kind.startswith("tag") else {}
    return [_planned(item, change, homes, tags.get(item.pk, [])) for item in rows]


def sound(change: Change) -> Change:
    if change.kind not in KINDS:
        raise BadChange("unknown_kind")
    if change.kind.startswith("tag"):
        return Change(change.kind, clean_tag(str(change.value)))
    good = {
        "topic": isinstance(change.value, str) and change.value != "",
        "difficulty": change.value in rules.DIFFICULTIES,
        "levels": isinstance(change.value, list) and all(isinstance(level, str) for level in change.value),
        "step": change.value in STEPS,
    }[change.kind]
    if not good:
        raise BadChange("bad_value")
    return change


def _tags(items: Iterable[Item]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for item_id, name in (
        ItemTag.objects.filter(item__in=list(items)).order_by("name").values_list("item_id", "name")
    ):
        found.setdefault(item_id, []).append(name)
    return found


def _planned(item: Item, change: Change, homes: dict[str, str] | None, tags: list[str]) -> Planned:
    if change.kind == "tag_add":
        after = sorted({*tags, change.value})
        return Planned(item, tags, after, "same" if change.value in tags else "")
    if change.kind == "tag_remove":
        after = [name for name in tags if name != change.value]
        return Planned(item, tags, after, "" if change.value in tags else "same")
    before = getattr(item, change.kind)
    if before == change.value:
        return Planned(item, before, before, "same")
    if change.kind == "topic" and homes is not None and homes.get(change.value) != item.collection:
        return Planned(item, before, change.value, "other_collection")
    return Planned(item, before, change.value)


def _planned_steps(items: list[Item], state: str, by: Any) -> list[Planned]:
    meant: dict[int, Any] = {}
    for version in with_state().filter(item__in=items).order_by("number"):
        before = meant.get(version.item_id)
        if not (state == ItemState.RETIRED and before is not None and before.state == ItemState.ACTIVE):
            meant[version.item_id] = version
    actor = None if by is None else by.pk
    found = []
    for item in items:
        version = meant[item.pk]
        code = rules.step_refused(
            version.state,
            state,
            author_id=author_of(version),
            actor_id=actor,
            open_threads=open_threads(version) if (version.state, state) in rules.APPROVALS else 0,
            superseded=(version.state, state) in rules.APPROVALS and stands_on_superseded(version),
        )
        if version.state == state:
            code = "same"
        found.append(Planned(item, version.state, state, code, version))
    return found


def plan_undo(batch: ChangeBatch) -> list[Planned]:
    """What taking a batch back would do: ``changed_since`` where somebody has gone on, ``final`` for approvals."""
    changes = list(batch.changes.select_related("item", "version").order_by("item__code"))
    tags = _tags([change.item for change in changes]) if batch.kind.startswith("tag") else {}
    found = []
    for change in changes:
        now = _now(batch.kind, change, tags)
        code = "" if now == change.after else "changed_since"
        if not code and batch.kind == "step" and (change.before, change.after) in rules.APPROVALS:
            code = "final"
        found.append(Planned(change.item, now, change.before, code, change.version))
    return found


def _now(kind: str, change: ItemChange, tags: dict[int, list[str]]) -> Any:
    if kind == "step":
        assert change.version is not None
        others = with_state().filter(item=change.item, state=ItemState.ACTIVE).exclude(pk=change.version_id)
        taken = change.before == ItemState.ACTIVE and others.exists()
        return None if taken else current_state(change.version)
    return tags.get(change.item_id, []) if kind.startswith("tag") else getattr(change.item, kind)


def change_batches(collections: Collection[str]) -> QuerySet[Any]:
    """Batches that touch these collections, newest first, with their items at hand."""
    rows = ItemChange.objects.select_related("item")
    touched = ItemChange.objects.filter(item__collection__in=list(collections)).values("batch_id")
    return (
        ChangeBatch.objects.filter(pk__in=touched)
        .select_related("by", "undoes", "undone_by")
        .prefetch_related(Prefetch("changes", rows))
        .order_by("-pk")
    )
