"""The log in two tables of the one PostgreSQL database.

The writer holds a session advisory lock on the very connection it writes with: a second log process waits until
the lock is free, and a writer that loses its connection can no longer acknowledge anything. The address must lead to
the server itself: a pooler that lends connections by the transaction would lend the lock too.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tancai.exams.log.rows import Raw, Row
from tancai.exams.log.store import COLUMNS, HEAD_COLUMNS, StoreBusy, StoreLost

log = logging.getLogger("tancai.exams.log")

_LEASE = 0x7A4C0C41
_TABLES = """
CREATE TABLE IF NOT EXISTS examlog_event (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sitting BIGINT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  kind SMALLINT NOT NULL, verdict SMALLINT NOT NULL, at BIGINT NOT NULL, received BIGINT NOT NULL,
  item TEXT NOT NULL, value TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS examlog_event_key ON examlog_event (sitting, epoch, seq);
CREATE INDEX IF NOT EXISTS examlog_event_note ON examlog_event (sitting) WHERE kind = 4;
CREATE TABLE IF NOT EXISTS examlog_raw (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sitting BIGINT NOT NULL, received BIGINT NOT NULL, why TEXT NOT NULL, body BYTEA NOT NULL
);
"""
_INSERT = f"""
INSERT INTO examlog_event ({COLUMNS})
SELECT * FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::smallint[], %s::smallint[], %s::bigint[],
  %s::bigint[], %s::text[], %s::text[])
"""  # noqa: S608
_INSERT_RAW = "INSERT INTO examlog_raw (sitting, received, why, body) VALUES (%s, %s, %s, %s)"


_NETWORK = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""Unless the address says otherwise: a server that has vanished is noticed in some 20 seconds."""

_SESSION = """
SET synchronous_commit = on;
SET statement_timeout = '30s';
SET idle_in_transaction_session_timeout = '30s';
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 3;
"""
"""On disk before it is answered; and the server frees the lock of a writer whose machine has vanished."""


def _arrays(rows: Sequence[Row]) -> list[str]:
    """The columns of the rows as texts of arrays; asking an adapter for each value costs ten times as much."""
    columns = list(zip(*rows, strict=True))
    numbers = ["{" + ",".join(map(str, column)) + "}" for column in columns[:_NUMBERS]]
    return numbers + ["{" + ",".join(map(_quoted, column)) + "}" for column in columns[_NUMBERS:]]


_NUMBERS = 7


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class PostgresStore:
    def __init__(self, address: str) -> None:
        self.address = address
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def is_open(self) -> bool:
        return self._connection is not None and not self._connection.closed

    @property
    def _c(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            raise StoreLost(self.address.rpartition("@")[2])
        return self._connection

    def open(self) -> None:
        self.close()
        wanted: dict[str, Any] = {**_NETWORK, **conninfo_to_dict(self.address)}
        address = make_conninfo(**wanted)
        connection = psycopg.connect(address, autocommit=True, application_name="tancai exam log")
        try:
            connection.prepare_threshold = 1
            connection.execute(_SESSION)
            held = connection.execute(
                "SELECT pg_try_advisory_lock(%s), current_setting('fsync')", (_LEASE,)
            ).fetchone()
            if not held or not held[0]:
                raise StoreBusy(self.address.rpartition("@")[2])
            if held[1] != "on":
                log.warning(
                    "this PostgreSQL server runs with fsync off: a power cut loses acknowledged answers"
                )
            connection.execute(_TABLES)
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def purge(self, sitting: int, left: Row) -> None:
        with self._c.transaction():
            self._c.execute("DELETE FROM examlog_event WHERE sitting = %s", (sitting,))
            self._c.execute("DELETE FROM examlog_raw WHERE sitting = %s", (sitting,))
            self._c.execute(_INSERT, _arrays([left]))

    def check(self, *, write: bool) -> None:
        if not write:
            self._c.execute("SELECT 1")
            return
        with self._c.transaction():
            self._c.execute(_INSERT_RAW, (0, 0, "probe", b""))
            self._c.execute("DELETE FROM examlog_raw WHERE sitting = 0")

    def trouble(self, error: BaseException) -> str:
        if isinstance(error, errors.DiskFull):
            return "disk_full"
        if isinstance(error, errors.ReadOnlySqlTransaction):
            self.close()  # a server that has become a standby: the address may lead to the new one
            return "read_only"
        if isinstance(error, errors.DataCorrupted | errors.IndexCorrupted):
            return "damaged"
        if isinstance(error, StoreLost | psycopg.OperationalError | psycopg.InterfaceError):
            return "unreachable"
        return "refused"

    def append(self, rows: Sequence[Row], raws: Sequence[Raw]) -> None:
        connection = self._c
        if not raws:
            connection.execute(_INSERT, _arrays(rows), prepare=True)
            return
        with connection.transaction():
            if rows:
                connection.execute(_INSERT, _arrays(rows))
            with connection.cursor() as cursor:
                cursor.executemany(_INSERT_RAW, raws)

    def load(self, sitting: int) -> list[Row]:
        return self._select(HEAD_COLUMNS, "sitting = %s", (sitting,))

    def rows(self, sitting: int) -> list[Row]:
        return self._select(COLUMNS, "sitting = %s", (sitting,))

    def find(self, sitting: int, epoch: int, seq: int) -> Row | None:
        found = self._select(COLUMNS, "sitting = %s AND epoch = %s AND seq = %s", (sitting, epoch, seq))
        return found[0] if found else None

    def raws(self, sitting: int) -> list[Raw]:
        query = "SELECT sitting, received, why, body FROM examlog_raw WHERE sitting = %s ORDER BY id"
        return [Raw(*found) for found in self._c.execute(query, (sitting,)).fetchall()]

    def _select(self, columns: str, where: str, values: tuple[int, ...]) -> list[Row]:
        query = f"SELECT {columns} FROM examlog_event WHERE {where} ORDER BY id"  # noqa: S608
        return [Row(*found) for found in self._c.execute(query, values).fetchall()]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
