"""What staff say of two items that say nearly the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items.errors import BadChange
from tancai.items.models import AlikeMark, ItemVersion


@transaction.atomic
def mark_alike(
    one: ItemVersion, other: ItemVersion, mark: str, *, reason: str = "", by: Any, at: datetime
) -> AlikeMark:
    """Say that two versions are no duplicates (``different``, with a reason) or take that back (``reopened``).

    Raises BadChange: ``same`` item, ``no_reason``, ``no_mark``, ``as_it_is`` when that stands already.
    """
    reason = " ".join(reason.split())[:300]
    if one.item_id == other.item_id:
        raise BadChange("same")
    if mark not in (AlikeMark.DIFFERENT, AlikeMark.REOPENED):
        raise BadChange("no_mark")
    if mark == AlikeMark.DIFFERENT and not reason:
        raise BadChange("no_reason")
    first, second = sorted((one.pk, other.pk))
    # two people may judge the same pair at once: the second sees what the first has said
    list(
        ItemVersion.objects.select_for_update()
        .filter(pk__in=(first, second))
        .order_by("pk")
        .values_list("pk")
    )
    last = AlikeMark.objects.filter(first=first, second=second).order_by("-pk").first()
    if (last.mark if last else AlikeMark.REOPENED) == mark:
        raise BadChange("as_it_is")
    made = AlikeMark.objects.create(first_id=first, second_id=second, mark=mark, reason=reason, at=at, by=by)
    audit.record("items.alike", by=by, at=at, target=("alike", made.pk), detail={"mark": mark})
    return made
