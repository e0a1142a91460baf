"""The share of files in the export of one's own data, and in anonymising a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.files.actions import discard
from tancai.files.errors import FileGone
from tancai.files.queries import files_of, read
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Person


def exported(person: Person) -> dict[str, Any]:
    rows, files = [], {}
    for file in files_of(person=person):
        name = f"{file.pk}-{file.name}"
        try:
            files[name] = read(file)
        except FileGone:
            continue
        rows.append(
            {"file": name, "purpose": file.purpose, "stored_at": file.stored_at, "sha256": file.sha256}
        )
    return {"list": rows, "files": files}


def remove(person: Person, at: datetime) -> None:
    for file in files_of(person=person):
        discard(file, reason="erasure", by=None, at=at)


def register() -> None:
    people.register_export("files", exported)
    people.register_holdings("files", erase=remove)
