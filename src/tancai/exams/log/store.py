"""Where the log lies. One interface, two implementations; both are used by one writer thread only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tancai.exams.log.rows import Raw, Row


class StoreBusy(Exception):
    """Another log process is the writer; this one waits."""


class StoreLost(Exception):
    """The connection or the file is gone; nothing can be read or written before ``open`` has succeeded again."""


class Store(Protocol):
    @property
    def is_open(self) -> bool:
        """Whether this process is the writer. Once it is not, only ``open`` can make it so; nothing does it quietly."""

    def open(self) -> None:
        """Become the one writer; raises StoreBusy when there is another."""

    def append(self, rows: Sequence[Row], raws: Sequence[Raw]) -> None:
        """Write all in one transaction that is on disk when this returns; on any error nothing is written."""

    def load(self, sitting: int) -> list[Row]:
        """All rows of a sitting in log order, with long values left out (claims and orders keep theirs)."""

    def rows(self, sitting: int) -> list[Row]:
        """All rows of a sitting in log order."""

    def find(self, sitting: int, epoch: int, seq: int) -> Row | None: ...

    def raws(self, sitting: int) -> list[Raw]: ...

    def purge(self, sitting: int, left: Row) -> None:
        """Delete everything of a sitting, raw input too, and leave this one row; in one transaction, on disk."""

    def check(self, *, write: bool) -> None:
        """Raise when the store cannot be used; ``write`` puts something on disk and takes it away again."""

    def trouble(self, error: BaseException) -> str:
        """What an error means, in one word: disk_full, read_only, damaged, unreachable, busy, refused."""

    def close(self) -> None: ...


COLUMNS = "sitting, epoch, seq, kind, verdict, at, received, item, value"
HEAD_COLUMNS = (
    "sitting, epoch, seq, kind, verdict, at, received, item,"
    " CASE WHEN epoch = 0 OR length(value) <= 4 THEN value ELSE '' END"
)
