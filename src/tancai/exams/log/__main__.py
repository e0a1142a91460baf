"""``python -m tancai.exams.log --port 8001 --data DIR``: the log process.

Reads the same ``TANCAI_DATA``, ``TANCAI_KEY_FILE``, ``TANCAI_DATABASE`` and ``TANCAI_PUBLIC_ADDRESS`` as the rest
of the installation; options win.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from tancai.exams.log import signing
from tancai.exams.log.app import LogApp
from tancai.exams.log.store import Store


def arguments() -> argparse.Namespace:
    given = os.environ
    parser = argparse.ArgumentParser(prog="python -m tancai.exams.log", description="The exam response log.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--data", type=Path, default=Path(given.get("TANCAI_DATA") or "var"))
    parser.add_argument("--keys", type=Path, default=given.get("TANCAI_KEY_FILE"), help="key file")
    parser.add_argument("--origin", action="append", help="web origin that may post; repeatable")
    parser.add_argument("--movable-clock", action="store_true", help="let signed messages set the clock")
    return parser.parse_args()


def store_of(data: Path, address: str) -> Store:
    """The store for a database address: PostgreSQL in that database, otherwise a file of its own in ``data``."""
    if address.startswith(("postgres://", "postgresql://")):
        from tancai.exams.log.postgres_store import PostgresStore

        return PostgresStore(address)
    from tancai.exams.log.sqlite_store import SqliteStore

    return SqliteStore(data / "examlog.sqlite3")


def origins(given: list[str] | None) -> list[str]:
    """Allowed web origins of these addresses; a loopback address is allowed under both its names."""
    found = given or [os.environ.get("TANCAI_PUBLIC_ADDRESS", "http://127.0.0.1:8000")]
    every = ["{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in found]
    for origin in list(every):
        parts = urlsplit(origin)
        other = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}.get(parts.hostname or "")
        if other:
            every.append(f"{parts.scheme}://{other}" + (f":{parts.port}" if parts.port else ""))
    return every


def main() -> None:
    options = arguments()
    logging.basicConfig(format="{asctime} {levelname} {name}: {message}", style="{", level=logging.WARNING)
    keys = Path(options.keys) if options.keys else options.data / "keys" / "keys.json"
    app = LogApp(
        store_of(options.data, os.environ.get("TANCAI_DATABASE", "")),
        root_key=signing.root_key(keys),
        origins=origins(options.origin),
        movable_clock=options.movable_clock,
    )
    # The state kept of many sittings is no garbage: looking through it would hold everybody up for moments.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 100)
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,
        backlog=2048,
    )


if __name__ == "__main__":
    main()
