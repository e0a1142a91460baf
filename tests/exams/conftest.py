from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.installed import install

if TYPE_CHECKING:
    from tests.exams.log import world as log_world


@pytest.fixture
def programmes_there(db: None) -> None:
    """Definitions and item bank, as installed."""
    from tests.exams import world

    install(world.AT, bank=True)


@pytest.fixture
def exam_log(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[log_world.LogProcess]:
    """A running log process with a movable clock, on the database of this run; Django knows its address."""
    from django.db import connection

    from tancai.exams import logbook
    from tests.exams.log import world as log_world

    place = log_world.Place(tmp_path)
    if connection.vendor == "postgresql":
        details = connection.get_connection_params()
        place.address = address_of(details)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS examlog_event, examlog_raw")
        logbook._there.clear()
    process = log_world.LogProcess(place, movable=True)
    settings.LOG_ADDRESS = process.url
    settings.LOG_DATABASE = tmp_path / "examlog.sqlite3"
    settings.TANCAI_KEYS = {**settings.TANCAI_KEYS, "control": base64.b64encode(log_world.KEY).decode()}
    process.start()
    yield process
    process.stop()
    shutil.rmtree(tmp_path, ignore_errors=True)


def address_of(details: dict[str, Any]) -> str:
    from urllib.parse import quote

    user, password = quote(details.get("user") or ""), quote(details.get("password") or "")
    host, port = details.get("host") or "", details.get("port") or ""
    who = f"{user}:{password}@" if password else (f"{user}@" if user else "")
    if str(host).startswith("/"):
        return f"postgresql://{who}/{details['dbname']}?host={quote(str(host), safe='')}" + (
            f"&port={port}" if port else ""
        )
    return f"postgresql://{who}{host}:{port}/{details['dbname']}"
