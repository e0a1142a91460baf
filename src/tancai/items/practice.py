"""The practice paper: a few neutral questions about nothing, to try out the exam page. Never drawn into an exam."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items.actions.bank import item_row, newest_versions, version_row
from tancai.items.bank_files import FileItem, read_item
from tancai.items.errors import BadItem
from tancai.items.models import Form, FormEntry, Item, ItemVersion

PRACTICE = "practice"
"""Collection of the questions and programme of the form; no programme has this code."""

FILE = Path(__file__).with_name("practice.toml")


@transaction.atomic
def practice_form(*, by: Any, at: datetime) -> Form:
    """The one practice paper, made on first need and again when its file has changed."""
    data = FILE.read_bytes()
    seed = hashlib.sha256(data).hexdigest()
    found = Form.objects.filter(programme=PRACTICE, seed=seed).first()
    return found or _make(_read(data), seed, by=by, at=at)


def _read(data: bytes) -> list[FileItem]:
    found = []
    for raw in tomllib.loads(data.decode())["item"]:
        item, faults = read_item(raw, PRACTICE)
        if item is None or faults:
            raise BadItem(faults)
        found.append(item)
    return found


def _make(read: list[FileItem], seed: str, *, by: Any, at: datetime) -> Form:
    newest = newest_versions()
    form = Form.objects.create(programme=PRACTICE, seed=seed, blueprint={}, made_at=at)
    for position, item in enumerate(read, start=1):
        row = Item.objects.filter(code=item.code).first()
        if row is None:
            row = item_row(item)
            row.save()
        FormEntry.objects.create(
            form=form, position=position, version=_version(item, row, newest, at), marks=1, part=PRACTICE
        )
    audit.record("items.practice_form", by=by, at=at, target=("form", form.pk), detail={"entries": len(read)})
    return form


def _version(item: FileItem, row: Item, newest: dict[str, ItemVersion], at: datetime) -> ItemVersion:
    """The version of this text; without a state it is not active, so no blueprint can draw it."""
    before = newest.get(item.code)
    if before is not None and before.digest == item.digest:
        return before
    made = version_row(item, row, before, at)
    made.save()
    return made
