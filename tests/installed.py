"""An installation as ``tancai prepare`` leaves it: definitions, working days and item bank.

Reading and checking the shipped files takes longer than most tests. So each test process loads them once through the
real actions and keeps the rows; the next test that asks gets the same rows again, if the tables are as empty as then.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

if TYPE_CHECKING:
    from django.db.models import Model

_kept: dict[tuple[datetime, bool], dict[type[Model], Any]] = {}


def install(at: datetime, *, bank: bool = False) -> None:
    """The shipped definitions in force from ``at`` and, where asked for, the item bank."""
    # conftest files import this before the registry of apps is ready
    from tancai.items import api as items
    from tancai.programmes import api as programmes

    kept = _kept.get((at, bank))
    empty = not _filled()
    if kept is not None and empty:
        _put_back(kept)
        return
    programmes.load_definitions(by=None, at=at)
    if bank:
        items.load_bank(by=None, at=at)
    if empty:
        _kept[at, bank] = {model: _rows(model) for model in _filled()}


def _filled() -> list[type[Model]]:
    """Our tables that have rows, those first that others refer to."""
    from django.apps import apps

    models = [model for model in apps.get_models() if model.__module__.startswith("tancai.")]
    asked = ", ".join(f'EXISTS (SELECT 1 FROM "{model._meta.db_table}")' for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        found = cursor.fetchone()
    return [model for model, filled in zip(models, found, strict=True) if filled]


def _rows(model: type[Model]) -> Any:
    """All rows of a table in a form that the same database takes back."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:  # type: ignore[attr-defined]
                return b"".join(bytes(part) for part in copy)
        cursor.execute(f'SELECT * FROM "{table}"')
        return cursor.fetchall()


def _put_back(kept: dict[type[Model], Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in kept.items():
            table, key = model._meta.db_table, model._meta.pk.column
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:  # type: ignore[attr-defined]
                    copy.write(rows)
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), max(\"{key}\")) FROM \"{table}\""
                    f" WHERE pg_get_serial_sequence('{table}', '{key}') IS NOT NULL"
                )
            else:
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
