"""Statements prepared in PostgreSQL, run straight through libpq: most of what a cursor costs is Python around it.

Values go out and rows come in by psycopg's own adapters, transactions begin as psycopg begins them, and errors are
Django's. Only ``tancai.lib.prepared`` uses this, for the few statements that
everybody needs in the same minute.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_IDLE = pq.TransactionStatus.IDLE


def run(wrapper: Any, sql: str, values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement with ``%s`` for its values, on the connection of a Django database wrapper."""
    wrapper.ensure_connection()
    wrapper.validate_thread_sharing()
    wrapper.validate_no_broken_transaction()
    server: _Statements | None = wrapper.__dict__.get("_statements")
    if server is None or server.connection is not wrapper.connection:
        server = wrapper.__dict__["_statements"] = _Statements(wrapper.connection)
    with wrapper.wrap_database_errors:
        return server.rows(sql, values)


_Key = tuple[str, tuple[int, ...] | None]


class _Statements:
    """What has been prepared on one connection, by its text and the types of its values."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._server, self._transformer = connection.pgconn, Transformer(connection)
        self._names: dict[_Key, bytes] = {}

    def rows(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        server, transformer = self._server, self._transformer
        if not self.connection.autocommit and server.transaction_status == _IDLE:
            self._begin()
        sent: Any = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        key = (sql, transformer.types)
        name = self._names.get(key) or self._prepare(key)
        result = server.exec_prepared(name, sent, transformer.formats)
        self._check(result)
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    def _begin(self) -> None:
        kind = self.connection
        if kind.isolation_level is None and kind.read_only is None and kind.deferrable is None:
            self._check(self._server.exec_(b"BEGIN"))
        else:
            kind.execute("SELECT 1")  # begins as the settings say

    def _prepare(self, key: _Key) -> bytes:
        name = f"tancai_{len(self._names)}".encode()
        self._check(self._server.prepare(name, _numbered(key[0]), key[1]))
        self._names[key] = name
        return name

    def _check(self, result: Any) -> None:
        if result.status not in _DONE:
            raise errors.error_from_result(result, encoding=self._transformer.encoding)


def _numbered(sql: str) -> bytes:
    """``%s`` as ``$1``, ``$2``, …; a doubled percent sign as one."""
    first, *rest = sql.split("%s")
    text = first + "".join(f"${number}{piece}" for number, piece in enumerate(rest, 1))
    return text.replace("%%", "%").encode()
