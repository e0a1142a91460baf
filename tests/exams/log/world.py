"""Log processes and stores for tests, on both databases."""

from __future__ import annotations

from dataclasses import dataclass

from tancai.bench.kill.place import KEY, MINUTE, ORIGIN, LogProcess, free_port, now, token
from tancai.bench.kill.place import Place as BenchPlace
from tancai.exams.log.postgres_store import PostgresStore
from tancai.exams.log.sqlite_store import SqliteStore
from tancai.exams.log.store import Store

__all__ = ["KEY", "MINUTE", "ORIGIN", "LogProcess", "Place", "free_port", "now", "token"]


@dataclass
class Place(BenchPlace):
    """Where a log lies: a data folder, and a PostgreSQL address or none."""

    def store(self) -> Store:
        return PostgresStore(self.address) if self.address else SqliteStore(self.data / "examlog.sqlite3")
