"""Whether a document that items stand on is in force: said by staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items.models import SourceMark


@transaction.atomic
def mark_source(document: str, mark: str, *, note: str, by: Any, at: datetime) -> SourceMark:
    """Say that a document is in force or superseded (``note`` by what); items that cite it are shown as such.

    Raises ValueError for any other mark.
    """
    if mark not in (SourceMark.IN_FORCE, SourceMark.SUPERSEDED):
        raise ValueError(mark)
    made = SourceMark.objects.create(
        document=document[:300], mark=mark, note=note.strip()[:300], at=at, by=by
    )
    audit.record("items.source", by=by, at=at, target=("source", made.pk), detail={"mark": mark})
    return made
