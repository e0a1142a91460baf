"""Looking at pictures: every look of a member of staff is on record, and a picture opens only from a recorded look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.lib import crypto, images
from tancai.proctoring.identity import spool, standing
from tancai.proctoring.models import Picture

OPEN_FOR = timedelta(minutes=10)
_PURPOSE = "identity-picture"


@transaction.atomic
def look_at(
    place: tuple[str, object], pictures: Iterable[Picture], *, by: Any, at: datetime, portraits: int = 0
) -> None:
    """Record that somebody looks at these pictures (and ``portraits`` approved portraits beside them)."""
    shown = [row.pk for row in pictures]
    audit.record(
        "proctoring.look", by=by, at=at, target=place, detail={"pictures": shown, "portraits": portraits}
    )


def ticket_for(what: str, number: int, *, by: Any, at: datetime) -> str:
    """A signed word with which ``by`` may fetch one ``picture`` or ``portrait`` for ten minutes."""
    payload = {"what": what, "number": number, "user": by.pk}
    return crypto.sign(payload, _PURPOSE, expires=at + OPEN_FOR)


def ticket_holds(ticket: str, what: str, number: int, *, by: Any, at: datetime) -> bool:
    try:
        payload = crypto.verify(ticket, _PURPOSE, at)
    except (crypto.BadToken, ValueError):
        return False
    return payload == {**payload, "what": what, "number": number, "user": by.pk}


def picture_bytes(row: Picture) -> bytes | None:
    """A fresh JPEG of the picture, or None when it is gone."""
    if row.file is not None:
        return standing.bytes_of(row.file)
    data = spool.get(row.spool)
    if data is None:
        return None
    try:
        return images.reencode(data, max_side=1280).data
    except images.NotAnImage:
        return None
