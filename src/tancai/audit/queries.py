from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tancai.audit.chain import digest_of
from tancai.audit.models import Entry, Seal


@dataclass(frozen=True)
class ChainReport:
    """``broken_at`` is the first entry id of the first seal that does not hold, or None."""

    seals: int
    entries: int
    unsealed: int
    broken_at: int | None


def entries(
    *, target: tuple[str, object] | None = None, by: Any = None, action: str | None = None
) -> QuerySet[Entry]:
    """Entries newest first, narrowed by target, actor or action (a prefix such as ``enrolment.`` is enough)."""
    found = Entry.objects.order_by("-id")
    if target is not None:
        found = found.filter(target_kind=target[0], target_id=str(target[1]))
    if by is not None:
        found = found.filter(actor_id=by.pk)
    if action is not None:
        found = found.filter(action__startswith=action)
    return found


def latest() -> int:
    """The number of the last entry, 0 before the first: while it stays the same, no action has been taken."""
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def verify_chain() -> ChainReport:
    """Recompute every seal in order."""
    before, seals, counted, broken = "", 0, 0, None
    last = 0
    for seal in Seal.objects.order_by("id"):
        run = list(Entry.objects.filter(id__gt=last, id__lte=seal.last_entry).order_by("id"))
        if broken is None and (len(run) != seal.count or digest_of(before, run) != seal.digest):
            broken = seal.first_entry
        before, last = seal.digest, seal.last_entry
        seals += 1
        counted += len(run)
    return ChainReport(seals, counted, Entry.objects.filter(id__gt=last).count(), broken)
