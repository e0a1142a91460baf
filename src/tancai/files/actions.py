"""Storing and giving up files. Bytes first, then the row: what fails in between is swept as an orphan."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from tancai.audit import api as audit
from tancai.files import rules
from tancai.files.errors import BadFile
from tancai.files.models import FileDiscard, StoredFile
from tancai.files.purposes import purpose_of
from tancai.lib import clock, crypto, images

if TYPE_CHECKING:
    from tancai.people.api import Organisation, Person, User


def place(token: str) -> str:
    """Where the sealed bytes of a token lie in the storage."""
    return f"{token[:2]}/{token}"


def context(token: str) -> str:
    return f"files:{token}"


def store(
    data: bytes,
    *,
    purpose: str,
    name: str,
    mime: str = "",
    owner_person: Person | None = None,
    owner_organisation: Organisation | None = None,
    keep_until: date | None = None,
    by: User | None,
    at: datetime,
) -> StoredFile:
    """Seal and keep bytes; call it outside a transaction, so that no lock waits for the disk.

    ``mime`` is a claim: the bytes decide. Raises BadFile (``empty``, ``too_large``, ``type``).
    """
    limits = purpose_of(purpose)
    kind = rules.true_type(data, mime)
    code = rules.judge(len(data), kind, limits)
    if code:
        raise BadFile(code, most=limits.most, mime=kind)
    # Two hexadecimal characters lead, so that folders spread evenly and case does not matter on any disk.
    token = secrets.token_hex(20)
    path = default_storage.save(place(token), ContentFile(crypto.seal(data, context(token))))
    try:
        with transaction.atomic():
            row = StoredFile.objects.create(
                token=token,
                owner_person=owner_person,
                owner_organisation=owner_organisation,
                purpose=purpose,
                name=rules.clean_name(name),
                mime=kind,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                stored_at=at,
                stored_by=by,
                keep_until=keep_until or rules.keep_until(limits, clock.local_date(at)),
            )
            audit.record("files.store", by=by, at=at, target=("file", row.pk), detail={"purpose": purpose})
    except BaseException:
        default_storage.delete(path)
        raise
    return row


def store_image(
    data: bytes,
    *,
    purpose: str,
    name: str,
    max_side: int = 2400,
    owner_person: Person | None = None,
    owner_organisation: Organisation | None = None,
    keep_until: date | None = None,
    by: User | None,
    at: datetime,
) -> StoredFile:
    """Re-encode a picture (no metadata, upright, sides at most ``max_side`` pixels), then store it.

    Raises BadFile (``empty``, ``too_large``, ``not_an_image``, ``type``).
    """
    limits = purpose_of(purpose)
    code = rules.judge(len(data), "", rules.Purpose(most=limits.most))
    if code:
        raise BadFile(code, most=limits.most)
    try:
        picture = images.reencode(data, max_side=max_side)
    except images.NotAnImage as error:
        raise BadFile("not_an_image") from error
    stem = rules.clean_name(name).rpartition(".")[0] or rules.clean_name(name)
    return store(
        picture.data,
        purpose=purpose,
        name=f"{stem}.jpg",
        mime=picture.mime,
        owner_person=owner_person,
        owner_organisation=owner_organisation,
        keep_until=keep_until,
        by=by,
        at=at,
    )


@transaction.atomic
def give(
    file: StoredFile,
    *,
    owner_person: Person | None = None,
    owner_organisation: Organisation | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Name the owner of a file that was stored before its owner was known."""
    file.owner_person, file.owner_organisation = owner_person, owner_organisation
    file.save(update_fields=["owner_person", "owner_organisation"])
    audit.record("files.give", by=by, at=at, target=("file", file.pk))


@transaction.atomic
def discard(file: StoredFile, *, reason: str, by: User | None, at: datetime) -> None:
    """Give a file up; the bytes go once the transaction is through. Discarding twice changes nothing."""
    _, fresh = FileDiscard.objects.get_or_create(
        file=file, defaults={"reason": reason[:200], "by": by, "at": at}
    )
    if fresh:
        audit.record("files.discard", by=by, at=at, target=("file", file.pk), detail={"reason": reason[:200]})
    token = file.token
    transaction.on_commit(lambda: default_storage.delete(place(token)))


def purge(at: datetime) -> int:
    """Discard what is past its retention date; returns how many files went."""
    today = clock.local_date(at)
    due = StoredFile.objects.filter(keep_until__lt=today, discard=None).order_by("pk")
    gone = 0
    for file in due.iterator(chunk_size=200):
        discard(file, reason="retention", by=None, at=at)
        gone += 1
    return gone


def sweep_orphans(at: datetime, *, older: timedelta = timedelta(days=1)) -> int:
    """Delete bytes that no living row knows and that are older than ``older``; returns how many."""
    gone = 0
    try:
        folders = default_storage.listdir("")[0]
    except FileNotFoundError:  # nothing was ever kept here
        return 0
    for folder in folders:
        names = default_storage.listdir(folder)[1]
        living = set(StoredFile.objects.filter(token__in=names, discard=None).values_list("token", flat=True))
        for name in names:
            path = f"{folder}/{name}"
            if name not in living and default_storage.get_modified_time(path) < at - older:
                default_storage.delete(path)
                gone += 1
    return gone
