from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.exams.log.world import LogProcess, Place


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Somewhere for a log: a file, or a database of its own on a real PostgreSQL server."""
    from tests.exams.log.world import Place

    if request.param == "sqlite":
        return Place(tmp_path)
    import psycopg

    address = request.getfixturevalue("postgresql_address")
    name = f"log_{secrets.token_hex(6)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    base, _, rest = address.partition("?")
    return Place(tmp_path, f"{base.rpartition('/')[0]}/{name}" + (f"?{rest}" if rest else ""))


@pytest.fixture
def log(place: Place) -> Iterator[LogProcess]:
    from tests.exams.log.world import LogProcess

    process = LogProcess(place).start()
    yield process
    process.stop()


@pytest.fixture
def movable_log(place: Place) -> Iterator[LogProcess]:
    from tests.exams.log.world import LogProcess

    process = LogProcess(place, movable=True).start()
    yield process
    process.stop()
