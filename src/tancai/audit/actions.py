"""The only writes of the audit log: entries, and seals over them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit.chain import digest_of
from tancai.audit.models import Entry, Seal
from tancai.lib import prepared

_SEAL_AT_MOST = 50_000


def record(
    action: str,
    *,
    by: Any,
    at: datetime,
    target: tuple[str, object],
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one entry. ``by`` is a user or None for the system; ``detail`` holds no personal data."""
    prepared.add(line(action, by=by, at=at, target=target, detail=detail))


def line(
    action: str,
    *,
    by: Any,
    at: datetime,
    target: tuple[str, object],
    detail: dict[str, Any] | None = None,
) -> Entry:
    """An entry not yet written, for ``prepared.keep`` to append together with what it tells of."""
    kind, identifier = target
    return Entry(
        at=at,
        actor_id=None if by is None else by.pk,
        action=action,
        target_kind=kind,
        target_id=str(identifier),
        detail=detail or {},
    )


def record_all(action: str, *, by: Any, at: datetime, targets: Iterable[tuple[str, object]]) -> None:
    """Append one entry for each target of something done to many at once."""
    Entry.objects.bulk_create(
        [line(action, by=by, at=at, target=target) for target in targets],
        batch_size=500,
    )


@transaction.atomic
def seal(*, at: datetime) -> Seal | None:
    """Chain the entries not yet sealed; None when there are none."""
    last = Seal.objects.select_for_update().order_by("-id").first()
    entries = list(Entry.objects.filter(id__gt=last.last_entry if last else 0).order_by("id")[:_SEAL_AT_MOST])
    if not entries:
        return None
    return Seal.objects.create(
        at=at,
        first_entry=entries[0].pk,
        last_entry=entries[-1].pk,
        count=len(entries),
        digest=digest_of(last.digest if last else "", entries),
    )
