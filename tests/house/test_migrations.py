"""The migrations make an installation from nothing on PostgreSQL too; on SQLite every demo world begins with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.anydatabase


def _tancai(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tancai.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(folder: Path, database: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TANCAI_", "DJANGO_"))}
    return {**kept, "TANCAI_DATA": str(folder), **({"TANCAI_DATABASE": database} if database else {})}


def _fresh(address: str) -> str:
    """Another empty database on the same server."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS from_nothing")
        connection.execute("CREATE DATABASE from_nothing")
    head, _, query = address.partition("?")
    return head.rpartition("/")[0] + "/from_nothing" + (f"?{query}" if query else "")


def test_the_migrations_run_on_an_empty_database(tmp_path: Path, postgresql_address: str) -> None:
    done = _tancai(_environment(tmp_path, _fresh(postgresql_address)), "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr[-2000:]
