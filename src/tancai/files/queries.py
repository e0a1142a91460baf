"""Finding and opening stored files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpResponse

from tancai.files import rules
from tancai.files.actions import context, place
from tancai.files.errors import FileGone
from tancai.files.models import FileDiscard, StoredFile
from tancai.lib import crypto

if TYPE_CHECKING:
    from tancai.people.api import Organisation, Person


def file(token: str) -> StoredFile | None:
    """The file of this token; None when unknown or discarded."""
    return StoredFile.objects.filter(token=token, discard=None).first()


def files_of(
    *, person: Person | None = None, organisation: Organisation | None = None, purpose: str = ""
) -> QuerySet[StoredFile]:
    """Files not discarded of one owner, newest first."""
    if person is None and organisation is None:
        return StoredFile.objects.none()
    found = StoredFile.objects.filter(discard=None)
    if person is not None:
        found = found.filter(owner_person=person)
    if organisation is not None:
        found = found.filter(owner_organisation=organisation)
    if purpose:
        found = found.filter(purpose=purpose)
    return found.order_by("-stored_at", "-pk")


def read(file: StoredFile) -> bytes:
    """The bytes as they were stored; raises FileGone."""
    if FileDiscard.objects.filter(file=file).exists():
        raise FileGone
    try:
        with default_storage.open(place(file.token)) as stream:
            return crypto.unseal(stream.read(), context(file.token))
    except (OSError, crypto.CannotOpen) as error:
        raise FileGone from error


def serve(file: StoredFile, *, download: bool = False) -> HttpResponse:
    """The file as a response: pictures and PDF shown, the rest downloaded; never cached by proxies.

    Whoever calls has checked the right to see it. Raises FileGone.
    """
    shown = file.mime in rules.INLINE and not download
    response = HttpResponse(read(file), content_type=file.mime if shown else "application/octet-stream")
    response["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name)}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
    )
    return response
