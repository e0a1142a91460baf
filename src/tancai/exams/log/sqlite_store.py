"""The log in an SQLite file of its own: WAL, every commit on disk (synchronous=FULL), one writer.

A rowid table with a unique index was measured cheaper than WITHOUT ROWID. A lock file beside the database keeps
a second log process out; the operating system frees it when the process dies.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from tancai.exams.log.rows import Raw, Row
from tancai.exams.log.store import COLUMNS, HEAD_COLUMNS, StoreBusy

_TABLES = """
CREATE TABLE IF NOT EXISTS examlog_event (
  id INTEGER PRIMARY KEY,
  sitting INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  kind INTEGER NOT NULL, verdict INTEGER NOT NULL, at INTEGER NOT NULL, received INTEGER NOT NULL,
  item TEXT NOT NULL, value TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS examlog_event_key ON examlog_event (sitting, epoch, seq);
CREATE TABLE IF NOT EXISTS examlog_raw (
  id INTEGER PRIMARY KEY,
  sitting INTEGER NOT NULL, received INTEGER NOT NULL, why TEXT NOT NULL, body BLOB NOT NULL
);
"""
_INSERT = f"INSERT INTO examlog_event ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)"  # noqa: S608
_INSERT_RAW = "INSERT INTO examlog_raw (sitting, received, why, body) VALUES (?,?,?,?)"


class SqliteStore:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None
        self._connection: sqlite3.Connection | None = None

    @property
    def _c(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the log is not open")
        return self._connection

    def open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise StoreBusy(str(self.path)) from error
        self._lock = lock
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=20)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(_TABLES)
        self.path.chmod(0o600)
        self._connection = connection

    def append(self, rows: Sequence[Row], raws: Sequence[Raw]) -> None:
        connection = self._c
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(_INSERT, rows)
            if raws:
                connection.executemany(_INSERT_RAW, raws)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def load(self, sitting: int) -> list[Row]:
        return self._select(HEAD_COLUMNS, "sitting = ?", (sitting,))

    def rows(self, sitting: int) -> list[Row]:
        return self._select(COLUMNS, "sitting = ?", (sitting,))

    def find(self, sitting: int, epoch: int, seq: int) -> Row | None:
        found = self._select(COLUMNS, "sitting = ? AND epoch = ? AND seq = ?", (sitting, epoch, seq))
        return found[0] if found else None

    def raws(self, sitting: int) -> list[Raw]:
        query = "SELECT sitting, received, why, body FROM examlog_raw WHERE sitting = ? ORDER BY id"
        return [Raw(*found) for found in self._c.execute(query, (sitting,))]

    def _select(self, columns: str, where: str, values: tuple[int, ...]) -> list[Row]:
        query = f"SELECT {columns} FROM examlog_event WHERE {where} ORDER BY id"  # noqa: S608
        return [Row(*found) for found in self._c.execute(query, values)]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
