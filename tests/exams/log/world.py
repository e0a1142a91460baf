"""Log processes and stores for tests, on both databases."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tancai.bench.kill.place import KEY, MINUTE, ORIGIN, LogProcess, free_port, now, token
from tancai.bench.kill.place import Place as BenchPlace
from tancai.exams.log.postgres_store import PostgresStore
from tancai.exams.log.sqlite_store import SqliteStore
from tancai.exams.log.store import Store, StoreBusy

__all__ = ["KEY", "MINUTE", "ORIGIN", "LogProcess", "Place", "free_port", "now", "reopened", "token"]


@dataclass
class Place(BenchPlace):
    """Where a log lies: a data folder, and a PostgreSQL address or none."""

    def store(self) -> Store:
        return PostgresStore(self.address) if self.address else SqliteStore(self.data / "examlog.sqlite3")


def reopened(store: Store) -> Store:
    """Open a store whose last writer has just gone; a server may take a moment to notice."""
    for _ in range(200):
        try:
            store.open()
            return store
        except StoreBusy:
            time.sleep(0.05)
    raise AssertionError("the lock was never given back")
