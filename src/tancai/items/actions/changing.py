"""Many items changed at once, as a batch that can be taken back as far as nobody has gone on since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items.actions.bank import take_step
from tancai.items.errors import BadChange
from tancai.items.models import ChangeBatch, Item, ItemChange, ItemState, ItemTag, ItemVersion
from tancai.items.queries.changing import FIELDS, Change, plan_change, plan_undo, sound


@transaction.atomic
def change_items(
    items: Iterable[Item],
    change: Change,
    *,
    note: str = "",
    homes: dict[str, str] | None = None,
    by: Any,
    at: datetime,
) -> ChangeBatch:
    """Make the change where it fits, as one batch that can be undone; raises BadChange, also ``nothing_fits``."""
    change = sound(change)
    ids = [item.pk for item in items]
    rows = list(Item.objects.select_for_update().filter(pk__in=ids).order_by("code"))
    planned = [one for one in plan_change(rows, change, homes=homes, by=by) if one.fits]
    if not planned:
        raise BadChange("nothing_fits")
    batch = ChangeBatch.objects.create(
        kind=change.kind, value=change.value, note=note.strip()[:300], at=at, by=by
    )
    ItemChange.objects.bulk_create(
        [
            ItemChange(batch=batch, item=one.item, version=one.version, before=one.before, after=one.after)
            for one in planned
        ]
    )
    for one in planned:
        _write(change.kind, one.item, one.after, one.version, reason=batch.note, by=by, at=at)
    _told(batch, len(planned), by=by, at=at)
    return batch


def _write(
    kind: str, item: Item, value: Any, version: ItemVersion | None, *, reason: str, by: Any, at: datetime
) -> None:
    if kind in FIELDS:
        setattr(item, kind, value)
        item.save(update_fields=[kind])
    elif kind == "step":
        assert version is not None
        take_step(version, value, reason=reason, by=by, at=at)
    else:
        item.tags.exclude(name__in=value).delete()
        held = set(item.tags.values_list("name", flat=True))
        ItemTag.objects.bulk_create([ItemTag(item=item, name=name) for name in value if name not in held])


def _told(batch: ChangeBatch, count: int, *, by: Any, at: datetime) -> None:
    audit.record(
        "items.change",
        by=by,
        at=at,
        target=("batch", batch.pk),
        detail={"kind": batch.kind, "items": count, "undoes": batch.undoes_id},
    )


@transaction.atomic
def undo_change(batch: ChangeBatch, *, by: Any, at: datetime) -> ChangeBatch:
    """Take a batch back where nobody has gone on since; the undoing is a batch of its own.

    Raises BadChange (``undone_already``, ``is_undoing``, ``nothing_fits``).
    """
    batch = ChangeBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.undoes_id is not None:
        raise BadChange("is_undoing")
    if ChangeBatch.objects.filter(undoes=batch).exists():
        raise BadChange("undone_already")
    ids = list(batch.changes.values_list("item_id", flat=True))
    list(Item.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    planned = [one for one in plan_undo(batch) if one.fits]
    if not planned:
        raise BadChange("nothing_fits")
    undoing = ChangeBatch.objects.create(kind=batch.kind, value=batch.value, undoes=batch, at=at, by=by)
    ItemChange.objects.bulk_create(
        [
            ItemChange(batch=undoing, item=one.item, version=one.version, before=one.before, after=one.after)
            for one in planned
        ]
    )
    for one in planned:
        if batch.kind == "step":
            assert one.version is not None
            # back to where it stood: no approval is given by this, so no second person is asked
            ItemState.objects.create(version=one.version, state=one.after, reason="undone", at=at, by=by)
        else:
            _write(batch.kind, one.item, one.after, None, reason="", by=by, at=at)
    _told(undoing, len(planned), by=by, at=at)
    return undoing
