"""Django's side of the response log: reads it read-only, signs tokens, sends orders. Never writes to it."""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tancai.exams.errors import LogUnreachable
from tancai.exams.log import signing
from tancai.exams.log.client import ControlClient, LogDown
from tancai.exams.log.rows import ANSWER, CLAIM, HAND_IN, NOTE, PURGE, SEAL, SUPERSEDED, Row
from tancai.exams.log.store import COLUMNS
from tancai.exams.rules import GRACE
from tancai.lib import prepared

_local = threading.local()
TOKEN_LIFE = timedelta(days=3)


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def root_key() -> bytes:
    return base64.b64decode(str(settings.TANCAI_KEYS["control"]))


def sitting_token(sitting_id: int, *, begins: datetime, ends: datetime) -> str:
    """What lets a page save answers of one sitting: the plan of its time, good for replay some days after."""
    payload = {
        "s": sitting_id,
        "b": milliseconds(begins),
        "e": milliseconds(ends),
        "g": int(GRACE.total_seconds() * 1000),
        "exp": int((ends + TOKEN_LIFE).timestamp()),
    }
    return signing.sign(payload, signing.purpose_key(root_key(), signing.SITTING))


@lru_cache(maxsize=4)
def _control(address: str, key: bytes) -> ControlClient:
    return ControlClient(address, key)


def control() -> ControlClient:
    return _control(settings.LOG_ADDRESS, root_key())


def send(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send signed orders; raises LogUnreachable when the log does not answer, and then nothing is known."""
    try:
        return control().orders(orders)
    except LogDown as error:
        raise LogUnreachable(str(error)) from error


def look(sittings: Iterable[int]) -> dict[int, dict[str, Any]]:
    """How sittings stand now, from the log process; empty when it does not answer."""
    try:
        return control().look(sittings)
    except LogDown:
        return {}


def look_now(sittings: Iterable[int]) -> tuple[int, dict[int, dict[str, Any]]] | None:
    """The log's clock (ms) and how sittings stand by it; None when the log does not answer."""
    try:
        answer = control().orders([{"kind": "look", "sittings": list(sittings)}])[0]
    except LogDown:
        return None
    return answer["now"], {int(sitting): head for sitting, head in answer["sittings"].items()}


def newest_row() -> int:
    """The number of the last row of the log; 0 when there is none."""
    found = _select("SELECT max(id) FROM examlog_event")
    return int(found[0][0] or 0) if found else 0


_TELLING = f"(kind IN ({NOTE}, {CLAIM}) OR verdict >= {SUPERSEDED} OR (epoch > 0 AND received - at > 45000))"


def telling_rows(sitting_ids: Iterable[int], *, upto: int) -> list[Row]:
    """Rows of these sittings that are more than an answer (see ``incidents``), up to a row number."""
    found: list[Row] = []
    every = [int(one) for one in sitting_ids]
    for start in range(0, len(every), 500):
        wanted = ",".join(str(one) for one in every[start : start + 500])
        query = (
            f"SELECT {COLUMNS} FROM examlog_event WHERE sitting IN ({wanted})"  # noqa: S608
            f" AND id <= {int(upto)} AND {_TELLING} ORDER BY id"
        )
        found += [Row(*row) for row in _select(query)]
    return found


def telling_rows_after(number: int, *, upto: int) -> list[Row]:
    """The same for whatever came to the log after a row number, of all sittings."""
    query = (
        f"SELECT {COLUMNS} FROM examlog_event WHERE id > {int(number)} AND id <= {int(upto)}"  # noqa: S608
        f" AND {_TELLING} ORDER BY id"
    )
    return [Row(*row) for row in _select(query)]


def rows(sitting_id: int) -> list[Row]:
    """All rows of a sitting in log order; empty when there is no log yet."""
    return [Row(*found) for found in _select(_OF_ONE, int(sitting_id))]


_OF_ONE = f"SELECT {COLUMNS} FROM examlog_event WHERE sitting = ? ORDER BY id"  # noqa: S608


def rows_of(sitting_ids: Iterable[int]) -> dict[int, list[Row]]:
    """All rows of each of many sittings, in log order; sittings without any are left out."""
    found: dict[int, list[Row]] = {}
    every = [int(one) for one in sitting_ids]
    for start in range(0, len(every), 500):
        wanted = ",".join(str(one) for one in every[start : start + 500])
        query = f"SELECT {COLUMNS} FROM examlog_event WHERE sitting IN ({wanted}) ORDER BY id"  # noqa: S608
        for row in _select(query):
            found.setdefault(row[0], []).append(Row(*row))
    return found


def rows_of_kind(sitting_ids: Iterable[int], kind: int) -> list[Row]:
    """Rows of one kind of many sittings, in log order; for notes an index of their own makes this cheap."""
    found: list[Row] = []
    every = [int(one) for one in sitting_ids]
    for start in range(0, len(every), 500):
        wanted = ",".join(str(one) for one in every[start : start + 500])
        query = (
            f"SELECT {COLUMNS} FROM examlog_event"  # noqa: S608
            f" WHERE sitting IN ({wanted}) AND kind = {int(kind)} ORDER BY id"
        )
        found += [Row(*row) for row in _select(query)]
    return found


def last_changes(sitting_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """When each answer was last changed by the page's clock (ms), by sitting and position; forgotten logs give none."""
    found: dict[int, dict[int, int]] = {}
    every = [int(one) for one in sitting_ids]
    for start in range(0, len(every), 500):
        wanted = ",".join(str(one) for one in every[start : start + 500])
        query = (
            f"SELECT sitting, item, max(at) FROM examlog_event WHERE sitting IN ({wanted})"  # noqa: S608
            f" AND kind = {ANSWER} AND verdict < {SUPERSEDED} GROUP BY sitting, item"
        )
        for sitting, item, at in _select(query):
            if item.isdigit():
                found.setdefault(sitting, {})[int(item)] = at
    return found


def closed(sitting_ids: Iterable[int]) -> set[int]:
    """Those sittings that the log holds as handed in or sealed."""
    found: set[int] = set()
    every = [int(one) for one in sitting_ids]
    for start in range(0, len(every), 500):
        wanted = ",".join(str(one) for one in every[start : start + 500])
        query = (
            f"SELECT DISTINCT sitting FROM examlog_event WHERE sitting IN ({wanted})"  # noqa: S608
            f" AND (kind IN ({SEAL}, {PURGE}) OR (kind = {HAND_IN} AND verdict < {SUPERSEDED}))"
        )
        found |= {row[0] for row in _select(query)}
    return found


def _select(query: str, *values: int) -> list[tuple[Any, ...]]:
    """The rows of a query with ``?`` for its values."""
    if connection.vendor == "postgresql":
        return _select_postgresql(query.replace("?", "%s"), values)
    return _select_sqlite(query, values, Path(settings.LOG_DATABASE))


_there: set[str] = set()
"""Databases of which the log's tables are known; once made they stay."""


def _select_postgresql(query: str, values: tuple[int, ...]) -> list[tuple[Any, ...]]:
    database = connection.settings_dict["NAME"]
    if database not in _there:
        if not prepared.select("SELECT to_regclass('examlog_event') IS NOT NULL")[0][0]:
            return []
        _there.add(database)
    if values:
        return prepared.select(query, values)
    with connection.cursor() as cursor:  # one of a kind: not worth preparing
        cursor.execute(query)
        return list(cursor.fetchall())


def _select_sqlite(query: str, values: tuple[int, ...], path: Path) -> list[tuple[Any, ...]]:
    open_files: dict[Path, sqlite3.Connection] = _local.__dict__.setdefault("files", {})
    if path not in open_files:
        if not path.exists():
            return []
        open_files[path] = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=20)
    try:
        return open_files[path].execute(query, values).fetchall()
    except sqlite3.Error as error:
        open_files.pop(path).close()
        if "no such table" in str(error):
            return []
        raise
