"""The test world: its own data folder and keys, one of the two databases, thrown away afterwards.

``TANCAI_TEST_DATABASE=postgresql`` runs the same tests on a PostgreSQL server started for the run.
``TANCAI_SKIP=browser,postgresql`` is the only way to leave something out, and the count is told at the end.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator

import hypothesis
import pytest

from tests import lightly

# no test fails because the machine was busy
hypothesis.settings.register_profile("tancai", deadline=None)
hypothesis.settings.load_profile("tancai")

SKIPPED = {name for name in os.environ.get("TANCAI_SKIP", "").split(",") if name}

if "PYTEST_XDIST_WORKER" not in os.environ or "TANCAI_TEST_ROOT" not in os.environ:
    os.environ["TANCAI_TEST_ROOT"] = tempfile.mkdtemp(prefix="tancai-test-")
    atexit.register(shutil.rmtree, os.environ["TANCAI_TEST_ROOT"], ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["TANCAI_DATA"] = os.path.join(os.environ["TANCAI_TEST_ROOT"], _worker)
os.environ["DJANGO_SETTINGS_MODULE"] = "tancai.config.settings"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


os.environ["TANCAI_LOG_ADDRESS"] = f"http://127.0.0.1:{_free_port()}"


def _postgresql_address() -> str:
    """Start the one PostgreSQL server of this run, or return its address when it stands."""
    address = os.environ.get("TANCAI_TEST_POSTGRESQL")
    if not address:
        from tests.postgresql import start

        address = os.environ["TANCAI_TEST_POSTGRESQL"] = start(os.environ["TANCAI_TEST_ROOT"])
    return address


if os.environ.get("TANCAI_TEST_DATABASE", "sqlite") == "postgresql":
    os.environ["TANCAI_DATABASE"] = _postgresql_address()
else:
    os.environ["TANCAI_DATABASE"] = f"sqlite:///{os.environ['TANCAI_DATA']}/tancai.sqlite3"


def pytest_configure(config: pytest.Config) -> None:
    import django

    from tancai.lib import catalogues

    catalogues.compile_stale()
    django.setup()
    _test_database_on_disk()
    _empty_tables_quickly()
    lightly.hash_passwords()
    lightly.load_middleware_once()
    if config.getoption("numprocesses", None):
        # Workers find this on their own; inherited, they would read the settings of this process.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def _test_database_on_disk() -> None:
    """SQLite in a file, as in life: threads of the live server and other processes must be able to share it."""
    from django.db import connections

    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        settings["TEST"]["NAME"] = os.path.join(os.environ["TANCAI_DATA"], "test.sqlite3")
        # nothing of a test run has to outlive a power cut
        options = settings["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


def _empty_tables_quickly() -> None:
    """After a test with real commits: delete rows, where truncating a hundred empty tables takes most of a second.

    Django's own rows about models and permissions, which nothing here asks for, are not made again each time.
    """
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.backends.postgresql.operations import DatabaseOperations
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")

    def sql_flush(self: DatabaseOperations, style: object, tables: list[str], **options: object) -> list[str]:
        deletes = [f'DELETE FROM "{table}"' for table in tables]
        return ["SET LOCAL session_replication_role = replica", *deletes] if tables else []

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign, assignment]


ORDER = ("tests/house/test_pages.py", "tests/", "tests/browser/test_journey.py", "tests/browser/")


def _place(item: pytest.Item) -> int:
    """The group of the longest matching path."""
    return max((len(path), place) for place, path in enumerate(ORDER) if item.nodeid.startswith(path))[1]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; tests with a browser last, since its loop keeps running in the worker that had one."""
    items.sort(key=_place)


@pytest.fixture(scope="session")
def postgresql_address() -> str:
    """The address of a real PostgreSQL server, whichever database the rest of the run uses."""
    if "postgresql" in SKIPPED:
        pytest.skip("postgresql left out by TANCAI_SKIP")
    return _postgresql_address()


@pytest.fixture(autouse=True)
def _nothing_left_over() -> None:
    """Rate limits and the language of the test before do not reach the next one."""
    from django.core.cache import cache
    from django.utils import translation

    from tancai.lib import kept

    cache.clear()
    kept.clear()
    translation.deactivate()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A browser that stands open keeps an event loop in the thread of the tests; only its own tests see it.

    From before the first fixture to after the last: a connection to the database opened under a loop is another one.
    """
    loop = asyncio._get_running_loop()
    if loop is None or item.path.parent.name == "browser":
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        if loop.is_running():
            asyncio._set_running_loop(loop)
