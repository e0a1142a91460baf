"""Items and their versions: loaded, written, revised, taken from state to state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items import rules
from tancai.items.bank_files import BANK, FileFault, FileItem, content_digest, read_bank
from tancai.items.errors import BadItem, NotAllowed
from tancai.items.item_texts import text_faults
from tancai.items.kinds import kinds
from tancai.items.models import Item, ItemChange, ItemState, ItemVersion
from tancai.items.pointed import room_fault
from tancai.items.queries.bank import author_of, current_state
from tancai.items.queries.remarks import open_threads
from tancai.items.queries.sources import stands_on_superseded


@dataclass(frozen=True)
class LoadReport:
    """What loading the shipped bank did."""

    items: int
    added: int
    revised: int
    faults: list[FileFault] = field(default_factory=list)


@transaction.atomic
def load_bank(path: Path | None = None, *, by: Any, at: datetime) -> LoadReport:
    """Bring the shipped items in: new codes become active items, changed text becomes a new active version.

    Safe to repeat: an item whose text stands already is left alone.
    """
    found, faults = read_bank(path or BANK)
    known = {item.code: item for item in Item.objects.all()}
    newest = newest_versions()
    fresh = [item for item in found if item.code not in known]
    Item.objects.bulk_create([item_row(item) for item in fresh])
    known = {item.code: item for item in Item.objects.all()}
    _follow_levels(found, known)
    changed = [item for item in found if item.code not in newest or newest[item.code].digest != item.digest]
    versions = ItemVersion.objects.bulk_create(
        [version_row(item, known[item.code], newest.get(item.code), at) for item in changed]
    )
    ItemState.objects.bulk_create(
        [
            ItemState(version=version, state=ItemState.ACTIVE, reason="shipped bank", at=at)
            for version in versions
        ]
    )
    report = LoadReport(len(found), len(fresh), len(changed) - len(fresh), faults)
    if changed:
        audit.record(
            "items.load_bank",
            by=by,
            at=at,
            target=("bank", "shipped"),
            detail={"added": report.added, "revised": report.revised},
        )
    return report


def _follow_levels(found: list[FileItem], known: dict[str, Item]) -> None:
    """Shipped items serve the levels their file names now, unless staff have changed the item themselves."""
    ours = set(ItemChange.objects.values_list("item_id", flat=True))
    moved = []
    for item in found:
        row = known[item.code]
        if row.levels != list(item.levels) and row.pk not in ours:
            row.levels = list(item.levels)
            moved.append(row)
    Item.objects.bulk_update(moved, ["levels"], batch_size=200)


def newest_versions() -> dict[str, ItemVersion]:
    rows = ItemVersion.objects.select_related("item").order_by("item_id", "number")
    return {version.item.code: version for version in rows}


def item_row(item: FileItem) -> Item:
    return Item(
        code=item.code,
        collection=item.collection,
        kind=item.kind,
        topic=item.topic,
        difficulty=item.difficulty,
        levels=list(item.levels),
    )


def version_row(item: FileItem, row: Item, before: ItemVersion | None, at: datetime) -> ItemVersion:
    return ItemVersion(
        item=row,
        number=before.number + 1 if before else 1,
        content=item.content,
        key=item.key,
        basis=item.basis,
        explanation=item.explanation,
        digest=item.digest,
        made_at=at,
    )


@transaction.atomic
def add_item(
    *,
    code: str,
    collection: str,
    kind: str,
    topic: str,
    difficulty: str,
    levels: list[str],
    content: dict[str, Any],
    key: dict[str, Any],
    basis: dict[str, Any],
    explanation: str,
    by: Any,
    at: datetime,
) -> ItemVersion:
    """A new item with its first version as a draft; raises BadItem."""
    item = Item(
        code=code, collection=collection, kind=kind, topic=topic, difficulty=difficulty, levels=levels
    )
    _check(item, content, key, explanation)
    item.save()
    return _append_version(item, content, key, _said(basis), explanation, note="", by=by, at=at)


@transaction.atomic
def revise_item(
    item: Item,
    *,
    content: dict[str, Any],
    key: dict[str, Any],
    basis: dict[str, Any],
    explanation: str,
    note: str,
    by: Any,
    at: datetime,
) -> ItemVersion:
    """Another version of an item, as a draft; the active one stays active until the new one is approved."""
    _check(item, content, key, explanation)
    Item.objects.select_for_update().get(pk=item.pk)
    return _append_version(
        item, content, key, _still_known(item, basis), explanation, note=note, by=by, at=at
    )


def _still_known(item: Item, basis: dict[str, Any]) -> dict[str, Any]:
    """What was known of a document (year, whether it holds) stays known while a new version names the same one."""
    last = item.versions.order_by("-number").first()
    if last is None or last.basis.get("document") != basis.get("document"):
        return _said(basis)
    return _said({**last.basis, **basis})


def _said(basis: dict[str, Any]) -> dict[str, Any]:
    """A basis without the year and standing that nobody gave."""
    return {name: value for name, value in basis.items() if value or name not in ("year", "status")}


def _check(item: Item, content: dict[str, Any], key: dict[str, Any], explanation: str) -> None:
    faults = kinds()[item.kind].faults(content, key, None) + text_faults(content, key, explanation)
    faults = faults or room_fault(item.kind, content, key, topic=item.topic, levels=item.levels)
    if faults:
        raise BadItem(faults)


def _append_version(
    item: Item,
    content: dict[str, Any],
    key: dict[str, Any],
    basis: dict[str, Any],
    explanation: str,
    *,
    note: str,
    by: Any,
    at: datetime,
) -> ItemVersion:
    last = item.versions.order_by("-number").first()
    version = ItemVersion.objects.create(
        item=item,
        number=last.number + 1 if last else 1,
        content=content,
        key=key,
        basis=basis,
        explanation=explanation,
        digest=content_digest(content, key, basis, explanation),
        note=note,
        made_at=at,
        made_by=by,
    )
    ItemState.objects.create(version=version, state=ItemState.DRAFT, at=at, by=by)
    audit.record("items.version", by=by, at=at, target=("item", item.pk), detail={"number": version.number})
    return version


@transaction.atomic
def take_step(version: ItemVersion, state: str, *, reason: str, by: Any, at: datetime) -> None:
    """Send to review, approve for a pilot or for use (by a second person), send back or retire; raises NotAllowed.

    Approving a version for use retires the one that was active before; while remarks on it are open it is not approved.
    """
    Item.objects.select_for_update().get(pk=version.item_id)
    refused = rules.step_refused(
        current_state(version),
        state,
        author_id=author_of(version),
        actor_id=None if by is None else by.pk,
        open_threads=open_threads(version),
        superseded=stands_on_superseded(version),
    )
    if refused:
        raise NotAllowed(refused)
    if state == ItemState.ACTIVE:
        for other in version.item.versions.exclude(pk=version.pk):
            if current_state(other) == ItemState.ACTIVE:
                ItemState.objects.create(
                    version=other,
                    state=ItemState.RETIRED,
                    reason=f"replaced by version {version.number}",
                    at=at,
                    by=by,
                )
    ItemState.objects.create(version=version, state=state, reason=reason, at=at, by=by)
    audit.record(
        "items.step",
        by=by,
        at=at,
        target=("item", version.item_id),
        detail={"number": version.number, "state": state},
    )
