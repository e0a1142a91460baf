"""The log in an SQLite file of its own: WAL, every commit on disk (synchronous=FULL), one writer.

A rowid table with a unique index was measured cheaper than WITHOUT ROWID. A lock file beside the database keeps
a second log process out; the operating system frees it when the process dies.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from tancai.exams.log import wal
from tancai.exams.log.rows import Raw, Row
from tancai.exams.log.store import COLUMNS, HEAD_COLUMNS, StoreBusy, StoreLost

_TABLES = """
CREATE TABLE IF NOT EXISTS examlog_event (
  id INTEGER PRIMARY KEY,
  sitting INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  kind INTEGER NOT NULL, verdict INTEGER NOT NULL, at INTEGER NOT NULL, received INTEGER NOT NULL,
  item TEXT NOT NULL, value TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS examlog_event_key ON examlog_event (sitting, epoch, seq);
CREATE INDEX IF NOT EXISTS examlog_event_note ON examlog_event (sitting) WHERE kind = 4;
CREATE TABLE IF NOT EXISTS examlog_raw (
  id INTEGER PRIMARY KEY,
  sitting INTEGER NOT NULL, received INTEGER NOT NULL, why TEXT NOT NULL, body BLOB NOT NULL
);
"""
_INSERT = f"INSERT INTO examlog_event ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)"  # noqa: S608
_INSERT_RAW = "INSERT INTO examlog_raw (sitting, received, why, body) VALUES (?,?,?,?)"


log = logging.getLogger("tancai.exams.log")

_PROBE = Raw(0, 0, "probe", b"")
_TROUBLES = {
    "SQLITE_FULL": "disk_full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_CANTOPEN": "unreachable",
    "SQLITE_IOERR": "unreachable",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_BUSY": "busy",
}
_LASTING = {"read_only", "unreachable", "damaged"}
"""Troubles after which the file is closed and opened again."""


class SqliteStore:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    @property
    def _c(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreLost(str(self.path))
        return self._connection

    def open(self) -> None:
        self.close()
        try:
            self._take_lock()
            self._connection = self._connect()
            self._inode = self.path.stat().st_ino
        except BaseException:
            self.close()
            raise

    def _take_lock(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusy(str(self.path)) from error

    def _connect(self) -> sqlite3.Connection:
        journal = Path(f"{self.path}-wal")
        before = wal.commits(journal)
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=20)
        try:
            self.path.chmod(0o600)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(_TABLES)
            self._compare(connection, journal, before)
        except BaseException:
            connection.close()
            raise
        return connection

    def _compare(self, connection: sqlite3.Connection, journal: Path, before: list[int]) -> None:
        """Say it, and keep the evidence, when recovery left acknowledged commits behind."""
        if not before:
            return
        _, recovered, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        lost = wal.left_behind(before, recovered)
        if lost:
            aside = journal.with_name(f"{journal.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
            shutil.copyfile(journal, aside)
            aside.chmod(0o600)
            log.error(
                "%s was damaged while the log was down: at least %d acknowledged commits cannot be read; it is kept"
                " as %s. Pages send again what they still hold; compare receipts before marking.",
                journal,
                lost,
                aside.name,
            )

    def append(self, rows: Sequence[Row], raws: Sequence[Raw]) -> None:
        self._write([(_INSERT, rows), (_INSERT_RAW, raws)])

    def purge(self, sitting: int, left: Row) -> None:
        self._c.execute("PRAGMA secure_delete=ON")
        self._write(
            [
                ("DELETE FROM examlog_event WHERE sitting = ?", [(sitting,)]),
                ("DELETE FROM examlog_raw WHERE sitting = ?", [(sitting,)]),
                (_INSERT, [left]),
            ]
        )

    def check(self, *, write: bool) -> None:
        if write:
            self._write([(_INSERT_RAW, [_PROBE]), ("DELETE FROM examlog_raw WHERE sitting = ?", [(0,)])])
        else:
            self._same_file()

    def _write(self, steps: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> None:
        """All in one transaction; returns only when it is on disk, in the file that everybody else can see."""
        connection = self._c
        try:
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in steps:
                if values:
                    connection.executemany(statement, values)
            connection.execute("COMMIT")
        except BaseException as error:
            self._give_up(connection, error)
            raise
        self._same_file()

    def _give_up(self, connection: sqlite3.Connection, error: BaseException) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()
        if self.trouble(error) in _LASTING:
            self.close()

    def _same_file(self) -> None:
        """A file that was moved away or replaced takes commits that nobody will ever read."""
        try:
            there = self.path.stat().st_ino == self._inode
        except OSError:
            there = False
        if not there:
            self.close()
            raise StoreLost(f"{self.path} is not the file that was opened")

    def trouble(self, error: BaseException) -> str:
        if isinstance(error, StoreLost | OSError):
            return "unreachable"
        name = getattr(error, "sqlite_errorname", None) or ""
        return next((word for start, word in _TROUBLES.items() if name.startswith(start)), "refused")

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
